/**
 * Step 1, define: YAML files become monitors and channels, or a list of everything that is wrong with them.
 *
 * All or nothing: one problem anywhere and nothing of it is used.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  type Channel,
  DEFAULT_EXPECTATION,
  type Expectation,
  type Monitor,
  nearest,
  parseCodeRange,
  type RequestBody,
  templateNames,
  unknownTemplate,
} from "@statusquo/core";
import { channelProblem } from "@statusquo/notify";
import type { Definitions } from "@statusquo/pipeline";
import { findReferences, jsonPathProblem, literalRefusal, resolveReferences } from "@statusquo/probe";
import type { z } from "zod";
import { resolveChannels } from "../channels.ts";
import { type DefinitionDocument, type Problem, readDocument } from "./document.ts";
import { durationText, parseBudget, parseDuration, parseShare } from "./duration.ts";
import { type DefinitionsFile, definitionsSchema, type MonitorDefinition, NOT_SUPPORTED_YET } from "./schema.ts";

export interface Loaded extends Definitions {
  /** The files read, with their texts. */
  files: { file: string; text: string }[];
}

export type LoadResult = { ok: true; loaded: Loaded } | { ok: false; problems: Problem[] };

/** `file:line:column: message` */
export function problemText({ file, line, column, message }: Problem): string {
  return `${file}:${line}:${column}: ${message}`;
}

/**
 * Reads a definitions file, or every `.yaml` and `.yml` of a folder. Regions and channels of a folder's files are
 * united; `defaults` hold for their own file.
 */
export async function loadDefinitions(path: string, env: NodeJS.ProcessEnv): Promise<LoadResult> {
  const files: { file: string; text: string }[] = [];
  try {
    for (const file of filesOf(path)) files.push({ file, text: readFileSync(file, "utf8") });
  } catch (error) {
    return {
      ok: false,
      problems: [{ file: path, line: 1, column: 1, message: unreadable(error as NodeJS.ErrnoException) }],
    };
  }
  if (files.length === 0) {
    return {
      ok: false,
      problems: [{ file: path, line: 1, column: 1, message: "the folder holds no .yaml or .yml file" }],
    };
  }
  return compileDefinitions(files, env);
}

/** As `loadDefinitions`, from texts. */
export async function compileDefinitions(
  files: { file: string; text: string }[],
  env: NodeJS.ProcessEnv,
): Promise<LoadResult> {
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
      const monitor = compile(document, path, definition, value, allRegions);
      monitors.push(monitor);
      problems.push(...monitorProblems(document, path, monitor, channels));
    }
  }
  problems.push(...repeated(monitors, "monitor"), ...repeated(channels, "channel"));
  for (const channel of await resolveChannels(channels, env)) {
    const problem = channelProblem(channel);
    const { file, line } = channel.source;
    if (problem) problems.push({ file, line, column: 1, message: `channel "${channel.id}": ${problem}` });
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
  return { ok: true, loaded: { monitors, channels, files } };
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) {
    if (!statSync(path).isFile()) throw Object.assign(new Error("not a regular file"), { code: "ENOTFILE" });
    return [path];
  }
  const entries = readdirSync(path, { withFileTypes: true });
  return entries
    .filter((entry) => /\.ya?ml$/.test(entry.name) && statSync(join(path, entry.name)).isFile())
    .map((entry) => join(path, entry.name))
    .sort();
}

function unreadable({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return "there is no such file or folder; `npx statusquo init` writes a commented one";
  if (code === "EACCES") return "may not be read by this user; check the file's permissions";
  return `cannot be read (${message})`;
}

/** A zod issue as problems: the rule is the issue's message, the place and what came are the document's. */
function problemsOf(document: DefinitionDocument, issue: z.core.$ZodIssue): Problem[] {
  const { file } = document;
  const about = subjectOf(document, issue.path);
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(issue.path);
    return issue.keys.map((key) => {
      const place = document.placeOf(issue.path, key);
      if (Object.hasOwn(NOT_SUPPORTED_YET, key))
        return { file, ...place, message: `${about}${NOT_SUPPORTED_YET[key]}` };
      const near = nearest(key, known);
      const hint = near ? `did you mean "${near}"?` : `known are ${known.join(", ")}`;
      return { file, ...place, message: `${about}unknown key "${key}"; ${hint}` };
    });
  }
  const key = issue.path.filter((part) => typeof part === "string").at(-1) ?? "the file";
  const came = valueAt(document.value, issue.path);
  const got = came === undefined ? "it is missing" : `got ${shortJson(came)}`;
  if (issue.code === "invalid_key") {
    const rule = issue.issues[0]?.message ?? issue.message;
    return [
      {
        file,
        ...document.placeOf(issue.path.slice(0, -1), String(issue.path.at(-1))),
        message: `${about}"${String(issue.path.at(-1))}" must be ${rule}`,
      },
    ];
  }
  return [{ file, ...document.placeOf(issue.path), message: `${about}${key} must be ${issue.message}; ${got}` }];
}

/** The keys allowed at a path, read from the schema. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = definitionsSchema;
  for (const part of path) {
    const def = unwrapped(schema) as
      | { shape?: Record<string, unknown>; element?: unknown; valueType?: unknown }
      | undefined;
    schema = def?.shape?.[String(part)] ?? def?.element ?? def?.valueType;
  }
  const shape = (unwrapped(schema) as { shape?: Record<string, unknown> } | undefined)?.shape;
  return Object.keys(shape ?? {});
}

function unwrapped(schema: unknown): unknown {
  let def = (schema as { def?: { innerType?: unknown } } | undefined)?.def;
  while (def?.innerType) def = (def.innerType as { def?: { innerType?: unknown } }).def;
  return def;
}

/** References and templates inside texts, wherever they stand. */
async function textProblems(document: DefinitionDocument, env: NodeJS.ProcessEnv): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { text, path } of textsIn(document.value, [])) {
    const unknown = unknownTemplate(templateNames(text));
    const resolved = await resolveReferences(findReferences(text), env);
    const odd = UNKNOWN_REFERENCE.exec(text);
    const messages = [
      ...resolved.problems.map(({ message }) => message),
      ...(unknown ? [unknown.message] : []),
      ...(odd ? [`a reference must be \${env:NAME} or \${file:/path}; got "${odd[0]}"`] : []),
    ];
    const key = path.filter((part) => typeof part === "string").at(-1);
    for (const message of messages) {
      problems.push({
        file: document.file,
        ...document.placeOf(path),
        message: `${subjectOf(document, path)}${key}: ${message}`,
      });
    }
  }
  return problems;
}

const UNKNOWN_REFERENCE = /\$\{(?!env:|file:)[^}]{0,40}\}?/;

function* textsIn(value: unknown, path: (string | number)[]): Generator<{ text: string; path: (string | number)[] }> {
  if (typeof value === "string") yield { text: value, path };
  else if (typeof value === "object" && value !== null) {
    const isList = Array.isArray(value);
    for (const [key, item] of Object.entries(value)) yield* textsIn(item, [...path, isList ? Number(key) : key]);
  }
}

function channelsOf(document: DefinitionDocument, value: DefinitionsFile): Channel[] {
  return Object.entries(value.channels ?? {}).map(([id, { slack, email }]) => {
    const { line, endLine } = document.placeOf(["channels", id]);
    const source = { file: document.file, line, endLine };
    if (slack) return { id, kind: "slack", webhook: slack.webhook, source };
    if (!email) throw new Error(`channel "${id}" passed its schema without a kind`);
    return { id, kind: "email", to: email.to, from: email.from, smtp: email.smtp, source };
  });
}

/** Regions of a file that names none, in a folder that names none. */
const ONLY_REGION = ["local"];

function compile(
  document: DefinitionDocument,
  path: (string | number)[],
  definition: MonitorDefinition,
  { defaults = {}, regions }: DefinitionsFile,
  allRegions: string[],
): Monitor {
  const said = { ...defaults, ...definition };
  const intervalMs = parseDuration(said.every ?? "1m") ?? 60_000;
  const timeoutMs = said.timeout ? (parseDuration(said.timeout) ?? 10_000) : Math.min(10_000, intervalMs / 2);
  const { line, endLine } = document.placeOf(path);
  const body = bodyOf(definition);
  const headers = Object.fromEntries(
    Object.entries({ ...defaults.headers, ...definition.headers }).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const request = { method: definition.method ?? "GET", url: definition.url, headers, ...(body && { body }) };
  const probed = {
    request,
    intervalMs,
    timeoutMs,
    regions: [...new Set(said.regions ?? regions ?? (allRegions.length > 0 ? allRegions : ONLY_REGION))],
    expect: expectationOf(said.expect),
    redact: [...(defaults.redact ?? []), ...(definition.redact ?? [])],
    allowPrivate: said.allow_private ?? false,
    followRedirects: said.follow_redirects ?? 0,
    slotHeader: said.slot_header ?? false,
  };
  const id = definition.id ?? idFrom(definition.url);
  return {
    id,
    name: definition.name ?? definition.id ?? nameFrom(definition.url),
    tags: [...new Set([...(defaults.tags ?? []), ...(definition.tags ?? [])])],
    ...probed,
    usual: Object.fromEntries(Object.entries(said.usual ?? {}).map(([code, share]) => [code, parseShare(share) ?? 0])),
    falseAlarmsPerYear: parseBudget(said.false_alarms ?? "1/year") ?? 1,
    notify: said.notify ?? [],
    version: hash({ id, ...probed }),
    subject: hash({ request, expect: probed.expect }),
    source: { file: document.file, line, endLine },
  };
}

function expectationOf(said: MonitorDefinition["expect"]): Expectation {
  if (said === undefined) return DEFAULT_EXPECTATION;
  return [said].flat().map((code) => {
    const range = parseCodeRange(String(code));
    if (typeof range === "string") throw new Error(`an expectation passed its schema and is not one: ${range}`);
    return range;
  });
}

function bodyOf({ json, body, form }: MonitorDefinition): RequestBody | undefined {
  if (json !== undefined) return { kind: "json", value: json };
  if (body !== undefined) return { kind: "text", text: body };
  return form && { kind: "form", fields: form };
}

/** What can only be seen with the whole monitor in hand. */
function monitorProblems(
  document: DefinitionDocument,
  path: (string | number)[],
  monitor: Monitor,
  channels: Channel[],
): Problem[] {
  const problems: Problem[] = [];
  const say = (key: string, message: string) =>
    problems.push({
      file: document.file,
      ...document.placeOf(path, key),
      message: `monitor "${monitor.id}": ${message}`,
    });
  if (monitor.timeoutMs >= monitor.intervalMs) {
    say(
      "timeout",
      `timeout must be shorter than every (${durationText(monitor.intervalMs)}); got ${durationText(monitor.timeoutMs)}`,
    );
  }
  const bodies = ["json", "body", "form"].filter((key) => Object.hasOwn(valueAt(document.value, path) as object, key));
  if (bodies.length > 1) say(bodies[1] as string, `only one of json, body and form; got ${bodies.join(" and ")}`);
  const ids = channels.map(({ id }) => id);
  for (const name of monitor.notify.filter((name) => !ids.includes(name))) {
    const near = nearest(name, ids);
    const hint = near
      ? `did you mean "${near}"?`
      : ids.length > 0
        ? `known are ${ids.join(", ")}`
        : "define it under channels";
    say("notify", `notify names a channel that is not defined, "${name}"; ${hint}`);
  }
  const refusal = refusalOf(monitor);
  if (refusal) say("url", `${refusal}; only allow_private: true lets loopback and private addresses be probed`);
  for (const jsonPath of monitor.redact) {
    const wrong = jsonPathProblem(jsonPath);
    if (wrong)
      say("redact", `redact must be RFC 9535 JSONPaths such as "$.customer.name"; got "${jsonPath}" (${wrong})`);
  }
  return problems;
}

/** Why a monitor's address will be refused at every probe, as far as it can be seen without looking names up. */
function refusalOf({ request, allowPrivate }: Monitor): string | null {
  const host = plainUrl(request.url)
    .hostname.replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
  if (/^(?:.+\.)?localhost$/.test(host)) return allowPrivate ? null : `${host} is a loopback address`;
  return literalRefusal(host, allowPrivate);
}

/** The address with something in place of each reference and template. */
function plainUrl(url: string): URL {
  return new URL(url.replaceAll(/\$\{[^}]*\}|\{\{[^}]*\}\}/g, "x"));
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

/** "api-example-com-health" for https://api.example.com/health */
function idFrom(url: string): string {
  const { hostname, pathname } = plainUrl(url);
  const slug = `${hostname}${pathname}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return slug.replace(/^-+/, "").slice(0, 64).replace(/-+$/, "") || "monitor";
}

function nameFrom(url: string): string {
  const { hostname, pathname } = plainUrl(url);
  return `${hostname}${pathname === "/" ? "" : pathname}`.slice(0, 100);
}

function subjectOf(document: DefinitionDocument, path: readonly PropertyKey[]): string {
  const [list, index] = path;
  if (list === "channels" && index !== undefined) return `channel "${String(index)}": `;
  if (list !== "monitors" || typeof index !== "number") return "";
  const monitor = valueAt(document.value, ["monitors", index]) as { id?: unknown; url?: unknown } | undefined;
  const named = monitor?.id ?? monitor?.url;
  return typeof named === "string" ? `monitor "${named.slice(0, 80)}": ` : `monitor ${index + 1}: `;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[part];
  }
  return at;
}

/** What came, short enough for one line; a text that may be a secret is not repeated in full. */
function shortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

const hash = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);

const inOrder = (problems: Problem[]) =>
  problems.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);
