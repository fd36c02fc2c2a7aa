/**
 * Follow-ups: what is to be told of an incident now, and when to look at it again.
 *
 * What people know stands in `Incident.told`; what is so stands in the incident. The difference is news. A mute keeps
 * it back, and when the mute ends the difference is told as it is then: an opening that is still open, the end of what
 * people hold to be open, nothing of what came and went meanwhile.
 */
import type { Alerting } from "./alerting.ts";
import type { Incident, Told } from "./incident.ts";
import { nameOf } from "./incident.ts";
import type { EpochMs } from "./monitor.ts";
import type { Mute } from "./silence.ts";

export type News =
  | { kind: "opened" | "resolved"; reason: string | null; heldBack: string | null }
  | { kind: "changed"; reason: string; heldBack: string | null }
  | { kind: "reminder"; round: number; reason: string }
  /** To the channels of the step, not to the monitor's. */
  | { kind: "escalated"; round: number; reason: string; notify: readonly string[] };

/** Of an incident that changes again and again people hear at most this often. */
export const CHANGE_PAUSE_MS = 15 * 60_000;

/**
 * What is to be told of `incident` at `now`, if anything, and the incident with that noted and its next `followAt`.
 * Asked again at once it has nothing more of the same kind; what is due besides comes with the next question.
 *
 * @param mute the silence or maintenance it is under, null when it is under none
 */
export function followUp(
  incident: Incident,
  alerting: Alerting,
  mute: Mute | null,
  now: EpochMs,
): { incident: Incident; news: News | null } {
  if (!hasNews(incident)) return { incident: { ...incident, muted: null, followAt: null }, news: null };
  if (mute !== null) return { incident: { ...incident, muted: mute, followAt: mute.until }, news: null };
  const heldBack = incident.muted === null ? null : heldBackText(incident.muted);
  const heard = { ...incident, muted: null };
  const news = newsOf(heard, alerting, heldBack, now);
  const told = news === null ? heard.told : noted(heard, news, now);
  const after = { ...heard, told };
  return { incident: { ...after, followAt: nextLook(after, alerting, now) }, news };
}

/** Whether anything can still be told of it. */
function hasNews({ state, told }: Incident): boolean {
  return state === "open" || (told.openedAt !== null && told.resolvedAt === null);
}

function newsOf(incident: Incident, alerting: Alerting, heldBack: string | null, now: EpochMs): News | null {
  const { state, told } = incident;
  if (state === "resolved") return { kind: "resolved", reason: null, heldBack };
  if (told.openedAt === null) return { kind: "opened", reason: null, heldBack };
  const change = changeSince(told, incident);
  if (change !== null && now >= changeAt(told)) return { kind: "changed", reason: change, heldBack };
  if (incident.acknowledgedAt !== null) return null;
  const step = alerting.escalate[told.escalations];
  if (step !== undefined && now >= told.openedAt + step.afterMs) {
    const reason = `open for ${spanText(now - told.openedAt)}, and nobody has acknowledged it`;
    return { kind: "escalated", round: told.escalations + 1, reason, notify: step.notify };
  }
  const remindAt = reminderAt(told, alerting);
  if (remindAt !== null && now >= remindAt) {
    const reason = `still open after ${spanText(now - told.openedAt)}, and nobody has acknowledged it`;
    return { kind: "reminder", round: told.reminders + 1, reason };
  }
  return null;
}

/** What people know once they have heard it. */
function noted({ told, codes, scope, severity }: Incident, news: News, now: EpochMs): Told {
  const seen = { codes: [...codes], regions: [...scope.regions], severity };
  switch (news.kind) {
    case "opened":
      return { ...told, ...seen, openedAt: now };
    case "changed":
      return { ...told, ...seen, changedAt: now };
    case "resolved":
      return { ...told, resolvedAt: now };
    case "reminder":
      return { ...told, reminders: news.round, remindedAt: now };
    case "escalated":
      return {
        ...told,
        escalations: news.round,
        escalatedTo: [...new Set([...told.escalatedTo, ...news.notify])],
      };
  }
}

function nextLook(incident: Incident, alerting: Alerting, now: EpochMs): EpochMs | null {
  const { state, told, acknowledgedAt } = incident;
  if (state === "resolved" || told.openedAt === null) return hasNews(incident) ? now : null;
  const step = alerting.escalate[told.escalations];
  const waits = [
    changeSince(told, incident) === null ? null : changeAt(told),
    acknowledgedAt === null && step !== undefined ? told.openedAt + step.afterMs : null,
    acknowledgedAt === null ? reminderAt(told, alerting) : null,
  ].filter((at) => at !== null);
  return waits.length === 0 ? null : Math.min(...waits);
}

const changeAt = ({ changedAt }: Told): EpochMs =>
  changedAt === null ? Number.NEGATIVE_INFINITY : changedAt + CHANGE_PAUSE_MS;

const reminderAt = ({ openedAt, remindedAt }: Told, { remindMs }: Alerting): EpochMs | null =>
  remindMs === null ? null : (remindedAt ?? openedAt ?? 0) + remindMs;

/**
 * What matters to a person and was not told: a further code, further regions, a severity that rose. One sentence; null
 * when nothing of it.
 */
export function changeSince(told: Told, incident: Pick<Incident, "codes" | "scope" | "severity">): string | null {
  const codes = incident.codes.filter((code) => !told.codes.includes(code)).map((code) => nameOf(code));
  const regions = incident.scope.regions.filter((region) => !told.regions.includes(region));
  const hasRisen = told.severity === "warning" && incident.severity === "critical";
  const parts = [
    codes.length === 0 ? null : `${codes.join(" and ")} rose as well`,
    regions.length === 0 ? null : `now in ${regions.join(" and ")} too`,
    hasRisen ? "now critical" : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join("; ");
}

/** "a silence (known, OPS-12) kept this back until now" */
function heldBackText({ kind, name, reason }: Mute): string {
  return kind === "silence" ? `a silence kept this back (${reason})` : `the maintenance "${name}" kept this back`;
}

/** A person has seen it: no reminders and escalations from here on. */
export function acknowledged(incident: Incident, by: string | null, now: EpochMs): Incident {
  return { ...incident, acknowledgedAt: now, acknowledgedBy: by, revision: incident.revision + 1 };
}

/** The mark is taken back: reminders and escalations go on, from now. */
export function unacknowledged(incident: Incident, now: EpochMs): Incident {
  const told = { ...incident.told, remindedAt: incident.told.openedAt === null ? null : now };
  const revision = incident.revision + 1;
  return { ...incident, acknowledgedAt: null, acknowledgedBy: null, told, followAt: now, revision };
}

/** "4 h", "1 h 30 min", "45 min", "30 s" */
function spanText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return `${Math.round(ms / 1_000)} s`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${minutes} min`;
  return rest === 0 || hours >= 48 ? `${hours} h` : `${hours} h ${rest} min`;
}
