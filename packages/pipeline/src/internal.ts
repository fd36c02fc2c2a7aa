/**
 * Internal alerts: trouble of our own becomes a row, and rows of the outbox on the channels that hear of it. They pass
 * no filter and no silence.
 */
import {
  type Channel,
  type EpochMs,
  type InternalAlert,
  type InternalFacts,
  type InternalKind,
  internalChannels,
  internalKey,
  recipientsOf,
  type SelfDefinition,
  type Writer,
} from "@statusquo/core";

/** Whom to tell of ourselves. */
export interface InternalSettings {
  channels(): ReadonlyMap<string, Channel>;
  self(): SelfDefinition;
  publicUrl: string | null;
}

/** Opens an internal alert and tells of it; nothing when it is open already. Inside a transaction of `writer`. */
export function raise(
  writer: Writer,
  settings: InternalSettings,
  kind: InternalKind,
  subject: string,
  reason: string,
  at: EpochMs,
): void {
  const alert = writer.openInternal({ kind, subject, reason, openedAt: at });
  if (alert !== null) say(writer, settings, alert, "opened", reason, at);
}

/** Closes an internal alert and tells of it; nothing when none is open. Inside a transaction of `writer`. */
export function clear(
  writer: Writer,
  settings: InternalSettings,
  kind: InternalKind,
  subject: string,
  resolution: string,
  at: EpochMs,
): void {
  const alert = writer.resolveInternal(kind, subject, at, resolution);
  if (alert !== null) say(writer, settings, alert, "resolved", resolution, at);
}

/** What began and ended before anybody could be told: one message, that it was so. */
export function report(
  writer: Writer,
  settings: InternalSettings,
  kind: InternalKind,
  subject: string,
  reason: string,
  span: { from: EpochMs; to: EpochMs },
): void {
  const alert = writer.openInternal({ kind, subject, reason, openedAt: span.from });
  if (alert === null) return;
  writer.resolveInternal(kind, subject, span.to, reason);
  say(writer, settings, alert, "opened", reason, span.to);
}

function say(
  writer: Writer,
  { channels, self, publicUrl }: InternalSettings,
  alert: InternalAlert,
  state: InternalFacts["state"],
  reason: string,
  at: EpochMs,
): void {
  const { id, kind, subject, openedAt } = alert;
  const facts: InternalFacts = {
    ...{ kind: "internal", alert: id, what: kind, subject, state, reason, openedAt, at, publicUrl },
  };
  const seq = state === "opened" ? 1 : 2;
  for (const channel of internalChannels(alert, self(), channels())) {
    for (const recipient of recipientsOf(channel)) {
      const key = internalKey(id, seq, channel.id, recipient);
      const row = { key, seq, channel: channel.id, recipient, createdAt: at };
      writer.putNotification({ ...row, kind: "internal", alert: id, facts });
    }
  }
}
