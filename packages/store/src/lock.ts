/**
 * The owner's lock: one process per data folder.
 *
 * It is an open transaction on an empty side file, so the operating system holds it and gives it back when its owner
 * ends, however it ends: nothing is ever left to clean up. The owner's name beside it is for people only.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { asUnusable, unusable } from "./unusable.ts";

export interface Lock {
  release(): void;
}

/**
 * Takes the lock of the folder that `path` (the database) is in.
 *
 * @throws StatusquoError "store_unusable" when another process, or another store of this one, holds it
 */
export function takeLock(path: string): Lock {
  const lockPath = join(dirname(path), "statusquo.lock");
  const ownerPath = join(dirname(path), "statusquo.owner");
  let side: Database.Database | null = null;
  try {
    side = new Database(lockPath, { timeout: 0 });
    side.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    side?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY")) {
      const wayOut = "stop it first, or give this one another folder with --data";
      throw unusable(path, `the data folder is in use by ${ownerIn(ownerPath)}`, wayOut, { cause: error });
    }
    throw asUnusable(lockPath, error);
  }
  const held = side;
  try {
    writeFileSync(ownerPath, `process ${process.pid} on ${hostname()}, since ${new Date().toISOString()}\n`);
  } catch (error) {
    held.close();
    throw asUnusable(ownerPath, error);
  }
  return {
    release() {
      if (!held.open) return;
      rmSync(ownerPath, { force: true });
      held.close();
    },
  };
}

function ownerIn(ownerPath: string): string {
  try {
    return readFileSync(ownerPath, "utf8").trim() || "another process";
  } catch {
    return "another process";
  }
}
