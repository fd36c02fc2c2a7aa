/**
 * Figures in words: counts, shares, times and spans as every message writes them.
 *
 * Times are UTC and say so; a count stands beside every share.
 */
import { type EpochMs, shareText } from "@statusquo/core";

const grouped = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

/** `60,480` */
export function countText(count: number): string {
  return grouped.format(count);
}

/** `7 of 9` */
export function ofText(counts: { bad: number; of: number }): string {
  return `${countText(counts.bad)} of ${countText(counts.of)}`;
}

/** A share of 0 to 1 as `1 in 83`; from three in ten on as a percentage, where "1 in 2" would be too coarse. */
export function oneInText(share: number): string {
  return share >= 0.3 || share <= 0 ? shareText(share) : `1 in ${countText(1 / share)}`;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `40 s`, `36 min`, `2 h 5 min`, `3 d 4 h`; rounded to the smaller unit shown. */
export function spanText(ms: number): string {
  const span = Math.max(0, ms);
  if (Math.round(span / SECOND) < 60) return `${Math.round(span / SECOND)} s`;
  if (Math.round(span / MINUTE) < 60) return `${Math.round(span / MINUTE)} min`;
  const [unit, name, small, smallName] =
    Math.round(span / MINUTE) < 24 * 60 ? ([HOUR, "h", MINUTE, "min"] as const) : ([DAY, "d", HOUR, "h"] as const);
  const smalls = Math.round(span / small);
  const perUnit = unit / small;
  const rest = smalls % perUnit;
  return `${Math.floor(smalls / perUnit)} ${name}${rest === 0 ? "" : ` ${rest} ${smallName}`}`;
}

/** `14:02 UTC`; with its day when that is not the day of `beside`: `23:58 UTC on Wed 19 Nov`. */
export function clockText(at: EpochMs, beside: EpochMs = at): string {
  const otherDay = Math.floor(at / DAY) !== Math.floor(beside / DAY);
  return `${hourMinute(at)} UTC${otherDay ? ` on ${dayText(at).slice(0, 10)}` : ""}`;
}

// `toUTCString` is fixed by ECMAScript ("Thu, 20 Nov 2025 14:02:06 GMT"), so no locale data can change a message.
/** `14:02` */
export function hourMinute(at: EpochMs): string {
  return new Date(at).toUTCString().slice(17, 22);
}

/** `14:02:06` */
export function hourMinuteSecond(at: EpochMs): string {
  return new Date(at).toUTCString().slice(17, 25);
}

/** `Thu 20 Nov 2025` */
export function dayText(at: EpochMs): string {
  return new Date(at).toUTCString().slice(0, 16).replace(",", "");
}

/** `a`, `a and b`, `a, b and c`; above `most` the rest is counted: `a, b and 3 more`. */
export function listText(items: readonly string[], most = Number.POSITIVE_INFINITY, joint = "and"): string {
  const shown = items.length > most ? [...items.slice(0, most - 1), `${items.length - most + 1} more`] : items;
  if (shown.length <= 1) return shown[0] ?? "";
  return `${shown.slice(0, -1).join(", ")} ${joint} ${shown.at(-1)}`;
}

/** The same text with figures held to their units by no-break spaces: `1.2 %`, `14:02 UTC`, `7 of 9`. */
export function holdUnits(text: string): string {
  return text.replace(/(\d) (?=%|UTC|min\b|h\b|s\b|of \d)/g, "$1\u00a0").replace(/(\d\u00a0of) (?=\d)/g, "$1\u00a0");
}
