/**
 * A source file of another tool as plain values that remember where they stand. Made for files nobody has checked:
 * bounded in size, depth and aliases.
 */
import { StatusquoError } from "@statusquo/core";
import { isAlias, LineCounter, type Node, parseAllDocuments } from "yaml";

export interface Source {
  file: string;
  /** Of its one document, or of the first. */
  value: unknown;
  /** @throws StatusquoError "bad_request" that begins with `file:line:column` of the value, or of its nearest parent */
  refuse(path: readonly (string | number)[], message: string): never;
}

const LARGEST = 16 * 1_048_576;
/** Aliases as far as they may multiply; a file that writes one default 1,000 times is well below. */
const MOST_ALIASES = 10_000;

/** A refusal at a place of a file. */
export function refusal(file: string, text: string, offset: number, message: string): StatusquoError {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return new StatusquoError("bad_request", `${file}:${line}:${offset - before.lastIndexOf("\n")}: ${message}`);
}

/**
 * Reads YAML or JSON.
 *
 * @param what the kind of file that is expected, with an example
 * @throws StatusquoError "bad_request"
 */
export function readSource(file: string, text: string, what: string): Source {
  if (text.length > LARGEST) throw refusal(file, text, 0, "the file must be at most 16 MiB");
  if (text.trim() === "") throw refusal(file, text, 0, `the file is empty; expected ${what}`);
  try {
    return /^\s*[{[]/.test(text.replace(/^\ufeff/, "")) ? fromJson(file, text, what) : fromYaml(file, text, what);
  } catch (error) {
    // The reader is recursive, and a file need not be well-meant.
    if (error instanceof RangeError) throw refusal(file, text, 0, "nested too deeply to be read");
    throw error;
  }
}

function fromJson(file: string, text: string, what: string): Source {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    // Flow style YAML begins like JSON; its reader knows where an error stands.
    return fromYaml(file, text, what);
  }
  return {
    file,
    value,
    refuse: (path, message) => {
      // JSON.parse keeps no places: only a file that is refused is read again.
      const { refuse } = fromYaml(file, text, what);
      return refuse(path, message);
    },
  };
}

function fromYaml(file: string, text: string, what: string): Source {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, merge: true });
  const document = "empty" in documents ? undefined : documents[0];
  if (!document) throw refusal(file, text, 0, `the file is empty; expected ${what}`);
  const error = document.errors[0];
  if (error) {
    const message = (error.message.split("\n")[0] ?? "").replace(/ at line \d+.*$/, "").replace(/:$/, "");
    throw refusal(file, text, error.pos[0], `${message}; expected ${what}`);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (cause) {
    throw refusal(file, text, 0, `aliases of this file cannot be followed: ${(cause as Error).message}`);
  }
  return {
    file,
    value,
    refuse(path, message) {
      for (let depth = path.length; depth >= 0; depth--) {
        const found = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
        const node = isAlias(found) ? found : (found as Node | null | undefined);
        if (node?.range) throw refusal(file, text, node.range[0], message);
      }
      throw refusal(file, text, 0, message);
    },
  };
}

/** The own entries of a mapping; none for anything else. */
export function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** What stands under an own key of a mapping. */
export function at(value: unknown, ...path: string[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null || Array.isArray(found) || !Object.hasOwn(found, key))
      return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** A text, a number or a flag as a text; null for anything else and for an empty one. */
export function textOf(value: unknown): string | null {
  if (typeof value === "string") return value === "" ? null : value;
  return typeof value === "number" || typeof value === "boolean" || typeof value === "bigint" ? String(value) : null;
}

/** Texts of a list; a single text is a list of one. */
export const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((one) => textOf(one) ?? []);

/** Flags, also as other readers of YAML take them. */
export const isTrue = (value: unknown): boolean =>
  value === true || value === 1 || (typeof value === "string" && /^(?:true|yes|on|1)$/i.test(value));
export const isFalse = (value: unknown): boolean =>
  value === false || value === 0 || (typeof value === "string" && /^(?:false|no|off|0)$/i.test(value));

/** A number, also written as a text; null for anything else. */
export function numberOf(value: unknown): number | null {
  const number =
    typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
  return Number.isFinite(number) ? number : null;
}

const GO_UNITS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1e3,
  m: 6e4,
  h: 3.6e6,
  d: 8.64e7,
  w: 6.048e8,
  y: 3.1536e10,
};

/** Durations as Go and Prometheus write them, `1h30m` or `500ms`, in milliseconds; null for anything else. */
export function goDuration(text: string | null): number | null {
  if (text === null || text.length > 60 || !/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|[smhdwy]))+$/.test(text)) return null;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|[smhdwy])/g);
  return Math.round(
    [...parts].reduce((sum, [, number, unit]) => sum + Number(number) * (GO_UNITS[unit ?? ""] ?? 0), 0),
  );
}
