/** The search field: words match a monitor's name, method, path, id and tags; `tag:`, `code:`, `region:` and `state:` narrow. */
import type { MonitorRow } from "@statusquo/api/client";

const KEYS = ["tag", "code", "region", "state"] as const;
type Key = (typeof KEYS)[number];

function valuesOf(row: MonitorRow, key: Key): string[] {
  switch (key) {
    case "tag":
      return row.tags;
    case "code":
      return [...new Set([row.headline.above ? row.headline.code : null, ...(row.incident?.codes ?? [])])].flatMap(
        (code) => (code === null ? [] : [String(code)]),
      );
    case "region":
      return row.regions;
    case "state":
      return [row.standing.replace("_", "-")];
  }
}

export interface Found {
  rows: MonitorRow[];
  /** Why nothing was found, where one of the narrowing words is to blame. */
  reason: string | null;
}

/** @param text what was typed; empty finds every monitor */
export function search(rows: readonly MonitorRow[], text: string): Found {
  const terms = text.toLowerCase().split(/\s+/).filter(Boolean);
  let found = [...rows];
  for (const term of terms) {
    const [head = "", ...tail] = term.split(":");
    const key = KEYS.find((each) => each === head);
    const value = tail.join(":");
    if (key === undefined || value === "") found = found.filter((row) => haystack(row).includes(term));
    else found = found.filter((row) => valuesOf(row, key).some((each) => each.toLowerCase().startsWith(value)));
  }
  return { rows: found, reason: found.length > 0 ? null : reasonOf(rows, terms) };
}

const haystack = ({ id, name, method, path, tags }: MonitorRow) =>
  [name, method, path, id, ...tags].join(" ").toLowerCase();

function reasonOf(rows: readonly MonitorRow[], terms: readonly string[]): string | null {
  for (const term of terms) {
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
