/**
 * `statusquo import FORMAT FILE`: definitions from another tool's file, as commented YAML, with all that could not be
 * carried over said in it and on standard error. Exit 0, or 1 when nothing can be watched.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { StatusquoError } from "@statusquo/core";
import { readBlackbox } from "../import/blackbox.ts";
import { readCurl, readCurlArguments } from "../import/curl.ts";
import type { Imported } from "../import/foreign.ts";
import { readGatus } from "../import/gatus.ts";
import { isSqlite, readKumaDatabase } from "../import/kuma-database.ts";
import { readOpenapi } from "../import/openapi.ts";
import { type Said, type Settled, settle } from "../import/settle.ts";
import { readKumaBackup } from "../import/uptime-kuma.ts";
import type { CommandContext } from "./command.ts";

type Flags = CommandContext["flags"];

/** By format: what its file is, and how it is read. */
const FORMATS: Record<string, { example: string; read: (files: readonly string[], flags: Flags) => Imported }> = {
  gatus: { example: "gatus config.yaml", read: ([file = ""]) => readGatus(file, textOf(file)) },
  "uptime-kuma": {
    example: "uptime-kuma backup.json",
    read: ([file = ""]) =>
      file !== "-" && isRegular(file) && isSqlite(file) ? readKumaDatabase(file) : readKumaBackup(file, textOf(file)),
  },
  blackbox: {
    example: "blackbox blackbox.yml --targets prometheus.yml",
    read: ([file = "", second], { targets }) => {
      const other = targets ?? second ?? null;
      return readBlackbox({ file, text: textOf(file) }, other === null ? null : { file: other, text: textOf(other) });
    },
  },
  openapi: {
    example: "openapi openapi.yaml",
    read: ([file = ""], { server }) => readOpenapi(file, textOf(file), serverOf(server ?? null)),
  },
  curl: { example: "curl command.sh", read: (args) => readCurlFrom(args) },
};

const LARGEST = 16 * 1_048_576;

export async function importFrom({ flags, rest, print, printError }: CommandContext): Promise<number> {
  const [name = "", ...files] = rest;
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (format === undefined || files.length === 0) {
    const came = name === "" ? "" : format ? `; ${name} needs a file` : `; got "${name}"`;
    printError(
      `import: name a format, one of ${Object.keys(FORMATS).join(", ")}, and a file${came}. For example: npx statusquo import ${format?.example ?? "gatus config.yaml"}`,
    );
    return 2;
  }
  // What stands in a command line may be a secret.
  const origin =
    name === "curl" ? "curl" : [name, ...files, ...(flags.targets ? ["--targets", flags.targets] : [])].join(" ");
  const settled = await settle(format.read(files, flags), origin);
  const { out } = flags;
  if (out !== null) {
    try {
      writeFileSync(out, settled.yaml, { flag: flags.force ? "w" : "wx" });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      printError(
        code === "EEXIST"
          ? `import: ${out} exists already and was left as it is; --force writes over it`
          : `import: ${out} cannot be written: ${message}`,
      );
      return 1;
    }
  } else if (!flags.json) print(settled.yaml.trimEnd());
  if (flags.json) print(JSON.stringify(out === null ? settled : { ...settled, yaml: undefined, out }));
  else for (const line of summaryOf(settled, out)) printError(line);
  return settled.monitors.length > 0 ? 0 : 1;
}

function readCurlFrom(args: readonly string[]): Imported {
  const [only = ""] = args;
  if (args.length === 1 && only !== "curl" && (only === "-" || existsSync(only))) return readCurl(only, textOf(only));
  if (only === "curl" || only.startsWith("-") || /^https?:\/\//i.test(only) || args.length > 1) {
    return readCurlArguments(args);
  }
  // Words such as 'curl https://…' in one argument are a command line.
  if (/^curl\s/.test(only)) return readCurl("arguments", only);
  throw missing(only);
}

const isRegular = (file: string) => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
const missing = (file: string) =>
  new StatusquoError("bad_request", `${file}: there is no such file; name one, or "-" for standard input`);

/** The text of a file, or of standard input for `-`. @throws StatusquoError "bad_request" */
function textOf(file: string): string {
  if (file !== "-") {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) throw missing(file);
    if (!stat.isFile()) throw new StatusquoError("bad_request", `${file}: is not a regular file; name one, or "-"`);
    if (stat.size > LARGEST) throw new StatusquoError("bad_request", `${file}:1:1: the file must be at most 16 MiB`);
  }
  try {
    const bytes = readFileSync(file === "-" ? 0 : file);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    const why = error instanceof TypeError ? "is not UTF-8 text" : `cannot be read (${(error as Error).message})`;
    throw new StatusquoError("bad_request", `${file}:1:1: ${why}`);
  }
}

function serverOf(text: string | null): string | null {
  if (text === null || (/^https?:\/\//i.test(text) && URL.canParse(text))) return text;
  throw new StatusquoError(
    "setting_invalid",
    `--server must be an http or https address, such as https://api.example.com/v1; got "${text}"`,
  );
}

/** What was made, and what was not, the same words once. */
function summaryOf({ monitors, channels, variables, said }: Settled, out: string | null): string[] {
  const left = said.filter(({ leftOut }) => leftOut).length;
  const lines = [
    `import: ${countText(monitors.length, "monitor")}, ${countText(channels.length, "channel")}; ${left} left out${out === null ? "" : `; written to ${out}`}`,
  ];
  const grouped = new Map<string, { first: Said; about: string[] }>();
  for (const one of said) {
    const key = JSON.stringify([one.leftOut, one.key, one.message]);
    const group = grouped.get(key) ?? { first: one, about: [] };
    if (one.about !== null && !group.about.includes(one.about)) group.about.push(one.about);
    grouped.set(key, group);
  }
  for (const { first, about } of grouped.values()) {
    const named = about.length > 4 ? `${about.slice(0, 3).join(", ")} and ${about.length - 3} more` : about.join(", ");
    const key = first.key === null ? "" : `${first.key}: `;
    lines.push(`  ${first.leftOut ? "left out: " : ""}${named === "" ? "" : `${named}: `}${key}${first.message}`);
  }
  if (variables.length > 0) lines.push(`Needs in the environment: ${variables.join(", ")}`);
  if (monitors.length === 0)
    lines.push("import: nothing in it can be watched as it is; what was left out stands as comments");
  return lines;
}

const countText = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
