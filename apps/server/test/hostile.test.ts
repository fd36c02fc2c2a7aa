/**
 * Hostile requests, over real sockets to the wired server: each row by its number (H36 to H53). What needs no socket is
 * tested in `packages/api/src/guard.test.ts` and `packages/api/src/session.test.ts`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { CONFLICT, OK, oneMonitor, type StoryOptions, startStory } from "./story.ts";

const TOKEN = "t0ken-".repeat(6);
const MINUTE = 60_000;
const locked = { definitions: oneMonitor, settings: { token: TOKEN } };

function dial(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Everything that comes back for exactly these bytes, until the far end closes. */
function send(url: string, bytes: string): Promise<string> {
  const socket = dial(url);
  socket.write(bytes);
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    socket.on("data", (part: Buffer) => parts.push(part));
    socket.on("close", () => resolve(Buffer.concat(parts).toString("latin1")));
  });
}

const ask = (url: string, path: string, headers: string[] = ["Host: localhost"], method = "GET") =>
  send(url, `${[`${method} ${path} HTTP/1.1`, ...headers, "Connection: close"].join("\r\n")}\r\n\r\n`);
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

test("H36: whatever way a foreign name is said, it is refused", async () => {
  const { server } = await startStory(locked);
  for (const headers of [["Host: evil.example"], ["Host: localhost.evil.example:80"], ["Host: localhost@evil.example"]])
    for (const path of ["/", "/healthz", "/assets/x.js", "/api/v1/monitors"]) {
      const status = statusOf(await ask(server.url, path, headers));
      expect([400, 421], `${headers} ${path}`).toContain(status);
    }
  expect(statusOf(await ask(server.url, "/healthz", []))).toBe(400);
  const twice = ["Host: localhost", "Host: evil.example"];
  expect([400, 421]).toContain(statusOf(await ask(server.url, "/healthz", twice)));
  expect([400, 421]).toContain(statusOf(await ask(server.url, "http://evil.example/healthz", ["Host: evil.example"])));
});

test("H38: no spelling of a private path says anything without the token", async () => {
  const story = await startStory(locked);
  await story.advance(MINUTE);
  const spellings = [
    "/api/v1/monitors",
    "/api/v1/monitors/",
    "/API/v1/monitors",
    "//api/v1/monitors",
    "/./api/v1/monitors",
    "/x/../api/v1/monitors",
    "/api%2fv1%2fmonitors",
    "/%61pi/v1/monitors",
    "/api/v1/monitors?token=x",
    "/api/v1/monitors%3f",
    "/api/v1/monitors;x",
    "/api/v1/monitors#",
    "/metrics",
    "/metrics/",
    "/METRICS",
    "/metrics%00",
    "/readyz",
    "/badge/edit-document.svg",
    "/healthz/../metrics",
    "/healthz/..%2fmetrics",
    "/healthz;/../metrics",
    "/assets/../metrics",
    "/assets/..%2f..%2fapi/v1/monitors",
  ];
  for (const path of spellings) {
    const answer = await ask(story.server.url, path);
    expect(answer.includes("edit-document") && !path.includes("edit-document"), path).toBe(false);
    expect(answer, path).not.toMatch(/statusquo_|"monitors"|"checks"/);
    expect([200, 400, 401, 404, 503], path).toContain(statusOf(answer));
  }
});

test("H42: who opens hundreds of connections and dawdles shuts nobody out", async () => {
  const story = await startStory(locked);
  const dawdlers = Array.from({ length: 300 }, (_, index) => {
    const socket = dial(story.server.url);
    const half = "GET /api/v1/monitors HTTP/1.1\r\nHost: localhost\r\n";
    const slowBody = `POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 900\r\n\r\n{`;
    socket.write(index % 3 === 0 ? slowBody : index % 3 === 1 ? half : "G");
    return new Promise<void>((resolve) => socket.once("connect", () => resolve()).once("close", () => resolve()));
  });
  await Promise.all(dawdlers);
  for (let time = 0; time < 20; time++) expect(statusOf(await ask(story.server.url, "/healthz"))).toBe(200);
  await story.advance(3 * MINUTE);
  expect(story.requests).toHaveLength(9);
});

test("H42: heads, addresses and bodies that are too large are refused", async () => {
  const { server } = await startStory(locked);
  const authorized = ["Host: localhost", `Authorization: Bearer ${TOKEN}`, "Content-Type: application/json"];
  expect(statusOf(await ask(server.url, `/api/v1/monitors?${"a".repeat(100_000)}`))).toBe(431);
  expect(statusOf(await ask(server.url, "/api/v1/monitors", ["Host: localhost", `X: ${"a".repeat(20_000)}`]))).toBe(
    431,
  );
  const large = [...authorized, "Content-Length: 5000000"];
  expect(statusOf(await ask(server.url, "/api/v1/session", large, "POST"))).toBe(413);
  const chunk = `4000\r\n${" ".repeat(16_384)}\r\n`;
  const chunked = [...authorized, "Transfer-Encoding: chunked", "Connection: close", "", chunk.repeat(6)].join("\r\n");
  expect(statusOf(await send(server.url, `POST /api/v1/session HTTP/1.1\r\n${chunked}`))).toBe(413);
  const both = [...authorized, "Transfer-Encoding: chunked", "Content-Length: 5"];
  expect(statusOf(await ask(server.url, "/api/v1/session", both, "POST"))).toBe(400);
});

test("H44: no path leads to a file beside the dashboard's", async () => {
  const { server } = await startStory(locked);
  const up = ["..", "%2e%2e", "..%2f", "%2e%2e%2f", "..%5c", "....", "..;", "%c0%ae%c0%ae", "..%00"];
  for (const step of up)
    for (const path of [
      `/assets/${`${step}/`.repeat(3)}package.json`,
      `/${`${step}/`.repeat(6)}etc/passwd`,
      `/assets//${step}/index.html`,
      `/assets/x%00.js/${step}/package.json`,
      `/favicon.svg/${step}/package.json`,
    ]) {
      const answer = await ask(server.url, path);
      expect(answer, path).not.toMatch(/root:|"workspaces"|"dependencies"/);
      expect([200, 400, 401, 404, 503], path).toContain(statusOf(answer));
    }
});

test("H46: what cannot be parsed gets a bare 400, and no answer names the program that gave it", async () => {
  const { server } = await startStory(locked);
  for (const bytes of [
    "\r\n\r\n\0\0\0",
    "GET / HTTP/9.9\r\n\r\n",
    "GET /\u0001 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "SSH-2.0-x\r\n\r\n",
  ]) {
    const answer = await send(server.url, bytes);
    expect(statusOf(answer)).toBe(400);
    expect(answer).not.toMatch(/at |node|hono|Error/i);
  }
  for (const path of ["/", "/api/v1/monitors", "/nothing.js", "/healthz"])
    expect(await ask(server.url, path)).not.toMatch(/^(?:server|x-powered-by|via):/im);
});

test("H53: every answer has the policy: page, file, nothing, API, refusal", async () => {
  const { server } = await startStory(locked);
  const asked: [string, string[]][] = [
    ["/", ["Host: localhost"]],
    ["/monitors/edit-document", ["Host: localhost"]],
    ["/assets/nothing.js", ["Host: localhost"]],
    ["/nothing.js", ["Host: localhost"]],
    ["/api/v1/monitors", ["Host: localhost"]],
    ["/healthz", ["Host: localhost"]],
    ["/status", ["Host: localhost"]],
    ["/status.css", ["Host: localhost"]],
    ["/", ["Host: evil.example"]],
    ["/api/v1/monitors", ["Host: localhost", `Authorization: Bearer ${TOKEN}`, "Origin: https://evil.example"]],
  ];
  for (const [path, headers] of asked) {
    const answer = (await ask(server.url, path, headers)).toLowerCase();
    const policy = /^content-security-policy: (.*)\r$/m.exec(answer)?.[1] ?? "";
    for (const part of ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
      expect(policy, path).toContain(part);
    expect(policy, path).not.toContain("unsafe");
    expect(answer, path).toContain("x-content-type-options: nosniff");
    expect(answer, path).toContain("referrer-policy: no-referrer");
    expect(answer, path).toContain("cross-origin-opener-policy: same-origin");
    expect(answer, path).not.toContain("access-control-");
    expect(answer, path).not.toMatch(/<script(?![^>]*\ssrc=)/);
  }
});

const CANARY = "canary-5e1d0c77aa";
const ENV = {
  KEY: `${CANARY}-header`,
  BODY: `${CANARY}-body`,
  QUERY: `${CANARY}-query`,
  WEBHOOK_KEY: `${CANARY}-webhook`,
};
const withSecrets: StoryOptions["definitions"] = ({ target, slack, smtp }) => `
regions: [eu-west, us-east, ap-south]
channels:
  oncall: { slack: { webhook: "${slack}#\${env:WEBHOOK_KEY}" } }
  team: { email: { to: [team@example.com], from: statusquo@example.com, smtp: "${smtp}" } }
defaults: { every: 1m, timeout: 5s, allow_private: true, notify: [oncall, team] }
monitors:
  - id: edit-document
    method: PUT
    url: ${target}/documents/7?access_token=\${env:QUERY}
    headers: { authorization: "Bearer \${env:KEY}" }
    json: { title: hello, password: "\${env:BODY}" }
`;

test("H45: a secret is on no screen, in no log line, no message and no file, though the target repeats it", async () => {
  const lines: string[] = [];
  const log = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
  const story = await startStory({ definitions: withSecrets, env: ENV, log, settings: { token: TOKEN } });
  const headers = { authorization: `Bearer ${TOKEN}` };
  const ending = new AbortController();
  let streamed = "";
  const { body: stream } = await fetch(`${story.server.url}/api/v1/stream`, { headers, signal: ending.signal });
  const streaming = stream!
    .pipeThrough(new TextDecoderStream())
    .pipeTo(new WritableStream({ write: (part) => void (streamed += part) }))
    .catch(() => undefined);
  const echo = [ENV.KEY, ENV.BODY, ENV.QUERY].join(" ");
  let sent = 0;
  story.answer(({ path, body }) => {
    if (path.includes(ENV.QUERY) && body.includes(ENV.BODY)) sent += 1;
    return OK;
  });
  await story.advance(60 * MINUTE);
  expect(sent).toBeGreaterThan(100);
  story.answer(() => ({
    ...CONFLICT,
    headers: { ...CONFLICT.headers, "x-echo": ENV.KEY, location: `/?t=${ENV.QUERY}` },
    body: JSON.stringify({ detail: `you sent ${echo}` }),
  }));
  await story.advance(10 * MINUTE);
  story.answer(() => "reset");
  await story.advance(3 * MINUTE);

  const get = async (path: string) => (await fetch(`${story.server.url}${path}`, { headers })).text();
  type Paths = Record<string, { get?: object; post?: object; delete?: object }>;
  const { paths } = JSON.parse(await get("/api/v1/openapi.json")) as { paths: Paths };
  const samples = JSON.parse(await get("/api/v1/monitors/edit-document/samples?limit=100")) as {
    samples: { id: string; hasEvidence?: boolean }[];
  };
  const seen: string[] = [];
  for (const [path, methods] of Object.entries(paths)) {
    if (methods.get === undefined || path.endsWith("/stream")) continue;
    const ids = path.includes("samples/")
      ? samples.samples.map(({ id }) => id)
      : path.includes("incidents/")
        ? ["1"]
        : ["edit-document"];
    for (const id of ids) seen.push(await get(path.replace("{file}", `${id}.svg`).replaceAll(/\{\w+\}/g, id)));
  }
  expect(seen.join()).toContain("you sent");
  // What edits answer, and how they are refused: a probe now meets a target that repeats what it was sent.
  story.answer(() => ({ ...CONFLICT, body: `you sent ${echo}` }));
  const edits: string[] = [];
  const edit = async (method: string, path: string, body: object, more: Record<string, string> = {}) => {
    const init = { method, headers: { ...headers, "content-type": "application/json", ...more } };
    const answer = await fetch(`${story.server.url}${path}`, {
      ...init,
      ...(method === "POST" && { body: JSON.stringify(body) }),
    });
    edits.push(await answer.text());
  };
  const bodies = [{}, { text: "x" }, { for: "1h", reason: "x" }, { reason: "x", match: { codes: [409] }, for: "1h" }];
  for (const [path, methods] of Object.entries(paths))
    for (const method of ["post", "delete"] as const) {
      if (methods[method] === undefined || path.includes("session")) continue;
      const ids = path.includes("monitors")
        ? ["edit-document"]
        : path.includes("channels")
          ? ["oncall", "team"]
          : ["1"];
      for (const id of ids)
        for (const body of bodies)
          await edit(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, id), body, { "if-match": "*" });
    }
  expect(edits.join()).toContain("you sent [removed");
  await story.advance(3 * MINUTE);
  ending.abort();
  await streaming;
  expect(streamed).toContain("event: incident");
  expect(story.slacks().length).toBeGreaterThan(0);
  expect(story.mails().length).toBeGreaterThan(0);
  const files = ["statusquo.db", "statusquo.db-wal"].map((name) => readFileSync(join(story.data, name), "latin1"));
  const everything = {
    screens: seen.join(),
    edits: edits.join(),
    stream: streamed,
    log: lines.join(),
    slack: story
      .slacks()
      .map(({ raw }) => raw)
      .join(),
    mail: story
      .mails()
      .map(({ raw, text, html }) => raw + text + html)
      .join(),
    files: files.join(),
  };
  for (const [where, text] of Object.entries(everything)) {
    for (const secret of [CANARY, TOKEN]) {
      const at = text.indexOf(secret);
      expect(at < 0 ? "" : text.slice(Math.max(0, at - 300), at + 60), where).toBe("");
    }
  }
});

test("F62: a hundred edits leave nothing open: no file, no timer, no connection", async () => {
  const story = await startStory({ definitions: oneMonitor });
  const yaml = (name: string) => oneMonitor(story.places).replace("name: Edit document", `name: ${name}`);
  const held = () => ({
    files: readdirSync("/proc/self/fd").length,
    resources: process.getActiveResourcesInfo().length,
  });
  // The first few open what stays open: connections that are kept, files that are loaded when needed.
  for (let edit = 0; edit < 5; edit++) await story.redefine(yaml(`Before ${edit}`));
  const before = held();
  for (let edit = 0; edit < 100; edit++) await story.redefine(yaml(`Edit ${edit}`));
  const after = held();
  expect(after.files - before.files).toBeLessThanOrEqual(5);
  expect(after.resources - before.resources).toBeLessThanOrEqual(5);
  expect(await story.api("monitors")).toMatchObject({ monitors: [{ name: "Edit 99" }] });
});
