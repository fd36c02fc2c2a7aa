/**
 * The last answer of `work`, for up to `ms` after it was given.
 *
 * @param now the clock; an answer from after it is not kept
 */
export function keptFor<T>(ms: number, now: () => number, work: () => T): () => T {
  let kept: { at: number; value: T } | null = null;
  return () => {
    const at = now();
    if (kept === null || at - kept.at >= ms || at < kept.at) kept = { at, value: work() };
    return kept.value;
  };
}
