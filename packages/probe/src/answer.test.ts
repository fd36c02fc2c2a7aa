import type { Check, Comparison, Json } from "@statusquo/core";
import { DEFAULT_EXPECTATION } from "@statusquo/core";
import { expect, test } from "vitest";
import { judgeAnswer } from "./answer.ts";
import type { Exchange } from "./http.ts";
import { jsonPathProblem } from "./json-path.ts";
import { patternMatches, patternProblem } from "./pattern.ts";

const exchange = (body: string, headers: Record<string, string> = {}, more: Partial<Exchange> = {}): Exchange => ({
  end: { kind: "status", status: 200 },
  totalMs: 120.4,
  phases: { dns: null, connect: 1, tls: null, firstByte: 100, body: 1 },
  sent: { method: "GET", url: "https://api.example.com/", headers: [], body: null },
  head: {
    status: 200,
    reason: "OK",
    httpVersion: "1.1",
    headers: Object.entries({ "Content-Type": "application/json; charset=utf-8", ...headers }),
  },
  body: Buffer.from(body),
  bodyBytes: Buffer.byteLength(body),
  truncated: false,
  remoteAddress: "127.0.0.1",
  certificate: null,
  proxy: null,
  bodyError: null,
  ...more,
});

const judge = (check: Check, answer: Exchange, secrets: string[] = [], paths: string[] = []) =>
  judgeAnswer(
    {
      name: "1 GET /",
      request: { method: "GET", url: "https://api.example.com/", headers: {} },
      expect: DEFAULT_EXPECTATION,
      checks: [check],
      save: [],
    },
    answer,
    { values: new Map(), problem: null },
    { secrets, paths },
  ).what;

const json = (path: string, must: Comparison): Check => ({ on: "json", path, must });
const BODY = JSON.stringify({
  status: "degraded",
  count: 3,
  text: "7",
  none: null,
  items: [{ state: "ok" }, { state: "broken" }],
  tags: ["a", "b"],
  of: { b: 1, a: [2] },
});

test.each<[string, Comparison, string | null]>([
  ["$.status", { op: "is", value: "degraded" }, null],
  ["$.status", { op: "is", value: "ok" }, '$.status was "degraded", expected "ok"'],
  ["$.count", { op: "is", value: "3" }, '$.count was 3, expected "3"'],
  ["$.none", { op: "is", value: null }, null],
  ["$.of", { op: "is", value: { a: [2], b: 1 } }, null],
  ["$.tags", { op: "is", value: ["b", "a"] }, '$.tags was ["a","b"], expected ["b","a"]'],
  ["$.status", { op: "not", value: "ok" }, null],
  ["$.absent", { op: "not", value: "ok" }, null],
  ["$.absent", { op: "is", value: "ok" }, '$.absent was not there, expected "ok"'],
  ["$.absent", { op: "exists", value: false }, null],
  ["$.none", { op: "exists", value: true }, null],
  ["$.status", { op: "exists", value: false }, '$.status was "degraded", expected not to be there'],
  ["$.items[*].state", { op: "not", value: "broken" }, '$.items[*].state was "broken", expected not "broken"'],
  ["$.items[0].state", { op: "is", value: "ok" }, null],
  ["$.tags", { op: "contains", text: "b" }, null],
  ["$.tags", { op: "contains", text: "c" }, '$.tags was ["a","b"], expected to contain "c"'],
  ["$.status", { op: "lacks", text: "grad" }, '$.status was "degraded", expected not to contain "grad"'],
  ["$.count", { op: "at_least", value: 3 }, null],
  ["$.count", { op: "above", value: 3 }, "$.count was 3, expected above 3"],
  ["$.text", { op: "below", value: 8 }, null],
  ["$.status", { op: "at_most", value: 8 }, '$.status was "degraded", expected at most 8'],
  ["$.status", { op: "matches", pattern: "^de.*d$" }, null],
  ["$.status", { op: "matches", pattern: "^ok" }, '$.status was "degraded", expected to match "^ok"'],
])("JSON at %s held against %j: %s", (path, must, what) => {
  expect(judge(json(path, must), exchange(BODY))).toBe(what);
});

test.each<[string, Check, string | null]>([
  ["its part before a semicolon", header("content-type", { op: "is", value: "application/json" }), null],
  ["all of it", header("content-type", { op: "is", value: "application/json; charset=utf-8" }), null],
  [
    "another value",
    header("content-type", { op: "is", value: "text/html" }),
    'header content-type was "application/json; charset=utf-8", expected "text/html"',
  ],
  [
    "one that is not there",
    header("x-a", { op: "contains", text: "b" }),
    'header x-a was not there, expected to contain "b"',
  ],
  ["one that must not be there", header("x-a", { op: "exists", value: false }), null],
])("a header is held against %s", (_, check, what) => {
  expect(judge(check, exchange(BODY))).toBe(what);
});

function header(name: string, must: Comparison): Check {
  return { on: "header", name, must };
}

test("a header is a text, whatever the definition writes, and what it must not be counts without parameters too", () => {
  const answer = exchange("", { "X-Count": "3", "X-Cache": "HIT; from=edge" });
  expect(judge(header("x-count", { op: "is", value: 3 }), answer)).toBeNull();
  expect(judge(header("x-count", { op: "not", value: 3 }), answer)).toBe('header x-count was "3", expected not 3');
  expect(judge(header("x-count", { op: "at_least", value: 3 }), answer)).toBeNull();
  expect(judge(header("x-cache", { op: "not", value: "HIT" }), answer)).toContain("expected not");
  expect(judge(header("x-cache", { op: "not", value: "MISS" }), answer)).toBeNull();
});

test("a body is held against parts of its text, and latency against its limit", () => {
  const page = exchange("<h1>All systems go</h1>");
  expect(judge({ on: "body", must: { op: "contains", text: "systems go" } }, page)).toBeNull();
  expect(judge({ on: "body", must: { op: "contains", text: "down" } }, page)).toBe(
    'the body did not, expected to contain "down"',
  );
  expect(judge({ on: "body", must: { op: "lacks", text: "systems" } }, page)).toBe(
    'the body had it, expected not to contain "systems"',
  );
  expect(judge({ on: "latency", belowMs: 121 }, page)).toBeNull();
  expect(judge({ on: "latency", belowMs: 120 }, page)).toBe("it took 121 ms, expected less than 120 ms");
});

test.each<[string, Exchange, string]>([
  ["no JSON", exchange("<html>"), "the body was not JSON, expected $.a 1"],
  ["empty", exchange(""), "the body was empty, expected $.a 1"],
  [
    "too long",
    exchange('{"a":1', {}, { truncated: true }),
    "the body is longer than the 6 bytes that are read, expected $.a 1",
  ],
  [
    "encoded",
    exchange("xx", { "content-encoding": "gzip" }),
    "the body came encoded although that was not asked for, expected $.a 1",
  ],
])("a body that is %s is said to be that", (_, answer, what) => {
  expect(judge(json("$.a", { op: "is", value: 1 }), answer)).toBe(what);
});

test.each<[string, Check, string[], string[]]>([
  ["by its path", json("$.customer.name", { op: "is", value: "x" }), [], ["$.customer"]],
  ["by its name", json("$.password", { op: "is", value: "x" }), [], []],
  ["by its value", json("$.note", { op: "is", value: "x" }), ["canary-3"], []],
  ["of a header", { on: "header", name: "x-token", must: { op: "is", value: "x" } }, [], []],
])("what was not expected is not quoted where it is secret %s", (_, check, secrets, paths) => {
  const body = { customer: { name: "canary-1" }, password: "canary-2", note: "canary-3" };
  const what = judge(check, exchange(JSON.stringify(body), { "x-token": "canary-4" }), secrets, paths);
  expect(what).toContain("[removed: ");
  expect(what).not.toContain("canary");
});

test("a document nested deeper than the stack is no fault of ours", () => {
  const deep = `${"[".repeat(30_000)}1${"]".repeat(30_000)}`;
  expect(judge(json("$..x", { op: "is", value: 1 as Json }), exchange(deep))).toContain("expected");
});

test("hostile patterns are either refused or matched in time linear in the text", () => {
  const text = "a".repeat(65_536);
  for (const pattern of ["(a+)+$x", "(a|aa)*b", "(.*)*x", "([a-z]+)*[0-9]"]) {
    expect(patternProblem(pattern)).toBeNull();
    expect(patternMatches(pattern, text)).toBe(false);
  }
  expect(patternProblem("((a{10}){10}){10}")).toMatch(/states large, of 500 at most/);
  expect(patternProblem("(?=a)b")).toMatch(/\(\?=/);
  expect(patternProblem("a(b")).not.toBeNull();
});

test.each([
  ["$.a[?match(@.b, '(a+)+c')]", "match() and search() are not supported"],
  ["$[?count($.*) > 1]", "$ may stand at its beginning alone"],
  ["$..a..b", ".. may stand in it once"],
  [`$${"[*,*,*,*,*]".repeat(4)}`, "lead 625 ways, of 100 at most"],
])("a JSONPath that a target could make slow is refused: %s", (path, why) => {
  expect(jsonPathProblem(path)).toContain(why);
});

test.each(["$", "$.a['b..$c']", "$..items[?@.state == 'a$b'].id", "$.a[0,1]['x','y']"])(
  "a JSONPath that costs no more than the body is long is taken: %s",
  (path) => {
    expect(jsonPathProblem(path)).toBeNull();
  },
);
