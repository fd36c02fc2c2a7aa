/** Saves: how a definition says what of an answer is kept for later requests of the same probe. */
import type { Save, SaveSource } from "./monitor.ts";
import { TEMPLATE_NAMES } from "./template.ts";

export const SAVE_NAME_PATTERN = /^[a-z][a-z0-9_]{0,31}$/;

/**
 * Reads `status`, `header.etag`, `cookie.session` or `json.$.revision`. The JSONPath itself is not checked here.
 *
 * @returns the source, or a sentence saying what is allowed
 */
export function parseSaveSource(text: string): SaveSource | string {
  if (text === "status") return { kind: "status" };
  const [, kind, rest = ""] = /^(header|cookie|json)\.(.+)$/s.exec(text) ?? [];
  if (kind === "json" && rest.startsWith("$")) return { kind, path: rest };
  if (kind === "header" && /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(rest)) return { kind, name: rest.toLowerCase() };
  if (kind === "cookie" && /^[^\s=;,]+$/.test(rest)) return { kind, name: rest };
  return `header.etag, cookie.session, json.$.revision or status; got "${text}"`;
}

/** Why a value cannot be saved under `name`; null when it can. */
export function saveNameProblem(name: string): string | null {
  if (!SAVE_NAME_PATTERN.test(name))
    return `a name of lower-case letters, digits and _, at most 32, such as "etag"; got "${name}"`;
  return (TEMPLATE_NAMES as readonly string[]).includes(name)
    ? `a name of your own: {{${name}}} is filled for every probe already`
    : null;
}

/** A source as written in a definition. */
export function saveSourceText(from: Save["from"]): string {
  if (from.kind === "status") return "status";
  return `${from.kind}.${from.kind === "json" ? from.path : from.name}`;
}
