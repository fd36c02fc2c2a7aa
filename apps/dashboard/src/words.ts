/** Numbers and instants as text. Instants are by the clock that was chosen; an absent value is an en dash, never a zero. */
import { clockNow } from "./clock.ts";

export { shareText } from "@statusquo/core";

export const NOTHING = "–";

const formats = new Map<string, Intl.DateTimeFormat>();
function format(at: number, fields: Intl.DateTimeFormatOptions): string {
  const clock = clockNow();
  const key = clock + Object.keys(fields);
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat("en-GB", { ...fields, ...(clock === "utc" && { timeZone: "UTC" }) });
    formats.set(key, made);
  }
  return made.format(at);
}
const HOUR = { hour: "2-digit", minute: "2-digit" } as const;
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** `14:02` */
export const hourText = (at: number) => format(at, HOUR);
/** `14:02:07` */
export const secondText = (at: number) => format(at, { ...HOUR, second: "2-digit" });
/** `20 Nov` */
export const dayText = (at: number) => format(at, { day: "numeric", month: "short" });
/** What stands behind a time: `UTC`, or `local` for the clock of this browser. */
export const zoneText = () => (clockNow() === "utc" ? "UTC" : "local");

/** `14:02` within the day that ends with `now`, else `20 Nov 14:02`. */
export function whenText(at: number, now: number): string {
  return now - at < 20 * 3_600_000 ? hourText(at) : `${dayText(at)} ${hourText(at)}`;
}

/** `2 s`, `4 min`, `3 h`, `6 days`: whole units, the largest that is at least 2 (or 1 s). A time ahead reads 0 s. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} days`;
}

/** How often a monitor is probed: `every 5 s`, `every minute`, `every 5 min`, `every hour`. */
export function everyText(ms: number): string {
  if (ms === 60_000) return "every minute";
  if (ms === 3_600_000) return "every hour";
  return ms % 60_000 === 0 ? `every ${ms / 60_000} min` : `every ${ms / 1_000} s`;
}

/** `INC-412`: an incident as mails and Slack name it. */
export const incidentText = (id: number) => `INC-${id}`;

/** `60,480` */
export const countText = (value: number) => whole.format(value);

/** Milliseconds: `74`, `1,280`; below 10 with one decimal. */
export function msText(ms: number | null): string {
  if (ms === null) return NOTHING;
  return ms < 9.95 ? String(Math.round(ms * 10) / 10) : whole.format(ms);
}

/** How much of the answers were not counted as down: two decimals, and never 100 % while one was. */
export function uptimeText(share: number | null): string {
  if (share === null) return NOTHING;
  if (share === 1) return "100 %";
  return `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;
}

/** A share to be compared at a glance: `46.7 %`, `3.1 %`, `0.42 %`, `0 %`. */
export function percentText(bad: number, of: number): string {
  if (of === 0) return NOTHING;
  const percent = (bad / of) * 100;
  if (percent === 0 || percent === 100) return `${percent} %`;
  return `${percent < 1 ? percent.toPrecision(2) : percent.toFixed(1)} %`;
}

/** `one` … `nine` in words, else digits. */
export function numberWord(value: number): string {
  return ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"][value] ?? whole.format(value);
}

/** `a`, `a and b`, `a, b and c`. */
export function listText(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

export const plural = (count: number, one: string, many = `${one}s`) => (count === 1 ? one : many);
export const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
