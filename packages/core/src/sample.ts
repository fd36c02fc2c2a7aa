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
  /** From start to the last byte read, or to the failure. */
  totalMs: number;
  phases: Phases;
  /** Present when the answer is unexpected, or when one was asked for; always redacted already. */
  evidence?: Evidence;
}

export interface Missed extends SlotKey {
  kind: "missed";
  reason: MissedReason;
  /** One sentence for the operator; never a secret. */
  detail?: string;
}

/** What comes home from a region for one slot. */
export type ProbeResult = Sample | Missed;

/** One HTTP exchange, secrets removed: header values and body parts that were taken out read `[removed: <rule>]`. */
export interface Evidence {
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

/** `m-<monitor>.r-<region>.s-<slot>`: the name of a slot in job ids, headers and logs. */
export function slotKeyText(key: SlotKey): string {
  return `m-${key.monitor}.r-${key.region}.s-${key.slot}`;
}
