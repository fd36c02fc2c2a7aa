/**
 * Silences: a person's mute, with an end and a reason. What happens under one is kept, and told when it ends if it is
 * still news then.
 */
import type { RunningMaintenance } from "./alerting.ts";
import type { Incident } from "./incident.ts";
import type { EpochMs, Monitor, MonitorId, Region } from "./monitor.ts";

/** Whom a silence mutes. Each list that is named must fit; inside a list one hit is enough. */
export interface SilenceMatch {
  monitors?: readonly MonitorId[];
  tags?: readonly string[];
  /** Codes as incidents name them; 0 is no answer. Fits when every code of the incident is named. */
  codes?: readonly number[];
  /** Fits when every affected region is named. */
  regions?: readonly Region[];
}

export interface Silence {
  /** 0 until stored. */
  id: number;
  match: SilenceMatch;
  createdAt: EpochMs;
  /** It holds from `createdAt` up to here, this instant not included. */
  endsAt: EpochMs;
  reason: string;
  by: string;
  /** When a person ended it before its time. */
  endedAt: EpochMs | null;
}

/** Why a transition is told to nobody, and until when that holds. */
export interface Mute {
  kind: "silence" | "maintenance";
  /** The silence's id as text, or the maintenance's name. */
  name: string;
  until: EpochMs;
  reason: string;
}

/** A silence may not be longer than this: what nobody wants to hear of at all belongs into the definition. */
export const LONGEST_SILENCE_MS = 365 * 86_400_000;
const LONGEST_REASON = 500;

/** What is wrong with a silence that a person asks for, in one sentence; null when nothing is. */
export function silenceProblem(asked: Pick<Silence, "match" | "createdAt" | "endsAt" | "reason">): string | null {
  const { monitors, tags, codes, regions } = asked.match;
  const lists = [monitors, tags, codes, regions].filter((list) => list !== undefined);
  if (lists.length === 0 || lists.some((list) => list.length === 0)) {
    return 'a silence must name at least one of monitors, tags, codes and regions, such as { "monitors": ["checkout"] }';
  }
  if (asked.reason.trim() === "") return 'a silence needs a reason, such as "known, ticket OPS-12"';
  if (asked.reason.length > LONGEST_REASON) return `a reason has at most ${LONGEST_REASON} characters`;
  if (!(asked.endsAt > asked.createdAt)) return "a silence must end after it begins";
  if (asked.endsAt - asked.createdAt > LONGEST_SILENCE_MS) return "a silence lasts at most 365 days";
  return null;
}

/** Whether a silence holds at `now`. */
export function isActive({ createdAt, endsAt, endedAt }: Silence, now: EpochMs): boolean {
  return createdAt <= now && now < (endedAt === null ? endsAt : Math.min(endsAt, endedAt));
}

/**
 * The mute that an incident is under: the silence among those that fit and hold which ends last; null when none does.
 */
export function muteOf(
  silences: readonly Silence[],
  incident: Pick<Incident, "monitor" | "codes" | "scope">,
  monitor: Pick<Monitor, "tags">,
  now: EpochMs,
): Mute | null {
  let last: Silence | null = null;
  for (const silence of silences) {
    if (!isActive(silence, now) || !fits(silence.match, incident, monitor)) continue;
    if (last === null || silence.endsAt > last.endsAt) last = silence;
  }
  return last && { kind: "silence", name: String(last.id), until: last.endsAt, reason: last.reason };
}

/** What keeps an incident from people at an instant: the silence it is under, or the maintenance that runs, by their end. */
export function muteAt(
  silences: readonly Silence[],
  running: RunningMaintenance | null,
  incident: Pick<Incident, "monitor" | "codes" | "scope">,
  monitor: Pick<Monitor, "tags">,
  now: EpochMs,
): Mute | null {
  const silence = muteOf(silences, incident, monitor, now);
  if (running === null || (silence !== null && silence.until >= running.until)) return silence;
  return { kind: "maintenance", ...running, reason: `planned maintenance "${running.name}"` };
}

function fits(
  match: SilenceMatch,
  incident: Pick<Incident, "monitor" | "codes" | "scope">,
  { tags }: Pick<Monitor, "tags">,
): boolean {
  if (match.monitors && !match.monitors.includes(incident.monitor)) return false;
  if (match.tags && !match.tags.some((tag) => tags.includes(tag))) return false;
  // A further code or region is news that nobody has silenced.
  if (match.codes && !incident.codes.every((code) => match.codes?.includes(code))) return false;
  if (match.codes && incident.codes.length === 0) return false;
  return !match.regions || incident.scope.regions.every((region) => match.regions?.includes(region));
}
