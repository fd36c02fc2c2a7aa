import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readSettings } from "../settings.ts";
import { NO_REPLAY_FLAGS } from "./command.ts";
import { probe } from "./probe.ts";

/** Probes a service on loopback whose writes answer `status`. */
async function run(status: number, json = false) {
  const service = createServer(({ method }, response) => {
    const headers = { etag: '"a-7"', "set-cookie": "sid=canary-1" };
    response.writeHead(method === "GET" ? 200 : method === "PUT" ? status : 500, headers).end("canary-1");
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  const folder = mkdtempSync(join(tmpdir(), "statusquo-probe-"));
  onTestFinished(() => {
    service.close();
    rmSync(folder, { recursive: true });
  });
  const at = `http://127.0.0.1:${(service.address() as AddressInfo).port}/documents/7`;
  const config = join(folder, "statusquo.yaml");
  writeFileSync(
    config,
    `monitors:
  - id: edit-document
    allow_private: true
    steps:
      - get: ${at}
        save: { etag: header.etag, session: cookie.sid }
      - put: ${at}
        headers: { if-match: "{{etag}}", cookie: "sid={{session}}" }
    cleanup:
      - delete: ${at}
`,
  );
  const lines: string[] = [];
  const code = await probe({
    settings: readSettings({ STATUSQUO_CONFIG: config }),
    flags: { json, out: null, replay: NO_REPLAY_FLAGS },
    rest: ["edit-document"],
    env: {},
    print: (line) => lines.push(line),
    printError: (line) => lines.push(line),
  });
  return { code, text: lines.join("\n") };
}

test("a probe with steps is told step by step, with what was saved and what cleaning up came to", async () => {
  const { code, text } = await run(204);
  expect(code).toBe(0);
  expect(text).toMatch(/^204 No Content \(expected\) after [\d.]+ ms from 127\.0\.0\.1$/m);
  expect(text).toMatch(/^ {2}1 GET \/documents\/7 +200 +[\d.]+ ms$/m);
  expect(text).toContain('    saved etag = "a-7", session = [removed: saved secret]');
  expect(text).toMatch(/^ {2}2 PUT \/documents\/7 +204 +[\d.]+ ms +decided$/m);
  expect(text).toMatch(/^ {2}cleanup 1 DELETE \/documents\/7 +500 +[\d.]+ ms\n {4}500, expected 2xx$/m);
  expect(text).not.toContain("canary");
});

test("a step that fails is named, and the command says so with its exit code", async () => {
  const { code, text } = await run(409);
  expect(code).toBe(1);
  expect(text).toContain('  not as expected: step "2 PUT /documents/7": 409, expected 2xx');
  const { code: again, text: json } = await run(409, true);
  expect(again).toBe(1);
  expect(JSON.parse(json)).toMatchObject({
    outcome: { status: 409 },
    unmet: { step: "2 PUT /documents/7" },
    warnings: expect.arrayContaining([{ what: expect.any(String), why: expect.any(String), send: expect.anything() }]),
    evidence: { steps: [{ said: "200" }, { said: "409", decided: true }, { role: "cleanup", said: "500" }] },
  });
  expect(json).not.toContain("canary");
});
