/**
 * Back-off: how long to wait before the next attempt to deliver.
 *
 * Exponential with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015): waits are spread over
 * the whole range, so that many rows which failed together do not come back together.
 */

const FIRST_MS = 2_000;
const LONGEST_MS = 10 * 60_000;
/** How long delivery is tried before a row is dead. */
export const GIVE_UP_AFTER_MS = 48 * 3_600_000;

/**
 * @param attempts how many have been made, at least 1
 * @param dice     uniform in [0, 1)
 * @param atLeastMs what the provider asked for (`Retry-After`); never waited less
 */
export function waitAfter(attempts: number, dice: number, atLeastMs = 0): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 30));
  return Math.max(atLeastMs, Math.round(ceiling / 10 + dice * ceiling * 0.9));
}
