/**
 * Carrying: the parts of a baseline, number by number over a tape, in the one order they are packed in.
 */
import type { Level } from "./baseline.ts";
import type { BurstCounts, Bursts } from "./burst.ts";
import type { Seasons } from "./season.ts";
import type { Tape } from "./tape.ts";

export function carryLevel(tape: Tape, level: Level): void {
  level.bad = tape.number(level.bad);
  level.seen = tape.number(level.seen);
  for (const numbers of [level.badBy, level.seenBy, level.localBad, level.localDue]) tape.numbers(numbers);
}

export function carryBursts(tape: Tape, bursts: Bursts): void {
  for (const counts of [...bursts.counts, ...bursts.rested]) carryBurstCounts(tape, counts);
  for (const numbers of perSlot(bursts)) tape.numbers(numbers);
}

function carryBurstCounts(tape: Tape, counts: BurstCounts): void {
  counts.bursts = tape.number(counts.bursts);
  counts.byChance = tape.number(counts.byChance);
  counts.intervals = tape.number(counts.intervals);
  counts.totalLength = tape.number(counts.totalLength);
  counts.bad = tape.number(counts.bad);
  counts.seen = tape.number(counts.seen);
}

/** The arrays that hold a number per pool and region. */
export function perSlot(bursts: Bursts): Float64Array[] {
  const { forecast, recognised, inside, since, length, bad, seen } = bursts;
  return [forecast, recognised, inside, since, length, bad, seen];
}

/** The quarter of an hour that is running. */
export function carryRunningSeason(tape: Tape, seasons: Seasons): void {
  seasons.bad = tape.number(seasons.bad);
  seasons.seen = tape.number(seasons.seen);
  seasons.dayEarned = tape.number(seasons.dayEarned);
  seasons.weekEarned = tape.number(seasons.weekEarned);
}
