/**
 * Rows and values: how a result, its evidence and everything kept as JSON look in the file.
 *
 * The numbers here stand in every file already written: new reasons get new numbers, old ones keep theirs.
 */
import { deflateSync, inflateSync } from "node:zlib";
import type {
  AlertFacts,
  Confirmation,
  FailureReason,
  MissedReason,
  Phases,
  ProbeResult,
  StoredSlot,
} from "@statusquo/core";
import { NumberSource, putNumber, putSigned } from "./varint.ts";

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
  retry_after: -109,
  no_token: -110,
  no_proxy: -111,
} as const satisfies Record<MissedReason, number>;

/** `outcome` from here down is a missed slot; above, a sample. */
export const MISSED_FROM = -101;

const REASON_BY_OUTCOME = new Map<number, FailureReason | MissedReason>(
  [...Object.entries(FAILURE_OUTCOME), ...Object.entries(MISSED_OUTCOME)].map(([reason, outcome]) => [
    outcome,
    reason as FailureReason | MissedReason,
  ]),
);

/** What is known of a slot besides its outcome. */
export interface Marks {
  expected: boolean;
  /** Stored after its slot was judged. */
  late: boolean;
  /** Evidence was stored with it; it may be past its age since. */
  evidence: boolean;
}

/** A row of `samples`, as statements with `raw()` give it. */
export type SampleRow = [slot: number, monitor: number, region: number, outcome: number, packed: Buffer];

/** Times are kept in tenths of a millisecond. */
export const toTenths = (ms: number) => Math.round(ms * 10);
/** Names of the phases in the order they are stored. */
export const PHASES = ["dns", "connect", "tls", "firstByte", "body"] as const satisfies (keyof Phases)[];

/** Times of a sample in tenths of a millisecond; `phases` in the order of `PHASES`, null where one was not reached. */
export interface Times {
  total: number;
  phases: (number | null)[];
}

/** The first byte of `packed`: three marks, then one bit for each phase that was reached. */
const EXPECTED_BIT = 1;
const LATE_BIT = 2;
const EVIDENCE_BIT = 4;
const FIRST_PHASE_BIT = 8;

/** After the times, only where there is something to say: a second byte of marks, and the code of a confirmation. */
const UNMET_BIT = 1;
const CONFIRMED_BIT = 2;
const CONFIRMED_EXPECTED_BIT = 4;

/** The outcome of a result as a number. */
export function outcomeOf(result: ProbeResult): number {
  if (result.kind === "missed") return MISSED_OUTCOME[result.reason];
  const { outcome } = result;
  if (outcome.kind === "failure") return FAILURE_OUTCOME[outcome.reason];
  if (outcome.status >= 100 && outcome.status <= 999) return outcome.status;
  throw new RangeError(`samples: a status must be 100 to 999, got ${outcome.status} (monitor ${result.monitor})`);
}

/**
 * Marks and times as bytes: marks and phases reached; for a sample also when it started (ms after the slot), the
 * phases reached, and what the total has beyond them.
 */
export function packSlot(result: ProbeResult, marks: Omit<Marks, "evidence">): Buffer {
  let flags = (marks.expected ? EXPECTED_BIT : 0) | (marks.late ? LATE_BIT : 0);
  if (result.kind === "missed") return Buffer.from([flags]);
  if (result.evidence) flags |= EVIDENCE_BIT;
  const bytes = [0];
  putSigned(bytes, Math.round(result.startedAt - result.slot));
  let rest = toTenths(result.totalMs);
  for (const [index, name] of PHASES.entries()) {
    const ms = result.phases[name];
    if (ms === null) continue;
    const value = Math.max(toTenths(ms), 0);
    flags |= FIRST_PHASE_BIT << index;
    putNumber(bytes, value);
    rest -= value;
  }
  putSigned(bytes, rest);
  if (result.unmet || result.confirmation) {
    const { unmet, confirmation } = result;
    const confirmed = confirmation ? CONFIRMED_BIT | (confirmation.expected ? CONFIRMED_EXPECTED_BIT : 0) : 0;
    putNumber(bytes, (unmet ? UNMET_BIT : 0) | confirmed);
    if (confirmation) putNumber(bytes, confirmation.code);
  }
  bytes[0] = flags;
  return Buffer.from(bytes);
}

export function marksOf(packed: Buffer): Marks {
  const flags = packed[0] ?? 0;
  return {
    expected: (flags & EXPECTED_BIT) !== 0,
    late: (flags & LATE_BIT) !== 0,
    evidence: (flags & EVIDENCE_BIT) !== 0,
  };
}

/** What a sampled row says besides outcome and times; rows written before there was anything to say end with the times. */
export interface Remarks {
  /** The status may be expected; something else of the answer was not. */
  unmet: boolean;
  confirmation: Confirmation | null;
}

const NOTHING_REMARKED: Remarks = { unmet: false, confirmation: null };

/** The times and remarks of a sampled row; `started` is ms after the slot. Must not be asked of a missed one. */
export function timesOf(packed: Buffer): Times & Remarks & { started: number } {
  const source = new NumberSource(packed, 1);
  const flags = packed[0] ?? 0;
  const started = source.signed();
  const phases: (number | null)[] = [];
  let total = 0;
  for (let index = 0; index < PHASES.length; index++) {
    const value = (flags & (FIRST_PHASE_BIT << index)) === 0 ? null : source.number();
    total += value ?? 0;
    phases.push(value);
  }
  return { started, phases, total: total + source.signed(), ...remarksOf(source) };
}

function remarksOf(source: NumberSource): Remarks {
  if (source.atEnd()) return NOTHING_REMARKED;
  const bits = source.number();
  const isConfirmed = (bits & CONFIRMED_BIT) !== 0;
  const confirmation = isConfirmed ? { code: source.number(), expected: (bits & CONFIRMED_EXPECTED_BIT) !== 0 } : null;
  return { unmet: (bits & UNMET_BIT) !== 0, confirmation };
}

/** The code a stored outcome is counted under: the status, 0 for no answer; null when missed. */
export function codeOfOutcome(outcome: number): number | null {
  if (outcome >= 100) return outcome;
  return outcome > MISSED_FROM ? 0 : null;
}

/** A stored slot as the house knows it; `hasEvidence` is looked up by the caller, evidence goes earlier than samples. */
export function storedSlot(row: SampleRow, monitor: string, region: string, hasEvidence: boolean): StoredSlot {
  const [slot, , , outcome, packed] = row;
  const isMissed = outcome <= MISSED_FROM;
  const isFailure = outcome < 0 && !isMissed;
  const { expected, late } = marksOf(packed);
  const times = isMissed ? null : timesOf(packed);
  return {
    monitor,
    region,
    slot,
    state: isMissed ? "missed" : "sampled",
    code: codeOfOutcome(outcome),
    failure: isFailure ? ((REASON_BY_OUTCOME.get(outcome) as FailureReason | undefined) ?? null) : null,
    expected,
    late,
    missed: isMissed ? ((REASON_BY_OUTCOME.get(outcome) as MissedReason | undefined) ?? null) : null,
    startedAt: times && slot + times.started,
    totalMs: times && times.total / 10,
    phases: times && phasesOf(times.phases),
    unmet: times?.unmet ?? false,
    confirmation: times?.confirmation ?? null,
    hasEvidence,
  };
}

function phasesOf(values: (number | null)[]): Phases {
  const [dns = null, connect = null, tls = null, firstByte = null, body = null] = values.map((value) =>
    value === null ? null : value / 10,
  );
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

/** What facts written before these fields existed say of them. */
const FACTS_BEFORE = {
  host: "",
  severity: "warning",
  closedAs: null,
  deploy: null,
  cost: null,
  round: null,
  heldBack: null,
} as const satisfies Partial<AlertFacts>;

export const alertFacts = (stored: Buffer): AlertFacts => ({ ...FACTS_BEFORE, ...unpackJson<AlertFacts>(stored) });
