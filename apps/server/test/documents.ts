/**
 * Documents as the tests see them: blocks of code, and rows of tables. What stands in them is loaded, run or compared,
 * never only looked at.
 */
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fixtureFile } from "@statusquo/probe/testing";
import { parseDocument } from "yaml";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

export interface Block {
  file: string;
  /** Of its first line of code, from 1. */
  line: number;
  /** The words behind the backticks: a language, and what we add to it. */
  words: string[];
  text: string;
}

/** A command of a `sh` or `console` block; `prints` is what a `console` block shows below it. */
export interface Command {
  place: string;
  text: string;
  prints: string | null;
}

export const documents = ["README.md", "CONTRIBUTING.md", ...globSync("docs/*.md", { cwd: ROOT })].sort();

export const read = (file: string) => readFileSync(`${ROOT}${file}`, "utf8");

export function blocksOf(file: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | null = null;
  for (const [index, line] of read(file).split("\n").entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (!fence) {
      if (open) open.text += `${line}\n`;
    } else if (open) {
      blocks.push(open);
      open = null;
    } else open = { file, line: index + 2, words: (fence[1] ?? "").split(" "), text: "" };
  }
  if (open) throw new Error(`${file}:${open.line}: the block is not closed`);
  return blocks;
}

/** The name a YAML block gives itself in its first line, `# statusquo.yaml`; null for one without. */
export function nameOf({ text }: Block): string | null {
  return /^# ([\w.-]+\.yaml)\n/.exec(text)?.[1] ?? null;
}

/** Commands without their comments, in order. */
export function commandsOf({ file, line, words, text }: Block): Command[] {
  const lines = text.split("\n").slice(0, -1);
  const isConsole = words[0] === "console";
  if (!isConsole && words[0] !== "sh") return [];
  const commands: Command[] = [];
  for (const [index, whole] of lines.entries()) {
    const place = `${file}:${line + index}`;
    const last = commands.at(-1);
    if (isConsole && !whole.startsWith("$ ")) {
      if (!last) throw new Error(`${place}: a console block begins with "$ "`);
      last.prints = last.prints === null ? whole : `${last.prints}\n${whole}`;
      continue;
    }
    const text = whole
      .replace(/^\$ /, "")
      .replace(/(^|\s+)# .*$/, "")
      .trim();
    if (text !== "") commands.push({ place, text, prints: null });
  }
  return commands;
}

/** The rows of every table below a heading, up to the next heading; cells as written. */
export function tableUnder(file: string, heading: string): string[][] {
  const lines = read(file).split("\n");
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`${file}: there is no heading "${heading}"`);
  const end = lines.findIndex((line, index) => index > start && line.startsWith("#"));
  const rows = lines
    .slice(start, end < 0 ? undefined : end)
    .filter((line) => line.startsWith("| "))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const isRule = (row: string[]) => row.every((cell) => /^-+$/.test(cell));
  // The line above a rule is the head of its table.
  return rows.filter((row, index) => !isRule(row) && !isRule(rows[index + 1] ?? [""]));
}

/** The code in a cell: what stands in backticks first. */
export const codeIn = (cell: string | undefined) => /`([^`]*)`/.exec(cell ?? "")?.[1] ?? null;

/** Something for every reference in a text, of the kind that its name asks for. */
export function environmentFor(text: string): Record<string, string> {
  const names = [...text.matchAll(/\$\{env:(\w+)\}/g)].map(([, name]) => name as string);
  const standIn = (name: string) =>
    name.endsWith("_CERT") || name.endsWith("_CA")
      ? readFileSync(fixtureFile(name.endsWith("_CA") ? "ca" : "client"), "utf8")
      : name.endsWith("_CERT_KEY")
        ? readFileSync(fixtureFile({ key: "own" }), "utf8")
        : name.startsWith("SMTP")
          ? "smtp://127.0.0.1:9"
          : name.endsWith("URL")
            ? "http://127.0.0.1:9/hook"
            : "not-a-secret-at-all";
  return Object.fromEntries(names.map((name) => [name, standIn(name)]));
}

/** Definitions with every address of theirs led to `target`, so that running them asks nobody else. */
export function ledTo(target: string, yaml: string): string {
  const document = parseDocument(yaml.replaceAll(/https?:\/\/[\w.:-]+/g, target));
  if (!document.has("monitors")) return yaml;
  document.setIn(["defaults", "allow_private"], true);
  for (const index of (document.toJS() as { monitors: unknown[] }).monitors.keys())
    document.deleteIn(["monitors", index, "allow_private"]);
  return String(document);
}
