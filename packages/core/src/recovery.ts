/**
 * Recovery: whether an open spike is over.
 *
 * A filter over "recovered" and the sizes of change. What has lasted long is taken to last longer; that is what stops an
 * endpoint that comes and goes from opening and closing all day.
 */
import { BROKEN_SIZE, NEVER, SIZE_COUNT, SIZES } from "./evidence.ts";
import type { EpochMs } from "./monitor.ts";
import { clamp } from "./season.ts";

/** Probability of recovery at which a spike counts as calm. */
const CLOSE_PROBABILITY = 0.95;
/** Expected life of a spike: 1.5 times its age, within these bounds. */
const LIFE_PER_AGE = 1.5;
const LIFE_MIN = 30;
const LIFE_MAX = 720;
/** Of changes of state, the part that is a recovery; the rest is a change to another size. */
const RECOVERY_PART_BROKEN = 0.97;
const RECOVERY_PART_WORSE = 0.8;
/** With less quiet history than this at its opening, a spike may have been the usual state all along. */
const COLD_HISTORY_MIN = 720;
/** Such a spike is accepted at this age, when its share of bad answers is no higher than this. */
const COLD_ACCEPT_MIN = 360;
const COLD_ACCEPT_SHARE = 0.5;

/** A spike while it is open. */
export interface OpenSpike {
  /** Index of its scope. */
  scope: number;
  /** The code it was opened with; null when mixed. */
  readonly code: number | null;
  readonly openedAt: EpochMs;
  readonly onsetAt: EpochMs;
  lastBadAt: EpochMs;
  /** Since when it is believed to be over, or {@link NEVER}. */
  calmSince: EpochMs;
  /** Whether it opened with little history. */
  readonly cold: boolean;
  /** Probability of "recovered", then of each size; sums to 1. */
  readonly belief: Float64Array;
  /** Samples of its scope since the opening, per region. */
  readonly badBy: Float64Array;
  readonly seenBy: Float64Array;
  /** What it was opened with: counts from onset to opening, ln A and its threshold. */
  readonly bad: number;
  readonly of: number;
  readonly lnEvidence: number;
  readonly lnThreshold: number;
}

/** The belief at an opening: not recovered, the sizes as the evidence has them. */
export function beliefAtOpening(sizeBelief: Float64Array): Float64Array {
  const belief = new Float64Array(SIZE_COUNT + 1);
  belief.set(sizeBelief, 1);
  return belief;
}

export function isCold(learnedMin: number): boolean {
  return learnedMin < COLD_HISTORY_MIN;
}

/**
 * Takes one sample of the spike's scope.
 *
 * @param bad         1 or 0
 * @param usualShare  probability of a bad answer once recovered
 * @param gapMin      minutes since the scope's last sample
 * @param holdMin     how long it has to be calm before it closes; 0 when it closes as soon as it is believed to be over
 * @returns the sum of likelihoods before scaling; anything but a positive number is a bug of ours
 * @see docs/statistics.md#recovery
 */
export function watchRecovery(
  spike: OpenSpike,
  region: number,
  at: EpochMs,
  bad: number,
  usualShare: number,
  gapMin: number,
  holdMin: number,
): number {
  if (bad === 1) spike.lastBadAt = at;
  const life = clamp(((at - spike.onsetAt) / 60_000) * LIFE_PER_AGE, LIFE_MIN, LIFE_MAX);
  const change = 1 - Math.exp(-gapMin / life);
  const { belief } = spike;
  // What may come back within its hold is never over for certain, however long all was well.
  const back = holdMin > 0 ? belief[0]! * (1 - Math.exp(-gapMin / holdMin)) : 0;
  let recovered = belief[0]! - back;
  let elsewhere = 0;
  for (let size = 0; size < SIZE_COUNT; size++) {
    const changed = belief[size + 1]! * change;
    recovered += changed * recoveryPart(size);
    elsewhere += (changed * (1 - recoveryPart(size))) / (SIZE_COUNT - 1);
  }
  const inverse = bad === 1 ? 1 / usualShare : 0;
  let total = recovered;
  belief[0] = recovered;
  for (let size = 0; size < SIZE_COUNT; size++) {
    const before = belief[size + 1]!;
    const left = (before * change * (1 - recoveryPart(size))) / (SIZE_COUNT - 1);
    const fraction = SIZES[size]!;
    const stayed = before * (1 - change) + elsewhere - left + back / SIZE_COUNT;
    const next = stayed * (1 - fraction + fraction * inverse);
    belief[size + 1] = next;
    total += next;
  }
  for (let state = 0; state <= SIZE_COUNT; state++) belief[state]! /= total;
  if (belief[0]! < CLOSE_PROBABILITY) spike.calmSince = NEVER;
  else if (spike.calmSince === NEVER) spike.calmSince = at;
  spike.badBy[region]! += bad;
  spike.seenBy[region]! += 1;
  return total;
}

/** Whether an open spike has been calm for as long as it has to be. */
export function isOver(spike: OpenSpike, at: EpochMs, holdMin: number): boolean {
  return spike.calmSince !== NEVER && at - spike.calmSince >= holdMin * 60_000;
}

/** Bad answers and samples of the spike's scope since the opening. */
export function countsSinceOpening(spike: OpenSpike): { bad: number; of: number } {
  let bad = 0;
  let of = 0;
  for (let region = 0; region < spike.seenBy.length; region++) {
    bad += spike.badBy[region]!;
    of += spike.seenBy[region]!;
  }
  return { bad, of };
}

/** Whether a spike of a cold start has lasted so long, so partially, that it is the usual state after all. */
export function wasUsualAllAlong(spike: OpenSpike, at: EpochMs): boolean {
  if (!spike.cold || (at - spike.openedAt) / 60_000 < COLD_ACCEPT_MIN) return false;
  const { bad, of } = countsSinceOpening(spike);
  return bad <= COLD_ACCEPT_SHARE * of;
}

function recoveryPart(size: number): number {
  return SIZES[size]! >= BROKEN_SIZE ? RECOVERY_PART_BROKEN : RECOVERY_PART_WORSE;
}
