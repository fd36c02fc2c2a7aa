/**
 * A clock moved by hand, and dice that fall alike in every run.
 */
import type { DemoClock, Random } from "../clock.ts";

export interface ManualClock extends DemoClock {
  /** Moves on by `ms`, running what falls due in its order; promises settle in between. */
  advance(ms: number): Promise<void>;
  /** How much is planned. */
  planned(): number;
}

export function createManualClock(start = Date.UTC(2026, 0, 5)): ManualClock {
  let now = start;
  let planned: { at: number; work: () => void }[] = [];

  return {
    now: () => now,
    after(delayMs, work) {
      const entry = { at: now + delayMs, work };
      planned.push(entry);
      return () => {
        planned = planned.filter((other) => other !== entry);
      };
    },
    async advance(ms) {
      const until = now + ms;
      for (;;) {
        // Continuations of promises may plan more; they run before the next entry is looked for.
        await new Promise((resolve) => setImmediate(resolve));
        const due = planned.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        planned = planned.filter((other) => other !== due);
        now = due.at;
        due.work();
      }
      now = until;
    },
    planned: () => planned.length,
  };
}

/** mulberry32: small, and good enough for dice. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
