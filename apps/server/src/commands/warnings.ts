/** What is wrong with one exchange, as lines for people. */
import { type Evidence, inspectExchange } from "@statusquo/core";

/** Empty without warnings; else a heading, and for each what, why, and the header to send. */
export function warningLines(evidence: Evidence): string[] {
  const warnings = inspectExchange(evidence);
  if (warnings.length === 0) return [];
  return [
    "",
    ...warnings.flatMap(({ what, why, send }) => [
      `warning: ${what}`,
      `  ${why}`,
      ...(send === null ? [] : [`  send ${send}`]),
    ]),
  ];
}
