/**
 * Alerting: what a monitor's definition says about how insistently people are told.
 */
import type { Expectation } from "./expectation.ts";
import type { EpochMs, Monitor } from "./monitor.ts";
import type { Severity } from "./severity.ts";

/** After `afterMs` without an acknowledgement these channels are told as well. */
export interface EscalationStep {
  afterMs: number;
  notify: readonly string[];
}

export interface Alerting {
  /** Fixes the severity of every incident; null leaves it to what is seen. */
  severity: Severity | null;
  /** How long until people are reminded of what nobody has acknowledged, again and again; null means never. */
  remindMs: number | null;
  /** In the order of `afterMs`. */
  escalate: readonly EscalationStep[];
  /** Which answers count as downtime: codes, and whether no answer does. */
  downtime: { codes: Expectation; noAnswer: boolean };
}

export const DEFAULT_ALERTING: Alerting = {
  severity: null,
  remindMs: 4 * 3_600_000,
  escalate: [],
  downtime: { codes: [{ from: 500, to: 599, exclude: false }], noAnswer: true },
};

export const alertingOf = ({ alerting }: Pick<Monitor, "alerting">): Alerting => alerting ?? DEFAULT_ALERTING;

/** A planned mute that is running: its name, and when it ends. */
export interface RunningMaintenance {
  name: string;
  until: EpochMs;
}

/** Which maintenance a monitor is in at an instant; null when in none. Of several the one that ends last. */
export type MaintenanceAt = (monitor: Pick<Monitor, "id" | "tags">, at: EpochMs) => RunningMaintenance | null;
