/**
 * Step 4, record: results become rows, slots close, and each closed slot is judged, in one transaction.
 *
 * Slots of a monitor are judged once, in order. What comes home after its slot was judged is stored and never judged.
 */
import {
  type Confirmation,
  type EpochMs,
  type Failpoint,
  isExpected,
  type Monitor,
  type MonitorId,
  type ProbeResult,
  StatusquoError,
  slotAt,
  startDetector,
  unpackDetector,
  type Writer,
} from "@statusquo/core";
import { type Judged, type Judgement, type JudgeSettings, judgeSlot } from "./judge.ts";
import { newProgress, openDueSlots, overdue, type Progress, type RegionState, slotOf } from "./schedule.ts";
import type { BlindChange, SightKeeper } from "./sight.ts";

/** A monitor as the recorder follows it. */
export interface Followed extends Judged {
  progress: Progress;
  /** Why its detector began anew although there was an older one; null when it goes on, or is the first. */
  begunAnew: string | null;
}

export interface RecordPorts {
  writer: Writer;
  followed: Map<MonitorId, Followed>;
  settings: JudgeSettings;
  sight: SightKeeper;
  failpoint(point: Failpoint): void;
  /** Hears of what was committed, after the commit. */
  onCommitted(results: readonly ProbeResult[], judgements: readonly Judgement[]): void;
  /** Hears that a region has become blind or sees again, after the commit. */
  onBlind(change: BlindChange): void;
}

/**
 * Takes up a monitor where the store left it: the last slot judged, what came home since, and the detector. A detector
 * of another subject is not taken up, because what is watched now has no history yet; nor is one that cannot be read.
 *
 * Must be called inside a transaction of `writer`.
 */
export function follow(writer: Writer, monitor: Monitor, now: EpochMs): Followed {
  const judged = writer.judgedUntil(monitor.id);
  // A process that died before it had judged a slot has left that slot, too, to be accounted for.
  const since = judged === null ? writer.inForceSince(monitor.id) : null;
  const progress = newProgress(monitor, since === null ? now : Math.min(since, now));
  // Also when `judged` lies ahead, because the clock went back: what is accounted for is not probed again.
  if (judged !== null) progress.judged = progress.handedOut = judged;
  const followed: Followed = { progress, stopped: null, unseenFrom: "", ...takeUpDetector(writer, monitor) };
  const until = Math.max(now, progress.judged) + AHEAD_MS;
  for (const row of writer.slotsAfter(monitor.id, progress.judged, until)) {
    // What was missed ahead of now, by a clock that had run ahead, may still be sampled.
    if (row.slot > now && row.state === "missed") continue;
    const { code, expected, confirmation } = row;
    home(progress, row.region, row.slot, { at: "home", code, expected, ...confirmedOf(confirmation) });
  }
  return followed;
}

/** What is stored further ahead than this is of a clock that had run ahead, and is met when its time comes. */
const AHEAD_MS = 2 * 60_000;

function takeUpDetector(writer: Writer, monitor: Monitor): Pick<Followed, "detector" | "seasonsStored" | "begunAnew"> {
  const { regions, intervalMs, falseAlarmsPerYear, usual, timezone } = monitor;
  const config = { regions, intervalMs, falseAlarmsPerYear, usual, timezone };
  const begin = (begunAnew: string | null) => ({
    detector: startDetector(config),
    seasonsStored: NONE_STORED,
    begunAnew,
  });
  const stored = writer.detector(monitor.id);
  if (!stored) return begin(null);
  if (writer.reads.verdict(monitor.id)?.subject !== monitor.subject) {
    return begin("its request or what it expects has changed");
  }
  try {
    const detector = unpackDetector(config, stored);
    return { detector, seasonsStored: detector.seasonsRevision, begunAnew: null };
  } catch (error) {
    if (!(error instanceof StatusquoError)) throw error;
    return begin(`what was learned cannot be read: ${error.message}`);
  }
}

/** No revision of the seasons: the first judgement stores them. */
const NONE_STORED = -1;

/**
 * Records results and judges what closes by them.
 *
 * Results of a monitor or region that is no longer defined, or of an instant that is no slot of it, are passed over.
 *
 * @throws what the store throws; nothing of it is stored then, and everything in memory is as the store has it
 */
export function record(ports: RecordPorts, results: readonly ProbeResult[], now: EpochMs): void {
  const { writer, followed } = ports;
  const touched = new Set<Followed>();
  let judgements: Judgement[];
  try {
    judgements = writer.transaction(() => {
      for (const result of results) {
        const monitor = followed.get(result.monitor);
        if (!monitor || !isSlotOf(monitor.progress, result, now)) continue;
        touched.add(monitor);
        recordOne(writer, monitor.progress, result);
        ports.sight.look(monitor.progress.monitor, result);
      }
      const judged = [...touched].flatMap((monitor) => judgeClosed(ports, monitor, now));
      ports.failpoint("core.in_txn");
      return judged;
    });
  } catch (error) {
    restore(ports, touched, now);
    throw error;
  }
  ports.failpoint("core.after_commit_before_ack");
  ports.onCommitted(results, judgements);
  for (const change of ports.sight.changes(now)) ports.onBlind(change);
}

/** Closes the slots whose grace has passed, as `missed` where a region is still awaited. */
export function closeOverdue(ports: RecordPorts, now: EpochMs): void {
  const missing = [...ports.followed.values()].flatMap(({ progress }) => overdue(progress, now));
  for (let from = 0; from < missing.length; from += RESULTS_PER_TRANSACTION) {
    record(ports, missing.slice(from, from + RESULTS_PER_TRANSACTION), now);
  }
}

/** Bounds how long one transaction holds the event loop after a standstill of hours. */
const RESULTS_PER_TRANSACTION = 2_000;

function isSlotOf({ monitor, handedOut }: Progress, { region, slot }: ProbeResult, now: EpochMs): boolean {
  // What was handed out before the clock was set back may still come home.
  const newest = Math.max(now + monitor.intervalMs, handedOut);
  return monitor.regions.includes(region) && slotAt(monitor, slot) === slot && slot <= newest;
}

function recordOne(writer: Writer, progress: Progress, result: ProbeResult): void {
  const code = result.kind === "missed" ? null : result.outcome.kind === "status" ? result.outcome.status : 0;
  const sample = result.kind === "sampled" ? result : null;
  const expected = code !== null && sample?.unmet === undefined && isExpected(progress.monitor.expect, code);
  const late = result.slot <= progress.judged;
  const recorded = writer.putResult(result, { expected, late });
  if (late) return;
  // A row of a clock that had run ahead stays as it is; its slot is met now, and closes.
  if (recorded === "duplicate" && isHome(progress, result)) return;
  // An answer to another request is stored, and judged as if there were none.
  const isOfAnother = sample !== null && isOfAnotherSubject(writer, progress.monitor, sample.version);
  const judged = isOfAnother
    ? { code: null, expected: false }
    : { code, expected, ...confirmedOf(sample?.confirmation) };
  home(progress, result.region, result.slot, { at: "home", ...judged });
}

/** Whether a sample was asked for by a definition that watched something else: an edit while it was on its way. */
function isOfAnotherSubject(writer: Writer, monitor: Monitor, version: string): boolean {
  if (version === monitor.version) return false;
  const asked = writer.reads.definitions(monitor.id).find((definition) => definition.version === version);
  return asked !== undefined && asked.subject !== monitor.subject;
}

function isHome({ open }: Progress, { region, slot }: ProbeResult): boolean {
  return open.find((one) => one.slot === slot)?.regions.get(region)?.at === "home";
}

const confirmedOf = (confirmation: Confirmation | null | undefined) =>
  confirmation ? { calmed: confirmation.expected } : {};

/** A region's result is home, also for a slot that this process has not handed out (an earlier one has). */
function home(progress: Progress, region: string, slot: EpochMs, state: Extract<RegionState, { at: "home" }>): void {
  const { regions } = slotOf(progress, slot);
  if (regions.has(region)) regions.set(region, state);
}

function judgeClosed(ports: RecordPorts, followed: Followed, now: EpochMs): Judgement[] {
  const { progress } = followed;
  // Slots due by now stand in line before later ones that are home already.
  openDueSlots(progress, now);
  const judgements: Judgement[] = [];
  if (!progress.open[0] || !isClosed(progress.open[0])) return judgements;
  const blind = ports.sight.blind(now);
  for (let head = progress.open[0]; head && isClosed(head); head = progress.open[0]) {
    judgements.push(judgeSlot(ports.writer, ports.settings, progress.monitor, head, followed, now, blind));
    progress.judged = head.slot;
    progress.open.shift();
  }
  return judgements;
}

const isClosed = (slot: Progress["open"][number]) => [...slot.regions.values()].every(({ at }) => at === "home");

/** After a failed transaction: memory is as the store has it, and what was offered or came home counts as on its way. */
function restore(ports: RecordPorts, touched: ReadonlySet<Followed>, now: EpochMs): void {
  for (const { progress: before } of touched) {
    const again = ports.writer.transaction(() => follow(ports.writer, before.monitor, now));
    openDueSlots(again.progress, now);
    for (const { slot, regions } of again.progress.open) {
      if (slot > before.handedOut) continue;
      const old = before.open.find((open) => open.slot === slot);
      for (const [region, state] of regions) {
        if (state.at === "due" && old?.regions.get(region)?.at !== "due") regions.set(region, { at: "offered" });
      }
    }
    ports.followed.set(before.monitor.id, again);
  }
}
