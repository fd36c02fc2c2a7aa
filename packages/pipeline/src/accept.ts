/**
 * Accepting and undoing: a person takes what an incident shows as the new normal, and may take that back for a week.
 *
 * The detector in memory, what is stored of it, the incident and the acceptance change together or not at all.
 */
import {
  type Acceptance,
  type AcceptScope,
  acceptAsUsual,
  type EpochMs,
  followEvents,
  type Incident,
  type Monitor,
  type MonitorId,
  packDetector,
  StatusquoError,
  type TransitionDraft,
  UNDO_MS,
  undoAccept,
  type Writer,
} from "@statusquo/core";
import { type Judged, withEvidence } from "./judge.ts";
import type { Progress } from "./schedule.ts";
import { announce, type TellSettings } from "./tell.ts";

/** What a person says with it. */
export interface Acceptable {
  scope: AcceptScope;
  by: string;
  reason: string;
}

export interface AcceptPorts {
  writer: Writer;
  settings: TellSettings;
  followed(monitor: MonitorId): (Judged & { progress: Progress }) | null;
  /** Brings a monitor's detector back to what is stored, after a transaction failed. */
  restore(monitor: Monitor): void;
}

const NO_COUNTS = { bad: 0, of: 0 };

/** @throws StatusquoError */
export function accept(
  ports: AcceptPorts,
  id: number,
  { scope, by, reason }: Acceptable,
  now: EpochMs,
): { acceptance: Acceptance; incident: Incident } {
  if (reason.trim() === "")
    throw new StatusquoError("bad_request", 'an accept needs a reason, such as "by design since 2.4"');
  const { writer, settings } = ports;
  return changing(ports, writer.reads.incident(id)?.monitor, (judged) => {
    const monitor = judged.progress.monitor;
    const open = writer.openIncident(monitor.id);
    if (open?.id !== id) throw new StatusquoError("state_conflict", `incident ${id} is not open; nothing was accepted`);
    const accepted = acceptAsUsual(judged.detector, now, scope);
    if (accepted.kind === "nothing") throw new StatusquoError("state_conflict", accepted.reason);
    const step = followEvents(open, monitor.id, accepted.events, NO_COUNTS, now);
    const draft: TransitionDraft = step.transition
      ? { ...step.transition, reason: `${step.transition.reason} (${reason})` }
      : { kind: "changed", at: now, reason: `a part of it was accepted as usual (${reason})` };
    const changed = withEvidence(writer, step.incident ?? open, monitor, draft, now);
    const { incident } = announce(writer, settings, monitor, writer.putIncident(changed), draft, now);
    const about = { id: 0, incident: id, monitor: monitor.id, at: now, by, reason, scope };
    const acceptance = { ...about, undoableUntil: now + UNDO_MS, undoneAt: null };
    return { acceptance: writer.putAcceptance(acceptance, accepted.undo), incident };
  });
}

/** @throws StatusquoError */
export function undo(ports: AcceptPorts, id: number, now: EpochMs): Acceptance {
  const { writer } = ports;
  const before = writer.reads.acceptance(id);
  if (before === null) throw new StatusquoError("not_found", `there is no acceptance ${id}`);
  return changing(ports, before.monitor, (judged) => {
    if (before.undoneAt !== null) throw new StatusquoError("state_conflict", `acceptance ${id} is undone already`);
    if (now > before.undoableUntil)
      throw new StatusquoError("state_conflict", `acceptance ${id} is older than 7 days; it cannot be undone any more`);
    const bytes = writer.undoOf(id);
    const undone = bytes && undoAccept(judged.detector, bytes, now);
    if (undone === null)
      throw new StatusquoError("state_conflict", `acceptance ${id}: what was usual before is not kept`);
    if (undone.kind === "refused") throw new StatusquoError("state_conflict", undone.reason);
    return writer.putAcceptance({ ...before, undoneAt: now }, null);
  });
}

/** Runs `work` on a monitor's detector in a transaction, and stores what it made of it. */
function changing<T>(
  { writer, followed, restore }: AcceptPorts,
  id: MonitorId | undefined,
  work: (judged: Judged & { progress: Progress }) => T,
): T {
  if (id === undefined) throw new StatusquoError("not_found", "there is no such incident");
  const judged = followed(id);
  if (judged === null) throw new StatusquoError("state_conflict", `monitor "${id}" is not defined any more`);
  try {
    const result = writer.transaction(() => {
      const result = work(judged);
      writer.putDetector(id, packDetector(judged.detector, judged.seasonsStored));
      return result;
    });
    judged.seasonsStored = judged.detector.seasonsRevision;
    return result;
  } catch (error) {
    restore(judged.progress.monitor);
    throw error;
  }
}
