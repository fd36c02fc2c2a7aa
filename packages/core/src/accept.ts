/**
 * Accepting: a person says that what is open now is how it is from here on; and says, within a week, that it was a
 * mistake.
 *
 * An accept replaces what is usual. It can be taken back because what was usual before goes out as bytes, for the caller
 * to keep.
 */
import { carryBursts, carryLevel, carryRunningSeason } from "./carry.ts";
import type { DetectorState } from "./detector.ts";
import { StatusquoError } from "./errors.ts";
import { NEVER } from "./evidence.ts";
import type { EpochMs, Region } from "./monitor.ts";
import type { OpenSpike } from "./recovery.ts";
import { byName } from "./scope.ts";
import { closeSpike, learnSpike } from "./spike.ts";
import { openGates, rest, type Stream, withdrawEvidence } from "./stream.ts";
import { readingTape, type Tape, writingTape } from "./tape.ts";
import type { DetectorEvent, StreamName } from "./verdict.ts";

/** How long an accept can be undone, ms. */
export const UNDO_MS = 7 * 24 * 3_600_000;
const VERSION = 1;

/** What of the open spikes is meant; left out, all streams and all regions of each spike. */
export interface AcceptScope {
  readonly streams?: readonly StreamName[] | undefined;
  readonly regions?: readonly Region[] | undefined;
}

export type Accepted =
  /** `events`: "accepted" and "closed" for each spike. `undo`: to be kept as long as it may be undone. */
  | { kind: "accepted"; events: DetectorEvent[]; undo: Uint8Array }
  /** No spike is open in that scope; nothing has changed. */
  | { kind: "nothing"; reason: string };

export type Undone =
  | { kind: "undone"; streams: StreamName[]; acceptedAt: EpochMs }
  /** Nothing has changed. */
  | { kind: "refused"; reason: string };

/**
 * Makes the counts of open spikes, from their onsets on, the usual state of their streams, and closes them.
 *
 * With `regions`, only these learn; the others of the spike keep what was usual for them. If they are still bad, a spike
 * of their own opens within the next samples.
 *
 * @param at  epoch ms, not before the last sample
 * @see docs/statistics.md#accepting
 */
export function acceptAsUsual(state: DetectorState, at: EpochMs, scope: AcceptScope = {}): Accepted {
  // `any` first: its counts lack the codes that have a spike of their own, and learn of them from those.
  const streams = [state.any, ...state.codes];
  const meant = streams.filter(({ spike, name }) => {
    if (spike === null || (scope.streams && !scope.streams.includes(name))) return false;
    return acceptedRegions(state, spike, scope).length > 0;
  });
  if (meant.length === 0) return { kind: "nothing", reason: nothingOpen(streams, scope) };
  const undo = packUndo(state, at);
  const events = meant.flatMap((stream) => {
    const spike = stream.spike!;
    // Which region gave which of the answers before the opening is not kept; the scope's regions share them evenly.
    const members = state.scopes.members[spike.scope]!;
    for (const region of members) {
      spike.badBy[region]! += spike.bad / members.length;
      spike.seenBy[region]! += spike.of / members.length;
    }
    return acceptSpike(state, stream, spike, scope.regions ? acceptedRegions(state, spike, scope) : null, at, "person");
  });
  return { kind: "accepted", events, undo };
}

/** Accepts one spike, for the regions of these indices or, with null, for the monitor; the streams that speak about the same answers learn it too. */
export function acceptSpike(
  state: DetectorState,
  stream: Stream,
  spike: OpenSpike,
  regions: readonly number[] | null,
  at: EpochMs,
  by: "person" | "start",
): DetectorEvent[] {
  state.seasonsRevision += 1;
  let bad = 0;
  let of = 0;
  for (const region of regions ?? state.scopes.members[spike.scope]!) {
    bad += spike.badBy[region]!;
    of += spike.seenBy[region]!;
  }
  learnSpike(stream, spike, state.codes, state.any, regions);
  for (const each of [...state.codes, state.any]) openGates(each, state.any, state.season, state.config.timezone);
  const share = of === 0 ? 0 : bad / of;
  const accepted: DetectorEvent = { kind: "accepted", stream: stream.name, code: spike.code, at, share, by };
  return [accepted, closeSpike(stream, spike, at, at)];
}

function acceptedRegions(state: DetectorState, spike: OpenSpike, scope: AcceptScope): readonly number[] {
  const members = state.scopes.members[spike.scope]!;
  return members.filter((region) => scope.regions?.includes(state.scopes.regions[region]!) ?? true);
}

function nothingOpen(streams: readonly Stream[], { streams: names, regions }: AcceptScope): string {
  const open = streams.filter(({ spike }) => spike !== null).map(({ name }) => name);
  const asked = [...(names ?? []), ...(regions ?? [])].join(", ");
  if (open.length === 0) return "no spike is open, so there is nothing to accept";
  return `no spike is open for ${asked}; open are: ${open.join(", ")}`;
}

/**
 * Takes an accept back: what is usual is what was usual just before it. What was learned since is forgotten. Nothing is
 * open afterwards; if the samples are still as they were when it was accepted, a spike opens within the next of them.
 *
 * @param undo  as {@link acceptAsUsual} gave it
 * @param at    epoch ms, not before the last sample
 * @throws {StatusquoError} `store_unusable` for bytes that are damaged
 */
export function undoAccept(state: DetectorState, undo: Uint8Array, at: EpochMs): Undone {
  const tape = readingTape(undo, "undo of an accept");
  const version = tape.number(0);
  if (version !== VERSION) {
    throw new StatusquoError("store_unusable", `undo of an accept: version must be ${VERSION}, got ${version}`);
  }
  const acceptedAt = tape.number(0);
  if (at - acceptedAt > UNDO_MS) {
    const days = Math.floor((at - acceptedAt) / 86_400_000);
    return { kind: "refused", reason: `an accept can be undone within 7 days, this one is ${days} days old` };
  }
  const regions = tape.text("");
  if (regions !== regionsText(state)) {
    return {
      kind: "refused",
      reason: `it was accepted for the regions ${regions}, they are ${regionsText(state)} now`,
    };
  }
  const names = Array.from({ length: tape.number(0) }, () => tape.number(0));
  const streams = names.map((name) => (name === ANY ? state.any : state.codes.find((stream) => stream.name === name)));
  for (const stream of streams) {
    if (stream === undefined) {
      throw new StatusquoError("store_unusable", `undo of an accept: streams must be the monitor's, got [${names}]`);
    }
    carryBaseline(tape, stream);
    stream.spike = null;
    withdrawEvidence(stream);
    rest(stream);
  }
  tape.end();
  if (state.bin !== NEVER)
    for (const stream of [...state.codes, state.any]) openGates(stream, state.any, state.season, state.config.timezone);
  state.seasonsRevision += 1;
  return { kind: "undone", streams: streams.map((stream) => stream!.name), acceptedAt };
}

const ANY = -1;

function packUndo(state: DetectorState, at: EpochMs): Uint8Array {
  const tape = writingTape();
  tape.number(VERSION);
  tape.number(at);
  tape.text(regionsText(state));
  // All of them: with one stream others learn, those that speak about the same answers.
  const streams = [...state.codes, state.any];
  tape.number(streams.length);
  for (const { name } of streams) tape.number(name === "any" ? ANY : name);
  for (const stream of streams) carryBaseline(tape, stream);
  return tape.end();
}

/** The baseline as at the last rest, which is before the spike where one is open. */
function carryBaseline(tape: Tape, stream: Stream): void {
  carryLevel(tape, stream.level);
  carryRunningSeason(tape, stream.seasons);
  tape.numbers(stream.seasons.bins);
  tape.numbers(stream.localTrust.logOdds);
  tape.numbers(stream.localTrust.earned);
  carryBursts(tape, stream.bursts);
  stream.learnedMin = tape.number(stream.learnedMin);
}

function regionsText(state: DetectorState): string {
  return state.scopes.regions.toSorted(byName).join(", ");
}
