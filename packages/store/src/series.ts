/**
 * The stored slots of one monitor, in a table that is ordered by time and not by monitor.
 *
 * Its slots are computed from its timetables and looked up one by one; where none of a monitor's rows lies, the next
 * row of anybody says how far the gap reaches. A monitor with slots off its timetables is searched for instead.
 */
import type { EpochMs } from "@statusquo/core";
import type { Connection } from "./database.ts";
import { dueBefore, dueFrom, type MonitorEntry } from "./registry.ts";
import type { SampleRow } from "./rows.ts";
import { STATEMENTS } from "./statements.ts";

export interface Series {
  /** Rows in [from, to), oldest first. */
  between(monitor: MonitorEntry, from: EpochMs, to: EpochMs): Iterable<SampleRow>;
  /**
   * Rows in [from, to), newest first.
   *
   * @param skipTo asked before a slot is looked up: an earlier instant, when nothing wanted lies from there to the slot
   */
  newestFirst(
    monitor: MonitorEntry,
    from: EpochMs,
    to: EpochMs,
    skipTo?: (slot: EpochMs) => EpochMs | null,
  ): Iterable<SampleRow>;
}

export function openSeries(db: Connection): Series {
  const samplesAt = db.prepare<[number, number], SampleRow>(STATEMENTS.samplesAt.sql).raw();
  const slotFrom = db.prepare<[number], number>(STATEMENTS.slotFrom.sql).pluck();
  const slotBefore = db.prepare<[number], number>(STATEMENTS.slotBefore.sql).pluck();
  const searched = db.prepare<[number, number, number], SampleRow>(STATEMENTS.samplesOfBetween.sql).raw();
  const searchedBack = db
    .prepare<[number, number, number], SampleRow>(STATEMENTS.samplesOfBetweenNewestFirst.sql)
    .raw();

  return {
    *between(monitor, from, to) {
      const since = Math.max(from, firstSlot(monitor));
      if (monitor.offTimetable) {
        yield* searched.all(bound(since), bound(to), monitor.num);
        return;
      }
      let slot = dueFrom(monitor, since);
      while (slot < to) {
        const rows = samplesAt.all(slot, monitor.num);
        if (rows.length === 0) {
          const next = slotFrom.get(slot);
          if (next === undefined) return;
          // The row found may be another monitor's at this very instant.
          slot = dueFrom(monitor, Math.max(next, slot + 1));
          continue;
        }
        yield* rows;
        slot = dueFrom(monitor, slot + 1);
      }
    },

    *newestFirst(monitor, from, to, skipTo = () => null) {
      const since = Math.max(from, firstSlot(monitor));
      if (monitor.offTimetable) {
        yield* searchedBack.iterate(bound(since), bound(to), monitor.num);
        return;
      }
      const newest = slotBefore.get(bound(to));
      if (newest === undefined) return;
      let slot = dueBefore(monitor, newest + 1);
      while (slot >= since) {
        const skipped = skipTo(slot);
        if (skipped !== null) {
          slot = dueBefore(monitor, skipped);
          continue;
        }
        const rows = samplesAt.all(slot, monitor.num);
        if (rows.length === 0) {
          const before = slotBefore.get(slot);
          if (before === undefined) return;
          slot = dueBefore(monitor, before + 1);
          continue;
        }
        yield* rows;
        slot = dueBefore(monitor, slot);
      }
    },
  };
}

const firstSlot = (monitor: MonitorEntry) => Math.min(...monitor.firstSlots.values());

/** An open end as SQLite can take it. */
const bound = (at: number) => Math.min(Math.max(at, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
