/**
 * Told: whether a channel hears of an incident now, later or never, by the filter of its definition.
 *
 * The filter belongs to the channel, not to the monitor: who is woken at night is a question of the pager.
 */
import type { EpochMs } from "./monitor.ts";
import type { Severity } from "./severity.ts";

/** Hours of every day in which a channel is told nothing. */
export interface QuietHours {
  /** Minutes after local midnight, 0 to 1439; never equal. `from` after `to` spans midnight. */
  fromMinute: number;
  toMinute: number;
  /** An IANA zone. */
  timezone: string;
  /** Severities that are told all the same. */
  except: readonly Severity[];
}

/** An empty list lets everything pass. */
export interface ChannelFilter {
  severities: readonly Severity[];
  /** An incident passes when its monitor has any of these. */
  tags: readonly string[];
  quiet: QuietHours | null;
}

/** The filter of a channel whose definition names none. */
export const TOLD_ALL: ChannelFilter = { severities: [], tags: [], quiet: null };

/** What the filter looks at. */
export interface Tellable {
  severity: Severity;
  /** Of its monitor. */
  tags: readonly string[];
}

/** What a channel is to hear of an incident. */
export type Telling =
  | { kind: "told" }
  /** At `until` the question is asked again. */
  | { kind: "held"; until: EpochMs; reason: string }
  | { kind: "untold"; reason: string };

/** Whether a channel with this filter hears of `incident` at `now`. */
export function toldBy({ severities, tags, quiet }: ChannelFilter, incident: Tellable, now: EpochMs): Telling {
  if (severities.length > 0 && !severities.includes(incident.severity))
    return {
      kind: "untold",
      reason: `the channel is told of ${severities.join(" and ")} only; this is ${incident.severity}`,
    };
  if (tags.length > 0 && !tags.some((tag) => incident.tags.includes(tag)))
    return { kind: "untold", reason: `the channel is told of monitors with the tag ${tags.join(" or ")} only` };
  if (quiet === null || quiet.except.includes(incident.severity)) return { kind: "told" };
  const until = quietUntil(quiet, now);
  if (until === null) return { kind: "told" };
  const { fromMinute, toMinute, timezone } = quiet;
  return { kind: "held", until, reason: `quiet hours ${timeOfDay(fromMinute)} to ${timeOfDay(toMinute)} ${timezone}` };
}

const MINUTE = 60_000;
const DAY_MINUTES = 1_440;
/** Between two quarters of an hour of UTC no zone changes its clock. */
const QUARTER = 15 * MINUTE;

/**
 * When the quiet hours that `now` lies in end; null outside of them. Across a change of the clock they end at the first
 * minute whose local time lies outside.
 */
export function quietUntil(quiet: QuietHours, now: EpochMs): EpochMs | null {
  if (!isQuiet(quiet, localMinute(now, quiet.timezone))) return null;
  let at = now - (now % MINUTE);
  for (;;) {
    const minute = localMinute(at, quiet.timezone);
    if (!isQuiet(quiet, minute)) return at;
    const ahead = (quiet.toMinute - minute + DAY_MINUTES) % DAY_MINUTES;
    at += Math.min(ahead * MINUTE, QUARTER - (at % QUARTER));
  }
}

function isQuiet({ fromMinute, toMinute }: QuietHours, minute: number): boolean {
  return fromMinute < toMinute ? fromMinute <= minute && minute < toMinute : minute >= fromMinute || minute < toMinute;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Minutes since midnight on a wall clock of `timezone`. */
function localMinute(at: EpochMs, timezone: string): number {
  let clock = clocks.get(timezone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat("en-GB", {
      timeZone: timezone,
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    clocks.set(timezone, clock);
  }
  const [hour = 0, minute = 0] = clock.format(at).split(":").map(Number);
  return hour * 60 + minute;
}

/** `22:00` */
function timeOfDay(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}
