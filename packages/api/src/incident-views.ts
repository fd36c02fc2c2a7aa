/** Incidents as the API shows them: a summary for lists and banners, and one whole with all that is known of it. */
import {
  chanceText,
  costText,
  type EpochMs,
  type Incident,
  inspectExchange,
  type Monitor,
  type Mute,
  muteAt,
  type Reader,
  requestLine,
  type Silence,
  type StoredDelivery,
  type StoredEvidence,
  slotKeyText,
} from "@statusquo/core";
import {
  acceptanceDetail,
  activeSilences,
  deployBeforeDetail,
  deploysAbout,
  isAbout,
  silenceDetail,
} from "./people.ts";
import type { ApiPorts } from "./ports.ts";
import { incidentSentence } from "./sentence.ts";
import { timelineOf } from "./timeline.ts";
import type { Delivery, EvidenceDetail, IncidentDetail, IncidentSummary, Matrix } from "./views.ts";

type Beside = Pick<ApiPorts, "reader" | "monitors" | "maintenanceAt">;

/** Summaries as they are at `now`: silences and maintenance of that instant, names of the monitors in force. */
export function summariesAt(
  { reader, monitors, maintenanceAt }: Beside,
  now: EpochMs,
  silences: readonly Silence[] = activeSilences(reader, now),
): (incident: Incident) => IncidentSummary {
  const inForce = new Map(monitors().map((monitor) => [monitor.id, monitor]));
  return (incident) => {
    const monitor = inForce.get(incident.monitor);
    const { id, tags, name } = monitor ?? { id: incident.monitor, tags: [], name: incident.monitor };
    // What is told of one that is over waits for its own mute; of an open one, silences count from when they are made.
    const isOpen = incident.state === "open";
    const muted = isOpen ? muteAt(silences, maintenanceAt({ id, tags }, now), incident, { tags }, now) : incident.muted;
    return incidentSummary(incident, name, muted);
  };
}

/** @param muted why nobody is told at the moment */
export function incidentSummary(incident: Incident, monitorName: string, muted: Mute | null): IncidentSummary {
  const [likeliest] = incident.causes;
  return {
    id: incident.id,
    monitor: incident.monitor,
    monitorName,
    state: incident.state,
    since: incident.onsetAt,
    sinceUncertaintyMs: incident.onsetUncertaintyMs,
    openedAt: incident.openedAt,
    resolvedAt: incident.resolvedAt,
    code: incident.code,
    codes: incident.codes,
    scope: incident.scope,
    seen: incident.seen,
    usualShare: incident.evidence.usualShare,
    sentence: incidentSentence(incident),
    unmet: incident.unmet ?? null,
    cause: likeliest === undefined || likeliest.cause === "undetermined" ? null : likeliest.title,
    severity: incident.severity,
    deploy: deployBeforeDetail(incident.deploy),
    acknowledgedAt: incident.acknowledgedAt,
    acknowledgedBy: incident.acknowledgedBy,
    muted,
    closedAs: incident.closedAs,
    cost: incident.cost && { ...incident.cost, text: costText(incident.cost) },
    revision: incident.revision,
  };
}

/** How long before the onset a deploy is still shown. */
const DEPLOYS_BEFORE_MS = 6 * 3_600_000;

/** @param monitor null when it is no longer defined: what its messages said of it stands in */
export function incidentDetail(
  ports: Beside,
  incident: Incident,
  monitor: Monitor | null,
  now: EpochMs,
): IncidentDetail {
  const { reader } = ports;
  const transitions = reader.transitions(incident.id);
  const facts = transitions.at(-1)?.facts;
  const { evidence } = incident;
  const [method = "", path = ""] = monitor
    ? requestLine(monitor).split(" ", 2)
    : [facts?.monitor.method, facts?.monitor.path];
  const falseAlarmsPerYear = monitor?.falseAlarmsPerYear ?? facts?.falseAlarmsPerYear ?? 1;
  const example = exampleOf(reader, incident);
  const deliveries = reader.deliveries({ incident: incident.id, limit: 500 });
  const about = {
    id: incident.monitor,
    tags: monitor?.tags ?? facts?.monitor.tags ?? [],
    regions: monitor?.regions ?? [...incident.scope.regions, ...incident.scope.elsewhere],
  };
  const deploys = deploysAbout(reader, about, incident.onsetAt - DEPLOYS_BEFORE_MS, (incident.resolvedAt ?? now) + 1);
  const silences = activeSilences(reader, now).filter((silence) => isAbout(silence, about));
  const notes = reader.notes(incident.id);
  const acceptances = reader.acceptances({ incident: incident.id, limit: 100 });
  return {
    ...summariesAt(ports, now)(incident),
    ...(monitor === null && facts && { monitorName: facts.monitor.name }),
    now,
    method,
    path,
    evidence: {
      bad: evidence.bad,
      of: evidence.of,
      usualShare: evidence.usualShare,
      usualBad: evidence.usualBad,
      usualOf: evidence.usualOf,
      lnEvidence: evidence.lnEvidence,
      lnThreshold: evidence.lnThreshold,
    },
    chance: chanceText(evidence.lnEvidence, falseAlarmsPerYear),
    chanceLimit: chanceText(evidence.lnThreshold, falseAlarmsPerYear),
    streams: incident.streams.map(({ stream, code, openedAt, onsetAt, scope, evidence: { bad, of } }) => ({
      stream,
      code,
      openedAt,
      onsetAt,
      scope,
      bad,
      of,
    })),
    causes: incident.causes,
    transitions: transitions.map(({ seq, kind, at, reason, muted, facts: { codes, scope, seen, lnEvidence } }) => ({
      seq,
      kind,
      at,
      reason,
      codes,
      scope,
      seen,
      lnEvidence,
      muted,
    })),
    timeline: timelineOf(incident, { transitions, deploys, silences, notes, acceptances, deliveries }),
    deploys,
    silences: silences.map((silence) => silenceDetail(silence, now)),
    notes,
    acceptances: acceptances.map((acceptance) => acceptanceDetail(acceptance, now)),
    followAt: incident.followAt,
    deliveries: deliveries.map(deliveryView),
    matrix: matrixOf(reader, incident, monitor, facts?.matrix.rows.map(({ region }) => region) ?? [], now),
    example: example && evidenceDetail(example),
    usual: usualBeside(reader, incident, example),
  };
}

export function deliveryView(delivery: StoredDelivery): Delivery {
  const { num, key, incident, alert, kind, channel, recipient, state, createdAt, dueAt, attempts } = delivery;
  return { num, key, incident, alert, kind, channel, recipient, state, createdAt, dueAt, attempts };
}

export function evidenceDetail(stored: StoredEvidence): EvidenceDetail {
  const { monitor, region, slot, code, totalMs, evidence } = stored;
  const { unmet = null, steps = [], ...exchange } = evidence;
  const all = steps.map(({ exchange: own, ...step }) => ({ ...step, exchange: step.decided ? exchange : own }));
  return {
    id: slotKeyText(stored),
    monitor,
    region,
    slot,
    code,
    totalMs,
    ...exchange,
    warnings: inspectExchange(evidence),
    unmet,
    steps: all,
  };
}

/** Slots before the onset, and slots at most. */
const BEFORE = 15;
const SHOWN = 60;

/** Every probe from before the onset on. Regions that are affected come first. */
function matrixOf(
  reader: Reader,
  incident: Incident,
  monitor: Monitor | null,
  formerRegions: readonly string[],
  now: EpochMs,
): Matrix {
  const regions = monitor?.regions ?? formerRegions;
  const end = (incident.resolvedAt ?? now) + 1;
  const intervalMs = monitor?.intervalMs ?? 60_000;
  const from = Math.max(0, incident.onsetAt - BEFORE * intervalMs);
  const before = Math.min(end, from + SHOWN * intervalMs);
  const stored = reader.samples({
    monitor: incident.monitor,
    from,
    before,
    limit: SHOWN * Math.max(1, regions.length),
  });
  const slots = [...new Set(stored.map(({ slot }) => slot))].sort((a, b) => a - b);
  const bySlot = new Map(stored.map((sample) => [`${sample.region} ${sample.slot}`, sample]));
  const rows = regions.map((region) => {
    const found = slots.map((slot) => bySlot.get(`${region} ${slot}`));
    const codes = found.map((sample) => sample?.code ?? null);
    const since = found.filter((sample) => sample && sample.code !== null && sample.slot >= incident.onsetAt);
    const isNamed = (code: number) => incident.codes.length === 0 || incident.codes.includes(code);
    const bad = since.filter(
      (sample) => sample && (!sample.expected || sample.code === 409) && isNamed(sample.code ?? 0),
    );
    return { region, codes, bad: bad.length, of: since.length };
  });
  const isAffected = ({ region }: { region: string }) => incident.scope.regions.includes(region);
  return {
    slots,
    rows: [...rows.filter(isAffected), ...rows.filter((row) => !isAffected(row))],
    complete: before >= end,
  };
}

/** The newest answer with the code the incident names, from its own span. */
function exampleOf(reader: Reader, incident: Incident): StoredEvidence | null {
  const code = incident.code ?? incident.codes[0];
  if (code === undefined) return null;
  const found = reader.evidenceOf({
    monitor: incident.monitor,
    code,
    from: incident.onsetAt,
    unexpected: true,
    limit: 50,
  });
  return found.find(({ slot }) => incident.resolvedAt === null || slot <= incident.resolvedAt) ?? null;
}

/** A usual answer to compare with: from the same region and before the onset, if there is one. */
function usualBeside(reader: Reader, incident: Incident, example: StoredEvidence | null): EvidenceDetail | null {
  const found = reader.evidenceOf({ monitor: incident.monitor, code: "usual", limit: 50 });
  const earlier = found.filter(({ slot }) => slot < incident.onsetAt);
  const chosen = earlier.find(({ region }) => region === example?.region) ?? earlier[0] ?? found[0];
  return chosen ? evidenceDetail(chosen) : null;
}
