/**
 * Marks: single pieces of evidence, each a log-weight for one cause with the sentence that a person reads.
 *
 * Marks add up; nothing else decides. A negative weight speaks against.
 */
import type { CauseName } from "./case.ts";
import type { About, Weights } from "./phrases.ts";

export interface Mark {
  cause: CauseName;
  /** Natural-log units; below zero it speaks against. */
  weight: number;
  says: string;
  /** What the phrase behind it says, where another reader has to know. */
  about?: About;
}

/** One observation that bears on several causes. */
export function marksOf(says: string, weights: Weights): Mark[] {
  return (Object.entries(weights) as [CauseName, number][]).map(([cause, weight]) => ({ cause, weight, says }));
}

/** The summed weight of `cause`. */
export function weightOf(marks: readonly Mark[], cause: CauseName): number {
  return marks.reduce((sum, mark) => (mark.cause === cause ? sum + mark.weight : sum), 0);
}
