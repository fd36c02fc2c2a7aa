/** HTTP/2 where it is asked for and offered. */
import type { Connection } from "@statusquo/core";
import { expect, test } from "vitest";
import type { NameLookup } from "./lookup.ts";
import { ask, startHttp2Target, startProxy, startTarget, trustFixture } from "./testing/index.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const status = (code: number) => ({ kind: "status", status: code });
/** Names that all lead to this machine. */
const here: NameLookup = {
  find: () => ({ addresses: Promise.resolve([{ address: "127.0.0.1", family: 4 }]), begun: () => true }),
};

const http2: Connection = { http2: true };
const trusting = { secureContext: trustFixture("localhost") };

test("it is spoken where the target offers it, with all phases and the same evidence", async () => {
  await using target = await startHttp2Target((stream) => {
    stream.respond({ ":status": 409, "content-type": "application/json", "set-cookie": ["a=1", "b=2"] });
    stream.end('{"error":"conflict"}');
  });
  const exchange = await ask(
    `https://localhost:${target.port}/orders?x=1`,
    { connection: http2, plan: { method: "POST", body: "{}", headers: { "x-a": "1" } } },
    { ...trusting, names: here },
  );
  expect(exchange.end).toEqual(status(409));
  expect(exchange.head).toMatchObject({ httpVersion: "2.0", reason: "" });
  expect(exchange.head?.headers.filter(([name]) => name === "set-cookie")).toHaveLength(2);
  expect(exchange.body.toString()).toBe('{"error":"conflict"}');
  for (const phase of Object.values(exchange.phases)) expect(phase).toBeGreaterThanOrEqual(0);
  expect(target.requests[0]).toMatchObject({ ":method": "POST", ":path": "/orders?x=1", "x-a": "1" });
  expect(target.bodies).toEqual(["{}"]);
  expect(exchange.sent.headers).toContainEqual([":authority", `localhost:${target.port}`]);
  expect(Object.fromEntries(exchange.sent.headers)).not.toHaveProperty("connection");
});

test("a target that does not offer it is spoken to in HTTP/1.1", async () => {
  await using target = await startTarget(OK, { tls: "localhost" });
  const exchange = await ask(target.origin, { connection: http2 }, trusting);
  expect([exchange.end, exchange.head?.httpVersion]).toEqual([status(200), "1.1"]);
});

test("it is not offered unless asked for", async () => {
  await using target = await startHttp2Target((stream) => stream.respond({ ":status": 200 }, { endStream: true }), {
    allowHTTP1: true,
  });
  expect((await ask(target.origin, { connection: { ip: 4 } }, trusting)).head?.httpVersion).toBe("1.1");
});

test("it goes through a proxy's tunnel", async () => {
  await using proxy = await startProxy();
  await using target = await startHttp2Target((stream) => stream.respond({ ":status": 204 }, { endStream: true }));
  const connection = { http2: true, proxy: { url: proxy.origin } };
  const exchange = await ask(target.origin, { connection }, trusting);
  expect([exchange.end, exchange.head?.httpVersion]).toEqual([status(204), "2.0"]);
});

test("a redirect to plain http goes on in HTTP/1.1", async () => {
  await using plain = await startTarget(OK);
  await using target = await startHttp2Target((stream) =>
    stream.respond({ ":status": 302, location: `${plain.origin}/` }, { endStream: true }),
  );
  const exchange = await ask(target.origin, { connection: http2 }, { ...trusting, followRedirects: 1 });
  expect([exchange.end, exchange.head?.httpVersion]).toEqual([status(200), "1.1"]);
});
