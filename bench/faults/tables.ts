/**
 * A look at the database that shares nothing with the product but the file: own SQL, through a connection that cannot
 * write. What the numbers mean is written at `packages/store/src/schema.ts`.
 */
import { existsSync } from "node:fs";
import Database from "better-sqlite3";

export interface SampleRow {
  slot: number;
  monitor: string;
  region: string;
  /** 100 to 999 a status, -1 to -99 no answer, -101 and below missed. */
  outcome: number;
}

export interface NotificationRow {
  key: string;
  incident: number;
  seq: number;
  channel: string;
  recipient: string;
  state: string;
}

export interface Tables {
  samples: SampleRow[];
  incidents: { id: number; monitor: string; state: string }[];
  transitions: { incident: number; seq: number; kind: string }[];
  notifications: NotificationRow[];
  /** What `integrity_check` and `foreign_key_check` say; empty when all is well. */
  faults(): string[];
}

/** Null when there is no file, or no table in it yet. */
export function tablesOf(file: string): Tables | null {
  if (!existsSync(file)) return null;
  const db = new Database(file, { readonly: true, timeout: 5_000 });
  try {
    db.pragma("query_only = ON");
    const known = db.prepare("SELECT count(*) FROM sqlite_master WHERE name = 'notifications'").pluck().get();
    if (known === 0) return null;
    const all = <Row>(sql: string) => db.prepare(sql).all() as Row[];
    return db.transaction(() => ({
      samples: all<SampleRow>(
        `SELECT slot, monitors.id AS monitor, regions.id AS region, outcome FROM samples
         JOIN monitors ON monitors.num = samples.monitor JOIN regions ON regions.num = samples.region ORDER BY slot`,
      ),
      incidents: all<Tables["incidents"][number]>(
        "SELECT incidents.id AS id, monitors.id AS monitor, state FROM incidents JOIN monitors ON monitors.num = monitor",
      ),
      transitions: all<Tables["transitions"][number]>("SELECT incident, seq, kind FROM transitions"),
      notifications: all<NotificationRow>(
        "SELECT key, incident, seq, channel, recipient, state FROM notifications ORDER BY num",
      ),
      faults: () => faultsIn(file),
    }))();
  } finally {
    db.close();
  }
}

function faultsIn(file: string): string[] {
  const db = new Database(file, { readonly: true, timeout: 5_000 });
  try {
    const integrity = (db.pragma("integrity_check") as { integrity_check: string }[]).map((row) => row.integrity_check);
    const foreign = db.pragma("foreign_key_check") as object[];
    return [...integrity.filter((line) => line !== "ok"), ...foreign.map((row) => JSON.stringify(row))];
  } finally {
    db.close();
  }
}
