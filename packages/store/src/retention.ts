/**
 * Retention: what is past its age goes, a bounded number of rows at a time, and never before it was rolled up.
 */
import type { EpochMs, RetentionAges } from "@statusquo/core";
import type { Connection } from "./database.ts";
import { openProgress } from "./progress.ts";
import type { RollUp } from "./rollup.ts";
import { STATEMENTS } from "./statements.ts";

/** Deletes at most `limit` rows of each table; returns how many went. */
export type Prune = (now: EpochMs, ages: RetentionAges, limit: number) => number;

export function openRetention(db: Connection, rollUp: RollUp): Prune {
  const progress = openProgress(db);
  const sampleAfterLimit = db
    .prepare<[number, number], [slot: number, monitor: number, region: number]>(STATEMENTS.sampleAfterLimit.sql)
    .raw();
  const deleteSamples = db.prepare<[number, number, number]>(STATEMENTS.deleteSamplesBefore.sql);
  const deleteEvidence = db.prepare<[number, number]>(
    "DELETE FROM evidence WHERE rowid IN (SELECT rowid FROM evidence WHERE slot < ? ORDER BY slot LIMIT ?)",
  );
  const whyAfterLimit = db
    .prepare<[number, number], [slot: number, monitor: number]>(STATEMENTS.whyAfterLimit.sql)
    .raw();
  const deleteWhys = db.prepare<[number, number]>(STATEMENTS.deleteWhysBefore.sql);
  const deleteFiveMinutes = deleteTallies(db, "five_minutes");
  const deleteHours = deleteTallies(db, "hours");

  return (now, ages, limit) => {
    rollUp.upTo(now);
    const samplesUntil = Math.min(now - ages.samples, progress.until("five_minutes"));
    const fiveMinutesUntil = Math.min(now - ages.fiveMinutes, progress.until("hours"));
    let gone = 0;
    if (Number.isFinite(samplesUntil)) {
      progress.raise("samples_pruned", samplesUntil);
      const [slot, monitor, region] = sampleAfterLimit.get(samplesUntil, limit) ?? [samplesUntil, 0, 0];
      gone += deleteSamples.run(slot, monitor, region).changes;
    }
    gone += deleteEvidence.run(now - ages.evidence, limit).changes;
    const whysUntil = now - ages.whys;
    gone += deleteWhys.run(...(whyAfterLimit.get(whysUntil, limit) ?? [whysUntil, 0])).changes;
    if (Number.isFinite(fiveMinutesUntil)) {
      progress.raise("five_minutes_pruned", fiveMinutesUntil);
      gone += deleteFiveMinutes(fiveMinutesUntil, limit);
    }
    return gone + deleteHours(now - ages.hours, limit);
  };
}

function deleteTallies(db: Connection, table: "five_minutes" | "hours"): (until: EpochMs, limit: number) => number {
  const firstThatStays = db
    .prepare<[number, number], [at: number, monitor: number, region: number]>(
      `SELECT at, monitor, region FROM ${table} WHERE at < ? ORDER BY at, monitor, region LIMIT 1 OFFSET ?`,
    )
    .raw();
  const deleteBefore = db.prepare<[number, number, number]>(
    `DELETE FROM ${table} WHERE (at, monitor, region) < (?, ?, ?)`,
  );
  return (until, limit) => deleteBefore.run(...(firstThatStays.get(until, limit) ?? [until, 0, 0])).changes;
}
