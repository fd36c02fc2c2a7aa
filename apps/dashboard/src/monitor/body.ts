/** Bodies as they are shown: JSON indented, anything else as it came; what was removed told apart. */

/** A body longer than this is shown as it came: indenting it would only make it longer. */
const LONGEST_INDENTED = 20_000;

export function bodyText(body: string): string {
  if (body.length > LONGEST_INDENTED || !/^\s*[[{]/.test(body)) return body;
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

export interface Part {
  kind: "said" | "removed";
  text: string;
  /** Where it begins. */
  at: number;
}

/** Splits at `[removed: <rule>]`, the mark the prober leaves where it took something out. */
export function parts(text: string): Part[] {
  const found: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(/\[removed: ([^\]\n]*)\]/g)) {
    if (match.index > from) found.push({ kind: "said", text: text.slice(from, match.index), at: from });
    found.push({ kind: "removed", text: match[1] ?? "", at: match.index });
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push({ kind: "said", text: text.slice(from), at: from });
  return found;
}
