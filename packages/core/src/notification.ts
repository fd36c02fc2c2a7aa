/**
 * Notifications: one message to one recipient on one channel about one transition of an incident.
 *
 * It is a row before anybody is told. Its key never changes, so that a message which had to be sent twice is recognised.
 */
import type { Cause } from "./conflict.ts";
import type { DeployBefore } from "./deploy.ts";
import type { ClosedAs, Cost, TransitionKind } from "./incident.ts";
import type { InternalKind } from "./internal.ts";
import type { EpochMs, MonitorId, Region, SourcePlace } from "./monitor.ts";
import type { Evidence, Unmet } from "./sample.ts";
import type { Severity } from "./severity.ts";
import type { Scope } from "./verdict.ts";

/** What each region answered in the last slots: `codes` oldest first, 0 no answer, null nothing known. */
export interface ProbeMatrix {
  /** The slots, oldest first; every row has one code for each. */
  slots: EpochMs[];
  rows: { region: Region; codes: (number | null)[]; bad: number; of: number }[];
}

/** What a message about an incident is: a transition, or a follow-up of one. */
export type AlertKind = TransitionKind | "reminder" | "escalated";

export type NotificationKind = AlertKind | "internal";

/** Everything a message says, as it was when it was decided. Wording is made from this alone. */
export interface AlertFacts {
  kind: AlertKind;
  reason: string;
  at: EpochMs;
  incident: number;
  monitor: { id: MonitorId; name: string; method: string; path: string; tags: string[]; source: SourcePlace };
  /** Host of its address, as written; what monitors that break together often share. */
  host: string;
  severity: Severity;
  code: number | null;
  codes: number[];
  scope: Scope;
  onsetAt: EpochMs;
  onsetUncertaintyMs: number;
  openedAt: EpochMs;
  resolvedAt: EpochMs | null;
  closedAs: ClosedAs | null;
  /** In the scope, since the onset. */
  seen: { bad: number; of: number };
  usual: { share: number; bad: number; of: number };
  lnEvidence: number;
  falseAlarmsPerYear: number;
  matrix: ProbeMatrix;
  /** Likeliest first, at most three; empty when no 409 is part of it. */
  causes: Cause[];
  /** The deploy it began after. */
  deploy: DeployBefore | null;
  /** One response that shows it, secrets removed already. */
  /** As in the incident. */
  unmet?: Unmet;
  example: { region: Region; at: EpochMs; totalMs: number; evidence: Evidence } | null;
  acknowledgedAt: EpochMs | null;
  /** What it cost; null while it is open. */
  cost: Cost | null;
  /** 1, 2, 3 … of a reminder or an escalation; null of others. */
  round: number | null;
  /** Why it is told only now: the silence or maintenance that has ended; null when it is told at once. */
  heldBack: string | null;
  /** Base of links, without a slash at its end; null when none is configured. */
  publicUrl: string | null;
}

/** Everything a message about ourselves says. */
export interface InternalFacts {
  kind: "internal";
  alert: number;
  what: InternalKind;
  subject: string;
  state: "opened" | "resolved";
  reason: string;
  openedAt: EpochMs;
  at: EpochMs;
  publicUrl: string | null;
}

interface NotificationBase {
  /** `inc-412.2.oncall.<recipient>`: incident, transition, channel, recipient. */
  key: string;
  seq: number;
  channel: string;
  recipient: string;
  createdAt: EpochMs;
  /** Not sent before: quiet hours, or a confirmation that is awaited; `createdAt` when absent. */
  notBefore?: EpochMs;
}

/** One message to one recipient, as decided. */
export type Notification =
  | (NotificationBase & { kind: AlertKind; incident: number; facts: AlertFacts })
  | (NotificationBase & { kind: "internal"; alert: number; facts: InternalFacts });

/** What a lane has to know of a notification to plan with it. */
export interface Heading {
  monitor: MonitorId;
  host: string;
  severity: Severity;
  scope: Pick<Scope, "kind" | "regions">;
  deploy: number | null;
}

/** A pending notification without its facts. */
export interface PendingRow {
  key: string;
  kind: NotificationKind;
  /** null of an internal one. */
  incident: number | null;
  /** null of one about an incident. */
  alert: number | null;
  seq: number;
  channel: string;
  recipient: string;
  createdAt: EpochMs;
  dueAt: EpochMs;
  attempts: number;
  /** Key of the bundle it was last sent with, while nothing is known of how that ended; else null. */
  bundle: string | null;
  /** null of an internal one. */
  heading: Heading | null;
}

/** A notification that is not settled yet. */
export type OutboxRow = Notification & { attempts: number; dueAt: EpochMs; lastError: string | null };

/** One incident inside a bundle. */
export interface BundledIncident {
  incident: number;
  /** What its rows were about, in the order they happened: `["opened", "resolved"]`. */
  kinds: AlertKind[];
  /** Of its newest row. */
  facts: AlertFacts;
}

/** What goes out as one message to one recipient. The same key always says the same. */
export type Bundle = {
  key: string;
  channel: string;
  recipient: string;
  /** Of its oldest row. */
  createdAt: EpochMs;
  attempts: number;
} & (
  | { form: "internal"; alerts: InternalFacts[] }
  /** One incident; `kinds` of more than one are a merged message. */
  | { form: "incident"; incident: BundledIncident }
  /** A few that belong together: why is `together`. */
  | { form: "group"; together: Together; incidents: BundledIncident[]; count: number; hosts: HostCount[] }
  /** More than anybody reads one by one: the first of them in `incidents`. */
  | {
      form: "digest";
      incidents: BundledIncident[];
      count: number;
      opened: number;
      resolved: number;
      hosts: HostCount[];
    }
);

export interface HostCount {
  host: string;
  incidents: number;
}

/** What a group's incidents share. */
export type Together =
  | { kind: "host"; host: string }
  | { kind: "deploy"; service: string; version: string }
  | { kind: "regions"; regions: Region[] };

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

/** Of the n-th reminder of an incident. */
export function reminderKey(incident: number, round: number, channel: string, recipient: string): string {
  return `inc-${incident}.r${round}.${channel}.${recipient}`;
}

/** Of the n-th step of an incident's escalation. */
export function escalationKey(incident: number, round: number, channel: string, recipient: string): string {
  return `inc-${incident}.e${round}.${channel}.${recipient}`;
}

/** @param seq 1 for the opening of an internal alert, 2 for its end */
export function internalKey(alert: number, seq: number, channel: string, recipient: string): string {
  return `self-${alert}.${seq}.${channel}.${recipient}`;
}

export function headingOf({ monitor, host, severity, scope, deploy }: AlertFacts): Heading {
  const { kind, regions } = scope;
  return { monitor: monitor.id, host, severity, scope: { kind, regions }, deploy: deploy?.id ?? null };
}
