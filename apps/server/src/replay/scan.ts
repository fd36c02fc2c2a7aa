/**
 * From bytes to samples, one line at a time.
 *
 * Most lines of a file differ from an earlier one in their numbers alone. So the bytes between time and status are
 * compared with those that came at this place before, and only a line that is new in kind is read as JSON: about ten
 * times as fast, and never more lenient.
 */
import { StatusquoError } from "@statusquo/core";

/** What a scanner hands on, in the order of the lines. */
export interface ScanTarget<Series> {
  /** The series of a monitor and region, looked up once for many lines. */
  series(monitor: string, region: string): Series;
  sample(series: Series, t: number, status: number): void;
  /** An object that is no sample, such as `{"config": …}`. */
  other(value: Record<string, unknown>): void;
}

export interface Scanner {
  /** Takes the next bytes of the file, wherever they were cut. Throws what the target throws, and `bad_request`. */
  push(chunk: Uint8Array): void;
  /** Takes the last line when it has no line break. */
  end(): void;
  /** The line being read, or read last, from 1. */
  line(): number;
}

/** The bytes between the time and the status of a line, and the series they name. */
interface Middle<Series> {
  bytes: Uint8Array;
  series: Series;
  /** What followed it last time. */
  next: Middle<Series> | null;
}

const HEAD = Buffer.from('{"t":');
const PLAIN = /^\{"t":\d{1,15}(,"monitor":"[^"\\]*","region":"[^"\\]*","status":)\d{1,3}([,}].*)$/;
const NAMES_A_FIELD = /"(?:t|monitor|region|status)"|\\/;
const LINE_MAX_BYTES = 1_048_576;
const NEWLINE = 10;
const RETURN = 13;
const ZERO = 48;
export const EXAMPLE = '{"t":1767704400000,"monitor":"create-order","region":"eu-west","status":200}';

/** @param name of the file, for messages */
export function createScanner<Series>(name: string, target: ScanTarget<Series>): Scanner {
  const middles = new Map<string, Middle<Series>>();
  let last: Middle<Series> | null = null;
  let tail: Uint8Array = Buffer.from("}");
  let rest: Buffer = Buffer.alloc(0);
  let line = 1;

  /** Reads the line in [from, to) as numbers around known bytes; false when it is new in kind. */
  function readKnown(bytes: Uint8Array, from: number, to: number): boolean {
    const middle = last?.next;
    if (!middle) return false;
    for (let index = 0; index < HEAD.length; index++) if (bytes[from + index] !== HEAD[index]) return false;
    let at = from + HEAD.length;
    let t = 0;
    const timeFrom = at;
    for (let digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) t = t * 10 + digit;
    if (at === timeFrom || at - timeFrom > 15 || (bytes[timeFrom] === ZERO && at - timeFrom > 1)) return false;
    const between = middle.bytes;
    for (let index = 0; index < between.length; index++) if (bytes[at + index] !== between[index]) return false;
    at += between.length;
    let status = 0;
    const statusFrom = at;
    for (let digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO)
      status = status * 10 + digit;
    const isCode = at - statusFrom === 3 ? status >= 100 : at - statusFrom === 1 && status === 0;
    if (!isCode) return false;
    if (to - at !== tail.length) return false;
    for (let index = 0; index < tail.length; index++) if (bytes[at + index] !== tail[index]) return false;
    last = middle;
    target.sample(middle.series, t, status);
    return true;
  }

  function readNew(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      // Only of a line that ends too early is no position said.
      const column = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? text.length) + 1;
      throw refused(column, "a line must be one JSON object", text);
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw refused(1, "a line must be one JSON object", text);
    }
    const { t, monitor, region, status } = value as Record<string, unknown>;
    if (t === undefined && status === undefined) {
      target.other(value as Record<string, unknown>);
      return;
    }
    if (!(Number.isSafeInteger(t) && (t as number) >= 0))
      throw wrong(text, "t", "the time in whole milliseconds since 1970", t);
    if (typeof monitor !== "string" || monitor === "") throw wrong(text, "monitor", "a name", monitor);
    if (typeof region !== "string" || region === "") throw wrong(text, "region", "a name", region);
    if (!(status === 0 || (Number.isInteger(status) && (status as number) >= 100 && (status as number) <= 999))) {
      throw wrong(text, "status", "a status code from 100 to 999, or 0 for no answer", status);
    }
    const series = remember(text, monitor, region);
    target.sample(series, t as number, status as number);
  }

  function remember(text: string, monitor: string, region: string): Series {
    const [, between, after = ""] = PLAIN.exec(text) ?? [];
    // A field that stands twice would make the bytes mean something else.
    if (between === undefined || NAMES_A_FIELD.test(after)) return target.series(monitor, region);
    tail = Buffer.from(after);
    const known = middles.get(between);
    const middle: Middle<Series> = known ?? {
      bytes: Buffer.from(between),
      series: target.series(monitor, region),
      next: null,
    };
    if (!known) middles.set(between, middle);
    // A monitor with one region follows itself.
    middle.next ??= middle;
    if (last) last.next = middle;
    last = middle;
    return middle.series;
  }

  function readLine(bytes: Buffer, from: number, end: number): void {
    const to = end > from && bytes[end - 1] === RETURN ? end - 1 : end;
    if (!readKnown(bytes, from, to)) {
      const text = bytes.toString("utf8", from, to);
      if (text.trim() !== "") readNew(text);
    }
  }

  const refused = (column: number, allowed: string, came: string) =>
    new StatusquoError(
      "bad_request",
      `${name}:${line}:${column}: ${allowed}, such as ${EXAMPLE}; got ${came.length > 120 ? `${came.slice(0, 120)}…` : came}`,
    );

  function wrong(text: string, field: string, allowed: string, came: unknown): StatusquoError {
    const found = new RegExp(`"${field}"\\s*:\\s*`).exec(text);
    const column = found === null ? 1 : found.index + found[0].length + 1;
    return refused(column, `${field} must be ${allowed}`, came === undefined ? "none" : JSON.stringify(came));
  }

  return {
    line: () => line,
    push(chunk) {
      const bytes =
        rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([rest, chunk]);
      let from = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
        readLine(bytes, from, end);
        from = end + 1;
        line++;
      }
      // A copy, so that the chunk is not kept for the sake of its last bytes.
      rest = Buffer.from(bytes.subarray(from));
      if (rest.length > LINE_MAX_BYTES)
        throw refused(1, `a line must be at most ${LINE_MAX_BYTES} bytes long`, rest.toString("utf8", 0, 200));
    },
    end() {
      if (rest.length > 0) readLine(rest, 0, rest.length);
      rest = Buffer.alloc(0);
    },
  };
}
