/**
 * The probe matrix: one mark per probe, so that size tells a conflict from a usual answer before colour does.
 */
import type { IncidentDetail } from "@statusquo/api/client";
import { type Kind, kindOf, wrongKindOf } from "../codes.ts";
import { hourText } from "../words.ts";

export interface ProbeMark {
  /** `dot`: an answer as expected; `square`: what the incident is about; `small`: another one; `unknown`: no sample. */
  shape: "dot" | "square" | "small" | "unknown";
  kind: Kind;
  /** Before the onset, or in a region that is as usual. */
  isMuted: boolean;
}

export interface MatrixRow {
  region: string;
  isAffected: boolean;
  marks: ProbeMark[];
  bad: number;
  of: number;
}

export interface MatrixPlan {
  /** Of the columns. */
  slots: readonly number[];
  rows: MatrixRow[];
  /** Columns before the onset; the line stands at their right. Null where it began before the first column. */
  onset: number | null;
  /** Columns up to the one that brought the verdict; null when that is not shown. */
  found: number | null;
  /** Deploys within the columns; columns before each. */
  deploys: { id: number; column: number; text: string; where: string }[];
  /** Columns with a time below them. */
  ticks: { column: number; at: number }[];
  /** Two slots stand this far apart, ms; 0 when there is one. */
  stepMs: number;
}

type Drawn = Pick<IncidentDetail, "matrix" | "codes" | "since" | "openedAt" | "scope" | "deploys">;

/** A region within the scope is affected only when this much of the scope's share is seen in it. */
const AFFECTED_PART = 0.2;
/** Columns before the onset that stay when there is no room for all. */
const LEAD = 6;

/** @param most columns there is room for; what stands around the onset is kept */
export function planOf(drawn: Drawn, most = Number.POSITIVE_INFINITY): MatrixPlan {
  const { codes, since, openedAt, deploys } = drawn;
  const matrix = around(drawn.matrix, since, most);
  const { slots } = matrix;
  const affected = affectedOf(drawn);
  const stepMs = slots.length < 2 ? 0 : Math.min(...slots.slice(1).map((slot, index) => slot - (slots[index] ?? 0)));
  const before = slots.filter((slot) => slot < since).length;
  const until = slots.filter((slot) => slot <= openedAt).length;
  return {
    slots,
    rows: matrix.rows.map(({ region, codes: seen, unmet, bad, of }) => {
      const isAffected = affected.includes(region);
      return {
        region,
        isAffected,
        marks: slots.map((slot, index) =>
          markOf(seen[index] ?? null, unmet.includes(index), codes, !isAffected || slot < since),
        ),
        bad,
        of,
      };
    }),
    onset: before === 0 || before === slots.length ? null : before,
    found: until === slots.length && (slots.at(-1) ?? 0) + stepMs < openedAt ? null : until,
    deploys: deploys
      .map(({ id, at, service, version, regions }) => ({
        id,
        column: slots.filter((slot) => slot <= at).length,
        text: `▲ ${hourText(at)} ${service} ${version}`,
        where: regions.length === 0 ? "all regions" : regions.join(", "),
      }))
      .filter(({ column }) => column > 0 && column < slots.length),
    ticks: ticksOf(slots),
    stepMs,
  };
}

/** Those of its regions in which it is really seen: an incident everywhere may spare some. */
export function affectedOf({ matrix, scope }: Pick<IncidentDetail, "matrix" | "scope">): string[] {
  const within = matrix.rows.filter(({ region }) => scope.regions.includes(region));
  const sum = (read: (row: (typeof within)[number]) => number) => within.reduce((all, row) => all + read(row), 0);
  const share =
    sum(({ bad }) => bad) /
    Math.max(
      1,
      sum(({ of }) => of),
    );
  return within.filter(({ bad, of }) => bad > 0 && bad / of >= AFFECTED_PART * share).map(({ region }) => region);
}

type Matrix = IncidentDetail["matrix"];

/** The columns around the onset, as many as there is room for. */
function around(matrix: Matrix, since: number, most: number): Matrix {
  const { slots, rows } = matrix;
  if (slots.length <= most) return matrix;
  const onset = slots.filter((slot) => slot < since).length;
  const from = Math.max(0, Math.min(onset - LEAD, slots.length - most));
  const to = from + most;
  return {
    slots: slots.slice(from, to),
    rows: rows.map((row) => ({
      ...row,
      codes: row.codes.slice(from, to),
      unmet: row.unmet.flatMap((index) => (index >= from && index < to ? [index - from] : [])),
    })),
    complete: matrix.complete && to === slots.length,
  };
}

/** @param codes those of the incident; none stands for any unexpected one */
function markOf(code: number | null, isUnmet: boolean, codes: readonly number[], isMuted: boolean): ProbeMark {
  if (code === null) return { shape: "unknown", kind: "kx", isMuted };
  const kind = isUnmet ? wrongKindOf(code) : kindOf(code);
  if (kind === "k2") return { shape: "dot", kind, isMuted };
  const isOwn = codes.length === 0 || codes.includes(code);
  return { shape: isOwn ? "square" : "small", kind, isMuted };
}

const NICE_MS = [10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400].map((s) => s * 1_000);
const MOST_TICKS = 6;
const EDGE = 0.06;

/** Columns that hold a round time, at most six. */
function ticksOf(slots: readonly number[]): MatrixPlan["ticks"] {
  const span = (slots.at(-1) ?? 0) - (slots[0] ?? 0);
  const every = NICE_MS.find((each) => span / each <= MOST_TICKS) ?? 86_400_000;
  return slots.flatMap((at, column) => {
    const previous = slots[column - 1];
    const round = Math.floor(at / every);
    // At an edge a label would be cut.
    if (column < slots.length * EDGE || column >= slots.length * (1 - EDGE)) return [];
    return previous !== undefined && Math.floor(previous / every) < round ? [{ column, at: round * every }] : [];
  });
}
