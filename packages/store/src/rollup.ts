/**
 * Roll-ups: raw samples counted by 5 minutes, and those by hours, once their time is past.
 *
 * A bucket is always counted whole from what lies below it and replaces what was there, so doing it again changes
 * nothing. A sample that comes after its bucket was counted marks the bucket, and the bucket is counted again.
 */
import type { EpochMs } from "@statusquo/core";
import type { Connection } from "./database.ts";
import { openProgress } from "./progress.ts";
import type { Registry } from "./registry.ts";
import type { SampleRow } from "./rows.ts";
import { openSeries } from "./series.ts";
import { STATEMENTS } from "./statements.ts";
import {
  addPacked,
  addSample,
  addTally,
  addWorst,
  bucketOf,
  FIVE_MINUTES_MS,
  HOUR_MS,
  newTally,
  packTally,
  sharesOf,
  type Tally,
} from "./tally.ts";

/** A row of `five_minutes` or `hours`, as statements with `raw()` give it. */
export type TallyRow = [at: number, monitor: number, region: number, tally: Buffer];

/** Stands for all regions together in `hours`. */
export const ALL_REGIONS = 0;

/** How long after its end a bucket is left open for what is still on its way; later comers cost counting it again. */
const SETTLE_MS = 60_000;
/** A bucket with nothing stored after it is closed only then: a clock that leapt ahead closes nothing for a while. */
const SILENT_MS = 2 * HOUR_MS;
/** Raw rows counted in one call at most, but always one bucket: some tenths of a second. */
const ROWS_PER_CALL = 200_000;
/** 5-minute rows counted into hours in one call, about: some tens of milliseconds. */
const HOUR_ROWS_PER_CALL = 20_000;
const MONITORS_AT_ONCE = 250;
const DIRTY_PER_CALL = 1_000;

export interface RollUp {
  /** Counts the buckets that are past, oldest first, and those a late sample changed. */
  upTo(now: EpochMs): void;
  /** Must be called for every stored slot: marks its bucket when it was counted already. */
  noteSlot(monitor: number, slot: EpochMs): void;
  /** Forgets what a rolled-back transaction may have taught. */
  forget(): void;
}

export function openRollUp(db: Connection, registry: Registry): RollUp {
  const progress = openProgress(db);
  const series = openSeries(db);
  const slotFrom = db.prepare<[number], number>(STATEMENTS.slotFrom.sql).pluck();
  const slotBefore = db.prepare<[number], number>(STATEMENTS.slotBefore.sql).pluck();
  const samplesBetween = db.prepare<[number, number], SampleRow>(STATEMENTS.samplesBetween.sql).raw();
  const fiveMinutesOfSome = db.prepare<[number, number, number], TallyRow>(STATEMENTS.fiveMinutesOfSome.sql).raw();
  const firstFiveMinutes = db
    .prepare<[number], number>("SELECT at FROM five_minutes WHERE at >= ? ORDER BY at LIMIT 1")
    .pluck();
  const newestMonitor = db.prepare<[], number>("SELECT num FROM monitors ORDER BY num DESC LIMIT 1").pluck();
  const putFiveMinutes = db.prepare<[number, number, number, Buffer]>(put("five_minutes"));
  const putHour = db.prepare<[number, number, number, Buffer]>(put("hours"));
  const putDirty = db.prepare<[number, number]>(
    "INSERT INTO dirty_buckets (at, monitor) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  const someDirty = db
    .prepare<[number], [at: number, monitor: number]>(
      "SELECT at, monitor FROM dirty_buckets ORDER BY at, monitor LIMIT ?",
    )
    .raw();
  const dropDirty = db.prepare<[number, number]>("DELETE FROM dirty_buckets WHERE at = ? AND monitor = ?");

  // Read once per process and kept, because it is asked for every stored sample.
  let countedUntil: EpochMs | null = null;

  const countSamples = (at: EpochMs, rows: Iterable<SampleRow>): number => {
    const tallies = new Map<number, Map<number, Tally>>();
    let seen = 0;
    for (const row of rows) {
      addSample(tallyIn(tallies, row[1], row[2]), row);
      seen++;
    }
    for (const [monitor, byRegion] of tallies) {
      for (const [region, tally] of byRegion) putFiveMinutes.run(at, monitor, region, packTally(tally));
    }
    return seen;
  };

  /** An hour from its 5-minute rows, which come by time: so all regions of a monitor in 5 minutes come together. */
  const countHour = (hour: EpochMs, rows: Iterable<TallyRow>) => {
    const tallies = new Map<number, Map<number, Tally>>();
    let stretch = { at: 0, monitor: 0, codes: new Map<number, number>() };
    const endStretch = () => {
      if (stretch.codes.size > 0) addWorst(tallyIn(tallies, stretch.monitor, ALL_REGIONS), sharesOf(stretch.codes));
    };
    for (const [at, monitor, region, packed] of rows) {
      if (at !== stretch.at || monitor !== stretch.monitor) {
        endStretch();
        stretch = { at, monitor, codes: new Map() };
      }
      const tally = tallyIn(tallies, monitor, region);
      const codes = addPacked(tally, packed);
      addWorst(tally, sharesOf(codes));
      for (const [code, times] of codes) stretch.codes.set(code, (stretch.codes.get(code) ?? 0) + times);
    }
    endStretch();
    for (const [monitor, byRegion] of tallies) {
      const all = tallyIn(tallies, monitor, ALL_REGIONS);
      for (const [region, tally] of byRegion) if (region !== ALL_REGIONS) addTally(all, tally);
      for (const [region, tally] of byRegion) putHour.run(hour, monitor, region, packTally(tally));
    }
  };

  /** The 5-minute rows of an hour of the monitors above `above` up to `upTo`, by time. */
  const rowsOfHour = (hour: EpochMs, above: number, upTo: number): TallyRow[] => {
    const rows: TallyRow[] = [];
    for (let at = hour; at < hour + HOUR_MS; at += FIVE_MINUTES_MS)
      rows.push(...fiveMinutesOfSome.all(at, above, upTo));
    return rows;
  };

  const countFiveMinutes = (now: EpochMs) => {
    const newest = slotBefore.get(Number.MAX_SAFE_INTEGER);
    if (newest === undefined) return;
    const settled = bucketOf(now - SETTLE_MS, FIVE_MINUTES_MS);
    const until = Math.min(settled, bucketOf(Math.max(newest, now - SILENT_MS), FIVE_MINUTES_MS));
    let from = progress.until("five_minutes");
    for (let rows = 0; rows < ROWS_PER_CALL; ) {
      const first = slotFrom.get(Math.max(from, Number.MIN_SAFE_INTEGER)) ?? until;
      const at = bucketOf(first, FIVE_MINUTES_MS);
      if (at >= until) {
        from = until;
        break;
      }
      from = at + FIVE_MINUTES_MS;
      rows += countSamples(at, samplesBetween.iterate(at, from));
    }
    progress.raise("five_minutes", from);
  };

  const countHours = () => {
    const until = bucketOf(progress.until("five_minutes"), HOUR_MS);
    if (!Number.isFinite(until)) return;
    const lastMonitor = newestMonitor.get() ?? 0;
    for (let rows = 0; rows < HOUR_ROWS_PER_CALL; ) {
      const from = progress.until("hours");
      if (from >= until) return;
      const first = firstFiveMinutes.get(Math.max(from, Number.MIN_SAFE_INTEGER)) ?? until;
      const hour = Math.min(bucketOf(first, HOUR_MS), until);
      progress.raise("hours", hour);
      if (hour === until) return;
      // Some monitors at a time: the hour of thousands would hold up everything else for a second.
      const above = Math.max(progress.until("hour_monitors"), 0);
      const upTo = above + MONITORS_AT_ONCE;
      const some = rowsOfHour(hour, above, upTo);
      countHour(hour, some);
      rows += some.length;
      const isDone = upTo >= lastMonitor;
      if (isDone) progress.raise("hours", hour + HOUR_MS);
      progress.set("hour_monitors", isDone ? 0 : upTo);
    }
  };

  const countDirty = () => {
    const dirty = someDirty.all(DIRTY_PER_CALL);
    if (dirty.length === 0) return;
    const entries = new Map(registry.monitors().map((entry) => [entry.num, entry]));
    const hours = new Set<string>();
    for (const [at, monitor] of dirty) {
      dropDirty.run(at, monitor);
      const entry = entries.get(monitor);
      // What a bucket was counted from may be gone; then the old count knows more than a new one would.
      if (!entry || at < progress.until("samples_pruned")) continue;
      countSamples(at, series.between(entry, at, at + FIVE_MINUTES_MS));
      const hour = bucketOf(at, HOUR_MS);
      // The hour at the mark may be under way, with this monitor done.
      const isCounted = hour <= progress.until("hours");
      if (isCounted && hour >= progress.until("five_minutes_pruned")) hours.add(`${hour} ${monitor}`);
    }
    for (const name of hours) {
      const [hour = 0, monitor = 0] = name.split(" ").map(Number);
      countHour(hour, rowsOfHour(hour, monitor - 1, monitor));
    }
  };

  return {
    upTo(now) {
      countFiveMinutes(now);
      countHours();
      countDirty();
      countedUntil = null;
    },
    noteSlot(monitor, slot) {
      countedUntil ??= progress.until("five_minutes");
      if (slot < countedUntil) putDirty.run(bucketOf(slot, FIVE_MINUTES_MS), monitor);
    },
    forget() {
      countedUntil = null;
    },
  };
}

const put = (table: "five_minutes" | "hours") =>
  `INSERT INTO ${table} (at, monitor, region, tally) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET tally = excluded.tally`;

function tallyIn(tallies: Map<number, Map<number, Tally>>, monitor: number, region: number): Tally {
  let byRegion = tallies.get(monitor);
  if (!byRegion) tallies.set(monitor, (byRegion = new Map()));
  let tally = byRegion.get(region);
  if (!tally) byRegion.set(region, (tally = newTally()));
  return tally;
}
