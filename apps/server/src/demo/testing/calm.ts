/**
 * A demo to which nobody else comes: storage answers at once, and no client's turn ever arrives.
 */
import type { DemoClock, Random } from "../clock.ts";

/** Storage takes 80 ms with these dice, and every client comes later than that. */
const LATER_MS = 200;

export const calm: { clock: DemoClock; random: Random } = {
  random: () => 0.5,
  clock: {
    now: () => Date.now(),
    after(delayMs, work) {
      if (delayMs > LATER_MS) return () => {};
      const turn = setImmediate(work);
      return () => clearImmediate(turn);
    },
  },
};
