/**
 * Issues: what is wrong with a document, as problems a person can act on. The rule is the schema's sentence; place and
 * what came are the document's.
 */
import { nearest, TEMPLATE_NAMES, templateNames, unknownTemplate } from "@statusquo/core";
import { findReferences, resolveReferences } from "@statusquo/probe";
import type { z } from "zod";
import type { DefinitionDocument, Problem } from "./document.ts";
import { definitionsSchema } from "./schema.ts";

/** A zod issue as problems: the rule is the issue's message, the place and what came are the document's. */
export function problemsOf(document: DefinitionDocument, issue: z.core.$ZodIssue): Problem[] {
  const { file } = document;
  const about = subjectOf(document, issue.path);
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(issue.path);
    return issue.keys.map((key) => {
      const place = document.placeOf(issue.path, key);
      const near = nearest(key, known);
      const hint = near ? `did you mean "${near}"?` : `known are ${known.join(", ")}`;
      return { file, ...place, message: `${about}unknown key "${key}"; ${hint}` };
    });
  }
  const meant = issue.code === "invalid_union" ? branchMeant(issue) : null;
  if (meant) return meant.flatMap((inner) => problemsOf(document, { ...inner, path: [...issue.path, ...inner.path] }));
  const key = issue.path.filter((part) => typeof part === "string").at(-1) ?? "the file";
  const came = valueAt(document.value, issue.path);
  const got = came === undefined ? "it is missing" : `got ${isPrivate(issue.path) ? kindOf(came) : shortJson(came)}`;
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

/** Of several forms a value may have, the issues of the one it was meant to be: whose type it has. */
function branchMeant(issue: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] | null {
  return issue.errors.find((issues) => issues.length > 0 && !isOfAnotherType(issues)) ?? null;
}

function isOfAnotherType(issues: readonly z.core.$ZodIssue[]): boolean {
  return issues.some((issue) => {
    if (issue.path.length > 0) return false;
    return issue.code === "invalid_type" || (issue.code === "invalid_union" && issue.errors.every(isOfAnotherType));
  });
}

/** The keys allowed at a path, read from the schema. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = definitionsSchema;
  for (const part of path) {
    const forms = formsOf(schema);
    const of = (key: "element" | "valueType") => forms.map((def) => def[key]).find((inner) => inner !== undefined);
    schema =
      forms.map(({ shape }) => shape?.[String(part)]).find((inner) => inner !== undefined) ??
      (typeof part === "number" ? of("element") : of("valueType"));
  }
  return formsOf(schema).flatMap(({ shape }) => Object.keys(shape ?? {}));
}

interface Form {
  shape?: Record<string, unknown>;
  element?: unknown;
  valueType?: unknown;
  options?: unknown[];
}

/** A schema as what it may be: itself, or each form of a union. */
function formsOf(schema: unknown): Form[] {
  const def = unwrapped(schema) as Form | undefined;
  if (def === undefined) return [];
  return def.options ? def.options.flatMap(formsOf) : [def];
}

function unwrapped(schema: unknown): unknown {
  let def = (schema as { def?: { innerType?: unknown } } | undefined)?.def;
  while (def?.innerType) def = (def.innerType as { def?: { innerType?: unknown } }).def;
  return def;
}

/** References and templates inside texts, wherever they stand. */
export async function textProblems(document: DefinitionDocument, env: NodeJS.ProcessEnv): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { text, path } of textsIn(document.value, [])) {
    const unknown = unknownTemplate(templateNames(text), [...TEMPLATE_NAMES, ...savedBefore(document, path)]);
    const later = unknown && savedLater(document, path, unknown.name);
    const resolved = await resolveReferences(findReferences(text), env);
    const odd = UNKNOWN_REFERENCE.exec(text);
    const messages = [
      ...resolved.problems.map(({ message }) => message),
      ...(isOneLine(path) ? [...resolved.values].filter(([, value]) => CONTROLS.test(value)) : []).map(
        ([reference]) => `${reference} holds a line break or another control character, which cannot stand here`,
      ),
      ...(unknown ? [later ?? unknown.message] : []),
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

/** Names that steps before the one a text stands in have saved; for cleanup those of all steps. */
function savedBefore(document: DefinitionDocument, path: readonly (string | number)[]): string[] {
  return savers(document, path)
    .filter(({ isBefore }) => isBefore)
    .flatMap(({ names }) => names);
}

/** Why a name that is saved somewhere is not known yet where it is used; null when no step saves it. */
function savedLater(document: DefinitionDocument, path: readonly (string | number)[], name: string): string | null {
  const saver = savers(document, path).find(({ names }) => names.includes(name));
  if (!saver) return null;
  const where = path[2] === "steps" || path[2] === "cleanup" ? "this one" : "all others";
  return `{{${name}}} is saved by ${saver.what}, which does not come before ${where}; save it in an earlier step`;
}

function savers(document: DefinitionDocument, path: readonly (string | number)[]) {
  const [top, monitor, list, index] = path;
  const found: { what: string; names: string[]; isBefore: boolean }[] = [];
  if (top !== "monitors" || monitor === undefined) return found;
  for (const key of ["steps", "cleanup"]) {
    const steps = valueAt(document.value, [top, monitor, key]);
    for (const [at, step] of Array.isArray(steps) ? steps.entries() : []) {
      const save = valueAt(step, ["save"]);
      const names = typeof save === "object" && save !== null ? Object.keys(save) : [];
      const isBefore = list === key ? at < Number(index) : list === "cleanup" && key === "steps";
      found.push({ what: `${key === "steps" ? "step" : "cleanup"} ${at + 1}`, names, isBefore });
    }
  }
  return found;
}

/** Whether a text goes where one line must stand: a header, an address. */
const isOneLine = (path: readonly (string | number)[]) =>
  ["headers", "proxy"].some((key) => path.includes(key)) || ONE_LINE.has(String(path.at(-1)));
const ONE_LINE = new Set([
  "bearer",
  "url",
  "webhook",
  "smtp",
  "get",
  "head",
  "post",
  "put",
  "patch",
  "delete",
  "options",
]);
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be sent
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f]/;

const UNKNOWN_REFERENCE = /\$\{(?!env:|file:)[^}]{0,40}\}?/;

function* textsIn(value: unknown, path: (string | number)[]): Generator<{ text: string; path: (string | number)[] }> {
  if (typeof value === "string") yield { text: value, path };
  else if (typeof value === "object" && value !== null) {
    const isList = Array.isArray(value);
    for (const [key, item] of Object.entries(value)) yield* textsIn(item, [...path, isList ? Number(key) : key]);
  }
}

function subjectOf(document: DefinitionDocument, path: readonly PropertyKey[]): string {
  const [list, index] = path;
  if (list === "channels" && index !== undefined) return `channel "${String(index)}": `;
  if (list !== "monitors" || typeof index !== "number") return "";
  const monitor = valueAt(document.value, ["monitors", index]) as { id?: unknown; url?: unknown } | undefined;
  const named = monitor?.id ?? monitor?.url;
  const about = typeof named === "string" ? `monitor "${named.slice(0, 80)}": ` : `monitor ${index + 1}: `;
  const [, , inner, position] = path;
  if ((inner !== "steps" && inner !== "cleanup") || typeof position !== "number") return about;
  return `${about}${inner === "steps" ? "step" : "cleanup"} ${position + 1}: `;
}

/** What stands at a path of plain values; own keys alone count. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[part];
  }
  return at;
}

/** Keys inside auth and proxy whose values may be repeated; any other may be a secret that came in a reference's place. */
const SHOWN = new Set(["token_url", "header", "timestamp_header", "encoding", "credentials"]);

function isPrivate(path: readonly PropertyKey[]): boolean {
  const inside = path.includes("auth") || path.includes("proxy") || path.includes("tls");
  return inside && !SHOWN.has(String(path.at(-1)));
}

/** What came, without what it holds. */
function kindOf(value: unknown): string {
  if (typeof value === "string") return `a text of ${value.length} characters, not repeated here`;
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return `a mapping of ${Object.keys(value).join(", ") || "nothing"}`;
  return String(value);
}

/** What came, short enough for one line; a text that may be a secret is not repeated in full. */
function shortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
