/**
 * Uptime Kuma's database, `kuma.db`, read and never written: the tables of 1.x and 2.x, as far as they are there.
 *
 * Node's own SQLite, and not that of the store: this is nobody's data of ours, and needs no native module.
 */
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { StatusquoError } from "@statusquo/core";
import type { Imported } from "./foreign.ts";
import { fromKuma, type KumaRow, tagText } from "./uptime-kuma.ts";

const MAGIC = "SQLite format 3\0";
/** Far more than anybody watches; a file of strangers may hold any number. */
const MOST_ROWS = 20_000;

export function isSqlite(file: string): boolean {
  const bytes = Buffer.alloc(MAGIC.length);
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, bytes, 0, bytes.length, 0);
  } finally {
    closeSync(descriptor);
  }
  return bytes.toString("latin1") === MAGIC;
}

/** @throws StatusquoError "bad_request" */
export function readKumaDatabase(file: string): Imported {
  const url = pathToFileURL(file);
  // Beside a journal Kuma may be running: then its newest rows are in there. Without one nothing may be made beside it.
  if (!existsSync(`${file}-wal`)) url.searchParams.set("immutable", "1");
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(url, { readOnly: true, enableForeignKeyConstraints: false, defensive: true });
    database.exec("PRAGMA trusted_schema = OFF");
    return fromKuma(dataOf(database));
  } catch (error) {
    if (error instanceof StatusquoError) throw error;
    throw new StatusquoError(
      "bad_request",
      `${file}:1:1: cannot be read as a database of Uptime Kuma (${(error as Error).message}); expected its kuma.db`,
    );
  } finally {
    database?.close();
  }
}

function dataOf(database: DatabaseSync) {
  const isTable = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  // Tables only: a view of a stranger may be any program.
  const rowsOf = (
    table: "monitor" | "notification" | "proxy" | "tag" | "monitor_tag" | "monitor_notification",
  ): KumaRow[] =>
    isTable.get(table) === undefined
      ? []
      : few(database.prepare(`SELECT * FROM "${table}" ORDER BY id LIMIT ${MOST_ROWS + 1}`).all());
  const few = (rows: KumaRow[]): KumaRow[] => {
    if (rows.length > MOST_ROWS)
      throw new StatusquoError("bad_request", `a table of this database has more than ${MOST_ROWS} rows`);
    return rows;
  };
  if (isTable.get("monitor") === undefined)
    throw new StatusquoError("bad_request", "this database has no table monitor; expected kuma.db of Uptime Kuma");
  const names = new Map(rowsOf("tag").map(({ id, name }) => [id, name]));
  const tags = new Map<number, string[]>();
  for (const row of rowsOf("monitor_tag")) collect(tags, row.monitor_id, tagText(names.get(row.tag_id), row.value));
  const notifies = new Map<number, number[]>();
  for (const row of rowsOf("monitor_notification")) collect(notifies, row.monitor_id, [Number(row.notification_id)]);
  return {
    monitors: rowsOf("monitor"),
    notifications: rowsOf("notification"),
    proxies: rowsOf("proxy"),
    notifies,
    tags,
  };
}

function collect<T>(into: Map<number, T[]>, key: unknown, values: T[]): void {
  into.set(Number(key), [...(into.get(Number(key)) ?? []), ...values]);
}
