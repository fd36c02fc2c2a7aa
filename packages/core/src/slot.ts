/**
 * Slots: the instants at which a monitor is due.
 *
 * A slot is named by its scheduled start (UTC), never by when the probe ran, so two clocks a second apart still write
 * the same row. Slots are multiples of the interval plus the monitor's phase, counted from the epoch.
 */
import type { EpochMs, Monitor, Region } from "./monitor.ts";

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

/** What of a monitor says how long its probes may take, and when each region's turn is. */
type Pace = Pick<Monitor, "intervalMs" | "timeoutMs"> &
  Partial<Pick<Monitor, "regions" | "cleanup" | "confirmAfterMs" | "stagger">>;

/** The deadline over all cleanup steps together, ms; 0 when there are none. */
export function cleanupMs({ timeoutMs, cleanup }: Pick<Pace, "timeoutMs" | "cleanup">): number {
  return cleanup === undefined || cleanup.length === 0 ? 0 : Math.min(5_000, timeoutMs);
}

/** The longest a probe may take: its deadline, its cleanup, and both once more where it is confirmed. */
export function longestProbeMs(monitor: Pick<Pace, "timeoutMs" | "cleanup" | "confirmAfterMs">): number {
  const once = monitor.timeoutMs + cleanupMs(monitor);
  return monitor.confirmAfterMs === undefined ? once : 2 * once + monitor.confirmAfterMs;
}

/**
 * How long after its time a probe may still begin: a tenth of the interval, within 2 s and 10 s, and always early enough
 * to end inside the interval. Short on purpose: after a pause only a few seconds' worth of monitors are still in time,
 * so there is no burst of catching up.
 */
function latenessMs(monitor: Pace): number {
  const lateness = Math.min(Math.max(monitor.intervalMs / 10, 2_000), 10_000);
  return Math.min(lateness, monitor.intervalMs - longestProbeMs(monitor));
}

/**
 * How far apart the turns of two regions are under `stagger: regions`: an even part of the interval, or less where the
 * last region could not end inside it. 0 without stagger.
 */
export function turnMs(monitor: Pace): number {
  const count = monitor.regions?.length ?? 1;
  if (monitor.stagger === undefined || count < 2) return 0;
  const room = monitor.intervalMs - longestProbeMs(monitor) - latenessMs(monitor);
  return Math.max(0, Math.floor(Math.min(monitor.intervalMs / count, room / (count - 1))));
}

/** How long after the slot a region's turn comes: 0 for all, unless they take turns in the order of the definition. */
export function turnOf(monitor: Pace, region: Region): number {
  return Math.max(0, monitor.regions?.indexOf(region) ?? 0) * turnMs(monitor);
}

/** Until when a region's probe of `slot` may begin; without `region`, one whose turn comes with the slot. */
export function startBefore(monitor: Pace, slot: EpochMs, region?: Region): EpochMs {
  return slot + (region === undefined ? 0 : turnOf(monitor, region)) + latenessMs(monitor);
}

/** How long samples need to come home after a probe's own deadline, at most, while all is well. */
export const HOMECOMING_MS = 2_000;

/** When a slot closes even though a region has not reported: the end of its grace, after the last region's turn. */
export function closesAt(monitor: Pace, slot: EpochMs): EpochMs {
  const lastTurn = Math.max(0, (monitor.regions?.length ?? 1) - 1) * turnMs(monitor);
  return startBefore(monitor, slot) + lastTurn + longestProbeMs(monitor) + HOMECOMING_MS;
}
