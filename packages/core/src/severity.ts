/** Severity: how much an incident asks of a person. */
export type Severity = "warning" | "critical";
