import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonProblem } from "./json-body.ts";
import { world } from "./testing/world.ts";

test.each([
  ['{"text":"a","text":"b"}', "text"],
  ['{"text":"a","te\\u0078t":"b"}', "text"],
  ['{"match":{"codes":[1],"codes":[2]}}', "codes"],
  ['[{"a":1},{"a":1,"b":{},"a":2}]', "a"],
])("H49: a key that is there twice is seen: %s", (text, key) => {
  expect(jsonProblem(text)).toEqual({ allowed: "an object in which each key is once", got: key });
});

test.each([
  '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}',
  '{"a":"{\\"a\\":1,\\"a\\":2}","b":"\\\\","c":"a:b,a:c"}',
  '{"a":["a","a"],"b":"a"}',
  "[[[[[[[[[[1]]]]]]]]]]",
])("H49: %s is fine", (text) => {
  expect(jsonProblem(text)).toBeNull();
  expect(() => JSON.parse(text)).not.toThrow();
});

test("H49: any value that is written as JSON once is fine, unless it is deep", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      expect(jsonProblem(JSON.stringify(value))).toBeNull();
    }),
  );
});

test("H49: what is nested deeper than ten is refused, however deep, and what is no JSON is left to who reads it", () => {
  expect(jsonProblem("[".repeat(11))).toMatchObject({ got: "deeper" });
  expect(jsonProblem('{"a":'.repeat(11))).toMatchObject({ got: "deeper" });
  for (const text of ["", "{", '{"a', "]]]]", '{"a":1,,}', "nul", '"\\'.repeat(20_000)])
    expect(jsonProblem(text)).toBeNull();
});

test("H42: a body that breaks off is refused, and is no trouble of ours", async () => {
  const { api, trouble } = world();
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"text":'));
    },
    pull(controller) {
      controller.error(Object.assign(new Error("aborted"), { code: "ECONNRESET" }));
    },
  });
  const init = { method: "POST", body, duplex: "half", headers: { "content-type": "application/json" } };
  const answer = await api.request("/api/v1/incidents/412/notes", init as RequestInit);
  expect(answer.status).toBe(400);
  expect(trouble).toEqual([]);
});

test("H49: an edit with a key twice, a key that is everybody's, or 30,000 levels changes nothing and is refused", async () => {
  const { api, memory, post } = world();
  const send = (body: string) =>
    api.request("/api/v1/incidents/412/notes", {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
  for (const body of [
    '{"text":"a","text":"b"}',
    '{"text":"a","__proto__":{"by":"root"}}',
    '{"text":"a","constructor":{"prototype":{}}}',
    '{"text":"a","id":1}',
    '{"text":"a","at":0}',
    '{"text":{"toString":"a"}}',
    '["text"]',
    '"text"',
    "null",
    "1",
    "",
    `{"text":${"[".repeat(30_000)}${"]".repeat(30_000)}}`,
    `{"text":"a","x":${'{"x":'.repeat(9_000)}1${"}".repeat(9_000)}}`,
  ]) {
    const answer = await send(body);
    expect(answer.status, body.slice(0, 60)).toBe(400);
    expect((await answer.text()).length).toBeLessThan(1_000);
  }
  expect(memory.notes ?? []).toEqual([]);
  expect((await post("/api/v1/incidents/412/notes", { text: "a" })).status).toBe(201);
});
