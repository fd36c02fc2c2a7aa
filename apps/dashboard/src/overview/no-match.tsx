/** Nothing was found: why, where one of the narrowing words is to blame, and the way back. */
import type { MonitorRow } from "@statusquo/api/client";
import { KEYS, termsOf, valuesOf } from "./search.ts";

/** Why `text` finds none of `rows`; null where each of its words is met by some. */
export function reasonOf(rows: readonly MonitorRow[], text: string): string | null {
  for (const term of termsOf(text)) {
    const [head = "", value = ""] = term.split(":");
    const key = KEYS.find((each) => each === head);
    if (key === undefined || value === "") continue;
    const known = [...new Set(rows.flatMap((row) => valuesOf(row, key)))].sort();
    if (known.some((each) => each.toLowerCase().startsWith(value))) continue;
    return known.length === 0
      ? `No monitor has a ${key} now.`
      : `There is no ${key} “${value}” now. There is ${known.slice(0, 12).join(", ")}${known.length > 12 ? " and more" : ""}.`;
  }
  return null;
}

interface NoMatchProps {
  /** Those that were searched. */
  rows: readonly MonitorRow[];
  text: string;
  onAll(): void;
}

export default function NoMatch({ rows, text, onAll }: NoMatchProps) {
  return (
    <div className="plain-page">
      <p>
        <b>No monitor matches{text !== "" && ` “${text}”`}.</b>{" "}
        {reasonOf(rows, text) ?? `None of ${rows.length} has all of these words.`}
      </p>
      <p>
        <button type="button" className="button" onClick={onAll}>
          Show all
        </button>
      </p>
    </div>
  );
}
