// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references are written like this
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fillReferences, findReferences, resolveReferences } from "./references.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "statusquo-references-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content);
  return `\${file:${join(folder, name)}}`;
};
const resolve = (text: string, env = {}) => resolveReferences(findReferences(text), env);

test("references are found once each, in order", () => {
  expect(findReferences("a ${env:A} ${file:/b} ${env:A} ${other:x} $env:C {env:D}")).toEqual([
    { kind: "env", name: "A", text: "${env:A}" },
    { kind: "file", name: "/b", text: "${file:/b}" },
  ]);
});

test("variables and files take the reference's place, and nothing in them is read as a reference", async () => {
  const text = `Bearer \${env:TOKEN}, ${write("key", "line one\nline two\n")}`;
  const { values, problems } = await resolve(text, { TOKEN: "${env:OTHER} $& {{uuid}}", OTHER: "no" });
  expect(problems).toEqual([]);
  expect(fillReferences(text, values)).toBe("Bearer ${env:OTHER} $& {{uuid}}, line one\nline two");
});

test("exactly one line break at the end of a file is dropped", async () => {
  for (const [content, value] of [
    ["s3cret", "s3cret"],
    ["s3cret\r\n", "s3cret"],
    ["s3cret\n\n", "s3cret\n"],
  ] as const) {
    const text = write("one", content);
    expect([...(await resolve(text)).values.values()]).toEqual([value]);
  }
});

test("a file is read anew each time, so a rotated secret needs no restart", async () => {
  const text = write("rotated", "old");
  expect([...(await resolve(text)).values.values()]).toEqual(["old"]);
  write("rotated", "new");
  expect([...(await resolve(text)).values.values()]).toEqual(["new"]);
});

test.each<[what: string, make: () => string, message: RegExp]>([
  ["a variable that is not set", () => "${env:ABSENT}", /^\$\{env:ABSENT\} is not set/],
  ["an empty variable", () => "${env:EMPTY}", /is set but empty/],
  ["a variable of an object's own machinery", () => "${env:constructor}", /is not set/],
  ["no variable's name", () => "${env:not a name}", /must name a variable/],
  ["an open reference", () => "${env:TOKEN", /is not closed/],
  ["a relative path", () => "${file:secrets/key}", /absolute path/],
  ["an absent file", () => `\${file:${folder}/absent}`, /does not exist/],
  ["a folder", () => `\${file:${folder}}`, /is not a regular file/],
  ["a device", () => "${file:/dev/zero}", /is not a regular file/],
  ["a file that only looks regular", () => "${file:/proc/self/environ}", /is an empty file/],
  ["an empty file", () => write("empty", ""), /is an empty file/],
  ["a file with one line break", () => write("break", "\n"), /is an empty file/],
  ["65 KiB", () => write("large", "x".repeat(65 * 1024)), /larger than 64 KiB/],
  ["bytes that are no text", () => write("binary", Uint8Array.of(0xff, 0xfe, 0xfd)), /is not UTF-8/],
])("%s is a problem that names the reference and no value", async (_, make, message) => {
  const text = make();
  const { values, problems } = await resolve(text, { EMPTY: "", TOKEN: "canary" });
  expect(values.size).toBe(0);
  expect(problems).toHaveLength(1);
  expect(problems[0]!.message).toMatch(message);
  expect(problems[0]!.reference).toBe(text);
  expect(JSON.stringify(problems)).not.toContain("canary");
});

test("a FIFO is refused instead of waited for", async () => {
  const path = join(folder, "fifo");
  execFileSync("mkfifo", [path]);
  expect((await resolve(`\${file:${path}}`)).problems[0]?.message).toContain("is not a regular file");
});

test.skipIf(process.getuid?.() === 0)(
  "a file that may not be read is a problem with the system's word for it",
  async () => {
    const text = write("locked", "canary");
    chmodSync(join(folder, "locked"), 0);
    expect((await resolve(text)).problems[0]?.message).toContain("EACCES");
  },
);

test("all problems are told at once", async () => {
  expect((await resolve("${env:A} ${env:B}")).problems.map((problem) => problem.reference)).toEqual([
    "${env:A}",
    "${env:B}",
  ]);
});
