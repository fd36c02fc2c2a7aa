/**
 * The public page's data. Anybody may ask for it, so it is made of what definitions publish alone, and made anew at most
 * every few seconds, however often it is asked for.
 */
import type { EpochMs, Incident, Monitor, MonitorId, Publish, Reader, Region } from "@statusquo/core";
import type { ApiPorts } from "./ports.ts";
import { notFound } from "./problem.ts";
import type { Status, StatusService } from "./views.ts";

const DAY = 86_400_000;
const DAYS = 90;
/** How far back disruptions are named one by one. */
const NAMED_MS = 14 * DAY;
const PLANNED_MS = 14 * DAY;
/** An answer is made anew no sooner than this. */
const KEPT_MS = 5_000;
/** Which days were measured changes slowly, and reading it costs more than all the rest. */
const MEASURED_KEPT_MS = 10 * 60_000;
/** Without an answer for so many intervals nothing is said of now. */
const SILENT_INTERVALS = 3;
const PAGE = 500;

type Published = Monitor & { publish: Publish };
type State = Status["state"];
type Disruption = Status["disruptions"][number];

export function createStatus(ports: ApiPorts): () => Status {
  let kept: { at: EpochMs; of: readonly Monitor[]; value: Status } | null = null;
  let measured: { at: EpochMs; of: string; value: Map<MonitorId, Set<EpochMs>> } | null = null;

  return () => {
    const now = ports.clock.now();
    const all = ports.monitors();
    const monitors = all.filter((monitor): monitor is Published => monitor.publish !== undefined);
    if (monitors.length === 0) throw notFound("Nothing is published here.");
    const same = kept !== null && kept.of.length === all.length && kept.of.every((each, index) => each === all[index]);
    if (!same || kept === null || now - kept.at >= KEPT_MS || now < kept.at)
      kept = { at: now, of: all, value: statusOf(ports, monitors, measuredDays(monitors, now), now) };
    return kept.value;
  };

  function measuredDays(monitors: readonly Published[], now: EpochMs): Map<MonitorId, Set<EpochMs>> {
    const ids = monitors.map(({ id }) => id);
    const of = ids.join(" ");
    if (measured === null || measured.of !== of || now - measured.at >= MEASURED_KEPT_MS || now < measured.at) {
      const value = new Map<MonitorId, Set<EpochMs>>();
      for (const { monitor, at, probes } of ports.reader.counts({ monitors: ids, ...spanOf(now), stepMs: DAY })) {
        if (probes === 0) continue;
        const days = value.get(monitor) ?? new Set();
        value.set(monitor, days.add(at));
      }
      measured = { at: now, of, value };
    }
    return measured.value;
  }
}

/** 90 days of UTC, the last one unfinished. */
function spanOf(now: EpochMs): { from: EpochMs; to: EpochMs } {
  return { from: Math.floor(now / DAY) * DAY - (DAYS - 1) * DAY, to: now + 1 };
}

function statusOf(
  ports: ApiPorts,
  monitors: readonly Published[],
  measured: Map<MonitorId, Set<EpochMs>>,
  now: EpochMs,
): Status {
  const { from } = spanOf(now);
  const ids = new Set(monitors.map(({ id }) => id));
  const incidents = incidentsSince(ports.reader, from).filter(({ monitor }) => ids.has(monitor));
  const latest = new Map<MonitorId, EpochMs>();
  for (const { monitor, slot, state } of ports.reader.latest(now - DAY)) {
    if (state === "sampled" && ids.has(monitor)) latest.set(monitor, Math.max(slot, latest.get(monitor) ?? 0));
  }
  const services = [...Map.groupBy(monitors, ({ publish }) => JSON.stringify([publish.group, publish.name])).values()];
  const made = services.map((own) => serviceOf(own, incidents, latest, measured, now));
  const groups = Map.groupBy(made, ({ group }) => group);
  const newest = Math.max(...latest.values());
  return {
    now,
    state: worst(made.map(({ service }) => service.state)),
    measuredAt: Number.isFinite(newest) ? newest : null,
    everyMs: Math.min(...monitors.map(({ intervalMs }) => intervalMs)),
    places: [...new Set(monitors.flatMap(({ publish, regions }) => placesOf(publish, regions)))],
    groups: [...groups].map(([name, members]) => ({ name, services: members.map(({ service }) => service) })),
    disruptions: made
      .flatMap(({ disruptions }) => disruptions)
      .filter(({ until }) => until === null || until >= now - NAMED_MS)
      .sort((a, b) => Number(b.until === null) - Number(a.until === null) || b.since - a.since),
    planned: plannedOf(ports, monitors, now),
  };
}

function serviceOf(
  monitors: readonly Published[],
  incidents: readonly Incident[],
  latest: ReadonlyMap<MonitorId, EpochMs>,
  measured: ReadonlyMap<MonitorId, ReadonlySet<EpochMs>>,
  now: EpochMs,
): { group: string | null; service: StatusService; disruptions: Disruption[] } {
  const [{ publish }] = monitors as [Published];
  const disruptions = monitors.flatMap((monitor) =>
    incidents
      .filter((incident) => incident.monitor === monitor.id)
      .map(
        (incident): Disruption => ({
          service: publish.name,
          group: publish.group,
          state: incident.severity === "critical" && incident.scope.kind === "everywhere" ? "down" : "partly",
          places: incident.scope.kind === "everywhere" ? [] : placesOf(monitor.publish, incident.scope.regions),
          since: Math.min(incident.onsetAt, incident.openedAt),
          until: incident.resolvedAt,
        }),
      ),
  );
  const open = disruptions.filter(({ until }) => until === null);
  const isSilent = monitors.every(
    ({ id, intervalMs }) => now - (latest.get(id) ?? 0) > SILENT_INTERVALS * intervalMs + 60_000,
  );
  // Which days were measured is looked up seldom; of today the newest answer says so.
  const isMeasured = (day: EpochMs) =>
    monitors.some(({ id }) => measured.get(id)?.has(day) || ((latest.get(id) ?? 0) - day >= 0 && day + DAY > now));
  const days = daysOf(disruptions, isMeasured, now);
  const seen = days.filter(({ state }) => state !== "unmeasured");
  const seenMs = seen.reduce((sum, { at }) => sum + Math.min(DAY, now - at), 0);
  const lostMs = seen.reduce((sum, { disruptedMs }) => sum + disruptedMs, 0);
  return {
    group: publish.group,
    service: {
      name: publish.name,
      state: open.length > 0 ? worst(open.map(({ state }) => state)) : isSilent ? "unknown" : "ok",
      since: open.length === 0 ? null : Math.min(...open.map(({ since }) => since)),
      places: open.some(({ places }) => places.length === 0) ? [] : [...new Set(open.flatMap(({ places }) => places))],
      uptime: seenMs > 0 ? Math.max(0, 1 - lostMs / seenMs) : null,
      days,
    },
    disruptions,
  };
}

function daysOf(
  disruptions: readonly Disruption[],
  isMeasured: (day: EpochMs) => boolean,
  now: EpochMs,
): StatusService["days"] {
  const { from } = spanOf(now);
  return Array.from({ length: DAYS }, (_, index) => {
    const at = from + index * DAY;
    const end = Math.min(at + DAY, now);
    const touching = disruptions.filter(({ since, until }) => since < end && (until ?? now) > at);
    const disruptedMs = unionMs(touching.map(({ since, until }) => [Math.max(since, at), Math.min(until ?? now, end)]));
    const state = touching.length > 0 ? worst(touching.map((each) => each.state)) : "ok";
    const isKnown = touching.length > 0 || isMeasured(at);
    return { at, state: isKnown ? (state as "ok" | "partly" | "down") : "unmeasured", disruptedMs };
  });
}

/** How long at least one of these spans lasts. */
function unionMs(spans: [from: EpochMs, to: EpochMs][]): number {
  let total = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    total += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return total;
}

const ORDER = ["down", "partly", "unknown", "ok"] as const;
const worst = <S extends State>(states: readonly S[]): S => ORDER.find((state) => states.includes(state as S)) as S;

/** Regions under the names they are published by; the others are not named. */
function placesOf({ places }: Publish, regions: readonly Region[]): string[] {
  return [...new Set(regions.flatMap((region) => places[region] ?? []))];
}

function plannedOf(ports: ApiPorts, monitors: readonly Published[], now: EpochMs): Status["planned"] {
  const windows = monitors.flatMap((monitor) =>
    ports
      .planned(monitor, now, now + PLANNED_MS)
      .map(({ from, until }) => ({ from, until, service: monitor.publish.name })),
  );
  return [...Map.groupBy(windows, ({ from, until }) => `${from} ${until}`).values()]
    .map((same) => {
      const [{ from, until }] = same as [(typeof windows)[0]];
      return { services: [...new Set(same.map(({ service }) => service))], from, until };
    })
    .sort((a, b) => a.from - b.from)
    .slice(0, 20);
}

function incidentsSince(reader: Reader, from: EpochMs): Incident[] {
  const found: Incident[] = [];
  let before: number | undefined;
  for (;;) {
    const page = reader.incidents({ limit: PAGE, ...(before !== undefined && { before }) });
    found.push(...page.filter(({ resolvedAt }) => resolvedAt === null || resolvedAt >= from));
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined || last.openedAt < from) return found;
    before = last.id;
  }
}
