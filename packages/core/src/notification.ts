/**
 * Notifications: one message to one recipient on one channel about one transition of an incident.
 *
 * It is a row before anybody is told. Its key never changes, so that a message which had to be sent twice is recognised.
 */
import type { Cause } from "./conflict.ts";
import type { TransitionKind } from "./incident.ts";
import type { EpochMs, MonitorId, Region, SourcePlace } from "./monitor.ts";
import type { Evidence } from "./sample.ts";
import type { Scope } from "./verdict.ts";

/** What each region answered in the last slots: `codes` oldest first, 0 no answer, null nothing known. */
export interface ProbeMatrix {
  /** The slots, oldest first; every row has one code for each. */
  slots: EpochMs[];
  rows: { region: Region; codes: (number | null)[]; bad: number; of: number }[];
}

/** Everything a message says, as it was when the transition was decided. Wording is made from this alone. */
export interface AlertFacts {
  kind: TransitionKind;
  reason: string;
  at: EpochMs;
  incident: number;
  monitor: { id: MonitorId; name: string; method: string; path: string; tags: string[]; source: SourcePlace };
  code: number | null;
  codes: number[];
  scope: Scope;
  onsetAt: EpochMs;
  onsetUncertaintyMs: number;
  openedAt: EpochMs;
  resolvedAt: EpochMs | null;
  /** In the scope, since the onset. */
  seen: { bad: number; of: number };
  usual: { share: number; bad: number; of: number };
  lnEvidence: number;
  falseAlarmsPerYear: number;
  matrix: ProbeMatrix;
  /** Likeliest first, at most three; empty when no 409 is part of it. */
  causes: Cause[];
  /** One response that shows it, secrets removed already. */
  example: { region: Region; at: EpochMs; totalMs: number; evidence: Evidence } | null;
  acknowledgedAt: EpochMs | null;
  /** Base of links, without a slash at its end; null when none is configured. */
  publicUrl: string | null;
}

export interface Notification {
  /** `inc-412.2.oncall.<recipient>`: incident, transition, channel, recipient. */
  key: string;
  incident: number;
  seq: number;
  kind: TransitionKind;
  channel: string;
  recipient: string;
  facts: AlertFacts;
  createdAt: EpochMs;
}

/** A notification that is not settled yet. */
export interface OutboxRow extends Notification {
  attempts: number;
  dueAt: EpochMs;
  lastError: string | null;
}

/** What became of one attempt. */
export type DeliveryResult =
  | { kind: "delivered"; said: string }
  /**
   * May work later. `afterMs` is what the provider asked for, if it did. `held`: the message is well, but a setting of
   * ours must be mended first (a password, a certificate, a blocked address).
   */
  | { kind: "retry"; said: string; afterMs?: number; held?: true }
  /** Will never work as it is. */
  | { kind: "refused"; said: string };

export function notificationKey(incident: number, seq: number, channel: string, recipient: string): string {
  return `inc-${incident}.${seq}.${channel}.${recipient}`;
}
