/**
 * Step 5, judge: a closed slot becomes a verdict, and what follows from it becomes rows.
 *
 * Everything here happens inside the transaction that recorded the slot's samples: samples, detector, incident,
 * transition and notifications are committed together, or not at all.
 */
import {
  alertingOf,
  type BlindRegion,
  type Cost,
  conflictCaseFrom,
  costOf,
  DEPLOY_SUSPECT_MS,
  type Deploy,
  type DetectorState,
  deployBefore,
  diagnoseConflict,
  type EpochMs,
  type Incident,
  isExpected,
  learnedMin,
  type Monitor,
  packDetector,
  type Region,
  type RunningMaintenance,
  readings,
  StatusquoError,
  severityOf,
  startDetector,
  type Transition,
  type TransitionDraft,
  type Verdict,
  verdictOf,
  type Writer,
  whyOf,
} from "@statusquo/core";
import { alertFacts } from "./facts.ts";
import { type InternalSettings, raise } from "./internal.ts";
import type { OpenSlot } from "./schedule.ts";
import { type FedSlot, feedSlot, followSlot, type SlotSample } from "./slot-step.ts";
import { announce, type TellSettings } from "./tell.ts";

/** What judging needs to know of the world. */
export interface JudgeSettings extends TellSettings, InternalSettings {
  /** Hears of a fault of ours that costs one monitor its judging. */
  onTrouble(what: string, error: unknown): void;
}

/** A monitor's detector, and which seasons of it are stored. */
export interface Judged {
  detector: DetectorState;
  seasonsStored: number;
  /** Why this monitor is judged no more: a fault of ours. Its samples are stored as ever. */
  stopped: string | null;
  /** Regions of the open incident that are blind, as its transitions say; by name, with commas. */
  unseenFrom: string;
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
 * @param slot  every region of it is home
 * @param blind regions whose samples say nothing about the target: they are stored, and not fed
 */
export function judgeSlot(
  writer: Writer,
  settings: JudgeSettings,
  monitor: Monitor,
  slot: OpenSlot,
  judged: Judged,
  now: EpochMs,
  blind: ReadonlyMap<Region, BlindRegion>,
): Judgement {
  const stored = samplesOf(slot);
  const samples = stored.filter(({ region }) => !blind.has(region));
  const unjudged = stored.flatMap(({ region }) => blind.get(region) ?? []);
  const { detector } = judged;
  const running = settings.maintenanceAt(monitor, slot.slot);
  if (running !== null && judged.stopped === null) return inMaintenance(writer, monitor, slot, judged, running);
  let fed: FedSlot;
  try {
    if (judged.stopped !== null) return standStill(writer, monitor, slot, judged.stopped);
    fed = feedSlot(detector, slot.slot, samples);
  } catch (error) {
    // A number that went wrong is our fault. It must neither be a silent verdict nor keep other monitors from theirs.
    if (!(error instanceof StatusquoError && error.code === "internal")) throw error;
    judged.stopped = error.message;
    settings.onTrouble(`judging of ${monitor.id} has stopped until the next start`, error);
    raise(writer, settings, "judging_stopped", monitor.id, `not judged until the next start: ${error.message}`, now);
    return standStill(writer, monitor, slot, judged.stopped);
  }
  const verdict = verdictOn(monitor, slot, judged, fed, unjudged);
  const followed = follow(writer, settings, monitor, samples, fed, now);
  const said = sayUnseen(writer, settings, monitor, judged, unjudged, followed, now);
  conclude(writer, slot, judged, verdict, unjudged.length > 0 ? verdict.reason : null);
  return { verdict, ...said };
}

const NOTHING_FED: FedSlot = { events: [], fedAtEvent: 0 };

function verdictOn(
  monitor: Monitor,
  slot: OpenSlot,
  { detector }: Judged,
  fed: FedSlot,
  blind: readonly BlindRegion[],
): Verdict {
  const { id, subject, falseAlarmsPerYear } = monitor;
  const { sampled, missed } = countsOf(slot);
  return verdictOf({
    ...{ monitor: id, subject, slot: slot.slot, falseAlarmsPerYear, blind },
    state: detector,
    readings: readings(detector),
    events: [...fed.events],
    sampled: sampled - blind.length,
    missed,
  });
}

/** Stores what judging left behind: the detector, the verdict, and the numbers behind it. */
function conclude(writer: Writer, slot: OpenSlot, judged: Judged, verdict: Verdict, note: string | null = null): void {
  const { detector } = judged;
  writer.putJudgement(verdict.monitor, slot.slot, packDetector(detector, judged.seasonsStored), verdict);
  writer.putWhy(whyOf(verdict, learnedMin(detector), note));
  judged.seasonsStored = detector.seasonsRevision;
}

/** While a maintenance runs samples are stored and shown; nothing learns from them, and nothing opens or closes. */
function inMaintenance(
  writer: Writer,
  monitor: Monitor,
  slot: OpenSlot,
  judged: Judged,
  { name, until }: RunningMaintenance,
): Judgement {
  const reason = `maintenance "${name}" until ${new Date(until).toISOString().slice(0, 16)}Z: stored, not judged`;
  const verdict = { ...verdictOn(monitor, slot, judged, NOTHING_FED, []), reason, maintenance: { name, until } };
  conclude(writer, slot, judged, verdict, reason);
  return { verdict, incident: writer.openIncident(monitor.id), transition: null };
}

/** A slot of a monitor whose judging has stopped: said so, with the detector left as it was stored last. */
function standStill(writer: Writer, monitor: Monitor, slot: OpenSlot, why: string): Judgement {
  const verdict: Verdict = {
    monitor: monitor.id,
    subject: monitor.subject,
    slot: slot.slot,
    standing: "no_data",
    reason: `not judged, by a fault of ours: ${why}`,
    readings: [],
    events: [],
    ...countsOf(slot),
  };
  const stored = writer.detector(monitor.id);
  const unchanged = stored ? { live: stored.live, seasons: null } : packDetector(startDetector(monitor));
  writer.putJudgement(monitor.id, slot.slot, unchanged, verdict);
  writer.putWhy(whyOf(verdict, 0, verdict.reason));
  return { verdict, incident: writer.openIncident(monitor.id), transition: null };
}

/** An open incident says when a region of its scope becomes blind, and when it sees again; nobody is told by it. */
function sayUnseen(
  writer: Writer,
  settings: JudgeSettings,
  monitor: Monitor,
  judged: Judged,
  blind: readonly BlindRegion[],
  followed: Pick<Judgement, "incident" | "transition">,
  now: EpochMs,
): Pick<Judgement, "incident" | "transition"> {
  const { incident } = followed;
  const unseen = blind.map(({ region }) => region).filter((region) => incident?.scope.regions.includes(region));
  const was = judged.unseenFrom;
  judged.unseenFrom = unseen.join(", ");
  if (incident === null || incident.state !== "open" || was === judged.unseenFrom) return followed;
  const reason =
    unseen.length > 0 ? `not seen from ${judged.unseenFrom}: our own prober fails there` : `seen from ${was} again`;
  const change = { kind: "changed", at: now, reason } as const;
  const stored = writer.putIncident({ ...incident, revision: incident.revision + 1 });
  const transition = writer.putTransition(
    stored,
    change,
    alertFacts(writer.reads, monitor, stored, change, settings.publicUrl),
    null,
  );
  return { incident: stored, transition: followed.transition ?? transition };
}

/** What a slot's events make of the monitor's incident, stored with whom to tell. */
function follow(
  writer: Writer,
  settings: JudgeSettings,
  monitor: Monitor,
  samples: readonly SlotSample[],
  fed: FedSlot,
  now: EpochMs,
): Pick<Judgement, "incident" | "transition"> {
  const open = writer.openIncident(monitor.id);
  const step = followSlot(open, monitor.id, samples, fed, now);
  if (step.incident === null) return { incident: null, transition: null };
  const graded = grade(step.incident, monitor, open, now);
  const draft = step.transition ?? graded.draft;
  if (draft === null) return { incident: writer.putIncident(graded.incident), transition: null };
  // Stored first: an incident that opens gets its number.
  const stored = writer.putIncident(withEvidence(writer, graded.incident, monitor, draft, now));
  const isHeld = draft.kind === "opened" && isCalmed(samples);
  const notBefore = isHeld ? now + Math.min(monitor.intervalMs, LONGEST_HOLD_MS) : now;
  return announce(writer, settings, monitor, stored, draft, now, notBefore);
}

/** Of long intervals a slot would be too long to wait. */
const LONGEST_HOLD_MS = 120_000;

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

/** The severity as it is now; that it rose is a change of its own. */
function grade(
  incident: Incident,
  monitor: Monitor,
  before: Incident | null,
  now: EpochMs,
): { incident: Incident; draft: TransitionDraft | null } {
  if (incident.severity === "critical" || incident.state === "resolved") return { incident, draft: null };
  const { severity, reason } = severityOf(incident, alertingOf(monitor).severity);
  if (severity === incident.severity) return { incident, draft: null };
  const graded = { ...incident, severity };
  if (before === null) return { incident: graded, draft: null };
  const revision = before.revision === incident.revision ? incident.revision + 1 : incident.revision;
  const draft = { kind: "changed", at: now, reason: `critical now: ${reason}` } as const;
  return { incident: { ...graded, revision }, draft };
}

/** What was seen around an incident that changes: the reading of its conflicts, deploys, and at its end what it cost. */
export function withEvidence(
  writer: Writer,
  incident: Incident,
  monitor: Monitor,
  draft: TransitionDraft,
  now: EpochMs,
): Incident {
  const { onsetAt, onsetUncertaintyMs, scope } = incident;
  const deploys = writer.reads.deploys({
    from: onsetAt - DEPLOY_SUSPECT_MS,
    to: onsetAt + onsetUncertaintyMs + 1,
    limit: MOST_DEPLOYS,
  });
  const onset = { at: onsetAt, uncertaintyMs: onsetUncertaintyMs };
  const seen = { ...incident, deploy: deployBefore(onset, deploys, scope, monitor) };
  const read = { ...seen, causes: readConflict(writer, seen, deploys, now), ...unmetOf(writer, monitor, seen) };
  return draft.kind === "resolved" ? { ...read, cost: costSince(writer, read, monitor, now) } : read;
}

/** Deploys looked at for one onset. */
const MOST_DEPLOYS = 100;
/** Longer incidents are counted from roll-ups, which begin up to 5 minutes before the onset. */
const COUNTED_EXACTLY_MS = 6 * 3_600_000;
const FIVE_MINUTES_MS = 300_000;

function costSince(writer: Writer, { monitor: id, onsetAt }: Incident, monitor: Monitor, now: EpochMs): Cost {
  const lastedMs = Math.max(0, now - onsetAt);
  const isExact = lastedMs <= COUNTED_EXACTLY_MS;
  const from = isExact ? onsetAt : Math.floor(onsetAt / FIVE_MINUTES_MS) * FIVE_MINUTES_MS;
  const stepMs = isExact ? Math.max(lastedMs + 1, 1) : FIVE_MINUTES_MS;
  const codes: Record<number, number> = {};
  for (const bucket of writer.reads.counts({ monitors: [id], from, to: now + 1, stepMs })) {
    for (const [code, answers] of Object.entries(bucket.codes))
      codes[Number(code)] = (codes[Number(code)] ?? 0) + answers;
  }
  return costOf(codes, lastedMs, alertingOf(monitor), (code) => !isExpected(monitor.expect, code));
}

const countsOf = (slot: OpenSlot) => {
  const sampled = samplesOf(slot).length;
  return { sampled, missed: slot.regions.size - sampled };
};

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

/** Conflicts looked at for one reading; more say nothing new. */
const CONFLICTS_READ = 12;

function readConflict(
  writer: Writer,
  incident: Incident,
  deploys: readonly Deploy[],
  now: EpochMs,
): Incident["causes"] {
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
      onsetAt,
      deploys: deploys.map(({ url, ...deploy }) => (url === null ? deploy : { ...deploy, url })),
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
