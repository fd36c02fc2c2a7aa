/**
 * Spikes: what opening, closing and accepting one does to its stream.
 *
 * An opening takes the baseline back to where it was when nothing spoke for a change, so a spike never teaches what is
 * usual, unless it is accepted.
 */
import { BURST_MAX_MIN, forgetSpike } from "./burst.ts";
import { excursionCode, sizeBelief, strongestScope, strongestSize } from "./evidence.ts";
import type { EpochMs } from "./monitor.ts";
import { beliefAtOpening, isCold, type OpenSpike } from "./recovery.ts";
import { type ScopeSet, scopeAt } from "./scope.ts";
import { rest, rollBack, type Stream, shareAt, withdrawEvidence } from "./stream.ts";
import type { DetectorEvent } from "./verdict.ts";

/**
 * Opens a spike on `stream`, whose evidence has just reached its threshold.
 *
 * @param others  the streams that speak about the same answers: all codes for `any`, `any` for a code
 * @param bin     quarter of an hour of `at`
 */
export function openSpike(
  stream: Stream,
  others: readonly Stream[],
  scopes: ScopeSet,
  bin: number,
  at: EpochMs,
  region: number,
): DetectorEvent {
  const { evidence, lnEvidence, lnThreshold } = stream;
  const scope = strongestScope(evidence, scopes);
  const strongest = strongestSize(evidence, scope);
  const regions = scopes.regions.length;
  const spike: OpenSpike = {
    scope,
    code: stream.name === "any" ? excursionCode(evidence) : stream.name,
    openedAt: at,
    onsetAt: evidence.runFrom[strongest]!,
    lastBadAt: at,
    cold: isCold(stream.learnedMin),
    belief: beliefAtOpening(sizeBelief(evidence, scope)),
    badBy: new Float64Array(regions),
    seenBy: new Float64Array(regions),
    bad: evidence.runBad[strongest]!,
    of: evidence.runSeen[strongest]!,
    lnEvidence,
    lnThreshold,
  };
  stream.spike = spike;
  rollBack(stream);
  for (const other of others) if (other.spike === null) rollBack(other);
  return {
    kind: "opened",
    stream: stream.name,
    code: spike.code,
    at,
    scope: scopeAt(scopes, scope),
    onsetAt: spike.onsetAt,
    onsetUncertaintyMs: 0,
    evidence: {
      bad: spike.bad,
      of: spike.of,
      usualShare: shareAt(stream, bin, at, region),
      usualBad: stream.level.bad,
      usualOf: stream.level.seen,
      lnEvidence,
      lnThreshold,
    },
  };
}

/**
 * Closes a spike. What it taught about bursts stays only when it was none.
 *
 * @param wrongUntil  until when it is held to have lasted
 */
export function closeSpike(stream: Stream, spike: OpenSpike, at: EpochMs, wrongUntil: EpochMs): DetectorEvent {
  stream.spike = null;
  withdrawEvidence(stream);
  if ((wrongUntil - spike.onsetAt) / 60_000 > BURST_MAX_MIN) forgetSpike(stream.bursts);
  rest(stream);
  return {
    kind: "closed",
    stream: stream.name,
    code: spike.code,
    at,
    onsetAt: spike.onsetAt,
    lastBadAt: spike.lastBadAt,
  };
}

/** Makes the counts `badBy` of `seenBy`, per region, the baseline, and closes the spike. */
export function acceptSpike(
  stream: Stream,
  spike: OpenSpike,
  at: EpochMs,
  badBy: Float64Array,
  seenBy: Float64Array,
): DetectorEvent[] {
  const { level } = stream;
  level.badBy.set(badBy);
  level.seenBy.set(seenBy);
  level.bad = badBy.reduce((sum, bad) => sum + bad, 0);
  level.seen = seenBy.reduce((sum, seen) => sum + seen, 0);
  level.localBad.fill(0);
  level.localDue.fill(0);
  const share = level.seen === 0 ? 0 : level.bad / level.seen;
  return [{ kind: "accepted", stream: stream.name, code: spike.code, at, share }, closeSpike(stream, spike, at, at)];
}
