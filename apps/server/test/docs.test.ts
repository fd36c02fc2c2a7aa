import { globSync, readFileSync } from "node:fs";
import { RETENTION } from "@statusquo/pipeline";
import { expect, test } from "vitest";
import { NO_REPLAY_FLAGS } from "../src/commands/command.ts";
import { REPLAY_HELP, replay } from "../src/commands/replay.ts";
import { compileDefinitions, loadDefinitions, problemText } from "../src/definitions/load.ts";
import { definitionsJsonSchema } from "../src/definitions/schema.ts";
import { readSettings } from "../src/settings.ts";
import { isRun, NOT_RUN } from "./commands.ts";
import {
  blocksOf,
  codeIn,
  commandsOf,
  documents,
  environmentFor,
  nameOf,
  ROOT,
  read,
  tableUnder,
} from "./documents.ts";
import { startStory } from "./story.ts";

const blocks = documents.flatMap(blocksOf);
const commands = blocks.flatMap(commandsOf);
const yaml = blocks.filter(({ words }) => words[0] === "yaml");
const placed = (all: typeof blocks) => all.map((block) => [`${block.file}:${block.line}`, block] as const);

async function problemsOf(file: string, text: string): Promise<string[]> {
  const result = await compileDefinitions([{ file, text }], environmentFor(text));
  return result.ok ? [] : result.problems.map(problemText);
}

test.each(placed(yaml.filter(({ words }) => !words.includes("refused"))))(
  "the definitions shown at %s can be used",
  async (place, block) => {
    expect(await problemsOf(place, block.text)).toEqual([]);
  },
);

test.each(placed(yaml.filter(({ words }) => words.includes("refused"))))(
  "the definitions shown as broken at %s are refused",
  async (place, block) => {
    expect(await problemsOf(place, block.text)).not.toEqual([]);
    expect(nameOf(block)).not.toBeNull();
  },
);

const examples = [...globSync("examples/*.yaml", { cwd: ROOT }), "examples/folder"].sort();

test.each(examples)("the example %s can be used with the variables that it names, and not without", async (example) => {
  const files = example.endsWith(".yaml") ? [example] : globSync(`${example}/*.yaml`, { cwd: ROOT });
  const text = files.map(read).join("\n");
  const env = environmentFor(text);
  const result = await loadDefinitions(`${ROOT}${example}`, env);
  expect(result.ok ? [] : result.problems.map(problemText)).toEqual([]);
  for (const name of Object.keys(env)) {
    expect(text, "a comment names it").toMatch(new RegExp(`^#.*\\b${name}\\b`, "m"));
    const { [name]: _, ...others } = env;
    expect((await loadDefinitions(`${ROOT}${example}`, others)).ok, name).toBe(false);
  }
});

test("every example is named by the documents", () => {
  for (const example of examples) expect(read("docs/configuration.md")).toContain(`\`${example}`);
});

test("every command that the documents show is run, or stands with a reason", () => {
  const left = commands.filter(({ text }) => !isRun(text) && !Object.hasOwn(NOT_RUN, text));
  expect(left).toEqual([]);
  expect(commands.filter(({ text }) => isRun(text)).length).toBeGreaterThan(10);
});

test("no reason outlives its command", () => {
  const shown = new Set(commands.map(({ text }) => text));
  expect(Object.keys(NOT_RUN).filter((command) => !shown.has(command))).toEqual([]);
});

test("scripts and packages that the documents name exist", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const tasks = Object.keys((JSON.parse(read("turbo.json")) as { tasks: Record<string, unknown> }).tasks);
  const packages = globSync("{apps,packages}/*/package.json", { cwd: ROOT }).map((file) => JSON.parse(read(file)).name);
  for (const { text, place } of commands) {
    const script = /^npm (?:run )?(start|test|[\w:]+)$/.exec(text)?.[1];
    if (script !== undefined) expect(Object.keys(scripts), place).toContain(script);
    const [, task, filter] = /^npx turbo run (\S+)(?: --filter=(\S+))?/.exec(text) ?? [];
    if (task !== undefined) expect(tasks, place).toContain(task);
    if (filter !== undefined) expect(packages, place).toContain(filter);
  }
});

interface JsonSchema {
  properties: Record<string, JsonSchema>;
  items: JsonSchema;
  additionalProperties: JsonSchema;
  $defs: Record<string, JsonSchema>;
}
const schema = definitionsJsonSchema() as JsonSchema;
const keysOf = (part: JsonSchema | undefined) => Object.keys(part?.properties ?? {}).sort();
const keysUnder = (heading: string) => tableUnder("docs/configuration.md", heading).map(([key]) => codeIn(key) ?? "");

/** Rows may describe several keys at once. */
const stepKeys = () =>
  tableUnder("docs/configuration.md", "### Keys of a step").flatMap(([key = ""]) =>
    [...key.matchAll(/`(\w+)`/g)].map(([, name]) => name as string),
  );

test("statusquo.schema.json is current", () => {
  const current = `${JSON.stringify(definitionsJsonSchema(), null, 2)}\n`;
  expect(read("statusquo.schema.json") === current, "write it anew with: npm run schema").toBe(true);
});

test("every key of definitions is described, and no other", () => {
  expect(keysUnder("### Keys of a file").sort()).toEqual(keysOf(schema));
  expect(keysUnder("### Keys of a monitor").sort()).toEqual(keysOf(schema.$defs.monitor));
  expect(stepKeys().sort()).toEqual(keysOf(schema.$defs.step));
  const channel = schema.$defs.channel;
  const keys = keysOf(channel).flatMap((key) => {
    const within = keysOf(channel?.properties[key]);
    return within.length > 0 ? within.map((inner) => `${key}.${inner}`) : [key];
  });
  expect(keysUnder("### Keys of a channel").sort()).toEqual(keys.sort());
});

test("the keys that defaults may hold are marked", () => {
  const marked = tableUnder("docs/configuration.md", "### Keys of a monitor").filter(([key]) => key?.endsWith("●"));
  expect(marked.map(([key]) => codeIn(key)).sort()).toEqual(keysOf(schema.properties.defaults));
});

test("examples of keys, and defaults where they are values, are allowed values", async () => {
  for (const [key, , , standard, example] of tableUnder("docs/configuration.md", "### Keys of a monitor")) {
    const name = codeIn(key) ?? "";
    for (const value of [codeIn(example), codeIn(standard?.split(",")[0])]) {
      if (value === null || name === "url" || (name === "id" && value !== codeIn(example))) continue;
      const text = `regions: [eu-west]
channels: { oncall: { slack: { webhook: http://127.0.0.1/hook } } }
monitors: [{ ${name === "steps" ? "id: a" : "url: https://api.example.com/health"}, ${name}: ${value} }]\n`;
      expect(await problemsOf(name, text), text).toEqual([]);
    }
  }
});

const settingsIn = (file: string) => [
  ...new Set([...read(file).matchAll(/\benv\.([A-Z][A-Z_]*)/g)].map(([, name]) => name as string)),
];

test("every setting and flag is described, and no other", () => {
  const rows = tableUnder("docs/configuration.md", "## Settings");
  const described = rows.map(([name]) => codeIn(name));
  expect(described.sort()).toEqual(settingsIn("apps/server/src/settings.ts").sort());
  for (const name of settingsIn("apps/worker/src/settings.ts")) expect(described).toContain(name);
  const help = read("apps/server/src/main.ts");
  for (const [, flag] of rows) if (codeIn(flag)) expect(help).toContain(`\n  ${codeIn(flag)} `);
});

test("every command of the program is described", () => {
  const described = tableUnder("docs/configuration.md", "## Commands").map(([command]) => codeIn(command) ?? "");
  const own = described.flatMap((command) => /^npx statusquo ([\w-]+)/.exec(command)?.[1] ?? []);
  const table = /const COMMANDS[^{]*\{[^}]*\}> = \{(.*?)\n\};/s.exec(read("apps/server/src/main.ts"))?.[1] ?? "";
  expect(own.sort()).toEqual([...table.matchAll(/^ {2}"?([\w-]+)"?: \{/gm)].map(([, name]) => name).sort());
});

test("every metric is described, and no other", () => {
  const described = tableUnder("docs/operations.md", "## Health").flatMap(
    ([name]) => /^`(statusquo_\w+)/.exec(name ?? "")?.[1] ?? [],
  );
  const kept = [...read("packages/api/src/metrics.ts").matchAll(/"(statusquo_\w+)"/g)].map(([, name]) => name);
  expect(described.sort()).toEqual(kept.sort());
});

test("what the documents say is kept for how long is what is kept", () => {
  const days = tableUnder("docs/operations.md", "## The data folder").map(([, kept]) =>
    Number.parseInt(kept ?? "", 10),
  );
  const { samples, evidence, fiveMinutes, hours, whys } = RETENTION;
  expect(days.slice(0, 5)).toEqual([samples, evidence, fiveMinutes, hours, whys].map((ms) => ms / 86_400_000));
});

test("a mail reads as the README shows it, but for its figures", async () => {
  const story = await startStory({
    definitions: ({ target, smtp }) => `
regions: [eu-west, us-east, ap-south]
channels: { team: { email: { to: [team@example.com], from: statusquo@example.com, smtp: "${smtp}" } } }
defaults: { every: 5s, timeout: 2s, allow_private: true, notify: [team] }
monitors:
  - { id: save-document, name: Save a document, method: PUT, url: ${target}/documents/shift-plan, usual: { 409: "3%" } }
`,
  });
  await story.advance(60_000);
  // In the words of the demo's service.
  const detail = 'Document shift-plan was modified since: this save starts from "v11", the document is at "v12".';
  story.answer(() => ({
    status: 409,
    headers: { "content-type": "application/problem+json", etag: '"v12"', "x-read-cache": "HIT; age=9" },
    body: JSON.stringify({
      title: "Version conflict",
      status: 409,
      detail,
      submitted_version: 11,
      current_version: 12,
    }),
  }));
  await story.advance(60_000);
  const [mail] = story.mails();
  const withoutFigures = (text: string) =>
    text
      .replaceAll(/(?:thousand|million|billion)/g, "#")
      .replaceAll(/\d+(?:[.:]\d+)?(?: #)?/g, "#")
      .replaceAll(/\s+/g, " ");
  const whole = withoutFigures(`Subject: ${mail?.subject}\n\n${mail?.text}`);
  const shown = blocks.find(({ text }) => text.startsWith("Subject: "))?.text.trim() ?? "";
  const parts = shown.split("\n\n").map(withoutFigures);
  expect(parts.length).toBeGreaterThan(4);
  for (const part of parts) expect(whole).toContain(part);
});

test("the README is short, and the licence it names is there", () => {
  expect(read("README.md").split("\n").length).toBeLessThan(150);
  expect(read("README.md")).toContain("MIT licence");
  expect(readFileSync(`${ROOT}LICENSE`, "utf8")).toMatch(/^MIT License/);
});

test("the comparison that the configuration shows is what replay prints, but for our own row", async () => {
  const printed: string[] = [];
  const code = await replay({
    settings: { ...readSettings({}), config: null },
    flags: {
      json: false,
      out: null,
      replay: { ...NO_REPLAY_FLAGS, samples: [`${ROOT}examples/recording.ndjson`], compare: true },
    },
    rest: [],
    env: {},
    print: (line) => void printed.push(line),
    printError: () => {},
  });
  const withoutOwn = (lines: readonly string[]) => lines.filter((line) => !line.startsWith("statusquo "));
  const shown =
    blocks
      .find(({ text }) => text.startsWith("rule "))
      ?.text.trimEnd()
      .split("\n") ?? [];
  expect(code).toBe(0);
  expect(shown.length).toBeGreaterThan(8);
  expect(withoutOwn(printed.slice(0, shown.length))).toEqual(withoutOwn(shown));
});

test("every flag of replay is described, and no other", () => {
  const described = tableUnder("docs/configuration.md", "## Replay").flatMap(
    ([flag]) => flag?.match(/--[a-z-]+/g) ?? [],
  );
  const data = ["--data"];
  const helped = [...REPLAY_HELP.matchAll(/^ {2}(--.*?) {2}/gm)].flatMap(
    ([, flags]) => flags?.match(/--[a-z-]+/g) ?? [],
  );
  expect(described.concat(data).sort()).toEqual(helped.sort());
});
