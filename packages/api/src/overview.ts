/**
 * The overview: every monitor as one row, its ribbon as columns of counts. One pass over four reads of the store, however
 * many monitors there are.
 */
import {
  type BucketCounts,
  closesAt,
  type EpochMs,
  type Incident,
  type Monitor,
  type MonitorId,
  type Reader,
  requestLine,
  type Silence,
  type StoredSlot,
  slotAt,
  type Verdict,
} from "@statusquo/core";
import { incidentSummary, namesOf } from "./incident-views.ts";
import { activeSilences, muteOfMonitor } from "./people.ts";
import type { ApiPorts } from "./ports.ts";
import { packCells } from "./runs.ts";
import type { Uptime } from "./uptime.ts";
import { CODE_CLASSES, classOf, limitOf, usualShares } from "./usual.ts";
import type { Cells, Headline, MonitorRow, OverviewWindow, PackedOverview, RegionNow, Ribbon } from "./views.ts";

const FIVE_MINUTES = 300_000;
const QUARTER = 900_000;

/** A cell is a minute, or as many 5-minute roll-ups as fit a readable ribbon. */
const RIBBONS: Record<OverviewWindow, { stepMs: number; cells: number }> = {
  "1h": { stepMs: 60_000, cells: 60 },
  "6h": { stepMs: FIVE_MINUTES, cells: 72 },
  "24h": { stepMs: QUARTER, cells: 96 },
};

const floorTo = (at: EpochMs, stepMs: number) => Math.floor(at / stepMs) * stepMs;

/** Cells that end with the one `now` is in. */
export function ribbonAt(now: EpochMs, { stepMs, cells }: { stepMs: number; cells: number }): Ribbon {
  return { from: floorTo(now, stepMs) - (cells - 1) * stepMs, stepMs, cells };
}

/** What all rows of one answer share. */
interface Gathered {
  now: EpochMs;
  ribbon: Ribbon;
  headlineFrom: EpochMs;
  cells: Map<MonitorId, BucketCounts[]>;
  recent: Map<MonitorId, BucketCounts[]>;
  quarters: Map<MonitorId, BucketCounts[]>;
  latest: Map<MonitorId, StoredSlot[]>;
  verdicts: Map<MonitorId, Verdict>;
  open: Map<MonitorId, Incident>;
  uptime: Map<MonitorId, Uptime>;
  silences: Silence[];
  nameOf(id: MonitorId): string;
}

/** How far back a region's newest row is looked for. */
const LATEST_WITHIN = 24 * 3_600_000;
/** One per monitor at most, so this is all of them. */
const MOST_OPEN = 100_000;

function gather(
  reader: Reader,
  monitors: readonly Monitor[],
  window: OverviewWindow,
  uptime: Map<MonitorId, Uptime>,
  now: EpochMs,
  only?: MonitorId,
): Gathered {
  const ribbon = ribbonAt(now, RIBBONS[window]);
  const headlineFrom = floorTo(now, FIVE_MINUTES) - 2 * FIVE_MINUTES;
  const to = now + 1;
  const of = only === undefined ? {} : { monitors: [only] };
  const byMonitor = <T extends { monitor: MonitorId }>(rows: readonly T[]) => Map.groupBy(rows, (row) => row.monitor);
  const ofIncidents = only === undefined ? {} : { monitor: only };
  const verdict = only === undefined ? null : reader.verdict(only);
  return {
    now,
    ribbon,
    headlineFrom,
    cells: byMonitor(reader.counts({ ...of, from: ribbon.from, to, stepMs: ribbon.stepMs })),
    recent: byMonitor(reader.counts({ ...of, from: headlineFrom, to, stepMs: FIVE_MINUTES, byRegion: true })),
    quarters: byMonitor(reader.counts({ ...of, from: floorTo(now, QUARTER) - QUARTER, to, stepMs: QUARTER })),
    latest: byMonitor(reader.latest(now - LATEST_WITHIN)),
    verdicts: only === undefined ? reader.verdicts() : new Map(verdict && [[only, verdict]]),
    open: new Map(
      reader.incidents({ ...ofIncidents, state: "open", limit: MOST_OPEN }).map((each) => [each.monitor, each]),
    ),
    uptime,
    silences: activeSilences(reader, now),
    nameOf: namesOf(monitors),
  };
}

export function overview(ports: ApiPorts, window: OverviewWindow, uptime: Map<MonitorId, Uptime>): PackedOverview {
  const monitors = ports.monitors();
  const gathered = gather(ports.reader, monitors, window, uptime, ports.clock.now());
  const rows = monitors.map((monitor) => row(ports, monitor, gathered));
  const standings = { learning: 0, usual: 0, watching: 0, spike: 0, no_data: 0 };
  for (const { standing } of rows) standings[standing] += 1;
  const open = [...gathered.open.values()];
  return {
    now: gathered.now,
    window,
    headlineFrom: gathered.headlineFrom,
    standings,
    openIncidents: { all: open.length, acknowledged: open.filter((each) => each.acknowledgedAt !== null).length },
    ribbon: gathered.ribbon,
    monitors: rows.map((each) => ({ ...each, cells: packCells(each.cells) })),
  };
}

/** The row of one monitor, with what the row's numbers span, and the codes its ribbon holds. */
export function overviewRow(
  ports: ApiPorts,
  monitor: Monitor,
  window: OverviewWindow,
  uptime: Map<MonitorId, Uptime>,
): MonitorRow & Pick<PackedOverview, "now" | "ribbon" | "headlineFrom"> & { codes: number[]; judged: Verdict | null } {
  const gathered = gather(ports.reader, [monitor], window, uptime, ports.clock.now(), monitor.id);
  const { now, ribbon, headlineFrom } = gathered;
  const codes = codesOf(gathered.cells.get(monitor.id) ?? []);
  const judged = gathered.verdicts.get(monitor.id) ?? null;
  return { ...row(ports, monitor, gathered), now, ribbon, headlineFrom, codes, judged };
}

function row(ports: ApiPorts, monitor: Monitor, gathered: Gathered): MonitorRow {
  const { now } = gathered;
  const counts = gathered.cells.get(monitor.id) ?? [];
  const recent = gathered.recent.get(monitor.id) ?? [];
  const incident = gathered.open.get(monitor.id) ?? null;
  const usual = usualShares(ports, monitor, codesOf([...counts, ...recent]));
  const verdict = gathered.verdicts.get(monitor.id) ?? null;
  const headline = headlineOf(recent, incident, verdict, (code) => usual.ofStream(code, now));
  const [method = "", path = ""] = requestLine(monitor).split(" ", 2);
  const quarters = (gathered.quarters.get(monitor.id) ?? []).toSorted((a, b) => b.probes - a.probes || b.at - a.at);
  return {
    id: monitor.id,
    name: monitor.name,
    tags: [...monitor.tags],
    method,
    path,
    regions: [...monitor.regions],
    intervalMs: monitor.intervalMs,
    ...standingOf(monitor, verdict, now),
    headline,
    usual: Object.fromEntries(CODE_CLASSES.map((name) => [name, usual.ofClass(name, now)])) as MonitorRow["usual"],
    cells: cellsOf(monitor, counts, gathered.ribbon, usual),
    p50: quarters[0]?.p50 ?? null,
    p95: quarters[0]?.p95 ?? null,
    uptime: gathered.uptime.get(monitor.id) ?? { share: null, down: 0, of: 0 },
    last: lastOf(monitor, gathered.latest.get(monitor.id) ?? [], recent, headline, now),
    incident: incident && incidentSummary(incident, gathered.nameOf(monitor.id)),
    mute: muteOfMonitor(monitor, incident, gathered.silences, ports.maintenanceAt, now),
  };
}

const codesOf = (counts: readonly BucketCounts[]) => [
  ...new Set(counts.flatMap(({ codes }) => Object.keys(codes).map(Number))),
];

/** The verdict's standing, unless nothing was judged for so long that it says nothing of now. */
export function standingOf(
  monitor: Monitor,
  verdict: Verdict | null,
  now: EpochMs,
): Pick<MonitorRow, "standing" | "reason"> {
  if (verdict === null) return { standing: "learning", reason: "learning: no slot has been judged yet" };
  const newest = slotAt(monitor, now - closesAt(monitor, 0));
  const behind = newest - verdict.slot;
  if (behind > 2 * monitor.intervalMs)
    return { standing: "no_data", reason: `no data: no slot judged for ${durationText(now - verdict.slot)}` };
  return { standing: verdict.standing, reason: verdict.reason };
}

function durationText(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}

/** The code the incident or the detector names, else 409. */
function headlineOf(
  recent: readonly BucketCounts[],
  incident: Incident | null,
  verdict: Verdict | null,
  usualShare: (code: number) => number | null,
): Headline {
  const speaks = verdict !== null && (verdict.standing === "watching" || verdict.standing === "spike");
  const named = incident?.code ?? incident?.codes[0] ?? (speaks ? verdict.readings[0]?.code : null) ?? 409;
  const { bad, of } = badOf(recent, named);
  const share = usualShare(named);
  const limit = limitOf(of, share);
  return { code: named, bad, of, usualShare: share, limit, above: limit !== null && bad > limit };
}

function badOf(counts: readonly BucketCounts[], code: number): { bad: number; of: number } {
  let bad = 0;
  let of = 0;
  for (const { probes, codes } of counts) {
    bad += codes[code] ?? 0;
    of += probes;
  }
  return { bad, of };
}

function cellsOf(
  monitor: Monitor,
  counts: readonly BucketCounts[],
  ribbon: Ribbon,
  usual: ReturnType<typeof usualShares>,
): Cells {
  const zeros = () => new Array<number>(ribbon.cells).fill(0);
  const cells = { c409: zeros(), c4xx: zeros(), c5xx: zeros(), none: zeros(), other: zeros() };
  const probes = zeros();
  const missed = zeros();
  for (const bucket of counts) {
    const index = Math.floor((bucket.at - ribbon.from) / ribbon.stepMs);
    if (index < 0 || index >= ribbon.cells) continue;
    probes[index] = bucket.probes;
    missed[index] = bucket.missed;
    for (const [code, times] of Object.entries(bucket.codes)) {
      const name = classOf(monitor, Number(code));
      if (name !== null) cells[name][index] = (cells[name][index] as number) + times;
    }
  }
  const limits = (name: (typeof CODE_CLASSES)[number]) =>
    probes.map((n, index) => limitOf(n, usual.ofClass(name, ribbon.from + index * ribbon.stepMs)));
  return {
    probes,
    missed,
    ...cells,
    limits: {
      c409: limits("c409"),
      c4xx: limits("c4xx"),
      c5xx: limits("c5xx"),
      none: limits("none"),
      other: limits("other"),
    },
  };
}

function lastOf(
  monitor: Monitor,
  latest: readonly StoredSlot[],
  recent: readonly BucketCounts[],
  headline: Headline,
  now: EpochMs,
): RegionNow[] {
  return monitor.regions.map((region) => {
    const newest = latest.find((slot) => slot.region === region);
    const { bad, of } = badOf(
      recent.filter((bucket) => bucket.region === region),
      headline.code,
    );
    return {
      region,
      at: newest?.slot ?? null,
      ageMs: newest ? now - newest.slot : null,
      code: newest?.code ?? null,
      missed: newest?.missed ?? null,
      totalMs: newest?.totalMs ?? null,
      bad,
      of,
      limit: limitOf(of, headline.usualShare),
    };
  });
}
