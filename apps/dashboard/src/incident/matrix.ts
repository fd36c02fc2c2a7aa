/**
 * The probe matrix: one mark per probe, so that size tells a conflict from a usual answer before colour does.
 */
import type { IncidentDetail } from "@statusquo/api/client";
import { type Kind, kindOf } from "../codes.ts";
import { hourText } from "../words.ts";

export interface ProbeMark {
  /** `dot`: a usual answer; `square`: a code of the incident; `small`: another code; `unknown`: no sample. */
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
  rows: MatrixRow[];
  /** Columns before the onset; the line stands at their right. Null where it began before the first column. */
  onset: number | null;
  /** Columns up to the one that brought the verdict; null when that is not shown. */
  found: number | null;
  /** Deploys within the columns; columns before each. */
  deploys: { id: number; column: number; text: string }[];
  /** Columns with a time below them. */
  ticks: { column: number; at: number }[];
  /** Two slots stand this far apart, ms; 0 when there is one. */
  stepMs: number;
}

type Drawn = Pick<IncidentDetail, "matrix" | "codes" | "since" | "openedAt" | "scope" | "deploys">;

export function planOf({ matrix, codes, since, openedAt, scope, deploys }: Drawn): MatrixPlan {
  const { slots } = matrix;
  const stepMs = slots.length < 2 ? 0 : Math.min(...slots.slice(1).map((slot, index) => slot - (slots[index] ?? 0)));
  const before = slots.filter((slot) => slot < since).length;
  const until = slots.filter((slot) => slot <= openedAt).length;
  return {
    rows: matrix.rows.map(({ region, codes: seen, bad, of }) => {
      const isAffected = scope.regions.includes(region);
      return {
        region,
        isAffected,
        marks: slots.map((slot, index) => markOf(seen[index] ?? null, codes, !isAffected || slot < since)),
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
        text: `▲ ${hourText(at)} ${service} ${version}${regions.length === 0 ? "" : ` (${regions.join(", ")})`}`,
      }))
      .filter(({ column }) => column > 0 && column < slots.length),
    ticks: ticksOf(slots),
    stepMs,
  };
}

/** @param codes those of the incident; none stands for any unexpected one */
function markOf(code: number | null, codes: readonly number[], isMuted: boolean): ProbeMark {
  if (code === null) return { shape: "unknown", kind: "kx", isMuted };
  const kind = kindOf(code);
  if (codes.includes(code) || (codes.length === 0 && kind !== "k2")) return { shape: "square", kind, isMuted };
  return { shape: kind === "k2" ? "dot" : "small", kind, isMuted };
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
