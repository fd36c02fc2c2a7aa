/** Hostile peers that speak HTTP/2, or begin to. */
import { answerHead, EMPTY, type HostileEnd, type HostilePeer, type HostileRow } from "./hostile-peer.ts";
import { END_HEADERS, END_STREAM, field, frame, PREFACE, statusField } from "./http2-frames.ts";
import type { FarEnd } from "./target.ts";
import { trustFixture } from "./tls.ts";

const trusting = { secureContext: trustFixture("localhost") };
const overHttp2 = (what: string, row: HostileRow, end: HostileEnd, play: (far: FarEnd) => unknown): HostilePeer => ({
  ...{ row, what: `HTTP/2: ${what}`, end, options: trusting, connection: { http2: true } },
  target: { tls: "localhost", tlsOptions: { ALPNProtocols: ["h2"] } },
  script: async (far) => {
    await far.send(PREFACE);
    await play(far);
    await far.gone;
  },
});
const answer409 = frame("headers", END_HEADERS, 1, statusField("409"));
export const HTTP2_PEERS: readonly HostilePeer[] = [
  overHttp2("GOAWAY at once", "H30", "protocol", (far) => far.send(frame("goaway", 0, 0, "\0\0\0\0\0\0\0\x0b"))),
  overHttp2("the stream is reset", "H30", "protocol", (far) => far.send(frame("reset", 0, 1, "\0\0\0\x02"))),
  overHttp2("FIN", "H30", "protocol", (far) => far.end()),
  {
    ...overHttp2("a whole answer, GOAWAY and FIN in one", "H30", 409, async (far) => {
      const body = frame("data", END_STREAM, 1, "x".repeat(10_000));
      await far.send(Buffer.concat([answer409, body, frame("goaway", 0, 0, "\0\0\0\x01\0\0\0\0")]));
      far.end();
    }),
    bodyError: null,
  },
  overHttp2("the stream is reset in the middle of a body", "H30", 409, async (far) => {
    await far.send(Buffer.concat([answer409, frame("data", 0, 1, "hel")]));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    await far.send(frame("reset", 0, 1, "\0\0\0\x02"));
  }),
  overHttp2("an answer in HTTP/1.1", "H22", "protocol", (far) => far.send(answerHead("200 OK", EMPTY))),
  overHttp2("a frame of 16 MB is announced", "H19", "protocol", (far) => far.send("\xff\xff\xff\0\0\0\0\0\x01")),
  overHttp2("a status of 099", "H20", "protocol", (far) =>
    far.send(frame("headers", END_HEADERS | END_STREAM, 1, statusField("099"))),
  ),
  overHttp2("no status at all", "H20", "protocol", (far) =>
    far.send(frame("headers", END_HEADERS | END_STREAM, 1, field("a", "b"))),
  ),
  overHttp2("a head that never ends", "H19", "protocol", async (far) => {
    await far.send(frame("headers", 0, 1, statusField("200")));
    await far.sendForEver(frame("continuation", 0, 1, field("x-more", "x".repeat(100))));
  }),
  overHttp2("a small head that unpacks to megabytes", "H18", "protocol", (far) =>
    far.send(
      frame(
        "headers",
        END_HEADERS,
        1,
        Buffer.concat([statusField("200"), field("x", "y".repeat(3_000), true), Buffer.alloc(8_000, 0xbe)]),
      ),
    ),
  ),
  {
    ...overHttp2("a promise of something nobody asked for, and no answer", "H21", "timeout", (far) =>
      far.send(frame("push", END_HEADERS, 1, Buffer.concat([Buffer.from([0, 0, 0, 2]), statusField("200")]))),
    ),
    endsAtDeadline: true,
  },
  overHttp2("interim answers without end", "H17", "protocol", (far) =>
    far.sendForEver(frame("headers", END_HEADERS, 1, statusField("103"))),
  ),
  overHttp2("a body without end, whatever the window", "H16", 409, async (far) => {
    await far.send(answer409);
    await far.sendForEver(frame("data", 0, 1, "x".repeat(16_000)));
  }),
  {
    ...overHttp2("drips its body", "H17", 409, async (far) => {
      await far.send(answer409);
      await far.drip(Buffer.concat(Array<Buffer>(2_000).fill(frame("data", 0, 1, "x"))), 2);
    }),
    ...{ endsAtDeadline: true, bodyError: /reading the body after/ },
  },
  { ...overHttp2("says nothing more", "H17", "timeout", () => undefined), endsAtDeadline: true },
  {
    ...overHttp2("pings without end", "H17", "timeout", (far) => far.sendForEver(frame("ping", 0, 0, "12345678"))),
    endsAtDeadline: true,
  },
  {
    ...overHttp2("settings without end", "H17", "timeout", (far) => far.sendForEver(PREFACE)),
    endsAtDeadline: true,
  },
];
