import fc from "fast-check";
import { expect, test } from "vitest";
import { inspectExchange } from "./inspect.ts";
import type { Evidence } from "./sample.ts";

type Headers = Record<string, string>;

function exchange(
  method: string,
  status: number,
  {
    sent = {},
    got = {},
    body = "",
    url = "https://garden.example/beds/7",
  }: { sent?: Headers; got?: Headers; body?: unknown; url?: string } = {},
): Evidence {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return {
    request: { method, url, headers: Object.entries(sent), body: null },
    response: {
      status,
      reason: "",
      httpVersion: "1.1",
      headers: Object.entries(got),
      body: text,
      bodyBytes: text.length,
      truncated: false,
    },
    remoteAddress: null,
    bodyError: null,
  };
}

const JSON_TYPE = { "Content-Type": "application/json" };
const whats = (evidence: Evidence) => inspectExchange(evidence).map(({ what }) => what);
const sends = (evidence: Evidence) => inspectExchange(evidence).map(({ send }) => send);

test("a conflict that is well told has no warnings", () => {
  const good = exchange("POST", 409, {
    got: { "Content-Type": "application/problem+json", "Cache-Control": "no-store" },
    body: {
      type: "https://garden.example/problems/taken",
      title: "Taken",
      status: 409,
      detail: "A bed named rose exists",
    },
  });
  expect(inspectExchange(good)).toEqual([]);
  expect(inspectExchange({ ...good, response: null })).toEqual([]);
});

test("a body has to be what Content-Type says", () => {
  const got = { "Cache-Control": "no-store" };
  expect(sends(exchange("POST", 400, { got, body: { detail: "the name of the bed is missing" } }))).toEqual([
    "Content-Type: application/problem+json",
  ]);
  const html = exchange("POST", 409, {
    got: { ...JSON_TYPE },
    body: "<html><body>The bed exists already</body></html>",
  });
  expect(whats(html)).toEqual(["Content-Type says application/json and the body is no JSON"]);
  const text = exchange("GET", 200, { got: { "content-type": "text/html" }, body: { name: "rose" } });
  expect(sends(text)).toEqual(["Content-Type: application/json"]);
});

test("nothing is held against a body that was cut off, removed or not sent", () => {
  const whole = exchange("POST", 409, { got: JSON_TYPE, body: '{"detail":"A bed of that name' });
  expect(whats(whole)).toHaveLength(1);
  const cut = { ...whole, response: { ...whole.response!, truncated: true } };
  expect(whats(cut)).toEqual([]);
  const removed = exchange("POST", 409, { got: JSON_TYPE, body: "[removed: body]" });
  expect(whats(removed)).toEqual([]);
  expect(whats(exchange("HEAD", 400, {}))).toEqual([]);
});

test("a problem keeps to RFC 9457", () => {
  const got = { "content-type": "application/problem+json" };
  const told = (body: unknown) => whats(exchange("POST", 422, { got, body }));
  expect(told({ title: "Wrong name", status: 409 })).toEqual(["status of the problem is 409 and the answer's is 422"]);
  expect(told({ title: "The name is wrong", detail: ["too long"] })).toEqual(["detail of the problem is no text"]);
  expect(told([{ detail: "the name is too long" }])).toEqual(["the problem is not one JSON object"]);
  expect(told({ message: "the name is too long" })).toEqual(["the problem has neither type, title nor detail"]);
});

test("an error that caches may keep is a warning, with the header that forbids it", () => {
  const read = (status: number, got: Headers) =>
    inspectExchange(exchange("GET", status, { got, body: "no bed of that name" }))
      .filter(({ send }) => send === "Cache-Control: no-store")
      .map(({ what }) => what);
  const text = { "content-type": "text/plain" };
  expect(read(404, text)).toEqual(["nothing forbids a cache to keep this 404"]);
  expect(read(403, text)).toEqual([]);
  expect(read(403, { ...text, via: "1.1 edge" })).toEqual(["nothing forbids a cache to keep this 403"]);
  expect(read(409, { ...text, "cache-control": "public, max-age=60" })).toEqual([
    "Cache-Control lets caches keep this 409: public, max-age=60",
  ]);
  expect(read(409, { ...text, age: "30" })).toEqual(["this 409 came from a cache, 30 s old"]);
  expect(read(404, { ...text, "cache-control": "no-store" })).toEqual([]);
});

test("what a cache tells apart has to be named in Vary", () => {
  const got = { ...JSON_TYPE, "cache-control": "public, max-age=60", "content-encoding": "gzip" };
  const sent = { "accept-encoding": "gzip" };
  expect(sends(exchange("GET", 200, { sent, got, body: "{}" }))).toEqual(["Vary: Accept-Encoding"]);
  expect(sends(exchange("GET", 200, { sent, got: { ...got, vary: "Accept-Encoding" }, body: "{}" }))).toEqual([]);
  const credentials = exchange("GET", 200, {
    sent: { authorization: "[removed: header]" },
    got: { ...JSON_TYPE, "cache-control": "public" },
    body: "{}",
  });
  expect(sends(credentials)).toEqual(["Cache-Control: private, no-cache"]);
});

test("a read of a versioned resource should carry an ETag", () => {
  const bed = { got: JSON_TYPE, body: { name: "rose", version: 7 } };
  expect(sends(exchange("GET", 200, bed))).toEqual(['ETag: "7"']);
  expect(sends(exchange("GET", 200, { ...bed, got: { ...JSON_TYPE, etag: '"7"' } }))).toEqual([]);
  expect(sends(exchange("GET", 200, { ...bed, body: { name: "rose" } }))).toEqual([]);
});

test("who is told to wait is told how long", () => {
  const got = { "content-type": "text/plain", "cache-control": "no-store" };
  expect(sends(exchange("POST", 429, { got, body: "too many requests" }))).toEqual(["Retry-After: 5"]);
  const locked = { got, body: "The bed is being watered by another gardener, try again later" };
  expect(whats(exchange("POST", 409, locked))).toEqual([
    "409 without Retry-After, though the body says that it passes",
  ]);
  expect(whats(exchange("POST", 409, { ...locked, got: { ...got, "retry-after": "5" } }))).toEqual([]);
  const date = { ...got, "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" };
  expect(whats(exchange("POST", 503, { got: date, body: "closed for the night" }))).toEqual([]);
  expect(whats(exchange("POST", 503, { got: { ...got, "retry-after": "soon" }, body: "closed" }))).toEqual([
    "Retry-After cannot be read: soon",
  ]);
});

test("statuses come with the headers they call for", () => {
  const got = { "cache-control": "no-store" };
  expect(sends(exchange("PUT", 405, { got }))).toEqual(["Allow: GET, HEAD"]);
  expect(sends(exchange("GET", 401, { got }))).toEqual(['WWW-Authenticate: Bearer realm="api"']);
  expect(sends(exchange("GET", 302, {}))).toEqual(["Location: /where/it/is"]);
  expect(sends(exchange("POST", 302, { got: { location: "/beds" } }))).toEqual(["HTTP/1.1 307 Temporary Redirect"]);
  expect(sends(exchange("GET", 301, { got: { location: "http://garden.example/" } }))).toEqual([
    "Location: https://garden.example/",
  ]);
});

test("a status has to fit what was asked and what is said", () => {
  const told = {
    got: { ...JSON_TYPE, "cache-control": "no-store" },
    body: { detail: "the bed has been changed since" },
  };
  expect(sends(exchange("PUT", 409, { ...told, sent: { "If-Match": '"7"' } }))).toEqual([
    "HTTP/1.1 412 Precondition Failed",
  ]);
  expect(whats(exchange("PUT", 412, told))).toEqual(["412 is answered to a request without a condition"]);
  expect(whats(exchange("GET", 409, told))).toEqual(["a GET is answered with 409"]);
  const hidden = exchange("POST", 500, {
    got: JSON_TYPE,
    body: { error: 'duplicate key value violates unique constraint "beds_name"' },
  });
  expect(sends(hidden)).toEqual(["HTTP/1.1 409 Conflict"]);
  expect(whats(exchange("POST", 200, { got: JSON_TYPE, body: { success: false, message: "no water" } }))).toEqual([
    "the status is 200 and the body says that it failed",
  ]);
  // GraphQL's contract is another one.
  expect(whats(exchange("POST", 200, { got: JSON_TYPE, body: { data: null, errors: [{ message: "no" }] } }))).toEqual(
    [],
  );
});

test("a body that does not say why is a warning", () => {
  const vague = { got: { ...JSON_TYPE, "cache-control": "no-store" }, body: { status: 409, error: "Conflict" } };
  expect(sends(exchange("POST", 409, vague))).toEqual(["Content-Type: application/problem+json"]);
  expect(whats(exchange("POST", 409, {}))).toEqual(["the 409 has no body"]);
  expect(whats(exchange("POST", 409, { ...vague, body: { code: "BED_ALREADY_EXISTS" } }))).toEqual([]);
});

test("whatever a target sends, inspecting it ends, and says one line each", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("GET", "POST", "HEAD", "PUT"),
      fc.integer({ min: 100, max: 999 }),
      fc.dictionary(
        fc.constantFrom("content-type", "retry-after", "cache-control", "location", "age", "vary"),
        fc.string({ unit: "binary" }),
      ),
      fc.oneof(fc.string({ unit: "binary" }), fc.json()),
      (method, status, got, body) => {
        for (const { what, why, send } of inspectExchange(exchange(method, status, { got, body }))) {
          for (const line of [what, why, send ?? "none"]) expect(line).toMatch(/^[^\p{Cc}]+$/u);
        }
      },
    ),
    { numRuns: 40 },
  );
});
