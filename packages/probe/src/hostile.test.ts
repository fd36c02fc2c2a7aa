/** What targets may send, name servers may say and certificates may be: each ends as one truthful result, in time. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Exchange, type HttpOptions, probeHttp } from "./http.ts";
import type { Finding, NameLookup } from "./lookup.ts";
import { type Script, startTarget, type TargetOptions, trustFixture } from "./testing/index.ts";

const TIMEOUT_MS = 250;
const options: HttpOptions = {
  timeoutMs: TIMEOUT_MS,
  allowPrivate: true,
  followRedirects: 0,
  userAgent: "statusquo/test",
};

async function meet(
  script: Script | string,
  more: Partial<HttpOptions> = {},
  targetOptions: TargetOptions = {},
): Promise<Exchange> {
  await using target = await startTarget(script, targetOptions);
  const plan = { method: "GET", url: new URL(target.origin), headers: {}, body: null };
  return await probeHttp(plan, { ...options, ...more });
}

const head = (status: string, ...headers: string[]) =>
  `HTTP/1.1 ${status}\r\n${headers.map((h) => `${h}\r\n`).join("")}\r\n`;
const EMPTY = "Content-Length: 0";
/** Sends, then keeps the line open. */
const holding =
  (bytes: string): Script =>
  async (far) => {
    await far.request();
    await far.send(bytes);
    await far.gone;
  };

describe("answers that are a status, whatever else is wrong with them", () => {
  test.each<[what: string, bytes: string, status: number, bodyError: RegExp | null]>([
    ["600", head("600 Odd", EMPTY), 600, null],
    ["999", head("999 Odd", EMPTY), 999, null],
    ["no reason phrase", head("409", EMPTY), 409, null],
    ["a status line that claims HTTP/2", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n", 200, null],
    ["fifty 100s, then 200", head("100 Continue").repeat(50) + head("200 OK", EMPTY), 200, null],
    ["103, then 409", head("103 Early Hints", "Link: x") + head("409 Conflict", EMPTY), 409, null],
    ["101 with an upgrade", head("101 Switching", "Upgrade: x", "Connection: upgrade"), 101, null],
    ["101 without one", head("101 Switching"), 101, null],
    ["204 with a body", `${head("204 No Content", "Content-Length: 5")}hello`, 204, /HPE_/],
    ["304 with a body", `${head("304 Not Modified", "Content-Length: 5")}hello`, 304, /HPE_/],
    ["a body longer than announced", `${head("200 OK", "Content-Length: 2")}hello`, 200, /HPE_/],
    ["a body shorter than announced", `${head("409 Conflict", "Content-Length: 50")}hel`, 409, /closed early/],
    ["a broken chunk", `${head("409 Conflict", "Transfer-Encoding: chunked")}ZZ\r\nhello`, 409, /HPE_INVALID_CHUNK/],
    [
      "a chunk extension of a megabyte",
      `${head("200 OK", "Transfer-Encoding: chunked")}5;${"x".repeat(1_000_000)}\r\n`,
      200,
      /HPE_CHUNK_EXTENSIONS/,
    ],
    [
      "a second answer behind the first",
      `${head("409 Conflict", "Content-Length: 2")}ok${head("500 E", EMPTY)}`,
      409,
      null,
    ],
    ["a reason of ten thousand letters", head(`409 ${"r".repeat(10_000)}`, EMPTY), 409, null],
  ])("%s", async (_, bytes, status, bodyError) => {
    const exchange = await meet(bytes);
    expect(exchange.end).toEqual({ kind: "status", status });
    if (bodyError === null) expect(exchange.bodyError).toBeNull();
    else expect(exchange.bodyError).toMatch(bodyError);
  });
});

describe("answers that are no HTTP answer are a protocol failure", () => {
  test.each<[what: string, bytes: string]>([
    ["000", head("000 Zero", EMPTY)],
    ["099", head("099 Odd", EMPTY)],
    ["1000", head("1000 Odd", EMPTY)],
    ["letters for a status", head("ABC", EMPTY)],
    ["only a 100", head("100 Continue")],
    ["only a 199", head("199 Odd")],
    ["a header of 20 kB", head("200 OK", `X: ${"a".repeat(20_000)}`, EMPTY)],
    ["1,200 headers", head("200 OK", ...Array<string>(1_200).fill("a: b"), EMPTY)],
    ["NUL in a header", head("200 OK", "X: a\0b", EMPTY)],
    ["two different lengths", `${head("200 OK", "Content-Length: 5", "Content-Length: 6")}hello`],
    ["a negative length", `${head("200 OK", "Content-Length: -5")}hello`],
    ["a length beyond numbers", `${head("200 OK", `Content-Length: ${"9".repeat(30)}`)}hello`],
    ["length and chunks at once", head("200 OK", "Content-Length: 5", "Transfer-Encoding: chunked")],
    ["bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"],
    ["ICY", "ICY 200 OK\r\n\r\n"],
    ["an SSH banner", "SSH-2.0-OpenSSH_9.9\r\n"],
    ["HTTP/0.9", "<html>hello</html>"],
    ["nothing, then FIN", ""],
    ["half a head, then FIN", "HTTP/1.1 200 OK\r\nContent-"],
    ["101 interim answers", head("100 Continue").repeat(101) + head("200 OK", EMPTY)],
  ])("%s", async (_, bytes) => {
    const exchange = await meet(bytes);
    expect(exchange.end).toMatchObject({ kind: "failure", reason: "protocol" });
    expect(exchange.head).toBeNull();
  });
});

describe("targets that take for ever are ended by the one deadline", () => {
  test.each<[what: string, script: Script]>([
    ["accepts and says nothing", (far) => far.gone],
    ["drips its head", (far) => far.drip(`HTTP/1.1 200 OK\r\nX: ${"a".repeat(10_000)}`, 5)],
    ["sends interim answers without end", (far) => far.drip(head("102 Processing").repeat(200), 1)],
  ])("%s: a timeout", async (_, script) => {
    const exchange = await meet(script);
    expect(exchange.end).toMatchObject({ kind: "failure", reason: "timeout" });
    expect(exchange.totalMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 2);
  });

  test.each<[what: string, script: Script]>([
    [
      "drips its body",
      async (far) => {
        await far.send(head("409 Conflict", "Content-Length: 10000"));
        await far.drip("x".repeat(10_000), 5);
      },
    ],
    ["keeps the line open after half a body", holding(`${head("409 Conflict", "Content-Length: 50")}hel`)],
    ["never ends a body without a length", holding(`${head("409 Conflict")}hello`)],
  ])("%s: still its status", async (_, script) => {
    const exchange = await meet(script);
    expect(exchange.end).toEqual({ kind: "status", status: 409 });
    expect(exchange.bodyError).toContain(`after ${TIMEOUT_MS} ms`);
  });

  test("a TLS handshake that never answers is a timeout in that phase", async () => {
    await using target = await startTarget((far) => far.gone);
    const url = new URL(`https://127.0.0.1:${target.port}`);
    const exchange = await probeHttp({ method: "GET", url, headers: {}, body: null }, options);
    expect(exchange.end).toMatchObject({ kind: "failure", reason: "timeout" });
    expect(exchange.phases.tls).toBeGreaterThan(0);
    expect(exchange.phases.firstByte).toBeNull();
  });
});

describe("connections that break", () => {
  test("RST before an answer is a protocol failure", async () => {
    const exchange = await meet(async (far) => {
      await far.request();
      far.reset();
    });
    expect(exchange.end).toMatchObject({ kind: "failure", reason: "protocol" });
  });

  test("RST in the middle of a body keeps the status and what had come", async () => {
    const received = Promise.withResolvers<void>();
    const exchange = await meet(async (far) => {
      await far.request();
      await far.send(`${head("409 Conflict", "Content-Length: 50")}hel`);
      // The bytes must have been read before the reset, which would overtake them.
      setImmediate(() => setImmediate(received.resolve));
      await received.promise;
      far.reset();
    });
    expect(exchange.end).toEqual({ kind: "status", status: 409 });
    expect(exchange.bodyError).not.toBeNull();
  });

  test("a port nobody listens on is a connect failure", async () => {
    const target = await startTarget("");
    await target.close();
    const plan = { method: "GET", url: new URL(target.origin), headers: {}, body: null };
    const exchange = await probeHttp(plan, options);
    expect(exchange.end).toEqual({
      kind: "failure",
      reason: "connect",
      detail: "connection refused (ECONNREFUSED)",
    });
    expect(exchange.remoteAddress).toBeNull();
  });
});

describe("compressed bodies are never undone", () => {
  test("a chain of two hundred encodings is just a header, the body just bytes", async () => {
    const encodings = Array<string>(200).fill("gzip").join(", ");
    const exchange = await meet(
      `${head("200 OK", `Content-Encoding: ${encodings}`, "Content-Length: 4")}\x1f\x8b\x08\0`,
    );
    expect(exchange.end).toEqual({ kind: "status", status: 200 });
    expect([...exchange.body]).toEqual([0x1f, 0x8b, 8, 0]);
  });
});

describe("TLS", () => {
  const ok = head("200 OK", EMPTY);
  const trusted = { secureContext: trustFixture("localhost"), timeoutMs: 5_000 };
  test("a certificate that is trusted and names the address is fine", async () => {
    expect((await meet(ok, trusted, { tls: "localhost" })).end).toEqual({ kind: "status", status: 200 });
  });

  test.each<[what: string, more: Partial<HttpOptions>, target: TargetOptions, detail: RegExp]>([
    ["a self-signed certificate", {}, { tls: "localhost" }, /self-signed/],
    ["an expired certificate", { secureContext: trustFixture("expired") }, { tls: "expired" }, /expired/],
    ["another host's certificate", { secureContext: trustFixture("elsewhere") }, { tls: "elsewhere" }, /another host/],
    ["TLS 1.0", trusted, { tls: "localhost", tlsOptions: { minVersion: "TLSv1", maxVersion: "TLSv1.1" } }, /./],
    [
      "a demand for a client's certificate",
      trusted,
      { tls: "localhost", tlsOptions: { requestCert: true, rejectUnauthorized: true } },
      /./,
    ],
  ])("%s is a TLS failure", async (_, more, target, detail) => {
    const exchange = await meet(holding(ok), { timeoutMs: 5_000, ...more }, target);
    expect(exchange.end).toMatchObject({ kind: "failure", reason: "tls", detail: expect.stringMatching(detail) });
  });

  test("plain HTTP on a TLS port is a TLS failure, TLS on a plain port a protocol failure", async () => {
    await using plain = await startTarget((far) => far.send("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await using secure = await startTarget(ok, { tls: "localhost" });
    const plan = (url: string) => ({ method: "GET", url: new URL(url), headers: {}, body: null });
    const toPlain = await probeHttp(plan(`https://127.0.0.1:${plain.port}`), { ...options, timeoutMs: 5_000 });
    const toSecure = await probeHttp(plan(`http://127.0.0.1:${secure.port}`), { ...options, timeoutMs: 5_000 });
    expect(toPlain.end).toMatchObject({ kind: "failure", reason: "tls" });
    expect(toSecure.end).toMatchObject({ kind: "failure", reason: "protocol" });
  });
});

describe("names", () => {
  const found = (finding: Partial<Finding>): NameLookup => ({
    find: () => ({ addresses: new Promise(() => undefined), begun: () => true, ...finding }),
  });
  const probeName = (names: NameLookup, more: Partial<HttpOptions> = {}) =>
    probeHttp(
      { method: "GET", url: new URL("http://orders.example:9/"), headers: {}, body: null },
      { ...options, ...more, names },
    );
  const dnsError = (code: string) => Promise.reject(Object.assign(new Error("no"), { code }));

  test("a name server that never answers is a timeout while looking up", async () => {
    const exchange = await probeName(found({}));
    expect(exchange.end).toMatchObject({ reason: "timeout", detail: expect.stringContaining("looking up the name") });
    expect(exchange.phases).toMatchObject({ dns: expect.any(Number), connect: null });
  });

  test("a lookup that never got its turn is our shortage, not the target's failure", async () => {
    const exchange = await probeName(found({ begun: () => false }));
    expect(exchange.end).toMatchObject({ kind: "missed", reason: "resource" });
  });

  test.each(["ENOTFOUND", "EAI_AGAIN", "ESERVFAIL"])("%s is a dns failure", async (code) => {
    const exchange = await probeName(found({ addresses: dnsError(code) }));
    expect(exchange.end).toMatchObject({ kind: "failure", reason: "dns", detail: expect.stringContaining(code) });
  });

  test("of a thousand addresses only a few are tried", async () => {
    const many = Array.from({ length: 1_000 }, () => ({ address: "127.0.0.1", family: 4 }));
    const target = await startTarget("");
    await target.close();
    const exchange = await probeHttp(
      { method: "GET", url: new URL(`http://orders.example:${target.port}/`), headers: {}, body: null },
      { ...options, timeoutMs: 5_000, names: found({ addresses: Promise.resolve(many) }) },
    );
    expect(exchange.end).toMatchObject({ kind: "failure", reason: "connect" });
  });

  test("a name that was public when checked and is private when dialled is refused", async () => {
    const answers = ["93.184.215.14", "127.0.0.1"];
    let asked = 0;
    const rebinding: NameLookup = {
      find: () => ({ addresses: Promise.resolve([{ address: answers[asked++]!, family: 4 }]), begun: () => true }),
    };
    await rebinding.find("orders.example").addresses; // somebody's check, made before
    const exchange = await probeName(rebinding, { allowPrivate: false });
    expect(exchange.end).toMatchObject({ kind: "missed", reason: "blocked" });
    expect(asked).toBe(2);
  });
});

describe("anything at all", () => {
  /** Many answers through one target: starting one for each would cost more than the probe. */
  async function meetAll(arbitrary: fc.Arbitrary<Uint8Array>, runs: number) {
    let next: Uint8Array = new Uint8Array();
    await using target = await startTarget(async (far) => {
      await far.request();
      await far.send(next);
      far.end();
    });
    const plan = { method: "GET", url: new URL(target.origin), headers: {}, body: null };
    await fc.assert(
      fc.asyncProperty(arbitrary, async (bytes) => {
        next = bytes;
        const { end } = await probeHttp(plan, { ...options, timeoutMs: 2_000, followRedirects: 0 });
        if (end.kind === "status") expect(end.status).toBeGreaterThanOrEqual(100);
        else expect(end).toMatchObject({ kind: "failure", reason: "protocol" });
      }),
      { numRuns: runs },
    );
  }

  test("arbitrary bytes never make the prober throw", async () => {
    await meetAll(fc.uint8Array({ maxLength: 2_000 }), 150);
  });

  test("nor do arbitrary bytes behind something that begins like HTTP", async () => {
    const start = fc.constantFrom(
      "HTTP/1.1 ",
      "HTTP/1.1 409 ",
      head("409 C").slice(0, -2),
      head("200 OK", "Transfer-Encoding: chunked"),
    );
    const token = fc.constantFrom(
      "\r\n",
      ":",
      "Content-Length: ",
      "5\r\n",
      "0\r\n\r\n",
      "\n",
      "\0",
      "\xff",
      head("100 C"),
      head("101 S"),
    );
    const tail = fc.array(fc.oneof(token, fc.string({ maxLength: 20 })), { maxLength: 12 });
    await meetAll(
      fc.tuple(start, tail).map(([first, rest]) => Buffer.from(first + rest.join(""), "latin1")),
      150,
    );
  });
});
