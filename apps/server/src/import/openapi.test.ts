import { expect, test } from "vitest";
import { readOpenapi } from "./openapi.ts";
import { settle } from "./settle.ts";

const document = (paths: object, more: object = {}) =>
  JSON.stringify({ openapi: "3.0.3", servers: [{ url: "https://api.example.com/v1/" }], paths, ...more });
const imported = (text: string, server: string | null = null) =>
  settle(readOpenapi("api.json", text, server), "openapi");
const get = (more: object = {}) => ({ get: { operationId: "getThing", responses: { 200: {} }, ...more } });

test("a GET without required parameters is a monitor; what changes something is a comment", async () => {
  const { yaml, monitors, said } = await imported(
    document({ "/things": { ...get(), post: { responses: {} }, delete: {} } }),
  );
  expect(monitors).toEqual(["get-thing"]);
  expect(yaml).toContain("url: https://api.example.com/v1/things\n    expect: [ 200 ]");
  expect(said.filter(({ leftOut }) => leftOut).map(({ message }) => message)).toEqual([
    "POST may change something",
    "DELETE may change something",
  ]);
});

test.each([
  [{ example: "a b" }],
  [{ examples: { one: { value: "a b" } } }],
  [{ schema: { default: "a b" } }],
  [{ schema: { example: "a b" } }],
  [{ schema: { examples: ["a b"] } }],
  [{ schema: { enum: ["a b", "c"] } }],
  [{ schema: { const: "a b" } }],
  [{ schema: { $ref: "#/components/schemas/Id" } }],
])("parameters are filled from %j", async (given) => {
  const components = { schemas: { Id: { type: "string", default: "a b" } } };
  const parameters = [
    { name: "id", in: "path", required: true, ...given },
    { name: "view", in: "query", required: true, ...given },
    { name: "free", in: "query", ...given },
  ];
  const { yaml } = await imported(document({ "/things/{id}": get({ parameters }) }, { components }));
  expect(yaml).toContain("url: https://api.example.com/v1/things/a%20b?view=a%20b\n");
});

test("without an example an operation is a comment that says what is missing", async () => {
  const parameters = [{ name: "view", in: "query", required: true, schema: { type: "string" } }];
  const { monitors, said } = await imported(document({ "/things/{id}": get({ parameters }) }));
  expect(monitors).toEqual([]);
  expect(said.find(({ leftOut }) => leftOut)?.message).toBe(
    "no example is given for query parameter view, path parameter id",
  );
});

test.each([
  [{ 200: {}, 404: {} }, "[ 200 ]"],
  [{ "2XX": {} }, null],
  [{ 302: {} }, "[ 302 ]"],
  [{ default: {} }, null],
  [{ 200: {}, 206: {}, 301: {} }, "[ 200, 206 ]"],
])("the responses %j are expected as %s", async (responses, expected) => {
  const { yaml } = await imported(document({ "/": get({ responses }) }));
  expect(/expect: (.*)/.exec(yaml)?.[1] ?? null).toBe(expected);
});

test.each([
  [{ type: "http", scheme: "bearer" }, 'bearer: "${env:SHOP_AUTH_TOKEN}"'],
  [{ type: "http", scheme: "basic" }, 'authorization: "Basic ${env:SHOP_AUTH_BASIC}"'],
  [{ type: "apiKey", in: "header", name: "X-Key" }, 'x-key: "${env:SHOP_AUTH_KEY}"'],
  [{ type: "apiKey", in: "query", name: "key" }, "?key=${env:SHOP_AUTH_KEY}"],
  [{ type: "oauth2", flows: {} }, 'bearer: "${env:SHOP_AUTH_TOKEN}"'],
])("the security scheme %j is a variable", async (scheme, line) => {
  const { yaml } = await imported(
    document({ "/": get() }, { security: [{ shopAuth: [] }], components: { securitySchemes: { shopAuth: scheme } } }),
  );
  expect(yaml).toContain(line);
});

test("an operation that says so needs no security", async () => {
  const { yaml } = await imported(
    document(
      { "/": get({ security: [] }) },
      { security: [{ a: [] }], components: { securitySchemes: { a: { type: "http", scheme: "bearer" } } } },
    ),
  );
  expect(yaml).not.toContain("auth");
});

test("a server with variables is filled, a relative one needs --server", async () => {
  const servers = [{ url: "/v2" }, { url: "https://{stage}.example.com", variables: { stage: { default: "live" } } }];
  expect((await imported(document({ "/a": get() }, { servers }))).yaml).toContain("url: https://live.example.com/a");
  const relative = document({ "/a": get() }, { servers: [{ url: "/v2" }] });
  expect((await imported(relative)).said.find(({ leftOut }) => leftOut)?.message).toContain("--server");
  expect((await imported(relative, "https://own.example.com/v2/")).yaml).toContain("url: https://own.example.com/v2/a");
});

test("references in a circle, out of the document and to a prototype lead nowhere", async () => {
  const components = {
    parameters: { a: { $ref: "#/components/parameters/b" }, b: { $ref: "#/components/parameters/a" } },
  };
  for (const $ref of [
    "#/components/parameters/a",
    "https://evil.example.com/x.json",
    "#/__proto__/x",
    "#/constructor",
  ]) {
    const { monitors } = await imported(document({ "/": get({ parameters: [{ $ref }] }) }, { components }));
    expect(monitors).toEqual(["get-thing"]);
  }
});

test("an example that holds itself, or is deeper than anything, is no crash", async () => {
  const media = (example: string) => `openapi: 3.0.0
servers: [{ url: "https://api.example.com" }]
paths: { /a: { get: {}, post: { requestBody: { content: { application/json: { example: ${example} } } } } } }`;
  expect((await imported(media("&a [*a]"))).monitors).toEqual(["get-a"]);
  const deep = JSON.stringify({
    "/a": { get: {}, post: { requestBody: { content: { "application/json": { example: 7 } } } } },
  });
  const text = document(JSON.parse(deep)).replace("7", `${"[".repeat(50_000)}${"]".repeat(50_000)}`);
  const read = await imported(text).then(
    ({ monitors }) => monitors,
    (error: Error) => [error.message],
  );
  expect(read.join()).toMatch(/^get-a$|nested too deeply/);
});

test.each([
  ['{"swagger": "2.0"}', /^api\.json:1:1: openapi must be 3\.x; got swagger 2\.0/],
  ["openapi: 2.0.0", /^api\.json:1:10: openapi must be 3\.x; got 2\.0\.0/],
  ["openapi: 3.0.0\npaths: 7", /^api\.json:2:8: paths must be a mapping/],
  ["openapi: 3.0.0", /^api\.json:1:1: there are no operations under paths; expected an OpenAPI 3 document, such as/],
])("%j is refused with its place", (text, message) => {
  expect(() => readOpenapi("api.json", text, null)).toThrow(message);
});
