/**
 * Trouble with the file, said so that a person can act: which file, what is wrong, and the way out.
 */
import { StatusquoError } from "@statusquo/core";

interface Trouble {
  what: string;
  wayOut: string;
  /** Whether the same call may succeed later without anybody touching the file. */
  retryable: boolean;
}

/** By the beginning of SQLite's or the system's error code; the first that fits. */
const TROUBLES: [code: string, trouble: Trouble][] = [
  [
    "SQLITE_FULL",
    {
      what: "the disk is full",
      wayOut: "free space on that disk; it goes on by itself, without a restart",
      retryable: true,
    },
  ],
  ["ENOSPC", { what: "the disk is full", wayOut: "free space on that disk", retryable: true }],
  [
    "SQLITE_READONLY",
    {
      what: "the file or its folder cannot be written (read-only)",
      wayOut: "mount the folder writable and give this user the right to write in it, or choose another with --data",
      retryable: true,
    },
  ],
  [
    "SQLITE_CANTOPEN",
    {
      what: "the file cannot be opened or created",
      wayOut: "check that its folder exists on a local disk and that this user may read and write it",
      retryable: true,
    },
  ],
  [
    "SQLITE_CORRUPT",
    {
      what: "the file is corrupt",
      wayOut: "stop, keep the file for examination, and put a backup in its place (statusquo backup makes them)",
      retryable: false,
    },
  ],
  [
    "SQLITE_NOTADB",
    {
      what: "the file is no SQLite database",
      wayOut: "name another file, or move this one away to begin a new one",
      retryable: false,
    },
  ],
  [
    "SQLITE_BUSY",
    {
      what: "another program holds the file locked",
      wayOut: "end what else is writing to it (a sqlite3 shell, a backup tool)",
      retryable: true,
    },
  ],
  [
    "SQLITE_IOERR",
    {
      what: "the disk failed to read or write",
      wayOut: "look at the system's log for disk errors; nothing unacknowledged was kept",
      retryable: true,
    },
  ],
  [
    "SQLITE_TOOBIG",
    { what: "a value is too large to store", wayOut: "lower what is kept of a response", retryable: false },
  ],
  [
    "EROFS",
    {
      what: "the folder cannot be written (read-only file system)",
      wayOut: "mount it writable, or choose another with --data",
      retryable: false,
    },
  ],
  [
    "EACCES",
    {
      what: "this user may not write there (permission denied)",
      wayOut: "give the right to write, or choose another folder with --data",
      retryable: false,
    },
  ],
  [
    "EPERM",
    { what: "this user may not write there", wayOut: "give the right to write, or choose another", retryable: false },
  ],
  [
    "ENOTDIR",
    {
      what: "a part of the path is a file, not a folder",
      wayOut: "choose another folder with --data",
      retryable: false,
    },
  ],
  [
    "EEXIST",
    {
      what: "a part of the path is a file, not a folder",
      wayOut: "choose another folder with --data",
      retryable: false,
    },
  ],
];

/** The error of a file that cannot be used as it is. `reason` names the cause, `wayOut` what to do. */
export function unusable(
  path: string,
  reason: string,
  wayOut: string,
  options: { cause?: unknown; retryable?: boolean } = {},
): StatusquoError {
  return new StatusquoError("store_unusable", `${path}: ${reason}; ${wayOut}`, options);
}

/** `store_unusable` for what SQLite or the file system say about the file; everything else as it came. */
export function asUnusable(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StatusquoError) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const trouble = TROUBLES.find(([prefix]) => code.startsWith(prefix))?.[1];
  if (!trouble) return error;
  const { what, wayOut, retryable } = trouble;
  return unusable(path, `${what} (${code})`, wayOut, { cause: error, retryable });
}

/** The same functions, with what goes wrong inside them said as `asUnusable` says it. */
export function tellingUnusable<T extends object>(path: string, methods: T, onTrouble?: (error: unknown) => void): T {
  const told = Object.entries(methods).map(([name, method]) => {
    if (typeof method !== "function") return [name, method];
    const call = (...args: unknown[]) => {
      try {
        return method(...args);
      } catch (error) {
        const said = asUnusable(path, error);
        onTrouble?.(said);
        throw said;
      }
    };
    return [name, call];
  });
  return Object.fromEntries(told) as T;
}
