/**
 * Rows and values: how a result, its evidence and everything kept as JSON look in the file.
 *
 * The numbers here stand in every file already written: new reasons get new numbers, old ones keep theirs.
 */
import { deflateSync, inflateSync } from "node:zlib";
import type { FailureReason, MissedReason, Phases, ProbeResult, StoredSlot } from "@statusquo/core";

const FAILURE_OUTCOME = {
  timeout: -1,
  dns: -2,
  connect: -3,
  tls: -4,
  protocol: -5,
} as const satisfies Record<FailureReason, number>;

const MISSED_OUTCOME = {
  stalled: -101,
  not_offered: -102,
  expired: -103,
  no_result: -104,
  blocked: -105,
  resource: -106,
  unresolved: -107,
  unsupported: -108,
} as const satisfies Record<MissedReason, number>;

/** `outcome` from here down is a missed slot; above, a sample. */
export const MISSED_FROM = -101;

const REASON_BY_OUTCOME = new Map<number, FailureReason | MissedReason>(
  [...Object.entries(FAILURE_OUTCOME), ...Object.entries(MISSED_OUTCOME)].map(([reason, outcome]) => [
    outcome,
    reason as FailureReason | MissedReason,
  ]),
);

/** Bits of `samples.marks`. */
export const MARK_EXPECTED = 1;
export const MARK_LATE = 2;
export const MARK_EVIDENCE = 4;

/** A row of `samples` after its key, in the order of the columns. */
export type SampleColumns = [
  outcome: number,
  marks: number,
  started: number | null,
  total: number | null,
  dns: number | null,
  connect: number | null,
  tls: number | null,
  firstByte: number | null,
  body: number | null,
];

/** A whole row of `samples`, as statements with `raw()` give it. */
export type SampleRow = [slot: number, monitor: number, region: number, ...columns: SampleColumns];

/** Times are kept in tenths of a millisecond. */
export const toTenths = (ms: number) => Math.round(ms * 10);
const tenths = (ms: number | null) => (ms === null ? null : toTenths(ms));
const fromTenths = (value: number | null) => (value === null ? null : value / 10);

export function sampleColumns(result: ProbeResult, marks: { expected: boolean; late: boolean }): SampleColumns {
  const bits = (marks.expected ? MARK_EXPECTED : 0) | (marks.late ? MARK_LATE : 0);
  if (result.kind === "missed") {
    return [MISSED_OUTCOME[result.reason], bits, null, null, null, null, null, null, null];
  }
  const { outcome, phases } = result;
  if (outcome.kind === "status" && !(outcome.status >= 100 && outcome.status <= 999)) {
    throw new RangeError(`samples: a status must be 100 to 999, got ${outcome.status} (${result.monitor})`);
  }
  return [
    outcome.kind === "status" ? outcome.status : FAILURE_OUTCOME[outcome.reason],
    result.evidence ? bits | MARK_EVIDENCE : bits,
    Math.round(result.startedAt - result.slot),
    toTenths(result.totalMs),
    tenths(phases.dns),
    tenths(phases.connect),
    tenths(phases.tls),
    tenths(phases.firstByte),
    tenths(phases.body),
  ];
}

/** The code a stored outcome is counted under: the status, 0 for no answer; null when missed. */
export function codeOfOutcome(outcome: number): number | null {
  if (outcome >= 100) return outcome;
  return outcome > MISSED_FROM ? 0 : null;
}

export function missedReason(outcome: number): MissedReason | null {
  return outcome > MISSED_FROM ? null : ((REASON_BY_OUTCOME.get(outcome) as MissedReason | undefined) ?? null);
}

/** A stored slot as the house knows it; `hasEvidence` is looked up by the caller, evidence goes earlier than samples. */
export function storedSlot(row: SampleRow, monitor: string, region: string, hasEvidence: boolean): StoredSlot {
  const [slot, , , outcome, marks, started, total, dns, connect, tls, firstByte, body] = row;
  const isMissed = outcome <= MISSED_FROM;
  const isFailure = outcome < 0 && !isMissed;
  return {
    monitor,
    region,
    slot,
    state: isMissed ? "missed" : "sampled",
    code: codeOfOutcome(outcome),
    failure: isFailure ? ((REASON_BY_OUTCOME.get(outcome) as FailureReason | undefined) ?? null) : null,
    expected: (marks & MARK_EXPECTED) !== 0,
    late: (marks & MARK_LATE) !== 0,
    missed: missedReason(outcome),
    startedAt: started === null ? null : slot + started,
    totalMs: fromTenths(total),
    phases: isMissed ? null : phasesOf([dns, connect, tls, firstByte, body]),
    hasEvidence,
  };
}

/** Names of the phases in the order they are stored. */
export const PHASES = ["dns", "connect", "tls", "firstByte", "body"] as const satisfies (keyof Phases)[];

function phasesOf(values: (number | null)[]): Phases {
  const [dns = null, connect = null, tls = null, firstByte = null, body = null] = values.map(fromTenths);
  return { dns, connect, tls, firstByte, body };
}

/** JSON shorter than this is not worth deflating. */
const DEFLATE_FROM_BYTES = 512;

/** A value as JSON, deflated when it is long. The first byte tells: `x` for zlib, anything else is JSON. */
export function packJson(value: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(value));
  if (json.length <= DEFLATE_FROM_BYTES) return json;
  return deflateSync(json);
}

export function unpackJson<T>(packed: Buffer): T {
  const isDeflated = packed[0] === 0x78;
  return JSON.parse((isDeflated ? inflateSync(packed) : packed).toString("utf8")) as T;
}
