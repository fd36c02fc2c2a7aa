/**
 * Channels: the ways of telling people, as definitions name them. Addresses and passwords are still references.
 */
import type { SourcePlace } from "./monitor.ts";
import type { ChannelFilter } from "./told.ts";

/** What every kind of channel has. */
interface AnyChannel {
  id: string;
  /** Which incidents it hears of, and when. */
  filter: ChannelFilter;
  source: SourcePlace;
}

/** A channel as defined; secrets are still `${…}` references. */
export type Channel = AnyChannel &
  (
    | { kind: "slack"; webhook: string }
    | { kind: "email"; to: string[]; from: string; smtp: string }
    /** `headers` by lower-case name; their values may be references. */
    | { kind: "webhook"; url: string; secret: string; headers: Record<string, string> }
    /** `url` is the Messages endpoint of a Twilio-compatible service. Numbers are E.164. */
    | { kind: "sms"; url: string; account: string; token: string; from: string; to: string[] }
  );

export type ChannelKind = Channel["kind"];

/** A channel of one kind. */
export type ChannelOf<K extends ChannelKind> = Extract<Channel, { kind: K }>;

/** Who gets one row each: a mail address, a phone number, or the channel itself. */
export function recipientsOf(channel: Channel): string[] {
  return "to" in channel ? channel.to : [channel.id];
}
