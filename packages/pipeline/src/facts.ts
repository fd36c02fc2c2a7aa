/**
 * The facts of a transition: everything its messages will say, gathered once, when it is decided.
 */
import {
  type AlertFacts,
  type EpochMs,
  hostOf,
  type Incident,
  type Monitor,
  type ProbeMatrix,
  type Reader,
  requestLine,
  type StoredSlot,
} from "@statusquo/core";

/** Columns of the matrix: what fits a phone's width. */
const SLOTS_SHOWN = 10;

/** What a message is about, and how it says so. */
export interface Occasion {
  kind: AlertFacts["kind"];
  reason: string;
  at: EpochMs;
  /** Of a reminder or an escalation; null or absent of others. */
  round?: number | null;
  heldBack?: string | null;
}

export function alertFacts(
  reads: Reader,
  monitor: Monitor,
  incident: Incident,
  { kind, reason, at, round = null, heldBack = null }: Occasion,
  publicUrl: string | null,
): AlertFacts {
  const [method = "GET", ...path] = requestLine(monitor).split(" ");
  const { evidence } = incident;
  return {
    ...{ kind, reason, at, round, heldBack },
    incident: incident.id,
    monitor: {
      id: monitor.id,
      name: monitor.name,
      method,
      path: path.join(" "),
      tags: [...monitor.tags],
      source: monitor.source,
    },
    host: hostOf(monitor.request.url),
    severity: incident.severity,
    code: incident.code,
    codes: incident.codes,
    scope: incident.scope,
    onsetAt: incident.onsetAt,
    onsetUncertaintyMs: incident.onsetUncertaintyMs,
    openedAt: incident.openedAt,
    resolvedAt: incident.resolvedAt,
    closedAs: incident.closedAs,
    seen: incident.seen,
    usual: { share: evidence.usualShare, bad: evidence.usualBad, of: evidence.usualOf },
    lnEvidence: evidence.lnEvidence,
    falseAlarmsPerYear: monitor.falseAlarmsPerYear,
    matrix: matrixOf(reads, monitor, incident, at),
    causes: incident.causes.slice(0, 3),
    deploy: incident.deploy,
    ...(incident.unmet && { unmet: incident.unmet }),
    example: exampleOf(reads, incident),
    acknowledgedAt: incident.acknowledgedAt,
    cost: incident.cost,
    publicUrl,
  };
}

/** The last slots of every region; counts since the onset where it lies inside, else over what is shown. */
function matrixOf(reads: Reader, monitor: Monitor, incident: Incident, at: EpochMs): ProbeMatrix {
  const limit = SLOTS_SHOWN * monitor.regions.length;
  const stored = reads.samples({ monitor: monitor.id, before: at + 1, limit });
  const slots = [...new Set(stored.map(({ slot }) => slot))].sort((a, b) => a - b).slice(-SLOTS_SHOWN);
  const bySlot = new Map(stored.map((sample) => [`${sample.region} ${sample.slot}`, sample]));
  const rows = monitor.regions.map((region) => {
    const found = slots.map((slot) => bySlot.get(`${region} ${slot}`));
    const counted = found.filter((sample): sample is StoredSlot => sample?.state === "sampled");
    const sinceOnset = counted.filter(({ slot }) => slot >= incident.onsetAt);
    const of = sinceOnset.length > 0 ? sinceOnset : counted;
    return {
      region,
      codes: found.map((sample) => sample?.code ?? null),
      bad: of.filter(({ expected }) => !expected).length,
      of: of.length,
    };
  });
  return { slots, rows };
}

function exampleOf(reads: Reader, incident: Incident): AlertFacts["example"] {
  const code = incident.code ?? incident.codes[0];
  if (code === undefined) return null;
  const [newest] = reads.evidenceOf({
    monitor: incident.monitor,
    code,
    from: incident.onsetAt,
    unexpected: true,
    limit: 1,
  });
  if (!newest) return null;
  return { region: newest.region, at: newest.slot, totalMs: newest.totalMs, evidence: newest.evidence };
}
