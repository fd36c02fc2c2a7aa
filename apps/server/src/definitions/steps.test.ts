// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references are written like this
import type { Monitor } from "@statusquo/core";
import { expect, test } from "vitest";
import { compileDefinitions, problemText } from "./load.ts";

const load = (text: string) => compileDefinitions([{ file: "statusquo.yaml", text }], {});
const problems = async (text: string) => {
  const result = await load(text);
  return result.ok ? [] : result.problems.map(problemText);
};
const only = async (text: string): Promise<Monitor> => {
  const result = await load(text);
  if (!result.ok) throw new Error(result.problems.map(problemText).join("\n"));
  return result.loaded.monitors[0] as Monitor;
};

const EDIT = `monitors:
  - id: edit-document
    headers: { X-Team: editors }
    steps:
      - get: https://api.example.com/documents/probe
        save: { etag: header.ETag, rev: json.$.revision, session: cookie.sid }
      - name: write
        put: https://api.example.com/documents/probe
        headers: { If-Match: "{{etag}}" }
        json: { title: "probe {{slot}}", rev: "{{rev}}" }
        expect: [200, 204]
    cleanup:
      - delete: https://api.example.com/documents/{{rev}}
    confirm: 2s
    stagger: regions
`;

test("steps become requests in order, the last of which stands for the monitor", async () => {
  const monitor = await only(EDIT);
  expect(monitor.steps).toMatchObject([
    {
      name: "1 GET /documents/probe",
      request: { method: "GET", headers: { "x-team": "editors" } },
      expect: [{ from: 200, to: 299 }],
      save: [
        { name: "etag", from: { kind: "header", name: "etag" }, secret: false },
        { name: "rev", from: { kind: "json", path: "$.revision" }, secret: false },
        { name: "session", from: { kind: "cookie", name: "sid" }, secret: true },
      ],
    },
    { name: "write", request: { method: "PUT", headers: { "x-team": "editors", "if-match": "{{etag}}" } } },
  ]);
  expect(monitor.request).toEqual(monitor.steps?.[1]?.request);
  expect(monitor.expect).toEqual(monitor.steps?.[1]?.expect);
  expect(monitor.cleanup).toMatchObject([{ name: "1 DELETE /documents/{{rev}}" }]);
  expect(monitor).toMatchObject({ confirmAfterMs: 2_000, stagger: "regions", timeoutMs: 7_500 });
});

test("a monitor of one request, of which only the status is expected, is what it was before there were steps", async () => {
  const short = await only("monitors: [{ url: https://api.example.com/health, expect: [200] }]");
  const long = await only("monitors: [{ url: https://api.example.com/health, expect: { status: 200 } }]");
  expect(short.steps).toBeUndefined();
  expect([long.version, long.subject]).toEqual([short.version, short.subject]);
});

test("an expectation may hold headers, JSON, the body and latency", async () => {
  const { steps } = await only(`monitors:
  - url: https://api.example.com/health
    expect:
      status: [2xx, "!204"]
      header: { Content-Type: application/json, x-cache: { not: HIT } }
      json: { "$.status": ok, "$.items": { exists: true }, "$.count": { at_least: 1, below: 10 }, "$.tags": [a] }
      body: { contains: [ready, fine], lacks: panic }
      latency: <800ms
`);
  expect(steps?.[0]?.checks).toEqual([
    { on: "latency", belowMs: 800 },
    { on: "header", name: "content-type", must: { op: "is", value: "application/json" } },
    { on: "header", name: "x-cache", must: { op: "not", value: "HIT" } },
    { on: "body", must: { op: "contains", text: "ready" } },
    { on: "body", must: { op: "contains", text: "fine" } },
    { on: "body", must: { op: "lacks", text: "panic" } },
    { on: "json", path: "$.status", must: { op: "is", value: "ok" } },
    { on: "json", path: "$.items", must: { op: "exists", value: true } },
    { on: "json", path: "$.count", must: { op: "below", value: 10 } },
    { on: "json", path: "$.count", must: { op: "at_least", value: 1 } },
    { on: "json", path: "$.tags", must: { op: "is", value: ["a"] } },
  ]);
});

test("every change of what is sent, expected or kept is a new version and a new subject", async () => {
  const known = new Set<string>();
  for (const [from, to] of [
    ["", ""],
    ["revision", "rev"],
    ["If-Match", "X-Match"],
    ["[200, 204]", "{ status: [200, 204], latency: <2s }"],
    ["rev: json", "revision: json"],
  ] as const) {
    const { version, subject } = await only(
      EDIT.replace(from, to).replaceAll("{{rev}}", to.includes("revision") ? "{{revision}}" : "{{rev}}"),
    );
    known.add(version).add(subject);
  }
  expect(known.size).toBe(10);
  const [first, ...others] = await Promise.all(
    [EDIT, EDIT.replace("2s", "3s"), EDIT.replace("    stagger: regions\n", ""), EDIT.replace("delete:", "post:")].map(
      only,
    ),
  );
  expect(new Set([first, ...others].map((one) => one?.version)).size).toBe(4);
  expect(new Set([first, ...others].map((one) => one?.subject)).size).toBe(1);
});

const steps = (...lines: string[]) =>
  `monitors:\n  - id: m\n    steps:\n${lines.map((line) => `      - ${line}\n`).join("")}`;
const one = (expectation: string) =>
  `monitors:\n  - id: m\n    url: https://a.example.com/\n    expect: ${expectation}\n`;
const AT = (line: number, column: number) => `statusquo.yaml:${line}:${column}: monitor "m": `;

test.each<[what: string, text: string, problem: string]>([
  [
    "a value used before it is saved",
    steps("{ get: 'https://a.example.com/{{etag}}' }", "{ get: https://a.example.com/, save: { etag: header.etag } }"),
    `${AT(4, 16)}step 1: get: {{etag}} is saved by step 2, which does not come before this one; save it in an earlier step`,
  ],
  [
    "a name nobody knows",
    steps("{ get: https://a.example.com/, save: { etag: header.etag } }", "{ get: 'https://a.example.com/{{etga}}' }"),
    `${AT(5, 16)}step 2: get: a template must be one of {{uuid}}, {{step_uuid}}, {{region}}, {{slot}}, {{timestamp}}, {{etag}}; got {{etga}}; did you mean {{etag}}?`,
  ],
  [
    "a source that is none",
    steps("{ get: https://a.example.com/, save: { etag: headers.etag } }"),
    `${AT(4, 54)}step 1: etag must be header.etag, cookie.session, json.$.revision or status, or { from: header.etag, secret: true }; got "headers.etag"`,
  ],
  [
    "a JSONPath of a save that is none",
    steps("{ get: https://a.example.com/, save: { rev: 'json.$.[' } }"),
    `${AT(4, 48)}step 1: save rev must be an RFC 9535 JSONPath after json., such as json.$.revision; got "$.["`,
  ],
  [
    "a name that is taken",
    steps("{ get: https://a.example.com/, save: { uuid: header.etag } }"),
    `${AT(4, 48)}step 1: "uuid" must be a name of your own`,
  ],
  [
    "two methods in one step",
    steps("{ get: https://a.example.com/, put: https://a.example.com/ }"),
    `${AT(4, 40)}step 1: one method and one address a step; got get and put`,
  ],
  ["a step without an address", steps("{ expect: 200 }"), `${AT(4, 9)}step 1: a step needs its address, such as get: `],
  [
    "a saved value in place of the host",
    steps("{ get: https://a.example.com/, save: { to: header.to } }", "{ get: 'https://{{to}}/x' }"),
    `${AT(5, 11)}step 2: {{to}} may stand after the host's slash, such as https://api.example.com/orders/{{to}}`,
  ],
  [
    "one idempotency key for two requests",
    steps(
      '{ post: https://a.example.com/, headers: { idempotency-key: "{{uuid}}" } }',
      '{ post: https://a.example.com/b, headers: { idempotency-key: "{{uuid}}" } }',
    ),
    `${AT(5, 42)}step 2: idempotency-key "{{uuid}}" is that of step 1 too`,
  ],
  [
    "a monitor's own request beside steps",
    `${steps("{ get: https://a.example.com/ }")}    url: https://a.example.com/\n`,
    `${AT(5, 5)}url belongs into a step where there are steps`,
  ],
  [
    "a mistyped key of a step",
    steps("{ get: https://a.example.com/, hedaers: {} }"),
    `${AT(4, 40)}step 1: unknown key "hedaers"; did you mean "headers"?`,
  ],
  [
    "an address of ours in a step",
    steps("{ get: http://127.0.0.1/ }"),
    `${AT(4, 11)}step 1: 127.0.0.1 is loopback, and allow_private is off; only allow_private: true`,
  ],
  [
    "more time than there is",
    "monitors: [{ id: m, url: https://a.example.com/, every: 10s, timeout: 5s, confirm: true }]",
    `statusquo.yaml:1:75: monitor "m": timeout, cleanup and confirm together must be shorter than every (10s); got 11s, so lower timeout, such as timeout: 1250ms`,
  ],
  [
    "more than can be sent to a worker",
    steps(...Array.from({ length: 8 }, (_, n) => `{ post: https://a.example.com/${n}, body: ${"x".repeat(60_000)} }`)),
    `${AT(3, 5)}all requests of a monitor together may be 400000 characters long`,
  ],
  [
    "a code that is none",
    one("{ status: 2x }"),
    `${AT(4, 23)}status must be status codes such as 201, "2xx" or "!409", or a list of them; got "2x"`,
  ],
  ["a code in a list that is none", one("[200, 700]"), `${AT(4, 19)}expect must be status codes such as 201`],
  [
    "an expectation nobody knows",
    one("{ headers: { a: b } }"),
    `${AT(4, 15)}unknown key "headers"; did you mean "header"?`,
  ],
  [
    "a comparison nobody knows",
    one("{ json: { '$.a': { atleast: 1 } } }"),
    `${AT(4, 32)}unknown key "atleast"; did you mean "at_least"?`,
  ],
  [
    "a comparison of the wrong kind",
    one("{ json: { '$.a': { above: three } } }"),
    `${AT(4, 39)}above must be a number, such as 0; got "three"`,
  ],
  [
    "a JSONPath that is none",
    one("{ json: { status: ok } }"),
    `${AT(4, 15)}expect json must name RFC 9535 JSONPaths such as "$.status"; got "status"`,
  ],
  [
    "a regular expression that is none",
    one("{ body: { matches: '(?=a)' } }"),
    `${AT(4, 15)}expect matches must be a regular expression in RE2 syntax, such as "^v[0-9]+$"; got "(?=a)"`,
  ],
  [
    "a limit that is none",
    one("{ latency: 800 }"),
    `${AT(4, 24)}latency must be a limit such as "<800ms" or "<2s"; got 800`,
  ],
  [
    "a limit that is never reached",
    one("{ latency: <20s }"),
    `${AT(4, 15)}expect latency must be within timeout (10s), such as "<5s"; got "<20s"`,
  ],
])("%s is refused where it stands, with the rule and an example", async (_, text, problem) => {
  const found = await problems(text);
  expect(found).toEqual([expect.stringContaining(problem)]);
});
