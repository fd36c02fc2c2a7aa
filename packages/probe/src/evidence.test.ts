import fc from "fast-check";
import { expect, test } from "vitest";
import { cutToBytes, evidenceOf, inert, safeDetail } from "./evidence.ts";
import type { Exchange } from "./http.ts";

type Pairs = [string, string][];

function exchange(answer: {
  headers?: Pairs;
  body?: string | Buffer;
  sentHeaders?: Pairs;
  sentBody?: string;
  url?: string;
  reason?: string;
  truncated?: boolean;
  bodyError?: string;
}): Exchange {
  const body = Buffer.from(answer.body ?? "");
  return {
    end: { kind: "status", status: 409 },
    totalMs: 1,
    phases: { dns: null, connect: 1, tls: null, firstByte: 0, body: 0 },
    sent: {
      method: "POST",
      url: answer.url ?? "https://api.example.com/orders",
      headers: answer.sentHeaders ?? [],
      body: answer.sentBody ?? null,
    },
    head: { status: 409, reason: answer.reason ?? "Conflict", httpVersion: "1.1", headers: answer.headers ?? [] },
    body,
    bodyBytes: body.length,
    truncated: answer.truncated ?? false,
    remoteAddress: "192.0.2.1",
    certificate: null,
    proxy: null,
    bodyError: answer.bodyError ?? null,
  };
}
const NO_RULES = { secrets: [], paths: [] };
const JSON_TYPE: Pairs = [["Content-Type", "application/problem+json"]];
const bodyOf = (answer: Parameters<typeof exchange>[0], rules = NO_RULES as { secrets: string[]; paths: string[] }) =>
  evidenceOf(exchange(answer), rules).response!.body;

test("what explains a conflict is kept word for word", () => {
  const body = '{ "code": "version_conflict",  "expected": 7, "price": 1.50, "idempotency_key": "a-1" }';
  const headers: Pairs = [
    ["Content-Type", "application/json"],
    ["ETag", '"7"'],
    ["Retry-After", "3"],
    ["WWW-Authenticate", 'Bearer realm="orders"'],
  ];
  const sentHeaders: Pairs = [
    ["idempotency-key", "a-1"],
    ["if-match", '"6"'],
  ];
  const evidence = evidenceOf(exchange({ body, headers, sentHeaders }), NO_RULES);
  expect(evidence.response).toMatchObject({ status: 409, reason: "Conflict", headers, body });
  expect(evidence.request.headers).toEqual(sentHeaders);
  expect(evidence.remoteAddress).toBe("192.0.2.1");
});

test.each([
  "authorization",
  "Proxy-Authorization",
  "cookie",
  "Set-Cookie",
  "X-Api-Key",
  "apikey",
  "x-auth-user",
  "X-CSRF-Token",
  "x-amz-security-token",
  "Client-Secret",
  "x-password",
  "x-session-id",
])("the value of header %s is removed, of request and response", (name) => {
  const evidence = evidenceOf(exchange({ headers: [[name, "canary"]], sentHeaders: [[name, "canary"]] }), NO_RULES);
  const gone = [name, "[removed: secret header]"];
  expect(evidence.response!.headers).toEqual([gone]);
  expect(evidence.request.headers).toEqual([gone]);
});

test("queries lose the values of secret names, in our URL and in those a target sends", () => {
  const url = "https://api.example.com/a?api_key=canary&page=2&key=canary&access_token=canary#token=canary";
  const headers: Pairs = [
    ["Location", "https://user:canary@api.example.com/b?sig=canary&x=1"],
    ["Link", '<https://api.example.com/?token=canary>; rel="next"'],
  ];
  const evidence = evidenceOf(exchange({ url, headers }), NO_RULES);
  expect(JSON.stringify(evidence)).not.toContain("canary");
  expect(evidence.request.url).toContain("page=2");
  expect(evidence.response!.headers[0]![1]).toBe(
    "https://[removed: user name]@api.example.com/b?sig=[removed: secret name]&x=1",
  );
});

test("JSONPaths remove their values from both bodies and leave the rest", () => {
  const document = { customer: { name: "canary" }, lines: [{ sku: "A", owner: "canary" }], note: "kept" };
  const text = JSON.stringify(document);
  const rules = { secrets: [], paths: ["$.customer", "$.customer.name", "$..owner"] };
  const evidence = evidenceOf(
    exchange({ body: text, headers: JSON_TYPE, sentBody: text, sentHeaders: [["content-type", "application/json"]] }),
    rules,
  );
  const kept = '{"customer":"[removed: $.customer]","lines":[{"sku":"A","owner":"[removed: $..owner]"}],"note":"kept"}';
  expect(evidence.response!.body).toBe(kept);
  expect(evidence.request.body).toBe(kept);
});

test.each<[what: string, answer: Parameters<typeof exchange>[0], paths: string[]]>([
  ["is not whole JSON", { body: '{"customer":"canary', headers: JSON_TYPE, bodyError: "closed" }, ["$.customer"]],
  ["only looks like JSON", { body: '[1, {"customer":"canary"}, ' }, ["$..customer"]],
  [
    "nests too deep",
    { body: `${"[".repeat(20_000)}"canary"${"]".repeat(20_000)}`, headers: JSON_TYPE },
    ["$..customer"],
  ],
  ["meets a path that is none", { body: '{"customer":"canary"}', headers: JSON_TYPE }, ["$.["]],
  ["is compressed", { body: "canary", headers: [["Content-Encoding", "gzip"]] }, []],
])("a body to which the rules cannot be applied goes as a whole: it %s", (_, answer, paths) => {
  expect(bodyOf(answer, { secrets: [], paths })).toMatch(/^\[removed: [^\]]+\]$/);
});

test("fields of secret name go, wherever they are, in whole JSON and in broken", () => {
  const body = '{"a":[{"access_token":"canary","password":{"x":"canary"},"hasPassword":true,"token":null}],"b":1}';
  expect(bodyOf({ body, headers: JSON_TYPE })).toBe(
    '{"a":[{"access_token":"[removed: secret name]","password":"[removed: secret name]","hasPassword":true,"token":null}],"b":1}',
  );
  expect(bodyOf({ body: '{"x": {"api_key" : "can\\"ary", "n": 1', headers: JSON_TYPE })).toBe(
    '{"x": {"api_key" : [removed: secret name], "n": 1',
  );
  expect(bodyOf({ body: '{"x": {"secrets": [{"y": "canary"}]', headers: JSON_TYPE })).toBe(
    '{"x": {"secrets": [removed: secret name]',
  );
  expect(bodyOf({ body: "user=a&password=canary&b=1" })).toBe("user=a&password=[removed: secret name]&b=1");
});

const CANARY = "canary/7f+3 é";
test("a resolved secret is nowhere in the evidence, however the target sends it back", () => {
  const encodings = [
    CANARY,
    encodeURIComponent(CANARY),
    JSON.stringify(CANARY),
    Buffer.from(CANARY).toString("base64"),
    Buffer.from(`user:${CANARY}`).toString("base64"),
  ];
  const evidence = evidenceOf(
    exchange({
      url: `https://api.example.com/${encodeURIComponent(CANARY)}`,
      sentHeaders: [["x-note", CANARY]],
      sentBody: `note ${CANARY}`,
      headers: encodings.map((echo, index) => [`x-echo-${index}`, echo]),
      reason: CANARY,
      body: encodings.join(" "),
      bodyError: `Parse Error: ${CANARY}`,
    }),
    { secrets: [CANARY], paths: [] },
  );
  const text = JSON.stringify(evidence);
  expect(text).not.toContain("7f");
  for (const echo of encodings) expect(text).not.toContain(echo);
});

test("a secret written into a header without a reference is known as well when it comes back in a body", () => {
  const basic = Buffer.from("user:canary-basic").toString("base64");
  const sentHeaders: Pairs = [
    ["authorization", `Basic ${basic}`],
    ["x-api-key", "canary-key"],
    ["x-other-token", "Bearer canary-bearer"],
  ];
  const body = `you sent ${basic} canary-basic canary-key canary-bearer`;
  expect(bodyOf({ sentHeaders, body })).toBe(`you sent ${"[removed: known secret] ".repeat(4)}`.trim());
});

test("a secret broken off by the end of a connection goes too", () => {
  const rules = { secrets: ["canary-1234"], paths: [] };
  expect(bodyOf({ body: "you sent canary-12", bodyError: "closed early" }, rules)).not.toContain("canary");
});

test("a secret in UTF-16 is found", () => {
  const rules = { secrets: ["canary-1234"], paths: [] };
  const body = Buffer.from("\ufeffyou sent canary-1234", "utf16le");
  expect(bodyOf({ body }, rules)).toContain("you sent [removed: known secret]");
});

test("escape sequences, line tricks, bidi and half characters are shown, not done", () => {
  expect(inert("\u001b[31m\u0000\r\u0085\u202e\u2028\ud800\ufeffé😀\n\t")).toBe(
    "\\u001b[31m\\u0000\\u000d\\u0085\\u202e\\u2028\\ud800\\ufeffé😀\n\t",
  );
  const evidence = evidenceOf(
    exchange({ headers: [["X-\u009bA", "\u001b]0;x\u0007"]], reason: "<b>\u001b", body: "a\r\nb\u0000" }),
    NO_RULES,
  );
  expect(evidence.response).toMatchObject({
    reason: "<b>\\u001b",
    headers: [["X-\\u009bA", "\\u001b]0;x\\u0007"]],
    body: "a\nb\\u0000",
  });
});

test("everything kept is bounded: reason, snippet, headers, address", () => {
  const evidence = evidenceOf(
    exchange({
      reason: "r".repeat(10_000),
      body: "é".repeat(30_000),
      headers: Array.from({ length: 900 }, (_, index) => [`x-${index}`, "v".repeat(5_000)]),
      url: `https://api.example.com/?q=${"x".repeat(9_000)}`,
      sentBody: "é".repeat(30_000),
    }),
    NO_RULES,
  );
  const { request, response } = evidence;
  expect(response!.reason).toHaveLength(80);
  expect(response!.body).toBe("é".repeat(2_048));
  expect(request.body).toBe("é".repeat(2_048));
  expect(response!.headers).toHaveLength(101);
  expect(response!.headers[0]![1]).toHaveLength(1_024);
  expect(response!.headers.at(-1)).toEqual(["…", "[removed: 800 headers more]"]);
  expect(request.url).toHaveLength(2_048);
});

test("a text is cut between characters, never inside one", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(40), (text, bytes) => {
      const cut = cutToBytes(text, bytes);
      expect(text.startsWith(cut)).toBe(true);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytes);
    }),
  );
});

test("an outcome's detail is one short inert line without secrets", () => {
  const detail = `certificate is for canary-1234\n\u001b[0m${"x".repeat(500)}`;
  const text = safeDetail(detail, exchange({}), ["canary-1234"]);
  expect(text).toMatch(/^certificate is for \[removed: known secret\] \\u001b\[0mx+$/);
  expect(text).toHaveLength(200);
});

test("hostile bodies of 64 KiB cost little: nothing in the rules runs away", () => {
  const rules = { secrets: ["canary-1234", "aaaaaaaa"], paths: ["$..customer"] };
  for (const unit of [
    '\\"',
    '"token":"',
    '{"token":',
    "token=",
    "=",
    '"',
    "[",
    "aaaaaaa ",
    "%25",
    "\\u0061",
    "&#97;",
    " :",
  ]) {
    const text = bodyOf({ body: unit.repeat(Math.ceil(65_536 / unit.length)) }, rules);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_096);
  }
}, 5_000);

test("any bytes become evidence, and evidence is always whole text", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: "binary" }), (bytes, header) => {
      const evidence = evidenceOf(exchange({ body: Buffer.from(bytes), headers: [["x", header]] }), {
        secrets: ["canary"],
        paths: ["$..a"],
      });
      const text = JSON.stringify(evidence);
      expect(text.isWellFormed()).toBe(true);
      expect(JSON.parse(text)).toEqual(evidence);
    }),
  );
});
