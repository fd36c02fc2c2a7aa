/**
 * Files on one branch. A commit starts from the head of the branch as it was read and lands only if the head is still
 * there; one that names the sha of the file it replaces lands only if that is the file's sha.
 */
import { createHash } from "node:crypto";

export interface StoredFile {
  path: string;
  content: string;
  /** Of the content, 40 hex digits. */
  sha: string;
  /** The commit that wrote it. */
  commit: string;
}

export type FileCommitted =
  | { kind: "committed"; file: StoredFile; created: boolean }
  | { kind: "sha"; submitted: string; current: string | null }
  | { kind: "head"; expected: string; actual: string };

export interface Files {
  find(path: string): StoredFile | null;
  /** @param sha of the file to be replaced; null replaces whatever is there */
  commit(order: { path: string; content: string; sha: string | null }): Promise<FileCommitted>;
}

const MAX_FILES = 300;

/** @param storageDelay resolves when the content is written: the time in which somebody else's commit can land */
export function createFiles(storageDelay: () => Promise<void>): Files {
  const files = new Map<string, StoredFile>();
  let head = sha1("the first commit");

  const find = (path: string) => files.get(path) ?? null;

  return {
    find,
    async commit({ path, content, sha }) {
      const current = find(path);
      if (sha !== null && sha !== current?.sha) return { kind: "sha", submitted: sha, current: current?.sha ?? null };
      const parent = head;
      await storageDelay();
      if (head !== parent) return { kind: "head", expected: parent, actual: head };
      const contentSha = sha1(content);
      head = sha1(`${parent}\n${path}\n${contentSha}`);
      const file: StoredFile = { path, content, sha: contentSha, commit: head };
      // Written last, dropped last: the map keeps the order of writing.
      files.delete(path);
      files.set(path, file);
      const oldest = files.keys().next();
      if (files.size > MAX_FILES && !oldest.done) files.delete(oldest.value);
      return { kind: "committed", file, created: current === null };
    },
  };
}

function sha1(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}
