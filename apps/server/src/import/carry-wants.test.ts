import { expect, test } from "vitest";
import { carry } from "./carry.ts";
import { type Foreign, foreign, type Want } from "./foreign.ts";
import { createSecrets } from "./secrets.ts";
import { settle } from "./settle.ts";
import { statusesWhere } from "./statuses.ts";

// A demand as a test writes it: what it says of itself is the same for all.
type Bare = Want extends infer One ? (One extends Want ? Omit<One, "said"> : never) : never;
const wanting = (...wants: Bare[]) => wants.map((want) => ({ ...want, said: "SAID" }) as Want);
const check = (more: Partial<Foreign>) => foreign({ name: "site", url: "https://example.com/", ...more });
const carried = (...wants: Bare[]) => carry(check({ wants: wanting(...wants) }), "site", createSecrets());
const CREATED = { kind: "status", codes: statusesWhere((status) => status === 201) } as const;
const json = (path: string, must: Extract<Want, { kind: "json" }>["must"]): Bare => ({ kind: "json", path, must });

test.each<[Bare[], unknown]>([
  [[CREATED], [201]],
  [[CREATED, { kind: "latency", belowMs: 500 }], { status: [201], latency: "<500ms" }],
  [
    [
      { kind: "latency", belowMs: 500 },
      { kind: "latency", belowMs: 300 },
    ],
    { latency: "<300ms" },
  ],
  [[json("$.a", { is: "==", value: "UP" })], { json: { "$.a": "UP" } }],
  [[json("$.a", { is: "==", value: "1" })], { json: { "$.a": 1 } }],
  [[json("$.a", { is: "!=", value: "true" })], { json: { "$.a": { not: true } } }],
  [[json("$.a", { is: "==", value: "null" })], { json: { "$.a": null } }],
  [[json("$.a", { is: "==", value: "0409" })], { json: { "$.a": "0409" } }],
  [
    [json("$.a", { is: ">", value: "1" }), json("$.a", { is: "<=", value: "5" })],
    { json: { "$.a": { above: 1, at_most: 5 } } },
  ],
  [[json("$.a", { exists: false })], { json: { "$.a": { exists: false } } }],
  [
    [
      { kind: "body-contains", text: "a", not: false },
      { kind: "body-contains", text: "b", not: false },
    ],
    { body: { contains: ["a", "b"] } },
  ],
  [[{ kind: "body-contains", text: "a", not: true }], { body: { lacks: "a" } }],
  [[{ kind: "body-matches", pattern: "v[0-9]+", not: false }], { body: { matches: "v[0-9]+" } }],
  [[{ kind: "body-matches", pattern: "out of order", not: true }], { body: { lacks: "out of order" } }],
  [
    [{ kind: "header-matches", name: "Content-Type", pattern: "^text/.*", not: false }],
    { header: { "content-type": { matches: "^text/.*" } } },
  ],
])("the demands %j are expected as %j", (wants, expected) => {
  const { definition, notes, leftOut } = carried(...wants);
  expect([definition.expect, notes, leftOut]).toEqual([expected, [], null]);
});

test.each<[Bare, string]>([
  [json("$.a[", { is: "==", value: "1" }), "no JSONPath"],
  [json("$.a", { is: "<", value: "x" }), "no number"],
  [{ kind: "body-matches", pattern: "a+", not: true }, "cannot be said"],
  [{ kind: "body-matches", pattern: "(?=a)", not: false }, "cannot be used"],
  [{ kind: "header-matches", name: "a b", pattern: "x", not: false }, "no header of this name"],
  [{ kind: "certificate", leftMs: 1 }, "not judged"],
  [{ kind: "insecure" }, "always verified"],
  [{ kind: "authority", file: "ca.pem" }, "absolute path"],
  [{ kind: "ip", version: 4, only: false }, "resolver"],
  [{ kind: "other", why: "because" }, "because"],
])("of the demand %j a note is left, and no half of it", (want, why) => {
  const { definition, notes, leftOut } = carried(want);
  expect(definition).toEqual({ id: "site", url: "https://example.com/" });
  expect(notes.map(({ message }) => message).join()).toContain(why);
  expect(leftOut).toBeNull();
});

test.each<[Bare, string]>([
  [{ kind: "proxy", url: "socks5://proxy:1080" }, "http address"],
  [{ kind: "client-certificate", certificate: "probe.crt", key: "/etc/probe.key" }, "absolute paths"],
  [{ kind: "client-certificate", certificate: "/etc/probe.p12", key: null }, "needs its key"],
  [{ kind: "multipart", parts: [["a", null]] }, "a part is a file"],
])("without the demand %j the request would be another: it is left out", (want, why) => {
  expect(carried(want).leftOut).toContain(why);
});

test.each<[Partial<Foreign>, object]>([
  [
    { basic: { user: "probe", password: "s3cret" } },
    { auth: { basic: { user: "probe", password: "${env:SITE_PASSWORD}" } } },
  ],
  [{ basic: { user: "a:b", password: "s3cret" } }, { headers: { authorization: "Basic ${env:SITE_BASIC}" } }],
  [{ bearer: "s3cret" }, { auth: { bearer: "${env:SITE_TOKEN}" } }],
  [
    { wants: wanting({ kind: "proxy", url: "http://proxy.example.com:3128/" }) },
    { proxy: "http://proxy.example.com:3128" },
  ],
  [
    { wants: wanting({ kind: "proxy", url: "http://u:s3cret@proxy.example.com" }) },
    { proxy: { url: "http://proxy.example.com", user: "u", password: "${env:SITE_PROXY_PASSWORD}" } },
  ],
  [{ wants: wanting({ kind: "ip", version: 6, only: true }) }, { ip: 6 }],
  [{ wants: wanting({ kind: "http2" }) }, { http2: true }],
  [{ wants: wanting({ kind: "authority", file: "/etc/ca.crt" }) }, { tls: { ca: "${file:/etc/ca.crt}" } }],
  [{ wants: wanting({ kind: "server-name", name: "a.example.com" }) }, { tls: { server_name: "a.example.com" } }],
  [
    {
      wants: wanting({ kind: "client-certificate", certificate: "/a.crt", key: "-----BEGIN PRIVATE KEY----- s3cret" }),
    },
    { auth: { mtls: { cert: "${file:/a.crt}", key: "${env:SITE_KEY}" } } },
  ],
  [
    {
      wants: wanting({
        kind: "oauth2",
        tokenUrl: "https://id.example.com/t",
        clientId: "me",
        clientSecret: "s3cret",
        scopes: ["a", "b"],
        inBody: true,
      }),
    },
    {
      auth: {
        oauth2: {
          token_url: "https://id.example.com/t",
          client_id: "me",
          client_secret: "${env:SITE_CLIENT_SECRET}",
          scope: "a b",
          credentials: "body",
        },
      },
    },
  ],
  [
    {
      method: "POST",
      wants: wanting({
        kind: "multipart",
        parts: [
          ["a", "1"],
          ["token", "s3cret"],
        ],
      }),
    },
    { multipart: { a: "1", token: "${env:SITE_TOKEN}" } },
  ],
])("%j is said as %j, and our loader takes it", async (said, keys) => {
  const { definition } = carry(check(said), "site", createSecrets());
  expect(definition).toMatchObject(keys);
  const { yaml, monitors, said: left } = await settle({ checks: [check(said)], channels: [], notes: [] }, "test");
  expect(left.filter(({ leftOut }) => leftOut)).toEqual([]);
  expect(monitors).toEqual(["site"]);
  expect(yaml).not.toContain("s3cret");
});
