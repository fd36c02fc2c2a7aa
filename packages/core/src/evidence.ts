/**
 * Evidence: how much more likely the samples are if the mix has changed than if it is as usual.
 *
 * A Shiryaev-Roberts statistic for every scope and size of change. Under the usual world each grows by at most the time
 * that has passed over the period of the budget; that alone is what keeps the promise about false alarms.
 */
import type { EpochMs } from "./monitor.ts";
import type { ScopeSet } from "./scope.ts";

/** Sizes of change: the fraction of answers, good until then, that turns bad. All weigh the same. */
export const SIZES = [0.05, 0.12, 0.3, 0.6, 0.85, 0.98] as const;
export const SIZE_COUNT = SIZES.length;
const SIZE_WEIGHT = 1 / SIZE_COUNT;
/** Sizes from here on count as broken rather than worse. */
export const BROKEN_SIZE = 0.8;
/** What the statistic of such a size starts with, so that an endpoint broken from its first sample is found soon. */
const HEAD_START = 0.005;
/** The evidence rests while no run has reached this. */
const REST_RUN = 20;
/** Time that never was. Times of ours are not before 1970. */
export const NEVER = -1;
/** ln A of a stream without any evidence; ln has 1e-30 added so that it is always a number. */
export const NO_EVIDENCE = Math.log(1e-30);
/** A code is named for a mixed stream when at least this much of its excursion is of that code. */
const NAMED_CODE_SHARE = 0.8;

/** Per stream. Arrays by scope and size hold size `s` of scope `a` at `a * SIZE_COUNT + s`. */
export interface Evidence {
  /** The Shiryaev-Roberts statistics. */
  readonly statistic: Float64Array;
  /** Likelihood ratios of the run since `runFrom`; a run that falls to 1 or below starts anew with the next sample. */
  readonly run: Float64Array;
  readonly runFrom: Float64Array;
  readonly runBad: Float64Array;
  readonly runSeen: Float64Array;
  /** How many runs are above {@link REST_RUN}: asked before every sample. */
  restless: number;
  /** When the change began, if there is one: mean (epoch ms) and variance (ms squared) of its probability. */
  readonly onsetMean: Float64Array;
  readonly onsetVariance: Float64Array;
  /** Per scope: its statistics weighed and summed, as of its last sample. */
  readonly byScope: Float64Array;
  /** Per scope: when it was last sampled, or {@link NEVER}. */
  readonly sampledAt: Float64Array;
  /** Codes of the bad answers since the last rest, also while a spike is open, in order of appearance, and how often each came. */
  readonly codes: number[];
  readonly codeCounts: number[];
}

export function newEvidence(scopes: ScopeSet, headStart: boolean): Evidence {
  const count = scopes.members.length;
  const bySize = () => new Float64Array(count * SIZE_COUNT);
  const evidence: Evidence = {
    statistic: bySize(),
    run: bySize(),
    runFrom: bySize(),
    runBad: bySize(),
    runSeen: bySize(),
    restless: 0,
    onsetMean: bySize(),
    onsetVariance: bySize(),
    byScope: new Float64Array(count),
    sampledAt: new Float64Array(count).fill(NEVER),
    codes: [],
    codeCounts: [],
  };
  if (headStart) {
    for (let index = 0; index < evidence.statistic.length; index++) {
      if (SIZES[index % SIZE_COUNT]! >= BROKEN_SIZE) evidence.statistic[index] = HEAD_START;
    }
  }
  return evidence;
}

/**
 * Takes all evidence away, without a new head start. When the scopes were last sampled stays known, and so do the codes
 * until the next rest: an open spike goes on counting them.
 */
export function clearEvidence(evidence: Evidence): void {
  evidence.statistic.fill(0);
  evidence.run.fill(0);
  evidence.restless = 0;
  evidence.byScope.fill(0);
}

export function forgetCodes(evidence: Evidence): void {
  // Nearly always there are none, and shortening an array is not free.
  if (evidence.codes.length === 0) return;
  evidence.codes.length = 0;
  evidence.codeCounts.length = 0;
}

export function countCode(evidence: Evidence, code: number): void {
  const index = evidence.codes.indexOf(code);
  if (index >= 0) evidence.codeCounts[index]! += 1;
  else {
    evidence.codes.push(code);
    evidence.codeCounts.push(1);
  }
}

/** The code that most of the excursion's bad answers carry; null when none does, or there are none. */
export function excursionCode(evidence: Evidence): number | null {
  let most = 0;
  let total = 0;
  let code: number | null = null;
  for (let index = 0; index < evidence.codes.length; index++) {
    const count = evidence.codeCounts[index]!;
    total += count;
    if (count > most) {
      most = count;
      code = evidence.codes[index]!;
    }
  }
  return most > 0 && most >= NAMED_CODE_SHARE * total ? code : null;
}

/** The part, 0 to 1, of the bad answers since the last rest that carried `code`. */
export function codePart(evidence: Evidence, code: number): number {
  const index = evidence.codes.indexOf(code);
  if (index < 0) return 0;
  return evidence.codeCounts[index]! / evidence.codeCounts.reduce((sum, count) => sum + count, 0);
}

/** Whether nothing in the stream speaks for a change: the moment to which an opening rolls back. */
export function isResting(evidence: Evidence): boolean {
  return evidence.restless === 0;
}

/** Counts anew what {@link isResting} looks at, after runs were set from outside. */
export function countRestless(evidence: Evidence): void {
  evidence.restless = evidence.run.reduce((count, ratio) => (ratio > REST_RUN ? count + 1 : count), 0);
}

/** Minutes since `scope` was last sampled, at most `mostMin`; `firstMin` when it never was. Notes the sample. */
export function sinceLastSample(
  evidence: Evidence,
  scope: number,
  at: EpochMs,
  firstMin: number,
  mostMin: number,
): number {
  const last = evidence.sampledAt[scope]!;
  evidence.sampledAt[scope] = at;
  return Math.min(last === NEVER ? firstMin : (at - last) / 60_000, mostMin);
}

/** Scratch space of {@link weigh}: the likelihood ratio of the running sample, by size. */
const RATIOS = new Float64Array(SIZE_COUNT);

/**
 * Takes one sample into all scopes that hold its region.
 *
 * @param bad         1 or 0
 * @param share       probability of a bad answer under the usual world, above 0 and below 1
 * @param intervalMin counted for a scope's first sample
 * @param gapMin      the most that a pause counts
 * @param periodMin   minutes over which the statistic of a usual world grows by 1
 * @returns the evidence of all scopes together, 0 or more, before the stream's own share is applied
 * @see docs/statistics.md#evidence
 */
export function weigh(
  evidence: Evidence,
  scopes: ScopeSet,
  region: number,
  at: EpochMs,
  bad: number,
  share: number,
  intervalMin: number,
  gapMin: number,
  periodMin: number,
): number {
  const { statistic, run, runFrom, runBad, runSeen, onsetMean, onsetVariance, byScope } = evidence;
  const inverse = bad === 1 ? 1 / share : 0;
  for (let size = 0; size < SIZE_COUNT; size++) RATIOS[size] = 1 - SIZES[size]! + SIZES[size]! * inverse;
  let { restless } = evidence;
  const holding = scopes.holding[region]!;
  for (let held = 0; held < holding.length; held++) {
    const scope = holding[held]!;
    const isFirst = evidence.sampledAt[scope] === NEVER;
    const growth = sinceLastSample(evidence, scope, at, intervalMin, gapMin) / periodMin;
    let sum = 0;
    for (let size = 0; size < SIZE_COUNT; size++) {
      const index = scope * SIZE_COUNT + size;
      const ratio = RATIOS[size]!;
      let product = run[index]!;
      if (product > REST_RUN) restless -= 1;
      else if (product <= 1) {
        product = 1;
        runFrom[index] = at;
        runBad[index] = 0;
        runSeen[index] = 0;
      }
      product *= ratio;
      if (product > REST_RUN) restless += 1;
      run[index] = product;
      runBad[index]! += bad;
      runSeen[index]! += 1;
      const before = statistic[index]!;
      const entering = before + growth;
      if (entering > 0) {
        // The statistic sums over all onsets there may be; this one joins with `growth`, and the ratio moves none of them.
        const part = isFirst ? 1 : growth / entering;
        const later = at - onsetMean[index]!;
        onsetMean[index]! += later * part;
        onsetVariance[index] = (1 - part) * (onsetVariance[index]! + later * later * part);
      }
      const next = entering * ratio;
      statistic[index] = next;
      sum += SIZE_WEIGHT * next;
    }
    byScope[scope] = sum;
  }
  evidence.restless = restless;
  let total = 0;
  for (let scope = 0; scope < byScope.length; scope++) total += scopes.weights[scope]! * byScope[scope]!;
  return total;
}

/** The scope that carries most of the evidence; the first of equals. */
export function strongestScope(evidence: Evidence, scopes: ScopeSet): number {
  let best = 0;
  for (let scope = 1; scope < evidence.byScope.length; scope++) {
    const weighed = scopes.weights[scope]! * evidence.byScope[scope]!;
    if (weighed > scopes.weights[best]! * evidence.byScope[best]!) best = scope;
  }
  return best;
}

/** Index, in the arrays by scope and size, of the size in `scope` that carries most of its evidence. */
export function strongestSize(evidence: Evidence, scope: number): number {
  const first = scope * SIZE_COUNT;
  let best = first;
  for (let index = first + 1; index < first + SIZE_COUNT; index++) {
    if (evidence.statistic[index]! > evidence.statistic[best]!) best = index;
  }
  return best;
}

/**
 * How far, in ms, the onset may be from `onsetAt`: twice the spread of its probability about it, over all sizes.
 *
 * @see docs/statistics.md#onset
 */
export function onsetUncertainty(evidence: Evidence, scope: number, onsetAt: EpochMs): number {
  const first = scope * SIZE_COUNT;
  let total = 0;
  let square = 0;
  for (let index = first; index < first + SIZE_COUNT; index++) {
    const weight = evidence.statistic[index]!;
    const later = evidence.onsetMean[index]! - onsetAt;
    total += weight;
    square += weight * (evidence.onsetVariance[index]! + later * later);
  }
  return 2 * Math.sqrt(square / total);
}

/** The probability of each size in `scope`, given that there is a change; sums to 1. */
export function sizeBelief(evidence: Evidence, scope: number): Float64Array {
  const first = scope * SIZE_COUNT;
  const belief = evidence.statistic.slice(first, first + SIZE_COUNT);
  const total = belief.reduce((sum, value) => sum + value, 0);
  return belief.map((value) => value / total);
}
