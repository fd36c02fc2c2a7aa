/**
 * Regular expressions of definitions, in RE2 syntax: whatever the pattern and whatever a target sends, matching takes
 * time linear in the text. Backtracking engines can be made to take for ever by either.
 */
import { RE2JS } from "re2js";

/** The cost of a letter of text is at most this many states. */
const LARGEST_PROGRAM = 500;
const MAX_COMPILED = 1_000;
const compiled = new Map<string, RE2JS>();

/** Why `pattern` cannot be used, in a few words; null when it can. */
export function patternProblem(pattern: string): string | null {
  try {
    const size = RE2JS.compile(pattern).programSize();
    return size > LARGEST_PROGRAM
      ? `its repetitions make it ${size} states large, of ${LARGEST_PROGRAM} at most`
      : null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether `pattern` matches anywhere in `text`. */
export function patternMatches(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    compiled.set(pattern, (expression = RE2JS.compile(pattern)));
  }
  return expression.test(text);
}
