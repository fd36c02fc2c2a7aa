/**
 * Detector: when has the mix of a monitor's codes stopped being usual?
 *
 * A sequential test that answers after every sample, with a budget of false alarms as its only knob. State changes by
 * samples alone, so live and replay come to the same numbers.
 *
 * @see docs/statistics.md
 */
import { acceptSpike } from "./accept.ts";
import { learnLevel, learnLocalTrust, localDecay, newUsual, readUsual, type Usual } from "./baseline.ts";
import { MAX_OTHER_CODES, otherWeight, streamsAtBirth } from "./birth.ts";
import { BURST_MAX_MIN, type BurstForecast, forecastBurst, learnBurst, newBurstForecast } from "./burst.ts";
import { seasonOf } from "./calendar.ts";
import { StatusquoError } from "./errors.ts";
import { countCode, forgetCodes, isResting, NEVER, sinceLastSample, weigh } from "./evidence.ts";
import { type Flapping, holdMin, newFlapping, noteCalm, noteReturn } from "./flapping.ts";
import type { EpochMs, Region } from "./monitor.ts";
import { isOver, wasUsualAllAlong, watchRecovery } from "./recovery.ts";
import { type ScopeSet, scopesOver } from "./scope.ts";
import { binOf, learnSeason, SEASON_TEACH_MIN } from "./season.ts";
import { closeSpike, openSpike } from "./spike.ts";
import { endQuarter, openGates, rest, type Stream, streamOfNewCode } from "./stream.ts";
import { auditThreshold } from "./threshold.ts";
import type { DetectorEvent } from "./verdict.ts";

const YEAR_MIN = 525_600;
/** The statistic's growth is set against this part of the budget period; measured, so that openings meet the budget. */
const PERIOD_PART = 0.45;
/** A pause counts as at most this many intervals. */
const GAP_MAX_INTERVALS = 10;

export { MAX_OTHER_CODES } from "./birth.ts";

export interface DetectorConfig {
  /** One or more, without repeats; their order does not matter. */
  readonly regions: readonly Region[];
  /** Of the monitor, in ms; state is in minutes, so it may change between packing and unpacking. */
  readonly intervalMs: number;
  /** The budget: how many false alarms a year are accepted; above 0. */
  readonly falseAlarmsPerYear: number;
  /** What the definition says is usual, as shares by unexpected code; where a detector begins that has seen nothing. */
  readonly usual?: Readonly<Record<number, number>>;
  /** IANA name of the zone whose clock the seasons follow; UTC when left out. */
  readonly timezone?: string | undefined;
}

/** One answer, as the detector sees it. */
export interface DetectorSample {
  at: EpochMs;
  region: Region;
  /** The status, or 0 for no answer. */
  code: number;
  /** Whether the code is normal by definition. */
  expected: boolean;
}

/** Everything known about one monitor. Plain data; change it only through the functions here. */
export interface DetectorState {
  readonly config: DetectorConfig;
  readonly scopes: ScopeSet;
  /** 409, then other unexpected codes in order of appearance. */
  readonly codes: Stream[];
  readonly any: Stream;
  readonly flapping: Flapping;
  /** The quarter of an hour of the last sample, or {@link NEVER}. */
  bin: number;
  /** The same by the calendar of the monitor: which season it is. */
  season: number;
  lastAt: EpochMs;
  /** Index of the region of the last sample. */
  lastRegion: number;
  /** Per region the time of its last sample, or {@link NEVER}. */
  readonly lastAtBy: Float64Array;
  /** Rises whenever what `packDetector` gives as `seasons` has changed. */
  seasonsRevision: number;
  /** Derived from the config, in minutes. */
  readonly pace: Pace;
  /** Scratch space of the running sample; holds nothing between samples. */
  readonly usual: Usual;
  readonly burst: BurstForecast;
}

interface Pace {
  readonly intervalMin: number;
  readonly gapMaxMin: number;
  readonly periodMin: number;
  readonly localDecay: Float64Array;
}

/** For the many samples that bring nothing about; shared, so that none of them allocates. */
const NO_EVENTS: DetectorEvent[] = [];
Object.freeze(NO_EVENTS);

/**
 * A detector that has seen nothing.
 *
 * @throws {StatusquoError} `internal` when the config is out of range
 */
export function startDetector(config: DetectorConfig): DetectorState {
  const scopes = scopesOver(config.regions);
  return {
    config,
    scopes,
    ...streamsAtBirth(scopes, config.usual ?? {}),
    flapping: newFlapping(),
    bin: NEVER,
    season: NEVER,
    lastAt: NEVER,
    lastRegion: 0,
    lastAtBy: new Float64Array(scopes.regions.length).fill(NEVER),
    seasonsRevision: 0,
    pace: paceOf(config),
    usual: newUsual(),
    burst: newBurstForecast(),
  };
}

function paceOf(config: DetectorConfig): Pace {
  const { intervalMs, falseAlarmsPerYear, regions } = config;
  if (!(intervalMs > 0 && intervalMs < Infinity)) {
    throw new StatusquoError("internal", `detector config: intervalMs must be above 0, got ${intervalMs}`);
  }
  if (!(falseAlarmsPerYear > 0 && falseAlarmsPerYear < Infinity)) {
    throw new StatusquoError(
      "internal",
      `detector config: falseAlarmsPerYear must be above 0, got ${falseAlarmsPerYear}`,
    );
  }
  // Throws for a zone that is none, here rather than at the first sample.
  seasonOf(config.timezone, 0);
  const intervalMin = intervalMs / 60_000;
  return {
    intervalMin,
    gapMaxMin: GAP_MAX_INTERVALS * intervalMin,
    periodMin: (PERIOD_PART * YEAR_MIN) / falseAlarmsPerYear,
    localDecay: localDecay(intervalMin / regions.length),
  };
}

/**
 * Why `sample` would not be fed: it is not later than the last one that was; null when it would be. Samples come in
 * order of time, those of one instant by name of region, compared by code unit.
 *
 * @throws {StatusquoError} `internal` for a region the detector does not have, or a time that is none
 */
export function refusal(state: DetectorState, sample: Pick<DetectorSample, "at" | "region">): string | null {
  const { at } = sample;
  if (isNext(state, at, regionIndex(state, sample.region))) return null;
  const last = `${state.scopes.regions[state.lastRegion] ?? "a region"} at ${state.lastAt}`;
  return `out of order: ${sample.region} at ${at} is not after ${last}`;
}

/** Whether a sample is later than the last one fed, in the order of samples. */
function isNext(state: DetectorState, at: EpochMs, region: number): boolean {
  if (!(at >= 0 && at < Infinity)) {
    throw new StatusquoError("internal", `detector: a sample's time must be epoch ms from 0 on, got ${at}`);
  }
  return at > state.lastAt || (at === state.lastAt && region > state.lastRegion);
}

/**
 * Takes one sample: changes `state` and says what it brought about, nearly always nothing. Missed slots are not fed.
 *
 * A sample that {@link refusal} has a reason against changes nothing, not even the clock: after a clock went back, the
 * detector waits until time has caught up.
 *
 * @returns events in the order they came about; not to be changed
 * @throws {StatusquoError} `internal` for a region the detector does not have, a time before 1970, or a number that went
 *   wrong: then this state is not to be used, nor stored, any more
 * @see docs/statistics.md#order
 */
export function feed(state: DetectorState, sample: DetectorSample): DetectorEvent[] {
  const { at, code } = sample;
  const region = regionIndex(state, sample.region);
  if (!isNext(state, at, region)) return NO_EVENTS;
  const bin = binOf(at);
  if (bin !== state.bin) turn(state, bin, at);
  const { pace } = state;
  const regions = state.lastAtBy.length;
  const poolGap = minutesSince(state.lastAt, at, pace.intervalMin / regions, pace.gapMaxMin);
  const regionGap = minutesSince(state.lastAtBy[region]!, at, pace.intervalMin, pace.gapMaxMin);
  const own = sample.expected ? null : ownStream(state, code);
  let told: DetectorEvent[] | null = null;
  for (let index = 0; index < state.codes.length; index++) {
    const stream = state.codes[index]!;
    told = step(state, stream, code, stream === own ? 1 : 0, at, region, poolGap, regionGap, told);
  }
  const anyBad = sample.expected || (own !== null && own.spike !== null) ? 0 : 1;
  told = step(state, state.any, code, anyBad, at, region, poolGap, regionGap, told);
  state.lastAt = at;
  state.lastRegion = region;
  state.lastAtBy[region] = at;
  // What is believed depends on what is open.
  if (told !== null) openAllGates(state);
  return told ?? NO_EVENTS;
}

/** One sample for one stream: what is usual, what the evidence says now, and what is learned from it. */
function step(
  state: DetectorState,
  stream: Stream,
  code: number,
  bad: number,
  at: EpochMs,
  region: number,
  poolGap: number,
  regionGap: number,
  told: DetectorEvent[] | null,
): DetectorEvent[] | null {
  const { usual, burst, pace, any } = state;
  const isAny = stream === any;
  const poolIntervals = poolGap / pace.intervalMin;
  const regionIntervals = regionGap / pace.intervalMin;
  readUsual(usual, stream.level, stream.seasons, stream.gates, state.season, region);
  const { usualShare } = usual;
  const testedShare = forecastBurst(burst, stream.bursts, region, usualShare, poolIntervals, regionIntervals);
  stream.usualShare = usualShare;
  stream.testedShare = testedShare;
  checkUsual(stream, usual, testedShare);

  // A spike of `any` holds every unexpected code: nothing else opens beside it.
  if (stream.spike === null && (isAny || any.spike === null)) {
    if (isResting(stream.evidence)) {
      rest(stream);
      forgetCodes(stream.evidence);
    }
    if (bad === 1) countCode(stream.evidence, code);
    const weighed =
      stream.weight *
      weigh(
        stream.evidence,
        state.scopes,
        region,
        at,
        bad,
        testedShare,
        pace.intervalMin,
        pace.gapMaxMin,
        pace.periodMin,
      );
    if (!(weighed >= 0 && weighed < Infinity)) throw wrongNumber(stream, "evidence", weighed);
    stream.lnEvidence = Math.log(weighed + 1e-30);
    stream.lnThreshold = auditThreshold(stream.audit, stream.lnEvidence, poolGap, pace.periodMin);
    if (stream.lnEvidence >= stream.lnThreshold) {
      const others = isAny ? state.codes : [any];
      const isFirst = any.spike === null && !state.codes.some(hasSpike);
      (told ??= []).push(openSpike(stream, others, state.scopes, state.config.timezone, at));
      if (isFirst) noteReturn(state.flapping, stream.spike!.onsetAt);
    }
  } else if (stream.spike !== null && state.scopes.members[stream.spike.scope]!.includes(region)) {
    const { spike } = stream;
    if (isAny && bad === 1) countCode(stream.evidence, code);
    const gapMin = sinceLastSample(stream.evidence, spike.scope, at, pace.intervalMin, pace.gapMaxMin);
    const hold = holdMin(state.flapping);
    const total = watchRecovery(spike, region, at, bad, usualShare, gapMin, hold);
    if (!(total > 0 && total < Infinity)) throw wrongNumber(stream, "recovery", total);
    if (wasUsualAllAlong(spike, at)) (told ??= []).push(...acceptSpike(state, stream, spike, null, at, "start"));
    else if (isOver(spike, at, hold)) {
      noteCalm(state.flapping, spike.onsetAt, spike.lastBadAt, spike.calmSince);
      (told ??= []).push(closeSpike(stream, spike, at, spike.lastBadAt));
    }
  }

  learn(state, stream, at, region, bad, poolGap, regionGap);
  return told;
}

function learn(
  state: DetectorState,
  stream: Stream,
  at: EpochMs,
  region: number,
  bad: number,
  poolGap: number,
  regionGap: number,
): void {
  const { usual, pace, any } = state;
  const isAny = stream === any;
  const spike = stream.spike ?? (isAny ? null : any.spike);
  const spikeMin = spike === null ? -1 : (at - spike.onsetAt) / 60_000;
  // Codes with a spike of their own are not bad for `any`, so its good samples are not to be believed then.
  const isQuiet = spike === null && !(isAny && state.codes.some(hasSpike));
  learnBurst(
    stream.bursts,
    state.burst,
    region,
    usual.usualShare,
    poolGap / pace.intervalMin,
    regionGap / pace.intervalMin,
    at,
    bad,
    spikeMin <= BURST_MAX_MIN,
  );
  if (isQuiet) {
    stream.learnedMin += poolGap;
    learnLevel(stream.level, usual, pace.localDecay, region, bad);
  }
  if (isQuiet || (spike !== null && spikeMin <= SEASON_TEACH_MIN)) {
    learnLocalTrust(stream.localTrust, usual, bad);
    learnSeason(stream.seasons, usual, bad, usual.level, usual.region);
  }
}

/** Begins the quarter of an hour `bin`, that of `at`. */
function turn(state: DetectorState, bin: number, at: EpochMs): void {
  const season = seasonOf(state.config.timezone, at);
  let changed = false;
  if (state.bin !== NEVER)
    for (const stream of [...state.codes, state.any])
      if (endQuarter(stream, bin - state.bin, state.season)) changed = true;
  if (changed) state.seasonsRevision += 1;
  state.bin = bin;
  state.season = season;
  openAllGates(state);
}

function openAllGates({ codes, any, season, config }: DetectorState): void {
  for (const stream of [...codes, any]) openGates(stream, any, season, config.timezone);
}

/** The stream of an unexpected code, made when the code is new; null when there are too many already. */
function ownStream(state: DetectorState, code: number): Stream | null {
  const known = state.codes.find((stream) => stream.name === code);
  if (known !== undefined) return known;
  // The first is 409, so the others count from 1.
  const nth = state.codes.length;
  if (nth > MAX_OTHER_CODES) return null;
  const stream = streamOfNewCode(code, otherWeight(nth), state.scopes, state.any, state.season, state.config.timezone);
  state.codes.push(stream);
  state.seasonsRevision += 1;
  return stream;
}

function regionIndex(state: DetectorState, region: Region): number {
  const { regions } = state.scopes;
  const index = regions.indexOf(region);
  if (index < 0) throw new StatusquoError("internal", `detector: region must be one of [${regions}], got "${region}"`);
  return index;
}

function minutesSince(before: EpochMs, at: EpochMs, first: number, most: number): number {
  return Math.min(before === NEVER ? first : (at - before) / 60_000, most);
}

function hasSpike(stream: Stream): boolean {
  return stream.spike !== null;
}

/** A wrong number must stop the judging: compared with anything it would only ever say "as usual". */
function checkUsual(stream: Stream, usual: Usual, testedShare: number): void {
  const { bad, seen, localBad, localDue } = stream.level;
  let all = bad + seen;
  let shares = usual.dayShare + usual.weekShare + usual.dayBlend + usual.region;
  for (let pace = 0; pace < localBad.length; pace++) {
    all += localBad[pace]! + localDue[pace]!;
    shares += usual.due[pace]!;
  }
  if (!(bad >= 0 && seen >= 0 && all >= 0 && all < Infinity)) throw wrongNumber(stream, "level", all);
  if (!(shares >= 0 && shares < Infinity)) throw wrongNumber(stream, "season", shares);
  if (!(usual.usualShare > 0 && testedShare >= usual.usualShare && testedShare < 1)) {
    throw wrongNumber(stream, "burst", testedShare);
  }
}

function wrongNumber(stream: Stream, part: string, came: number): StatusquoError {
  return new StatusquoError("internal", `detector, stream ${stream.name}, ${part}: a number went wrong, got ${came}`);
}
