/**
 * What the readers of other tools' formats hand over: a check as its tool means it, in words that are nobody's grammar.
 *
 * A reader says all that it found; `carry.ts` alone decides what of it definitions can say, and notes the rest.
 */

/** Something that was changed or could not be carried over. It becomes a comment, and a line of the summary. */
export interface Note {
  /** The key of the definition it is about; null for all of it. */
  key: string | null;
  message: string;
}

export type ForeignBody =
  | { kind: "text"; text: string; type?: string }
  | { kind: "json"; value: unknown }
  | { kind: "form"; fields: [string, string][] };

/** How a number is compared. */
export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";
/** What a value inside a body must be: compared, there at all, or like a pattern in RE2 syntax. */
export type ValueTest = { is: Comparison; value: string } | { exists: boolean } | { matches: string };

/** One demand on the answer, or on the way there. `said` is how the source says it, for notes. */
export type Want = { said: string } & (
  | { kind: "status"; codes: ReadonlySet<number> }
  | { kind: "latency"; belowMs: number }
  | { kind: "certificate"; leftMs: number }
  | { kind: "json"; path: string; must: ValueTest }
  | { kind: "body-contains"; text: string; not: boolean }
  | { kind: "body-matches"; pattern: string; not: boolean }
  | { kind: "header-matches"; name: string; pattern: string; not: boolean }
  | { kind: "insecure" }
  | { kind: "proxy"; url: string; user?: { name: string; password: string } }
  | { kind: "ip"; version: 4 | 6; only: boolean }
  | { kind: "http2" }
  /** Each the path of a file, or the PEM text itself. */
  | { kind: "client-certificate"; certificate: string; key: string | null }
  | { kind: "server-name"; name: string }
  | { kind: "authority"; file: string }
  | {
      kind: "oauth2";
      tokenUrl: string;
      clientId: string;
      clientSecret: string;
      scopes: string[];
      audience?: string | null;
      inBody?: boolean;
    }
  /** A part of a form; null for one that is a file's. */
  | { kind: "multipart"; parts: [string, string | null][] }
  /** Nothing here is like it; `why` says so. */
  | { kind: "other"; why: string }
);

/** One check of another tool. Times are milliseconds. */
export interface Foreign {
  name: string;
  /** What the id is made from; default the name. */
  id?: string;
  tags: string[];
  method: string;
  url: string;
  headers: [string, string][];
  body: ForeignBody | null;
  basic: { user: string; password: string } | null;
  bearer: string | null;
  everyMs: number | null;
  timeoutMs: number | null;
  /** Redirects followed at most; 0 for none. */
  redirects: number;
  wants: Want[];
  /** Ids of channels. */
  notify: string[];
  /** Why it stands as a comment only; null when it is to be watched. */
  leftOut: string | null;
  notes: Note[];
}

/** A check that no HTTP request can be: it has a name and a reason, nothing else. */
export interface Unlike {
  name: string;
  leftOut: string;
}

/** A channel whose secret is left to the environment. */
export interface ForeignChannel {
  id: string;
  slack?: { webhook: string };
  email?: { to: string[]; from: string; smtp: string };
  notes: Note[];
}

/** Several requests that make one check, and hand values on. */
export interface ForeignSuite {
  name: string;
  id?: string;
  tags: string[];
  /** In order. `save` says what of the answer is kept: a name, and where its value comes from as definitions say it. */
  steps: { check: Foreign; save: Record<string, string>; always: boolean }[];
  everyMs: number | null;
  timeoutMs: number | null;
  notify: string[];
  leftOut: string | null;
  notes: Note[];
}

export interface Imported {
  checks: (Foreign | ForeignSuite | Unlike)[];
  channels: ForeignChannel[];
  /** About the source as a whole. */
  notes: string[];
}

/** A check with everything at rest. */
export function foreign(said: Partial<Foreign> & { name: string; url: string }): Foreign {
  return {
    tags: [],
    method: "GET",
    headers: [],
    body: null,
    basic: null,
    bearer: null,
    everyMs: null,
    timeoutMs: null,
    redirects: 0,
    wants: [],
    notify: [],
    leftOut: null,
    notes: [],
    ...said,
  };
}

export const isSuite = (check: Foreign | ForeignSuite | Unlike): check is ForeignSuite => "steps" in check;
export const isWatchable = (check: Foreign | ForeignSuite | Unlike): check is Foreign | ForeignSuite =>
  "url" in check || isSuite(check);
