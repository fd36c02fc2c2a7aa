/**
 * Why, why not: the verdict on a closed slot in the few numbers its sentence is made from, small enough to keep for
 * every slot of a week.
 */
import type { EpochMs, MonitorId } from "./monitor.ts";
import type { Standing, StreamName, StreamReading, Verdict } from "./verdict.ts";
import { chanceText, shareText } from "./words.ts";

/** The stream that spoke loudest in a slot. */
export type WhyReading = Pick<
  StreamReading,
  "stream" | "code" | "lnEvidence" | "lnThreshold" | "usualShare" | "bad" | "of" | "open"
>;

export interface Why {
  monitor: MonitorId;
  slot: EpochMs;
  standing: Standing;
  /** null while nothing is learned. */
  strongest: WhyReading | null;
  /** Quiet history so far, minutes, no more than a day of it. */
  learnedMin: number;
  sampled: number;
  missed: number;
  /** What the numbers cannot say: a maintenance, a fault of ours. null mostly. */
  note: string | null;
}

/** More of learned history than this is as good as any. */
const LEARNED_ENOUGH_MIN = 1_440;

/**
 * The numbers behind a verdict.
 *
 * @param learnedMin minutes of quiet history the detector had
 * @param note       said instead of what the numbers say
 */
export function whyOf(verdict: Verdict, learnedMin: number, note: string | null = null): Why {
  const { monitor, slot, standing, readings, sampled, missed } = verdict;
  let strongest: StreamReading | null = null;
  for (const reading of readings) {
    if (strongest === null || isStronger(reading, strongest)) strongest = reading;
  }
  const learned = Math.min(LEARNED_ENOUGH_MIN, Math.floor(learnedMin));
  return { monitor, slot, standing, strongest, learnedMin: learned, sampled, missed, note };
}

/** Open before closed, then by ln A. */
function isStronger(one: StreamReading, other: StreamReading): boolean {
  return one.open === other.open ? one.lnEvidence > other.lnEvidence : one.open;
}

/** "watching: 2 of 6 probes 409, usual 1.2 %, chance 1 in 310, limit 1 in 530 thousand" */
export function slotWhyText(why: Why, falseAlarmsPerYear: number): string {
  const { standing, strongest, learnedMin, sampled, missed, note } = why;
  if (note !== null) return note;
  if (sampled === 0) {
    const open = strongest?.open ? `; the spike of ${nameOf(strongest.code, strongest.stream)} stays open` : "";
    return `no data: none of ${missed} ${missed === 1 ? "region" : "regions"} reported${open}`;
  }
  if (strongest === null) return standing === "learning" ? "learning: nothing learned yet" : "as usual";
  const { bad, of, code, stream, usualShare, lnEvidence, lnThreshold } = strongest;
  const named = of === 0 ? "nothing unexpected" : `${bad} of ${of} probes ${nameOf(code, stream)}`;
  const chance = (ln: number) => chanceText(ln, falseAlarmsPerYear);
  const numbers = `${named}, usual ${shareText(usualShare)}, chance ${chance(lnEvidence)}, limit ${chance(lnThreshold)}`;
  if (standing === "learning") return `learning: ${Math.floor(learnedMin / 60)} of 24 h of quiet history, ${numbers}`;
  return `${standing === "usual" ? "as usual" : standing}: ${numbers}`;
}

function nameOf(code: number | null, stream: StreamName): string {
  const named = code ?? (stream === "any" ? null : stream);
  if (named === null) return "unexpected";
  return named === 0 ? "no answer" : String(named);
}
