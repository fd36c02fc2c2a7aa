/**
 * Two exchanges side by side: which lines differ.
 *
 * Headers are compared by name, bodies by line. What differs in every exchange, such as a date, is not marked.
 */
import type { EvidenceDetail } from "@statusquo/api/client";
import { bodyText } from "../monitor/body.ts";

export interface Line {
  /** `name` is what stands before a header's value; empty elsewhere. */
  name: string;
  text: string;
  mark: "same" | "differs" | "absent";
}

/** Differ from one exchange to the next whatever happens. */
const EVERY_TIME = new Set([
  "date",
  "content-length",
  "x-request-id",
  "request-id",
  "x-correlation-id",
  "x-trace-id",
  "traceparent",
  "cf-ray",
  "x-amzn-requestid",
  "x-amz-request-id",
  "x-amz-id-2",
]);

/** The lines of both, with headers of one name on one line. */
export function sideBySide(first: EvidenceDetail, second: EvidenceDetail): { first: Line[]; second: Line[] } {
  const pairs = [
    line(`${first.request.method} ${first.request.url}`, `${second.request.method} ${second.request.url}`),
    ...headers(first.request.headers, second.request.headers),
    ...bodies(first.request.body ?? "", second.request.body ?? ""),
    BLANK,
    line(statusLine(first), statusLine(second)),
    ...headers(first.response?.headers ?? [], second.response?.headers ?? []),
    ...bodies(first.response?.body ?? "", second.response?.body ?? ""),
  ];
  return {
    first: pairs.flatMap(([own]) => own ?? []),
    second: pairs.flatMap(([, own]) => own ?? []),
  };
}

type Pair = [Line | null, Line | null];

const BLANK: Pair = [
  { name: "", text: "", mark: "same" },
  { name: "", text: "", mark: "same" },
];

function line(first: string, second: string): Pair {
  const mark = first === second ? "same" : "differs";
  return [
    { name: "", text: first, mark },
    { name: "", text: second, mark },
  ];
}

function statusLine({ response }: EvidenceDetail): string {
  return response === null ? "no answer" : `HTTP/${response.httpVersion} ${response.status} ${response.reason}`.trim();
}

type HeaderList = EvidenceDetail["request"]["headers"];

function headers(first: HeaderList, second: HeaderList): Pair[] {
  const names = [...new Set([...first, ...second].map(([name]) => name.toLowerCase()))];
  return names.map((name): Pair => {
    const [own, other] = [valueIn(first, name), valueIn(second, name)];
    const differs = own !== other && !EVERY_TIME.has(name);
    return [headerLine(name, own, differs), headerLine(name, other, differs)];
  });
}

/** A header that comes twice is one value, as RFC 9110 reads it. */
function valueIn(list: HeaderList, name: string): string | null {
  const values = list.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? null : values.join(", ");
}

function headerLine(name: string, value: string | null, differs: boolean): Line {
  if (value === null) return { name: "", text: `${name} is absent`, mark: "absent" };
  return { name, text: value, mark: differs ? "differs" : "same" };
}

function bodies(first: string, second: string): Pair[] {
  if (first === "" && second === "") return [];
  const [own, other] = [bodyText(first).split("\n"), bodyText(second).split("\n")];
  const lines = (texts: readonly string[], beside: readonly string[]): Line[] => {
    const known = new Set(beside.map(bare));
    return texts.map((text) => ({ name: "", text, mark: known.has(bare(text)) ? "same" : "differs" }));
  };
  const pairs = [...lines(own, other).map((each): Pair => [each, null])];
  return [BLANK, ...pairs, ...lines(other, own).map((each): Pair => [null, each])];
}

/** A comma at the end of a line of JSON only says that another follows. */
const bare = (text: string) => text.trim().replace(/,$/, "");
