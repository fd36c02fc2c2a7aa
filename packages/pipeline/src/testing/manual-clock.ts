/**
 * A clock moved by hand. Timers fire in the order of their instants, and each is awaited before time goes on.
 */
import type { Clock, EpochMs } from "@statusquo/core";

interface Timer {
  dueAt: EpochMs;
  intervalMs: number;
  work: () => void | Promise<void>;
}

export interface ManualClock extends Clock {
  /**
   * Moves time forward by `ms`, firing what falls due.
   *
   * @param settle awaited after every instant at which something fired: what the fired work set going in the real world
   */
  advance(ms: number, settle?: () => Promise<void>): Promise<void>;
  /** Sets the wall clock without firing anything, as a sleeping host or a corrected clock does. */
  jumpTo(at: EpochMs): void;
}

/** @param seed of the dice, a 32-bit xorshift: the same seed throws the same numbers */
export function manualClock(start: EpochMs, seed = 409): ManualClock {
  let now = start;
  let state = seed >>> 0 || 1;
  const timers = new Set<Timer>();
  return {
    now: () => now,
    dice() {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) / 2 ** 32;
    },
    every(intervalMs, work) {
      const timer: Timer = { dueAt: now + intervalMs, intervalMs, work };
      timers.add(timer);
      return { stop: () => void timers.delete(timer) };
    },
    async advance(ms, settle) {
      const until = now + ms;
      for (;;) {
        const next = Math.min(...[...timers].map((timer) => timer.dueAt));
        if (next > until) break;
        now = Math.max(now, next);
        for (const timer of [...timers]) {
          if (timer.dueAt > now || !timers.has(timer)) continue;
          timer.dueAt = now + timer.intervalMs;
          await timer.work();
        }
        await settle?.();
      }
      now = until;
    },
    jumpTo(at) {
      now = at;
      for (const timer of timers) timer.dueAt = Math.min(timer.dueAt, now + timer.intervalMs);
    },
  };
}
