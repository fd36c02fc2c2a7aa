/**
 * Seasons: what is usual at this time of day and of week, in bins of a quarter of an hour, by the
 * clock of the monitor's time zone.
 *
 * A bin is believed only as far as it has predicted better than the level did. Bins change when their quarter of an
 * hour has ended, never before, so within a quarter all samples meet the same season.
 */
import type { EpochMs } from "./monitor.ts";

export const BIN_MS = 900_000;
const DAY_BINS = 96;
const WEEK_BINS = 672;
/** Numbers in {@link Seasons.bins}. */
export const SEASON_NUMBERS = 3 * (DAY_BINS + WEEK_BINS);

/** A bin is worth this many samples less than it counted: it is shrunk to the level with as many pseudo-samples. */
const BIN_PSEUDO_SAMPLES = 30;
/** Half-lives of a bin's counts, in visits of that bin. */
const DAY_DECAY = 2 ** (-1 / 10);
const WEEK_DECAY = 2 ** (-1 / 4);
/** Log-odds that a bin is right: at the start, and the bounds within which they learn. */
const TRUST_START = -4;
const TRUST_BOUND = 6;
const NOT_BELIEVED = Number.NEGATIVE_INFINITY;
/** A spike teaches the seasons in its first minutes only, so that a nightly one is known the night after. */
export const SEASON_TEACH_MIN = 180;
/** The quarters of an hour that this may touch. */
const LESSON_BINS = (SEASON_TEACH_MIN * 60_000) / BIN_MS + 1;

/** Per stream. All arrays are views into `bins`, which is what is stored. */
export interface Seasons {
  readonly bins: Float64Array;
  readonly dayBad: Float64Array;
  readonly daySeen: Float64Array;
  readonly dayTrust: Float64Array;
  readonly weekBad: Float64Array;
  readonly weekSeen: Float64Array;
  readonly weekTrust: Float64Array;
  /** The quarter of an hour that is running: counts, and log-odds earned by the bins. */
  bad: number;
  seen: number;
  dayEarned: number;
  weekEarned: number;
}

/** The weights 0 to 1 of the previous, the present and the next bin of day and week, for one quarter of an hour. */
export interface SeasonGates {
  readonly day: Float64Array;
  readonly week: Float64Array;
}

/** What the seasons say about one sample; filled by {@link readSeasons}. */
export interface SeasonReading {
  /** The share to expect: the largest that the present bin or a neighbour suggests, day and week blended in. */
  share: number;
  /** The present time-of-day bin taken at its word. */
  dayShare: number;
  /** The level with the present time-of-day bin blended in. */
  dayBlend: number;
  /** The present time-of-week bin taken at its word. */
  weekShare: number;
}

/** The number of the quarter of an hour that holds `at`, counted from the epoch. */
export function binOf(at: EpochMs): number {
  return Math.floor(at / BIN_MS);
}

/** Seasons that know nothing yet. */
export function newSeasons(): Seasons {
  const bins = new Float64Array(SEASON_NUMBERS);
  const day = (part: number) => bins.subarray(part * DAY_BINS, (part + 1) * DAY_BINS);
  const week = (part: number) => bins.subarray(3 * DAY_BINS + part * WEEK_BINS, 3 * DAY_BINS + (part + 1) * WEEK_BINS);
  const seasons: Seasons = {
    bins,
    dayBad: day(0),
    daySeen: day(1),
    dayTrust: day(2),
    weekBad: week(0),
    weekSeen: week(1),
    weekTrust: week(2),
    bad: 0,
    seen: 0,
    dayEarned: 0,
    weekEarned: 0,
  };
  forgetSeasons(seasons);
  return seasons;
}

/** Takes everything away that was learned. */
export function forgetSeasons(seasons: Seasons): void {
  seasons.bins.fill(0);
  seasons.dayTrust.fill(TRUST_START);
  seasons.weekTrust.fill(TRUST_START);
  seasons.bad = seasons.seen = seasons.dayEarned = seasons.weekEarned = 0;
}

/** Takes over what `from` has seen, as if nothing bad had been among it: a code that appears late was absent before. */
export function inheritSeasons(seasons: Seasons, from: Seasons): void {
  seasons.daySeen.set(from.daySeen);
  seasons.weekSeen.set(from.weekSeen);
  seasons.seen = from.seen;
}

/** Writes the finished quarter of an hour into its two bins. The caller asks only when something was seen in it. */
export function closeBin(seasons: Seasons, bin: number): void {
  const day = bin % DAY_BINS;
  const week = bin % WEEK_BINS;
  seasons.dayBad[day] = seasons.dayBad[day]! * DAY_DECAY + seasons.bad;
  seasons.daySeen[day] = seasons.daySeen[day]! * DAY_DECAY + seasons.seen;
  seasons.weekBad[week] = seasons.weekBad[week]! * WEEK_DECAY + seasons.bad;
  seasons.weekSeen[week] = seasons.weekSeen[week]! * WEEK_DECAY + seasons.seen;
  seasons.dayTrust[day] = clamp(seasons.dayTrust[day]! + seasons.dayEarned, -TRUST_BOUND, TRUST_BOUND);
  seasons.weekTrust[week] = clamp(seasons.weekTrust[week]! + seasons.weekEarned, -TRUST_BOUND, TRUST_BOUND);
  seasons.bad = seasons.seen = seasons.dayEarned = seasons.weekEarned = 0;
}

/**
 * Sets `gates` for the quarter of an hour `bin`.
 *
 * What a spike has taught is not believed while it is open: it would say that the spike is usual, and close it.
 *
 * @param spikeBin  the quarter of an hour in which the open spike began; null when none is open
 */
export function setSeasonGates(gates: SeasonGates, seasons: Seasons, bin: number, spikeBin: number | null): void {
  for (let step = 0; step < 3; step++) {
    const day = isLesson(bin, step, DAY_BINS, spikeBin)
      ? NOT_BELIEVED
      : seasons.dayTrust[neighbour(bin, step, DAY_BINS)]!;
    const week = isLesson(bin, step, WEEK_BINS, spikeBin)
      ? NOT_BELIEVED
      : seasons.weekTrust[neighbour(bin, step, WEEK_BINS)]!;
    gates.day[step] = sigmoid(day);
    gates.week[step] = sigmoid(week);
  }
}

/** Whether the bin beside `bin` was written since `spikeBin` began, today or on a day before. */
function isLesson(bin: number, step: number, bins: number, spikeBin: number | null): boolean {
  if (spikeBin === null) return false;
  const since = bin + step - 1 - spikeBin;
  return ((since % bins) + bins) % bins < Math.min(LESSON_BINS, bin - spikeBin);
}

/**
 * What to expect in the quarter of an hour `bin` of a stream whose level is `level`. The neighbours count too, because a
 * nightly batch may come early.
 *
 * @see docs/statistics.md#seasons
 */
export function readSeasons(
  reading: SeasonReading,
  seasons: Seasons,
  gates: SeasonGates,
  bin: number,
  level: number,
): void {
  let dayLargest = 0;
  for (let step = 0; step < 3; step++) {
    const index = neighbour(bin, step, DAY_BINS);
    const share = shrunk(seasons.dayBad[index]!, seasons.daySeen[index]!, level);
    const blend = level + gates.day[step]! * (share - level);
    if (step === 1) {
      reading.dayShare = share;
      reading.dayBlend = blend;
    }
    // Math.max, because it lets no NaN pass unseen.
    dayLargest = Math.max(dayLargest, blend);
  }
  let largest = 0;
  for (let step = 0; step < 3; step++) {
    const index = neighbour(bin, step, WEEK_BINS);
    const share = shrunk(seasons.weekBad[index]!, seasons.weekSeen[index]!, dayLargest);
    const blend = dayLargest + gates.week[step]! * (share - dayLargest);
    if (step === 1) reading.weekShare = shrunk(seasons.weekBad[index]!, seasons.weekSeen[index]!, reading.dayBlend);
    largest = Math.max(largest, blend);
  }
  reading.share = largest;
}

/**
 * Counts one sample in the running quarter of an hour, and what the two bins have earned by it.
 *
 * @param bad     1 or 0
 * @param region  how this region compares with all, as in the baseline
 */
export function learnSeason(
  seasons: Seasons,
  reading: SeasonReading,
  bad: number,
  level: number,
  region: number,
): void {
  seasons.bad += bad;
  seasons.seen += 1;
  seasons.dayEarned += earned(reading.dayShare * region, level * region, bad);
  seasons.weekEarned += earned(reading.weekShare * region, reading.dayBlend * region, bad);
}

/** How much better, in natural log-odds, `share` predicted the sample than `other` did. */
export function earned(share: number, other: number, bad: number): number {
  const first = clamp(share, 0, 0.99);
  const second = clamp(other, 0, 0.99);
  return bad === 1 ? Math.log(first / second) : Math.log((1 - first) / (1 - second));
}

export function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

export function clamp(value: number, least: number, most: number): number {
  return value < least ? least : value > most ? most : value;
}

function shrunk(bad: number, seen: number, towards: number): number {
  return (bad + BIN_PSEUDO_SAMPLES * towards) / (seen + BIN_PSEUDO_SAMPLES);
}

/** Step 0 is the bin before, 1 the bin itself, 2 the bin after, round the clock. */
function neighbour(bin: number, step: number, bins: number): number {
  return (bin + step - 1 + bins) % bins;
}
