/** What targets may send, name servers may say and certificates may be: each ends as one truthful result, in time. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type HttpOptions, probeHttp } from "./http.ts";
import type { NameLookup } from "./lookup.ts";
import { endOf, HOSTILE_PEERS, meetHostile, startTarget } from "./testing/index.ts";

const TIMEOUT_MS = 250;
const options: HttpOptions = {
  timeoutMs: TIMEOUT_MS,
  allowPrivate: true,
  followRedirects: 0,
  userAgent: "statusquo/test",
};

const head = (status: string, ...headers: string[]) =>
  `HTTP/1.1 ${status}\r\n${headers.map((h) => `${h}\r\n`).join("")}\r\n`;
describe("hostile peers", () => {
  test.each(HOSTILE_PEERS.map((peer) => [peer.row, peer.what, peer] as const))("%s: %s", async (_row, _what, peer) => {
    // Who is not ended by the deadline gets one that a slow machine keeps too.
    const timeoutMs = !peer.endsAtDeadline ? 10_000 : typeof peer.end === "number" ? 4 * TIMEOUT_MS : TIMEOUT_MS;
    const exchange = await meetHostile(peer, timeoutMs);
    expect(endOf(exchange)).toBe(peer.end);
    if (peer.bodyError === null) expect(exchange.bodyError).toBeNull();
    else if (peer.bodyError !== undefined) expect(exchange.bodyError).toMatch(peer.bodyError);
    if (peer.endsAtDeadline) expect(exchange.totalMs).toBeGreaterThanOrEqual(timeoutMs - 2);
    expect(exchange.body.length).toBeLessThanOrEqual(64 * 1024);
    if (typeof peer.end === "string") expect(exchange.head).toBeNull();
  });

  test("no row of the matrix is without a peer", () => {
    const rows = new Set(HOSTILE_PEERS.map(({ row }) => row));
    for (let row = 16; row <= 31; row++) expect(rows).toContain(`H${row}`);
  });
});

test("H25: a name that was public when checked and is private when dialled is refused", async () => {
  const answers = ["93.184.215.14", "127.0.0.1"];
  let asked = 0;
  const rebinding: NameLookup = {
    find: () => ({ addresses: Promise.resolve([{ address: answers[asked++]!, family: 4 }]), begun: () => true }),
  };
  await rebinding.find("orders.example").addresses; // somebody's check, made before
  const plan = { method: "GET", url: new URL("http://orders.example:9/"), headers: {}, body: null };
  const exchange = await probeHttp(plan, { ...options, allowPrivate: false, names: rebinding });
  expect(exchange.end).toMatchObject({ kind: "missed", reason: "blocked" });
  expect(asked).toBe(2);
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
