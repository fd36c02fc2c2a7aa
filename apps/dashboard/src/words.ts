/** Numbers and instants as text. Instants are by the clock that was chosen; an absent value is an en dash, never a zero. */
import { NOTHING } from "@statusquo/api/words";
import { clockNow } from "./clock.ts";

export {
  capital,
  everyText,
  listText,
  NOTHING,
  numberWord,
  plural,
  spanText,
  uptimeText,
} from "@statusquo/api/words";
export { shareText } from "@statusquo/core";

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

/** `INC-412`: an incident as mails and Slack name it. */
export const incidentText = (id: number) => `INC-${id}`;

/** `60,480` */
export const countText = (value: number) => whole.format(value);

/** Milliseconds: `74`, `1,280`; below 10 with one decimal. */
export function msText(ms: number | null): string {
  if (ms === null) return NOTHING;
  return ms < 9.95 ? String(Math.round(ms * 10) / 10) : whole.format(ms);
}

/** A share to be compared at a glance: `46.7 %`, `3.1 %`, `0.42 %`, `0 %`. */
export function percentText(bad: number, of: number): string {
  if (of === 0) return NOTHING;
  const percent = (bad / of) * 100;
  if (percent === 0 || percent === 100) return `${percent} %`;
  return `${percent < 1 ? percent.toPrecision(2) : percent.toFixed(1)} %`;
}
