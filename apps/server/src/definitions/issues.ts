/**
 * Issues: what is wrong with a document, as problems a person can act on. The rule is the schema's sentence; place and
 * what came are the document's.
 */
import { nearest, templateNames, unknownTemplate } from "@statusquo/core";
import { findReferences, resolveReferences } from "@statusquo/probe";
import type { z } from "zod";
import type { DefinitionDocument, Problem } from "./document.ts";
import { definitionsSchema, NOT_SUPPORTED_YET } from "./schema.ts";

/** A zod issue as problems: the rule is the issue's message, the place and what came are the document's. */
export function problemsOf(document: DefinitionDocument, issue: z.core.$ZodIssue): Problem[] {
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
export async function textProblems(document: DefinitionDocument, env: NodeJS.ProcessEnv): Promise<Problem[]> {
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

function subjectOf(document: DefinitionDocument, path: readonly PropertyKey[]): string {
  const [list, index] = path;
  if (list === "channels" && index !== undefined) return `channel "${String(index)}": `;
  if (list !== "monitors" || typeof index !== "number") return "";
  const monitor = valueAt(document.value, ["monitors", index]) as { id?: unknown; url?: unknown } | undefined;
  const named = monitor?.id ?? monitor?.url;
  return typeof named === "string" ? `monitor "${named.slice(0, 80)}": ` : `monitor ${index + 1}: `;
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

/** What came, short enough for one line; a text that may be a secret is not repeated in full. */
function shortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
