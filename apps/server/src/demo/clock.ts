/**
 * Time for the demo: the wall's, or one moved by hand in a test. Everything in the demo that waits, waits here.
 */
import type { EpochMs } from "@statusquo/core";

export interface DemoClock {
  now(): EpochMs;
  /** Calls `work` once, `delayMs` from now, unless the returned function is called first. */
  after(delayMs: number, work: () => void): () => void;
}

export const wallClock: DemoClock = {
  now: () => Date.now(),
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Waits that end together. */
export interface Waits {
  after(delayMs: number, work: () => void): void;
  pause(delayMs: number): Promise<void>;
  /** Forgets what `after` planned, lets everybody out of `pause` at once, and plans nothing any more. */
  stop(): void;
}

export function createWaits(clock: DemoClock): Waits {
  const pending = new Set<(stopped: boolean) => void>();
  let stopped = false;

  const wait = (delayMs: number, work: (stopped: boolean) => void) => {
    if (stopped) return work(true);
    const end = (byStop: boolean) => {
      pending.delete(end);
      cancel();
      work(byStop);
    };
    const cancel = clock.after(delayMs, () => end(false));
    pending.add(end);
  };

  return {
    after: (delayMs, work) => wait(delayMs, (byStop) => byStop || work()),
    pause: (delayMs) => new Promise((resolve) => wait(delayMs, () => resolve())),
    stop() {
      stopped = true;
      for (const end of [...pending]) end(true);
    },
  };
}

/** Uniform in [0, 1), as `Math.random`. */
export type Random = () => number;

/** A waiting time with this mean, exponentially distributed: what happens so is independent of what happened before. */
export function untilNext(meanMs: number, random: Random): number {
  return -meanMs * Math.log(1 - random());
}
