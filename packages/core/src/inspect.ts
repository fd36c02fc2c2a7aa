/**
 * Inspection of one exchange: what the answer should have said or sent, each with why it matters and what to send.
 *
 * A warning is about what is there to be seen. What was removed or cut off is never held against anybody.
 */
import { checkContentType, checkProblem, checkVagueness } from "./inspect/body.ts";
import { checkCaching } from "./inspect/caching.ts";
import { checkRequiredHeaders, checkRetryAfter, checkVersion } from "./inspect/head.ts";
import { type Seen, seenOf, type Warning } from "./inspect/seen.ts";
import { checkRedirect, checkStatus } from "./inspect/status.ts";
import type { Evidence } from "./sample.ts";

export type { Warning } from "./inspect/seen.ts";

const CHECKS: readonly ((seen: Seen) => Warning[])[] = [
  checkStatus,
  checkRedirect,
  checkRequiredHeaders,
  checkRetryAfter,
  checkCaching,
  checkVersion,
  checkContentType,
  checkProblem,
  checkVagueness,
];

/** The warnings of one exchange, the status first, then head, then body; none without an answer. */
export function inspectExchange(evidence: Evidence): Warning[] {
  const seen = seenOf(evidence);
  return seen === null ? [] : CHECKS.flatMap((check) => check(seen));
}
