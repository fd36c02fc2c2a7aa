/**
 * Hostile definitions: each row of what a file may try, by its number (H1 to H15), is refused where it stands or made
 * harmless. Rows that other files hold: H7 and H8 in `packages/probe`, H15 in `reload.test.ts`.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadApart } from "./apart.ts";
import { compileDefinitions, loadDefinitions, problemText } from "./load.ts";
import { shownName } from "./name.ts";
import { openSecrets } from "./secret-files.ts";

const URL_LINE = "url: https://a.example.com/";
const one = (rest: string) => `monitors:\n  - ${URL_LINE}\n    ${rest}\n`;

async function load(text: string, env: NodeJS.ProcessEnv = {}) {
  return compileDefinitions([{ file: "a.yaml", text }], env);
}

async function problems(text: string, env: NodeJS.ProcessEnv = {}) {
  const result = await load(text, env);
  return result.ok ? [] : result.problems.map(problemText);
}

async function monitors(text: string) {
  const result = await load(text);
  if (!result.ok) throw new Error(result.problems.map(problemText).join("\n"));
  return result.loaded.monitors;
}

function folder() {
  const made = mkdtempSync(join(tmpdir(), "statusquo-hostile-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const laughs = [
  "a: &a [x, x, x, x, x, x, x, x, x]",
  ..."bcdefghi".split("").map((name, index) => {
    const before = "abcdefgh"[index];
    return `${name}: &${name} [${Array(9).fill(`*${before}`).join(", ")}]`;
  }),
].join("\n");
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

test.each<[row: string, what: string, text: string, words: string]>([
  ["H1", "a billion laughs", laughs, "aliases are not allowed"],
  ["H1", "a list nested 25 deep", one(`json: ${nested(25)}`), "nested deeper than 20"],
  ["H1", "a list nested 5,000 deep", one(`json: ${nested(5_000)}`), "Maximum call stack|nested deeper"],
  [
    "H1",
    "blocks nested 1,400 deep",
    Array.from({ length: 1_400 }, (_, at) => `${" ".repeat(at)}a:`).join("\n"),
    "deep|stack",
  ],
  ["H1", "a file of 5 MB", `name: ${"x".repeat(5_000_000)}`, "at most 1 MiB"],
  ["H1", "a name of 5 kB", one(`name: ${"x".repeat(5_000)}`), "at most 100 characters"],
  ["H1", "5,001 monitors", `monitors: [${"{url: 'https://a.example.com/'}, ".repeat(5_001)}]`, "at most 5,000"],
  ["H2", "__proto__", `__proto__: { monitors: [] }\n${one("")}`, "key __proto__ is not allowed"],
  ["H2", "__proto__ in a monitor", one("__proto__: { id: x }"), "key __proto__ is not allowed"],
  ["H2", "constructor", one("constructor: { prototype: { a: 1 } }"), 'unknown key "constructor"'],
  ["H2", "__proto__ as a header", one("headers: { __proto__: { a: b } }"), "key __proto__ is not allowed"],
  ["H3", "a function", one("name: !!js/function 'function () {}'"), "tag"],
  ["H3", "a tag of its own", one("name: !ruby/object x"), "tag"],
  ["H3", "a binary", one("name: !!binary aGk="), "tag"],
  ["H3", "a key twice", `${one("name: a")}    name: b\n`, '"name" stands here again'],
  ["H3", "a key twice, once in quotes", `${one("name: a")}    "name": b\n`, '"name" stands here again'],
  ["H3", "two documents", `${one("")}---\n${one("")}`, "one YAML document a file"],
  ["H3", "a tab to indent with", "monitors:\n\t- url: https://a.example.com/\n", "Tabs are not allowed"],
  ["H3", "a list as a key", "? [a, b]\n: c\n", "keys must be texts"],
  ["H3", "NUL", `${one("")}# \u0000`, "U+0000"],
  ["H3", "an escape sequence", one("name: \u001b[2Ja"), "U+001B"],
  ["H3", "a merge", `a: &a { name: x }\n${one("<<: *a")}`, "aliases are not allowed"],
  ["H4", "an octal", one("expect: 0409"), "more than one way"],
  ["H4", "a number in sixties", one("every: 12:30"), "more than one way"],
  ["H4", "infinity", one("expect: [.inf]"), "more than one way"],
  ["H4", "a fraction", one("expect: 409.5"), "expect must be"],
  ["H4", "a number for a duration", one("every: 60"), "every must be a duration"],
  ["H4", "Norway", one("tags: [no]"), "more than one way"],
  ...[
    "file:///etc/passwd",
    "ftp://a.example.com/",
    "javascript:alert(1)",
    "unix:///var/run/docker.sock",
    "data:text/plain,x",
    "//a.example.com/",
    "http://user:password@a.example.com/",
    "https://user@a.example.com/",
    "https://a.example.com/\\r\\nHost: b",
    "https://a.example.com/a b",
    "https://a.example.com/\\u0000",
    "https://\\u0000/",
    "https://",
    "${env:HOST_URL}",
  ].map((url): [string, string, string, string] => ["H5", url, `monitors:\n  - url: "${url}"\n`, "url"]),
  ...[
    ['"a\\r\\nb"', "c"],
    ['"a:b"', "c"],
    ['"a b"', "c"],
    ['""', "c"],
    ["é", "c"],
    ["a", '"b\\r\\nx: y"'],
    ["a", '"b\\u0000"'],
    ["Host", "b"],
    ["CONTENT-LENGTH", '"5"'],
    ["transfer-encoding", "chunked"],
    ["Connection", "upgrade"],
    ["TE", "trailers"],
  ].map(([name, value]): [string, string, string, string] => [
    "H6",
    `${name}: ${value}`,
    one(`headers: { ${name}: ${value} }`),
    "header names and single-line texts",
  ]),
  ["H9", "a script", one("script: 'process.exit()'"), 'unknown key "script"'],
  ...["../../x", "a:b", "A", "а", "a_b", "-a", `${"a".repeat(65)}`, "a\\u200b", "a\\u202eb", ""].map(
    (id): [string, string, string, string] => [
      "H10",
      `id ${id.slice(0, 20)}`,
      one(`id: "${id}"`),
      "id must be lower-case",
    ],
  ),
  ...[
    "a@example.com\\r\\nBcc: b@example.com",
    '\\"x\\" <a@example.com>, c@example.com',
    "a@example.com, b@example.com",
    "team: a@example.com;",
    "a@b@example.com",
    "a",
    `${"a".repeat(250)}@example.com`,
  ].map((to): [string, string, string, string] => [
    "H11",
    to.slice(0, 40),
    `channels: { a: { email: { to: ["${to}"], from: a@example.com, smtp: "smtp://m" } } }\n${one("")}`,
    "one mail address|at most 254",
  ]),
  ["H13", "an authorization of an unknown kind", one("auth: { magic: x }"), "unknown key"],
  ["H13", "an authorization that is null", one("auth:"), "auth"],
])("%s: %s is refused where it stands", async (_row, _what, text, words) => {
  const found = await problems(text);
  expect(found.length).toBeGreaterThan(0);
  expect(found.length).toBeLessThanOrEqual(101);
  for (const line of found) expect(line).toMatch(/^a\.yaml:\d+:\d+: /);
  expect(found.join("\n")).toMatch(new RegExp(words.replaceAll(/[+[\]()]/g, "\\$&")));
});

test("H1: a file that would take a parser minutes is given up, and the thread that read it is ended", async () => {
  const path = join(folder(), "a.yaml");
  writeFileSync(path, `a: [${"!x 1,".repeat(200_000)}]`);
  const result = await loadApart(path, {}, { longestMs: 1_500 });
  expect(!result.ok && result.problems.map(problemText)).toEqual([
    `${path}:1:1: takes more than 1.5 s to read; make it smaller, or spread it over several files`,
  ]);
});

test("H1: a file that takes more memory than there is ends the thread that read it, not the program", async () => {
  const path = join(folder(), "a.yaml");
  writeFileSync(path, `a: [${"{},".repeat(300_000)}]`);
  const result = await loadApart(path, {}, { memoryMb: 24, longestMs: 60_000 });
  expect(!result.ok && result.problems.map(({ message }) => message)).toEqual([
    expect.stringMatching(/24 MiB of memory|cannot be read/),
  ]);
});

test("H1: keys are compared once each: sixty thousand of them are read, and one of them twice is found", async () => {
  const keys = Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`);
  const found = await problems(`monitors:\n  - ${URL_LINE}\n    json: { ${keys.join(", ")}, k7: 2 }\n`);
  expect(found).toEqual([expect.stringContaining('"k7" stands here again')]);
});

test("a good file read apart is what it is otherwise", async () => {
  const path = join(folder(), "a.yaml");
  writeFileSync(path, one('headers: { a: "${env:A}" }'));
  const plain = JSON.stringify;
  expect(plain(await loadApart(path, { A: "x" }))).toBe(plain(await loadDefinitions(path, { A: "x" })));
  expect(plain(await loadApart(path, {}))).toBe(plain(await loadDefinitions(path, {})));
});

test("H2: what was refused has changed no prototype", async () => {
  await problems(
    `__proto__: { polluted: 1 }\n${one("json: { __proto__: { polluted: 1 }, constructor: { prototype: { polluted: 1 } } }")}`,
  );
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

test("H3: a byte order mark at the beginning of a file is no part of it", async () => {
  const path = join(folder(), "a.yaml");
  writeFileSync(path, `\ufeff${one("")}`);
  expect((await loadDefinitions(path, {})).ok).toBe(true);
});

test("H3: bytes that are no UTF-8 are refused", async () => {
  const path = join(folder(), "a.yaml");
  writeFileSync(path, Buffer.from([0x61, 0xff, 0xfe, 0x0a]));
  const result = await loadDefinitions(path, {});
  expect(!result.ok && result.problems[0]?.message).toBe("is not UTF-8 text");
});

test("H10: a name keeps its letters and loses what cannot be seen or turns a line around", async () => {
  const [monitor] = await monitors(
    one('name: "  Cafe\\u0301\\u202e\\u0000\\u200b \\r\\n\\u2066gnp.exe\\ud800\\U000E0041  "'),
  );
  expect(monitor?.name).toBe("Café gnp.exe");
  const [unseen] = await monitors(
    one('{ id: shown, name: "\\u200b\\u202e" }'.replace(/[{}]/g, "").replace(", ", "\n    ").trim()),
  );
  expect(unseen?.name).toBe("shown");
  expect(shownName("👩‍🚀 नमस्ते क्‍ष مرحبا")).toBe("👩‍🚀 नमस्ते क्‍ष مرحبا");
});

test("H10: so does a step's; one of which nothing can be seen is called by its place", async () => {
  const steps =
    'steps: [{ name: "a\\u202eb\\u200b", get: "https://a.example.com/" }, { name: "\\u200b", get: "https://a.example.com/x" }]';
  const text = `regions: [eu]\nmonitors: [{ id: two, ${steps} }]`;
  const read = await compileDefinitions([{ file: "a.yaml", text }], {});
  expect(read.ok && read.loaded.monitors[0]?.steps?.map(({ name }) => name)).toEqual(["ab", "2 GET /x"]);
});

test("H10: a monitor's id of digits alone is one, since every name that is made from it begins with a letter", async () => {
  expect((await monitors(one('id: "409"'))).map(({ id }) => id)).toEqual(["409"]);
});

test.each([
  ["missing", {}],
  ["empty", { KEY: "" }],
  ["of two lines", { KEY: "a\r\nx-evil: 1" }],
])("H12: a secret that is %s is refused by its name, and its value is not said", async (_what, env) => {
  const found = await problems(one('headers: { x-key: "${env:KEY}" }'), env);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain("${env:KEY}");
  expect(found[0]).not.toContain("evil");
});

test("H12: a certificate may be of many lines", async () => {
  const found = await problems(one('json: { pem: "${env:PEM}" }'), { PEM: "-----BEGIN\nx\n-----END" });
  expect(found).toEqual([]);
});

test("H12: a secret in a file that everybody may read is warned of by name; a certificate is none", () => {
  const at = folder();
  const write = (name: string, text: string, mode: number) => {
    writeFileSync(join(at, name), text);
    chmodSync(join(at, name), mode);
    return `"\${file:${join(at, name)}}"`;
  };
  const texts = [
    write("open", "hunter2", 0o644),
    write("closed", "hunter2", 0o640),
    write("certificate", "-----BEGIN CERTIFICATE-----\nx", 0o644),
    `"\${file:${at}/none}"`,
    `"\${file:${at}}"`,
  ];
  expect(openSecrets(texts)).toEqual([
    `\${file:${at}/open} may be read by every user of this machine; close it with: chmod o-r ${at}/open`,
  ]);
});

test("H14: a file that is none is refused: FIFO, device, socket of /proc, folder without files", async () => {
  const at = folder();
  const fifo = join(at, "fifo.yaml");
  execFileSync("mkfifo", [fifo]);
  const refusals: Record<string, RegExp> = {
    [fifo]: /not a regular file/,
    "/dev/null": /not a regular file/,
    "/dev/zero": /not a regular file/,
    "/proc/self/environ": /UTF-8|unprintable|empty|must be|cannot/,
    [join(at, "none.yaml")]: /there is no such file/,
  };
  for (const [path, words] of Object.entries(refusals)) {
    const result = await loadDefinitions(path, {});
    expect(!result.ok && result.problems[0]?.message, path).toMatch(words);
  }
  const inFolder = await loadDefinitions(at, {});
  expect(!inFolder.ok && inFolder.problems.map(problemText)).toEqual([`${fifo}:1:1: is not a regular file`]);
});

test("H14: a link inside the folder is followed, one that leads out of it is refused, and so is a broken one", async () => {
  const [at, outside] = [folder(), folder()];
  mkdirSync(join(at, "..data"));
  writeFileSync(join(at, "..data", "real.yaml"), one(""));
  symlinkSync(join("..data", "real.yaml"), join(at, "a.yaml"));
  expect((await loadDefinitions(at, {})).ok).toBe(true);
  writeFileSync(join(outside, "secret"), "password: hunter2");
  symlinkSync(join(outside, "secret"), join(at, "b.yaml"));
  const out = await loadDefinitions(at, {});
  expect(!out.ok && out.problems.map(problemText)).toEqual([
    `${join(at, "b.yaml")}:1:1: is a link that leads out of the folder; put the file itself there`,
  ]);
  rmSync(join(at, "b.yaml"));
  symlinkSync("nowhere", join(at, "c.yaml"));
  expect((await loadDefinitions(at, {})).ok).toBe(false);
});

test("a file this user may not read is said with what to do", async (context) => {
  if (process.getuid?.() === 0) context.skip("root may read every file");
  const path = join(folder(), "a.yaml");
  writeFileSync(path, one(""));
  chmodSync(path, 0o000);
  const result = await loadDefinitions(path, {});
  expect(!result.ok && result.problems[0]?.message).toContain("check the file's permissions");
});
