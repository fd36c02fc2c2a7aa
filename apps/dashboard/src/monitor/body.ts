/** Bodies as they are shown: JSON indented, anything else as it came; what was removed told apart. */

/** A body longer than this is shown as it came: indenting it would only make it longer. */
const LONGEST_INDENTED = 20_000;

/** Characters that are not seen, or turn what stands beside them around; reading JSON makes them of their escapes. */
const UNSEEN = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

export function bodyText(body: string): string {
  if (body.length > LONGEST_INDENTED || !/^\s*[[{]/.test(body)) return body;
  try {
    return JSON.stringify(JSON.parse(body), null, 2).replace(
      UNSEEN,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
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
