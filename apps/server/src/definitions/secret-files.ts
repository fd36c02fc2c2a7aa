/** Secrets in files that every user of this machine may read: no error, since they work, and worth a word. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { findReferences } from "@statusquo/probe";

const READ_BY_ALL = 0o004;
/** Certificates are meant to be seen. */
const PUBLIC = "-----BEGIN CERTIFICATE-----";

/** For each `${file:…}` in the texts that others may read, what to say of it; names alone, never what is in it. */
export function openSecrets(texts: readonly string[]): string[] {
  const paths = texts
    .flatMap((text) => findReferences(text))
    .flatMap(({ kind, name }) => (kind === "file" ? [name] : []));
  return [...new Set(paths)]
    .filter(isOpenSecret)
    .map((path) => `\${file:${path}} may be read by every user of this machine; close it with: chmod o-r ${path}`);
}

function isOpenSecret(path: string): boolean {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(descriptor);
      if (!stat.isFile() || (stat.mode & READ_BY_ALL) === 0) return false;
      const begins = Buffer.alloc(PUBLIC.length);
      readSync(descriptor, begins, 0, begins.length, 0);
      return begins.toString("latin1") !== PUBLIC;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // What cannot be read is said by whoever needs it.
    return false;
  }
}
