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
  unpackTally,
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
const DIRTY_PER_CALL = 2_000;

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
  const fiveMinutesBetween = db.prepare<[number, number], TallyRow>(STATEMENTS.fiveMinutesBetween.sql).raw();
  const fiveMinutesOf = db.prepare<[number, number], TallyRow>(STATEMENTS.fiveMinutesOf.sql).raw();
  const firstFiveMinutes = db
    .prepare<[number], number>("SELECT at FROM five_minutes WHERE at >= ? ORDER BY at LIMIT 1")
    .pluck();
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

  /** Hours from their 5-minute rows, which come by time: rows of one monitor and 5 minutes belong to one stretch. */
  const countHour = (hour: EpochMs, rows: Iterable<TallyRow>) => {
    const tallies = new Map<number, Map<number, Tally>>();
    const stretches = new Map<string, { monitor: number; tally: Tally }>();
    for (const [at, monitor, region, packed] of rows) {
      const tally = unpackTally(packed);
      const ofRegion = tallyIn(tallies, monitor, region);
      addTally(ofRegion, tally);
      addWorst(ofRegion, sharesOf(tally));
      const name = `${at} ${monitor}`;
      const stretch = stretches.get(name) ?? { monitor, tally: newTally() };
      stretches.set(name, stretch);
      addTally(stretch.tally, tally);
    }
    for (const { monitor, tally } of stretches.values()) {
      const all = tallyIn(tallies, monitor, ALL_REGIONS);
      addTally(all, tally);
      addWorst(all, sharesOf(tally));
    }
    for (const [monitor, byRegion] of tallies) {
      for (const [region, tally] of byRegion) putHour.run(hour, monitor, region, packTally(tally));
    }
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
    let from = progress.until("hours");
    while (from < until) {
      const first = firstFiveMinutes.get(Math.max(from, Number.MIN_SAFE_INTEGER)) ?? until;
      const hour = bucketOf(first, HOUR_MS);
      if (hour >= until) break;
      from = hour + HOUR_MS;
      countHour(hour, fiveMinutesBetween.all(hour, from));
    }
    progress.raise("hours", until);
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
      if (hour < progress.until("hours") && hour >= progress.until("five_minutes_pruned"))
        hours.add(`${hour} ${monitor}`);
    }
    for (const name of hours) {
      const [hour = 0, monitor = 0] = name.split(" ").map(Number);
      const starts = Array.from({ length: HOUR_MS / FIVE_MINUTES_MS }, (_, index) => hour + index * FIVE_MINUTES_MS);
      countHour(
        hour,
        starts.flatMap((at) => fiveMinutesOf.all(at, monitor)),
      );
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
