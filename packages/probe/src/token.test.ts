/** Tokens by client credentials, against real token servers. */
import type { Auth } from "@statusquo/core";
import { expect, test } from "vitest";
import { evidenceOf } from "./evidence.ts";
import { ask, type Script, startTarget } from "./testing/index.ts";
import { createTokens } from "./token.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const status = (code: number) => ({ kind: "status", status: code });

const oauth2 = (origin: string, more: Partial<Extract<Auth, { kind: "oauth2" }>> = {}): Auth => ({
  ...{ kind: "oauth2", tokenUrl: `${origin}/token`, clientId: "pro be", clientSecret: "s:cret+canary" },
  ...{ credentials: "header", ...more },
});
const json = (status: string, value: unknown) => {
  const body = JSON.stringify(value);
  return `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};
/** Gives token-1, token-2 …, each for `seconds`. */
const giving =
  (seconds?: number): Script =>
  async (far, count) => {
    await far.request();
    await far.send(
      json("200 OK", { access_token: `token-${count + 1}-canary`, token_type: "Bearer", expires_in: seconds }),
    );
  };

test("a token is asked for once and kept until shortly before it ends", async () => {
  await using server = await startTarget(giving(600));
  await using target = await startTarget(OK);
  let now = 0;
  const tokens = createTokens(() => now);
  const auth = oauth2(server.origin, { scope: "orders:read", audience: "https://api.example.com" });
  for (const at of [0, 300_000, 539_999, 540_000]) {
    now = at;
    expect((await ask(target.origin, { auth }, {}, tokens)).end).toEqual(status(200));
  }
  expect(target.requests.map((request) => /Bearer (token-\d)/.exec(request)?.[1])).toEqual([
    "token-1",
    "token-1",
    "token-1",
    "token-2",
  ]);
  const credentials = Buffer.from("pro+be:s%3Acret%2Bcanary").toString("base64");
  expect(server.requests[0]).toContain(`authorization: Basic ${credentials}\r\n`);
  expect(server.requests[0]).toMatch(
    /\r\n\r\ngrant_type=client_credentials&scope=orders%3Aread&audience=https%3A%2F%2Fapi\.example\.com$/,
  );
});

test("id and secret go into the form where the server wants them there", async () => {
  await using server = await startTarget(giving());
  await using target = await startTarget(OK);
  await ask(target.origin, { auth: oauth2(server.origin, { credentials: "body" }) });
  expect(server.requests[0]).toMatch(/client_id=pro\+be&client_secret=s%3Acret%2Bcanary$/);
  expect(server.requests[0]).not.toContain("authorization");
});

test("probes that need the same token at once ask once", async () => {
  await using server = await startTarget(giving(600));
  await using target = await startTarget(OK);
  const tokens = createTokens();
  const auth = oauth2(server.origin);
  await Promise.all(Array.from({ length: 5 }, () => ask(target.origin, { auth }, {}, tokens)));
  expect(server.connections()).toBe(1);
  expect(target.connections()).toBe(5);
});

test("a kept token that is refused is asked for anew, once; the second answer counts", async () => {
  await using server = await startTarget(giving(600));
  let refused = "none";
  await using target = await startTarget(async (far) => {
    const request = await far.request();
    await far.send(request?.includes(refused) ? "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n" : OK);
  });
  const tokens = createTokens();
  const auth = oauth2(server.origin);
  await ask(target.origin, { auth }, {}, tokens);
  refused = "token-1";
  expect((await ask(target.origin, { auth }, {}, tokens)).end).toEqual(status(200));
  expect(server.connections()).toBe(2);
  refused = "token";
  expect((await ask(target.origin, { auth }, {}, tokens)).end).toEqual(status(401));
  expect(server.connections()).toBe(3);
});

test("a token that was just given and is refused is the target's word: 401, and no second try", async () => {
  await using server = await startTarget(giving(600));
  await using target = await startTarget("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
  const exchange = await ask(target.origin, { auth: oauth2(server.origin) });
  expect(exchange.end).toEqual(status(401));
  expect([server.connections(), target.connections()]).toEqual([1, 1]);
});

test("a token never comes out of evidence, wherever the target repeats it", async () => {
  await using server = await startTarget(giving(600));
  await using target = await startTarget(async (far) => {
    const request = await far.request();
    const token = /Bearer (.*)\r\n/.exec(request ?? "")?.[1] ?? "";
    await far.send(`HTTP/1.1 409 ${token}\r\nX-Seen: ${token}\r\n\r\n{"seen":"${token}"}`);
    far.end();
  });
  const exchange = await ask(target.origin, { auth: oauth2(server.origin) });
  expect(exchange.head?.reason).toContain("canary");
  expect(JSON.stringify(evidenceOf(exchange, { secrets: [], paths: [] }))).not.toContain("canary");
});

test.each<[what: string, script: Script | string, detail: RegExp]>([
  [
    "refuses the client",
    json("401 No", { error: "invalid_client", error_description: "canary" }),
    /401 invalid_client$/,
  ],
  ["breaks", "HTTP/1.1 500 Oops\r\nContent-Length: 6\r\n\r\ncanary", /answered 500$/],
  ["gives no token", json("200 OK", { token: "canary" }), /without an access_token/],
  ["gives a token no header may hold", json("200 OK", { access_token: "a\r\nx: canary" }), /without an access_token/],
  ["gives another kind of token", json("200 OK", { access_token: "canary", token_type: "mac" }), /another type/],
  ["says nothing", (far) => far.gone, /none in time|timeout/],
  ["leads elsewhere", "HTTP/1.1 302 Found\r\nLocation: /canary\r\n\r\n", /answered 302$/],
])("a token server that %s is no failure of the target, which is not asked", async (what, script, detail) => {
  await using server = await startTarget(script);
  await using target = await startTarget(OK);
  const exchange = await ask(
    target.origin,
    { auth: oauth2(server.origin) },
    { timeoutMs: what === "says nothing" ? 300 : 5_000 },
  );
  expect(exchange.end).toMatchObject({ kind: "missed", reason: "no_token", detail: expect.stringMatching(detail) });
  expect(JSON.stringify(exchange.end)).not.toContain("canary");
  expect(target.connections()).toBe(0);
});

test("the token server is guarded like any address", async () => {
  const exchange = await ask(
    "http://orders.example/",
    { auth: oauth2("http://169.254.169.254") },
    { allowPrivate: false },
  );
  expect(exchange.end).toMatchObject({ kind: "missed", reason: "blocked" });
});

test("a thousand tokens are kept, the oldest go first", async () => {
  await using server = await startTarget(giving(600));
  const tokens = createTokens(() => 0);
  const options = { timeoutMs: 5_000, allowPrivate: true, followRedirects: 0, userAgent: "t" };
  const take = (scope: string) =>
    tokens.take(oauth2(server.origin, { scope }) as Parameters<typeof tokens.take>[0], options);
  for (let from = 0; from < 1_001; from += 77)
    await Promise.all(Array.from({ length: Math.min(77, 1_001 - from) }, (_, at) => take(`s${from + at}`)));
  expect(await take("s1000")).toMatchObject({ kind: "token", kept: true });
  const asked = server.connections();
  const again = await Promise.all(Array.from({ length: 77 }, (_, at) => take(`s${at}`)));
  expect(again.filter((answer) => answer.kind === "token" && !answer.kept).length).toBeGreaterThan(0);
  expect(server.connections()).toBeGreaterThan(asked);
});
