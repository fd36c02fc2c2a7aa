/**
 * Streams: one yes/no series each, with all that is learned and held about it.
 *
 * A stream says "bad" when a sample carries its code; the stream `any` when the code is unexpected and has no open
 * spike of its own.
 */
import {
  ageLevel,
  closeLocalBin,
  copyLevel,
  type Gates,
  type Level,
  type LocalTrust,
  newGates,
  newLevel,
  newLocalTrust,
  newUsual,
  readUsual,
  setGates,
} from "./baseline.ts";
import { ageBursts, type Bursts, inheritBursts, newBursts, restBursts } from "./burst.ts";
import { seasonOf } from "./calendar.ts";
import { clearEvidence, type Evidence, NO_EVIDENCE, newEvidence } from "./evidence.ts";
import type { EpochMs } from "./monitor.ts";
import type { OpenSpike } from "./recovery.ts";
import type { ScopeSet } from "./scope.ts";
import { binOf, closeBin, inheritSeasons, newSeasons, type Seasons } from "./season.ts";
import { type Audit, ageAudit, dropExcursion, newAudit } from "./threshold.ts";
import type { StreamName } from "./verdict.ts";

export interface Stream {
  readonly name: StreamName;
  /** Its share of the budget of false alarms. */
  readonly weight: number;
  readonly level: Level;
  /** The level as at the last rest of the evidence: what an opening rolls back to. */
  readonly rested: Level;
  readonly seasons: Seasons;
  readonly localTrust: LocalTrust;
  /** For the running quarter of an hour. */
  readonly gates: Gates;
  readonly bursts: Bursts;
  readonly evidence: Evidence;
  readonly audit: Audit;
  spike: OpenSpike | null;
  /** Minutes of quiet history. */
  learnedMin: number;
  /** Of the last sample: the usual share, the share that was tested, ln A, and what it had to reach. */
  usualShare: number;
  testedShare: number;
  lnEvidence: number;
  lnThreshold: number;
}

/** A stream that knows nothing. Those of a monitor's birth have a head start, later ones do not. */
export function newStream(name: StreamName, weight: number, scopes: ScopeSet, headStart: boolean): Stream {
  const regions = scopes.regions.length;
  return {
    name,
    weight,
    level: newLevel(regions),
    rested: newLevel(regions),
    seasons: newSeasons(),
    localTrust: newLocalTrust(),
    gates: newGates(),
    bursts: newBursts(regions),
    evidence: newEvidence(scopes, headStart),
    audit: newAudit(),
    spike: null,
    learnedMin: 0,
    usualShare: 0,
    testedShare: 0,
    lnEvidence: NO_EVIDENCE,
    lnThreshold: 0,
  };
}

/** The stream of a code that appears for the first time: it has been watched as long as `any`, and was never there. */
export function streamOfNewCode(
  code: number,
  weight: number,
  scopes: ScopeSet,
  any: Stream,
  season: number,
  timezone: string | undefined,
): Stream {
  const stream = newStream(code, weight, scopes, false);
  stream.level.seen = any.level.seen;
  stream.level.seenBy.set(any.level.seenBy);
  inheritSeasons(stream.seasons, any.seasons);
  inheritBursts(stream.bursts, any.bursts);
  stream.learnedMin = any.learnedMin;
  rest(stream);
  openGates(stream, any, season, timezone);
  return stream;
}

/** Remembers level and bursts as they are now. */
export function rest(stream: Stream): void {
  copyLevel(stream.rested, stream.level);
  restBursts(stream.bursts);
}

/** Takes the level back to the last rest, so that a spike never taught it, and all evidence away. */
export function rollBack(stream: Stream): void {
  copyLevel(stream.level, stream.rested);
  withdrawEvidence(stream);
}

export function withdrawEvidence(stream: Stream): void {
  clearEvidence(stream.evidence);
  dropExcursion(stream.audit);
  stream.lnEvidence = NO_EVIDENCE;
}

/**
 * Ends the quarter of an hour `ended`, by the monitor's calendar. The gates of the next one are for the caller to set.
 *
 * @param quarters  how many have passed since it began
 * @returns whether the season's bins changed
 */
export function endQuarter(stream: Stream, quarters: number, ended: number): boolean {
  const changed = stream.seasons.seen > 0;
  if (changed) {
    closeBin(stream.seasons, ended);
    closeLocalBin(stream.localTrust);
  }
  // While a spike is open nothing ages: the baseline waits for it to end.
  if (stream.spike === null) {
    ageLevel(stream.level, quarters);
    ageLevel(stream.rested, quarters);
    ageBursts(stream.bursts, quarters);
    ageAudit(stream.audit, quarters);
  }
  return changed;
}

/**
 * Sets the gates for a quarter of an hour of the monitor's calendar. They are to be set again when a spike opens or
 * closes: one of `any` speaks about every code.
 */
export function openGates(stream: Stream, any: Stream, season: number, timezone: string | undefined): void {
  const spikeBin = spikeBinOf(stream.spike ?? any.spike, timezone);
  setGates(stream.gates, stream.seasons, stream.localTrust, season, spikeBin);
}

function spikeBinOf(spike: OpenSpike | null, timezone: string | undefined): number | null {
  return spike === null ? null : seasonOf(timezone, spike.onsetAt);
}

/**
 * The learned share of bad answers for the time `at`, as the next sample of its quarter of an hour would be compared
 * with. The local level knows only the present, so it speaks only when `at` is in the quarter of `now`.
 *
 * @param now     time of the last sample
 * @param region  index, or -1 for all together
 */
export function shareAt(
  stream: Stream,
  timezone: string | undefined,
  now: EpochMs,
  at: EpochMs,
  region: number,
): number {
  const gates = newGates();
  const usual = newUsual();
  const asked = seasonOf(timezone, at);
  setGates(gates, stream.seasons, stream.localTrust, asked, spikeBinOf(stream.spike, timezone));
  if (binOf(at) !== binOf(now)) gates.local.fill(0);
  readUsual(usual, stream.level, stream.seasons, gates, asked, region);
  return usual.usualShare;
}
