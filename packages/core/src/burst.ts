/**
 * Bursts: short clusters of bad answers that are usual for an endpoint that stutters.
 *
 * A two-state filter, over all regions and per region, says how likely a burst is running now. An endpoint that is known
 * to stutter has to stutter more than usual before that counts as evidence; one that never did gets no such allowance.
 */
import type { EpochMs } from "./monitor.ts";
import { clamp } from "./season.ts";

/** Half-life of what was learned about bursts, in quarters of an hour: 14 days. */
const DECAY = 2 ** (-0.25 / 24 / 14);
/** Bursts longer than this are incidents, and teach nothing about bursts. */
export const BURST_MAX_MIN = 15;
/** Priors: a burst lasts 2 probes of a region and turns half of the answers bad; weight of that in bursts. */
const LENGTH_PRIOR = 2;
const SHARE_PRIOR = 0.5;
const PRIOR_WEIGHT = 2;
const LENGTH_MIN = 0.4;
const LENGTH_MAX = 3;
const SHARE_MIN = 0.1;
const SHARE_MAX = 0.6;
/** So many bursts happen to everybody; nothing is allowed for the first ones. */
const FREE_BURSTS = 3;
/** The filter that recognises bursts assumes onsets this often per interval, or less where bad answers are common. */
const RECOGNISE_RATE = 1e-3;
const RECOGNISE_FRACTION = 0.3;
/** Onsets are learned per pool and per region; the allowance per region is doubled because its counts are thinner. */
const RATE_FACTOR = [1, 2] as const;

/** Discounted statistics of past bursts. Lengths are in intervals. */
export interface BurstCounts {
  bursts: number;
  /** Bursts that chance alone would have shown. */
  byChance: number;
  intervals: number;
  totalLength: number;
  bad: number;
  seen: number;
}

/** Index 0 of each pair is the pool of all regions, 1 the regions; slot 0 of the arrays is the pool, r + 1 region r. */
export interface Bursts {
  readonly counts: readonly [BurstCounts, BurstCounts];
  /** As at the last rest of the evidence. */
  readonly rested: readonly [BurstCounts, BurstCounts];
  /** Probability that a burst is running, by learned rates (forecast) and by a fixed one (to recognise bursts). */
  readonly forecast: Float64Array;
  readonly recognised: Float64Array;
  /** The burst that is running: 1 when one is, its start, length, bad and seen. */
  readonly inside: Float64Array;
  readonly since: Float64Array;
  readonly length: Float64Array;
  readonly bad: Float64Array;
  readonly seen: Float64Array;
}

/** What the filters said before a sample, pool and region; filled by {@link forecastBurst}, used to learn from it. */
export interface BurstForecast {
  readonly forecast: Float64Array;
  readonly recognised: Float64Array;
  readonly share: Float64Array;
}

function newCounts(): BurstCounts {
  return { bursts: 0, byChance: 0, intervals: 0, totalLength: 0, bad: 0, seen: 0 };
}

export function newBursts(regions: number): Bursts {
  const perSlot = () => new Float64Array(regions + 1);
  return {
    counts: [newCounts(), newCounts()],
    rested: [newCounts(), newCounts()],
    forecast: perSlot(),
    recognised: perSlot(),
    inside: perSlot(),
    since: perSlot(),
    length: perSlot(),
    bad: perSlot(),
    seen: perSlot(),
  };
}

export function newBurstForecast(): BurstForecast {
  return { forecast: new Float64Array(2), recognised: new Float64Array(2), share: new Float64Array(2) };
}

/** Takes over for how long `from` has watched, not what it saw. */
export function inheritBursts(bursts: Bursts, from: Bursts): void {
  for (const level of [0, 1] as const) bursts.counts[level].intervals = from.counts[level].intervals;
}

/** Remembers the counts as they are, for {@link forgetSpike}. */
export function restBursts(bursts: Bursts): void {
  copyCounts(bursts.rested[0], bursts.counts[0]);
  copyCounts(bursts.rested[1], bursts.counts[1]);
}

/** After a spike that was longer than a burst: what it taught is taken back. */
export function forgetSpike(bursts: Bursts): void {
  copyCounts(bursts.counts[0], bursts.rested[0]);
  copyCounts(bursts.counts[1], bursts.rested[1]);
  bursts.inside.fill(0);
}

/** Lets `quarters` quarters of an hour pass. */
export function ageBursts(bursts: Bursts, quarters: number): void {
  const factor = DECAY ** quarters;
  for (const counts of [...bursts.counts, ...bursts.rested]) {
    counts.bursts *= factor;
    counts.byChance *= factor;
    counts.intervals *= factor;
    counts.totalLength *= factor;
    counts.bad *= factor;
    counts.seen *= factor;
  }
}

/**
 * The probability of a bad answer when a burst may be running: `usualShare` or more. This is what the test uses.
 *
 * @param poolGap, regionGap  time since the last sample of any region and of this one, in intervals
 * @see docs/statistics.md#bursts
 */
export function forecastBurst(
  into: BurstForecast,
  bursts: Bursts,
  region: number,
  usualShare: number,
  poolGap: number,
  regionGap: number,
): number {
  let highest = usualShare;
  // With one region the pool is that region.
  for (let level = bursts.forecast.length > 2 ? 0 : 1; level < 2; level++) {
    const counts = bursts.counts[level]!;
    const slot = level === 0 ? 0 : region + 1;
    const gap = level === 0 ? poolGap : regionGap;
    const beyondChance = Math.max(0, counts.bursts - counts.byChance - FREE_BURSTS);
    const rate = (RATE_FACTOR[level]! * beyondChance) / (counts.intervals + 1);
    const length = clamp(
      (counts.totalLength + PRIOR_WEIGHT * LENGTH_PRIOR) / (counts.bursts + PRIOR_WEIGHT),
      LENGTH_MIN,
      LENGTH_MAX,
    );
    const learnedShare = clamp(
      (counts.bad + 4 * PRIOR_WEIGHT * SHARE_PRIOR) / (counts.seen + 4 * PRIOR_WEIGHT),
      SHARE_MIN,
      SHARE_MAX,
    );
    const share = Math.max(learnedShare, usualShare);
    const stay = Math.exp(-gap / length);
    const recogniseRate = Math.min((RECOGNISE_FRACTION * usualShare) / share, RECOGNISE_RATE);
    const before = bursts.forecast[slot]!;
    const beforeRecognised = bursts.recognised[slot]!;
    // Most monitors have no bursts, and an exponential is not free.
    const begins = rate === 0 ? 0 : 1 - Math.exp(-rate * gap);
    const forecast = before * stay + (1 - before) * begins;
    into.forecast[level] = forecast;
    into.recognised[level] = beforeRecognised * stay + (1 - beforeRecognised) * (1 - Math.exp(-recogniseRate * gap));
    into.share[level] = share;
    highest = Math.max(highest, usualShare + forecast * (share - usualShare));
  }
  return highest;
}

/**
 * Moves the filters on by one sample and, when `teaches`, counts bursts that begin and end.
 *
 * @param bad  1 or 0
 */
export function learnBurst(
  bursts: Bursts,
  said: BurstForecast,
  region: number,
  usualShare: number,
  poolGap: number,
  regionGap: number,
  at: EpochMs,
  bad: number,
  teaches: boolean,
): void {
  const regions = bursts.forecast.length - 1;
  for (let level = regions > 1 ? 0 : 1; level < 2; level++) {
    const slot = level === 0 ? 0 : region + 1;
    const gap = level === 0 ? poolGap : regionGap;
    const weight = level === 0 ? 1 : 1 / regions;
    const share = said.share[level]!;
    const inBurst = bad === 1 ? share : 1 - share;
    const outside = bad === 1 ? usualShare : 1 - usualShare;
    const forecast = said.forecast[level]!;
    const recognised = said.recognised[level]!;
    bursts.forecast[slot] = posterior(forecast, inBurst, outside);
    bursts.recognised[slot] = posterior(recognised, inBurst, outside);
    if (!teaches) continue;
    const counts = bursts.counts[level]!;
    counts.intervals += gap * weight;
    if (bursts.inside[slot] === 1) {
      bursts.length[slot]! += gap;
      bursts.bad[slot]! += bad;
      bursts.seen[slot]! += 1;
      if (bursts.recognised[slot]! < 0.5) {
        bursts.inside[slot] = 0;
        if ((at - bursts.since[slot]!) / 60_000 <= BURST_MAX_MIN) {
          counts.bursts += weight;
          counts.totalLength += bursts.length[slot]! * weight;
          counts.bad += bursts.bad[slot]! * weight;
          counts.seen += bursts.seen[slot]! * weight;
        }
      }
    } else {
      // One bad answer here would look like the start of a burst: chance does that this often.
      if (recognised * share >= (1 - recognised) * usualShare) counts.byChance += usualShare * weight;
      if (bursts.recognised[slot]! >= 0.5) {
        bursts.inside[slot] = 1;
        bursts.since[slot] = at;
        bursts.length[slot] = gap;
        bursts.bad[slot] = bad;
        bursts.seen[slot] = 1;
      }
    }
  }
}

function posterior(prior: number, ifTrue: number, ifFalse: number): number {
  return (prior * ifTrue) / (prior * ifTrue + (1 - prior) * ifFalse);
}

function copyCounts(into: BurstCounts, from: BurstCounts): void {
  into.bursts = from.bursts;
  into.byChance = from.byChance;
  into.intervals = from.intervals;
  into.totalLength = from.totalLength;
  into.bad = from.bad;
  into.seen = from.seen;
}
