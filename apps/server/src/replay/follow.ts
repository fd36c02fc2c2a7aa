/**
 * One monitor of a recording, judged as live: samples of one instant are a slot, fed by name of region, and each slot is
 * judged when a later one begins.
 */
import {
  byName,
  type DetectorState,
  type EpochMs,
  type Incident,
  type IncidentStep,
  packDetector,
  StatusquoError,
  startDetector,
  unpackDetector,
} from "@statusquo/core";
import { feedSlot, followSlot, type SlotSample } from "@statusquo/pipeline";
import { expectedCodes, type FirstSample, type Plan, type PlanPart, PREFIX_SAMPLES, planFrom } from "./plan.ts";

/** Hears what became of a monitor's slots. */
export interface FollowListener {
  /** An incident was opened, changed or resolved. */
  onTransition(incident: Incident, transition: NonNullable<IncidentStep["transition"]>): void;
  /** Every judged slot. */
  onSlot?: (at: EpochMs, samples: readonly SlotSample[]) => void;
  /** Once, before the first slot. */
  onPlan?: (plan: Plan) => void;
}

export interface FollowedMonitor {
  readonly id: string;
  /** Samples judged or to be judged; a region's second sample of an instant, and regions the plan lacks, apart. */
  readonly counts: { samples: number; repeated: number; passedOver: number };
  /** Of the first and the last sample; null before the first. */
  readonly span: { from: EpochMs; to: EpochMs } | null;
  /** Why it is judged no more, by a fault of ours; null while it is. */
  readonly stopped: string | null;
  readonly open: Incident | null;
  /** How it is judged; null while too few samples are there to guess. */
  readonly plan: Plan | null;
  /** Whether some of the plan comes from its first samples. */
  readonly guessed: boolean;
  /**
   * Takes the next sample, which must not be earlier than the last one.
   *
   * @param unmet unexpected for something else than its code
   * @throws {StatusquoError} `bad_request` when it is
   */
  take(at: EpochMs, region: string, code: number, unmet?: boolean): void;
  /** Judges what is left. */
  end(): void;
}

/** @param known what definition or `config` line say; a monitor whose regions and interval are known is judged at once */
export function followMonitor(
  id: string,
  known: PlanPart,
  falseAlarmsPerYear: number,
  listener: FollowListener,
): FollowedMonitor {
  const counts = { samples: 0, repeated: 0, passedOver: 0 };
  const first: FirstSample[] = [];
  let plan: Plan | null = null;
  let detector: DetectorState | null = null;
  let isNormal: readonly boolean[] = [];
  let open: Incident | null = null;
  let stopped: string | null = null;
  let span: { from: EpochMs; to: EpochMs } | null = null;
  let lastAt = -1;
  let slotAt = -1;
  let slot: SlotSample[] = [];

  const guessed = !(known.regions && known.intervalMs && known.expect);
  if (!guessed) settle();

  function settle(): void {
    plan = planFrom(known, first, falseAlarmsPerYear);
    isNormal = expectedCodes(plan.expect);
    detector = startDetector(plan);
    listener.onPlan?.(plan);
    for (const { at, region, code, unmet } of first.splice(0)) judge(at, region, code, unmet);
  }

  function judge(at: EpochMs, region: string, code: number, unmet = false): void {
    if (at !== slotAt) {
      if (slot.length > 0) judgeSlot();
      slotAt = at;
    } else if (slot.some((sample) => sample.region === region)) {
      // As live: the first sample of a slot wins.
      counts.repeated++;
      return;
    }
    slot.push({ region, code, expected: !unmet && (isNormal[code] as boolean) });
  }

  function judgeSlot(): void {
    const samples = slot;
    slot = [];
    if (stopped !== null || detector === null) return;
    if (samples.length > 1) samples.sort((one, other) => byName(one.region, other.region));
    try {
      const fed = feedSlot(detector, slotAt, samples);
      if (open !== null || fed.events.length > 0) {
        const { incident, transition } = followSlot(open, id, samples, fed, slotAt);
        open = incident?.state === "open" ? incident : null;
        if (incident !== null && transition !== null) listener.onTransition(incident, transition);
      }
    } catch (error) {
      if (!(error instanceof StatusquoError && error.code === "internal")) throw error;
      stopped = error.message;
    }
    listener.onSlot?.(slotAt, samples);
  }

  /** A region that was not seen among the first samples joins, as when a definition gains one. */
  function admit(region: string): void {
    if (plan === null || detector === null) return;
    plan = { ...plan, regions: [...plan.regions, region].sort(byName) };
    const { live, seasons } = packDetector(detector);
    detector = unpackDetector(plan, { live, seasons: seasons as Uint8Array });
  }

  return {
    id,
    counts,
    guessed,
    get span() {
      return span;
    },
    get stopped() {
      return stopped;
    },
    get open() {
      return open;
    },
    get plan() {
      return plan;
    },
    take(at, region, code, unmet = false) {
      if (at < lastAt) {
        throw new StatusquoError(
          "bad_request",
          `samples of a monitor must be in order of time; ${id} has ${at} (${isoText(at)}) after ${lastAt} (${isoText(lastAt)}); for lines that begin with t, sort -t: -k2,2n puts them in order`,
        );
      }
      lastAt = at;
      if (plan !== null && !plan.regions.includes(region)) {
        if (known.regions) {
          counts.passedOver++;
          return;
        }
        admit(region);
      }
      counts.samples++;
      if (span === null) span = { from: at, to: at };
      else span.to = at;
      if (plan !== null) judge(at, region, code, unmet);
      else if (first.push({ at, region, code, unmet }) >= PREFIX_SAMPLES) settle();
    },
    end() {
      if (plan === null) settle();
      if (slot.length > 0) judgeSlot();
    },
  };
}

const isoText = (at: EpochMs) => new Date(at).toISOString();
