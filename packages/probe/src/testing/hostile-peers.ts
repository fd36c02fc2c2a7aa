/**
 * Hostile peers: what targets, proxies and name servers may do to a prober, and what the sample says then.
 *
 * The rows, H16 to H30, are those of a matrix of hostile input: bodies, slowness, compression, heads, statuses, interim
 * answers, framing, smuggling, redirects, addresses, names, TLS and broken connections. Tests meet each of them, and
 * bench/hostile.ts says how late each ended.
 */
import { brotliCompressSync, gzipSync } from "node:zlib";
import { HTTP2_PEERS } from "./hostile-http2.ts";
import { ADDRESSES, NAME_SERVERS, TLS_PEERS } from "./hostile-network.ts";
import { EMPTY, type HostileEnd, type HostilePeer, type HostileRow, answerHead as head } from "./hostile-peer.ts";
import type { FarEnd, Script } from "./target.ts";

/** Sends, then keeps the line open. */
const holding =
  (bytes: string | Uint8Array): Script =>
  async (far) => {
    await far.request();
    await far.send(bytes);
    await far.gone;
  };
const answering =
  (work: (far: FarEnd) => void | Promise<void>): Script =>
  async (far) => {
    await far.request();
    await work(far);
  };

const statuses: [HostileRow, what: string, bytes: string, status: number, bodyError: RegExp | null][] = [
  ["H20", "600", head("600 Odd", EMPTY), 600, null],
  ["H20", "999", head("999 Odd", EMPTY), 999, null],
  ["H20", "no reason phrase", head("409", EMPTY), 409, null],
  ["H20", "a status line that claims HTTP/2", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n", 200, null],
  ["H21", "fifty 100s, then 200", head("100 Continue").repeat(50) + head("200 OK", EMPTY), 200, null],
  ["H21", "103, then 409", head("103 Early Hints", "Link: x") + head("409 Conflict", EMPTY), 409, null],
  ["H21", "101 with an upgrade", head("101 Switching", "Upgrade: x", "Connection: upgrade"), 101, null],
  ["H21", "101 without one", head("101 Switching"), 101, null],
  ["H22", "204 with a body", `${head("204 No Content", "Content-Length: 5")}hello`, 204, /HPE_/],
  ["H22", "304 with a body", `${head("304 Not Modified", "Content-Length: 5")}hello`, 304, /HPE_/],
  ["H22", "a body longer than announced", `${head("200 OK", "Content-Length: 2")}hello`, 200, /HPE_/],
  ["H22", "a body shorter than announced", `${head("409 Conflict", "Content-Length: 50")}hel`, 409, /closed early/],
  [
    "H22",
    "a broken chunk",
    `${head("409 Conflict", "Transfer-Encoding: chunked")}ZZ\r\nhello`,
    409,
    /HPE_INVALID_CHUNK/,
  ],
  [
    "H19",
    "a chunk extension of a megabyte",
    `${head("200 OK", "Transfer-Encoding: chunked")}5;${"x".repeat(1_000_000)}\r\n`,
    200,
    /HPE_CHUNK_EXTENSIONS/,
  ],
  [
    "H23",
    "a second answer behind the first",
    `${head("409 Conflict", "Content-Length: 2")}ok${head("500 E", EMPTY)}`,
    409,
    null,
  ],
  ["H31", "a reason of ten thousand letters", head(`409 ${"r".repeat(10_000)}`, EMPTY), 409, null],
];

const noAnswers: [HostileRow, what: string, bytes: string][] = [
  ["H20", "000", head("000 Zero", EMPTY)],
  ["H20", "099", head("099 Odd", EMPTY)],
  ["H20", "1000", head("1000 Odd", EMPTY)],
  ["H20", "letters for a status", head("ABC", EMPTY)],
  ["H21", "only a 100", head("100 Continue")],
  ["H21", "only a 199", head("199 Odd")],
  ["H21", "101 interim answers", head("100 Continue").repeat(101) + head("200 OK", EMPTY)],
  ["H19", "a header of 20 kB", head("200 OK", `X: ${"a".repeat(20_000)}`, EMPTY)],
  ["H19", "1,200 headers", head("200 OK", ...Array<string>(1_200).fill("a: b"), EMPTY)],
  ["H19", "NUL in a header", head("200 OK", "X: a\0b", EMPTY)],
  ["H22", "two different lengths", `${head("200 OK", "Content-Length: 5", "Content-Length: 6")}hello`],
  ["H22", "a negative length", `${head("200 OK", "Content-Length: -5")}hello`],
  ["H22", "a length beyond numbers", `${head("200 OK", `Content-Length: ${"9".repeat(30)}`)}hello`],
  ["H22", "length and chunks at once", head("200 OK", "Content-Length: 5", "Transfer-Encoding: chunked")],
  ["H22", "bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"],
  ["H22", "ICY", "ICY 200 OK\r\n\r\n"],
  ["H22", "an SSH banner", "SSH-2.0-OpenSSH_9.9\r\n"],
  ["H22", "HTTP/0.9", "<html>hello</html>"],
  ["H30", "nothing, then FIN", ""],
  ["H30", "half a head, then FIN", "HTTP/1.1 200 OK\r\nContent-"],
];

const slow: HostilePeer[] = [
  { row: "H17", what: "accepts and says nothing", script: (far) => far.gone, end: "timeout", endsAtDeadline: true },
  {
    ...{ row: "H17", what: "drips its head", end: "timeout", endsAtDeadline: true },
    script: (far) => far.drip(`HTTP/1.1 200 OK\r\nX: ${"a".repeat(10_000)}`, 5),
  },
  {
    ...{ row: "H17", what: "sends interim answers without end", end: "timeout", endsAtDeadline: true },
    script: (far) => far.drip(head("102 Processing").repeat(200), 1),
  },
  {
    ...{ row: "H17", what: "drips its body", end: 409, bodyError: /reading the body after/, endsAtDeadline: true },
    script: async (far) => {
      await far.send(head("409 Conflict", "Content-Length: 10000"));
      await far.drip("x".repeat(10_000), 5);
    },
  },
  {
    ...{ row: "H17", what: "keeps the line open after half a body", end: 409, endsAtDeadline: true },
    ...{ script: holding(`${head("409 Conflict", "Content-Length: 50")}hel`), bodyError: /reading the body after/ },
  },
  {
    ...{ row: "H17", what: "never ends a body without a length", end: 409, endsAtDeadline: true },
    ...{ script: holding(`${head("409 Conflict")}hello`), bodyError: /reading the body after/ },
  },
  {
    ...{ row: "H17", what: "takes the handshake's beginning and says nothing", end: "timeout", endsAtDeadline: true },
    ...{ script: (far) => far.gone, url: "https://127.0.0.1:PORT/" },
  },
];

const large: HostilePeer[] = [
  {
    ...{ row: "H16", what: "a body without end", end: 200, bodyError: null },
    script: answering(async (far) => {
      await far.send(head("200 OK"));
      await far.sendForEver("x".repeat(16_384));
    }),
  },
  {
    ...{ row: "H16", what: "chunks without end", end: 200, bodyError: null },
    script: answering(async (far) => {
      await far.send(head("200 OK", "Transfer-Encoding: chunked"));
      await far.sendForEver(`1000\r\n${"x".repeat(4_096)}\r\n`);
    }),
  },
  {
    ...{ row: "H16", what: "headers without end", end: "protocol" },
    script: answering(async (far) => {
      await far.send("HTTP/1.1 200 OK\r\n");
      await far.sendForEver(`x-more: ${"x".repeat(4_000)}\r\n`);
    }),
  },
  {
    ...{ row: "H16", what: "a trailer without end", end: 200 },
    script: answering(async (far) => {
      await far.send(`${head("200 OK", "Transfer-Encoding: chunked")}0\r\n`);
      await far.sendForEver(`x-more: ${"x".repeat(4_000)}\r\n`);
    }),
  },
  ...(["gzip", "br"] as const).map((encoding): HostilePeer => {
    const zeros = Buffer.alloc(16 * 1024 * 1024);
    const bomb = encoding === "gzip" ? gzipSync(zeros) : brotliCompressSync(zeros);
    return {
      ...{ row: "H18", what: `16 MB of nothing as ${encoding}`, end: 200, bodyError: null },
      script: answering(async (far) => {
        await far.send(head("200 OK", `Content-Encoding: ${encoding}`, `Content-Length: ${bomb.length}`));
        await far.send(bomb);
        await far.gone;
      }),
    };
  }),
  {
    ...{ row: "H18", what: "two hundred encodings in a chain", end: 200, bodyError: null },
    script: `${head("200 OK", `Content-Encoding: ${Array<string>(200).fill("gzip").join(", ")}`, "Content-Length: 4")}\x1f\x8b\x08\0`,
  },
];

const to = (location: string) => head("302 Found", `Location: ${location}`, EMPTY);
const following = { followRedirects: 5 };
const redirects: HostilePeer[] = [
  { row: "H24", what: "a redirect that nobody asked to follow", script: to("/x"), end: 302, bodyError: null },
  {
    ...{ row: "H24", what: "a redirect to itself for ever", script: to("/again"), options: following },
    ...{ end: 302, bodyError: /no more redirects/ },
  },
  {
    ...{ row: "H24", what: "twenty hops", options: following, end: 302, bodyError: /no more redirects/ },
    script: async (far, count) => {
      await far.request();
      await far.send(count < 20 ? to(`/hop-${count}`) : head("200 OK", EMPTY));
      far.end();
    },
  },
  ...["file:///etc/passwd", "javascript:alert(1)", "ftp://example.com/", "unix:/run/docker.sock"].map(
    (location): HostilePeer => ({
      ...{ row: "H24", what: `a redirect to ${location}`, script: to(location), options: following },
      ...{ end: 302, bodyError: /leads away from http/ },
    }),
  ),
  {
    ...{ row: "H24", what: "a redirect with a user name", script: to("http://u:p@127.0.0.1/"), options: following },
    ...{ end: 302, bodyError: /user name/ },
  },
  {
    ...{ row: "H24", what: "a redirect to nothing", script: to("http://[oops"), options: following },
    ...{ end: 302, bodyError: /no URL/ },
  },
  ...["http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://100.100.100.200/"].map(
    (location): HostilePeer => ({
      ...{ row: "H24", what: `a redirect to ${location}`, script: to(location), options: following, end: "blocked" },
    }),
  ),
  {
    ...{ row: "H24", what: "a redirect from http to a TLS port that speaks none", options: following, end: "tls" },
    script: async (far, count) => {
      if (count === 0) {
        await far.request();
        const { localPort } = far.socket;
        await far.send(to(`https://127.0.0.1:${localPort}/`));
      } else await far.send("HTTP/1.1 400 Bad Request\r\n\r\n");
      far.end();
    },
  },
];

const broken: HostilePeer[] = [
  { row: "H30", what: "RST before an answer", script: answering((far) => far.reset()), end: "protocol" },
  {
    ...{ row: "H30", what: "RST in the middle of a body", end: 409, bodyError: /./ },
    script: answering(async (far) => {
      await far.send(`${head("409 Conflict", "Content-Length: 50")}hel`);
      // The bytes must have been read before the reset, which would overtake them.
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      far.reset();
    }),
  },
  {
    ...{ row: "H30", what: "FIN in the middle of a body", end: 409, bodyError: /closed early/ },
    script: answering(async (far) => {
      await far.send(`${head("409 Conflict", "Content-Length: 50")}hel`);
      far.end();
    }),
  },
  {
    ...{ row: "H30", what: "FIN before the request, and nothing more", end: "protocol" },
    script: async (far) => {
      far.end();
      await far.gone;
    },
  },
  {
    ...{ row: "H30", what: "RST in the handshake", end: "tls", url: "https://127.0.0.1:PORT/" },
    script: async (far) => {
      await far.heard;
      far.reset();
    },
  },
  { row: "H30", what: "a port nobody listens on", script: "", url: "http://127.0.0.1:1/", end: "connect" },
];

const asProxy = (what: string, row: HostileRow, end: HostileEnd, script: Script | string): HostilePeer => ({
  ...{ row, what: `a proxy that ${what}`, end, script, isProxy: true, url: "https://orders.example/" },
});
const proxies: HostilePeer[] = [
  asProxy("sends a head without end", "H16", "no_proxy", async (far) => {
    await far.request();
    await far.send("HTTP/1.1 200 OK\r\n");
    await far.sendForEver(`x-more: ${"x".repeat(4_000)}\r\n`);
  }),
  asProxy("says it stands, and then speaks no TLS", "H29", "tls", "HTTP/1.1 200 OK\r\n\r\nSSH-2.0-OpenSSH_9.9\r\n"),
  asProxy("resets", "H30", "no_proxy", (far) => far.reset()),
  asProxy("answers 000", "H20", "no_proxy", "HTTP/1.1 000 Zero\r\n\r\n"),
  asProxy("redirects", "H24", "no_proxy", "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n"),
  {
    ...asProxy("drips its answer", "H17", "timeout", (far) => far.drip("HTTP/1.1 200 OK\r\n\r\n", 50)),
    endsAtDeadline: true,
  },
];

export const HOSTILE_PEERS: readonly HostilePeer[] = [
  ...large,
  ...slow,
  ...statuses.map(([row, what, script, end, bodyError]): HostilePeer => ({ row, what, script, end, bodyError })),
  ...noAnswers.map(([row, what, script]): HostilePeer => ({ row, what, script, end: "protocol" })),
  ...redirects,
  ...ADDRESSES,
  ...NAME_SERVERS,
  ...TLS_PEERS,
  ...broken,
  ...HTTP2_PEERS,
  ...proxies,
].toSorted((a, b) => a.row.localeCompare(b.row));
