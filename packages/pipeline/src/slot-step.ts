/**
 * What one slot's samples make of a monitor's detector and of its incident: the part of judging that knows no store.
 * Live and replay both take this step, so they come to the same incidents.
 */
import {
  type DetectorEvent,
  type DetectorState,
  type EpochMs,
  feed,
  followEvents,
  type Incident,
  type IncidentStep,
  type MonitorId,
} from "@statusquo/core";

/** One sample of a slot. */
export interface SlotSample {
  region: string;
  /** The status, or 0 for no answer. */
  code: number;
  expected: boolean;
  /** Whether a second look found an expected answer; absent when nobody looked. */
  calmed?: boolean;
}

/** What feeding a slot brought about. */
export interface FedSlot {
  events: readonly DetectorEvent[];
  /** How many samples had been fed when the last event came: those after it are not in an opening's own counts. */
  fedAtEvent: number;
}

const NOTHING: FedSlot = Object.freeze({ events: Object.freeze([]), fedAtEvent: 0 });

/**
 * Feeds a slot to the detector, which it changes.
 *
 * @param samples by name of region
 * @throws {StatusquoError} `internal` as {@link feed} does
 */
export function feedSlot(detector: DetectorState, slot: EpochMs, samples: readonly SlotSample[]): FedSlot {
  let fed: FedSlot = NOTHING;
  for (let index = 0; index < samples.length; index++) {
    const { region, code, expected } = samples[index] as SlotSample;
    const brought = feed(detector, { at: slot, region, code, expected });
    if (brought.length > 0) fed = { events: [...fed.events, ...brought], fedAtEvent: index + 1 };
  }
  return fed;
}

/**
 * What a fed slot makes of the monitor's incident; its `seen` then holds every sample from the onset on.
 *
 * @param open the monitor's open incident, or null
 * @param samples those that were fed
 * @param now when the slot is judged
 */
export function followSlot(
  open: Incident | null,
  monitor: MonitorId,
  samples: readonly SlotSample[],
  { events, fedAtEvent }: FedSlot,
  now: EpochMs,
): IncidentStep {
  if (open === null && events.length === 0) return { incident: null, transition: null };
  const step = followEvents(open, monitor, events, open ? countsIn(open, samples) : { bad: 0, of: 0 }, now);
  if (step.incident === null || step.transition?.kind !== "opened") return step;
  const after = countsIn(step.incident, samples.slice(fedAtEvent));
  const { bad, of } = step.incident.seen;
  return { ...step, incident: { ...step.incident, seen: { bad: bad + after.bad, of: of + after.of } } };
}

/** Those of `samples` in the incident's scope, and how many of them belong to one of its open streams. */
function countsIn(incident: Incident, samples: readonly SlotSample[]): Incident["seen"] {
  const inScope = samples.filter(({ region }) => incident.scope.regions.includes(region));
  const isBad = (sample: SlotSample) =>
    incident.streams.some(({ stream }) => !sample.expected && (stream === "any" || stream === sample.code));
  return { bad: inScope.filter(isBad).length, of: inScope.length };
}
