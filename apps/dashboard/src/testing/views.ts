/** What the API would answer, made by hand for tests: each is quiet until a test changes it. */
import type {
  EvidenceDetail,
  IncidentDetail,
  IncidentSummary,
  MonitorRow,
  Overview,
  Series,
} from "@statusquo/api/client";

/** A whole minute. */
export const NOON = Date.UTC(2025, 10, 20, 12, 0);
export const MINUTE = 60_000;

const CELLS = 60;
const zeros = () => new Array<number>(CELLS).fill(0);
const unlearned = () => new Array<number | null>(CELLS).fill(null);

/** A ribbon of an hour with four probes a minute, all as expected, and nothing learned. */
export function quietCells(): MonitorRow["cells"] {
  return {
    probes: zeros().fill(4),
    missed: zeros(),
    c409: zeros(),
    c4xx: zeros(),
    c5xx: zeros(),
    none: zeros(),
    other: zeros(),
    limits: { c409: unlearned(), c4xx: unlearned(), c5xx: unlearned(), none: unlearned(), other: unlearned() },
  };
}

export function rowOf(change: Partial<MonitorRow> = {}): MonitorRow {
  return {
    id: "create-order",
    name: "Create order",
    tags: ["checkout"],
    method: "POST",
    path: "/orders",
    regions: ["eu-west", "us-east"],
    intervalMs: MINUTE,
    standing: "usual",
    reason: "as usual",
    headline: { code: 409, bad: 0, of: 60, usualShare: 0.012, limit: 3, above: false },
    usual: { c409: 0.012, c4xx: null, c5xx: null, none: null, other: null },
    cells: quietCells(),
    p50: 80,
    p95: 120,
    uptime: { share: 1, down: 0, of: 60_480 },
    last: ["eu-west", "us-east"].map((region) => ({
      region,
      at: NOON - MINUTE,
      ageMs: MINUTE,
      code: 201,
      missed: null,
      totalMs: 80,
      bad: 0,
      of: 30,
      limit: 2,
    })),
    incident: null,
    mute: null,
    ...change,
  };
}

export function overviewOf(monitors: MonitorRow[]): Overview {
  const standings = { learning: 0, usual: 0, watching: 0, spike: 0, no_data: 0 };
  for (const { standing } of monitors) standings[standing] += 1;
  const open = monitors.flatMap(({ incident }) => incident ?? []);
  return {
    now: NOON,
    window: "1h",
    headlineFrom: NOON - 15 * MINUTE,
    standings,
    openIncidents: { all: open.length, acknowledged: open.filter(({ acknowledgedAt }) => acknowledgedAt).length },
    ribbon: { from: NOON - (CELLS - 1) * MINUTE, stepMs: MINUTE, cells: CELLS },
    monitors,
  };
}

export function summaryOf(change: Partial<IncidentSummary> = {}): IncidentSummary {
  return {
    id: 412,
    monitor: "create-order",
    monitorName: "Create order",
    state: "open",
    since: NOON - 15 * MINUTE,
    sinceUncertaintyMs: MINUTE,
    openedAt: NOON - 13 * MINUTE,
    resolvedAt: null,
    code: 409,
    codes: [409],
    scope: { kind: "regions", regions: ["eu-west"], elsewhere: ["us-east"] },
    seen: { bad: 41, of: 45 },
    usualShare: 0.012,
    sentence: "409 on 41 of 45 probes in eu-west; usual is 1.2 %",
    unmet: null,
    cause: "stale ETag or version",
    severity: "critical",
    deploy: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    muted: null,
    closedAs: null,
    cost: null,
    revision: 1,
    ...change,
  };
}

export function incidentOf(change: Partial<IncidentDetail> = {}): IncidentDetail {
  return {
    ...summaryOf(),
    now: NOON,
    method: "POST",
    path: "/orders",
    evidence: {
      bad: 7,
      of: 9,
      usualShare: 0.012,
      usualBad: 726,
      usualOf: 60_480,
      lnEvidence: 8,
      lnThreshold: 0,
    },
    chance: "1 in 980 million",
    chanceLimit: "1 in 530 thousand",
    streams: [],
    causes: [],
    transitions: [],
    timeline: [],
    deploys: [],
    silences: [],
    notes: [],
    acceptances: [],
    followAt: null,
    deliveries: [],
    matrix: { slots: [], rows: [], complete: true },
    example: null,
    usual: null,
    ...change,
  };
}

export function exchangeOf(code: number, change: Partial<EvidenceDetail> = {}): EvidenceDetail {
  return {
    id: `m-create-order.r-eu-west.s-${NOON}`,
    monitor: "create-order",
    region: "eu-west",
    slot: NOON,
    code,
    totalMs: 77,
    request: { method: "POST", url: "https://api.example.com/orders", headers: [["accept", "*/*"]], body: null },
    response: {
      status: code,
      reason: "",
      httpVersion: "1.1",
      headers: [],
      body: "",
      bodyBytes: 0,
      truncated: false,
    },
    remoteAddress: null,
    bodyError: null,
    warnings: [],
    unmet: null,
    steps: [],
    ...change,
  };
}

/** Columns of a minute; 409 is usual at one in ten. */
export function seriesOf(probes: number[], conflicts: number[], change: Partial<Series> = {}): Series {
  const count = probes.length;
  const from = NOON - count * MINUTE;
  const nothing = new Array<null>(count).fill(null);
  return {
    monitor: "create-order",
    region: null,
    from,
    to: NOON,
    stepMs: MINUTE,
    t: probes.map((_, index) => (from + index * MINUTE) / 1_000),
    probes,
    missed: probes.map(() => 0),
    codes: { 201: probes.map((of, index) => of - (conflicts[index] ?? 0)), 409: conflicts },
    expected: [201],
    worst: {},
    usual: { 409: probes.map(() => 0.1) },
    limits: { 409: probes.map(() => 3) },
    p50: nothing,
    p95: nothing,
    phases: { dns: nothing, connect: nothing, tls: nothing, firstByte: nothing, body: nothing },
    byRegion: [],
    incidents: [],
    deploys: [],
    ...change,
  };
}
