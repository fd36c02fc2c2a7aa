/**
 * Chance in words: how rarely the usual world alone would look like this.
 *
 * The detector's evidence is counted in budget periods (docs/statistics.md): chance alone reaches `lnEvidence` less
 * than once in e^lnEvidence of them, and a period is 1 / `falseAlarmsPerYear` years. So the unit is time, and the
 * sentence can be held against the alarms a person really gets.
 */
import { countText } from "./figures.ts";

const DAYS_PER_YEAR = 365.25;
const SCALES = [
  [1e12, "trillion"],
  [1e9, "billion"],
  [1e6, "million"],
] as const;

/** `less than once in 980 million years`, `less than once in 40 days`. */
export function chanceText(lnEvidence: number, falseAlarmsPerYear: number): string {
  const lnYears = lnEvidence - Math.log(falseAlarmsPerYear);
  const years = Math.exp(Math.min(lnYears, 700));
  if (years >= 1e15) return "practically never";
  if (years >= 2) return `less than once in ${bigText(years)} years`;
  if (years >= 1) return "less than once a year";
  const days = years * DAYS_PER_YEAR;
  return days >= 2 ? `less than once in ${countText(days)} days` : "about once a day";
}

/** What the monitor's budget allows: `1 false alarm a year`. */
export function budgetText(falseAlarmsPerYear: number): string {
  if (falseAlarmsPerYear < 1) return `1 false alarm in ${Number((1 / falseAlarmsPerYear).toPrecision(2))} years`;
  const count = Number(falseAlarmsPerYear.toPrecision(2));
  return `${countText(count)} false alarm${count === 1 ? "" : "s"} a year`;
}

function bigText(value: number): string {
  const twoDigits = Number(value.toPrecision(2));
  for (const [scale, name] of SCALES) if (twoDigits >= scale) return `${countText(twoDigits / scale)} ${name}`;
  return twoDigits < 10 ? String(twoDigits) : countText(twoDigits);
}
