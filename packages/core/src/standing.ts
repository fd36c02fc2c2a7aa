/**
 * Standings: a detector's readings in the words a person is shown, with numbers that can be checked.
 */
import type { DetectorState } from "./detector.ts";
import { unexpectedName } from "./incident.ts";
import type { EpochMs, MonitorId } from "./monitor.ts";
import { learnedMin } from "./reading.ts";
import type { DetectorEvent, Standing, StreamReading, Verdict } from "./verdict.ts";

const YEAR_MIN = 525_600;
/** From this ln A on, short of a spike, a stream is worth watching. */
const WATCHING_LN_EVIDENCE = -4;
/** Until this much quiet history a monitor is still learning: one round of the time of day. */
const LEARNING_MIN = 1_440;

/** What is known about one closed slot of one monitor. */
export interface JudgedSlot {
  monitor: MonitorId;
  /** `Monitor.subject`. */
  subject: string;
  slot: EpochMs;
  /** After the slot's samples were fed. */
  state: DetectorState;
  /** Regions that were sampled in the slot, and that were not. */
  sampled: number;
  missed: number;
  /** `readings(state)`. */
  readings: StreamReading[];
  /** What feeding them brought about. */
  events: DetectorEvent[];
  falseAlarmsPerYear: number;
}

/**
 * The verdict on a slot: where the monitor stands, and why, in one sentence.
 *
 * Without any sample: no_data. Else a spike while one is open; watching from ln A = -4 on; learning in the first day of
 * quiet history; usual.
 */
export function verdictOf(judged: JudgedSlot): Verdict {
  const { monitor, subject, slot, readings, events, sampled, missed } = judged;
  const { standing, reason } = standingOf(judged);
  return { monitor, slot, subject, standing, reason, readings, events, sampled, missed };
}

function standingOf(judged: JudgedSlot): { standing: Standing; reason: string } {
  const { state, readings, sampled, missed, falseAlarmsPerYear } = judged;
  const quietMin = learnedMin(state);
  const strongest = strongestOf(readings);
  if (sampled === 0) {
    const open = strongest?.open ? `; the spike of ${namesOf(strongest)} stays open` : "";
    return {
      standing: "no_data",
      reason: `no data: none of ${missed} ${missed === 1 ? "region" : "regions"} reported${open}`,
    };
  }
  if (strongest?.open) {
    return { standing: "spike", reason: `spike: ${observedText(strongest, falseAlarmsPerYear)}` };
  }
  if (strongest && strongest.lnEvidence >= WATCHING_LN_EVIDENCE) {
    return { standing: "watching", reason: `watching: ${observedText(strongest, falseAlarmsPerYear)}` };
  }
  const usual = strongest
    ? `usual ${shareText(anyShare(readings) ?? strongest.usualShare)} unexpected`
    : "nothing learned yet";
  if (quietMin < LEARNING_MIN) {
    const hours = Math.floor(quietMin / 60);
    return { standing: "learning", reason: `learning: ${hours} of ${LEARNING_MIN / 60} h of quiet history, ${usual}` };
  }
  return { standing: "usual", reason: `as usual: ${usual}` };
}

/** Open before closed, then by ln A; the first of equals. */
function strongestOf(readings: readonly StreamReading[]): StreamReading | undefined {
  return readings.toSorted(
    (first, second) => Number(second.open) - Number(first.open) || second.lnEvidence - first.lnEvidence,
  )[0];
}

function anyShare(readings: readonly StreamReading[]): number | undefined {
  return readings.find((reading) => reading.stream === "any")?.usualShare;
}

/** "2 of 6 probes 409, usual 1.2 %, chance 1 in 9,600". */
function observedText(reading: StreamReading, falseAlarmsPerYear: number): string {
  const counts = `${grouped(reading.bad)} of ${grouped(reading.of)} probes ${namesOf(reading)}`;
  const chance = chanceText(reading.lnEvidence, falseAlarmsPerYear);
  return `${counts}, usual ${shareText(reading.usualShare)}, chance ${chance}`;
}

function namesOf(reading: StreamReading): string {
  if (reading.code === null) return "unexpected";
  return unexpectedName(reading.code);
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
