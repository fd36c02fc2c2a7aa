/**
 * Keeping the one file small: roll-ups are brought up to date, then what is past its age goes, a little at a time.
 */
import type { EpochMs, RetentionAges, Writer } from "@statusquo/core";

const DAY_MS = 86_400_000;

/** Raw samples and evidence for a month, 5-minute counts for 100 days, hourly ones for two years, verdicts' numbers for a week. */
export const RETENTION: RetentionAges = {
  samples: 30 * DAY_MS,
  evidence: 30 * DAY_MS,
  fiveMinutes: 100 * DAY_MS,
  hours: 730 * DAY_MS,
  whys: 7 * DAY_MS,
};

/** Rows a table loses in one transaction: some tens of milliseconds. */
const ROWS_PER_TRANSACTION = 5_000;

/** One round; true when there is more to prune. */
export function prune(writer: Writer, now: EpochMs, ages = RETENTION): boolean {
  writer.transaction(() => writer.rollUp(now));
  return writer.transaction(() => writer.prune(now, ages, ROWS_PER_TRANSACTION)) >= ROWS_PER_TRANSACTION;
}
