/**
 * Rewinding a detector: the wall clock had run ahead, or was set back, and time goes on from an earlier instant.
 */
import type { DetectorState } from "./detector.ts";
import { NEVER } from "./evidence.ts";
import type { EpochMs } from "./monitor.ts";
import type { Stream } from "./stream.ts";

/**
 * Changes `state` as if its last sample had been at `at`: everything it remembers lies as much earlier, so what has passed
 * since stays what it was, and what was learned stays learned. Nothing when its last sample is not after `at`.
 */
export function rewindDetector(state: DetectorState, at: EpochMs): void {
  const byMs = state.lastAt - at;
  if (state.lastAt === NEVER || byMs <= 0) return;
  state.lastAt = at;
  // The quarter of an hour begins anew with the next sample; nothing ages by the leap.
  state.bin = NEVER;
  state.season = NEVER;
  state.flapping.calmSince = earlier(state.flapping.calmSince, byMs);
  move(state.lastAtBy, byMs);
  for (const stream of [...state.codes, state.any]) rewindStream(stream, byMs);
}

function rewindStream({ evidence, bursts, spike }: Stream, byMs: number): void {
  for (const times of [evidence.sampledAt, evidence.runFrom, evidence.onsetMean, bursts.since]) move(times, byMs);
  if (spike === null) return;
  for (const time of ["openedAt", "onsetAt", "lastBadAt", "calmSince"] as const)
    Object.assign(spike, { [time]: earlier(spike[time], byMs) });
}

function move(times: Float64Array, byMs: number): void {
  for (let index = 0; index < times.length; index++) times[index] = earlier(times[index]!, byMs);
}

/** 0 stands in arrays for what has not begun; no time that is kept is as old as that. */
const earlier = (at: number, byMs: number) => (at <= 0 ? at : Math.max(1, at - byMs));
