/**
 * Answers: what one exchange brought is held against what its step expects, and what the step keeps is taken out.
 *
 * What does not hold is said in words that may be stored: values in it went through the rules of evidence.
 */
import {
  type Check,
  comparisonText,
  expectationText,
  holds,
  holdsAbsent,
  isExpected,
  type Json,
  type Save,
  type Step,
  saveSourceText,
} from "@statusquo/core";
import { certificateFacts } from "./certificate.ts";
import { bodyText, headerValue, type RedactionRules, safeDetail, shownHeader, shownNode } from "./evidence.ts";
import type { Exchange } from "./http.ts";
import { nodesAt } from "./json-path.ts";
import { patternMatches } from "./pattern.ts";
import type { Saved } from "./request.ts";

/** What one answer came to. */
export interface Judged {
  /** Why it is not what was expected; null when it is. */
  what: string | null;
  /** Whether the status, or that there is none, is what was not expected. */
  byStatus: boolean;
}

/** What of an answer is kept, and why some of it could not be. */
export interface Kept {
  values: Map<string, Saved>;
  problem: string | null;
}

const LONGEST_SHOWN = 80;
const LONGEST_SAVED = 4_096;

/**
 * @param step with its checks filled
 * @param kept what the step wanted to keep: a value that is not there is an expectation not met
 */
export function judgeAnswer(step: Step, exchange: Exchange, kept: Kept, rules: RedactionRules): Judged {
  const { end } = exchange;
  const safe = (text: string) => safeDetail(text, exchange, rules.secrets);
  if (end.kind === "failure") return { what: safe(`no answer: ${end.reason}, ${end.detail}`), byStatus: true };
  if (end.kind === "missed") return { what: safe(end.detail), byStatus: true };
  if (!isExpected(step.expect, end.status))
    return { what: `${end.status}, expected ${expectationText(step.expect)}`, byStatus: true };
  const document = step.checks.some(({ on }) => on === "json") ? parsedBody(exchange) : null;
  for (const check of step.checks) {
    const what = unmetBy(check, exchange, document, rules);
    if (what !== null) return { what: safe(what), byStatus: false };
  }
  return { what: kept.problem === null ? null : safe(kept.problem), byStatus: false };
}

/** How it begins when an answer came later than was asked for. */
export const TOO_LATE = "it took ";

function unmetBy(check: Check, exchange: Exchange, document: Document | null, rules: RedactionRules): string | null {
  switch (check.on) {
    case "latency":
      return exchange.totalMs < check.belowMs
        ? null
        : `${TOO_LATE}${Math.ceil(exchange.totalMs)} ms, expected less than ${check.belowMs} ms`;
    case "certificate":
      return unmetCertificate(check, exchange);
    case "header":
      return unmetHeader(check, exchange, rules);
    case "body":
      return unmetBody(check, exchange);
    case "json":
      return unmetJson(check, exchange, document ?? { kind: "broken", why: "the body was not read" }, rules);
  }
}

function unmetCertificate({ daysLeft }: Extract<Check, { on: "certificate" }>, exchange: Exchange): string | null {
  const expected = `expected at least ${daysLeft} ${daysLeft === 1 ? "day" : "days"}`;
  const facts = exchange.certificate && certificateFacts(exchange.certificate);
  if (facts === null) return `no certificate was shown, ${expected}`;
  const { daysLeft: left, validTo, subject } = facts;
  if (left >= daysLeft) return null;
  const until = new Date(validTo).toISOString().slice(0, 10);
  return `the certificate (${subject}) is good for ${left} ${left === 1 ? "day" : "days"}, until ${until}, ${expected}`;
}

function unmetHeader(
  { name, must }: Extract<Check, { on: "header" }>,
  exchange: Exchange,
  rules: RedactionRules,
): string | null {
  const found = (exchange.head?.headers ?? []).filter(([one]) => one.toLowerCase() === name);
  if (found.length === 0)
    return holdsAbsent(must) ? null : `header ${name} was not there, expected ${comparisonText(must)}`;
  const isMet = (value: string) => {
    const isSame = (wanted: Json) => [value.trim(), value.split(";", 1)[0]!.trim()].includes(String(wanted));
    if (must.op === "is") return isSame(must.value);
    return must.op === "not" ? !isSame(must.value) : holds(value, must, patternMatches);
  };
  const wrong = found.find(([, value]) => !isMet(value));
  if (!wrong) return null;
  return `header ${name} was ${quoted(shownHeader(exchange, rules, wrong))}, expected ${comparisonText(must)}`;
}

function unmetBody({ must }: Extract<Check, { on: "body" }>, exchange: Exchange): string | null {
  const text = bodyText(exchange);
  if (text === null) return "the body came encoded although that was not asked for, so it cannot be read";
  if (holds(text, must, patternMatches)) return null;
  const part = exchange.truncated ? `, of which the first ${exchange.body.length} bytes are read,` : "";
  const found = must.op === "lacks" ? "had it" : text === "" ? "was empty" : "did not";
  return `the body${part} ${found}, expected ${comparisonText(must)}`;
}

function unmetJson(
  { path, must }: Extract<Check, { on: "json" }>,
  exchange: Exchange,
  document: Document,
  rules: RedactionRules,
): string | null {
  if (document.kind === "broken") return `${document.why}, expected ${path} ${comparisonText(must)}`;
  const found = nodesAt(path, document.value);
  if (found.length === 0) return holdsAbsent(must) ? null : `${path} was not there, expected ${comparisonText(must)}`;
  const wrong = found.find(({ value }) => !holds(value as Json, must, patternMatches));
  if (!wrong) return null;
  return `${path} was ${quoted(shownNode(exchange, rules, wrong.location))}, expected ${comparisonText(must)}`;
}

/** Short enough for one line. */
function quoted(value: unknown): string {
  const letters = [...(JSON.stringify(value) ?? "not to be shown")];
  return letters.length > LONGEST_SHOWN ? `${letters.slice(0, LONGEST_SHOWN).join("")}…` : letters.join("");
}

type Document = { kind: "read"; value: unknown } | { kind: "broken"; why: string };

/** @param reviver as of `JSON.parse` */
function parsedBody(exchange: Exchange, reviver?: Parameters<typeof JSON.parse>[1]): Document {
  if (exchange.truncated)
    return { kind: "broken", why: `the body is longer than the ${exchange.body.length} bytes that are read` };
  const text = bodyText(exchange);
  if (text === null) return { kind: "broken", why: "the body came encoded although that was not asked for" };
  try {
    return { kind: "read", value: JSON.parse(text.replace(/^\ufeff/, ""), reviver) };
  } catch {
    return { kind: "broken", why: text.trim() === "" ? "the body was empty" : "the body was not JSON" };
  }
}

/**
 * Takes out what a step keeps. What an answer without a status gives is nothing.
 *
 * @param origin of the address that was asked, before redirects
 */
export function keepFrom(saves: readonly Save[], exchange: Exchange, origin: string): Kept {
  const values = new Map<string, Saved>();
  let problem: string | null = null;
  const document = saves.some(({ from }) => from.kind === "json") ? parsedBody(exchange, exactNumbers) : null;
  for (const { name, from, secret } of saves) {
    const found = exchange.head === null ? { why: "there was no answer" } : valueFrom(from, exchange, document);
    if ("why" in found) {
      problem ??= `${name} could not be saved: ${found.why}`;
    } else if (found.text === "" || found.text.length > LONGEST_SAVED) {
      const length = found.text === "" ? "is empty" : `is longer than ${LONGEST_SAVED} characters`;
      problem ??= `${name} could not be saved: ${saveSourceText(from)} ${length}`;
    } else {
      values.set(name, { ...found, base: new URL(exchange.sent.url), origin, secret });
    }
  }
  return { values, problem };
}

type Value = Pick<Saved, "text" | "json"> | { why: string };

function valueFrom(from: Save["from"], exchange: Exchange, document: Document | null): Value {
  const headers = exchange.head?.headers ?? [];
  switch (from.kind) {
    case "status":
      return { text: String(exchange.head?.status), json: String(exchange.head?.status) };
    case "header": {
      if (headers.some(([name]) => name.toLowerCase() === from.name))
        return { text: headerValue(headers, from.name), json: null };
      return { why: `header ${from.name} was not there, ${cameText(headers.map(([name]) => name.toLowerCase()))}` };
    }
    case "cookie": {
      const cookies = headers.flatMap(([name, value]) => (name.toLowerCase() === "set-cookie" ? [value] : []));
      const pairs = cookies.map((cookie) => /^\s*([^=;]+)=\s*"?([^;"]*)/.exec(cookie));
      const pair = pairs.find((match) => match?.[1]?.trim() === from.name);
      if (pair) return { text: pair[2]!.trim(), json: null };
      return { why: `cookie ${from.name} was not set, ${cameText(pairs.map((match) => match?.[1]?.trim() ?? ""))}` };
    }
    case "json":
      return nodeOf(from.path, document);
  }
}

function nodeOf(path: string, document: Document | null): Value {
  if (document === null || document.kind === "broken") return { why: document?.why ?? "there was no body" };
  const found = nodesAt(path, document.value);
  if (found.length === 0) return { why: `${path} was not there, ${shapeText(document.value)}` };
  if (found.length > 1) return { why: `${path} leads to ${found.length} places, not to one` };
  const value = found[0]!.value;
  if (typeof value === "string") return { text: value, json: null };
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint")
    return { text: String(value), json: String(value) };
  return {
    why: `${path} is ${value === null ? "null" : Array.isArray(value) ? "a list" : "an object"}, not one value`,
  };
}

const MOST_NAMES = 6;

/** What came instead, by name alone: values may be secret. */
function cameText(names: readonly string[]): string {
  if (names.length === 0) return "there was none at all";
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "";
  return `there were ${names.slice(0, MOST_NAMES).join(", ")}${more}`;
}

function shapeText(value: unknown): string {
  if (Array.isArray(value)) return `the body is a list of ${value.length}`;
  if (typeof value !== "object" || value === null) return "the body is one value";
  return `in an object ${cameText(Object.keys(value))}`;
}

/** Whole numbers that a double cannot hold stay what they are. */
function exactNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  const isInexact = typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? "");
  return isInexact && source !== undefined ? BigInt(source) : value;
}
