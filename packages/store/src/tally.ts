/**
 * Tallies: what is counted of one monitor and region in one bucket of time, and how it is written.
 *
 * Tallies add up: the tally of an hour is the sum of its 5-minute tallies, whatever order they come in.
 */
import type { EpochMs, Phases } from "@statusquo/core";
import { codeOfOutcome, MISSED_FROM, marksOf, PHASES, type SampleRow, type Times, timesOf } from "./rows.ts";
import { NumberSource, putNumber } from "./varint.ts";

export const FIVE_MINUTES_MS = 300_000;
export const HOUR_MS = 3_600_000;

/** How often a code came in one stretch of 5 minutes. */
export interface Share {
  bad: number;
  of: number;
}

export interface Tally {
  probes: number;
  /** Slots by their stored outcome, which says the reason (`rows.ts`). */
  missed: Map<number, number>;
  /** Probes by code; 0 is no answer. */
  codes: Map<number, number>;
  /** Samples by `latencyStep`. */
  latency: Map<number, number>;
  /** By phase in the order of `PHASES`: tenths of a millisecond, over how many samples. */
  phases: { sum: number; of: number }[];
  /** Highest share of each code outside 2xx in any 5 minutes. */
  worst: Map<number, Share>;
  /** Of `codes`, how many were unexpected for something else than their status. */
  unmet: Map<number, number>;
}

export function newTally(): Tally {
  return {
    probes: 0,
    missed: new Map(),
    codes: new Map(),
    latency: new Map(),
    phases: PHASES.map(() => ({ sum: 0, of: 0 })),
    worst: new Map(),
    unmet: new Map(),
  };
}

/** Adds a row of `samples`; returns its times, null when it was missed. */
export function addSample(tally: Tally, [, , , outcome, packed]: SampleRow): Times | null {
  const code = codeOfOutcome(outcome);
  if (code === null) {
    count(tally.missed, outcome, 1);
    return null;
  }
  const times = timesOf(packed);
  tally.probes++;
  count(tally.codes, code, 1);
  if (times.unmet) count(tally.unmet, code, 1);
  count(tally.latency, latencyStep(times.total), 1);
  for (let index = 0; index < PHASES.length; index++) {
    const value = times.phases[index] ?? null;
    const phase = tally.phases[index];
    if (value === null || !phase) continue;
    phase.sum += value;
    phase.of++;
  }
  return times;
}

/** How often each code came, and how often nothing was seen. */
export interface CodeTally {
  probes: number;
  missed: number;
  codes: Record<number, number>;
  /** Absent when none was. */
  unmet?: Record<number, number>;
}

/** Adds what a row of `samples` answered, and nothing of how long it took. */
export function addOutcome(tally: CodeTally, [, , , outcome, packed]: SampleRow): void {
  const code = codeOfOutcome(outcome);
  if (code === null) {
    tally.missed++;
    return;
  }
  tally.probes++;
  tally.codes[code] = (tally.codes[code] ?? 0) + 1;
  // What was expected met everything, and only of the rest the remarks are worth reading.
  if (!marksOf(packed).expected && timesOf(packed).unmet) addUnmet(tally, code, 1);
}

function addUnmet(tally: CodeTally, code: number, times: number): void {
  tally.unmet ??= {};
  tally.unmet[code] = (tally.unmet[code] ?? 0) + times;
}

/** Adds all of `other` but its worst shares, which depend on what is seen as one bucket. */
export function addTally(tally: Tally, other: Tally): void {
  tally.probes += other.probes;
  for (const [reason, times] of other.missed) count(tally.missed, reason, times);
  for (const [code, times] of other.codes) count(tally.codes, code, times);
  for (const [code, times] of other.unmet) count(tally.unmet, code, times);
  for (const [step, times] of other.latency) count(tally.latency, step, times);
  for (const [index, { sum, of }] of other.phases.entries()) {
    const phase = tally.phases[index];
    if (!phase) continue;
    phase.sum += sum;
    phase.of += of;
  }
}

/** Takes over the worst shares of a part of `tally` where they are higher; between equal ones, of more samples. */
export function addWorst(tally: Tally, worst: Iterable<[code: number, share: Share]>): void {
  for (const [code, share] of worst) {
    const known = tally.worst.get(code);
    const isWorse = !known || share.bad * known.of > known.bad * share.of;
    const isFuller = known && share.bad * known.of === known.bad * share.of && share.of > known.of;
    if (isWorse || isFuller) tally.worst.set(code, share);
  }
}

/** The shares of the codes of one stretch of 5 minutes or less; only those outside 2xx. */
export function sharesOf(codes: ReadonlyMap<number, number>): [code: number, share: Share][] {
  let of = 0;
  for (const times of codes.values()) of += times;
  return [...codes].filter(([code]) => code < 200 || code > 299).map(([code, bad]) => [code, { bad, of }]);
}

export function missedOf(tally: Tally): number {
  return [...tally.missed.values()].reduce((sum, times) => sum + times, 0);
}

/** Mean of each phase, ms; null when nothing was sampled. */
export function meanPhases(tally: Tally): Phases | null {
  if (tally.probes === 0) return null;
  const [dns = null, connect = null, tls = null, firstByte = null, body = null] = tally.phases.map(({ sum, of }) =>
    of === 0 ? null : sum / of / 10,
  );
  return { dns, connect, tls, firstByte, body };
}

const STEP = Math.log(1.1);

/** Steps of a tenth: step k holds the tenths of a millisecond around 1.1^(k-1); step 0 holds none at all. */
export function latencyStep(tenths: number): number {
  return tenths <= 0 ? 0 : Math.max(1, Math.round(Math.log(tenths) / STEP) + 1);
}

/** The middle of a step, ms. Off by a twentieth at most. */
function stepMs(step: number): number {
  return step === 0 ? 0 : Math.round(1.1 ** (step - 1)) / 10;
}

/** The smallest latency that at least `share` of the samples do not exceed, ms; null when nothing was sampled. */
export function quantileOf(tally: Tally, share: number): number | null {
  let left = Math.ceil(tally.probes * share);
  for (const [step, times] of [...tally.latency].sort(([a], [b]) => a - b)) {
    left -= times;
    if (left <= 0) return stepMs(step);
  }
  return null;
}

function count(counts: Map<number, number>, key: number, times: number): void {
  counts.set(key, (counts.get(key) ?? 0) + times);
}

/** The start of the bucket of `sizeMs` that `at` lies in. */
export const bucketOf = (at: EpochMs, sizeMs: number): EpochMs => Math.floor(at / sizeMs) * sizeMs;

/**
 * A tally as bytes (`varint.ts`), in this order: how many codes, then code and
 * count of each; how many reasons, then number and count; how many latency steps, then distance from the last and
 * count; per phase how many samples and, if any, their sum; how many worst shares, then code, bad and of; and only
 * where there are any, how many codes were unmet, then code and count of each.
 */
export function packTally(tally: Tally): Buffer {
  const bytes: number[] = [];
  const put = (value: number) => putNumber(bytes, value);
  const sorted = <V>(map: Map<number, V>) => [...map].sort(([a], [b]) => a - b);
  put(tally.codes.size);
  for (const [code, times] of sorted(tally.codes)) {
    put(code);
    put(times);
  }
  put(tally.missed.size);
  for (const [reason, times] of sorted(tally.missed)) {
    put(MISSED_FROM - reason);
    put(times);
  }
  put(tally.latency.size);
  let last = 0;
  for (const [step, times] of sorted(tally.latency)) {
    put(step - last);
    put(times);
    last = step;
  }
  for (const { sum, of } of tally.phases) {
    put(of);
    if (of > 0) put(sum);
  }
  put(tally.worst.size);
  for (const [code, { bad, of }] of sorted(tally.worst)) {
    put(code);
    put(bad);
    put(of);
  }
  if (tally.unmet.size > 0) {
    put(tally.unmet.size);
    for (const [code, times] of sorted(tally.unmet)) {
      put(code);
      put(times);
    }
  }
  return Buffer.from(bytes);
}

export function unpackTally(bytes: Uint8Array): Tally {
  const tally = newTally();
  addPacked(tally, bytes);
  return tally;
}

/** Adds codes and missed slots of a packed tally, passing over how long it all took. */
export function addPackedCodes(tally: CodeTally, bytes: Uint8Array): void {
  const source = new NumberSource(bytes);
  for (let left = source.number(); left > 0; left--) {
    const code = source.number();
    const times = source.number();
    tally.codes[code] = (tally.codes[code] ?? 0) + times;
    tally.probes += times;
  }
  for (let left = source.number(); left > 0; left--) {
    source.number();
    tally.missed += source.number();
  }
  for (let left = 2 * source.number(); left > 0; left--) source.number();
  for (let index = 0; index < PHASES.length; index++) if (source.number() > 0) source.number();
  for (let left = 3 * source.number(); left > 0; left--) source.number();
  for (let left = source.atEnd() ? 0 : source.number(); left > 0; left--) {
    const code = source.number();
    addUnmet(tally, code, source.number());
  }
}

/** Adds a packed tally; of its worst shares those that are higher. Returns its own counts by code. */
export function addPacked(tally: Tally, bytes: Uint8Array): Map<number, number> {
  const source = new NumberSource(bytes);
  const codes = new Map<number, number>();
  for (let left = source.number(); left > 0; left--) {
    const code = source.number();
    const times = source.number();
    codes.set(code, times);
    count(tally.codes, code, times);
    tally.probes += times;
  }
  for (let left = source.number(); left > 0; left--) {
    const reason = MISSED_FROM - source.number();
    count(tally.missed, reason, source.number());
  }
  let step = 0;
  for (let left = source.number(); left > 0; left--) {
    step += source.number();
    count(tally.latency, step, source.number());
  }
  for (let index = 0; index < PHASES.length; index++) {
    const of = source.number();
    const phase = tally.phases[index];
    if (of === 0 || !phase) continue;
    phase.of += of;
    phase.sum += source.number();
  }
  for (let left = source.number(); left > 0; left--) {
    const code = source.number();
    const bad = source.number();
    addWorst(tally, [[code, { bad, of: source.number() }]]);
  }
  for (let left = source.atEnd() ? 0 : source.number(); left > 0; left--) {
    const code = source.number();
    count(tally.unmet, code, source.number());
  }
  return codes;
}
