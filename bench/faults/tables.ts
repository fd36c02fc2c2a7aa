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
  /** Null of one about ourselves. */
  incident: number | null;
  seq: number;
  channel: string;
  recipient: string;
  state: string;
  createdAt: number;
}

export interface Tables {
  samples: SampleRow[];
  incidents: { id: number; monitor: string; state: string }[];
  transitions: { incident: number; seq: number; kind: string; at: number }[];
  /** Alerts about ourselves. */
  internal: { kind: string; subject: string; resolved: number | null }[];
  notifications: NotificationRow[];
  /** What `integrity_check` and `foreign_key_check` say; empty when all is well. */
  faults(): string[];
}

/** Null when there is no file, or no table in it yet. */
export function tablesOf(file: string): Tables | null {
  return asked<Tables | null>(file, null, (db) => {
    const all = <Row>(sql: string) => db.prepare(sql).all() as Row[];
    return db.transaction(() => ({
      samples: all<SampleRow>(
        `SELECT slot, monitors.id AS monitor, regions.id AS region, outcome FROM samples
         JOIN monitors ON monitors.num = samples.monitor JOIN regions ON regions.num = samples.region ORDER BY slot`,
      ),
      incidents: all<Tables["incidents"][number]>(
        "SELECT incidents.id AS id, monitors.id AS monitor, state FROM incidents JOIN monitors ON monitors.num = monitor",
      ),
      transitions: all<Tables["transitions"][number]>("SELECT incident, seq, kind, at FROM transitions"),
      internal: all<Tables["internal"][number]>("SELECT kind, subject, resolved_at AS resolved FROM internal_alerts"),
      notifications: all<NotificationRow>(
        "SELECT key, incident, seq, channel, recipient, state, created_at AS createdAt FROM notifications ORDER BY num",
      ),
      faults: () => faultsIn(file),
    }))();
  });
}

/** `monitor/region` of all that were sampled in slots after `since`: cheap, to be asked again and again. */
export function sampledAfter(file: string, since: number): Set<string> {
  return asked(file, new Set(), (db) => {
    const sql = `SELECT DISTINCT monitors.id || '/' || regions.id FROM samples
      JOIN monitors ON monitors.num = samples.monitor JOIN regions ON regions.num = samples.region
      WHERE slot > ? AND outcome > -101`;
    return new Set(db.prepare(sql).pluck().all(since) as string[]);
  });
}

/** Slots of a region up to `until`, of the last 90 s, that have no row yet although their monitor has older ones. */
export function owing(file: string, region: string, until: number, intervalMs: number): number[] {
  return asked(file, [], (db) => {
    const sql = `SELECT samples.monitor AS monitor, slot FROM samples JOIN regions ON regions.num = samples.region
      WHERE regions.id = ? AND slot > ? ORDER BY slot`;
    const rows = db.prepare(sql).all(region, until - 90_000) as { monitor: number; slot: number }[];
    const due: number[] = [];
    for (const ofMonitor of Map.groupBy(rows, ({ monitor }) => monitor).values()) {
      const there = new Set(ofMonitor.map(({ slot }) => slot));
      for (let slot = ofMonitor[0]!.slot; slot <= until; slot += intervalMs) if (!there.has(slot)) due.push(slot);
    }
    return due;
  });
}

/** Asks the file; `none` where there is no file, or no tables in it yet. */
function asked<T>(file: string, none: T, ask: (db: Database.Database) => T): T {
  if (!existsSync(file)) return none;
  const db = new Database(file, { readonly: true, timeout: 5_000 });
  try {
    db.pragma("query_only = ON");
    const known = db.prepare("SELECT count(*) FROM sqlite_master WHERE name = 'notifications'").pluck().get();
    return known === 0 ? none : ask(db);
  } finally {
    db.close();
  }
}

function faultsIn(file: string): string[] {
  return asked(file, ["there are no tables"], (db) => {
    const integrity = (db.pragma("integrity_check") as { integrity_check: string }[]).map((row) => row.integrity_check);
    const foreign = db.pragma("foreign_key_check") as object[];
    return [...integrity.filter((line) => line !== "ok"), ...foreign.map((row) => JSON.stringify(row))];
  });
}
