/**
 * The heartbeat: whether to say to the outside that this server does its work.
 *
 * A dead man's switch is worth what silences it. So it beats only while slots are handed out, what comes home is stored,
 * messages leave and the process is not held up; otherwise it says nothing, and whoever waits for it raises the alarm.
 */
import type { EpochMs, Monitor } from "./monitor.ts";
import { closesAt } from "./slot.ts";

/** The scheduler hands out what is due ten times a second. */
const SCHEDULER_PAUSE_MS = 10_000;
const OUTBOX_WAIT_MS = 5 * 60_000;
/** Work of our own, such as a backup, may hold the process up for a moment; timers of probes would suffer by more. */
const LOOP_LAG_MS = 5_000;

/** What is seen of the server's advance. */
export interface Pulse {
  /** Why the wall clock is not worked by; null when it is. */
  clockTrouble: string | null;
  scheduledAt: EpochMs | null;
  committedAt: EpochMs | null;
  /** How old a commit may be; null when there is nothing to commit, for want of monitors. */
  commitWithinMs: number | null;
  /** Since when commits can be expected: the start, or the last change of definitions. */
  since: EpochMs;
  /** Messages that are due and not delivered, and since when each is due or was first tried. */
  waiting: readonly { channel: string; since: EpochMs }[];
  /** Channels that are known not to deliver: people have been told of it already. */
  deadChannels: readonly string[];
  /** The longest the process was held up since the last look, ms. */
  loopLagMs: number;
}

/** `part` stays the same while the same thing is wrong; the reason's figures rise. */
export type Heartbeat = { beats: true } | { beats: false; part: keyof typeof FAULTS; reason: string };

/** What must advance, the first cause of others first. */
const FAULTS = {
  clock: ({ clockTrouble }: Pulse) => clockTrouble,
  scheduler: schedulerFault,
  commits: commitFault,
  outbox: outboxFault,
  process: processFault,
} as const;

/** Whether the heart beats at `now`, and why not. */
export function heartbeatAt(pulse: Pulse, now: EpochMs): Heartbeat {
  for (const [part, fault] of Object.entries(FAULTS)) {
    const reason = fault(pulse, now);
    if (reason !== null) return { beats: false, part: part as keyof typeof FAULTS, reason };
  }
  return { beats: true };
}

function schedulerFault({ scheduledAt }: Pulse, now: EpochMs): string | null {
  if (scheduledAt === null) return "no slots have been handed out yet";
  const ageMs = now - scheduledAt;
  return ageMs <= SCHEDULER_PAUSE_MS ? null : `no slots were handed out for ${seconds(ageMs)}`;
}

function commitFault({ committedAt, commitWithinMs, since }: Pulse, now: EpochMs): string | null {
  if (commitWithinMs === null) return null;
  const ageMs = now - Math.max(past(committedAt, now), past(since, now));
  if (ageMs <= commitWithinMs) return null;
  return `nothing was stored for ${seconds(ageMs)}; at most ${seconds(commitWithinMs)} is well`;
}

/** What lies ahead was written by a clock that was set back since, and says nothing. */
const past = (at: EpochMs | null, now: EpochMs) => (at !== null && at <= now ? at : 0);

function outboxFault({ waiting, deadChannels }: Pulse, now: EpochMs): string | null {
  let oldest: Pulse["waiting"][number] | null = null;
  for (const each of waiting) {
    if (deadChannels.includes(each.channel)) continue;
    if (oldest === null || each.since < oldest.since) oldest = each;
  }
  if (oldest === null || now - oldest.since <= OUTBOX_WAIT_MS) return null;
  return `a message to ${oldest.channel} waits for ${seconds(now - oldest.since)}; at most ${seconds(OUTBOX_WAIT_MS)} is well`;
}

function processFault({ loopLagMs }: Pulse): string | null {
  return loopLagMs <= LOOP_LAG_MS ? null : `this process was held up for ${seconds(loopLagMs)}`;
}

/**
 * How old the last commit may be while all is well: something is stored for every slot, sampled or missed, so twice the
 * shortest interval and the grace of its slot. Null without monitors.
 */
export function commitWithin(monitors: readonly Pick<Monitor, "intervalMs" | "timeoutMs">[]): number | null {
  if (monitors.length === 0) return null;
  return monitors.reduce(
    (least, monitor) => Math.min(least, 2 * monitor.intervalMs + closesAt(monitor, 0)),
    Number.POSITIVE_INFINITY,
  );
}

const seconds = (ms: number) => `${Math.round(ms / 1_000)} s`;
