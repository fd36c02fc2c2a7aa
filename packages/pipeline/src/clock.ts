/**
 * The clock: the only door through which time and chance enter the walk.
 */
import type { Clock } from "@statusquo/core";

/** The machine's own clock. Timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  dice: () => Math.random(),
  every(intervalMs, work) {
    let timer: NodeJS.Timeout;
    let stopped = false;
    // Re-armed after each call, so that a slow call is never overtaken by its successor.
    const arm = () => {
      timer = setTimeout(async () => {
        await work();
        if (!stopped) arm();
      }, intervalMs);
      timer.unref();
    };
    arm();
    return {
      stop() {
        stopped = true;
        clearTimeout(timer);
      },
    };
  },
};
