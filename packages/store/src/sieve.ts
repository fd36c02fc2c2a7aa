/**
 * The sieve: stretches of time in which a monitor never answered a code, known from roll-ups, so that a search for a
 * rare code does not read every sample in between.
 */
import type { EpochMs } from "@statusquo/core";
import type { Connection } from "./database.ts";
import { openProgress } from "./progress.ts";
import type { MonitorEntry } from "./registry.ts";
import type { TallyRow } from "./rollup.ts";
import { STATEMENTS } from "./statements.ts";
import { bucketOf, FIVE_MINUTES_MS, HOUR_MS, unpackTally } from "./tally.ts";

/** For `Series.newestFirst`: the start of the stretch around a slot that surely holds no `code`; null when it may. */
export type Sieve = (monitor: MonitorEntry, code: number) => (slot: EpochMs) => EpochMs | null;

export function openSieve(db: Connection): Sieve {
  const progress = openProgress(db);
  const isDirty = db.prepare<[number, number, number], 1>(STATEMENTS.isDirtyBetween.sql).pluck();
  const levels = [
    { sizeMs: HOUR_MS, mark: "hours", rows: db.prepare<[number, number], TallyRow>(STATEMENTS.hoursOf.sql).raw() },
    {
      sizeMs: FIVE_MINUTES_MS,
      mark: "five_minutes",
      rows: db.prepare<[number, number], TallyRow>(STATEMENTS.fiveMinutesOf.sql).raw(),
    },
  ] as const;

  return (monitor, code) => {
    const sieves = levels.map(({ sizeMs, mark, rows }) => {
      const until = progress.until(mark);
      let last: { at: EpochMs; lacks: boolean } | null = null;
      return (slot: EpochMs) => {
        const at = bucketOf(slot, sizeMs);
        if (last?.at !== at) {
          // No rows at all says nothing: they may be past their age.
          const tallies = at + sizeMs <= until ? rows.all(at, monitor.num) : [];
          const lacks = tallies.length > 0 && tallies.every(([, , , packed]) => !unpackTally(packed).codes.has(code));
          last = { at, lacks: lacks && isDirty.get(at, at + sizeMs, monitor.num) === undefined };
        }
        return last.lacks ? at : null;
      };
    });
    return (slot) => {
      for (const sieve of sieves) {
        const at = sieve(slot);
        if (at !== null) return at;
      }
      return null;
    };
  };
}
