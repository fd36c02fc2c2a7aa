import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { isSqlite, readKumaDatabase } from "./kuma-database.ts";
import { settle } from "./settle.ts";
import { readKumaBackup } from "./uptime-kuma.ts";

const backup = async (monitorList: object[], more: object = {}) =>
  settle(readKumaBackup("backup.json", JSON.stringify({ version: "1.23.0", monitorList, ...more })), "uptime-kuma");
const SITE = {
  id: 1,
  name: "Site",
  type: "http",
  url: "https://example.com/",
  method: "GET",
  interval: 60,
  active: true,
};

test.each<[string[], string | null]>([
  [["200-299"], null],
  [["200-299", "401"], '[ "2xx", 401 ]'],
  [["200", "201"], "[ 200, 201 ]"],
  [["100-199", "300-399"], '[ "3xx" ]'],
  [["200-599"], '[ "2xx", "3xx", "4xx", "5xx" ]'],
])("accepted status codes %j are expected as %s", async (codes, expected) => {
  const { yaml } = await backup([{ ...SITE, accepted_statuscodes: codes }]);
  expect(/expect: (.*)/.exec(yaml)?.[1] ?? null).toBe(expected);
});

test("bodies are sent in the encoding that was chosen", async () => {
  const of = async (body: string, httpBodyEncoding: string) =>
    (await backup([{ ...SITE, method: "POST", body, httpBodyEncoding }])).yaml;
  expect(await of('{"a": 1}', "json")).toContain("json: { a: 1 }");
  expect(await of("not json", "json")).toContain("body: not json");
  expect(await of('{"a": "1"}', "form")).toContain('form: { a: "1" }');
  expect(await of("a=1&b=2", "form")).toContain('form: { a: "1", b: "2" }');
  expect(await of("<a/>", "xml")).toMatch(/content-type: "text\/xml; charset=utf-8" \}\n {4}body: "<a\/>"/);
});

test("groups in groups are tags, and one that holds itself ends", async () => {
  const { yaml } = await backup([
    { id: 10, name: "Outer", type: "group", parent: 11, active: true },
    { id: 11, name: "Inner", type: "group", parent: 10, active: true },
    {
      ...SITE,
      parent: 10,
      tags: [
        { name: "env", value: "prod" },
        { name: "lone", value: "" },
      ],
    },
  ]);
  expect(yaml).toContain("tags: [ inner, outer, env-prod, lone ]");
});

test("what is paused, upside down or no HTTP stands as a comment with its reason", async () => {
  const { monitors, said } = await backup([
    { ...SITE, name: "a", active: false },
    { ...SITE, name: "b", active: 0 },
    { ...SITE, name: "c", upsideDown: true },
    { ...SITE, name: "d", type: "port", hostname: "example.com" },
    { ...SITE, name: "e", authMethod: "ntlm" },
    { ...SITE, name: "f", url: "https://" },
  ]);
  expect(monitors).toEqual([]);
  expect(said.filter(({ leftOut }) => leftOut)).toHaveLength(6);
});

test("notifications of one server and one webhook share a variable, others do not", async () => {
  const slack = (id: number, hook: string) => ({
    id,
    name: `s${id}`,
    active: true,
    config: JSON.stringify({ type: "slack", slackwebhookURL: hook }),
  });
  const { yaml } = await backup([{ ...SITE, notificationIDList: { 1: true, 3: true } }], {
    notificationList: [
      slack(1, "https://a.example.com/x"),
      slack(2, "https://a.example.com/x"),
      slack(3, "https://b.example.com/x"),
    ],
  });
  expect(yaml.match(/\$\{env:SLACK_WEBHOOK_URL\}/g)).toHaveLength(2);
  expect(yaml).toContain("${env:SLACK_WEBHOOK_URL_2}");
  expect(yaml).toContain("notify: [ s1, s3 ]");
});

test.each([
  ["{", /^backup\.json:\d+:\d+: /],
  ["{}", /^backup\.json:1:1: there is no monitorList; expected a backup of Uptime Kuma, such as/],
  ['{"monitorList": 3}', /^backup\.json:1:17: monitorList must be a list/],
])("%j is refused with its place and an example", (text, message) => {
  expect(() => readKumaBackup("backup.json", text)).toThrow(message);
});

const COMMON = `
  CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT, color TEXT);
  CREATE TABLE monitor_tag (id INTEGER PRIMARY KEY, monitor_id INTEGER, tag_id INTEGER, value TEXT);
  CREATE TABLE notification (id INTEGER PRIMARY KEY, name TEXT, config TEXT, active BOOLEAN DEFAULT 1, is_default BOOLEAN DEFAULT 0);
  CREATE TABLE monitor_notification (id INTEGER PRIMARY KEY, monitor_id INTEGER, notification_id INTEGER);
  INSERT INTO tag VALUES (1, 'prod', '#000');
  INSERT INTO monitor_tag VALUES (1, 2, 1, NULL);
  INSERT INTO notification (id, name, config) VALUES (1, 'On call', '{"type":"slack","slackwebhookURL":"https://hooks.example.com/not-a-secret"}');
  INSERT INTO monitor_notification VALUES (1, 2, 1);
`;

/** The columns that were there in the first 1.x, and those that 1.18 to 2.0 added. */
const OLD = `CREATE TABLE monitor (id INTEGER PRIMARY KEY, name TEXT, active BOOLEAN DEFAULT 1, interval INTEGER, url TEXT, type TEXT,
  hostname TEXT, port INTEGER, keyword TEXT, maxretries INTEGER DEFAULT 0, ignore_tls BOOLEAN DEFAULT 0, upside_down BOOLEAN DEFAULT 0,
  maxredirects INTEGER DEFAULT 10, accepted_statuscodes_json TEXT DEFAULT '["200-299"]', method TEXT DEFAULT 'GET', body TEXT,
  headers TEXT, basic_auth_user TEXT, basic_auth_pass TEXT);
  INSERT INTO monitor (id, name, interval, url, type, accepted_statuscodes_json, basic_auth_user, basic_auth_pass)
    VALUES (2, 'Front page', 60, 'https://example.com/', 'http', '["200-299","404"]', 'u', 'not-a-secret');
  INSERT INTO monitor (id, name, active, interval, url, type) VALUES (3, 'Paused', 0, 60, 'https://example.com/', 'http');`;
const NEW = `${OLD.slice(0, OLD.indexOf("INSERT"))}
  ALTER TABLE monitor ADD parent INTEGER; ALTER TABLE monitor ADD timeout DOUBLE DEFAULT 0; ALTER TABLE monitor ADD http_body_encoding TEXT;
  ALTER TABLE monitor ADD json_path TEXT; ALTER TABLE monitor ADD expected_value TEXT; ALTER TABLE monitor ADD json_path_operator TEXT;
  ALTER TABLE monitor ADD auth_method TEXT; ALTER TABLE monitor ADD oauth_client_secret TEXT; ALTER TABLE monitor ADD ip_family TEXT;
  CREATE TABLE proxy (id INTEGER PRIMARY KEY, protocol TEXT, host TEXT, port INTEGER);
  INSERT INTO monitor (id, name, type) VALUES (1, 'Shop', 'group');
  INSERT INTO monitor (id, name, interval, url, type, parent, timeout, method, body, http_body_encoding, accepted_statuscodes_json)
    VALUES (2, 'Front page', 30, 'https://example.com/', 'http', 1, 5.5, 'POST', '{"a":1}', 'json', '["201"]');`;

function database(sql: string, mode = "delete"): string {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-kuma-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "kuma.db");
  const made = new DatabaseSync(file);
  made.exec(`PRAGMA journal_mode = ${mode};${sql}`);
  made.close();
  return file;
}

test("a database of 1.x is read, and left as it was", async () => {
  const file = database(OLD + COMMON, "wal");
  const before = readFileSync(file);
  const { yaml, monitors, said } = await settle(readKumaDatabase(file), "uptime-kuma kuma.db");
  expect(monitors).toEqual(["front-page"]);
  expect(yaml).toContain("tags: [ prod ]");
  expect(yaml).toContain('expect: [ "2xx", 404 ]');
  expect(yaml).toContain("notify: [ on-call ]");
  expect(yaml).toContain("timeout: 48s");
  expect(yaml).not.toContain("not-a-secret");
  expect(said).toContainEqual({ about: "paused", key: null, message: "it is paused there", leftOut: true });
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(readdirSync(join(file, ".."))).toEqual(["kuma.db"]);
});

test("a database of 2.x says more: groups, timeouts, encodings", async () => {
  const { yaml } = await settle(readKumaDatabase(database(NEW + COMMON)), "uptime-kuma kuma.db");
  expect(yaml).toContain("tags: [ shop, prod ]");
  expect(yaml).toContain("timeout: 5500ms");
  expect(yaml).toContain("method: POST");
  expect(yaml).toContain("json: { a: 1 }");
  expect(yaml).toContain("expect: [ 201 ]");
});

test("a database that Kuma is writing is read with its newest rows", async () => {
  const file = database(OLD + COMMON, "wal");
  const kuma = new DatabaseSync(file);
  kuma.exec("UPDATE monitor SET name = 'Just renamed' WHERE id = 2");
  const { monitors } = await settle(readKumaDatabase(file), "uptime-kuma kuma.db");
  kuma.close();
  expect(monitors).toEqual(["just-renamed"]);
});

test("what is no database of Kuma is refused: another one, a broken one, a view in place of a table", () => {
  expect(() => readKumaDatabase(database("CREATE TABLE other (id INTEGER)"))).toThrow("no table monitor");
  expect(() => readKumaDatabase(database("CREATE VIEW monitor AS SELECT 1 AS id"))).toThrow("no table monitor");
  const file = database(OLD);
  writeFileSync(file, readFileSync(file).fill(7, 100));
  expect(isSqlite(file)).toBe(true);
  expect(() => readKumaDatabase(file)).toThrow(/kuma\.db:1:1: cannot be read as a database of Uptime Kuma/);
});
