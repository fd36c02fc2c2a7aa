import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { wallClock } from "../demo/clock.ts";
import { createReceived } from "../demo/received.ts";
import { startMailSink, startSlackSink } from "../demo/sinks.ts";
import { readSettings } from "../settings.ts";
import { NO_REPLAY_FLAGS } from "./command.ts";
import { testAlert } from "./test-alert.ts";

const SECRET = "s3cret-s3cret-s3cret";

async function alertTo(channel: string, channels: string, { json = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-test-alert-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const config = join(folder, "statusquo.yaml");
  writeFileSync(config, `channels:\n${channels}\nmonitors: [{ url: https://api.example.com/ }]\n`);
  const [lines, errors]: [string[], string[]] = [[], []];
  const code = await testAlert({
    settings: readSettings({ STATUSQUO_CONFIG: config, PUBLIC_URL: "https://statusquo.example.com" }),
    flags: { json, out: null, replay: NO_REPLAY_FLAGS },
    rest: channel === "" ? [] : [channel],
    env: { SECRET },
    print: (line) => lines.push(line),
    printError: (line) => errors.push(line),
  });
  return { code, lines, errors };
}

async function sinks() {
  const received = createReceived();
  const [slack, mail] = [await startSlackSink(received, wallClock), await startMailSink(received, wallClock)];
  onTestFinished(async () => void (await Promise.all([slack.close(), mail.close()])));
  return { slack: slack.url, mail: mail.url, came: () => received.newestFirst().toReversed() };
}

/** A server that answers every request so, and keeps what it was sent. */
async function answering(status: number, body: string) {
  const requests: { headers: Record<string, unknown>; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    requests.push({ headers: request.headers, body: text });
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

test("every recipient has a message that says it is a test and names no incident", async () => {
  const { mail, slack, came } = await sinks();
  const channels = `  room: { slack: { webhook: "${slack}" } }
  team: { email: { to: [a@example.com, b@example.com], from: s@example.com, smtp: "${mail}" } }`;
  const { code, lines, errors } = await alertTo("team", channels);
  expect({ code, errors }).toEqual({ code: 0, errors: [] });
  expect(lines).toEqual([
    expect.stringMatching(/^delivered {2}email a@example\.com {2}\d+ ms {2}250 /),
    expect.stringMatching(/^delivered {2}email b@example\.com {2}\d+ ms {2}250 /),
  ]);
  await alertTo("room", channels);
  expect(came()).toHaveLength(3);
  for (const { raw } of came()) {
    expect(raw).toContain("Statusquo itself");
    expect(raw).toContain("This is a test message");
    expect(raw).not.toContain("INC-");
  }
});

test("a webhook's test is signed, and is of the kind test", async () => {
  const { url, requests } = await answering(200, "");
  const { code } = await alertTo("hook", `  hook: { webhook: { url: "${url}", secret: "\${env:SECRET}" } }`);
  expect(code).toBe(0);
  expect(JSON.parse(requests[0]!.body)).toMatchObject({ version: 1, kind: "test", incidents: [], internal: [] });
  expect(requests[0]!.headers["statusquo-signature"]).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
});

test("what the provider said is shown as it said it, without secrets, and the exit code is 1", async () => {
  const { url } = await answering(404, `no_service ${SECRET}`);
  const channels = `  room: { slack: { webhook: "${url}/services/\${env:SECRET}" } }`;
  const { code, lines } = await alertTo("room", channels, { json: true });
  expect(code).toBe(1);
  const said = JSON.parse(lines[0]!);
  expect(said).toMatchObject({
    ...{ ok: false, channel: "room", kind: "slack" },
    recipients: [{ recipient: "room", result: "refused", said: expect.stringContaining("404 no_service [removed]") }],
  });
  expect(lines.join()).not.toContain(SECRET);
});

test("a channel that is not defined is asked back, with the nearest name", async () => {
  const channels = '  room: { slack: { webhook: "http://127.0.0.1:9" } }';
  expect(await alertTo("rom", channels)).toMatchObject({
    ...{ code: 2, errors: ['test-alert: no channel "rom" is defined; did you mean "room"?'] },
  });
  expect(await alertTo("", channels)).toMatchObject({ code: 2 });
  expect(await alertTo("room", '  room: { slack: { webhook: "${env:NOT_SET}" } }')).toMatchObject({
    ...{ code: 1, errors: [expect.stringContaining('channel "room"')] },
  });
});
