/**
 * Severity: how much an incident asks of a person. It only rises while the incident is open.
 */
import type { Incident } from "./incident.ts";
import { nameOf } from "./incident.ts";
import { scopeText } from "./scope.ts";

export type Severity = "warning" | "critical";

/**
 * `critical` when at least half of the answers in the scope are unexpected since the onset, or when no answer or a 5xx
 * is the named code in all regions; else `warning`. A severity that the monitor's definition fixes stands as it is.
 *
 * @returns with why, as a clause that fits after "because"
 */
export function severityOf(
  incident: Pick<Incident, "code" | "scope" | "seen">,
  fixed: Severity | null,
): { severity: Severity; reason: string } {
  if (fixed !== null) return { severity: fixed, reason: `the monitor's definition says ${fixed}` };
  const { code, scope, seen } = incident;
  if (seen.of > 0 && 2 * seen.bad >= seen.of) {
    return { severity: "critical", reason: `${seen.bad} of ${seen.of} answers are unexpected` };
  }
  if (code !== null && (code === 0 || code >= 500) && scope.kind === "everywhere") {
    return { severity: "critical", reason: `${nameOf(code)} is met ${scopeText(scope)}` };
  }
  return { severity: "warning", reason: `${seen.bad} of ${seen.of} answers are unexpected` };
}
