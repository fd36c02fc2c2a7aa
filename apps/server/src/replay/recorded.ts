/** The samples of a monitor as a server stored them: those it judged, in order, a day at a time. */
import type { EpochMs, MonitorId, Reader } from "@statusquo/core";
import { RETENTION } from "@statusquo/pipeline";
import type { FirstSample } from "./plan.ts";

const DAY_MS = 86_400_000;
const ALL = Number.MAX_SAFE_INTEGER;

/**
 * What came home too late for its slot was never judged and is left out, as is what was missed.
 *
 * @param range  [from, to); without them as far as samples are kept
 * @param keptMs how long they are kept
 */
export function* recordedSamples(
  reader: Reader,
  monitor: MonitorId,
  range: { from: EpochMs | null; to: EpochMs | null },
  keptMs: number = RETENTION.samples,
): Generator<FirstSample & { share: number }> {
  const newest = reader.samples({ monitor, limit: 1 })[0]?.slot;
  if (newest === undefined) return;
  const to = Math.min(range.to ?? ALL, newest + 1);
  const from = range.from ?? newest - keptMs;
  for (let day = from; day < to; day += DAY_MS) {
    const rows = reader.samples({ monitor, from: day, before: Math.min(day + DAY_MS, to), limit: ALL });
    for (const { slot, region, code, late, unmet } of rows.reverse()) {
      if (code !== null && !late) yield { at: slot, region, code, unmet, share: (slot - from) / (to - from) };
    }
  }
}
