/**
 * The database file: opened, examined, brought up to date, and only then handed out.
 *
 * Every setting that a promise rests on is set by name and read back; a file that is damaged, foreign or written by a
 * newer version is refused before anything in it is changed.
 */
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Failpoint } from "@statusquo/core";
import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { migrate } from "drizzle-orm/better-sqlite3/migrator";
import { asUnusable, unusable } from "./unusable.ts";

export type Connection = Database.Database;

/** How long a statement waits for a lock of somebody else; it holds up the whole process meanwhile. */
const BUSY_TIMEOUT_MS = 100;
/** Files up to this size are examined whole at boot: a few seconds at most. */
const EXAMINE_UP_TO_BYTES = 2 ** 30;
const MAX_WAL_BYTES = 64 * 2 ** 20;
/** Pages of the file that a connection keeps in memory: so much it grows to, as the file does. A negative number is KiB. */
const PAGE_CACHE = -16_000;
/** The first without the loss of a write-ahead log that is reset while another connection checkpoints. */
const OLDEST_SQLITE = [3, 51, 3] as const;

const DEFAULT_MIGRATIONS = fileURLToPath(new URL("../../../migrations", import.meta.url));

/** What must be so on the writer's connection: `want` is what reading the pragma back has to give. */
const WRITER_PRAGMAS: { name: string; set: string; want: string | number }[] = [
  { name: "journal_mode", set: "WAL", want: "wal" },
  { name: "synchronous", set: "FULL", want: 2 },
  { name: "foreign_keys", set: "ON", want: 1 },
  { name: "wal_autocheckpoint", set: "1000", want: 1000 },
  { name: "journal_size_limit", set: String(MAX_WAL_BYTES), want: MAX_WAL_BYTES },
  { name: "busy_timeout", set: String(BUSY_TIMEOUT_MS), want: BUSY_TIMEOUT_MS },
  { name: "mmap_size", set: "0", want: 0 },
  { name: "cache_size", set: String(PAGE_CACHE), want: PAGE_CACHE },
  { name: "trusted_schema", set: "OFF", want: 0 },
];

const READER_PRAGMAS: typeof WRITER_PRAGMAS = [
  { name: "query_only", set: "ON", want: 1 },
  { name: "busy_timeout", set: String(BUSY_TIMEOUT_MS), want: BUSY_TIMEOUT_MS },
  { name: "mmap_size", set: "0", want: 0 },
  { name: "cache_size", set: String(PAGE_CACHE), want: PAGE_CACHE },
  { name: "trusted_schema", set: "OFF", want: 0 },
];

/**
 * Opens the file for writing, creating it and its folder when absent. The caller holds the folder's lock.
 *
 * @throws StatusquoError "store_unusable"
 */
export function openForWriting(
  path: string,
  migrationsFolder = DEFAULT_MIGRATIONS,
  failpoint: (point: Failpoint) => void = () => {},
): Connection {
  const migrations = newestOf(migrationsFolder);
  if (existsSync(path) && statSync(path).size > 0) examine(path, migrations);
  return opened(path, {}, (db) => {
    setPragmas(db, path, WRITER_PRAGMAS);
    // The log is told of every statement before it is run.
    const logger = { logQuery: () => failpoint("migrate.mid") };
    migrate(drizzle({ client: db, logger }), { migrationsFolder });
  });
}

/** Opens a file that exists for reading; nothing that goes through this connection can change it. */
export function openForReading(path: string): Connection {
  if (!existsSync(path)) throw unusable(path, "there is no such file", "name the data folder of a server with --data");
  return opened(path, { readonly: true, fileMustExist: true }, (db) => setPragmas(db, path, READER_PRAGMAS));
}

/** Creates the folder of `path`. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    // What Node says of a missing folder on a read-only file system.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      const wayOut = "mount that file system writable, or choose another folder with --data";
      throw unusable(dirname(path), "the folder cannot be created (read-only file system?)", wayOut, { cause: error });
    }
    throw asUnusable(dirname(path), error);
  }
}

/** @throws StatusquoError "store_unusable" when the pages of the file do not hang together */
export function quickCheck(db: Connection, path: string): void {
  const found = db.pragma("quick_check(10)") as { quick_check: string }[];
  if (found.length === 1 && found[0]?.quick_check === "ok") return;
  const what = found.map((row) => row.quick_check).join(" / ");
  throw unusable(path, `the file is corrupt: ${what}`, "keep it for examination, and put a backup in its place");
}

function opened(path: string, options: Database.Options, prepare: (db: Connection) => void): Connection {
  let db: Connection | null = null;
  try {
    db = new Database(path, { timeout: BUSY_TIMEOUT_MS, ...options });
    prepare(db);
    return db;
  } catch (error) {
    db?.close();
    throw asUnusable(path, error);
  }
}

/** Looks at an existing file through a connection that cannot write. */
function examine(path: string, ours: { when: number; tag: string }): void {
  const db = opened(path, { readonly: true }, () => {});
  try {
    const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
    if (tables.length > 0 && !tables.includes("__drizzle_migrations")) {
      const wayOut = "name another file with --data";
      throw unusable(path, `the file is a database of another program (tables ${tables.join(", ")})`, wayOut);
    }
    const theirs =
      tables.length === 0 ? 0 : Number(db.prepare("SELECT max(created_at) FROM __drizzle_migrations").pluck().get());
    if (theirs > ours.when) {
      const written = new Date(theirs).toISOString().slice(0, 10);
      const known = new Date(ours.when).toISOString().slice(0, 10);
      throw unusable(
        path,
        `the file was written by a newer version (its schema is of ${written}; this one knows up to ${known}, ${ours.tag})`,
        "start the newer version, or put back a backup made before the upgrade; nothing was changed",
      );
    }
    if (statSync(path).size < EXAMINE_UP_TO_BYTES) quickCheck(db, path);
  } catch (error) {
    throw asUnusable(path, error);
  } finally {
    db.close();
  }
}

function newestOf(migrationsFolder: string): { when: number; tag: string } {
  const journal = join(migrationsFolder, "meta", "_journal.json");
  const { entries } = JSON.parse(readFileSync(journal, "utf8")) as { entries: { when: number; tag: string }[] };
  const newest = entries.at(-1);
  if (!newest) throw new Error(`${journal}: must list at least one migration, lists none`);
  return newest;
}

function setPragmas(db: Connection, path: string, pragmas: typeof WRITER_PRAGMAS): void {
  const version = String(db.prepare("SELECT sqlite_version()").pluck().get());
  if (isOlder(version.split(".").map(Number), OLDEST_SQLITE)) {
    const wayOut = "install the dependencies as the lockfile has them";
    throw unusable(path, `SQLite must be ${OLDEST_SQLITE.join(".")} or later, is ${version}`, wayOut);
  }
  for (const { name, set, want } of pragmas) {
    db.pragma(`${name} = ${set}`);
    const got = db.pragma(name, { simple: true });
    if (got === want) continue;
    const wayOut = "keep the file on a local disk, not on a network share";
    throw unusable(path, `SQLite must take "PRAGMA ${name} = ${set}", but it reads ${String(got)}`, wayOut);
  }
}

function isOlder(version: readonly number[], than: readonly number[]): boolean {
  const place = than.findIndex((part, index) => part !== version[index]);
  return place >= 0 && (version[place] ?? 0) < (than[place] ?? 0);
}
