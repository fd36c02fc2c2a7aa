/**
 * A conflict as a case to be read: one 409, what was sent to get it, and what was seen around it.
 *
 * Absent means not known. Only what is present may count as evidence; a missing header proves nothing.
 */

/** Why a 409 was sent. The words are a contract: API, messages and stored incidents use them. */
export type CauseName =
  | "duplicate-resource" // the name, key or membership exists
  | "stale-version" // the version or tag that came with the request is not the current one
  | "invalid-state" // a settled state forbids it; waiting does not help
  | "race" // another writer or operation is under way; passes on its own
  | "file-or-merge" // contents or histories differ: blob, checksum, branch head
  | "container-not-running" // a container that has to run is stopped, paused or looping
  | "everything-409" // the answer does not depend on the request
  | "cached-error" // the 409 itself comes from a cache
  | "corrupted-index" // uniqueness is reported for what does not exist
  | "own-probe" // our checks collide with themselves
  | "undetermined"; // neither body nor context says it

/** Order carries no meaning but that of a table; `undetermined` stands last. */
export const CAUSE_NAMES = [
  "duplicate-resource",
  "stale-version",
  "invalid-state",
  "race",
  "file-or-merge",
  "container-not-running",
  "everything-409",
  "cached-error",
  "corrupted-index",
  "own-probe",
  "undetermined",
] as const satisfies CauseName[];

/** What of a request bears on a conflict. `true` when it was sent and its value is not known (or was removed). */
export interface RequestSignals {
  ifMatch?: boolean | string;
  ifNoneMatch?: boolean | string;
  idempotencyKey?: boolean | string;
  /** The client chose the id of what it creates. */
  clientMadeId?: boolean;
  /** A header other than If-Match that carries a version. */
  versionHeader?: boolean | string;
  /** Another header that matters, as `name: value`. */
  header?: string;
  acceptLanguage?: string;
  /** Names of query parameters that matter. */
  query?: string | readonly string[];
  /** Fields of the body in which a version, revision or hash travels. */
  bodyField?: string | readonly string[];
  /** A part of the path in which a version travels, such as `-rev/{rev}`. */
  pathPart?: string;
  /** What the request does, where method and path do not say it: `cancel`, `merge`. */
  action?: string;
}

/** What is known of the request of one answer. */
export interface SampleRequest {
  /** `own-probe` when our own check sent it. */
  from?: string;
  /** Fields that were sent, by name. */
  values?: Readonly<Record<string, unknown>>;
  idempotencyKey?: string;
  /** The request was made so that no cache could answer it. */
  cacheBuster?: boolean;
  version?: string | number;
}

/** One answer of many, in order of time. */
export interface ConflictSample {
  /** Seconds since the first sample. */
  t: number;
  /** 100 to 999 as sent; 0 for no answer. */
  status: number;
  region?: string;
  slot?: number;
  method?: string;
  path?: string;
  headers?: Readonly<Record<string, string>>;
  /** The text, or `"="` for the body of the case. */
  body?: string;
  request?: SampleRequest;
}

/** Shares of 409 by what the key names, each 0 to 1. */
export type Shares = Readonly<Record<string, number>>;

/** A release or a change of configuration, by how long before the onset it went out; below zero after it. */
export interface ConflictDeploy {
  minutesBeforeOnset: number;
  /** Names it in a sentence: `gateway 2025.11.3`. */
  what: string;
  /** Where it went out; absent when not known, or everywhere. */
  regions?: readonly string[];
}

/** What was seen around a conflict. Every field may be absent. */
export interface ConflictContext {
  window?: { minutes?: number; requests: number; conflicts: number };
  /** The share of 409 that is usual here, 0 to 1. */
  baselineShare?: number;
  byRegion?: Shares;
  byMethod?: Shares;
  byBackend?: Shares;
  byShard?: Shares;
  byResource?: Shares;
  /** In rising order of load, or with a number in each key. */
  byLoad?: Shares;
  /** The share of 409 that others than our probe get, 0 to 1. */
  otherClientsShare?: number;
  /** How many clients were seen. */
  clients?: number;
  deploys?: readonly ConflictDeploy[];
  /** An answer as it usually is. */
  usual?: { status?: number; headers?: Readonly<Record<string, string>>; body?: string; request?: SampleRequest };
  samples?: readonly ConflictSample[];
}

export interface ConflictCase {
  /** Upper case as sent; null when not known. */
  method: string | null;
  /** The path with ids as `{id}`, query names allowed; null when not known. */
  pathShape: string | null;
  request: RequestSignals;
  /** Header names are lower case. */
  response: { status: number; headers: Readonly<Record<string, string>>; body: string };
  context?: ConflictContext;
}
