/**
 * The overview: every monitor as one row, its ribbon as columns of counts. A handful of reads of the store, however many
 * monitors there are, and none of them about what is over. A row is counted anew only when something was stored about
 * its monitor.
 */
import { createHash } from "node:crypto";
import {
  type BucketCounts,
  closesAt,
  type EpochMs,
  type Incident,
  type Monitor,
  type MonitorId,
  requestLine,
  type Silence,
  type StoredSlot,
  slotAt,
  type Verdict,
} from "@statusquo/core";
import { summariesAt } from "./incident-views.ts";
import { keptFor } from "./kept.ts";
import { activeSilences, muteOfMonitor } from "./people.ts";
import type { ApiPorts } from "./ports.ts";
import { addCounts, createRibbons, emptyCells, fillLimits, type KeptRibbons, RIBBONS, ribbonAt } from "./ribbons.ts";
import { packCells } from "./runs.ts";
import type { Stream } from "./stream.ts";
import type { Uptime } from "./uptime.ts";
import { CODE_CLASSES, limitOf, unexpectedOf, usualShares } from "./usual.ts";
import type { Headline, IncidentSummary, MonitorRow, OverviewWindow, PackedOverview, RegionNow } from "./views.ts";

const FIVE_MINUTES = 300_000;
const QUARTER = 900_000;

const floorTo = (at: EpochMs, stepMs: number) => Math.floor(at / stepMs) * stepMs;

/** What all rows of one answer share. */
interface Gathered {
  now: EpochMs;
  quarters: Map<MonitorId, BucketCounts[]>;
  latest: Map<MonitorId, StoredSlot[]>;
  verdicts: Map<MonitorId, Verdict>;
  open: Map<MonitorId, Incident>;
  uptime: Map<MonitorId, Uptime>;
  silences: Silence[];
  summaryOf(incident: Incident): IncidentSummary;
}

/** What of a row is counted from samples: the same until another sample, verdict or edit comes, or a cell begins. */
interface Counted extends Pick<MonitorRow, "headline" | "usual"> {
  /** The headline's code in each region of the monitor, in their order. */
  regions: Pick<RegionNow, "bad" | "of" | "limit">[];
}

/** What was made of a monitor for one answer, to be sent again with the next. */
interface KeptRow {
  monitor: Monitor;
  regions: Counted["regions"];
  /** JSON of what a definition says, and of what is counted. */
  said: string;
  counted: string;
}

interface KeptRows {
  /** Rows of another epoch are all made anew. */
  epoch: string;
  rows: Map<MonitorId, KeptRow>;
  /** Monitors that something was stored about since. */
  changed: Set<MonitorId>;
}

/** From this share of changed monitors on, all are read: one walk through the rows is cheaper than many leaps. */
const READ_ALL_FROM = 1 / 8;

/** How far back a region's newest row is looked for. */
const LATEST_WITHIN = 24 * 3_600_000;
/** One per monitor at most, so this is all of them. */
const MOST_OPEN = 100_000;
/** Latency of a quarter of an hour changes little in a minute, and reading it costs more than all the rest of a row. */
const QUARTERS_KEPT_MS = 60_000;

const byMonitor = <T extends { monitor: MonitorId }>(rows: readonly T[]) => Map.groupBy(rows, (row) => row.monitor);

/** What is asked of latency: this quarter of an hour and the last, which is over and read again more seldom. */
const quartersAt = (now: EpochMs) => ({ from: floorTo(now, QUARTER) - QUARTER, to: now + 1, stepMs: QUARTER });

/** However many screens ask, an overview is made this seldom; what a person did shows at once. */
const OVERVIEW_KEPT_MS = 1_000;

/** An overview as it is sent, with what tells it from another. */
export interface TaggedOverview {
  /** A `PackedOverview`. */
  body: string;
  tag: string;
}

export interface Overviews {
  answer(window: OverviewWindow): Promise<TaggedOverview>;
  /** Reads what is over, a little at a time, so that the first answer need not. */
  prepare: KeptRibbons["prepare"];
}

/**
 * Answers overviews, keeping what is over from one to the next.
 *
 * @param stream what it holds back is said before an overview is made that has it
 */
export function createOverview(
  ports: ApiPorts,
  uptime: () => Map<MonitorId, Uptime>,
  { edits, catchUp }: Pick<Stream, "edits" | "catchUp">,
): Overviews {
  const { reader, clock } = ports;
  const ribbons = createRibbons(ports);
  const told = new Map<OverviewWindow, TaggedOverview & { at: EpochMs; edits: number }>();
  let over: { from: EpochMs; at: EpochMs; counts: BucketCounts[] } | null = null;
  const quarters = keptFor(QUARTERS_KEPT_MS, clock.now, () => {
    const now = clock.now();
    const { from, to, stepMs } = quartersAt(now);
    const middle = from + QUARTER;
    if (over?.from !== from || now - over.at >= FIVE_MINUTES || now < over.at)
      over = { from, at: now, counts: reader.counts({ from, to: middle, stepMs }) };
    return byMonitor([...over.counts, ...reader.counts({ from: middle, to, stepMs })]);
  });
  const kept = new Map<OverviewWindow, KeptRows>();
  const unsubscribe = ports.subscribe((event) => {
    if (event.kind !== "committed") return;
    for (const { changed } of kept.values()) {
      for (const { monitor } of event.results) changed.add(monitor);
      for (const { verdict } of event.judgements) changed.add(verdict.monitor);
    }
  });
  ports.closing?.addEventListener("abort", unsubscribe, { once: true });

  function gather(now: EpochMs): Gathered {
    return {
      now,
      quarters: quarters(),
      latest: byMonitor(reader.latest(now - LATEST_WITHIN)),
      verdicts: reader.verdicts(),
      open: new Map(reader.incidents({ state: "open", limit: MOST_OPEN }).map((each) => [each.monitor, each])),
      uptime: uptime(),
      ...silencedAt(ports, now),
    };
  }

  /** Every monitor's kept row, those made anew that are not what they would be now. */
  function rowsAt(window: OverviewWindow, now: EpochMs, gathered: Gathered) {
    const { ribbon, liveFrom, cellsOf, refreshed } = ribbons.at(window, now);
    const headlineFrom = headlineFromAt(now);
    const epoch = [ribbon.from, headlineFrom, floorTo(now, QUARTER), edits()].join(" ");
    const monitors = ports.monitors();
    const before = kept.get(window);
    const isKept = ({ id }: Monitor) => !before?.changed.has(id) && !refreshed.has(id);
    const rows = new Map<MonitorId, KeptRow>();
    const anew: Monitor[] = [];
    for (const monitor of monitors) {
      const own = before?.epoch === epoch && isKept(monitor) ? before.rows.get(monitor.id) : undefined;
      if (own?.monitor === monitor) rows.set(monitor.id, own);
      else anew.push(monitor);
    }
    const isMost = anew.length > monitors.length * READ_ALL_FROM;
    const of = isMost ? {} : { monitors: anew.map(({ id }) => id) };
    const isCoarse = ribbon.stepMs % FIVE_MINUTES === 0;
    const from = isCoarse ? Math.min(headlineFrom, liveFrom) : headlineFrom;
    const to = now + 1;
    const read = (query: Pick<Parameters<typeof reader.counts>[0], "from" | "stepMs" | "byRegion">) =>
      anew.length === 0 ? [] : reader.counts({ ...of, ...query, to, only: "codes" });
    const fine = read({ from, stepMs: FIVE_MINUTES, byRegion: true });
    const live = byMonitor(
      isCoarse ? fine.filter(({ at }) => at >= liveFrom) : read({ from: liveFrom, stepMs: ribbon.stepMs }),
    );
    const recent = byMonitor(from === headlineFrom ? fine : fine.filter(({ at }) => at >= headlineFrom));
    for (const monitor of anew) {
      const { id } = monitor;
      const { cells, usual } = cellsOf(monitor, live.get(id) ?? []);
      const { regions, ...counted } = countedOf(monitor, recent.get(id) ?? [], usual, gathered);
      rows.set(id, {
        monitor,
        regions,
        said: JSON.stringify(saidOf(monitor)),
        counted: JSON.stringify({ ...counted, cells: packCells(cells) }),
      });
    }
    kept.set(window, { epoch, rows, changed: new Set() });
    return { ribbon, headlineFrom, rows };
  }

  /** A `PackedOverview` as JSON. */
  function bodyOf(window: OverviewWindow): string {
    const now = clock.now();
    const gathered = gather(now);
    const { ribbon, headlineFrom, rows } = rowsAt(window, now, gathered);
    const standings = { learning: 0, usual: 0, watching: 0, spike: 0, no_data: 0 };
    const monitors = ports.monitors().map((monitor) => {
      const { said, counted, regions } = rows.get(monitor.id) as KeptRow;
      const current = currentOf(ports, monitor, regions, gathered);
      standings[current.standing] += 1;
      return joined(said, counted, JSON.stringify(current));
    });
    const open = [...gathered.open.values()];
    const whole: Omit<PackedOverview, "monitors"> = {
      now,
      window,
      headlineFrom,
      standings,
      openIncidents: { all: open.length, acknowledged: open.filter((each) => each.acknowledgedAt !== null).length },
      ribbon,
    };
    return joined(JSON.stringify(whole), `{"monitors":[${monitors.join(",")}]}`);
  }

  async function answer(window: OverviewWindow): Promise<TaggedOverview> {
    await ribbons.prepare(window, true);
    const now = clock.now();
    const before = told.get(window);
    const isFresh = before !== undefined && now >= before.at && now - before.at < OVERVIEW_KEPT_MS;
    if (isFresh && before.edits === edits()) return before;
    catchUp();
    const body = bodyOf(window);
    // Not a number of ours: another run of this server must not be taken for this one.
    const tag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    const made = { at: now, edits: edits(), body, tag };
    told.set(window, made);
    return made;
  }

  return { answer, prepare: ribbons.prepare };
}

const headlineFromAt = (now: EpochMs) => floorTo(now, FIVE_MINUTES) - 2 * FIVE_MINUTES;

/** The row of one monitor, with what the row's numbers span, and the codes its ribbon holds. */
export function overviewRow(
  ports: ApiPorts,
  monitor: Monitor,
  window: OverviewWindow,
  uptime: Map<MonitorId, Uptime>,
): MonitorRow & Pick<PackedOverview, "now" | "ribbon" | "headlineFrom"> & { codes: number[]; judged: Verdict | null } {
  const { reader, clock } = ports;
  const now = clock.now();
  const ribbon = ribbonAt(now, RIBBONS[window]);
  const headlineFrom = headlineFromAt(now);
  const of = { monitors: [monitor.id] };
  const to = now + 1;
  const found = { cells: emptyCells(ribbon.cells), codes: new Set<number>() };
  const counts = reader.counts({ ...of, from: ribbon.from, to, stepMs: ribbon.stepMs, only: "codes" });
  addCounts(found, monitor, counts, ribbon.from, ribbon.stepMs);
  const codes = [...found.codes];
  const usual = usualShares(ports, monitor, codes);
  fillLimits(found.cells, usual, ribbon.from, ribbon.stepMs);
  const recent = reader.counts({ ...of, from: headlineFrom, to, stepMs: FIVE_MINUTES, byRegion: true, only: "codes" });
  const open = reader.incidents({ monitor: monitor.id, state: "open", limit: 1 });
  const judged = reader.verdict(monitor.id);
  const gathered: Gathered = {
    now,
    quarters: byMonitor(reader.counts({ ...of, ...quartersAt(now) })),
    latest: byMonitor(reader.latest(now - LATEST_WITHIN)),
    verdicts: new Map(judged && [[monitor.id, judged]]),
    open: new Map(open.map((each) => [each.monitor, each])),
    uptime,
    ...silencedAt(ports, now),
  };
  const { regions, ...counted } = countedOf(monitor, recent, usual, gathered);
  const row = { ...saidOf(monitor), ...counted, cells: found.cells, ...currentOf(ports, monitor, regions, gathered) };
  return { ...row, now, ribbon, headlineFrom, codes, judged };
}

function silencedAt(ports: ApiPorts, now: EpochMs): Pick<Gathered, "silences" | "summaryOf"> {
  const silences = activeSilences(ports.reader, now);
  return { silences, summaryOf: summariesAt(ports, now, silences) };
}

/** Objects as JSON as one; none of them is empty, and no key is in two. */
const joined = (...objects: string[]) => `{${objects.map((each) => each.slice(1, -1)).join(",")}}`;

function saidOf(monitor: Monitor): Pick<MonitorRow, (typeof SAID)[number]> {
  const [method = "", path = ""] = requestLine(monitor).split(" ", 2);
  const { id, name, tags, regions, intervalMs } = monitor;
  return { id, name, tags: [...tags], method, path, regions: [...regions], intervalMs };
}

const SAID = ["id", "name", "tags", "method", "path", "regions", "intervalMs"] as const;

function countedOf(
  monitor: Monitor,
  recent: readonly BucketCounts[],
  usual: ReturnType<typeof usualShares>,
  { now, open, verdicts }: Gathered,
): Counted {
  const incident = open.get(monitor.id) ?? null;
  const verdict = verdicts.get(monitor.id) ?? null;
  const headline = headlineOf(monitor, recent, incident, verdict, (code) => usual.ofStream(code, now));
  return {
    headline,
    usual: Object.fromEntries(CODE_CLASSES.map((name) => [name, usual.ofClass(name, now)])) as MonitorRow["usual"],
    regions: monitor.regions.map((region) => {
      const own = recent.filter((bucket) => bucket.region === region);
      const { bad, of } = badOf(monitor, own, headline.code);
      return { bad, of, limit: limitOf(of, headline.usualShare) };
    }),
  };
}

/** What of a row may be another with every answer. */
function currentOf(
  ports: ApiPorts,
  monitor: Monitor,
  counted: Counted["regions"],
  gathered: Gathered,
): Omit<MonitorRow, (typeof SAID)[number] | "headline" | "usual" | "cells"> {
  const { id } = monitor;
  const { now } = gathered;
  const incident = gathered.open.get(id) ?? null;
  const summary = incident && gathered.summaryOf(incident);
  const quarters = (gathered.quarters.get(id) ?? []).toSorted((a, b) => b.probes - a.probes || b.at - a.at);
  const latest = gathered.latest.get(id) ?? [];
  return {
    ...standingOf(monitor, gathered.verdicts.get(id) ?? null, now),
    p50: quarters[0]?.p50 ?? null,
    p95: quarters[0]?.p95 ?? null,
    uptime: gathered.uptime.get(id) ?? { share: null, down: 0, of: 0 },
    last: monitor.regions.map((region, index) => {
      const newest = latest.find((slot) => slot.region === region);
      return {
        region,
        at: newest?.slot ?? null,
        ageMs: newest ? now - newest.slot : null,
        code: newest?.code ?? null,
        missed: newest?.missed ?? null,
        totalMs: newest?.totalMs ?? null,
        ...(counted[index] as Counted["regions"][number]),
      };
    }),
    incident: summary,
    mute: muteOfMonitor(monitor, summary?.muted ?? null, gathered.silences, ports.maintenanceAt, now),
  };
}

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
  monitor: Monitor,
  recent: readonly BucketCounts[],
  incident: Incident | null,
  verdict: Verdict | null,
  usualShare: (code: number) => number | null,
): Headline {
  const speaks = verdict !== null && (verdict.standing === "watching" || verdict.standing === "spike");
  const named = incident?.code ?? incident?.codes[0] ?? (speaks ? verdict.readings[0]?.code : null) ?? 409;
  const { bad, of } = badOf(monitor, recent, named);
  const share = usualShare(named);
  const limit = limitOf(of, share);
  return { code: named, bad, of, usualShare: share, limit, above: limit !== null && bad > limit };
}

function badOf(monitor: Monitor, counts: readonly BucketCounts[], code: number): { bad: number; of: number } {
  let bad = 0;
  let of = 0;
  for (const bucket of counts) {
    bad += unexpectedOf(monitor, bucket, code);
    of += bucket.probes;
  }
  return { bad, of };
}
