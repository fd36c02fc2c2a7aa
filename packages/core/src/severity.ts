/** How bad an incident is: what channels filter by. */
export type Severity = "critical" | "warning";

export const SEVERITIES = ["critical", "warning"] as const satisfies readonly Severity[];
