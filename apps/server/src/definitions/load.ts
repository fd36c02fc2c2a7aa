/**
 * Step 1, define: YAML files become monitors and channels, or a list of everything that is wrong with them.
 *
 * All or nothing: one problem anywhere and nothing of it is used.
 */
import type { Channel, Monitor } from "@statusquo/core";
import type { Definitions } from "@statusquo/pipeline";
import { resolveChannels, unusableBecause } from "../channels.ts";
import { heartbeatOf, heartbeatProblem } from "../heartbeat.ts";
import { channelsOf, monitorOf, monitorProblems, unknownChannel } from "./compile.ts";
import { connectionProblems } from "./compile-connection.ts";
import { type DefinitionDocument, type Problem, readDocument } from "./document.ts";
import { problemsOf, textProblems } from "./issues.ts";
import { maintenanceOf, maintenanceProblems, type Planned, plannedOf } from "./maintenance.ts";
import { type DefinitionsText, readTexts } from "./read.ts";
import { type DefinitionsFile, definitionsSchema } from "./schema.ts";

export interface Loaded extends Definitions {
  /** The files read, with their texts. */
  files: { file: string; text: string }[];
  /** Maintenance of a monitor that touches [from, to), by its beginning. */
  planned: Planned;
}

export type LoadResult = { ok: true; loaded: Loaded } | { ok: false; problems: Problem[] };

/** In all files together. */
const MOST_MONITORS = 5_000;
const MOST_PROBLEMS = 100;

/** `file:line:column: message` */
export function problemText({ file, line, column, message }: Problem): string {
  return `${file}:${line}:${column}: ${message}`;
}

/**
 * Reads a definitions file, or every `.yaml` and `.yml` of a folder. Regions and channels of a folder's files are
 * united; `defaults` hold for their own file.
 */
export async function loadDefinitions(path: string, env: NodeJS.ProcessEnv): Promise<LoadResult> {
  let files: DefinitionsText[];
  try {
    files = readTexts(path);
  } catch (error) {
    return { ok: false, problems: [unreadableProblem(path, error as Error)] };
  }
  return compileDefinitions(files, env, path);
}

/** Why a file or folder could not be read, as a problem of it. */
export function unreadableProblem(path: string, error: Error & { code?: string; file?: string }): Problem {
  return { file: error.file ?? path, line: 1, column: 1, message: unreadable(error) };
}

/** As `loadDefinitions`, from texts; `path` is where they were looked for. */
export async function compileDefinitions(
  files: readonly DefinitionsText[],
  env: NodeJS.ProcessEnv,
  path = "",
): Promise<LoadResult> {
  if (files.length === 0) {
    return {
      ok: false,
      problems: [{ file: path, line: 1, column: 1, message: "the folder holds no .yaml or .yml file" }],
    };
  }
  const problems: Problem[] = [];
  const parsed: { document: DefinitionDocument; value: DefinitionsFile }[] = [];
  for (const { file, text } of files) {
    const document = readDocument(file, text);
    if (Array.isArray(document)) {
      problems.push(...document);
      continue;
    }
    const checked = definitionsSchema.safeParse(document.value);
    if (checked.success) parsed.push({ document, value: checked.data });
    else problems.push(...checked.error.issues.flatMap((issue) => problemsOf(document, issue)));
    problems.push(...(await textProblems(document, env)));
  }
  if (problems.length > 0) return { ok: false, problems: inOrder(problems) };

  const channels = parsed.flatMap(({ document, value }) => channelsOf(document, value));
  const allRegions = [...new Set(parsed.flatMap(({ value }) => value.regions ?? []))];
  const monitors: Monitor[] = [];
  for (const { document, value } of parsed) {
    for (const [index, definition] of (value.monitors ?? []).entries()) {
      const path = ["monitors", index];
      const monitor = monitorOf(document, path, definition, value, allRegions);
      monitors.push(monitor);
      problems.push(...monitorProblems(document, path, monitor, channels));
      problems.push(...(await connectionProblems(document, path, monitor, env)));
    }
  }
  if (monitors.length > MOST_MONITORS)
    problems.push({
      file: path,
      line: 1,
      column: 1,
      message: `at most ${MOST_MONITORS} monitors; got ${monitors.length}`,
    });
  for (const { document, value } of parsed) {
    problems.push(
      ...maintenanceProblems(document, value.maintenance ?? [], monitors),
      ...selfProblems(document, value, channels),
    );
  }
  problems.push(...repeated(monitors, "monitor"), ...repeated(channels, "channel"));
  for (const channel of await resolveChannels(channels, env)) {
    const problem = unusableBecause(channel);
    const { file, line } = channel.source;
    if (problem) problems.push({ file, line, column: 1, message: `channel "${channel.id}": ${problem}` });
  }
  for (const { document, value } of parsed) {
    const { notify = [], heartbeat = null } = value.self ?? {};
    const address = await heartbeatOf({ notify, heartbeat }, env);
    const problem = address === null ? null : heartbeatProblem(address);
    const place = document.placeOf(["self"], "heartbeat");
    if (problem) problems.push({ file: document.file, ...place, message: `self: ${problem}` });
  }
  if (monitors.length === 0) {
    problems.push({
      file: files[0]?.file ?? "",
      line: 1,
      column: 1,
      message: 'no monitors; the smallest is "monitors: [{ url: https://api.example.com/health }]"',
    });
  }
  if (problems.length > 0) return { ok: false, problems: inOrder(problems) };
  const windows = parsed.flatMap(({ value }) => value.maintenance ?? []);
  const selves = parsed.flatMap(({ value }) => value.self ?? []);
  const self = {
    notify: [...new Set(selves.flatMap(({ notify }) => notify ?? []))],
    heartbeat: selves.find(({ heartbeat }) => heartbeat !== undefined)?.heartbeat ?? null,
  };
  const planned = plannedOf(windows);
  return {
    ok: true,
    loaded: { monitors, channels, maintenanceAt: maintenanceOf(windows), planned, self, files: [...files] },
  };
}

/** Channels that `self` names and nobody defines. */
function selfProblems(
  document: DefinitionDocument,
  { self }: DefinitionsFile,
  channels: readonly Channel[],
): Problem[] {
  return (self?.notify ?? []).flatMap((name, index) => {
    const hint = unknownChannel(name, channels);
    if (hint === null) return [];
    const message = `self: notify names a channel that is not defined, "${name}"; ${hint}`;
    return [{ file: document.file, ...document.placeOf(["self", "notify", index]), message }];
  });
}

function unreadable({ code, message }: Error & { code?: string }): string {
  if (code === "ENOENT") return "there is no such file or folder; `npx statusquo init` writes a commented one";
  if (code === "EACCES") return "may not be read by this user; check the file's permissions";
  return code === undefined ? message : `cannot be read (${message})`;
}

function repeated(all: readonly { id: string; source: { file: string; line: number } }[], what: string): Problem[] {
  const first = new Map<string, { file: string; line: number }>();
  const problems: Problem[] = [];
  for (const { id, source } of all) {
    const before = first.get(id);
    if (before)
      problems.push({
        file: source.file,
        line: source.line,
        column: 1,
        message: `${what} "${id}" is already defined at ${before.file}:${before.line}; give this one another id`,
      });
    else first.set(id, source);
  }
  return problems;
}

/** By place; the first hundred, since they are logged and shown, and the rest as a number. */
function inOrder(problems: Problem[]): Problem[] {
  problems.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);
  const [more, first] = [problems.slice(MOST_PROBLEMS), problems.slice(0, MOST_PROBLEMS)];
  return more[0] ? [...first, { ...more[0], message: `and ${more.length} more problems, from here on` }] : first;
}
