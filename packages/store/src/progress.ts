/**
 * How far the store's own work has come. Marks of time only rise.
 */
import type { EpochMs } from "@statusquo/core";
import type { Connection } from "./database.ts";

export type Mark =
  /** 5-minute buckets that end by here are rolled up. */
  | "five_minutes"
  /** Hours that end by here are rolled up; the one that begins here may be under way. */
  | "hours"
  /** Up to which number monitors are counted in the hour under way. */
  | "hour_monitors"
  /** Raw samples before here may be gone. */
  | "samples_pruned"
  /** 5-minute roll-ups before here may be gone. */
  | "five_minutes_pruned";

export interface Progress {
  /** Epoch ms, or a monitor's number; minus infinity when nothing was done yet. */
  until(mark: Mark): EpochMs;
  raise(mark: Mark, until: EpochMs): void;
  set(mark: "hour_monitors", until: number): void;
}

export function openProgress(db: Connection): Progress {
  const read = db.prepare<[string], number>("SELECT until FROM progress WHERE name = ?").pluck();
  const overwrite = db.prepare<[string, number]>(
    "INSERT INTO progress (name, until) VALUES (?, ?) ON CONFLICT DO UPDATE SET until = excluded.until",
  );
  const write = db.prepare<[string, number]>(
    "INSERT INTO progress (name, until) VALUES (?, ?) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)",
  );
  return {
    until: (mark) => read.get(mark) ?? Number.NEGATIVE_INFINITY,
    raise: (mark, until) => void write.run(mark, until),
    set: (mark, until) => void overwrite.run(mark, until),
  };
}
