/**
 * Slots: the instants at which a monitor is due.
 *
 * A slot is named by its scheduled start (UTC), never by when the probe ran, so two clocks a second apart still write
 * the same row. Slots are multiples of the interval plus the monitor's phase, counted from the epoch.
 */
import type { EpochMs, Monitor } from "./monitor.ts";

type Timetable = Pick<Monitor, "id" | "intervalMs">;

/**
 * A monitor's fixed offset in its interval, in ms, from its id alone: monitors with one interval spread over it, and a
 * restart changes nothing. FNV-1a, 32 bit, then one xorshift-multiply round because short ids differ in few bits.
 */
export function phaseOf(monitor: Timetable): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < monitor.id.length; index++) {
    hash = Math.imul(hash ^ monitor.id.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = (hash ^ (hash >>> 13)) >>> 0;
  return Math.floor((hash / 2 ** 32) * monitor.intervalMs);
}

/** The latest slot at or before `now`. */
export function slotAt(monitor: Timetable, now: EpochMs): EpochMs {
  const phase = phaseOf(monitor);
  return Math.floor((now - phase) / monitor.intervalMs) * monitor.intervalMs + phase;
}

/**
 * The slots in (after, until], oldest first; empty when none is due.
 *
 * @throws {RangeError} when `until` is before `after`
 */
export function slotsBetween(monitor: Timetable, after: EpochMs, until: EpochMs): EpochMs[] {
  if (until < after) throw new RangeError(`slotsBetween: until ${until} is before after ${after}`);
  const slots: EpochMs[] = [];
  for (let slot = slotAt(monitor, after) + monitor.intervalMs; slot <= until; slot += monitor.intervalMs)
    slots.push(slot);
  return slots;
}

/**
 * Until when a probe of `slot` may still begin: a tenth of the interval, within 2 s and 10 s, and always early enough
 * to end inside the interval. Short on purpose: after a pause only a few seconds' worth of monitors are still in time,
 * so there is no burst of catching up.
 */
export function startBefore(monitor: Pick<Monitor, "intervalMs" | "timeoutMs">, slot: EpochMs): EpochMs {
  const lateness = Math.min(Math.max(monitor.intervalMs / 10, 2_000), 10_000);
  return slot + Math.min(lateness, monitor.intervalMs - monitor.timeoutMs);
}

/** How long samples need to come home after a probe's own deadline, at most, while all is well. */
export const HOMECOMING_MS = 2_000;

/** When a slot closes even though a region has not reported: the end of its grace. */
export function closesAt(monitor: Pick<Monitor, "intervalMs" | "timeoutMs">, slot: EpochMs): EpochMs {
  return startBefore(monitor, slot) + monitor.timeoutMs + HOMECOMING_MS;
}
