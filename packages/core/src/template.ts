/**
 * Templates: `{{name}}` in the texts of a request, filled anew for each probe.
 *
 * What is put in is never read again as a template, and a name nobody knows is an error, never an empty text.
 */

import { nearest } from "./nearest.ts";

/** The names every probe can fill. Within one probe a name means one value, wherever it stands; but for `step_uuid`. */
export const TEMPLATE_NAMES = [
  "uuid", // a random UUID, new for each probe, and the same in all its steps
  "step_uuid", // a random UUID, new for each step
  "region", // where the probe is made
  "slot", // the instant of the slot, ISO 8601 in UTC
  "timestamp", // when the probe began, whole seconds since 1970
] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

/** What templates become; further names may stand beside the known ones. */
export type TemplateValues = Readonly<Record<string, string>>;

export type Filled<T> =
  | { kind: "filled"; value: T }
  /** `nearest` is the known name that was probably meant. */
  | { kind: "unknown"; name: string; nearest: string | null; message: string };

// No quantifier meets another that could take the same letter: hostile text costs its length, no more.
const TEMPLATE = /\{\{([^{}]*)\}\}/g;

/** The names used in `text`, in order of appearance, each once; blanks around a name do not count. */
export function templateNames(text: string): string[] {
  const names = new Set<string>();
  for (const match of text.matchAll(TEMPLATE)) names.add(match[1]!.trim());
  return [...names];
}

/** The first of `names` that `known` lacks, as an error value; null when all are known. */
export function unknownTemplate(
  names: readonly string[],
  known: readonly string[] = TEMPLATE_NAMES,
): Extract<Filled<never>, { kind: "unknown" }> | null {
  const name = names.find((candidate) => !known.includes(candidate));
  if (name === undefined) return null;
  const near = nearest(name, known);
  const hint = near === null ? "" : `; did you mean {{${near}}}?`;
  const allowed = known.map((one) => `{{${one}}}`).join(", ");
  return {
    kind: "unknown",
    name,
    nearest: near,
    message: `a template must be one of ${allowed}; got {{${name}}}${hint}`,
  };
}

/**
 * Fills the templates of a text, or of every text inside a JSON value; keys of objects are left alone.
 *
 * @param values own keys are the names that may be used
 */
export function fillTemplate<T>(value: T, values: TemplateValues): Filled<T> {
  const known = Object.keys(values);
  let unknown: Extract<Filled<T>, { kind: "unknown" }> | null = null;
  const filled = mapTexts(value, (text) => {
    if (!text.includes("{{")) return text;
    unknown ??= unknownTemplate(templateNames(text), known);
    return unknown ? text : text.replace(TEMPLATE, (_, name: string) => values[name.trim()]!);
  });
  return unknown ?? { kind: "filled", value: filled };
}

/**
 * A copy of a JSON value with every text in it, at any depth, changed by `change`; keys of objects are left alone. What
 * `change` gives stands as it is.
 */
export function mapTexts<T>(value: T, change: (text: string) => unknown): T {
  const walk = (node: unknown): unknown => {
    if (typeof node === "string") return change(node);
    if (Array.isArray(node)) return node.map(walk);
    if (node === null || typeof node !== "object") return node;
    return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(value) as T;
}
