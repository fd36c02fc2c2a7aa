import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { compileDefinitions, loadDefinitions, problemText } from "./load.ts";

const ENV = {
  SLACK_WEBHOOK_URL: "https://hooks.example.com/T/B/x",
  SMTP_URL: "smtp://mail.example.com",
  ORDERS_TOKEN: "t0ken",
};

async function load(text: string, env: NodeJS.ProcessEnv = ENV) {
  return compileDefinitions([{ file: "statusquo.yaml", text }], env);
}

async function loaded(text: string) {
  const result = await load(text);
  if (!result.ok) throw new Error(result.problems.map(problemText).join("\n"));
  return result.loaded;
}

async function problems(text: string, env: NodeJS.ProcessEnv = ENV): Promise<string[]> {
  const result = await load(text, env);
  return result.ok ? [] : result.problems.map(problemText);
}

const WHOLE = `
regions: [eu-west, us-east, ap-south]
channels:
  oncall: { slack: { webhook: "\${env:SLACK_WEBHOOK_URL}" } }
  team:   { email: { to: [orders-oncall@example.com], from: statusquo@example.com, smtp: "\${env:SMTP_URL}" } }
defaults:
  every: 1m
  timeout: 10s
  false_alarms: 1/year
  notify: [oncall, team]
monitors:
  - url: https://api.example.com/health
  - id: create-order
    name: Create order
    tags: [checkout]
    method: POST
    url: https://api.example.com/orders
    headers: { Authorization: "Bearer \${env:ORDERS_TOKEN}", idempotency-key: "{{uuid}}" }
    json: { sku: PROBE, quantity: 1, note: "{{region}} {{slot}}" }
    expect: [201]
    redact: ["$.customer"]
`;

test("the smallest definition is one address, and everything else has a default", async () => {
  const { monitors } = await loaded("monitors: [{ url: https://api.example.com/health }]");
  expect(monitors).toMatchObject([
    {
      id: "api-example-com-health",
      name: "api.example.com/health",
      request: { method: "GET", url: "https://api.example.com/health", headers: {} },
      intervalMs: 60_000,
      timeoutMs: 10_000,
      regions: ["local"],
      expect: [{ from: 200, to: 299, exclude: false }],
      falseAlarmsPerYear: 1,
      notify: [],
      allowPrivate: false,
      followRedirects: 0,
      source: { file: "statusquo.yaml", line: 1 },
    },
  ]);
});

test("a whole definition keeps its references, knows its lines, and takes what it does not say from the defaults", async () => {
  const { monitors, channels } = await loaded(WHOLE);
  expect(monitors[1]).toMatchObject({
    id: "create-order",
    request: {
      method: "POST",
      headers: { authorization: "Bearer ${env:ORDERS_TOKEN}", "idempotency-key": "{{uuid}}" },
      body: { kind: "json", value: { sku: "PROBE", quantity: 1, note: "{{region}} {{slot}}" } },
    },
    regions: ["eu-west", "us-east", "ap-south"],
    expect: [{ from: 201, to: 201, exclude: false }],
    notify: ["oncall", "team"],
    source: { line: 13, endLine: 21 },
  });
  expect(channels.map(({ id, kind }) => [id, kind])).toEqual([
    ["oncall", "slack"],
    ["team", "email"],
  ]);
  expect(JSON.stringify(monitors)).not.toContain("t0ken");
});

test("a definition's version changes with what is probed, its subject only with what is watched", async () => {
  const [before] = (await loaded("monitors: [{ url: https://a.example.com/ }]")).monitors;
  const [slower] = (await loaded("monitors: [{ url: https://a.example.com/, timeout: 20s }]")).monitors;
  const [other] = (await loaded("monitors: [{ url: https://a.example.com/, expect: 204 }]")).monitors;
  const [named] = (await loaded("monitors: [{ url: https://a.example.com/, name: A }]")).monitors;
  expect(slower?.version).not.toBe(before?.version);
  expect(slower?.subject).toBe(before?.subject);
  expect(other?.subject).not.toBe(before?.subject);
  expect(named?.version).toBe(before?.version);
});

test("all errors of a file come at once, each with place, rule, value and nearest known key", async () => {
  const text = `regions: [eu-west]
monitors:
  - id: create-order
    url: https://api.example.com/orders
    evry: 1m
    timeout: 2 seconds
    expect: [2001]
  - url: ftp://api.example.com/
    every: 2s
`;
  expect(await problems(text)).toEqual([
    'statusquo.yaml:5:5: monitor "create-order": unknown key "evry"; did you mean "every"?',
    'statusquo.yaml:6:14: monitor "create-order": timeout must be a duration from 100ms to 5m, such as "30s" or "5m"; got "2 seconds"',
    expect.stringContaining("statusquo.yaml:7:1"),
    'statusquo.yaml:8:10: monitor "ftp://api.example.com/": url must be an http or https address without user and password, such as "https://api.example.com/health"; got "ftp://api.example.com/"',
    'statusquo.yaml:9:12: monitor "ftp://api.example.com/": every must be a duration from 5s to 1h, such as "30s" or "5m"; got "2s"',
  ]);
});

test.each(["0409", "4.09e2", ".inf", "no", "12:30", "0x199", "~"])(
  "an ambiguous scalar is refused where it stands: %s",
  async (scalar) => {
    const found = await problems(`monitors:\n  - url: https://a.example.com/\n    expect: ${scalar}`);
    expect(found[0]).toMatch(/^statusquo\.yaml:3:13: .*more than one way/);
  },
);

test("an unset reference is an error that names the reference and never a value", async () => {
  const found = await problems(WHOLE, { SLACK_WEBHOOK_URL: "https://hooks.example.com/secret-part" });
  expect(found.map((line) => /\$\{[^}]*\}/.exec(line)?.[0])).toEqual(["${env:SMTP_URL}", "${env:ORDERS_TOKEN}"]);
  expect(found.join()).toContain('channel "team"');
  expect(found.join()).not.toContain("secret-part");
});

test("a reference of an unknown kind and a template of an unknown name are errors", async () => {
  const found = await problems(
    'monitors:\n  - url: https://a.example.com/\n    headers: { a: "${vault:x}", b: "{{uid}}" }',
  );
  expect(found).toHaveLength(2);
  expect(found.join()).toContain("vault");
  expect(found.join()).toContain("did you mean {{uuid}}?");
});

test.each([
  ["http://127.0.0.1:8080/", "127.0.0.1"],
  ["http://localhost/", "localhost"],
  ["http://2130706433/", "127.0.0.1"],
  ["http://10.1.2.3/", "10.1.2.3"],
])("%s is refused unless private addresses are allowed", async (url, host) => {
  const text = `monitors:\n  - url: ${url}\n`;
  const [found] = await problems(text);
  expect(found).toContain(host);
  expect(found).toContain("allow_private");
  expect(await problems(`${text}    allow_private: true\n`)).toEqual([]);
});

test("the metadata address is refused even where private addresses are allowed", async () => {
  expect(await problems("monitors: [{ url: http://169.254.169.254/latest/, allow_private: true }]")).toHaveLength(1);
});

test("a channel that is not defined, a timeout that is too long and an id used twice are told with what to do", async () => {
  const found = await problems(`channels: { oncall: { slack: { webhook: "https://hooks.example.com/x" } } }
monitors:
  - { id: a, url: https://a.example.com/, notify: [oncal] }
  - { id: b, url: https://b.example.com/, every: 5s, timeout: 5s }
  - { id: a, url: https://c.example.com/ }
`);
  expect(found).toHaveLength(3);
  expect(found[0]).toContain('did you mean "oncall"?');
  expect(found[1]).toContain("shorter than every (5s)");
  expect(found[2]).toContain("already defined at statusquo.yaml:3");
});

test("a channel whose address cannot be used is told by name, without its secret", async () => {
  const found = await problems(WHOLE, { ...ENV, SLACK_WEBHOOK_URL: "hooks.example.com/services/s3cret" });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^statusquo\.yaml:4:\d+: channel "oncall": /);
  expect(found[0]).not.toContain("s3cret");
});

test.each([
  ["several documents", "monitors: []\n---\nmonitors: []\n", "one YAML document"],
  ["an alias", "monitors: [&a { url: https://a.example.com/ }, *a]", "aliases are not allowed"],
  ["a repeated key", "monitors: []\nmonitors: []\n", "unique"],
  ["an unknown tag", "monitors: !!js/function []", "tag"],
  ["a prototype", "__proto__: { a: 1 }\nmonitors: [{ url: https://a.example.com/ }]", "__proto__"],
  ["an empty file", "", "empty"],
  [
    "a header that breaks the line",
    'monitors: [{ url: https://a.example.com/, headers: { a: "x\\r\\ny" } }]',
    "single-line",
  ],
  [
    "a header that is the probe's own",
    "monitors: [{ url: https://a.example.com/, headers: { Host: x } }]",
    "set by the probe",
  ],
  ["a user in the address", "monitors: [{ url: https://me:secret@a.example.com/ }]", "without user and password"],
  [
    "two recipients in one",
    'channels: { a: { email: { to: ["x@example.com, y@example.com"], from: a@example.com, smtp: "smtp://m" } } }\nmonitors: [{ url: https://a.example.com/ }]',
    "one mail address",
  ],
  [
    "two bodies",
    "monitors: [{ url: https://a.example.com/, json: {}, body: x }]",
    "only one of json, body, form and multipart",
  ],
  ["a broken JSONPath", 'monitors: [{ url: https://a.example.com/, redact: ["customer"] }]', "RFC 9535"],
])("%s is refused with its place", async (_what, text, words) => {
  const found = await problems(text);
  expect(found.length).toBeGreaterThan(0);
  expect(found.join("\n")).toMatch(/^statusquo\.yaml:\d+:\d+: /);
  expect(found.join("\n").toLowerCase()).toContain(words.toLowerCase());
});

test("a folder's files share channels and regions, and a missing file is said with its path", async () => {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-definitions-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, "a.yaml"),
    "regions: [eu]\nchannels: { oncall: { slack: { webhook: https://hooks.example.com/x } } }\nmonitors: [{ url: https://a.example.com/ }]",
  );
  writeFileSync(join(folder, "b.yml"), "monitors: [{ url: https://b.example.com/, notify: [oncall] }]");
  writeFileSync(join(folder, "notes.txt"), "not a definition");
  const result = await loadDefinitions(folder, {});
  expect(result.ok && result.loaded.monitors.map(({ id, regions }) => [id, regions])).toEqual([
    ["a-example-com", ["eu"]],
    ["b-example-com", ["eu"]],
  ]);
  const missing = await loadDefinitions(join(folder, "c.yaml"), {});
  expect(!missing.ok && missing.problems.map(problemText)).toEqual([
    expect.stringContaining("c.yaml:1:1: there is no such file"),
  ]);
});

test("a time zone is taken from the defaults, and one that is none is refused with the nearest", async () => {
  const { monitors } = await loaded(`
defaults: { timezone: Europe/Berlin }
monitors:
  - { id: a, url: https://example.com/ }
  - { id: b, url: https://example.com/, timezone: America/New_York }
`);
  expect(monitors.map(({ timezone }) => timezone)).toEqual(["Europe/Berlin", "America/New_York"]);
  expect(await problems("monitors: [{ url: https://example.com/, timezone: Europe/Berln }]")).toEqual([
    expect.stringMatching(/timezone must be an IANA time zone, perhaps Europe\/Berlin; got "Europe\/Berln"$/),
  ]);
});
