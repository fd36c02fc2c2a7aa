import { afterEach, expect, test, vi } from "vitest";
import { type HttpOptions, type HttpPlan, probeHttp } from "./http.ts";
import { startTarget, trustFixture } from "./testing/index.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const options: HttpOptions = { timeoutMs: 5_000, allowPrivate: true, followRedirects: 0, userAgent: "statusquo/test" };
const get = (url: string, more: Partial<HttpPlan> = {}): HttpPlan => ({
  method: "GET",
  url: new URL(url),
  headers: {},
  body: null,
  ...more,
});

const environment = { ...process.env };
afterEach(() => {
  process.env = { ...environment };
});

test("an address needs no name and no TLS: three phases, in sum no longer than the whole", async () => {
  await using target = await startTarget(OK);
  const exchange = await probeHttp(get(target.origin), options);
  expect(exchange.end).toEqual({ kind: "status", status: 200 });
  const { dns, connect, tls, firstByte, body } = exchange.phases;
  expect([dns, tls]).toEqual([null, null]);
  for (const phase of [connect, firstByte, body]) expect(phase).toBeGreaterThanOrEqual(0);
  expect(connect! + firstByte! + body!).toBeLessThanOrEqual(exchange.totalMs);
  expect(exchange.remoteAddress).toBe("127.0.0.1");
  expect(exchange.body.toString()).toBe("ok");
});

test("a name over TLS has all five phases", async () => {
  await using target = await startTarget(OK, { tls: "localhost" });
  const names = {
    find: () => ({ addresses: Promise.resolve([{ address: "127.0.0.1", family: 4 }]), begun: () => true }),
  };
  const exchange = await probeHttp(get(`https://localhost:${target.port}/`), {
    ...options,
    names,
    secureContext: trustFixture("localhost"),
  });
  expect(exchange.end).toEqual({ kind: "status", status: 200 });
  const spent = Object.values(exchange.phases) as number[];
  for (const phase of spent) expect(phase).toBeGreaterThanOrEqual(0);
  expect(spent.reduce((sum, phase) => sum + phase, 0)).toBeLessThanOrEqual(exchange.totalMs);
});

test("time spent waiting is counted in the phase that waited", async () => {
  await using target = await startTarget(async (far) => {
    await far.request();
    await far.send("HTTP/1.1 200 OK\r\n\r\n");
  });
  const exchange = await probeHttp(get(target.origin), { ...options, timeoutMs: 200 });
  expect(exchange.end).toEqual({ kind: "status", status: 200 });
  expect(exchange.phases.body!).toBeGreaterThan(exchange.phases.firstByte!);
  expect(exchange.bodyError).toContain("still reading the body after 200 ms");
});

test("a process that stood still while it dialled asks nothing when its time has passed", async () => {
  await using target = await startTarget(OK);
  const now = performance.now.bind(performance);
  let stoodMs = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now() + stoodMs);
  try {
    const probing = probeHttp(get(target.origin), options);
    stoodMs = 20_000;
    expect((await probing).end).toMatchObject({ kind: "failure", reason: "timeout" });
    expect(target.requests).toEqual([]);
  } finally {
    clock.mockRestore();
  }
});

test("what is sent is exactly what evidence says was sent", async () => {
  await using target = await startTarget(OK);
  const plan = get(`${target.origin}/orders?a=1`, {
    method: "POST",
    headers: { "x-a": "1", connection: "keep-alive", "transfer-encoding": "chunked", "content-length": "99" },
    body: '{"é":1}',
  });
  const { sent } = await probeHttp(plan, options);
  const head = sent.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const bytes = `POST /orders?a=1 HTTP/1.1\r\n${head}\r\n${Buffer.from('{"é":1}').toString("latin1")}`;
  expect(target.requests).toEqual([bytes]);
  expect(sent.headers).toEqual([
    ["host", `127.0.0.1:${target.port}`],
    ["user-agent", "statusquo/test"],
    ["accept", "*/*"],
    ["accept-encoding", "identity"],
    ["x-a", "1"],
    ["content-length", "8"],
    ["connection", "close"],
  ]);
});

test("H23: no connection is used twice, even when the target wants to keep it", async () => {
  await using target = await startTarget(async (far) => {
    await far.request();
    await far.send("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok");
    await far.gone;
  });
  for (let probe = 0; probe < 3; probe++) await probeHttp(get(target.origin), options);
  expect(target.connections()).toBe(3);
});

test("H32: no cookie, cache or upgrade advice is remembered between probes", async () => {
  const head = "Set-Cookie: a=b\r\nETag: x\r\nAlt-Svc: h2=x\r\nStrict-Transport-Security: max-age=9\r\n";
  await using target = await startTarget(`HTTP/1.1 200 OK\r\n${head}Content-Length: 0\r\n\r\n`);
  await probeHttp(get(target.origin), options);
  await probeHttp(get(target.origin), options);
  expect(target.requests[1]).toBe(target.requests[0]);
});

test("H33: proxies of the environment are ignored", async () => {
  await using proxy = await startTarget("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  await using target = await startTarget(OK);
  for (const name of ["HTTP_PROXY", "http_proxy", "ALL_PROXY"]) process.env[name] = proxy.origin;
  process.env.NODE_USE_ENV_PROXY = "1";
  expect((await probeHttp(get(target.origin), options)).end).toEqual({ kind: "status", status: 200 });
  expect(proxy.connections()).toBe(0);
});

test("reading stops at 64 KiB, and the target's connection with it", async () => {
  let left = false;
  await using target = await startTarget(async (far) => {
    await far.request();
    await far.send("HTTP/1.1 200 OK\r\n\r\n");
    await far.sendForEver("x".repeat(10_000));
    left = true;
  });
  const exchange = await probeHttp(get(target.origin), options);
  expect(exchange).toMatchObject({ end: { kind: "status", status: 200 }, truncated: true, bodyError: null });
  expect(exchange.body.length).toBe(64 * 1024);
  await target.close();
  expect(left).toBe(true);
});

test("a body of exactly 64 KiB is whole", async () => {
  const size = 64 * 1024;
  await using target = await startTarget(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n${"x".repeat(size)}`);
  expect(await probeHttp(get(target.origin), options)).toMatchObject({ truncated: false, bodyBytes: size });
});

test("of a longer body exactly 64 KiB are taken, however much one read brings", async () => {
  const size = 1024 * 1024;
  await using target = await startTarget(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n${"x".repeat(size)}`);
  const exchange = await probeHttp(get(target.origin), options);
  expect(exchange).toMatchObject({ truncated: true, bodyBytes: 64 * 1024 });
  expect(exchange.body).toHaveLength(64 * 1024);
});

test("a redirect is the answer unless following was asked for", async () => {
  await using target = await startTarget("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
  expect((await probeHttp(get(target.origin), options)).end).toEqual({ kind: "status", status: 302 });
  expect(target.requests).toHaveLength(1);
});

test("a redirect within the origin takes headers along; to another origin none that were configured", async () => {
  await using far = await startTarget(OK);
  await using near = await startTarget(async (end, count) => {
    await end.request();
    const to = count === 0 ? "/second" : `${far.origin}/third`;
    await end.send(`HTTP/1.1 307 Temporary\r\nLocation: ${to}\r\n\r\n`);
  });
  const headers = { "x-api-key": "canary-key", authorization: "canary-auth", cookie: "canary" };
  const exchange = await probeHttp(get(`${near.origin}/first`, { headers }), { ...options, followRedirects: 5 });
  expect(exchange.end).toEqual({ kind: "status", status: 200 });
  expect(near.requests[1]).toContain("x-api-key: canary-key");
  expect(far.requests).toHaveLength(1);
  expect(far.requests[0]).toMatch(/^GET \/third /);
  expect(far.requests[0]).not.toContain("canary");
  expect(exchange.sent.url).toBe(`${far.origin}/third`);
});

test("a redirect loop ends after the allowed hops, with the redirect as the answer", async () => {
  await using target = await startTarget("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n");
  const exchange = await probeHttp(get(target.origin), { ...options, followRedirects: 5 });
  expect(exchange.end).toEqual({ kind: "status", status: 302 });
  expect(exchange.bodyError).toContain("no more redirects");
  expect(target.requests).toHaveLength(6);
});

test("the deadline is one for all hops", async () => {
  await using target = await startTarget(async (far, count) => {
    await far.request();
    if (count < 2) await far.send("HTTP/1.1 302 Found\r\nLocation: /again\r\n\r\n");
    await far.gone;
  });
  const exchange = await probeHttp(get(target.origin), { ...options, timeoutMs: 200, followRedirects: 5 });
  expect(exchange.end).toMatchObject({ kind: "failure", reason: "timeout" });
  expect(target.requests).toHaveLength(3);
});

test("every hop is guarded: a redirect to a metadata address is our refusal, not the target's failure", async () => {
  await using target = await startTarget("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest\r\n\r\n");
  const exchange = await probeHttp(get(target.origin), { ...options, followRedirects: 5 });
  expect(exchange.end).toMatchObject({ kind: "missed", reason: "blocked" });
});
