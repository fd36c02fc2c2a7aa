/**
 * How a monitor of a recording is to be judged: as its definition says, else as a `config` line says, else as its first
 * samples suggest.
 */
import {
  byName,
  DEFAULT_EXPECTATION,
  type EpochMs,
  type Expectation,
  expectationText,
  isExpected,
  type Monitor,
  parseCodeRange,
  StatusquoError,
  timezoneComplaint,
} from "@statusquo/core";

/** What judging needs to know of a monitor. */
export type Plan = Pick<Monitor, "regions" | "intervalMs" | "expect" | "usual" | "falseAlarmsPerYear" | "timezone">;

/** What is known beforehand; the rest is guessed. */
export type PlanPart = Partial<Plan>;

/** How many samples of a monitor are looked at before guessing. */
export const PREFIX_SAMPLES = 100;

/** A first sample. */
export interface FirstSample {
  at: EpochMs;
  region: string;
  code: number;
  /** Unexpected for something else than its code. */
  unmet?: boolean;
}

/** The part of the first answers that one code outside 2xx must have to be taken for what the monitor is expected to say. */
const USUAL_ANSWER = 0.9;
/** Codes that no one would write down as normal, however often they come. */
const NEVER_NORMAL = new Set([0, 408, 409, 425, 429]);

/** A whole plan from what is known and a monitor's first samples, in order of time. */
export function planFrom(known: PlanPart, first: readonly FirstSample[], falseAlarmsPerYear: number): Plan {
  return {
    regions: known.regions ?? [...new Set(first.map(({ region }) => region))].sort(byName),
    intervalMs: known.intervalMs ?? intervalOf(first),
    expect: known.expect ?? expectationFrom(first),
    usual: known.usual ?? {},
    falseAlarmsPerYear: known.falseAlarmsPerYear ?? falseAlarmsPerYear,
    ...(known.timezone !== undefined && { timezone: known.timezone }),
  };
}

/** The middle one of the gaps between samples of one region, to the second; a minute when there is none. */
function intervalOf(first: readonly FirstSample[]): number {
  const gaps: number[] = [];
  const before = new Map<string, EpochMs>();
  for (const { at, region } of first) {
    const last = before.get(region);
    if (last !== undefined && at > last) gaps.push(at - last);
    before.set(region, at);
  }
  if (gaps.length === 0) return 60_000;
  const middle = gaps.sort((a, b) => a - b)[gaps.length >> 1] as number;
  return Math.max(Math.round(middle / 1_000), 1) * 1_000;
}

/** 2xx, and the one code beside it that a monitor answers with from the start: a page behind a login says 401. */
function expectationFrom(first: readonly FirstSample[]): Expectation {
  const answers = new Map<number, number>();
  for (const { code } of first) answers.set(code, (answers.get(code) ?? 0) + 1);
  const [code = 0, count = 0] = [...answers].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [];
  const isNormal = code >= 300 && code < 500 && !NEVER_NORMAL.has(code) && count >= USUAL_ANSWER * first.length;
  return isNormal ? [...DEFAULT_EXPECTATION, { from: code, to: code, exclude: false }] : DEFAULT_EXPECTATION;
}

/** The plan in words, for the summary: "every 300 s from gha, expects 2xx, 404". */
export function planText({ intervalMs, regions, expect }: Plan): string {
  return `every ${intervalMs / 1_000} s from ${regions.join(", ")}, expects ${expectationText(expect)}`;
}

/** Codes 0 to 999 by whether they are normal; asking the expectation costs more than judging. */
export function expectedCodes(expect: Expectation): readonly boolean[] {
  return Array.from({ length: 1_000 }, (_, code) => isExpected(expect, code));
}

/**
 * Reads a `config` object: `interval_ms`, `regions`, `expect` (or `expected`), `usual`, `false_alarms` and
 * `timezone`, each if it is there; other fields are passed over.
 *
 * @throws {StatusquoError} `bad_request` naming the field, what is allowed and what came
 */
export function planPartOf(config: Record<string, unknown>): PlanPart {
  const part: { -readonly [Key in keyof PlanPart]: PlanPart[Key] } = {};
  const { interval_ms: intervalMs, regions, usual, false_alarms: falseAlarms, timezone } = config;
  if (intervalMs !== undefined) {
    if (!(typeof intervalMs === "number" && intervalMs >= 1 && intervalMs < Number.POSITIVE_INFINITY))
      throw wrong("interval_ms", "a number of milliseconds from 1 on, such as 60000", intervalMs);
    part.intervalMs = intervalMs;
  }
  if (regions !== undefined) {
    if (!isNames(regions)) throw wrong("regions", 'a list of different names, such as ["eu-west","us-east"]', regions);
    part.regions = regions;
  }
  const expect = config.expect ?? config.expected;
  if (expect !== undefined) {
    const ranges = [expect].flat().map((code) => parseCodeRange(String(code)));
    const refusal = ranges.find((range) => typeof range === "string");
    if (typeof refusal === "string" || ranges.length === 0)
      throw wrong("expect", 'a list of codes, such as ["2xx",404]', expect);
    part.expect = ranges as Expectation;
  }
  if (usual !== undefined) {
    if (!isShares(usual)) throw wrong("usual", 'shares from 0 up to 1 by code, such as {"409":0.03}', usual);
    part.usual = usual;
  }
  if (falseAlarms !== undefined) {
    if (!(typeof falseAlarms === "number" && falseAlarms > 0 && falseAlarms < Number.POSITIVE_INFINITY))
      throw wrong("false_alarms", "a number a year above 0, such as 1", falseAlarms);
    part.falseAlarmsPerYear = falseAlarms;
  }
  if (timezone !== undefined) {
    if (typeof timezone !== "string" || timezoneComplaint(timezone) !== null)
      throw wrong("timezone", "an IANA time zone, such as Europe/Berlin", timezone);
    part.timezone = timezone;
  }
  return part;
}

function isNames(value: unknown): value is string[] {
  if (!Array.isArray(value) || value.length === 0 || new Set(value).size !== value.length) return false;
  return value.every((name) => typeof name === "string" && name !== "");
}

function isShares(value: unknown): value is Record<number, number> {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).every(
    ([code, share]) => /^(?:0|[1-5]\d\d)$/.test(code) && typeof share === "number" && share >= 0 && share < 1,
  );
}

function wrong(field: string, allowed: string, came: unknown): StatusquoError {
  return new StatusquoError("bad_request", `config: ${field} must be ${allowed}; got ${JSON.stringify(came)}`);
}
