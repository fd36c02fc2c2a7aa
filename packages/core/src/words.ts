/**
 * Words: evidence as a person reads it, in numbers that can be checked against stored samples.
 */
import { offsetAt } from "./calendar.ts";
import type { EpochMs } from "./monitor.ts";
import type { SpikeEvidence, StreamReading } from "./verdict.ts";

const YEAR_MIN = 525_600;
const DAY_MS = 86_400_000;
/** A usual share this much above or below that of the counts is said apart: it is another hour's. */
const ANOTHER_HOUR = 1.5;

/** What the evidence of a spike is said from; a `SpikeEvidence` with the counts of now and the onset. */
export interface EvidenceFacts extends Pick<SpikeEvidence, "usualShare" | "usualBad" | "usualOf" | "lnEvidence"> {
  bad: number;
  of: number;
  onsetAt: EpochMs;
  falseAlarmsPerYear: number;
}

/**
 * "41 of 45 since 14:02; usual 726 of 60,480 (1.2 %); chance 1 in 980 million".
 *
 * Where what is usual at this time is not what the counts say, both are said: "(1.2 %, at this time 4.6 %)".
 *
 * @param now       an onset of another day is said with its date
 * @param timezone  whose clock; UTC when left out
 */
export function evidenceText(facts: EvidenceFacts, now: EpochMs, timezone?: string): string {
  const { bad, of, onsetAt, usualShare, usualBad, usualOf, lnEvidence, falseAlarmsPerYear } = facts;
  const overall = usualOf === 0 ? 0 : usualBad / usualOf;
  const isOther = usualShare > overall * ANOTHER_HOUR || usualShare < overall / ANOTHER_HOUR;
  const share = isOther ? `${shareText(overall)}, at this time ${shareText(usualShare)}` : shareText(overall);
  const observed = `${grouped(bad)} of ${grouped(of)} since ${clockText(onsetAt, now, timezone)}`;
  const usual = `usual ${grouped(usualBad)} of ${grouped(Math.round(usualOf))} (${share})`;
  return `${observed}; ${usual}; chance ${chanceText(lnEvidence, falseAlarmsPerYear)}`;
}

/**
 * Why a slot did or did not open a spike, a sentence for each stream with evidence, strongest first:
 * "409: 2 of 6 probes, usual 1.2 %, chance 1 in 310, limit 1 in 530 thousand: watched".
 *
 * @param readings  as `readings` of a detector gives them, or a stored verdict holds them
 * @see docs/statistics.md#words
 */
export function whyText(readings: readonly StreamReading[], falseAlarmsPerYear: number): string[] {
  return readings.map((reading) => {
    const { bad, of, usualShare, lnEvidence, lnThreshold, open } = reading;
    const name = reading.stream === "any" ? "any unexpected code" : namesOf({ ...reading, code: reading.stream });
    if (!open && of === 0) return `${name}: nothing speaks for a change`;
    const counts = `${grouped(bad)} of ${grouped(of)} probes, usual ${shareText(usualShare)}`;
    const chance = `chance ${chanceText(lnEvidence, falseAlarmsPerYear)}`;
    const limit = `limit ${chanceText(lnThreshold, falseAlarmsPerYear)}`;
    const raised = lnThreshold > 0 ? ", raised because this monitor trembles more than chance allows" : "";
    const verdict = open ? "a spike is open" : lnEvidence >= -4 ? "watched" : "as usual";
    return `${name}: ${counts}, ${chance}, ${limit}${raised}: ${verdict}`;
  });
}

/** "2 of 6 probes 409, usual 1.2 %, chance 1 in 9,600". */
export function observedText(reading: StreamReading, falseAlarmsPerYear: number): string {
  const counts = `${grouped(reading.bad)} of ${grouped(reading.of)} probes ${namesOf(reading)}`;
  const chance = chanceText(reading.lnEvidence, falseAlarmsPerYear);
  return `${counts}, usual ${shareText(reading.usualShare)}, chance ${chance}`;
}

export function namesOf(reading: Pick<StreamReading, "code">): string {
  if (reading.code === null) return "unexpected";
  return unexpectedName(reading.code);
}

/** "14:02"; with its date when it is a day or more before `now`: "2026-01-06 14:02". Of UTC when no zone is named. */
export function clockText(at: EpochMs, now: EpochMs, timezone?: string): string {
  const local = at + offsetAt(timezone, at);
  const minutes = Math.floor((local % DAY_MS) / 60_000);
  const clock = `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  return now - at < DAY_MS ? clock : `${dateText(local)} ${clock}`;
}

/** The civil date of days since the epoch (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
function dateText(local: number): string {
  const shifted = Math.floor(local / DAY_MS) + 719_468;
  const era = Math.floor(shifted / 146_097);
  const day = shifted - era * 146_097;
  const year = Math.floor((day - Math.floor(day / 1_460) + Math.floor(day / 36_524) - Math.floor(day / 146_096)) / 365);
  const ofYear = day - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const month = Math.floor((5 * ofYear + 2) / 153);
  const civil = [
    year + era * 400 + (month >= 10 ? 1 : 0),
    month < 10 ? month + 3 : month - 9,
    ofYear - Math.floor((153 * month + 2) / 5) + 1,
  ];
  return civil.map((part) => String(part).padStart(2, "0")).join("-");
}

/** "45 min", "6 h". */
export function spanText(minutes: number): string {
  return minutes < 120 ? `${Math.round(minutes)} min` : `${Math.round(minutes / 60)} h`;
}

/**
 * How rare evidence of strength `lnEvidence` is by chance alone: "1 in 980 million" means that, had nothing changed, one
 * minute in 980 million would bring a monitor's evidence to this strength.
 *
 * The number is e^lnEvidence times the minutes of the budget's period (a year over `falseAlarmsPerYear`), to two
 * significant digits: at ln A = 0 and one false alarm a year it is 1 in 530 thousand, which is once a year. It is an
 * e-value: it holds whenever one looks, and it is no p-value of the counts shown beside it.
 *
 * @see docs/statistics.md#words
 */
export function chanceText(lnEvidence: number, falseAlarmsPerYear: number): string {
  const minutes = (Math.exp(lnEvidence) * YEAR_MIN) / falseAlarmsPerYear;
  if (minutes >= 1e15) return "practically never";
  return `1 in ${bigText(Math.max(minutes, 1))}`;
}

/** The ln A at which `chanceText` says "1 in `oneIn`": where it stands on an axis of chances. */
export function lnEvidenceOf(oneIn: number, falseAlarmsPerYear: number): number {
  return Math.log((oneIn * falseAlarmsPerYear) / YEAR_MIN);
}

/** A share in per cent with at most two significant digits: "0.094 %", "1.2 %", "35 %"; "under 0.001 %" when tiny. */
export function shareText(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.001) return "under 0.001 %";
  return `${percent >= 99.5 ? Math.round(percent * 10) / 10 : Number(percent.toPrecision(2))} %`;
}

/** From which number on, in which unit. */
const UNITS = [
  { from: 1e12, unit: 1e12, name: "trillion" },
  { from: 1e9, unit: 1e9, name: "billion" },
  { from: 1e6, unit: 1e6, name: "million" },
  { from: 1e5, unit: 1e3, name: "thousand" },
] as const;

/** Two significant digits: "310", "22,000", "530 thousand", "980 million". */
function bigText(value: number): string {
  const rounded = Number(value.toPrecision(2));
  const found = UNITS.find(({ from }) => rounded >= from);
  if (found) return `${grouped(rounded / found.unit)} ${found.name}`;
  return grouped(rounded);
}

/** At most one decimal, thousands separated by commas. */
function grouped(value: number): string {
  const [whole, fraction] = String(Math.round(value * 10) / 10).split(".");
  const thousands = whole!.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? thousands : `${thousands}.${fraction}`;
}

/** The name of a code that was not expected; of a 2xx it says so, because nobody would think it. */
export function unexpectedName(code: number): string {
  if (code === 0) return "no answer";
  return code >= 200 && code < 300 ? `unexpected ${code}` : String(code);
}
