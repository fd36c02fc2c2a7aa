/**
 * Internal alerts: trouble of our own, told apart from what any target does. Of one kind and subject at most one is open.
 */
import type { Channel } from "./channel.ts";
import type { EpochMs } from "./monitor.ts";

export const INTERNAL_KINDS = [
  "delivery_dead", // a message was given up; subject: the channel
  "delivery_held", // a channel's setting must be mended before anything goes out; subject: the channel
  "region_silent", // no samples come from a region; subject: the region
  "region_blind", // a region's own prober fails at everything; subject: the region
  "definitions_broken", // an edit cannot be used, the last good one stays; subject: "definitions"
  "store_trouble", // the file would not take something for a while; subject: "store"
  "judging_stopped", // one monitor is not judged, by a fault of ours; subject: the monitor
  "standstill", // this process did not run for a while; subject: "server"
  "clock_wrong", // the wall clock cannot be worked by; subject: "server"
] as const;

export type InternalKind = (typeof INTERNAL_KINDS)[number];

export interface InternalAlert {
  /** 0 until stored. */
  id: number;
  kind: InternalKind;
  /** What it is about: a channel, region or monitor by its id, or one of ours by name. */
  subject: string;
  openedAt: EpochMs;
  resolvedAt: EpochMs | null;
  /** Why it opened, in one sentence. */
  reason: string;
  /** Why it is over; null while it is open. */
  resolution: string | null;
}

/** What is told of ourselves, and by whom. */
export interface SelfDefinition {
  /** Ids of channels that hear of internal alerts. */
  notify: readonly string[];
  /** Address called while everything advances, secrets still as references; null when there is none. */
  heartbeat: string | null;
}

export const NO_SELF: SelfDefinition = { notify: [], heartbeat: null };

/**
 * The channels that are told of an internal alert: those of `self.notify`. When it is about a channel, without that one,
 * and if none is left every other defined channel: that messages are lost must reach somebody. Unknown ids are left out.
 */
export function internalChannels(
  alert: Pick<InternalAlert, "kind" | "subject">,
  self: SelfDefinition,
  channels: ReadonlyMap<string, Channel>,
): Channel[] {
  const named = self.notify.flatMap((id) => channels.get(id) ?? []);
  if (alert.kind !== "delivery_dead" && alert.kind !== "delivery_held") return named;
  const isOther = ({ id }: Channel) => id !== alert.subject;
  const others = named.filter(isOther);
  return others.length > 0 ? others : [...channels.values()].filter(isOther);
}

export const INTERNAL_TITLES = {
  delivery_dead: "messages cannot be delivered",
  delivery_held: "a channel's setting keeps messages back",
  region_silent: "a region is silent",
  region_blind: "a region's own prober fails",
  definitions_broken: "the definitions are broken",
  store_trouble: "the database would not take something",
  judging_stopped: "a monitor is not judged",
  standstill: "this server stood still",
  clock_wrong: "the clock of this server is wrong",
} as const satisfies Record<InternalKind, string>;
