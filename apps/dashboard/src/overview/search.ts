/** The search field: words match a monitor's name, method, path, id and tags; `tag:`, `code:`, `region:` and `state:` narrow. */
import type { MonitorRow } from "@statusquo/api/client";

export const KEYS = ["tag", "code", "region", "state"] as const;
export type Key = (typeof KEYS)[number];

export function valuesOf(row: MonitorRow, key: Key): string[] {
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

export const termsOf = (text: string) => text.toLowerCase().split(/\s+/).filter(Boolean);

/** @param text what was typed; empty finds every monitor */
export function search(rows: readonly MonitorRow[], text: string): MonitorRow[] {
  let found = [...rows];
  for (const term of termsOf(text)) {
    const [head = "", ...tail] = term.split(":");
    const key = KEYS.find((each) => each === head);
    const value = tail.join(":");
    if (key === undefined || value === "") found = found.filter((row) => haystack(row).includes(term));
    else found = found.filter((row) => valuesOf(row, key).some((each) => each.toLowerCase().startsWith(value)));
  }
  return found;
}

const haystack = ({ id, name, method, path, tags }: MonitorRow) =>
  [name, method, path, id, ...tags].join(" ").toLowerCase();
