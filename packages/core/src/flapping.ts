/**
 * Flapping: an endpoint that comes and goes has one long incident, not dozens of short ones.
 *
 * A spike that returns within hours did not recover for good. From the second return on, a spike closes only after the
 * monitor has been calm for three times as long as the longest calm that did not last. What is as short as a burst does
 * not flap: it is learned as one.
 */
import { BURST_MAX_MIN } from "./burst.ts";
import { NEVER } from "./evidence.ts";
import type { EpochMs } from "./monitor.ts";

/** A calm longer than this was a recovery, whatever came after it. Short of a day, so that a nightly spike is learned. */
const RETURN_WITHIN_MIN = 600;
/** Two incidents in a row are two; the third is the same trouble again. */
const RETURNS_FREE = 1;
const HOLD_PER_CALM = 3;
const HOLD_MAX_MIN = 720;

/** Of a monitor, over all its streams. */
export interface Flapping {
  /** Since when all was well after the last spike that was no burst, or {@link NEVER}. */
  calmSince: EpochMs;
  /** Spikes in a row that came back within hours, and the longest calm before one of them. */
  returns: number;
  longestCalmMin: number;
}

export function newFlapping(): Flapping {
  return { calmSince: NEVER, returns: 0, longestCalmMin: 0 };
}

/** Notes that a spike has opened while none was open. */
export function noteReturn(flapping: Flapping, onsetAt: EpochMs): void {
  const calmMin = flapping.calmSince === NEVER ? Infinity : Math.max(0, onsetAt - flapping.calmSince) / 60_000;
  if (calmMin > RETURN_WITHIN_MIN) {
    flapping.returns = 0;
    flapping.longestCalmMin = 0;
  } else {
    flapping.returns += 1;
    flapping.longestCalmMin = Math.max(flapping.longestCalmMin, calmMin);
  }
}

/** Notes that a spike, which lasted from its onset to `wrongUntil`, has been calm since `calmSince` and closes. */
export function noteCalm(flapping: Flapping, onsetAt: EpochMs, wrongUntil: EpochMs, calmSince: EpochMs): void {
  if (wrongUntil - onsetAt > BURST_MAX_MIN * 60_000) flapping.calmSince = Math.max(flapping.calmSince, calmSince);
}

/**
 * How many minutes a monitor has to be calm before its spike closes; 0 for one that does not flap.
 *
 * @see docs/statistics.md#flapping
 */
export function holdMin(flapping: Flapping): number {
  if (flapping.returns <= RETURNS_FREE) return 0;
  return Math.min(HOLD_PER_CALM * flapping.longestCalmMin, HOLD_MAX_MIN);
}
