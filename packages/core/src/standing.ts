/**
 * Standings: a detector's readings in the words a person is shown, with numbers that can be checked.
 */
import type { BlindRegion } from "./blind.ts";
import type { DetectorState } from "./detector.ts";
import { NEVER } from "./evidence.ts";
import { holdMin } from "./flapping.ts";
import type { EpochMs, MonitorId } from "./monitor.ts";
import { learnedMin } from "./reading.ts";
import type { DetectorEvent, Standing, StreamReading, Verdict } from "./verdict.ts";
import { chanceText, clockText, namesOf, observedText, shareText, spanText } from "./words.ts";

/** From this ln A on, short of a spike, a stream is worth watching. */
export const WATCHING_LN_EVIDENCE = -4;
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
  /** Regions of the slot whose samples were not judged, because our own prober fails there. */
  blind?: readonly BlindRegion[];
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
  return { monitor, slot, subject, standing, reason: reason + blindText(judged), readings, events, sampled, missed };
}

/** "; not judged: eu-west is blind: 5 of 6 hosts …" */
function blindText({ blind, sampled }: JudgedSlot): string {
  if (blind === undefined || blind.length === 0 || sampled === 0) return "";
  return `; not judged: ${blind.map(({ region, reason }) => `${region} is ${reason}`).join("; ")}`;
}

function standingOf(judged: JudgedSlot): { standing: Standing; reason: string } {
  const { state, readings, sampled, missed, falseAlarmsPerYear } = judged;
  const quietMin = learnedMin(state);
  const strongest = strongestOf(readings);
  if (sampled === 0) {
    if (judged.blind && judged.blind.length > 0) {
      const why = judged.blind.map(({ region, reason }) => `${region} is ${reason}`).join("; ");
      return { standing: "no_data", reason: `no data: our own prober fails; ${why}` };
    }
    const open = strongest?.open ? `; the spike of ${namesOf(strongest)} stays open` : "";
    return {
      standing: "no_data",
      reason: `no data: none of ${missed} ${missed === 1 ? "region" : "regions"} reported${open}`,
    };
  }
  if (strongest?.open) {
    const observed = observedText(strongest, falseAlarmsPerYear);
    return { standing: "spike", reason: `spike: ${observed}${holdText(state)}` };
  }
  if (strongest && strongest.lnEvidence >= WATCHING_LN_EVIDENCE) {
    const limit = chanceText(strongest.lnThreshold, falseAlarmsPerYear);
    const reason = `watching: ${observedText(strongest, falseAlarmsPerYear)}, limit ${limit}`;
    return { standing: "watching", reason };
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

/** "; calm since 14:02, closes when it has lasted 6 h, because it came back 3 times in a row". */
function holdText(state: DetectorState): string {
  const hold = holdMin(state.flapping);
  const open = [...state.codes, state.any].flatMap(({ spike }) => spike ?? []);
  const calmSince = Math.max(...open.map((spike) => spike.calmSince));
  if (hold === 0 || open.some((spike) => spike.calmSince === NEVER)) return "";
  const since = clockText(calmSince, state.lastAt, state.config.timezone);
  return `; calm since ${since}, closes when that has lasted ${spanText(hold)}, because it came back ${state.flapping.returns} times in a row`;
}
