/** What stands below HTTP and may be hostile: addresses, name servers, TLS. */
import type { Finding, NameLookup } from "../lookup.ts";
import { answerHead, EMPTY, type HostilePeer, type HostileRow } from "./hostile-peer.ts";
import { fixtureTls, trustFixture } from "./tls.ts";

const guarded = (row: HostileRow, urls: string[]): HostilePeer[] =>
  urls.map((url) => ({
    ...{ row, what: url, url, script: "HTTP/1.1 200 OK\r\n\r\n", end: "blocked" },
    options: { allowPrivate: false },
  }));
export const ADDRESSES: readonly HostilePeer[] = [
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
export const NAME_SERVERS: readonly HostilePeer[] = [
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

const ok = answerHead("200 OK", EMPTY);
const trusting = { secureContext: trustFixture("localhost") };
export const TLS_PEERS: readonly HostilePeer[] = [
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
