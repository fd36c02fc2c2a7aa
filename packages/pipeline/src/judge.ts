/**
 * Step 5, judge: a closed slot becomes a verdict, and what follows from it becomes rows.
 *
 * Everything here happens inside the transaction that recorded the slot's samples: samples, detector, incident,
 * transition and notifications are committed together, or not at all.
 */
import {
  type Channel,
  conflictCaseFrom,
  type DetectorEvent,
  type DetectorState,
  diagnoseConflict,
  type EpochMs,
  feed,
  followEvents,
  type Incident,
  isExpected,
  type Monitor,
  notificationKey,
  packDetector,
  readings,
  recipientsOf,
  StatusquoError,
  startDetector,
  type Transition,
  type Verdict,
  verdictOf,
  type Writer,
} from "@statusquo/core";
import { alertFacts } from "./facts.ts";
import type { OpenSlot } from "./schedule.ts";

/** What judging needs to know of the world. */
export interface JudgeSettings {
  /** Channels by id, as the definitions in force have them. */
  channels(): ReadonlyMap<string, Channel>;
  publicUrl: string | null;
  /** Hears of a fault of ours that costs one monitor its judging. */
  onTrouble(what: string, error: unknown): void;
}

/** A monitor's detector, and which seasons of it are stored. */
export interface Judged {
  detector: DetectorState;
  seasonsStored: number;
  /** Why this monitor is judged no more: a fault of ours. Its samples are stored as ever. */
  stopped: string | null;
}

/** What a judged slot changed, for those who look on. */
export interface Judgement {
  verdict: Verdict;
  incident: Incident | null;
  transition: Transition | null;
}

/**
 * Judges one closed slot. `judged.detector` is changed; the caller restores it from the store when the transaction fails.
 *
 * @param slot every region of it is home
 */
export function judgeSlot(
  writer: Writer,
  settings: JudgeSettings,
  monitor: Monitor,
  slot: OpenSlot,
  judged: Judged,
  now: EpochMs,
): Judgement {
  const samples = samplesOf(slot);
  const { detector } = judged;
  const events: DetectorEvent[] = [];
  let fedAfter: SlotSample[] = [];
  try {
    if (judged.stopped !== null) return standStill(writer, monitor, slot, judged.stopped);
    for (const [index, sample] of samples.entries()) {
      const brought = feed(detector, { at: slot.slot, ...sample });
      if (brought.length > 0) fedAfter = samples.slice(index + 1);
      events.push(...brought);
    }
  } catch (error) {
    // A number that went wrong is our fault. It must neither be a silent verdict nor keep other monitors from theirs.
    if (!(error instanceof StatusquoError && error.code === "internal")) throw error;
    judged.stopped = error.message;
    settings.onTrouble(`judging of ${monitor.id} has stopped until the next start`, error);
    return standStill(writer, monitor, slot, judged.stopped);
  }
  const verdict = verdictOf({
    monitor: monitor.id,
    subject: monitor.subject,
    slot: slot.slot,
    state: detector,
    readings: readings(detector),
    events,
    sampled: samples.length,
    missed: slot.regions.size - samples.length,
    falseAlarmsPerYear: monitor.falseAlarmsPerYear,
  });
  const followed = follow(writer, settings, monitor, { samples, fedAfter }, events, now);
  writer.putJudgement(monitor.id, slot.slot, packDetector(detector, judged.seasonsStored), verdict);
  judged.seasonsStored = detector.seasonsRevision;
  return { verdict, ...followed };
}

/** A slot of a monitor whose judging has stopped: said so, with the detector left as it was stored last. */
function standStill(writer: Writer, monitor: Monitor, slot: OpenSlot, why: string): Judgement {
  const samples = samplesOf(slot);
  const verdict: Verdict = {
    monitor: monitor.id,
    subject: monitor.subject,
    slot: slot.slot,
    standing: "no_data",
    reason: `not judged, by a fault of ours: ${why}`,
    readings: [],
    events: [],
    sampled: samples.length,
    missed: slot.regions.size - samples.length,
  };
  const stored = writer.detector(monitor.id);
  const unchanged = stored ? { live: stored.live, seasons: null } : packDetector(startDetector(monitor));
  writer.putJudgement(monitor.id, slot.slot, unchanged, verdict);
  return { verdict, incident: writer.openIncident(monitor.id), transition: null };
}

/** One sample of a slot. */
type SlotSample = { region: string; code: number; expected: boolean; calmed?: boolean };

/**
 * What a slot's events make of the monitor's incident, stored with whom to tell.
 *
 * @param slot all its samples, and those fed after the last event: what is not in an opening's own counts
 */
function follow(
  writer: Writer,
  settings: JudgeSettings,
  monitor: Monitor,
  slot: { samples: readonly SlotSample[]; fedAfter: readonly SlotSample[] },
  events: readonly DetectorEvent[],
  now: EpochMs,
): Pick<Judgement, "incident" | "transition"> {
  const open = writer.openIncident(monitor.id);
  if (open === null && events.length === 0) return { incident: null, transition: null };
  const step = followEvents(open, monitor.id, events, open ? countsIn(open, slot.samples) : { bad: 0, of: 0 }, now);
  if (step.incident === null) return { incident: null, transition: null };
  let changed = step.incident;
  if (step.transition?.kind === "opened")
    changed = { ...changed, seen: sum(changed.seen, countsIn(changed, slot.fedAfter)) };
  if (step.transition) {
    changed = { ...changed, causes: readConflict(writer, changed, now), ...unmetOf(writer, monitor, changed) };
  }
  const incident = writer.putIncident(changed);
  if (step.transition === null) return { incident, transition: null };
  const dueAt = step.transition.kind === "opened" && isCalmed(slot.samples) ? now + monitor.intervalMs : now;
  const transition = announce(writer, settings, monitor, incident, step.transition, dueAt);
  return { incident, transition };
}

/** Whether every second look at the slot's unexpected answers found an expected one: then telling waits for a slot more. */
function isCalmed(samples: readonly SlotSample[]): boolean {
  const looks = samples.flatMap(({ expected, calmed }) => (expected || calmed === undefined ? [] : [calmed]));
  return looks.length > 0 && looks.every((calmed) => calmed);
}

/** What was wrong with the newest answer of the incident's code, where the monitor expects that status. */
function unmetOf(writer: Writer, monitor: Monitor, { code, onsetAt }: Incident): Pick<Incident, "unmet"> {
  if (code === null || !isExpected(monitor.expect, code)) return {};
  const query = { monitor: monitor.id, code, from: onsetAt, unexpected: true, limit: 1 };
  const unmet = writer.reads.evidenceOf(query)[0]?.evidence.unmet;
  return unmet ? { unmet } : {};
}

/**
 * Stores a transition of an incident and one notification for each recipient of the monitor's channels.
 *
 * @param dueAt when they may be sent first
 */
export function announce(
  writer: Writer,
  settings: JudgeSettings,
  monitor: Monitor,
  incident: Incident,
  change: Omit<Transition, "incident" | "seq">,
  dueAt: EpochMs = change.at,
): Transition {
  const facts = alertFacts(writer.reads, monitor, incident, change, settings.publicUrl);
  const transition = writer.putTransition(incident, change, facts);
  const channels = settings.channels();
  for (const id of monitor.notify) {
    const channel = channels.get(id);
    for (const recipient of channel ? recipientsOf(channel) : []) {
      writer.putNotification({
        key: notificationKey(incident.id, transition.seq, id, recipient),
        incident: incident.id,
        seq: transition.seq,
        kind: transition.kind,
        channel: id,
        recipient,
        facts,
        createdAt: change.at,
        dueAt,
      });
    }
  }
  return transition;
}

function samplesOf(slot: OpenSlot): SlotSample[] {
  const samples: SlotSample[] = [];
  for (const region of [...slot.regions.keys()].sort()) {
    const state = slot.regions.get(region);
    if (state?.at !== "home" || state.code === null) continue;
    const { code, expected, calmed } = state;
    samples.push({ region, code, expected, ...(calmed !== undefined && { calmed }) });
  }
  return samples;
}

/** Those of `samples` in the incident's scope, and how many of them belong to one of its open streams. */
function countsIn(incident: Incident, samples: readonly SlotSample[]): Incident["seen"] {
  const inScope = samples.filter(({ region }) => incident.scope.regions.includes(region));
  const isBad = (sample: SlotSample) =>
    incident.streams.some(({ stream }) => !sample.expected && (stream === "any" || stream === sample.code));
  return { bad: inScope.filter(isBad).length, of: inScope.length };
}

const sum = (a: Incident["seen"], b: Incident["seen"]) => ({ bad: a.bad + b.bad, of: a.of + b.of });

/** Conflicts looked at for one reading; more say nothing new. */
const CONFLICTS_READ = 12;

function readConflict(writer: Writer, incident: Incident, now: EpochMs): Incident["causes"] {
  if (!incident.codes.includes(409)) return [];
  const { monitor, onsetAt } = incident;
  const conflicts = writer.reads.evidenceOf({ monitor, code: 409, from: onsetAt, limit: CONFLICTS_READ });
  if (conflicts.length === 0) return incident.causes;
  const usual = writer.reads.evidenceOf({ monitor, code: "usual", limit: 1 });
  const byRegion = writer.reads.counts({
    monitors: [monitor],
    from: onsetAt,
    to: now + 1,
    stepMs: Math.max(now + 1 - onsetAt, 1),
    byRegion: true,
  });
  return diagnoseConflict(
    conflictCaseFrom({
      evidence: conflicts.map(({ evidence, region, slot }) => ({ ...evidence, region, slot })),
      usual: usual[0]?.evidence ?? null,
      byRegion: shareByRegion(byRegion),
      window: { requests: incident.seen.of, conflicts: incident.seen.bad },
      baselineShare: incident.evidence.usualShare,
    }),
  );
}

function shareByRegion(counts: ReturnType<Writer["reads"]["counts"]>): Record<string, number> {
  const seen = new Map<string, { bad: number; of: number }>();
  for (const { region, probes, codes } of counts) {
    if (region === null) continue;
    const sum = seen.get(region) ?? { bad: 0, of: 0 };
    seen.set(region, { bad: sum.bad + (codes[409] ?? 0), of: sum.of + probes });
  }
  const known = [...seen].filter(([, { of }]) => of > 0);
  return Object.fromEntries(known.map(([region, { bad, of }]) => [region, bad / of]));
}
