/**
 * The probe matrix of a message: regions by slots, each cell with the code that came.
 *
 * A cell nobody knows about is marked unknown, never left to look usual.
 */
import type { AlertFacts, EpochMs } from "@statusquo/core";
import { hourMinute, hourMinuteSecond } from "./figures.ts";
import { codesNamed } from "./headline.ts";
import { inertLine } from "./inert.ts";
import { type Tone, toneOfCode } from "./tone.ts";

export interface Cell {
  /** The code as sent; 0 is no answer, null unknown. */
  code: number | null;
  kind: "above" | "usual" | "unknown";
  /** `409`, `×` for no answer, `?` for unknown. */
  text: string;
  tone: Tone;
}

export interface MatrixRow {
  region: string;
  affected: boolean;
  cells: Cell[];
  /** `2 of 3` */
  tally: string;
}

export interface MatrixView {
  /** When each column was due, oldest first. */
  slots: EpochMs[];
  /** `14:02` (`:15` in a minute already named) over the onset, the first column, the last and the phone's first, where there is room; else empty. */
  labels: string[];
  /** Index of the first column at or after the onset; null when that lies before or after all of them. */
  onsetColumn: number | null;
  rows: MatrixRow[];
  /** What the tallies count: `since 14:02`, or `of those shown` when the onset is not among the columns. */
  tallied: string;
  /** Regions that found no room. */
  more: number;
}

const MOST_ROWS = 12;
/** Columns that a phone has room for; the older ones are hidden there. */
export const PHONE_COLUMNS = 6;
/** Columns that a label covers in a table of narrow cells. */
const LABEL_WIDTH = 2;

/** The newest `columns` slots, or null when there is nothing to draw. Affected regions are the last to be left out. */
export function viewMatrix(facts: AlertFacts, columns: number): MatrixView | null {
  const { matrix, scope } = facts;
  const slots = matrix.slots.slice(-columns);
  if (slots.length === 0 || matrix.rows.length === 0) return null;
  const affected = new Set(scope.regions);
  const kept = new Set(
    [...matrix.rows]
      .sort((a, b) => Number(affected.has(b.region)) - Number(affected.has(a.region)))
      .slice(0, MOST_ROWS),
  );
  const isAbove = aboveUsual(facts);
  const rows = matrix.rows
    .filter((row) => kept.has(row))
    .map((row) => ({
      region: inertLine(row.region, 64),
      affected: affected.has(row.region),
      cells: slots.map((_, index) => cellOf(row.codes[row.codes.length - slots.length + index] ?? null, isAbove)),
      tally: `${row.bad} of ${row.of}`,
    }));
  const found = slots.findIndex((slot) => slot >= facts.onsetAt);
  const onsetColumn = found === -1 || (found === 0 && slots[0]! > facts.onsetAt) ? null : found;
  const tallied =
    onsetColumn === null
      ? "of those shown"
      : `since ${isFine(slots) ? hourMinuteSecond(slots[onsetColumn]!) : hourMinute(slots[onsetColumn]!)}`;
  const more = matrix.rows.length - rows.length;
  return { slots, labels: labelsOf(slots, onsetColumn), onsetColumn, rows, tallied, more };
}

/** Whether slots follow each other within less than a minute. */
function isFine(slots: readonly EpochMs[]): boolean {
  return slots.length > 1 && slots[1]! - slots[0]! < 60_000;
}

/** Codes the incident names; one that names none means whatever is not a 2xx. */
function aboveUsual(facts: AlertFacts): (code: number) => boolean {
  const named = codesNamed(facts);
  return named.length > 0 ? (code) => named.includes(code) : (code) => code < 200 || code > 299;
}

function cellOf(code: number | null, isAbove: (code: number) => boolean): Cell {
  if (code === null) return { code, kind: "unknown", text: "?", tone: "silent" };
  const text = code === 0 ? "×" : String(code);
  return { code, kind: isAbove(code) ? "above" : "usual", text, tone: toneOfCode(code) };
}

function labelsOf(slots: readonly EpochMs[], onset: number | null): string[] {
  const last = slots.length - 1;
  const wanted = [onset, 0, last, Math.max(0, slots.length - PHONE_COLUMNS)];
  const taken: number[] = [];
  for (const column of wanted) {
    if (column !== null && taken.every((other) => Math.abs(other - column) >= LABEL_WIDTH)) taken.push(column);
  }
  let minute = "";
  return slots.map((slot, column) => {
    if (!taken.includes(column)) return "";
    // Slots closer than a minute: the minute once, then seconds.
    if (hourMinute(slot) === minute) return hourMinuteSecond(slot).slice(5);
    minute = hourMinute(slot);
    return minute;
  });
}
