/**
 * Documents that several people edit. A save names the version it starts from, or has the service read it; when another
 * save landed in between, it is a conflict and changes nothing.
 */
import type { EpochMs } from "@statusquo/core";
import type { DemoClock } from "./clock.ts";

export interface StoredDocument {
  id: string;
  text: string;
  /** Counts from 1. */
  version: number;
  updatedBy: string;
  updatedAt: EpochMs;
}

/** A document as a reader got it; `cache` is null while no cache stands in front. */
export interface DocumentRead {
  document: StoredDocument;
  cache: { hit: boolean; ageMs: number } | null;
}

export type DocumentSaved =
  | { kind: "saved"; document: StoredDocument; created: boolean }
  | { kind: "missing" }
  | { kind: "stale"; submitted: string; current: StoredDocument; cache: DocumentRead["cache"] };

export interface Documents {
  read(id: string): DocumentRead | null;
  /** @param ifMatch entity tags, any of which will do; null has the service read the version to start from */
  save(order: { id: string; text: string; by: string; ifMatch: readonly string[] | null }): Promise<DocumentSaved>;
}

export const HANDBOOK = "handbook";
export const SHIFT_PLAN = "shift-plan";

/** How long the cache of the fault keeps a document. */
export const CACHE_MS = 30_000;
const MAX_DOCUMENTS = 200;

export const documentTag = ({ version }: Pick<StoredDocument, "version">) => `"v${version}"`;

/**
 * @param storageDelay resolves when the storage has written: the time in which somebody else's save can land
 * @param cacheIsOn whether reads of a document go through a cache that writes do not touch
 */
export function createDocuments(
  clock: Pick<DemoClock, "now">,
  storageDelay: () => Promise<void>,
  cacheIsOn: (id: string) => boolean,
): Documents {
  const documents = new Map<string, StoredDocument>();
  const cached = new Map<string, { document: StoredDocument; at: EpochMs }>();

  const put = (document: StoredDocument) => {
    documents.set(document.id, document);
    if (documents.size <= MAX_DOCUMENTS) return;
    const oldest = [...documents.keys()].find((id) => id !== HANDBOOK && id !== SHIFT_PLAN);
    if (oldest !== undefined) {
      documents.delete(oldest);
      cached.delete(oldest);
    }
  };

  const read = (id: string): DocumentRead | null => {
    if (!cacheIsOn(id)) {
      cached.delete(id);
      const document = documents.get(id);
      return document ? { document, cache: null } : null;
    }
    const entry = cached.get(id);
    const ageMs = entry ? clock.now() - entry.at : 0;
    if (entry && ageMs < CACHE_MS) return { document: entry.document, cache: { hit: true, ageMs } };
    const document = documents.get(id);
    if (!document) return null;
    cached.set(id, { document, at: clock.now() });
    return { document, cache: { hit: false, ageMs: 0 } };
  };

  for (const [id, text] of [
    [HANDBOOK, "What to do when the bell rings."],
    [SHIFT_PLAN, "Early: open. Late: close."],
  ] as const) {
    put({ id, text, version: 1, updatedBy: "the archive", updatedAt: clock.now() });
  }

  return {
    read,
    async save({ id, text, by, ifMatch }) {
      const start = ifMatch === null ? read(id) : null;
      if (ifMatch !== null && !documents.has(id)) return { kind: "missing" };
      const accepted = ifMatch ?? (start ? [documentTag(start.document)] : []);
      await storageDelay();
      const current = documents.get(id);
      if (current && !accepted.includes("*") && !accepted.includes(documentTag(current))) {
        return { kind: "stale", submitted: accepted[0] ?? "none", current, cache: start?.cache ?? null };
      }
      const version = (current?.version ?? 0) + 1;
      const document: StoredDocument = { id, text, version, updatedBy: by, updatedAt: clock.now() };
      put(document);
      return { kind: "saved", document, created: current === undefined };
    },
  };
}
