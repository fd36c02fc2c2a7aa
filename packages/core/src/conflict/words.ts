/**
 * What the words of a body weigh: sentences over codes, and the second phrase for a cause less than the first.
 */
import { quote, type Saying } from "./body.ts";
import type { CauseName } from "./case.ts";
import { ENGLISH } from "./english.ts";
import { type Mark, marksOf } from "./marks.ts";
import { FIELDS, type Phrase } from "./phrases.ts";
import { TONGUES } from "./tongues.ts";

// Phrases of one message repeat each other, so they are no independent witnesses.
const REPEATED = 0.45;
// A code is chosen from a list, a sentence was written for the case; where both speak, the sentence is closer to it.
const CODE_BESIDE_SENTENCE = 0.6;

/** Marks for what the sayings say, strongest first. */
export function readWords(sayings: readonly Saying[]): Mark[] {
  const hasSentence = sayings.some(({ kind }) => kind === "sentence");
  const marks: Mark[] = [];
  for (const phrase of ENGLISH) hear(phrase, sayings, ["sentence", "code"], hasSentence, marks);
  // Words shared by languages ("concurrent") are not heard twice.
  const understood = new Set(marks.filter(({ weight }) => weight > 1).map(({ cause }) => cause));
  const foreign: Mark[] = [];
  for (const phrase of TONGUES) hear(phrase, sayings, ["sentence"], hasSentence, foreign);
  marks.push(...foreign.filter(({ cause }) => !understood.has(cause)));
  for (const phrase of FIELDS) hear(phrase, sayings, ["field"], hasSentence, marks);
  return damp(marks);
}

function hear(
  phrase: Phrase,
  sayings: readonly Saying[],
  kinds: readonly Saying["kind"][],
  hasSentence: boolean,
  marks: Mark[],
): void {
  for (const saying of sayings) {
    if (!kinds.includes(saying.kind)) continue;
    const match = phrase.pattern.exec(saying.words);
    if (!match) continue;
    const words =
      saying.kind === "sentence" ? quote(saying.text, match.index, match.index + match[0].length) : quote(saying.text);
    const factor = saying.kind === "code" && hasSentence ? CODE_BESIDE_SENTENCE : 1;
    const where = saying.kind === "field" ? "a field is named" : "the body says";
    for (const mark of marksOf(`${where} "${words}": ${phrase.means}`, phrase.weights)) {
      marks.push({ ...mark, weight: mark.weight * factor, ...(phrase.about && { about: phrase.about }) });
    }
    return;
  }
}

function damp(marks: readonly Mark[]): Mark[] {
  const heard = new Map<CauseName, number>();
  return marks
    .toSorted((a, b) => b.weight - a.weight)
    .map((mark) => {
      if (mark.weight < 0) return mark;
      const before = heard.get(mark.cause) ?? 0;
      heard.set(mark.cause, before + 1);
      return { ...mark, weight: mark.weight * REPEATED ** before };
    });
}
