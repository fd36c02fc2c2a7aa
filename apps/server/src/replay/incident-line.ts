/** An incident of a recording as one line of NDJSON: what was decided, with the numbers and words it was decided by. */
import {
  chanceText,
  type EpochMs,
  evidenceText,
  type Incident,
  nameOf,
  type Scope,
  type SpikeEvidence,
  scopeText,
} from "@statusquo/core";
import type { Plan } from "./plan.ts";

/** The fields of a line, in their order. Times are epoch ms. */
export interface IncidentLine {
  monitor: string;
  /** The code to name; 0 is no answer, null is several. */
  code: number | null;
  /** Every code named while it was open. */
  codes: number[];
  /** The region, when it is one alone. */
  region: string | null;
  scope: Scope;
  /** When the mix most likely changed, and half the width of what is plausible. */
  began: EpochMs;
  beganWithinMs: number;
  opened: EpochMs;
  /** Null while it is open at the end of the samples. */
  closed: EpochMs | null;
  /** As it was at the opening. */
  evidence: SpikeEvidence & { chance: string };
  /** Counts from the beginning to the end. */
  seen: { bad: number; of: number };
  /** Why it opened, in words. */
  reason: string;
  /** Why it closed, in words; null while it is open. */
  closedReason: string | null;
}

/** So that an onset is said with its date: nobody reads a recording on the day. */
const LONG_AFTER = Number.MAX_SAFE_INTEGER;

/** @param closedReason what its resolving gave as its reason; null while it is open */
export function incidentLine(
  incident: Incident,
  { falseAlarmsPerYear, timezone }: Pick<Plan, "falseAlarmsPerYear" | "timezone">,
  closedReason: string | null,
): IncidentLine {
  const { monitor, code, codes, scope, evidence, seen } = incident;
  const chance = chanceText(evidence.lnEvidence, falseAlarmsPerYear);
  const facts = { ...evidence, onsetAt: incident.onsetAt, falseAlarmsPerYear };
  return {
    monitor,
    code,
    codes,
    region: scope.regions.length === 1 ? (scope.regions[0] as string) : null,
    scope,
    began: incident.onsetAt,
    beganWithinMs: Math.round(incident.onsetUncertaintyMs),
    opened: incident.openedAt,
    closed: incident.resolvedAt,
    evidence: { ...evidence, chance },
    seen,
    reason: `${nameOf(code)} ${scopeText(scope)}: ${evidenceText(facts, LONG_AFTER, timezone)}`,
    closedReason,
  };
}

/** By opening, then by monitor. */
export function byOpening(one: IncidentLine, other: IncidentLine): number {
  return one.opened - other.opened || (one.monitor < other.monitor ? -1 : one.monitor > other.monitor ? 1 : 0);
}
