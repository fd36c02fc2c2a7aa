/** Proxies: what goes through them, and whose fault it is when nothing does. */
import type { Connection } from "@statusquo/core";
import { expect, test } from "vitest";
import { evidenceOf } from "./evidence.ts";
import { ask, type ProxyOptions, startProxy, startTarget, trustFixture } from "./testing/index.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const status = (code: number) => ({ kind: "status", status: code });

const through = (origin: string, more: Partial<NonNullable<Connection["proxy"]>> = {}): Connection => ({
  proxy: { url: origin, ...more },
});

test("https goes through a tunnel, with TLS from end to end and all phases", async () => {
  await using proxy = await startProxy({ hosts: { localhost: "127.0.0.1" } });
  await using target = await startTarget(OK, { tls: "localhost" });
  const exchange = await ask(
    `https://localhost:${target.port}/a`,
    { connection: through(proxy.origin) },
    { secureContext: trustFixture("localhost") },
  );
  expect(exchange.end).toEqual(status(200));
  expect(proxy.asked).toEqual([`CONNECT localhost:${target.port}`]);
  expect(exchange).toMatchObject({ proxy: `127.0.0.1:${proxy.port}`, remoteAddress: "127.0.0.1" });
  expect(exchange.phases).toMatchObject({
    dns: null,
    connect: expect.any(Number),
    tls: expect.any(Number),
    firstByte: expect.any(Number),
  });
});

test("http is asked for in the absolute form; user and password are the proxy's alone", async () => {
  await using proxy = await startProxy({ credentials: "probe:pw-canary", hosts: { "orders.example": "127.0.0.1" } });
  await using target = await startTarget(OK);
  const connection = through(proxy.origin, { user: "probe", password: "pw-canary" });
  const exchange = await ask(`http://orders.example:${target.port}/a?b=1`, { connection });
  expect(exchange.end).toEqual(status(200));
  expect(proxy.asked).toEqual([`GET http://orders.example:${target.port}/a?b=1`]);
  expect(target.requests[0]).toContain(`host: orders.example:${target.port}\r\n`);
  expect(target.requests[0]).not.toContain("proxy-authorization");
  expect(JSON.stringify(evidenceOf(exchange, { secrets: [], paths: [] }))).not.toContain(
    Buffer.from("probe:pw-canary").toString("base64"),
  );
});

test.each<[what: string, options: ProxyOptions, end: object]>([
  ["asks for a password", { credentials: "a:b" }, { kind: "missed", reason: "no_proxy" }],
  ["forbids the target", { refuseWith: 403 }, { kind: "missed", reason: "no_proxy" }],
  ["cannot reach the target", { refuseWith: 502 }, { kind: "failure", reason: "connect" }],
  ["waits for the target in vain", { refuseWith: 504 }, { kind: "failure", reason: "connect" }],
])("a proxy that %s: whose fault it is, is told apart", async (_, settings, end) => {
  await using proxy = await startProxy(settings);
  const { end: came } = await ask("https://orders.example/", { connection: through(proxy.origin) });
  expect(came).toMatchObject(end);
});

test("a password that a proxy for plain http does not take is trouble of ours, not a 407 of the target's", async () => {
  await using proxy = await startProxy({ credentials: "a:b" });
  const { end } = await ask("http://orders.example/", { connection: through(proxy.origin) });
  expect(end).toMatchObject({ kind: "missed", reason: "no_proxy", detail: expect.stringContaining("407") });
});

test("a proxy that nobody serves, or that says nothing HTTP, is trouble of ours", async () => {
  const gone = await startTarget("");
  await gone.close();
  await using odd = await startTarget("SSH-2.0-OpenSSH_9.9\r\n");
  for (const { origin } of [gone, odd]) {
    const { end } = await ask("https://orders.example/", { connection: through(origin) });
    expect(end).toMatchObject({ kind: "missed", reason: "no_proxy" });
  }
});

test("a tunnel that takes for ever to stand is a timeout of the target's, who may be what is waited for", async () => {
  await using proxy = await startTarget((far) => far.gone);
  const { end } = await ask("https://orders.example/", { connection: through(proxy.origin) }, { timeoutMs: 1_000 });
  expect(end).toMatchObject({ kind: "failure", reason: "timeout", detail: expect.stringContaining("connecting") });
});

test.each([
  "http://127.0.0.1/",
  "https://10.0.0.1/",
  "https://[::ffff:10.0.0.1]/",
  "http://2130706433/",
  "http://localhost/",
  "http://metadata.google.internal/",
  "https://169.254.169.254/",
])("%s is not asked for through a proxy either", async (url) => {
  await using proxy = await startProxy();
  const { end } = await ask(url, { connection: through(proxy.origin) }, { allowPrivate: false });
  expect(end).toMatchObject({ kind: "missed", reason: "blocked" });
  expect(proxy.asked).toEqual([]);
});

test("a redirect to a metadata address is refused behind a proxy too", async () => {
  await using proxy = await startProxy({ hosts: { "orders.example": "127.0.0.1" } });
  await using target = await startTarget("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n");
  const { end } = await ask(
    `http://orders.example:${target.port}/`,
    { connection: through(proxy.origin) },
    { allowPrivate: false, followRedirects: 5 },
  );
  expect(end).toMatchObject({ kind: "missed", reason: "blocked" });
  expect(proxy.asked).toHaveLength(1);
});

test("a proxy is never dialled at a metadata address", async () => {
  const { end } = await ask("https://orders.example/", { connection: through("http://169.254.169.254:80") });
  expect(end).toMatchObject({ kind: "missed", reason: "blocked" });
});
