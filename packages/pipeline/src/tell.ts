/**
 * Step 6, tell: what people are to hear of an incident becomes rows of the outbox, one for each recipient.
 *
 * What is news is decided in core (`followUp`). It is asked when a slot changed an incident, and by the clock: for
 * reminders, escalations, the end of a mute, and changes that were kept back.
 */
import {
  type AlertFacts,
  alertingOf,
  type Channel,
  type EpochMs,
  escalationKey,
  followUp,
  type Incident,
  type MaintenanceAt,
  type Monitor,
  type MonitorId,
  type Mute,
  muteAt,
  type News,
  notificationKey,
  recipientsOf,
  reminderKey,
  type Transition,
  type TransitionDraft,
  toldBy,
  type Writer,
} from "@statusquo/core";
import { alertFacts, type Occasion } from "./facts.ts";

/** What telling needs to know of the world. */
export interface TellSettings {
  /** Channels by id, as the definitions in force have them. */
  channels(): ReadonlyMap<string, Channel>;
  maintenanceAt: MaintenanceAt;
  publicUrl: string | null;
}

/** Silences that can hold at once; more than people can keep in mind. */
const MOST_SILENCES = 1_000;
/** Incidents followed up in one transaction. */
const FOLLOWED_AT_ONCE = 100;

/**
 * Stores a transition, and rows for whoever is to be told of it now. `incident` is stored.
 *
 * @param notBefore when what is told of it may go out first
 * @returns the incident with what was told noted, as it is stored then
 */
export function announce(
  writer: Writer,
  settings: TellSettings,
  monitor: Monitor,
  incident: Incident,
  draft: TransitionDraft,
  now: EpochMs,
  notBefore: EpochMs = now,
): { incident: Incident; transition: Transition } {
  const mute = currentMute(writer, settings, monitor, incident, now);
  const followed = followUp(incident, alertingOf(monitor), mute, now);
  const stored = writer.putIncident(followed.incident);
  const facts = alertFacts(writer.reads, monitor, stored, draft, settings.publicUrl);
  const transition = writer.putTransition(stored, draft, facts, mute === null ? null : muteText(mute));
  if (followed.news !== null) {
    tell(
      writer,
      settings,
      monitor,
      stored,
      { ...followed.news, seq: transition.seq, fallback: draft.reason },
      now,
      notBefore,
    );
  }
  return { incident: stored, transition };
}

/** Looks at the incidents whose time has come, and tells what there is to tell. One round; true when more are due. */
export function followUpDue(
  writer: Writer,
  settings: TellSettings,
  monitorOf: (id: MonitorId) => Monitor | null,
  now: EpochMs,
): boolean {
  return writer.transaction(() => {
    const due = writer.incidentsToFollow(now, FOLLOWED_AT_ONCE);
    for (const incident of due) {
      const monitor = monitorOf(incident.monitor) ?? writer.reads.definitions(incident.monitor)[0];
      if (monitor === undefined) writer.putIncident({ ...incident, followAt: null });
      else followOne(writer, settings, monitor, incident, now);
    }
    return due.length === FOLLOWED_AT_ONCE;
  });
}

function followOne(writer: Writer, settings: TellSettings, monitor: Monitor, incident: Incident, now: EpochMs): void {
  const mute = currentMute(writer, settings, monitor, incident, now);
  const followed = followUp(incident, alertingOf(monitor), mute, now);
  const stored = writer.putIncident(followed.incident);
  const { news } = followed;
  if (news === null) return;
  const transitions = writer.reads.transitions(incident.id);
  const ofKind = transitions.findLast(({ kind }) => kind === news.kind) ?? transitions.at(-1);
  if (ofKind === undefined) return;
  tell(writer, settings, monitor, stored, { ...news, seq: ofKind.seq, fallback: ofKind.reason }, now);
}

function currentMute(
  writer: Writer,
  { maintenanceAt }: TellSettings,
  monitor: Monitor,
  incident: Incident,
  now: EpochMs,
): Mute | null {
  const silences = writer.reads.silences({ activeAt: now, limit: MOST_SILENCES });
  return muteAt(silences, maintenanceAt(monitor, now), incident, monitor, now);
}

function muteText({ kind, name, reason }: Mute): string {
  return kind === "silence" ? `silence ${name}: ${reason}` : reason;
}

/** News, with the transition it belongs to. */
type ToTell = News & { seq: number; fallback: string };

function tell(
  writer: Writer,
  settings: TellSettings,
  monitor: Monitor,
  incident: Incident,
  news: ToTell,
  now: EpochMs,
  earliest: EpochMs = now,
): void {
  const occasion: Occasion = {
    kind: news.kind,
    reason: news.reason ?? news.fallback,
    at: now,
    round: "round" in news ? news.round : null,
    heldBack: "heldBack" in news ? news.heldBack : null,
  };
  let facts: AlertFacts | null = null;
  const channels = settings.channels();
  for (const id of addressees(monitor, incident, news)) {
    const channel = channels.get(id);
    if (!channel) continue;
    const telling = toldBy(channel.filter, { severity: incident.severity, tags: monitor.tags }, now);
    if (telling.kind === "untold") continue;
    facts ??= alertFacts(writer.reads, monitor, incident, occasion, settings.publicUrl);
    for (const recipient of recipientsOf(channel)) {
      writer.putNotification({
        key: keyOf(incident.id, news, id, recipient),
        kind: news.kind,
        incident: incident.id,
        seq: news.seq,
        channel: id,
        recipient,
        facts,
        createdAt: now,
        notBefore: Math.max(earliest, telling.kind === "held" ? telling.until : now),
      });
    }
  }
}

/** The monitor's channels; of an escalation its own, which hear of the recovery too. */
function addressees({ notify }: Monitor, { told }: Incident, news: News): readonly string[] {
  if (news.kind === "escalated") return news.notify;
  return news.kind === "resolved" ? [...new Set([...notify, ...told.escalatedTo])] : notify;
}

function keyOf(incident: number, news: ToTell, channel: string, recipient: string): string {
  if (news.kind === "reminder") return reminderKey(incident, news.round, channel, recipient);
  if (news.kind === "escalated") return escalationKey(incident, news.round, channel, recipient);
  return notificationKey(incident, news.seq, channel, recipient);
}
