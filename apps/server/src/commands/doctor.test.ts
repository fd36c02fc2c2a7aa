import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "@statusquo/store";
import { expect, onTestFinished, test } from "vitest";
import { readSettings } from "../settings.ts";
import { NO_REPLAY_FLAGS } from "./command.ts";
import { doctor } from "./doctor.ts";

async function examine(env: NodeJS.ProcessEnv, prepare: (folder: string) => void = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-doctor-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const config = join(folder, "statusquo.yaml");
  writeFileSync(config, "monitors: [{ url: https://api.example.com/ }]");
  prepare(folder);
  const lines: string[] = [];
  const code = await doctor({
    settings: readSettings({ STATUSQUO_CONFIG: config, STATUSQUO_DATA: join(folder, "data"), PORT: "0", ...env }),
    flags: { json: true, out: null, replay: NO_REPLAY_FLAGS },
    rest: [],
    env,
    print: (line) => lines.push(line),
    printError: (line) => lines.push(line),
  });
  const { findings } = JSON.parse(lines.join("")) as { findings: { name: string; ok: boolean; said: string }[] };
  return { code, folder, of: (name: string) => findings.find((each) => each.name === name) };
}

test("all is well on a machine where nothing has run yet, and nothing is left behind", async () => {
  const { code, of } = await examine({});
  expect(code).toBe(0);
  expect(of("definitions")?.said).toContain("1 monitors");
  expect(of("data")?.said).toContain("not there yet");
});

test("each thing that is wrong is a finding of its own, with the way out", async () => {
  const { code, of } = await examine({ REDIS_URL: "redis://:hunter2@127.0.0.1:1" }, (folder) => {
    writeFileSync(join(folder, "statusquo.yaml"), "monitors: [{ url: https://api.example.com/, evry: 1m }]");
    mkdirSync(join(folder, "data"));
    writeFileSync(join(folder, "data", "statusquo.db"), "this is no database ".repeat(500));
  });
  expect(code).toBe(1);
  expect(of("definitions")).toMatchObject({ ok: false, said: expect.stringContaining('did you mean "every"?') });
  expect(of("data")).toMatchObject({ ok: false, said: expect.stringContaining("statusquo.db") });
  expect(of("redis")).toMatchObject({ ok: false, said: expect.stringContaining("127.0.0.1:1") });
  expect(JSON.stringify(of("redis"))).not.toContain("hunter2");
  expect(of("address")).toMatchObject({ ok: true });
});

test("it may run beside a server that owns the data", async () => {
  let store: ReturnType<typeof openStore> | undefined;
  const { code, of } = await examine({}, (folder) => {
    store = openStore({ path: join(folder, "data", "statusquo.db") });
  });
  store?.close();
  expect(code).toBe(0);
  expect(of("data")?.said).toMatch(/statusquo\.db: \d+ MiB, last written 20/);
});
