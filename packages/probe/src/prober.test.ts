// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references are written like this
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_EXPECTATION, type Monitor, type Sample } from "@statusquo/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createProber, type ProberOptions } from "./prober.ts";
import { fixtureFile, startProxy, startTarget, trustFixture } from "./testing/index.ts";

const SLOT = Date.UTC(2027, 2, 1, 12, 0, 30);
const HOUR = 3_600_000;
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const CONFLICT = "HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\nno";

const monitor = (request: Partial<Monitor["request"]>, more: Partial<Monitor> = {}): Monitor => ({
  id: "create-order",
  name: "Create order",
  tags: [],
  request: { method: "GET", url: "http://127.0.0.1:1/", headers: {}, ...request },
  intervalMs: 60_000,
  timeoutMs: 5_000,
  regions: ["eu-west"],
  expect: DEFAULT_EXPECTATION,
  usual: {},
  subject: "s",
  falseAlarmsPerYear: 1,
  notify: [],
  redact: [],
  allowPrivate: true,
  followRedirects: 0,
  slotHeader: false,
  version: "v1",
  source: { file: "statusquo.yaml", line: 1, endLine: 9 },
  ...more,
});
const prober = (more: Partial<ProberOptions> = {}) =>
  createProber({ region: "eu-west", env: {}, now: () => SLOT + 250, ...more });
const hasEvidence = (result: unknown) => (result as Sample).evidence !== undefined;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "statusquo-prober-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("an expected answer is a sample under its slot, with the definition's version and when it began", async () => {
  await using target = await startTarget(OK);
  const result = await prober().probe(monitor({ url: target.origin }), SLOT);
  expect(result).toMatchObject({
    kind: "sampled",
    monitor: "create-order",
    region: "eu-west",
    slot: SLOT,
    version: "v1",
    startedAt: SLOT + 250,
    outcome: { kind: "status", status: 200 },
  });
  expect(target.requests[0]).toContain("user-agent: statusquo/0.1 (+create-order)\r\n");
  expect(target.requests[0]).not.toContain("x-statusquo-slot");
});

test("the slot header says for which slot a request was made, when asked for", async () => {
  await using target = await startTarget(OK);
  await prober().probe(monitor({ url: target.origin }, { slotHeader: true }), SLOT);
  expect(target.requests[0]).toContain(`x-statusquo-slot: m-create-order.r-eu-west.s-${SLOT}\r\n`);
});

test("templates and references are filled in URL, headers and body, one value per name and probe", async () => {
  await using target = await startTarget(OK);
  const file = join(folder, "key");
  writeFileSync(file, "from-file\n");
  const request: Monitor["request"] = {
    method: "POST",
    url: `${target.origin}/{{region}}?at={{slot}}`,
    headers: { authorization: "Bearer ${env:TOKEN}", "idempotency-key": "{{uuid}}", "x-key": `\${file:${file}}` },
    body: { kind: "json", value: { id: "{{uuid}}", at: "{{timestamp}}", "{{uuid}}": ["${env:TOKEN}", 1.5, null] } },
  };
  const probe = prober({ env: { TOKEN: "${env:TOKEN} {{uuid}}" } });
  await probe.probe(monitor(request), SLOT);
  await probe.probe(monitor(request), SLOT + 60_000);
  const [first, second] = target.requests as [string, string];
  expect(first).toContain("POST /eu-west?at=2027-03-01T12:00:30.000Z HTTP/1.1\r\n");
  expect(first).toContain("authorization: Bearer ${env:TOKEN} {{uuid}}\r\n");
  expect(first).toContain("x-key: from-file\r\n");
  expect(first).toContain("content-type: application/json\r\n");
  const uuid = /idempotency-key: ([\da-f-]{36})\r\n/.exec(first)![1]!;
  const sent = JSON.parse(first.slice(first.indexOf("\r\n\r\n")));
  expect(sent).toEqual({
    id: uuid,
    at: String(SLOT / 1000),
    "{{uuid}}": ["${env:TOKEN} {{uuid}}", 1.5, null],
  });
  expect(second).not.toContain(uuid);
});

test("forms and plain texts are sent as such, unless the definition names another type", async () => {
  await using target = await startTarget(OK);
  const post = (more: Partial<Monitor["request"]>) =>
    prober({ env: { PW: "a b&c" } }).probe(monitor({ method: "POST", url: target.origin, ...more }), SLOT);
  await post({ body: { kind: "form", fields: { password: "${env:PW}" } } });
  await post({ body: { kind: "text", text: "<a/>" }, headers: { "content-type": "text/xml" } });
  expect(target.requests[0]).toMatch(
    /content-type: application\/x-www-form-urlencoded\r\n[\s\S]*\r\n\r\npassword=a\+b%26c$/,
  );
  expect(target.requests[1]).toMatch(/content-type: text\/xml\r\n[\s\S]*\r\n\r\n<a\/>$/);
});

test.each<[what: string, request: Partial<Monitor["request"]>, reason: string, detail: RegExp]>([
  ["a reference without a value", { headers: { a: "${env:ABSENT}" } }, "unresolved", /^\$\{env:ABSENT\} is not set/],
  ["a line break for a header", { headers: { a: "x${env:BREAK}" } }, "unresolved", /header "a": \$\{env:BREAK\}/],
  ["a line break for a URL", { url: "http://a.example/${env:BREAK}" }, "unsupported", /no URL/],
  ["a scheme other than http", { url: "${env:SCHEME}" }, "unsupported", /http or https/],
  ["a user name in the URL", { url: "http://u:${env:SECRET}@a.example/" }, "unsupported", /user name/],
  ["a template nobody knows", { url: "http://a.example/{{slto}}" }, "unsupported", /did you mean \{\{slot\}\}/],
  ["a method that is none", { method: "GET /x" }, "unsupported", /Method/],
])("%s makes the slot missed, for a reason of ours", async (_, request, reason, detail) => {
  const env = { BREAK: "canary\r\nx: y", SCHEME: "file:///canary", SECRET: "canary" };
  const result = await prober({ env }).probe(monitor(request), SLOT);
  expect(result).toEqual({
    kind: "missed",
    monitor: "create-order",
    region: "eu-west",
    slot: SLOT,
    reason,
    detail: expect.stringMatching(detail),
  });
  expect(JSON.stringify(result)).not.toContain("canary");
});

test("an address that may not be dialled makes the slot missed, not the target down", async () => {
  const result = await prober().probe(monitor({ url: "http://127.0.0.1:1/" }, { allowPrivate: false }), SLOT);
  expect(result).toMatchObject({ kind: "missed", reason: "blocked", detail: expect.stringContaining("127.0.0.1") });
});

test("a prober may be told to let every monitor dial private addresses, but metadata never", async () => {
  await using target = await startTarget(OK);
  const open = prober({ allowPrivate: true });
  expect(await open.probe(monitor({ url: target.origin }, { allowPrivate: false }), SLOT)).toMatchObject({
    kind: "sampled",
  });
  expect(await open.probe(monitor({ url: "http://169.254.169.254/" }), SLOT)).toMatchObject({ reason: "blocked" });
});

test("evidence comes with what is unexpected, with one usual answer an hour, and when asked for", async () => {
  await using good = await startTarget(OK);
  await using bad = await startTarget(CONFLICT);
  const { probe } = prober();
  const usual = monitor({ url: good.origin });
  const taken = [];
  for (const slot of [SLOT, SLOT + 60_000, SLOT + HOUR, SLOT + HOUR + 1, SLOT + 120_000]) {
    taken.push(hasEvidence(await probe(usual, slot)));
  }
  expect(taken).toEqual([true, false, true, false, false]);
  expect(hasEvidence(await probe({ ...usual, id: "other" }, SLOT + HOUR))).toBe(true);
  expect(hasEvidence(await probe(usual, SLOT + HOUR, { wantEvidence: true }))).toBe(true);
  for (const slot of [SLOT, SLOT + 1]) {
    expect(hasEvidence(await probe(monitor({ url: bad.origin }), slot))).toBe(true);
  }
});

test("an unexpected answer does not use up the hour's usual one", async () => {
  let answer = CONFLICT;
  await using target = await startTarget(async (far) => {
    await far.request();
    await far.send(answer);
  });
  const { probe } = prober();
  await probe(monitor({ url: target.origin }), SLOT);
  answer = OK;
  expect(hasEvidence(await probe(monitor({ url: target.origin }), SLOT + 60_000))).toBe(true);
});

test("no answer is a failure with its request as evidence", async () => {
  const target = await startTarget("");
  await target.close();
  const result = await prober().probe(monitor({ url: target.origin }), SLOT);
  expect(result).toMatchObject({
    kind: "sampled",
    outcome: { kind: "failure", reason: "connect" },
    evidence: { request: { method: "GET" }, response: null, remoteAddress: null },
  });
});

test("canaries: a target that echoes everything learns us nothing we would store", async () => {
  const env = { TOKEN: "canary-token-1", PASSWORD: "canary pass+2", PART: "canary-part-3" };
  await using target = await startTarget(async (far) => {
    const request = (await far.request())!;
    const line = request.replaceAll("\r\n", " ").trim();
    const echo = `${line} ${Buffer.from(line).toString("base64")} ${encodeURIComponent(line)} ${JSON.stringify(line)}`;
    const head = `Set-Cookie: ${env.TOKEN}\r\nX-Echo: ${line}\r\nX-64: ${Buffer.from(line).toString("base64")}`;
    await far.send(`HTTP/1.1 409 ${line}\r\n${head}\r\nContent-Length: ${echo.length}\r\n\r\n${echo}`);
    far.end();
  });
  const result = await prober({ env }).probe(
    monitor({
      method: "POST",
      url: `${target.origin}/\${env:PART}?note=\${env:PART}`,
      headers: { authorization: "Bearer ${env:TOKEN}", "x-note": "as ${env:PASSWORD}" },
      body: { kind: "json", value: { who: "${env:PASSWORD}" } },
    }),
    SLOT,
  );
  expect(result).toMatchObject({ outcome: { status: 409 } });
  const text = JSON.stringify(result);
  expect(text).not.toMatch(/canary/i);
  for (const value of Object.values(env)) {
    for (let offset = 0; offset < 3; offset++) {
      const core = Buffer.from(`${"x".repeat(offset)}${value}`)
        .toString("base64")
        .replaceAll("=", "")
        .slice(4, -2);
      expect(text).not.toContain(core);
    }
  }
});

test("a fault of ours is a missed slot that quotes nothing", async () => {
  const broken = monitor({}, { expect: null as unknown as Monitor["expect"], timeoutMs: 5_000 });
  await using target = await startTarget(OK);
  const result = await prober().probe({ ...broken, request: { ...broken.request, url: target.origin } }, SLOT);
  expect(result).toMatchObject({ kind: "missed", reason: "unsupported", detail: "the prober failed (TypeError)" });
});

test("a certificate good for fewer days than asked for is unexpected, and says so; one good for longer is as usual", async () => {
  await using target = await startTarget(OK, { tls: "localhost" });
  const url = `${target.origin}/`;
  const probing = prober({ secureContext: trustFixture("localhost") });
  const withDays = (daysLeft: number) => {
    const one = monitor({ url });
    const checks = [{ on: "certificate" as const, daysLeft }];
    return { ...one, steps: [{ name: "1 GET /", request: one.request, expect: one.expect, checks, save: [] }] };
  };
  const result = (await probing.probe(withDays(3_000_000), SLOT)) as Sample;
  expect(result.outcome).toEqual({ kind: "status", status: 200 });
  expect(result.unmet?.what).toMatch(
    /^the certificate \(CN=statusquo test fixture\) is good for \d+ days, until 2126-10-28, expected at least 3000000 days$/,
  );
  expect(result.evidence?.certificate?.daysLeft).toBeGreaterThan(30_000);
  expect((await probing.probe(withDays(14), SLOT)) as Sample).not.toHaveProperty("unmet");
});

test("a certificate is expected where none was shown: the answer is unexpected", async () => {
  await using target = await startTarget(OK);
  const one = monitor({ url: target.origin });
  const checks = [{ on: "certificate" as const, daysLeft: 14 }];
  const steps = [{ name: "1 GET /", request: one.request, expect: one.expect, checks, save: [] }];
  const result = (await prober().probe({ ...one, steps }, SLOT)) as Sample;
  expect(result.unmet?.what).toBe("no certificate was shown, expected at least 14 days");
});

test("authorization and connection of a definition are filled where the probe is made, and never come back", async () => {
  await using proxy = await startProxy({ credentials: "probe:proxy-canary", hosts: { "orders.example": "127.0.0.1" } });
  await using target = await startTarget(CONFLICT);
  const request: Partial<Monitor["request"]> = {
    url: `http://orders.example:${target.port}/`,
    auth: { kind: "bearer", token: "${env:TOKEN}" },
    connection: { proxy: { url: proxy.origin, user: "probe", password: "${env:PROXY}" } },
  };
  const result = (await prober({ env: { TOKEN: "token-canary", PROXY: "proxy-canary" } }).probe(
    monitor(request),
    SLOT,
  )) as Sample;
  expect(result.outcome).toEqual({ kind: "status", status: 409 });
  expect(target.requests[0]).toContain("authorization: Bearer token-canary\r\n");
  expect(result.evidence?.proxy).toBe(`127.0.0.1:${proxy.port}`);
  expect(JSON.stringify(result)).not.toContain("canary");
  const absent = await prober({ env: { TOKEN: "x" } }).probe(monitor(request), SLOT);
  expect(absent).toMatchObject({
    kind: "missed",
    reason: "unresolved",
    detail: expect.stringContaining("${env:PROXY}"),
  });
});

test("tokens are kept from probe to probe", async () => {
  const token = '{"access_token":"token-canary","expires_in":600}';
  await using server = await startTarget(
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${token.length}\r\n\r\n${token}`,
  );
  await using target = await startTarget(CONFLICT);
  const auth = {
    ...{ kind: "oauth2" as const, tokenUrl: server.origin, clientId: "a", clientSecret: "${env:S}" },
    credentials: "header" as const,
  };
  const one = monitor({ url: target.origin, auth, connection: { ca: `\${file:${fixtureFile("ca")}}` } });
  const probing = prober({ env: { S: "secret-canary" } });
  for (let slot = 0; slot < 3; slot++) await probing.probe(one, SLOT + slot * 60_000);
  expect([server.connections(), target.connections()]).toEqual([1, 3]);
});

test("a token server in trouble is a missed slot, never the target's failure", async () => {
  await using server = await startTarget("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
  const auth = {
    ...{ kind: "oauth2" as const, tokenUrl: server.origin, clientId: "a", clientSecret: "${env:S}" },
    credentials: "header" as const,
  };
  const result = await prober({ env: { S: "secret-canary" } }).probe(
    monitor({ url: "http://127.0.0.1:1/", auth }),
    SLOT,
  );
  expect(result).toMatchObject({ kind: "missed", reason: "no_token", detail: expect.stringContaining("answered 503") });
});

/** Nothing of this process runs for so long. */
const hold = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test("F8: what timed out while this process was held up is missed by a fault of ours; a target that is slow is not", async () => {
  await using silent = await startTarget(async (far) => void (await far.request()));
  const held = prober().probe(monitor({ url: silent.origin }, { timeoutMs: 500 }), SLOT);
  await new Promise(setImmediate);
  hold(900);
  expect(await held).toMatchObject({
    kind: "missed",
    reason: "resource",
    detail: expect.stringMatching(/^this process was held up for \d+ ms of a probe that may take 500 ms$/),
  });
  const slow = await prober().probe(monitor({ url: silent.origin }, { timeoutMs: 500 }), SLOT);
  expect(slow).toMatchObject({ kind: "sampled", outcome: { kind: "failure", reason: "timeout" } });
});

test("F8: an answer that came is a sample, however long this process was held up", async () => {
  await using target = await startTarget(CONFLICT);
  const held = prober().probe(monitor({ url: target.origin }, { timeoutMs: 5_000 }), SLOT);
  await new Promise(setImmediate);
  hold(1_500);
  expect(await held).toMatchObject({ kind: "sampled", outcome: { kind: "status", status: 409 } });
});
