import { expect, test } from "vitest";
import { conditionOf, readGatus } from "./gatus.ts";
import { settle } from "./settle.ts";
import { expectOf, statusesWhere } from "./statuses.ts";

const imported = async (text: string) => settle(readGatus("config.yaml", text), "gatus config.yaml");
const endpoint = (more: string) => `endpoints:\n  - name: site\n    url: https://example.com/\n${more}`;
const conditions = (...all: string[]) => endpoint(`    conditions: ${JSON.stringify(all)}`);

test.each<[string[], string | null]>([
  [["[STATUS] == 200"], "[ 200 ]"],
  [["[STATUS] < 300"], null],
  [["[STATUS] <= 299"], null],
  [["[STATUS] == any(200, 201)"], "[ 200, 201 ]"],
  [["[STATUS] != any(200, 201)"], '[ "!200", "!201" ]'],
  [["[STATUS] > 400"], '[ "4xx", "!400", "5xx" ]'],
  [["[STATUS] >= 200", "[STATUS] < 400"], '[ "2xx", "3xx" ]'],
  [["[STATUS] != 500"], '[ "!500" ]'],
  [["[STATUS] == pat(2*)"], null],
  [["[STATUS] == pat(20*)"], "[ 200, 201, 202, 203, 204, 205, 206, 207, 208, 209 ]"],
  [["200 == [STATUS]"], "[ 200 ]"],
  [["300 > [STATUS]"], null],
])("the conditions %j expect %s", async (all, expected) => {
  const { yaml } = await imported(conditions(...all));
  expect(/expect: (.*)/.exec(yaml)?.[1] ?? null).toBe(expected);
});

test("conditions that contradict each other are said, not invented", async () => {
  const { said } = await imported(conditions("[STATUS] == 200", "[STATUS] == 201"));
  expect(said.map(({ message }) => message).join()).toContain("no status from 200 to 599 fits");
});

test.each([
  ["[RESPONSE_TIME] < 500", { kind: "latency", belowMs: 500 }],
  ["[RESPONSE_TIME] <= 500", { kind: "latency", belowMs: 501 }],
  ["[CERTIFICATE_EXPIRATION] > 48h", { kind: "certificate", leftMs: 172_800_000 }],
  ["[BODY].status == UP", { kind: "json", path: "$.status", must: { is: "==", value: "UP" } }],
  ["[BODY].items[0].id != 7", { kind: "json", path: "$.items[0].id", must: { is: "!=", value: "7" } }],
  ["[BODY][0].id == 1", { kind: "json", path: "$[0].id", must: { is: "==", value: "1" } }],
  ["[BODY] == pat(*<h1>Welcome</h1>*)", { kind: "body-contains", text: "<h1>Welcome</h1>", not: false }],
  ["[BODY] != pat(*error*)", { kind: "body-contains", text: "error", not: true }],
  ["[IP] == 127.0.0.1", { kind: "other" }],
  ["[BODY].a == [BODY].b", { kind: "other" }],
  ["[BODY].name == pat(jo*)", { kind: "json", path: "$.name", must: { matches: "^jo.*$" } }],
  ["len([BODY].name) == 8", { kind: "other" }],
  ["has([BODY].errors) == false", { kind: "json", path: "$.errors", must: { exists: false } }],
  ["[BODY].id == any(1, 2.5)", { kind: "json", path: "$.id", must: { matches: "^(?:1|2\\.5)$" } }],
  ["[STATUS] ~ 200", { kind: "other" }],
  ["nonsense", { kind: "other" }],
])("the condition %s is read", (text, want) => {
  expect(conditionOf(text)).toMatchObject({ ...want, said: text });
});

test("that a connection was made is no demand of its own", () => {
  expect(conditionOf("[CONNECTED] == true")).toBeNull();
});

test("variables of Gatus are references, and two dollars are one", async () => {
  const { yaml, variables } = await imported(
    endpoint(
      '    headers: { authorization: "Bearer $TOKEN", x-b: "${OTHER}", x-price: "5$$" }\n    conditions: ["[STATUS] == 200"]',
    ),
  );
  expect(variables).toEqual(["TOKEN", "OTHER"]);
  expect(yaml).toContain('authorization: "Bearer ${env:TOKEN}"');
  expect(yaml).toContain('x-price: "5$"');
});

test("a body for GraphQL is sent as its query", async () => {
  const { yaml } = await imported(endpoint('    method: POST\n    graphql: true\n    body: "{ a }"\n'));
  expect(yaml).toContain('json: { query: "{ a }" }');
});

test("groups are tags, and part of id and name", async () => {
  const { yaml } = await imported(endpoint("    group: Core API\n"));
  expect(yaml).toContain("- id: core-api-site\n    name: Core API / site\n    tags: [ core-api ]");
});

test("a suite is a monitor of several steps, which hand values on; what always runs cleans up", async () => {
  const { yaml, said } = await imported(`suites:
  - name: item life
    group: api
    interval: 5m
    context: { price: "19.99" }
    endpoints:
      - name: create
        url: https://api.example.com/items
        method: POST
        body: '{"price": "[CONTEXT].price"}'
        headers: { content-type: application/json }
        conditions: ["[STATUS] == 201", "len([BODY].id) > 0"]
        store: { itemId: "[BODY].id", size: "len([BODY].id)" }
      - name: read
        url: https://api.example.com/items/[CONTEXT].itemId
        conditions: ["[STATUS] == 200", "[BODY].price == 19.99", "[BODY].id == [CONTEXT].itemId"]
      - name: remove
        url: https://api.example.com/items/[CONTEXT].itemId
        method: DELETE
        always-run: true
        conditions: ["[STATUS] == 204"]
`);
  expect(yaml).toContain(`  - id: api-item-life
    name: api / item life
    tags: [ api ]
    every: 5m
    # was longer; half of every leaves room for cleanup
    timeout: 150s
    follow_redirects: 5
    steps:
      - name: create
        method: POST
        url: https://api.example.com/items
        json: { price: "19.99" }
        expect: [ 201 ]
        save: { item_id: "json.$.id" }
      - name: read
        url: "https://api.example.com/items/{{item_id}}"
        expect:
          status: [ 200 ]
          json: { "$.price": 19.99 }
    cleanup:
      - name: remove
        method: DELETE
        url: "https://api.example.com/items/{{item_id}}"
        expect: [ 204 ]`);
  const words = said.map(({ message }) => message).join("\n");
  expect(words).toContain("size is not stored: len([BODY].id)");
  expect(words).toContain("conditions on values of the context were left out");
  expect(said.filter(({ leftOut }) => leftOut)).toEqual([]);
});

test("a suite that reads what nothing fills, or holds what is no HTTP, is left out", async () => {
  const { monitors, said } = await imported(`suites:
  - { name: a, endpoints: [{ name: x, url: "https://example.com/[CONTEXT].id" }] }
  - { name: b, endpoints: [{ name: x, url: "tcp://example.com:1" }] }
  - { name: c, enabled: false, endpoints: [{ name: x, url: "https://example.com/" }] }
  - { name: d, endpoints: [] }
`);
  expect(monitors).toEqual([]);
  expect(said.filter(({ leftOut }) => leftOut)).toHaveLength(4);
});

test("what is not HTTP or is disabled is named with its reason", async () => {
  const { monitors, said } = await imported(`endpoints:
  - { name: a, url: "tcp://example.com:1" }
  - { name: b, url: "icmp://example.com" }
  - { name: c, url: "ssh://example.com:22", ssh: { username: u, password: p } }
  - { name: d, url: "8.8.8.8", dns: { query-name: example.com, query-type: A } }
  - { name: e, url: "https://example.com/", enabled: false }
  - { name: f, url: "wss://example.com/" }
`);
  expect(monitors).toEqual([]);
  expect(said.filter(({ leftOut }) => leftOut).map(({ about }) => about)).toEqual(["a", "b", "c", "d", "e", "f"]);
});

test("alerts become channels with their secrets left to the environment; other kinds are named", async () => {
  const { yaml, channels, said } = await imported(`alerting:
  slack: { webhook-url: "https://hooks.example.com/not-a-secret" }
  discord: { webhook-url: "https://discord.example.com/not-a-secret" }
endpoints:
  - name: site
    url: https://example.com/
    alerts: [{ type: slack, failure-threshold: 5 }, { type: discord }, { type: slack, enabled: false }]
`);
  expect(channels).toEqual(["slack"]);
  expect(yaml).toContain("notify: [ slack ]");
  expect(yaml).not.toContain("not-a-secret");
  expect(said.map(({ message }) => message).join("\n")).toContain("Alerts by discord were left out");
});

test.each([
  ["a: [", /^config\.yaml:1:\d+: .*expected a Gatus configuration, such as/],
  ["", /^config\.yaml:1:1: the file is empty/],
  ["a: 1", /^config\.yaml:1:1: there are no endpoints/],
  ["\nendpoints: 7", /^config\.yaml:2:12: endpoints must be a list/],
  ["endpoints:\n  - name: site", /^config\.yaml:2:5: endpoint "site" has no url, such as/],
  ['endpoints: "\0', /^config\.yaml:1:14: Missing closing/],
])("%j is refused with its place and an example", (text, message) => {
  expect(() => readGatus("config.yaml", text)).toThrow(message);
});

test("a bomb of aliases and a tower of brackets are refused", () => {
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 9; level++) {
    const [from, to] = [String.fromCharCode(96 + level), String.fromCharCode(97 + level)];
    bomb.push(`${to}: &${to} [${Array(10).fill(`*${from}`).join(", ")}]`);
  }
  expect(() => readGatus("bomb.yaml", `${bomb.join("\n")}\nendpoints: *i`)).toThrow(/^bomb\.yaml:1:1: aliases/);
  expect(() => readGatus("deep.yaml", `endpoints: ${"[".repeat(100_000)}`)).toThrow(/^deep\.yaml:1:/);
  expect(() => readGatus("large.yaml", " ".repeat(17_000_000))).toThrow("at most 16 MiB");
});

test("keys of a prototype are keys like others", async () => {
  const { yaml, monitors } = await imported(
    endpoint(
      '    __proto__: { polluted: true }\n    headers: { __proto__: a, constructor: b }\n    conditions: ["[STATUS] == 200"]',
    ),
  );
  expect(monitors).toEqual(["site"]);
  expect(yaml).toContain("constructor: b");
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test.each<[(status: number) => boolean, (number | string)[] | null]>([
  [(status) => status < 300, null],
  [() => false, null],
  [(status) => status >= 500 || status === 404, [404, "5xx"]],
  [(status) => status < 300 && status !== 204, ["2xx", "!204"]],
])("a set of codes is said in few words", (holds, expected) => {
  expect(expectOf(statusesWhere(holds))).toEqual(expected);
});
