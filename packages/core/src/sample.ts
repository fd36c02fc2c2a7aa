/**
 * Samples: what a probe met, or why there is nothing to know.
 *
 * `(monitor, region, slot)` is the identity everywhere. A slot's state only rises: none < missed < sampled.
 * A status is only ever one that the target really sent.
 */
import type { CertificateFacts } from "./connection.ts";
import type { DefinitionVersion, EpochMs, MonitorId, Region } from "./monitor.ts";

/** Why a target gave no answer. All of these are the target's doing, as seen from the region. */
export type FailureReason = "timeout" | "dns" | "connect" | "tls" | "protocol";
export const FAILURE_REASONS = ["timeout", "dns", "connect", "tls", "protocol"] as const satisfies FailureReason[];

/** What a probe met. `status` is 100 to 999 as sent; a failure says in which way there was no answer. */
export type Outcome = { kind: "status"; status: number } | { kind: "failure"; reason: FailureReason; detail: string };

/** Milliseconds, fractions allowed; null for a phase that was not reached or does not exist (tls of plain http). */
export interface Phases {
  dns: number | null;
  connect: number | null;
  tls: number | null;
  firstByte: number | null;
  body: number | null;
}

/** Why a slot has no sample. All of these are ours: none reaches baseline, uptime or incidents. */
export type MissedReason =
  | "stalled" // the scheduler was not running, or woke too late
  | "not_offered" // the transport would not take the job
  | "expired" // a worker took the job after its deadline
  | "no_result" // offered, and nothing came home within the grace
  | "blocked" // the address may not be dialled by this definition
  | "resource" // the worker had no socket, memory or descriptor left
  | "unresolved" // a ${…} reference has no value where the probe runs
  | "unsupported" // the worker does not know this job or definition
  | "retry_after" // the target asked to be left alone (429 with Retry-After), and was
  | "no_token" // the token server gave none, so the target was not asked
  | "no_proxy"; // the definition's proxy could not be reached, or would not let us through
export const MISSED_REASONS = [
  "stalled",
  "not_offered",
  "expired",
  "no_result",
  "blocked",
  "resource",
  "unresolved",
  "unsupported",
  "retry_after",
  "no_token",
  "no_proxy",
] as const satisfies MissedReason[];

/** Identity of a slot in a region. */
export interface SlotKey {
  monitor: MonitorId;
  region: Region;
  slot: EpochMs;
}

export interface Sample extends SlotKey {
  kind: "sampled";
  version: DefinitionVersion;
  /** When the probe began, by the clock of its region. */
  startedAt: EpochMs;
  outcome: Outcome;
  /** Of the deciding step, from its start to the last byte read, or to the failure; so are `phases`. */
  totalMs: number;
  phases: Phases;
  /** Why the answer is unexpected where the status alone does not say so; absent otherwise. */
  unmet?: Unmet;
  /** What the same probe met when it was made once more; shown, and never judged. */
  confirmation?: Confirmation;
  /** Present when the answer is unexpected, or when one was asked for; always redacted already. */
  evidence?: Evidence;
}

/** An expectation that was not met. */
export interface Unmet {
  /** Name of the step that decided; null when the probe is one request. */
  step: string | null;
  /** `$.status was "degraded", expected "ok"`; secrets removed already. */
  what: string;
}

/** A second look at an unexpected answer, in the same slot. */
export interface Confirmation {
  /** The status, 0 for no answer. */
  code: number;
  expected: boolean;
}

export interface Missed extends SlotKey {
  kind: "missed";
  reason: MissedReason;
  /** One sentence for the operator; never a secret. */
  detail?: string;
}

/** What comes home from a region for one slot. */
export type ProbeResult = Sample | Missed;

/**
 * A probe as it may be shown: the exchange that decided and, of a probe with steps, the others.
 */
export interface Evidence extends ExchangeEvidence {
  /** As in the sample. */
  unmet?: Unmet;
  /** Every request of a probe with several, in the order they were made, cleanup last. */
  steps?: StepEvidence[];
}

export interface StepEvidence {
  name: string;
  role: "step" | "cleanup";
  /** Whether it gave the sample its outcome. */
  decided: boolean;
  /** What came: `200`, `no answer: timeout, …`, or why it was not made. */
  said: string;
  /** Why it did not do what was asked of it; null when it did. */
  problem: string | null;
  totalMs: number | null;
  phases: Phases | null;
  /** What was kept of its answer; secret values read `[removed: saved secret]`. */
  saved: [name: string, value: string][];
  /** Null for the deciding one, which the evidence itself holds, and for one that was not made. */
  exchange: ExchangeEvidence | null;
}

/** One HTTP exchange, secrets removed: header values and body parts that were taken out read `[removed: <rule>]`. */
export interface ExchangeEvidence {
  request: { method: string; url: string; headers: [name: string, value: string][]; body: string | null };
  response: {
    status: number;
    reason: string;
    httpVersion: string;
    headers: [name: string, value: string][];
    body: string;
    /** Bytes received before reading stopped; `truncated` when there was more. */
    bodyBytes: number;
    truncated: boolean;
  } | null;
  /** The address dialled, as text; null when none was. */
  remoteAddress: string | null;
  /** What went wrong after a valid head, if anything. */
  bodyError: string | null;
  /** The certificate the target showed, also when it was refused; absent over plain http. */
  certificate?: CertificateFacts;
  /** The proxy in between, `host:port`; then the address dialled is the proxy's. */
  proxy?: string;
}

/** The code the detector, the roll-ups and the charts count: the status, or 0 for no answer. */
export function codeOf(outcome: Outcome): number {
  return outcome.kind === "status" ? outcome.status : 0;
}

/** What was not met, with the step it was: `step "1 GET /documents/7": 409, expected 2xx`. */
export function unmetText({ step, what }: Unmet): string {
  return step === null ? what : `step "${step}": ${what}`;
}

/** `m-<monitor>.r-<region>.s-<slot>`: the name of a slot in job ids, headers and logs. */
export function slotKeyText(key: SlotKey): string {
  return `m-${key.monitor}.r-${key.region}.s-${key.slot}`;
}
