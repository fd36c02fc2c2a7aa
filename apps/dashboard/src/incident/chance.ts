/** The chance axis: how rare each round's evidence was by chance alone, up to the one that was told. */
import { chanceText, lnEvidenceOf } from "@statusquo/core";

export interface Round {
  /** Epoch ms. */
  at: number;
  lnEvidence: number;
}

export interface ChanceAxis {
  /** 0 to 1 along the axis; ones past its end stand at 1. */
  points: { at: number; place: number; text: string; isPast: boolean; isBeyond: boolean }[];
  ticks: { place: number; text: string }[];
  limit: { place: number; text: string };
}

/** Powers of ten shown past the limit; what is rarer still stands at the edge. */
const BEYOND = 5;
const MOST_TICKS = 6;

/**
 * @param rounds    oldest first
 * @param lnLimit   from this evidence on people are told
 */
export function chanceAxisOf(rounds: readonly Round[], lnLimit: number, falseAlarmsPerYear: number): ChanceAxis {
  const from = lnEvidenceOf(1, falseAlarmsPerYear);
  const powersOf = (ln: number) => (ln - from) / Math.LN10;
  const end = Math.ceil(powersOf(lnLimit)) + BEYOND;
  const place = (ln: number) => Math.min(1, Math.max(0, powersOf(ln) / end));
  const every = Math.max(1, Math.ceil(end / MOST_TICKS));
  const text = (ln: number) => chanceText(ln, falseAlarmsPerYear);
  return {
    points: rounds.map(({ at, lnEvidence }) => ({
      at,
      place: place(lnEvidence),
      text: text(lnEvidence),
      isPast: lnEvidence >= lnLimit,
      isBeyond: powersOf(lnEvidence) > end,
    })),
    ticks: Array.from({ length: Math.floor(end / every) + 1 }, (_, nth) => nth * every).map((power) => ({
      place: power / end,
      text: power === 0 ? "1" : text(lnEvidenceOf(10 ** power, falseAlarmsPerYear)),
    })),
    limit: { place: place(lnLimit), text: text(lnLimit) },
  };
}
