/**
 * Expectations: which status codes are normal by definition. How often the others are usual is learned, not defined.
 */

/** Codes `from`..`to` inclusive; an excluding range takes codes away from the including ones. */
export interface CodeRange {
  from: number;
  to: number;
  exclude: boolean;
}

/** An ordered list of ranges. A code is expected when an including range holds it and no excluding one does. */
export type Expectation = readonly CodeRange[];

/** Any 2xx. */
export const DEFAULT_EXPECTATION: Expectation = [{ from: 200, to: 299, exclude: false }];

/**
 * Reads `201`, `"2xx"` or `"!409"`.
 *
 * @returns the range, or a sentence saying what is allowed
 */
export function parseCodeRange(text: string): CodeRange | string {
  const match = /^(!?)(?:([1-5])xx|([1-5]\d\d))$/.exec(text);
  if (!match) return `a status code 100 to 599, a class such as 2xx, or either with ! in front; got "${text}"`;
  const [, bang, hundreds, code] = match;
  const from = hundreds ? Number(hundreds) * 100 : Number(code);
  return { from, to: hundreds ? from + 99 : from, exclude: bang === "!" };
}

/** Whether `status` is normal by definition. No answer (0) never is. A list of exclusions alone means "anything but". */
export function isExpected(expectation: Expectation, status: number): boolean {
  if (status === 0) return false;
  const holds = (range: CodeRange) => range.from <= status && status <= range.to;
  const including = expectation.filter((range) => !range.exclude);
  if (expectation.some((range) => range.exclude && holds(range))) return false;
  return including.length === 0 || including.some(holds);
}

/** The expectation in words, as written in a definition: `2xx, 409`. */
export function expectationText(expectation: Expectation): string {
  return expectation
    .map(({ from, to, exclude }) => `${exclude ? "!" : ""}${from === to ? from : `${from / 100}xx`}`)
    .join(", ");
}
