/** What is usual by hour of the week, as learning knows it now. */
import type { EpochMs, Monitor, StreamName } from "@statusquo/core";
import type { ApiPorts } from "./ports.ts";
import type { MonitorDetail } from "./views.ts";

const HOUR = 3_600_000;
const WEEK_HOURS = 168;
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** Streams without a level are left out. An hour that a change of the clock leaves out is null. */
export function usualHours(
  ports: Pick<ApiPorts, "usual">,
  monitor: Pick<Monitor, "id">,
  streams: readonly StreamName[],
  timezone: string,
  now: EpochMs,
): MonitorDetail["usualHours"] {
  const known = streams.filter((stream) => ports.usual(monitor.id, stream, now) !== null);
  const instants = instantsOfWeek(timezone, now);
  return known.map((stream) => ({
    stream,
    cells: instants.map((at) => (at === null ? null : (ports.usual(monitor.id, stream, at)?.share ?? null))),
  }));
}

/** For each hour of the week, Monday 00:00 first, the middle of its latest occurrence that is over or under way. */
function instantsOfWeek(timezone: string, now: EpochMs): (EpochMs | null)[] {
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    weekday: "short",
    hour: "2-digit",
    hour12: false,
  });
  const instants = new Array<EpochMs | null>(WEEK_HOURS).fill(null);
  // By halves, because some zones are half an hour apart from UTC's hours; newest first.
  const newest = Math.floor(now / (HOUR / 2)) * (HOUR / 2);
  for (let half = 0; half < 2 * (WEEK_HOURS + 1); half++) {
    const at = newest - half * (HOUR / 2);
    const parts = clock.formatToParts(at);
    const day = DAYS.indexOf(parts.find(({ type }) => type === "weekday")?.value ?? "");
    const hour = Number(parts.find(({ type }) => type === "hour")?.value ?? 0) % 24;
    instants[day * 24 + hour] ??= at;
  }
  return instants;
}
