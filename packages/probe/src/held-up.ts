/**
 * How long this process was held up, so that our own slowness is not taken for a target's.
 *
 * A timer that should fire ten times a second says by how much it came late. While nothing runs, no answer is read and
 * every deadline is over when it is looked at again.
 */

const TICK_MS = 100;
/** Lateness below this is what a busy machine has all the time. */
const LEAST_MS = 20;
/** Longer than any probe looks back. */
const KEPT_MS = 15 * 60_000;
const KEPT = 1_000;

export interface HeldUp {
  /** The longest stretch since `begun` in which this process did nothing, ms. */
  since(begun: number): number;
}

/** @param now monotonic ms */
export function createHeldUp(now: () => number, every: (ms: number, work: () => void) => void): HeldUp {
  const stretches: { from: number; until: number }[] = [];
  let awake = now();
  every(TICK_MS, () => {
    const at = now();
    if (at - awake - TICK_MS >= LEAST_MS) stretches.push({ from: awake + TICK_MS, until: at });
    while (stretches.length > KEPT || (stretches[0] && stretches[0].until < at - KEPT_MS)) stretches.shift();
    awake = at;
  });
  return {
    since(begun) {
      // The timer may be late this very moment.
      let longest = Math.max(0, now() - Math.max(awake + TICK_MS, begun));
      for (const { from, until } of stretches) longest = Math.max(longest, until - Math.max(from, begun));
      return longest;
    },
  };
}

let ofProcess: HeldUp | null = null;

/** Of this process; watched from the first call on. */
export function heldUpHere(): HeldUp {
  ofProcess ??= createHeldUp(
    () => performance.now(),
    (ms, work) => void setInterval(work, ms).unref(),
  );
  return ofProcess;
}
