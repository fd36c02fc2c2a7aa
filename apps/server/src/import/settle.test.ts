import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { NO_REPLAY_FLAGS } from "../commands/command.ts";
import { importFrom } from "../commands/import.ts";
import { compileDefinitions, problemText } from "../definitions/load.ts";
import { readSettings } from "../settings.ts";
import { readBlackbox } from "./blackbox.ts";
import { readCurl } from "./curl.ts";
import { foreign, type Imported } from "./foreign.ts";
import { readGatus } from "./gatus.ts";
import { readOpenapi } from "./openapi.ts";
import { settle } from "./settle.ts";
import { fromKuma, readKumaBackup } from "./uptime-kuma.ts";

const EXAMPLES = fileURLToPath(new URL("../../../../examples/import/", import.meta.url));
const example = (name: string) => readFileSync(join(EXAMPLES, name), "utf8");
const named = (file: string) => ({ file, text: example(file) });

const READ: Record<string, () => Imported> = {
  "gatus.yaml": () => readGatus("gatus.yaml", example("gatus.yaml")),
  "uptime-kuma.json": () => readKumaBackup("uptime-kuma.json", example("uptime-kuma.json")),
  "blackbox.yml": () => readBlackbox(named("blackbox.yml"), named("prometheus.yml")),
  "openapi.yaml": () => readOpenapi("openapi.yaml", example("openapi.yaml"), null),
  "orders.sh": () => readCurl("orders.sh", example("orders.sh")),
};

/** What the loader says of a text whose variables are all set. */
async function loading(text: string): Promise<string[]> {
  const names = [...text.matchAll(/\$\{env:(\w+)\}/g)].map(([, name]) => name as string);
  const env = Object.fromEntries(
    names.map((name) => [name, name.startsWith("SMTP") ? "smtp://mail.example.com" : "https://example.com/x"]),
  );
  const result = await compileDefinitions([{ file: "statusquo.yaml", text }], env);
  return result.ok ? [] : result.problems.map(problemText);
}

const monitorsOf = async (text: string) => {
  const result = await compileDefinitions([{ file: "statusquo.yaml", text }], {});
  if (!result.ok) throw new Error(result.problems.map(problemText).join("\n"));
  return result.loaded.monitors;
};

test("every example of another tool's format has a test", () => {
  const files = globSync("*", { cwd: EXAMPLES }).map((file) => basename(file));
  expect(files.filter((file) => file !== "prometheus.yml").sort()).toEqual(Object.keys(READ).sort());
});

test.each(Object.keys(READ))("what is written from %s loads, and holds no secret", async (name) => {
  const { yaml, monitors, said } = await settle((READ[name] as () => Imported)(), name);
  expect(await loading(yaml)).toEqual([]);
  expect(monitors.length).toBeGreaterThan(2);
  expect(yaml).not.toContain("not-a-secret");
  expect(JSON.stringify(said)).not.toContain("not-a-secret");
});

test("whatever the loader refuses stands as a comment with the loader's words", async () => {
  const imported: Imported = {
    checks: [
      foreign({ name: "fine", url: "https://example.com/" }),
      foreign({ name: "metadata", url: "http://169.254.169.254/latest" }),
      foreign({ name: "template", url: "https://example.com/{{nobody}}" }),
      foreign({ name: "dollar", url: "https://example.com/", body: { kind: "text", text: "${nobody}" } }),
    ],
    channels: [],
    notes: [],
  };
  const { yaml, monitors, said } = await settle(imported, "test");
  expect(monitors).toEqual(["fine"]);
  expect(await loading(yaml)).toEqual([]);
  const why = said.filter(({ leftOut }) => leftOut).map(({ message }) => message);
  expect(why).toHaveLength(3);
  expect(why[0]).toContain("metadata address");
  expect(why[1]).toContain("a template must be one of");
  expect(why[2]).toContain("a reference must be");
  expect(yaml).toMatch(/^ *# {3}url: http:\/\/169\.254\.169\.254\/latest$/m);
});

test("ids are valid and given once, whatever the names are", async () => {
  const names = [
    "Health",
    "health",
    "HEALTH!",
    "",
    "東京",
    "#",
    "-",
    "x".repeat(200),
    "x".repeat(200),
    "constructor",
    "__proto__",
  ];
  const checks = names.map((name) => foreign({ name, url: "https://example.com/" }));
  const { yaml, monitors } = await settle({ checks, channels: [], notes: [] }, "test");
  expect(new Set(monitors).size).toBe(names.length);
  for (const id of monitors) expect(id).toMatch(/^[a-z0-9][a-z0-9-]{0,63}$/);
  expect((await monitorsOf(yaml)).map(({ name }) => name)).toContain("東京");
});

const NASTY = [
  "a\nmonitors: [{ url: http://evil.example.com }]",
  "x # no comment",
  "- a: b",
  "{ [ ] }",
  "&anchor *alias",
  "!!js/function x",
  "no",
  "12:30",
  "0409",
  "1e3",
  "~",
  "'\"\\",
  "\u2028\u0085\r\n# x",
  "\u001b[31mred\u0000",
  "\u202eevil",
  "\ud800",
  "%YAML 1.1\n---\n",
  "__proto__",
  "constructor",
  "  leading and trailing  ",
  "tab\there",
];

test("names, headers, bodies and reasons of others stay what they are: texts and comments", async () => {
  const checks = NASTY.flatMap((text, index) => [
    foreign({
      name: text,
      url: "https://example.com/",
      tags: [text],
      headers: [["x-text", text.replaceAll(/[\p{Cc}\ud800\u2028]/gu, " ").trim() || "x"]],
      body: { kind: "json", value: { [text.toWellFormed()]: text.toWellFormed() } },
      notes: [
        { key: null, message: text },
        { key: "url", message: text },
      ],
      leftOut: index % 3 === 0 ? text : null,
    }),
    { name: text, leftOut: text },
  ]);
  const { yaml, monitors } = await settle({ checks, channels: [], notes: NASTY }, NASTY.join(" "));
  expect(await loading(yaml)).toEqual([]);
  expect(monitors).toHaveLength(NASTY.filter((_, index) => index % 3 !== 0).length);
  const loaded = await monitorsOf(yaml);
  expect(loaded.every(({ request }) => request.url === "https://example.com/")).toBe(true);
  const kept = NASTY.filter((_, index) => index % 3 !== 0).map((text) => text.toWellFormed());
  expect(loaded.map(({ request }) => request.body)).toEqual(
    kept.map((text) =>
      // The one key that definitions never hold travels as a text.
      text === "__proto__"
        ? { kind: "text", text: JSON.stringify({ [text]: text }) }
        : { kind: "json", value: { [text]: text } },
    ),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal must not see them
  expect(yaml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
});

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc.constantFrom(...NASTY),
);
const row = fc.record(
  {
    id: fc.oneof(fc.integer({ min: 1, max: 9 }), text),
    name: text,
    type: fc.oneof(fc.constantFrom("http", "keyword", "json-query", "group", "ping"), text),
    url: fc.oneof(fc.webUrl({ withQueryParameters: true }), text),
    method: fc.oneof(fc.constantFrom("GET", "POST", "PURGE"), text),
    interval: fc.oneof(fc.integer(), fc.double(), text),
    timeout: fc.oneof(fc.double(), text),
    maxredirects: fc.oneof(fc.double(), text),
    parent: fc.oneof(fc.integer({ min: 1, max: 9 }), text),
    headers: fc.oneof(fc.json(), text),
    body: fc.oneof(fc.json(), text),
    httpBodyEncoding: fc.constantFrom("json", "form", "xml", null),
    accepted_statuscodes: fc.oneof(fc.array(text), fc.constant(["200-299", "404"]), fc.json()),
    keyword: text,
    jsonPath: text,
    basic_auth_user: text,
    basic_auth_pass: text,
    active: fc.boolean(),
  },
  { requiredKeys: ["url", "type"] },
);

test("whatever a monitor of Uptime Kuma says, what is written loads", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (monitors) => {
      const data = { monitors, notifications: [], proxies: [], notifies: new Map(), tags: new Map() };
      const { yaml, monitors: watched } = await settle(fromKuma(data), "test");
      if (watched.length > 0) expect(await loading(yaml)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

async function run(rest: string[], flags: Record<string, unknown> = {}) {
  const out: string[] = [];
  const errors: string[] = [];
  const code = await importFrom({
    settings: readSettings({}),
    flags: { json: false, out: null, replay: NO_REPLAY_FLAGS, ...flags },
    rest,
    env: {},
    print: (line) => out.push(line),
    printError: (line) => errors.push(line),
  });
  return { code, out: out.join("\n"), errors: errors.join("\n") };
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "statusquo-import-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

test("the file goes where --out says, never over one that exists without --force", async () => {
  const out = join(folder(), "statusquo.yaml");
  writeFileSync(out, "mine");
  const refused = await run(["gatus", join(EXAMPLES, "gatus.yaml")], { out });
  expect([refused.code, readFileSync(out, "utf8")]).toEqual([1, "mine"]);
  expect(refused.errors).toContain("--force");
  const forced = await run(["gatus", join(EXAMPLES, "gatus.yaml")], { out, force: true });
  expect([forced.code, forced.out]).toEqual([0, ""]);
  expect(await loading(readFileSync(out, "utf8"))).toEqual([]);
});

test("programs are told in JSON what was made and what was not", async () => {
  const { code, out, errors } = await run(["uptime-kuma", join(EXAMPLES, "uptime-kuma.json")], { json: true });
  expect([code, errors]).toEqual([0, ""]);
  const told = JSON.parse(out);
  expect(told.monitors).toContain("creer-une-commande");
  expect(told.channels).toEqual(["on-call", "team-mail"]);
  expect(told.variables).toContain("SMTP_URL");
  expect(told.said).toContainEqual({ about: "old-address", key: null, message: "it is paused there", leftOut: true });
  expect(await loading(told.yaml)).toEqual([]);
});

test("with nothing to watch it says so, and what was found stands as comments", async () => {
  const file = join(folder(), "backup.json");
  writeFileSync(file, JSON.stringify({ monitorList: [{ id: 1, name: "Router", type: "ping" }] }));
  const { code, out, errors } = await run(["uptime-kuma", file]);
  expect(code).toBe(1);
  expect(out).toContain("# Left out: Router: a monitor of the type ping");
  expect(out).not.toMatch(/^[^#\n]/m);
  expect(errors).toContain("nothing in it can be watched");
});

test("a format nobody knows, and a file that is not there, are said with an example", async () => {
  expect(await run(["nagios", "x"])).toMatchObject({
    code: 2,
    errors: expect.stringContaining("gatus, uptime-kuma, blackbox"),
  });
  expect(await run(["gatus"])).toMatchObject({ code: 2, errors: expect.stringContaining("gatus needs a file") });
  await expect(run(["gatus", join(folder(), "none.yaml")])).rejects.toThrow("there is no such file");
  await expect(run(["gatus", folder()])).rejects.toThrow("not a regular file");
});

test("no password of an address comes through, wherever the address is said", async () => {
  const secret = "s3cret";
  const url = `https://u:${secret}@example.com/?key=${secret}`;
  const all = [
    readGatus(
      "g",
      `endpoints: [{ url: "tcp://u:${secret}@example.com:1?token=${secret}" }, { url: "${url}" }, { name: x, url: "${url}" }]`,
    ),
    fromKuma({
      monitors: [
        { type: "http", url },
        { type: "ping", url },
      ],
      notifications: [],
      proxies: [],
      notifies: new Map(),
      tags: new Map(),
    }),
    readBlackbox(
      { file: "b", text: "modules: { m: { prober: http }, t: { prober: tcp } }" },
      {
        file: "p",
        text: JSON.stringify([
          { targets: [url], labels: { module: "m" } },
          { targets: [url], labels: { module: "t" } },
          { targets: [url] },
        ]),
      },
    ),
    readCurl(
      "c",
      `curl '${url}'\ncurl -d 'a=1&a=2&password=${secret}' https://e.com/\ncurl -d 'password=${secret}&{' https://e.com/`,
    ),
  ];
  for (const imported of all) {
    const { yaml, said } = await settle(imported, "test");
    expect(yaml).not.toContain(secret);
    expect(JSON.stringify(said)).not.toContain(secret);
  }
});
