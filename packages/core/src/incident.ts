/**
 * Incidents: spans in which a monitor is held to be wrong. At most one is open per monitor.
 *
 * A stream that opens while an incident is open joins it; the incident resolves when its last stream has closed.
 * Nothing here tells anybody: a transition is decided first, stored, and only then told.
 */
import type { Cause } from "./conflict.ts";
import type { DeployBefore } from "./deploy.ts";
import type { EpochMs, MonitorId, Region } from "./monitor.ts";
import type { Unmet } from "./sample.ts";
import type { Severity } from "./severity.ts";
import type { Mute } from "./silence.ts";
import type { DetectorEvent, Scope, SpikeEvidence, StreamName } from "./verdict.ts";
import { unexpectedName } from "./words.ts";

/** What people know of an incident: the difference to what is so is what is still to be told. */
export interface Told {
  /** When the opening was decided to be told; null while nobody has been told of the incident. */
  openedAt: EpochMs | null;
  /** When people were last told that it changed. */
  changedAt: EpochMs | null;
  resolvedAt: EpochMs | null;
  /** What they were told last. */
  codes: number[];
  regions: Region[];
  severity: Severity | null;
  /** Reminders sent, and the last of them. */
  reminders: number;
  remindedAt: EpochMs | null;
  /** Escalation steps taken, and the channels they reached: those get the recovery too. */
  escalations: number;
  escalatedTo: string[];
}

export const NOTHING_TOLD: Told = {
  openedAt: null,
  changedAt: null,
  resolvedAt: null,
  codes: [],
  regions: [],
  severity: null,
  reminders: 0,
  remindedAt: null,
  escalations: 0,
  escalatedTo: [],
};

/** How an incident ended: by itself, by a person, because its monitor went, or because learning began anew. */
export type ClosedAs = "recovered" | "accepted" | "removed" | "relearned";

/** What an incident cost: time in which answers were downtime as the definition counts it, and the probes that failed. */
export interface Cost {
  /** ms, at the resolution of the monitor's interval. */
  downMs: number;
  /** Unexpected answers in all regions from onset to end, of all probes. */
  failed: number;
  of: number;
}

/** A stream that is open inside an incident. */
export interface OpenStream {
  stream: StreamName;
  code: number | null;
  openedAt: EpochMs;
  onsetAt: EpochMs;
  onsetUncertaintyMs: number;
  scope: Scope;
  evidence: SpikeEvidence;
}

export interface Incident {
  /** Rises by one per incident over all monitors; shown as INC-412. 0 until stored. */
  id: number;
  monitor: MonitorId;
  state: "open" | "resolved";
  openedAt: EpochMs;
  resolvedAt: EpochMs | null;
  /** When the mix most likely changed, and half the width of what is plausible. */
  onsetAt: EpochMs;
  onsetUncertaintyMs: number;
  /** The code to name: of the strongest stream; 0 is "no answer", null is several. */
  code: number | null;
  /** Every code named since it opened, in order of appearance. */
  codes: number[];
  scope: Scope;
  /** As it was when the incident opened. */
  evidence: SpikeEvidence;
  streams: OpenStream[];
  /** Counts over the whole incident in its scope: unexpected answers of its streams, of samples. */
  seen: { bad: number; of: number };
  /** The reading of its conflicts, likeliest first; empty when no 409 is part of it. */
  causes: Cause[];
  /** Only rises while it is open. */
  severity: Severity;
  /** The deploy it began after, as far as one is known. */
  deploy: DeployBefore | null;
  /** What was wrong with an answer of `code` besides its status, by the newest one; absent where the status says it. */
  unmet?: Unmet;
  acknowledgedAt: EpochMs | null;
  acknowledgedBy: string | null;
  /** Why nobody is told at the moment; null when people are. */
  muted: Mute | null;
  told: Told;
  /** When the next reminder, escalation or end of a mute is to be looked at; null when nothing can follow by itself. */
  followAt: EpochMs | null;
  /** null while it is open. */
  closedAs: ClosedAs | null;
  cost: Cost | null;
  /** Rises with every transition and every edit by a person, not with counts; the ETag of edits. */
  revision: number;
}

export type TransitionKind = "opened" | "changed" | "resolved";

/** One change of an incident, kept for ever. */
export interface Transition {
  incident: number;
  /** 1, 2, 3 … within the incident. */
  seq: number;
  kind: TransitionKind;
  at: EpochMs;
  /** Why, in one sentence. */
  reason: string;
  /** Why nobody was told of it when it happened; null when people were, or when it was nothing to tell. */
  muted: string | null;
}

/** A transition that was decided and is not numbered yet. */
export type TransitionDraft = Omit<Transition, "incident" | "seq" | "muted">;

/** What `followEvents` decided: the incident as it now is, and the transition if there was one. */
export interface IncidentStep {
  incident: Incident | null;
  transition: TransitionDraft | null;
}

/**
 * What the events of one closed slot make of a monitor's incident.
 *
 * @param current the open incident of this monitor, or null
 * @param events  in the order the detector gave them
 * @param counts  samples of this slot in the incident's scope, to add to `seen`
 */
export function followEvents(
  current: Incident | null,
  monitor: MonitorId,
  events: readonly DetectorEvent[],
  counts: { bad: number; of: number },
  now: EpochMs,
): IncidentStep {
  let incident = current === null ? null : { ...current, seen: addCounts(current.seen, counts) };
  let transition: IncidentStep["transition"] = null;
  for (const event of events) {
    if (event.kind === "opened") {
      const stream = openStream(event);
      if (incident === null) {
        incident = newIncident(monitor, stream, now);
        transition = { kind: "opened", at: now, reason: `${streamText(stream)} rose above what is usual` };
      } else {
        const grown = joinStream(incident, stream);
        transition ??= { kind: "changed", at: now, reason: grown.reason };
        incident = grown.incident;
      }
    } else if (incident !== null) {
      const left = incident.streams.filter((stream) => stream.stream !== event.stream);
      if (left.length === incident.streams.length) continue;
      incident = { ...incident, streams: left };
      if (left.length > 0) continue;
      const reason =
        event.kind === "accepted" ? acceptedText(event) : `${nameOf(event.code, event.stream)} is as usual again`;
      const closedAs = event.kind === "accepted" ? "accepted" : "recovered";
      incident = { ...incident, state: "resolved", resolvedAt: now, closedAs };
      transition = { kind: "resolved", at: now, reason };
      break;
    }
  }
  if (incident !== null && transition !== null) incident = { ...incident, revision: incident.revision + 1 };
  return { incident, transition };
}

function openStream(event: Extract<DetectorEvent, { kind: "opened" }>): OpenStream {
  const { stream, code, at, onsetAt, onsetUncertaintyMs, scope, evidence } = event;
  return { stream, code, openedAt: at, onsetAt, onsetUncertaintyMs, scope, evidence };
}

function newIncident(monitor: MonitorId, stream: OpenStream, now: EpochMs): Incident {
  return {
    id: 0,
    monitor,
    state: "open",
    openedAt: now,
    resolvedAt: null,
    onsetAt: stream.onsetAt,
    onsetUncertaintyMs: stream.onsetUncertaintyMs,
    code: stream.code,
    codes: stream.code === null ? [] : [stream.code],
    scope: stream.scope,
    evidence: stream.evidence,
    streams: [stream],
    seen: { bad: stream.evidence.bad, of: stream.evidence.of },
    causes: [],
    severity: "warning",
    deploy: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    muted: null,
    told: NOTHING_TOLD,
    followAt: null,
    closedAs: null,
    cost: null,
    revision: 0,
  };
}

/** A stream joins: the scope becomes the union, a code not named before is added. */
function joinStream(incident: Incident, stream: OpenStream): { incident: Incident; reason: string } {
  const affected = new Set([...incident.scope.regions, ...stream.scope.regions]);
  const all = new Set([...affected, ...incident.scope.elsewhere, ...stream.scope.elsewhere]);
  const elsewhere = [...all].filter((region) => !affected.has(region));
  const scope: Scope = { kind: elsewhere.length === 0 ? "everywhere" : "regions", regions: [...affected], elsewhere };
  const isNew = stream.code !== null && !incident.codes.includes(stream.code);
  return {
    incident: {
      ...incident,
      scope,
      codes: isNew ? [...incident.codes, stream.code as number] : incident.codes,
      streams: [...incident.streams, stream],
    },
    reason: `${streamText(stream)} rose as well`,
  };
}

const addCounts = (a: { bad: number; of: number }, b: { bad: number; of: number }) => ({
  bad: a.bad + b.bad,
  of: a.of + b.of,
});
function acceptedText(event: Extract<DetectorEvent, { kind: "accepted" }>): string {
  const share = percent(event.share);
  if (event.by === "start") return `taken as usual: ${share} of answers for hours, at a start without history`;
  return `accepted as usual by a person: ${share} of answers ${nameOf(event.code, event.stream)}`;
}

const streamText = (stream: OpenStream) => nameOf(stream.code, stream.stream);
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** "409", "no answer", "unexpected 200", or "unexpected codes" when several share it. */
export function nameOf(code: number | null, stream: StreamName = "any"): string {
  const named = code ?? (stream === "any" ? null : stream);
  return named === null ? "unexpected codes" : unexpectedName(named);
}
