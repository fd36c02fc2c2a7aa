/**
 * Phrases: sentences with emphasis, before any channel has given them its marks.
 *
 * `say` is the only way to make one, and it makes everything that is put into a sentence inert. What stands in the
 * template itself is ours.
 */
import { inertText } from "./inert.ts";

/** A run of text of one kind: prose, what to see first, or something a machine said (path, header, file). */
export interface Span {
  kind: "prose" | "strong" | "code";
  text: string;
}

export type Phrase = readonly Span[];

/** Longest value put into a sentence, in code points. */
const LONGEST_VALUE = 400;

export const strong = (text: string): Span => ({ kind: "strong", text });
export const code = (text: string): Span => ({ kind: "code", text });

/** A sentence with its values made inert. Phrases may be put into phrases; an empty string leaves no span. */
export function say(texts: TemplateStringsArray, ...values: readonly (string | Span | Phrase)[]): Phrase {
  const spans: Span[] = [];
  for (const [index, text] of texts.entries()) {
    add(spans, { kind: "prose", text });
    const value = values[index];
    if (value === undefined) continue;
    if (typeof value === "string") add(spans, { kind: "prose", text: inertText(value, LONGEST_VALUE) });
    else if ("kind" in value) add(spans, { kind: value.kind, text: inertText(value.text, LONGEST_VALUE) });
    else for (const span of value) add(spans, span);
  }
  return spans;
}

function add(spans: Span[], span: Span): void {
  const last = spans.at(-1);
  if (span.text === "") return;
  if (last?.kind === span.kind) spans[spans.length - 1] = { kind: span.kind, text: last.text + span.text };
  else spans.push(span);
}

/** Phrases one after the other, as sentences of one paragraph. */
export function paragraph(...phrases: readonly (Phrase | null)[]): Phrase {
  const spans: Span[] = [];
  for (const phrase of phrases) {
    if (phrase === null || phrase.length === 0) continue;
    if (spans.length > 0) add(spans, { kind: "prose", text: " " });
    for (const span of phrase) add(spans, span);
  }
  return spans;
}

/** A sentence out of a clause: a capital in front, one full stop at its end. */
export function sentence(clause: string): string {
  const text = clauseOf(clause);
  return text === "" ? "" : `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

/** A clause out of a sentence: without its full stop. */
export function clauseOf(text: string): string {
  return text.trim().replace(/\.+$/, "");
}

/** The words alone. */
export function plain(phrase: Phrase): string {
  return phrase.map((span) => span.text).join("");
}
