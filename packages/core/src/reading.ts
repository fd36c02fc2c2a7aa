/**
 * Readings: what a detector holds at a moment, for those who show or explain it. Nothing here changes a state.
 */
import type { DetectorState } from "./detector.ts";
import { excursionCode, strongestScope, strongestSize } from "./evidence.ts";
import type { EpochMs, Region } from "./monitor.ts";
import { countsSinceOpening } from "./recovery.ts";
import { type Stream, shareAt, streamOfNewCode } from "./stream.ts";
import type { StreamName, StreamReading } from "./verdict.ts";

/**
 * One reading per stream after the last sample, strongest first: open spikes, then by ln A.
 *
 * While a spike is open, ln A and threshold are those it opened with, and its counts run from the onset on. A stream
 * that is part of an open spike of `any`, and one without a sample yet, has no evidence: ln A is about -69.
 */
export function readings(state: DetectorState): StreamReading[] {
  return [...state.codes, state.any]
    .map((stream) => readingOf(state, stream))
    .sort((first, second) => Number(second.open) - Number(first.open) || second.lnEvidence - first.lnEvidence);
}

function readingOf(state: DetectorState, stream: Stream): StreamReading {
  const { spike, evidence } = stream;
  if (spike !== null) {
    const since = countsSinceOpening(spike);
    return {
      stream: stream.name,
      code: spike.code,
      lnEvidence: spike.lnEvidence,
      lnThreshold: spike.lnThreshold,
      usualShare: stream.usualShare,
      bad: spike.bad + since.bad,
      of: spike.of + since.of,
      open: true,
    };
  }
  const strongest = strongestSize(evidence, strongestScope(evidence, state.scopes));
  const running = evidence.run[strongest]! > 1;
  const bad = running ? evidence.runBad[strongest]! : 0;
  return {
    stream: stream.name,
    code: stream.name !== "any" ? stream.name : bad > 0 ? excursionCode(evidence) : null,
    lnEvidence: stream.lnEvidence,
    lnThreshold: stream.lnThreshold,
    usualShare: stream.usualShare,
    bad,
    of: running ? evidence.runSeen[strongest]! : 0,
    open: false,
  };
}

/**
 * The learned share of bad answers, 0 to 1, for the time `at`, by the formula the verdict uses. A code that never came
 * has a share too: what would be usual for it if it came now.
 *
 * For the quarter of an hour of the last sample it is what the next sample is compared with. For other times the local
 * level is left out, because it knows only the present.
 *
 * @param region  one of the monitor's, or left out for all together
 */
export function usualShare(state: DetectorState, stream: StreamName, at: EpochMs, region?: Region): number {
  const index = region === undefined ? -1 : state.scopes.regions.indexOf(region);
  return shareAt(streamNamed(state, stream), state.config.timezone, state.lastAt, at, index);
}

/** The discounted counts behind a stream's level, over all regions: `bad` of `of`. */
export function usualCounts(state: DetectorState, stream: StreamName): { bad: number; of: number } {
  const { level } = streamNamed(state, stream);
  return { bad: level.bad, of: level.seen };
}

/** Minutes of quiet history that the detector has learned from. */
export function learnedMin(state: DetectorState): number {
  return state.any.learnedMin;
}

function streamNamed(state: DetectorState, name: StreamName): Stream {
  if (name === "any") return state.any;
  const known = state.codes.find((stream) => stream.name === name);
  return known ?? streamOfNewCode(name, 0, state.scopes, state.any, Math.max(state.season, 0), state.config.timezone);
}
