/**
 * Birth: which streams a monitor's detector begins with, what part of the budget each may spend, and what it is told to
 * be usual before it has seen anything.
 */
import { copyLevel } from "./baseline.ts";
import type { ScopeSet } from "./scope.ts";
import { newStream, type Stream } from "./stream.ts";

/** The code with a stream of its own from the start. */
const WATCHED_CODE = 409;
const WATCHED_WEIGHT = 0.4;
const ANY_WEIGHT = 0.4;
const OTHERS_WEIGHT = 0.2;
/** Further codes speak through `any` alone: a target that answers with random codes must not cost without bound. */
export const MAX_OTHER_CODES = 16;
/** The share of the budget of the nth further code, from 1: together never more than theirs. */
export const otherWeight = (nth: number) => OTHERS_WEIGHT / (nth * (nth + 1));

/**
 * The streams of a detector that has seen nothing. What the definition calls usual counts like so many quiet samples;
 * real ones outweigh it within days.
 *
 * @see docs/statistics.md#declared
 */
export function streamsAtBirth(
  scopes: ScopeSet,
  usual: Readonly<Record<number, number>>,
): { codes: Stream[]; any: Stream } {
  const watched = newStream(WATCHED_CODE, WATCHED_WEIGHT, scopes, true);
  const any = newStream("any", ANY_WEIGHT, scopes, true);
  const declared = Object.entries(usual).map(([code, share]) => ({ code: Number(code), share }));
  if (declared.length === 0) return { codes: [watched], any };
  const others = declared
    .filter(({ code }) => code !== WATCHED_CODE)
    .slice(0, MAX_OTHER_CODES)
    .map(({ code }, index) => newStream(code, otherWeight(index + 1), scopes, false));
  const codes = [watched, ...others];
  for (const stream of codes) {
    teachUnseen(stream, declared.find(({ code }) => code === stream.name)?.share ?? 0);
  }
  teachUnseen(
    any,
    Math.min(
      1,
      declared.reduce((sum, { share }) => sum + share, 0),
    ),
  );
  return { codes, any };
}

/** How many quiet samples a word of the definition is worth. */
const DECLARED_SAMPLES = 300;

function teachUnseen({ level, rested }: Stream, share: number): void {
  const regions = level.seenBy.length;
  level.seen = DECLARED_SAMPLES;
  level.bad = DECLARED_SAMPLES * share;
  level.seenBy.fill(level.seen / regions);
  level.badBy.fill(level.bad / regions);
  copyLevel(rested, level);
}
