/**
 * Spikes: what opening, closing and accepting one does to its stream.
 *
 * An opening takes the baseline back to where it was when nothing spoke for a change, so a spike never teaches what is
 * usual, unless it is accepted.
 */
import { BURST_MAX_MIN, forgetSpike } from "./burst.ts";
import {
  codePart,
  excursionCode,
  NEVER,
  onsetUncertainty,
  sizeBelief,
  strongestScope,
  strongestSize,
} from "./evidence.ts";
import type { EpochMs } from "./monitor.ts";
import { beliefAtOpening, isCold, type OpenSpike } from "./recovery.ts";
import { type ScopeSet, scopeAt } from "./scope.ts";
import { forgetSeasons } from "./season.ts";
import { rest, rollBack, type Stream, shareAt, withdrawEvidence } from "./stream.ts";
import type { DetectorEvent } from "./verdict.ts";

/**
 * Opens a spike on `stream`, whose evidence has just reached its threshold.
 *
 * @param others  the streams that speak about the same answers: all codes for `any`, `any` for a code
 */
export function openSpike(
  stream: Stream,
  others: readonly Stream[],
  scopes: ScopeSet,
  timezone: string | undefined,
  at: EpochMs,
): DetectorEvent {
  const { evidence, lnEvidence, lnThreshold } = stream;
  const scope = strongestScope(evidence, scopes);
  const strongest = strongestSize(evidence, scope);
  const members = scopes.members[scope]!;
  const regions = scopes.regions.length;
  const spike: OpenSpike = {
    scope,
    code: stream.name === "any" ? excursionCode(evidence) : stream.name,
    openedAt: at,
    onsetAt: evidence.runFrom[strongest]!,
    lastBadAt: at,
    calmSince: NEVER,
    cold: isCold(stream.learnedMin),
    belief: beliefAtOpening(sizeBelief(evidence, scope)),
    badBy: new Float64Array(regions),
    seenBy: new Float64Array(regions),
    bad: evidence.runBad[strongest]!,
    of: evidence.runSeen[strongest]!,
    lnEvidence,
    lnThreshold,
  };
  const uncertainty = onsetUncertainty(evidence, scope, spike.onsetAt);
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
    onsetUncertaintyMs: uncertainty,
    evidence: {
      bad: spike.bad,
      of: spike.of,
      usualShare: shareAt(stream, timezone, at, at, members.length === 1 ? members[0]! : -1),
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

/**
 * Makes the counts of an open spike the usual state of `regions` (indices), or of the monitor when null.
 *
 * The same answers are spoken about by another stream too, which would open next if it did not learn of it: with a code
 * `any` learns, with `any` the codes that it was made of.
 */
export function learnSpike(
  stream: Stream,
  spike: OpenSpike,
  codes: readonly Stream[],
  any: Stream,
  regions: readonly number[] | null,
): void {
  const { badBy, seenBy } = spike;
  learnAnew(stream, badBy, seenBy, regions);
  if (stream === any) {
    for (const code of codes) {
      const part = code.name === "any" ? 0 : codePart(any.evidence, code.name);
      if (code.spike !== null || part === 0) continue;
      const ofCode = badBy.map((bad) => bad * part);
      learnAnew(code, ofCode, seenBy, regions);
    }
  } else if (any.spike === null) {
    const otherwise = any.level.seen === 0 ? 0 : any.level.bad / any.level.seen;
    const anyBad = badBy.map((bad, region) => bad + (seenBy[region]! - bad) * otherwise);
    learnAnew(any, anyBad, seenBy, regions);
  }
}

/**
 * Replaces what is usual for `stream` by `badBy` of `seenBy`; a region without counts is then taken to be like the others
 * until it has some. With `regions`, all others keep their shares, but weigh no more than these: with all their history
 * the pool would not believe what these were taught.
 */
function learnAnew(stream: Stream, badBy: Float64Array, seenBy: Float64Array, regions: readonly number[] | null): void {
  const { level } = stream;
  const seenEach = (regions ?? []).reduce((sum, region) => sum + seenBy[region]!, 0) / (regions ?? []).length;
  for (let region = 0; region < level.seenBy.length; region++) {
    if (regions === null || regions.includes(region)) {
      level.badBy[region] = badBy[region]!;
      level.seenBy[region] = seenBy[region]!;
      continue;
    }
    const kept = Math.min(1, seenEach / Math.max(level.seenBy[region]!, 1e-9));
    level.badBy[region]! *= kept;
    level.seenBy[region]! *= kept;
  }
  level.bad = level.badBy.reduce((sum, bad) => sum + bad, 0);
  level.seen = level.seenBy.reduce((sum, seen) => sum + seen, 0);
  level.localBad.fill(0);
  level.localDue.fill(0);
  forgetSeasons(stream.seasons);
  withdrawEvidence(stream);
  rest(stream);
}
