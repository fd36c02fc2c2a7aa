/** Sentences of the screens: counts first, then what is usual. Messages are worded by `notify`. */
import { type Incident, nameOf, type Scope } from "@statusquo/core";

/** `1.2 %`, `0.03 %`, `46 %`: two figures that count, never 0 for what is not. */
export function percentText(share: number): string {
  const percent = share * 100;
  if (percent === 0 || percent >= 10) return `${Math.round(percent)} %`;
  return `${Number(percent.toPrecision(2))} %`;
}

/** `everywhere`, `in eu-west`, `in eu-west and eu-central`. */
export function scopeText(scope: Scope): string {
  if (scope.kind === "everywhere" || scope.regions.length === 0) return "everywhere";
  const last = scope.regions.at(-1) as string;
  const others = scope.regions.slice(0, -1).join(", ");
  return others === "" ? `in ${last}` : `in ${others} and ${last}`;
}

/** `409 on 41 of 45 probes in eu-west and eu-central; usual is 1.2 %`. */
export function incidentSentence(incident: Pick<Incident, "code" | "seen" | "scope" | "evidence">): string {
  const { code, seen, scope, evidence } = incident;
  const usual = `usual is ${percentText(evidence.usualShare)}`;
  return `${nameOf(code)} on ${seen.bad} of ${seen.of} probes ${scopeText(scope)}; ${usual}`;
}

/**
 * How seldom chance alone would show what opened an incident: once in e^lnEvidence periods of the budget
 * (docs/statistics.md section 9). An upper bound, so it reads "less than once".
 */
export function chanceText(lnEvidence: number, falseAlarmsPerYear: number): string {
  const years = Math.exp(lnEvidence) / falseAlarmsPerYear;
  if (years > 1e9) return "by chance less than once in a billion years";
  if (years >= 2) return `by chance less than once in ${roundText(years)} years`;
  const days = years * 365;
  return `by chance less than once in ${days < 2 ? `${roundText(days * 24)} hours` : `${roundText(days)} days`}`;
}

const roundText = (value: number) =>
  new Intl.NumberFormat("en-US", { maximumSignificantDigits: 2 }).format(Math.max(1, value));
