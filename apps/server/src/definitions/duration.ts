/**
 * Durations, budgets and shares as written in definitions: `30s`, `1/year`, `3%`. One regular expression each, shared by the
 * validator and the JSON Schema, so that an editor accepts exactly what the program accepts.
 */

export const DURATION_PATTERN = /^([1-9]\d{0,6})(ms|s|m|h|d)$/;
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds, or null when `text` is not a duration. */
export function parseDuration(text: string): number | null {
  const match = DURATION_PATTERN.exec(text);
  if (!match) return null;
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}

/** The shortest exact form: 90,000 is `90s`, 60,000 is `1m`. */
export function durationText(ms: number): string {
  for (const [unit, unitMs] of [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1_000],
  ] as const) {
    if (ms >= unitMs && ms % unitMs === 0) return `${ms / unitMs}${unit}`;
  }
  return `${ms}ms`;
}

export const BUDGET_PATTERN = /^([1-9]\d{0,3})\/(year|month|week|day)$/;
const PER_YEAR = { year: 1, month: 12, week: 365 / 7, day: 365 } as const;

/** False alarms per year, or null when `text` is not a budget. */
export function parseBudget(text: string): number | null {
  const match = BUDGET_PATTERN.exec(text);
  if (!match) return null;
  return Number(match[1]) * PER_YEAR[match[2] as keyof typeof PER_YEAR];
}

export const SHARE_PATTERN = /^(\d{1,2}(?:\.\d{1,4})?) ?%$/;

/** A share from 0 up to 1, or null when `text` is not a percentage such as `3%`. */
export function parseShare(text: string): number | null {
  const match = SHARE_PATTERN.exec(text);
  return match ? Number(match[1]) / 100 : null;
}
