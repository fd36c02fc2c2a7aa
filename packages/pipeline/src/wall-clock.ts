/**
 * The wall clock, watched. Slots are named by it, so what is stored under a wrong time stays wrong for ever.
 *
 * A time that cannot be is not worked by at all. A clock that lies before what is stored was set back, or had run ahead
 * until now: the store knows which. In the first case every slot that comes was sampled already and is waited out; in
 * the second the time before it is empty, and judging is taken back to where the clock is.
 */
import {
  type EpochMs,
  type Monitor,
  type MonitorId,
  packDetector,
  rewindDetector,
  slotAt,
  type Writer,
} from "@statusquo/core";
import { type Followed, follow } from "./record.ts";

/** No version of this program is older, and this one is not meant to be run for longer. */
export const EARLIEST_MS = Date.UTC(2026, 0, 1);
export const LATEST_MS = Date.UTC(2036, 0, 1);

/** A clock that is behind what was handed out by more is told of. */
const BEHIND_MS = 2 * 60_000;
/** How far ahead nothing may have been sampled for the clock to be held right, at least. */
const EMPTY_AHEAD_MS = 15 * 60_000;
/** How often the store is asked, while the clock is behind. */
const ASK_EVERY_MS = 10_000;
/** After a leap ahead by more than this nothing is deleted for as long: it may be the clock that leapt. */
const LONG_MS = 24 * 3_600_000;

/** Why nothing can be worked by this time; null when it can be. */
export function impossibleTime(now: EpochMs): string | null {
  if (now >= EARLIEST_MS && now < LATEST_MS) return null;
  const range = `a time from ${dayOf(EARLIEST_MS)} to ${dayOf(LATEST_MS)} is believed`;
  return `the clock of this machine says ${minuteOf(now)}; only ${range}. Nothing is probed until it is set right`;
}

export interface ClockPorts {
  writer: Writer;
  followed: ReadonlyMap<MonitorId, Followed>;
  /** Follows everything anew, from what is stored. */
  takeUpAnew(now: EpochMs): void;
  /** Forgets times that lie ahead. */
  forgetTimes(): void;
  /** Tells, in a transaction: that it began, that it is over, or that it was so. */
  begins(reason: string, at: EpochMs): void;
  ends(resolution: string, at: EpochMs): void;
  was(reason: string, at: EpochMs): void;
  onTrouble(what: string, why: string): void;
}

export interface ClockWatch {
  /** Why slots do not follow the clock now; null when they do. Must be asked before anything is done by `now`. */
  look(now: EpochMs): string | null;
  /** Whether what is past its age may be deleted at `now`. */
  mayDelete(now: EpochMs): boolean;
}

export function watchClock(ports: ClockPorts): ClockWatch {
  const { writer, followed } = ports;
  let impossible: string | null = null;
  let behind: { why: string; until: EpochMs; askAt: EpochMs } | null = null;
  let lastSeen: EpochMs | null = null;
  let deleteFrom = Number.NEGATIVE_INFINITY;

  const lookBehind = (now: EpochMs): string | null => {
    const until = newest(followed, "handedOut");
    if (until <= now + (behind === null ? BEHIND_MS : 0)) {
      if (behind === null) return null;
      writer.transaction(() => ports.ends("the clock has come to where it was; probing goes on", now));
      behind = null;
      return null;
    }
    if (behind !== null && Math.abs(now - behind.askAt) < ASK_EVERY_MS && until === behind.until) return behind.why;
    const isFirst = behind === null;
    if (isFirst) ports.forgetTimes();
    const why = `the clock says ${minuteOf(now)}, and slots up to ${minuteOf(until)} are accounted for`;
    if (isEmptyAhead(now)) {
      writer.transaction(() => rewind(now));
      ports.takeUpAnew(now);
      const over = `${why}: it had run ahead, and was set right; probing goes on, and what was stored ahead stays`;
      writer.transaction(() => {
        writer.dueAnew(now);
        if (isFirst) ports.was(over, now);
        else ports.ends(over, now);
      });
      ports.onTrouble("the clock had run ahead and was set right", over);
      behind = null;
      return null;
    }
    behind = {
      why: `${why}: it was set back. No slot is probed twice, so nothing is probed until it is there again`,
      until,
      askAt: now,
    };
    if (isFirst) {
      ports.onTrouble("the clock was set back", behind.why);
      writer.transaction(() => {
        writer.dueAnew(now);
        ports.begins(behind?.why ?? why, now);
      });
    }
    return behind.why;
  };

  /** Nothing was sampled in the next slots of anybody, and something before: no clock that was right went on from here. */
  const isEmptyAhead = (now: EpochMs): boolean => {
    const longest = Math.max(0, ...[...followed.values()].map(({ progress }) => progress.monitor.intervalMs));
    const until = now + Math.max(EMPTY_AHEAD_MS, 2 * longest);
    return writer.transaction(() => writer.isUnsampled(now + 1, until));
  };

  const rewind = (now: EpochMs) => {
    for (const { progress } of followed.values()) rewindOne(writer, progress.monitor, now);
  };

  return {
    look(now) {
      const why = impossibleTime(now);
      if (why !== null) {
        if (impossible === null) ports.onTrouble("the clock is wrong", why);
        impossible = why;
        return why;
      }
      if (impossible !== null) {
        ports.forgetTimes();
        ports.takeUpAnew(now);
        const was = impossible;
        writer.transaction(() => ports.was(`${was}. It is right again, and probing goes on`, now));
        impossible = null;
      }
      lastSeen ??= newest(followed, "judged");
      if (Number.isFinite(lastSeen) && now - lastSeen > LONG_MS) deleteFrom = now + LONG_MS;
      lastSeen = now;
      return lookBehind(now);
    },
    mayDelete: (now) => impossible === null && behind === null && now >= deleteFrom,
  };
}

/** The newest slot of any monitor; minus infinity without monitors. */
function newest(followed: ReadonlyMap<MonitorId, Followed>, what: "judged" | "handedOut"): EpochMs {
  let at = Number.NEGATIVE_INFINITY;
  for (const { progress } of followed.values()) at = Math.max(at, progress[what]);
  return at;
}

/** Judged is only what lies up to `now`; the detector goes on from there with all that it has learned. */
function rewindOne(writer: Writer, monitor: Monitor, now: EpochMs): void {
  const judged = writer.judgedUntil(monitor.id);
  if (judged === null || judged <= now) return;
  const slot = slotAt(monitor, now);
  const { detector } = follow(writer, monitor, now);
  rewindDetector(detector, slot);
  writer.rewind(monitor.id, slot, packDetector(detector, detector.seasonsRevision).live);
}

const minuteOf = (at: EpochMs) =>
  Math.abs(at) <= 8.64e15 ? `${new Date(at).toISOString().slice(0, 16)}Z` : String(at);
const dayOf = (at: EpochMs) => new Date(at).toISOString().slice(0, 10);
