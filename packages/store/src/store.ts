/**
 * The one file: opened by one process, written through one connection, read through another that cannot write.
 */
import { renameSync, rmSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { EpochMs, Failpoint, Reader, Writer } from "@statusquo/core";
import Database from "better-sqlite3";
import { type Connection, makeFolder, openForReading, openForWriting, quickCheck } from "./database.ts";
import { takeLock } from "./lock.ts";
import { createReader } from "./reader.ts";
import { asUnusable, unusable } from "./unusable.ts";
import { createWriter } from "./writer.ts";

export interface StoreOptions {
  /** The database file; its folder is created when absent, and belongs to this process until `close`. */
  path: string;
  /** As drizzle-kit writes them; those of the project when absent. */
  migrationsFolder?: string;
  /** Wall time, for `condition().lastCommitAt` alone. */
  now?: () => EpochMs;
  failpoint?: (point: Failpoint) => void;
}

export interface Store {
  writer: Writer;
  reader: Reader;
  /** Puts everything into the one file, closes it and gives the folder back. A second call does nothing. */
  close(): void;
  /**
   * Writes a consistent copy that needs no other file beside it, a few pages at a time while everything goes on, and
   * examines it. An older copy under the same name is replaced only then.
   *
   * @throws StatusquoError "store_unusable" when the copy cannot be written; nothing stands under `file` that was not
   * there before
   */
  backup(file: string): Promise<void>;
}

/**
 * Opens the file for the one process that writes it.
 *
 * @throws StatusquoError "store_unusable" with the path, the reason and the way out: in use by another process,
 * corrupt, of a newer version, of another program, read-only, or on a full disk
 */
export function openStore({ path: given, migrationsFolder, now = Date.now, failpoint }: StoreOptions): Store {
  const path = resolve(given);
  makeFolder(path);
  const lock = takeLock(path);
  let written: Connection | null = null;
  try {
    written = openForWriting(path, migrationsFolder, failpoint);
    return storeOf(path, written, openForReading(path), lock.release, now);
  } catch (error) {
    written?.close();
    lock.release();
    throw asUnusable(path, error);
  }
}

/** How often it is made sure that the file is still the one under its name. */
const LOOK_EVERY_MS = 1_000;

function storeOf(path: string, db: Connection, readDb: Connection, release: () => void, now: () => EpochMs): Store {
  let lastCommitAt: EpochMs | null = null;
  const { ino } = statSync(path);
  const lookForFile = () => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.ino === ino) return;
    const what = found ? "the file was replaced by another while it was in use" : "the file was deleted while in use";
    throw unusable(path, what, "stop this process and put the right file back; what it writes now is lost");
  };
  let lookedAt = Number.NEGATIVE_INFINITY;
  const condition = () => {
    lookForFile();
    return { path, bytes: bytesOf(path), lastCommitAt };
  };
  const writer = createWriter(db, path, createReader(db, path, condition), () => {
    lastCommitAt = now();
  });
  return {
    writer: {
      ...writer,
      // What goes into a file that nobody will find again must not be acknowledged.
      transaction(work) {
        if (performance.now() - lookedAt >= LOOK_EVERY_MS) {
          lookForFile();
          lookedAt = performance.now();
        }
        return writer.transaction(work);
      },
    },
    reader: createReader(readDb, path, condition),
    close() {
      // The reader first: the last connection to close empties the write-ahead log into the file.
      readDb.close();
      db.close();
      release();
    },
    // Through the writer's connection: what it commits meanwhile goes into the copy too, instead of starting it anew.
    backup: (file) => backUp(db, path, resolve(file)),
  };
}

/** A file that belongs to another process, or to none, opened for reading. */
export interface ReadStore extends Pick<Store, "reader" | "close" | "backup"> {}

/**
 * Opens the file for reading alone, also while another process writes it.
 *
 * @throws StatusquoError "store_unusable"
 */
export function openForReadingOnly({ path: given }: Pick<StoreOptions, "path">): ReadStore {
  const path = resolve(given);
  const db = openForReading(path);
  const condition = () => ({ path, bytes: bytesOf(path), lastCommitAt: changedAt(path) });
  return {
    reader: createReader(db, path, condition),
    close: () => void db.close(),
    backup: (file) => backUp(db, path, resolve(file)),
  };
}

async function backUp(db: Connection, path: string, file: string): Promise<void> {
  if (file === path) throw unusable(file, "this is the database itself", "name another file for the copy");
  const partial = `${file}.partial`;
  makeFolder(file);
  try {
    rmSync(partial, { force: true });
    await db.backup(partial);
    const copy = new Database(partial);
    try {
      // Out of WAL mode, so that the copy is one file.
      copy.pragma("journal_mode = DELETE");
      quickCheck(copy, partial);
    } finally {
      copy.close();
    }
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw asUnusable(file, error);
  }
}

const logOf = (path: string) => `${path}-wal`;

function bytesOf(path: string): number {
  return [path, logOf(path)].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** When the file system last saw a commit: in the write-ahead log, or in the file when the log is empty. */
function changedAt(path: string): EpochMs | null {
  const log = statSync(logOf(path), { throwIfNoEntry: false });
  const found = log && log.size > 0 ? log : statSync(path, { throwIfNoEntry: false });
  return found ? Math.floor(found.mtimeMs) : null;
}
