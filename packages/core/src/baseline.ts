/**
 * Baseline: how often a stream is bad when all is as usual, for this time and this region.
 *
 * It is learned from quiet samples only, and leans to the high side while it has seen little: prudence costs delay,
 * never a false alarm.
 */
import {
  clamp,
  earned,
  readSeasons,
  type SeasonGates,
  type SeasonReading,
  type Seasons,
  setSeasonGates,
  sigmoid,
} from "./season.ts";

/** Pseudo-counts of the level: a code never seen is improbable (1 in 200), not impossible. */
const PRIOR_BAD = 0.07;
const PRIOR_SEEN = 14;
/** Weight of "this region is like all" in samples that would be bad. */
const REGION_PRIOR = 1;
/** How far the share is raised for having been learned from few bad samples. */
const PRUDENCE = 0.7;
const SHARE_MIN = 1e-7;
const SHARE_MAX = 0.97;
/** An expectation that is compared with what came stays below certainty. */
const DUE_MAX = 0.99;

/** Half-life of the level, in quarters of an hour: 4 days. */
const LEVEL_DECAY = 2 ** (-0.25 / 24 / 4);
/**
 * The local level looks back three times, each on top of the one before: over a day for what drifts, over hours and over
 * minutes for what wanders. A drift is slow, so the first may raise the share by half at most.
 */
const LOCAL_HALF_LIFE_MIN = [1_440, 120, 20] as const;
const LOCAL_PACES = LOCAL_HALF_LIFE_MIN.length;
const LOCAL_PSEUDO_BAD = [5, 2, 3] as const;
const LOCAL_MAX = [1.5, 10, 10] as const;
const LOCAL_TRUST_START = [-4, -5.8, -5.8] as const;
const LOCAL_TRUST_MIN = [-6, -20.7, -20.7] as const;
const LOCAL_TRUST_MAX = 6.9;

/** Discounted counts, over all regions and per region, and bad seen against bad due lately. Shares are bad / seen. */
export interface Level {
  bad: number;
  seen: number;
  readonly badBy: Float64Array;
  readonly seenBy: Float64Array;
  /** By pace, the slowest first. */
  readonly localBad: Float64Array;
  readonly localDue: Float64Array;
}

/** How far the local level is believed: log-odds, and what the running quarter of an hour adds to them. */
export interface LocalTrust {
  readonly logOdds: Float64Array;
  readonly earned: Float64Array;
}

/** Weights 0 to 1 of everything that is believed by degrees, for one quarter of an hour. */
export interface Gates extends SeasonGates {
  readonly local: Float64Array;
}

/** What is usual for one sample, and how it came about; filled by {@link readUsual}, learned from by its own sample. */
export interface Usual extends SeasonReading {
  /** The result: probability of a bad answer, {@link SHARE_MIN} to {@link SHARE_MAX}. */
  usualShare: number;
  /** From counts alone. */
  level: number;
  /** How this region compares with all; 1 is alike. */
  region: number;
  /** Share expected before the local level spoke, by pace. */
  readonly due: Float64Array;
  /** Seen over due, by pace. */
  readonly local: Float64Array;
}

export function newLevel(regions: number): Level {
  return {
    bad: 0,
    seen: 0,
    badBy: new Float64Array(regions),
    seenBy: new Float64Array(regions),
    localBad: new Float64Array(LOCAL_PACES),
    localDue: new Float64Array(LOCAL_PACES),
  };
}

export function newLocalTrust(): LocalTrust {
  return { logOdds: Float64Array.from(LOCAL_TRUST_START), earned: new Float64Array(LOCAL_PACES) };
}

export function newGates(): Gates {
  return { day: new Float64Array(3), week: new Float64Array(3), local: new Float64Array(LOCAL_PACES) };
}

export function newUsual(): Usual {
  return {
    usualShare: 0,
    level: 0,
    region: 1,
    share: 0,
    dayShare: 0,
    dayBlend: 0,
    weekShare: 0,
    due: new Float64Array(LOCAL_PACES),
    local: new Float64Array(LOCAL_PACES),
  };
}

/** Makes `into` equal to `from`. */
export function copyLevel(into: Level, from: Level): void {
  into.bad = from.bad;
  into.seen = from.seen;
  for (let region = 0; region < from.badBy.length; region++) {
    into.badBy[region] = from.badBy[region]!;
    into.seenBy[region] = from.seenBy[region]!;
  }
  for (let pace = 0; pace < LOCAL_PACES; pace++) {
    into.localBad[pace] = from.localBad[pace]!;
    into.localDue[pace] = from.localDue[pace]!;
  }
}

/** Lets `quarters` quarters of an hour pass over the level. The local level ages by samples instead. */
export function ageLevel(level: Level, quarters: number): void {
  const factor = LEVEL_DECAY ** quarters;
  level.bad *= factor;
  level.seen *= factor;
  for (let region = 0; region < level.badBy.length; region++) {
    level.badBy[region]! *= factor;
    level.seenBy[region]! *= factor;
  }
}

/** Adds what the finished quarter of an hour has earned. */
export function closeLocalBin(trust: LocalTrust): void {
  for (let pace = 0; pace < LOCAL_PACES; pace++) {
    trust.logOdds[pace] = clamp(trust.logOdds[pace]! + trust.earned[pace]!, LOCAL_TRUST_MIN[pace]!, LOCAL_TRUST_MAX);
    trust.earned[pace] = 0;
  }
}

/** Sets all gates for the quarter of an hour `bin`, while a spike is open that began in `spikeBin`, or none (null). */
export function setGates(
  gates: Gates,
  seasons: Seasons,
  trust: LocalTrust,
  bin: number,
  spikeBin: number | null,
): void {
  setSeasonGates(gates, seasons, bin, spikeBin);
  for (let pace = 0; pace < LOCAL_PACES; pace++) gates.local[pace] = sigmoid(trust.logOdds[pace]!);
}

/** Decay per sample of the local level, by pace; a monitor's samples come `sampleGapMin` apart. */
export function localDecay(sampleGapMin: number): Float64Array {
  return Float64Array.from(LOCAL_HALF_LIFE_MIN, (halfLife) => 2 ** (-sampleGapMin / halfLife));
}

/**
 * Fills `usual` for a sample in quarter of an hour `bin`: level, then season, then region, then local level, then
 * prudence.
 *
 * @param region  index of the sample's region; -1 for all regions together
 * @see docs/statistics.md#baseline
 */
export function readUsual(
  usual: Usual,
  level: Level,
  seasons: Seasons,
  gates: Gates,
  bin: number,
  region: number,
): void {
  const share = (level.bad + PRIOR_BAD) / (level.seen + PRIOR_SEEN);
  usual.level = share;
  readSeasons(usual, seasons, gates, bin, share);
  usual.region =
    region < 0 || level.badBy.length === 1
      ? 1
      : (level.badBy[region]! + REGION_PRIOR) / (level.seenBy[region]! + REGION_PRIOR / share) / share;
  let result = usual.share * usual.region;
  for (let pace = 0; pace < LOCAL_PACES; pace++) {
    const pseudo = LOCAL_PSEUDO_BAD[pace]!;
    const local = Math.min((level.localBad[pace]! + pseudo) / (level.localDue[pace]! + pseudo), LOCAL_MAX[pace]!);
    usual.local[pace] = local;
    usual.due[pace] = Math.min(result, DUE_MAX);
    result *= 1 + gates.local[pace]! * (local - 1);
  }
  const prudent = result * (1 + (PRUDENCE * Math.sqrt(level.bad)) / (level.bad + 1));
  usual.usualShare = clamp(prudent, SHARE_MIN, SHARE_MAX);
}

/** Teaches the level one quiet sample. @param bad 1 or 0 */
export function learnLevel(level: Level, usual: Usual, decay: Float64Array, region: number, bad: number): void {
  level.bad += bad;
  level.seen += 1;
  level.badBy[region]! += bad;
  level.seenBy[region]! += 1;
  for (let pace = 0; pace < LOCAL_PACES; pace++) {
    level.localBad[pace] = level.localBad[pace]! * decay[pace]! + bad;
    level.localDue[pace] = level.localDue[pace]! * decay[pace]! + usual.due[pace]!;
  }
}

/** Counts what the local level has earned by one sample. */
export function learnLocalTrust(trust: LocalTrust, usual: Usual, bad: number): void {
  for (let pace = 0; pace < LOCAL_PACES; pace++) {
    const due = usual.due[pace]!;
    trust.earned[pace]! += earned(due * usual.local[pace]!, due, bad);
  }
}
