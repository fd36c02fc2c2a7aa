/**
 * Packing: a detector as bytes and back, so that a restart goes on where it was.
 *
 * Feeding an unpacked detector gives the very numbers that feeding the packed one would have given.
 */
import { seasonOf } from "./calendar.ts";
import { carryBursts, carryLevel, carryRunningSeason, perSlot } from "./carry.ts";
import { type DetectorConfig, type DetectorState, startDetector } from "./detector.ts";
import { StatusquoError } from "./errors.ts";
import { countRestless, type Evidence, NEVER, SIZE_COUNT } from "./evidence.ts";
import type { Region } from "./monitor.ts";
import type { PackedDetector } from "./ports.ts";
import type { OpenSpike } from "./recovery.ts";
import { byName, type ScopeSet } from "./scope.ts";
import { BIN_MS } from "./season.ts";
import { newStream, openGates, rest, type Stream } from "./stream.ts";
import { readingTape, type Tape, writingTape } from "./tape.ts";

/** Raised whenever the order or the meaning of what is packed changes. */
const VERSION = 2;
const NO_CODE = -1;

/**
 * The state as bytes: `live`, which every sample changes (about 4 kB for three regions and two streams), and `seasons`
 * (18 kB a stream), which changes only with `state.seasonsRevision`, mostly once in a quarter of an hour. `live` names
 * the revision of the seasons it belongs to.
 *
 * @param storedRevision  revision of the seasons that are stored already; they are null then, unless they have changed
 */
export function packDetector(state: DetectorState, storedRevision?: number): PackedDetector {
  const isStored = storedRevision === state.seasonsRevision;
  return { live: packLive(state), seasons: isStored ? null : packSeasons(state) };
}

function packLive(state: DetectorState): Uint8Array {
  const tape = writingTape();
  tape.number(VERSION);
  tape.number(state.scopes.regions.length);
  for (const region of state.scopes.regions) tape.text(region);
  tape.text(state.config.timezone ?? "UTC");
  tape.number(state.codes.length);
  for (const { name, weight } of state.codes) {
    tape.number(Number(name));
    tape.number(weight);
  }
  tape.number(state.pace.periodMin);
  carryDetector(tape, state);
  return tape.end();
}

function packSeasons(state: DetectorState): Uint8Array {
  const tape = writingTape();
  tape.number(VERSION);
  tape.number(state.seasonsRevision);
  for (const stream of [...state.codes, state.any]) tape.numbers(stream.seasons.bins);
  return tape.end();
}

/**
 * The detector that was packed, for `config`. Another budget or interval is taken over as it stands. When regions have
 * changed, evidence is cleared and all counts are kept; an open spike whose regions are not all left is from here on
 * judged by all regions.
 *
 * @throws {StatusquoError} `store_unusable` for bytes of another version, damaged bytes, or parts that do not belong
 *   together; `internal` for a config out of range
 * @see docs/statistics.md#state
 */
export function unpackDetector(
  config: DetectorConfig,
  packed: { live: Uint8Array; seasons: Uint8Array },
): DetectorState {
  const tape = readingTape(packed.live, "detector state, live");
  checkVersion(tape, "live");
  const regions = Array.from({ length: tape.number(0) }, () => tape.text(""));
  const timezone = tape.text("");
  const state = startDetector({ ...config, regions });
  state.codes.length = 0;
  for (let left = tape.number(0); left > 0; left--) {
    state.codes.push(newStream(tape.number(0), tape.number(0), state.scopes, false));
  }
  const periodMin = tape.number(0);
  carryDetector(tape, state);
  tape.end();
  if (state.bin !== NEVER) state.season = seasonOf(config.timezone, state.bin * BIN_MS);
  readSeasons(state, packed.seasons);
  if (timezone !== (config.timezone ?? "UTC")) moveSeasons(state, timezone);
  if (periodMin !== state.pace.periodMin) rescale(state, periodMin / state.pace.periodMin);
  const same = String(config.regions.toSorted(byName)) === String(state.scopes.regions);
  return same ? { ...state, config } : withRegions(state, config);
}

function readSeasons(state: DetectorState, bytes: Uint8Array): void {
  const tape = readingTape(bytes, "detector state, seasons");
  checkVersion(tape, "seasons");
  const revision = tape.number(0);
  if (revision !== state.seasonsRevision) {
    const wanted = `must be of revision ${state.seasonsRevision} as the live part says`;
    throw new StatusquoError("store_unusable", `detector state, seasons: ${wanted}, got ${revision}`);
  }
  for (const stream of [...state.codes, state.any]) {
    tape.numbers(stream.seasons.bins);
  }
  tape.end();
  // Gates follow from seasons, trust and spikes, none of which has changed since they were set.
  if (state.bin !== NEVER)
    for (const stream of [...state.codes, state.any]) openGates(stream, state.any, state.season, state.config.timezone);
}

function checkVersion(tape: Tape, part: string): void {
  const version = tape.number(0);
  if (version !== VERSION) {
    throw new StatusquoError("store_unusable", `detector state, ${part}: version must be ${VERSION}, got ${version}`);
  }
}

function carryDetector(tape: Tape, state: DetectorState): void {
  state.bin = tape.number(state.bin);
  state.lastAt = tape.number(state.lastAt);
  state.lastRegion = tape.number(state.lastRegion);
  tape.numbers(state.lastAtBy);
  state.seasonsRevision = tape.number(state.seasonsRevision);
  const { flapping } = state;
  flapping.calmSince = tape.number(flapping.calmSince);
  flapping.returns = tape.number(flapping.returns);
  flapping.longestCalmMin = tape.number(flapping.longestCalmMin);
  for (const stream of [...state.codes, state.any]) carryStream(tape, stream);
}

function carryStream(tape: Tape, stream: Stream): void {
  carryLevel(tape, stream.level);
  carryLevel(tape, stream.rested);
  const { seasons, localTrust, audit } = stream;
  carryRunningSeason(tape, seasons);
  tape.numbers(localTrust.logOdds);
  tape.numbers(localTrust.earned);
  carryBursts(tape, stream.bursts);
  carryEvidence(tape, stream.evidence);
  audit.inExcursion = tape.number(Number(audit.inExcursion)) === 1;
  audit.peak = tape.number(audit.peak);
  audit.excursions = tape.number(audit.excursions);
  audit.watchedMin = tape.number(audit.watchedMin);
  stream.learnedMin = tape.number(stream.learnedMin);
  stream.usualShare = tape.number(stream.usualShare);
  stream.testedShare = tape.number(stream.testedShare);
  stream.lnEvidence = tape.number(stream.lnEvidence);
  stream.lnThreshold = tape.number(stream.lnThreshold);
  const isOpen = tape.number(Number(stream.spike !== null)) === 1;
  stream.spike = isOpen ? carrySpike(tape, stream.spike ?? blankSpike(stream.level.badBy.length)) : null;
}

/** Runs at 1 or below begin anew with the next sample, so only the others are carried: at rest there are few. */
function carryEvidence(tape: Tape, evidence: Evidence): void {
  const { statistic, onsetMean, onsetVariance, byScope, sampledAt, codes, codeCounts } = evidence;
  for (const numbers of [statistic, onsetMean, onsetVariance, byScope, sampledAt]) tape.numbers(numbers);
  const { run, runFrom, runBad, runSeen } = evidence;
  const runs = tape.number(run.reduce((count, ratio) => (ratio > 1 ? count + 1 : count), 0));
  let index = -1;
  for (let nth = 0; nth < runs; nth++) {
    index += 1;
    if (tape.writes) while (run[index]! <= 1) index += 1;
    index = tape.number(index);
    run[index] = tape.number(run[index]!);
    runFrom[index] = tape.number(runFrom[index]!);
    runBad[index] = tape.number(runBad[index]!);
    runSeen[index] = tape.number(runSeen[index]!);
  }
  countRestless(evidence);
  const different = tape.number(codes.length);
  for (let nth = 0; nth < different; nth++) {
    codes[nth] = tape.number(codes[nth] ?? 0);
    codeCounts[nth] = tape.number(codeCounts[nth] ?? 0);
  }
}

function carrySpike(tape: Tape, spike: OpenSpike): OpenSpike {
  const scope = tape.number(spike.scope);
  const code = tape.number(spike.code ?? NO_CODE);
  const carried: OpenSpike = {
    scope,
    code: code === NO_CODE ? null : code,
    openedAt: tape.number(spike.openedAt),
    onsetAt: tape.number(spike.onsetAt),
    lastBadAt: tape.number(spike.lastBadAt),
    calmSince: tape.number(spike.calmSince),
    cold: tape.number(Number(spike.cold)) === 1,
    belief: spike.belief,
    badBy: spike.badBy,
    seenBy: spike.seenBy,
    bad: tape.number(spike.bad),
    of: tape.number(spike.of),
    lnEvidence: tape.number(spike.lnEvidence),
    lnThreshold: tape.number(spike.lnThreshold),
  };
  for (const numbers of [carried.belief, carried.badBy, carried.seenBy]) tape.numbers(numbers);
  return carried;
}

function blankSpike(regions: number): OpenSpike {
  return {
    scope: 0,
    code: null,
    openedAt: 0,
    onsetAt: 0,
    lastBadAt: 0,
    calmSince: NEVER,
    cold: false,
    belief: new Float64Array(SIZE_COUNT + 1),
    badBy: new Float64Array(regions),
    seenBy: new Float64Array(regions),
    bad: 0,
    of: 0,
    lnEvidence: 0,
    lnThreshold: 0,
  };
}

/** Another time zone: what was learned for an hour by the old clock is known for that hour by the new one. */
function moveSeasons(state: DetectorState, timezone: string): void {
  if (state.bin === NEVER) return;
  const later = state.season - seasonOf(timezone, state.bin * BIN_MS);
  for (const stream of [...state.codes, state.any]) {
    const { dayBad, daySeen, dayTrust, weekBad, weekSeen, weekTrust } = stream.seasons;
    for (const bins of [dayBad, daySeen, dayTrust, weekBad, weekSeen, weekTrust]) {
      const before = bins.slice();
      for (let bin = 0; bin < bins.length; bin++) bins[(bin + later + bins.length) % bins.length] = before[bin]!;
    }
  }
  for (const stream of [...state.codes, state.any]) openGates(stream, state.any, state.season, state.config.timezone);
  state.seasonsRevision += 1;
}

/** The statistic grows with time over period, so for another period it would have been as much larger or smaller. */
function rescale(state: DetectorState, factor: number): void {
  for (const { evidence } of [...state.codes, state.any]) {
    for (let index = 0; index < evidence.statistic.length; index++) evidence.statistic[index]! *= factor;
    for (let scope = 0; scope < evidence.byScope.length; scope++) evidence.byScope[scope]! *= factor;
  }
}

/** The same history seen from other regions. */
function withRegions(from: DetectorState, config: DetectorConfig): DetectorState {
  const state = startDetector(config);
  const { regions } = state.scopes;
  const before = from.scopes.regions;
  state.bin = from.bin;
  state.season = from.season;
  state.lastAt = from.lastAt;
  state.lastRegion = regions.indexOf(before[from.lastRegion]!);
  state.seasonsRevision = from.seasonsRevision;
  move(state.lastAtBy, from.lastAtBy, regions, before, 0);
  Object.assign(state.flapping, from.flapping);
  state.codes.length = 0;
  for (const code of from.codes) {
    const stream = newStream(code.name, code.weight, state.scopes, false);
    moveStream(stream, code, state.scopes, from.scopes);
    state.codes.push(stream);
  }
  const any = newStream("any", from.any.weight, state.scopes, false);
  moveStream(any, from.any, state.scopes, from.scopes);
  return { ...state, any };
}

function moveStream(stream: Stream, from: Stream, scopes: ScopeSet, before: ScopeSet): void {
  const names = scopes.regions;
  const was = before.regions;
  const { level, bursts } = stream;
  level.bad = from.level.bad;
  level.seen = from.level.seen;
  move(level.badBy, from.level.badBy, names, was, 0);
  move(level.seenBy, from.level.seenBy, names, was, 0);
  level.localBad.set(from.level.localBad);
  level.localDue.set(from.level.localDue);
  const { bad, seen, dayEarned, weekEarned } = from.seasons;
  Object.assign(stream.seasons, { bad, seen, dayEarned, weekEarned });
  stream.seasons.bins.set(from.seasons.bins);
  stream.localTrust.logOdds.set(from.localTrust.logOdds);
  stream.localTrust.earned.set(from.localTrust.earned);
  stream.gates.day.set(from.gates.day);
  stream.gates.week.set(from.gates.week);
  stream.gates.local.set(from.gates.local);
  for (const place of [0, 1] as const) Object.assign(bursts.counts[place], from.bursts.counts[place]);
  const slots = perSlot(from.bursts);
  for (const [nth, numbers] of perSlot(bursts).entries()) {
    numbers[0] = slots[nth]![0]!;
    move(numbers, slots[nth]!, names, was, 1);
  }
  Object.assign(stream.audit, { excursions: from.audit.excursions, watchedMin: from.audit.watchedMin });
  stream.learnedMin = from.learnedMin;
  rest(stream);
  if (from.spike !== null) {
    const badBy = new Float64Array(names.length);
    const seenBy = new Float64Array(names.length);
    move(badBy, from.spike.badBy, names, was, 0);
    move(seenBy, from.spike.seenBy, names, was, 0);
    const inside = from.spike.scope === 0 ? names : before.members[from.spike.scope]!.map((region) => was[region]!);
    stream.spike = { ...from.spike, scope: scopeOver(scopes, inside), badBy, seenBy };
    const { lnEvidence, lnThreshold } = from.spike;
    Object.assign(stream, { lnEvidence, lnThreshold });
  }
}

/** The scope that holds exactly `regions`, or else all. */
function scopeOver(scopes: ScopeSet, regions: readonly Region[]): number {
  const wanted = String(regions.toSorted(byName));
  return Math.max(
    0,
    scopes.members.findIndex((held) => String(held.map((region) => scopes.regions[region])) === wanted),
  );
}

/** Copies what belongs to a region's name; others stay as they are. Region r stands at r + `offset`. */
function move(
  into: Float64Array,
  from: Float64Array,
  regions: readonly Region[],
  before: readonly Region[],
  offset: number,
): void {
  for (const [index, region] of regions.entries()) {
    const was = before.indexOf(region);
    if (was >= 0) into[index + offset] = from[was + offset]!;
  }
}
