/** Requests of a definition become steps: what is sent, expected and kept, in the words of the house. */
import {
  type Check,
  COMPARISONS,
  type Comparison,
  DEFAULT_EXPECTATION,
  type Expectation,
  type FormPart,
  type Json,
  parseCodeRange,
  parseSaveSource,
  type RequestBody,
  requestLine,
  type Save,
  type Step,
} from "@statusquo/core";
import { isSecretName } from "@statusquo/probe";
import { reachOf } from "./compile-connection.ts";
import type { ConnectionDefinition } from "./connection-schema.ts";
import { parseDuration } from "./duration.ts";
import { shownName } from "./name.ts";
import type { MonitorDefinition } from "./schema.ts";
import { type ExpectDefinition, LATENCY_PATTERN, SHORT_METHODS, type StepDefinition } from "./step-schema.ts";

/** What the steps of a monitor take from around them. */
export interface Around {
  /** Names in lower case. */
  headers: Record<string, string>;
  expect: ExpectDefinition | undefined;
  connection: ConnectionDefinition;
}

/** One step; `position` counts from 1. */
export function stepOf(definition: StepDefinition, position: number, around: Around): Step {
  const short = SHORT_METHODS.find((method) => definition[method] !== undefined);
  const body = bodyOf(definition);
  const request = {
    method: short?.toUpperCase() ?? definition.method ?? "GET",
    url: (short && definition[short]) ?? definition.url ?? "",
    headers: { ...around.headers, ...lowerCase(definition.headers) },
    ...(body && { body }),
    ...reachOf({ ...around.connection, ...(definition.auth !== undefined && { auth: definition.auth }) }),
  };
  const expect = definition.expect ?? around.expect;
  return {
    name: shownName(definition.name ?? "") || `${position} ${requestLine({ request })}`,
    request,
    expect: statusOf(expect),
    checks: checksOf(expect),
    save: Object.entries(definition.save ?? {}).map(([name, said]) => saveOf(name, said)),
  };
}

export const lowerCase = (headers: Record<string, string> = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

type Bodies = Pick<MonitorDefinition, "json" | "body" | "form" | "multipart">;

export function bodyOf({ json, body, form, multipart }: Bodies): RequestBody | undefined {
  if (json !== undefined) return { kind: "json", value: json };
  if (body !== undefined) return { kind: "text", text: body };
  if (form !== undefined) return { kind: "form", fields: form };
  if (multipart === undefined) return undefined;
  const parts = Object.entries(multipart).map(([name, said]): FormPart => {
    if (typeof said === "string") return { name, text: said };
    const { filename, text, type } = said;
    return { name, text, filename, ...(type !== undefined && { type }) };
  });
  return { kind: "multipart", parts };
}

const isMapping = (said: ExpectDefinition | undefined): said is Extract<ExpectDefinition, { latency?: unknown }> =>
  typeof said === "object" && !Array.isArray(said);

/** The codes that an expectation names. */
export function statusOf(said: ExpectDefinition | undefined): Expectation {
  const codes = isMapping(said) ? said.status : said;
  if (codes === undefined) return DEFAULT_EXPECTATION;
  return [codes].flat().map((code) => {
    const range = parseCodeRange(String(code));
    if (typeof range === "string") throw new Error(`an expectation passed its schema and is not one: ${range}`);
    return range;
  });
}

/** What an expectation says besides codes. */
export function checksOf(said: ExpectDefinition | undefined): Check[] {
  if (!isMapping(said)) return [];
  const { header = {}, json = {}, body, latency, certificate } = said;
  const below = latency === undefined ? null : parseDuration(LATENCY_PATTERN.exec(latency)?.[1] ?? "");
  return [
    ...(below === null ? [] : [{ on: "latency" as const, belowMs: below }]),
    ...Object.entries(header).flatMap(([name, wanted]) =>
      comparisonsOf(wanted, "is").map((must) => ({ on: "header" as const, name: name.toLowerCase(), must })),
    ),
    ...(certificate === undefined ? [] : [{ on: "certificate" as const, daysLeft: certificate.days_left }]),
    ...(body === undefined ? [] : comparisonsOf(body, "contains").map((must) => ({ on: "body" as const, must }))),
    ...Object.entries(json).flatMap(([path, wanted]) =>
      comparisonsOf(wanted, "is").map((must) => ({ on: "json" as const, path, must })),
    ),
  ];
}

/** @param plain what a plain value means */
function comparisonsOf(wanted: unknown, plain: "is" | "contains"): Comparison[] {
  if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted)) {
    return [plain === "is" ? { op: "is", value: wanted as Json } : { op: "contains", text: String(wanted) }];
  }
  const said = wanted as Record<string, unknown>;
  return COMPARISONS.filter((op) => Object.hasOwn(said, op)).flatMap((op): Comparison[] => {
    const value = said[op];
    switch (op) {
      case "is":
      case "not":
        return [{ op, value: value as Json }];
      case "contains":
      case "lacks":
        return [value].flat().map((text) => ({ op, text: String(text) }));
      case "matches":
        return [{ op, pattern: String(value) }];
      case "exists":
        return [{ op, value: value === true }];
      default:
        return [{ op, value: Number(value) }];
    }
  });
}

function saveOf(name: string, said: string | { from: string; secret?: boolean | undefined }): Save {
  const { from: text, secret } = typeof said === "string" ? { from: said, secret: undefined } : said;
  const from = parseSaveSource(text);
  if (typeof from === "string") throw new Error(`a source passed its schema and is not one: ${from}`);
  return { name, from, secret: secret ?? (isSecretName(name) || isSecretSource(from)) };
}

/** Cookies are keys; of headers and JSON those whose name says so. */
function isSecretSource(from: Save["from"]): boolean {
  if (from.kind === "cookie") return true;
  if (from.kind === "header") return isSecretName(from.name);
  return from.kind === "json" && (from.path.match(/[\w-]+/g) ?? []).some((part) => isSecretName(part));
}
