/** Numbers and instants as text. Instants are UTC; an absent value is an en dash, never a zero. */
import { NOTHING } from "@statusquo/api/words";

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

const clock = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", hour: "2-digit", minute: "2-digit" });
const clockWithSeconds = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const day = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short" });
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** `14:02` */
export const hourText = (at: number) => clock.format(at);
/** `14:02:07` */
export const secondText = (at: number) => clockWithSeconds.format(at);
/** `20 Nov` */
export const dayText = (at: number) => day.format(at);

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
