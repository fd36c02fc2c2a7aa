/**
 * Hostile peers: what targets, proxies and name servers may do to a prober, and what the sample says then.
 *
 * The rows, H16 to H30, are those of a matrix of hostile input: bodies, slowness, compression, heads, statuses, interim
 * answers, framing, smuggling, redirects, addresses, names, TLS and broken connections. Tests meet each of them, and
 * bench/hostile.ts says how late each ended.
 */
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Connection, FailureReason } from "@statusquo/core";
import type { HttpOptions } from "../http.ts";
import type { Finding, NameLookup } from "../lookup.ts";
import { END_HEADERS, END_STREAM, field, frame, PREFACE, statusField } from "./http2-frames.ts";
import type { FarEnd, Script, TargetOptions } from "./target.ts";
import { fixtureTls, trustFixture } from "./tls.ts";

export type HostileRow = `H${number}`;

/** What the sample must say: a status, in what way there was no answer, or why it is ours. */
export type HostileEnd = number | FailureReason | "blocked" | "resource" | "no_proxy";

export interface HostilePeer {
  row: HostileRow;
  what: string;
  script: Script | string;
  end: HostileEnd;
  /** What is said to have broken after a valid head; null for nothing; absent where it does not matter. */
  bodyError?: RegExp | null;
  /** Whether the deadline is what ends it. */
  endsAtDeadline?: boolean;
  target?: TargetOptions;
  options?: Partial<HttpOptions>;
  /** Is the proxy for a target that is not there, instead of the target. */
  isProxy?: boolean;
  connection?: Connection;
  /** In place of the target's own address; PORT stands for its port. */
  url?: string;
}

const head = (status: string, ...headers: string[]) =>
  `HTTP/1.1 ${status}\r\n${headers.map((h) => `${h}\r\n`).join("")}\r\n`;
const EMPTY = "Content-Length: 0";
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

const guarded = (row: HostileRow, urls: string[]): HostilePeer[] =>
  urls.map((url) => ({
    ...{ row, what: url, url, script: "HTTP/1.1 200 OK\r\n\r\n", end: "blocked" },
    options: { allowPrivate: false },
  }));
const addresses: HostilePeer[] = [
  ...guarded("H25", [
    "http://127.0.0.1:PORT/",
    "http://10.1.2.3/",
    "http://169.254.169.254/",
    "http://[::1]:PORT/",
    "http://[fc00::1]/",
    "http://[fe80::1]/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://[64:ff9b::7f00:1]/",
    "http://0.0.0.0:PORT/",
    "http://100.64.0.1/",
    "http://[::7f00:1]/",
    "http://[::]:PORT/",
  ]),
  ...guarded("H26", [
    "http://2130706433:PORT/",
    "http://0x7f000001:PORT/",
    "http://0177.0.0.1:PORT/",
    "http://127.1:PORT/",
    "http://①②⑦.⓪.⓪.①:PORT/",
    "http://127。0。0。1:PORT/",
    "http://127.0.0.1.:PORT/",
  ]),
  ...["http://169.254.169.254/", "http://[fd00:ec2::254]/", "http://168.63.129.16/", "http://169.254.1.1/"].map(
    (url): HostilePeer => ({
      ...{ row: "H27", what: `${url}, even where private addresses are allowed`, url, end: "blocked" },
      script: "",
    }),
  ),
];

const found = (finding: Partial<Finding>): NameLookup => ({
  find: () => ({ addresses: new Promise(() => undefined), begun: () => true, ...finding }),
});
const dnsError = (code: string): NameLookup => ({
  find: () => ({ addresses: Promise.reject(Object.assign(new Error("no"), { code })), begun: () => true }),
});
const NAMED = "http://orders.example:PORT/";
const nameServers: HostilePeer[] = [
  {
    ...{ row: "H28", what: "a name server that never answers", script: "", url: NAMED, end: "timeout" },
    ...{ options: { names: found({}) }, endsAtDeadline: true },
  },
  {
    ...{ row: "H28", what: "a lookup that never got a thread", script: "", url: NAMED, end: "resource" },
    ...{ options: { names: found({ begun: () => false }) }, endsAtDeadline: true },
  },
  ...["ENOTFOUND", "EAI_AGAIN", "ESERVFAIL", "ETIMEOUT", "EBADRESP"].map(
    (code): HostilePeer => ({
      ...{ row: "H28", what: `a name server that says ${code}`, script: "", url: NAMED, end: "dns" },
      options: { names: dnsError(code) },
    }),
  ),
  {
    ...{ row: "H28", what: "a thousand addresses nobody listens on", script: "", url: "http://orders.example:1/" },
    ...{ end: "connect" },
    options: {
      names: found({
        addresses: Promise.resolve(Array.from({ length: 1_000 }, () => ({ address: "127.0.0.1", family: 4 }))),
      }),
    },
  },
  {
    ...{ row: "H28", what: "no address at all", script: "", url: NAMED, end: "dns" },
    options: { names: found({ addresses: Promise.resolve([]) }) },
  },
  {
    ...{ row: "H25", what: "a public name that leads to this machine", script: "", url: NAMED, end: "blocked" },
    options: {
      allowPrivate: false,
      names: found({ addresses: Promise.resolve([{ address: "127.0.0.1", family: 4 }]) }),
    },
  },
];

const ok = head("200 OK", EMPTY);
const trusting = { secureContext: trustFixture("localhost") };
const tls: HostilePeer[] = [
  { row: "H29", what: "a self-signed certificate", script: ok, end: "tls", target: { tls: "localhost" } },
  {
    ...{ row: "H29", what: "an expired certificate", script: ok, end: "tls", target: { tls: "expired" } },
    options: { secureContext: trustFixture("expired") },
  },
  {
    ...{ row: "H29", what: "another host's certificate", script: ok, end: "tls", target: { tls: "elsewhere" } },
    options: { secureContext: trustFixture("elsewhere") },
  },
  {
    ...{ row: "H29", what: "TLS 1.0 and 1.1 alone", script: ok, end: "tls", options: trusting },
    target: { tls: "localhost", tlsOptions: { minVersion: "TLSv1", maxVersion: "TLSv1.1" } },
  },
  {
    ...{ row: "H29", what: "a demand for a client's certificate", script: ok, end: "tls", options: trusting },
    target: { tls: "localhost", tlsOptions: { requestCert: true, rejectUnauthorized: true } },
  },
  {
    ...{ row: "H29", what: "a chain of three hundred certificates", script: ok, end: "tls", options: trusting },
    target: {
      tls: "localhost",
      tlsOptions: { cert: fixtureTls("localhost").cert + fixtureTls("ca").cert.repeat(300) },
    },
  },
  {
    ...{ row: "H29", what: "plain HTTP on a TLS port", end: "tls", url: "https://127.0.0.1:PORT/" },
    script: (far) => far.send("HTTP/1.1 400 Bad Request\r\n\r\n"),
  },
  {
    ...{ row: "H29", what: "TLS on a plain port", script: ok, end: "protocol", target: { tls: "localhost" } },
    url: "http://127.0.0.1:PORT/",
  },
  {
    ...{ row: "H29", what: "a handshake of noise without end", end: "tls", url: "https://127.0.0.1:PORT/" },
    script: (far) => far.sendForEver(Buffer.alloc(8_192, 0x17)),
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
const http2: HostilePeer[] = [
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
  overHttp2("an answer in HTTP/1.1", "H22", "protocol", (far) => far.send(head("200 OK", EMPTY))),
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
  ...addresses,
  ...nameServers,
  ...tls,
  ...broken,
  ...http2,
  ...proxies,
].toSorted((a, b) => a.row.localeCompare(b.row));
