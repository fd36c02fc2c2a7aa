/** What is usual by hour of the week. */
import type { MonitorDetail } from "@statusquo/api/client";

export const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** The hour of the week that holds `at`, 0 is Monday 00:00, by the clock of `timezone`. */
export function hourOfWeek(at: number, timezone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    weekday: "short",
    hour: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return Math.max(0, DAYS.indexOf(of("weekday") as (typeof DAYS)[number])) * 24 + Number(of("hour"));
}

/** The hours of the code a page is about, else of the first stream; null while nothing is learned. */
export function hoursOf({ usualHours }: Pick<MonitorDetail, "usualHours">, code: number) {
  const found = usualHours.find(({ stream }) => stream === code) ?? usualHours[0];
  return found === undefined || found.cells.every((cell) => cell === null) ? null : found;
}

/** Steps a cell is painted in: 0 is nothing known, 4 the most that is usual in this week; a level week is all 2. */
export function stepOf(cell: number | null, least: number, most: number): number {
  if (cell === null) return 0;
  if (most === 0) return 1;
  return most - least < most / 20 ? 2 : 1 + Math.min(3, Math.floor((cell / most) * 3.999));
}
