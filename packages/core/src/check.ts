/**
 * Checks: what an answer must say besides its status. Comparisons are made here; what is compared (a header, a node of
 * JSON) is found by whoever holds the answer.
 */

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What a value is held against. Texts, at any depth, may hold references and templates. */
export type Comparison =
  | { op: "is" | "not"; value: Json }
  | { op: "contains" | "lacks"; text: string }
  /** RE2 syntax: matching takes time linear in the text, whatever the pattern. Never filled. */
  | { op: "matches"; pattern: string }
  | { op: "above" | "below" | "at_least" | "at_most"; value: number }
  | { op: "exists"; value: boolean };
export const COMPARISONS = [
  "is",
  "not",
  "contains",
  "lacks",
  "matches",
  "above",
  "below",
  "at_least",
  "at_most",
  "exists",
] as const satisfies Comparison["op"][];

export type Check =
  /** `name` in lower case. */
  | { on: "header"; name: string; must: Comparison }
  /** `path` is an RFC 9535 JSONPath; every node it leads to must hold, and there must be one. */
  | { on: "json"; path: string; must: Comparison }
  | { on: "body"; must: Comparison }
  /** From the step's start to the last byte read. */
  | { on: "latency"; belowMs: number }
  /** Of the target in TLS: it must be good for at least so many whole days more. */
  | { on: "certificate"; daysLeft: number };

/** Whether nothing being there satisfies a comparison. */
export function holdsAbsent(must: Comparison): boolean {
  return must.op === "not" || must.op === "lacks" || (must.op === "exists" && !must.value);
}

/**
 * Whether a value that is there satisfies a comparison. Values of JSON are equal when they are of one type and all in
 * them is equal, whatever the order of keys. A text that reads as a number is compared as one where numbers are asked for.
 *
 * @param matches whether a text has a match of an RE2 pattern
 */
export function holds(value: Json, must: Comparison, matches: (pattern: string, text: string) => boolean): boolean {
  switch (must.op) {
    case "exists":
      return must.value;
    case "is":
      return isEqual(value, must.value);
    case "not":
      return !isEqual(value, must.value);
    case "contains":
      return contains(value, must.text);
    case "lacks":
      return !contains(value, must.text);
    case "matches":
      return matches(must.pattern, textOf(value));
    default:
      return compares(value, must.op, must.value);
  }
}

/** A text holds a part of it; a list holds an entry equal to the text. */
function contains(value: Json, text: string): boolean {
  return Array.isArray(value) ? value.some((entry) => textOf(entry) === text) : textOf(value).includes(text);
}

function compares(value: Json, op: "above" | "below" | "at_least" | "at_most", than: number): boolean {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || Number.isNaN(number)) return false;
  if (op === "above") return number > than;
  if (op === "below") return number < than;
  return op === "at_least" ? number >= than : number <= than;
}

const textOf = (value: Json) => (typeof value === "string" ? value : JSON.stringify(value));

function isEqual(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  const [left, right] = [a as Record<string, Json>, b as Record<string, Json>];
  return keys.every((key) => Object.hasOwn(right, key) && isEqual(left[key] as Json, right[key] as Json));
}

/** A comparison in words, to stand after "expected": `"ok"`, `not "HIT"`, `at least 3`. */
export function comparisonText(must: Comparison): string {
  switch (must.op) {
    case "is":
      return JSON.stringify(must.value);
    case "not":
      return `not ${JSON.stringify(must.value)}`;
    case "contains":
      return `to contain ${JSON.stringify(must.text)}`;
    case "lacks":
      return `not to contain ${JSON.stringify(must.text)}`;
    case "matches":
      return `to match ${JSON.stringify(must.pattern)}`;
    case "exists":
      return must.value ? "to be there" : "not to be there";
    default:
      return `${must.op.replace("_", " ")} ${must.value}`;
  }
}

/** A check in words: `$.status "ok"`, `header etag to be there`, `less than 800 ms`. */
export function checkText(check: Check): string {
  switch (check.on) {
    case "latency":
      return `less than ${check.belowMs} ms`;
    case "certificate":
      return `a certificate good for ${check.daysLeft} ${check.daysLeft === 1 ? "day" : "days"} more`;
    case "body":
      return `the body ${comparisonText(check.must)}`;
    case "header":
      return `header ${check.name} ${comparisonText(check.must)}`;
    case "json":
      return `${check.path} ${comparisonText(check.must)}`;
  }
}
