/**
 * Deltas: what the stream says, taken into an overview that was read before.
 *
 * The result is what the server would answer now, but for percentiles and uptime, which come with the next reading.
 */
import type { MonitorRow, Overview, Ribbon, StreamEvent } from "@statusquo/api/client";
import { BAND_LEVEL, binomialQuantile } from "@statusquo/core";
import { CELL_CLASSES, classOf } from "../codes.ts";

type Sample = Extract<StreamEvent, { event: "sample-batch" }>["data"]["monitors"][number]["samples"][number];

/** The overview after `event`; the same object where the event changes nothing in it. */
export function withEvent(overview: Overview, event: StreamEvent): Overview {
  // What was stored before the overview was read is in it already.
  if (event.event === "hello" || event.event === "heartbeat" || event.data.now < overview.now) return overview;
  switch (event.event) {
    case "sample-batch": {
      const rolled = rolledTo(overview, event.data.now);
      const samples = Map.groupBy(event.data.monitors, ({ id }) => id);
      return withRows(rolled, (row) => {
        const own = samples.get(row.id);
        return own === undefined
          ? row
          : own.flatMap((each) => each.samples).reduce((next, sample) => withSample(next, sample, rolled), row);
      });
    }
    case "verdict": {
      const { monitor, standing, reason } = event.data;
      return withRows(overview, (row) => (row.id === monitor ? { ...row, standing, reason } : row));
    }
    case "incident": {
      const { incident } = event.data;
      return withRows(overview, (row) =>
        row.id === incident.monitor ? { ...row, incident: incident.state === "open" ? incident : null } : row,
      );
    }
    default:
      return overview;
  }
}

type Batch = Extract<StreamEvent, { event: "sample-batch" }>;

/** The same after several, oldest first. Answers that come one after the other are counted in one go. */
export function withEvents(overview: Overview, events: readonly StreamEvent[]): Overview {
  const joined: StreamEvent[] = [];
  let last: Batch | null = null;
  for (const event of events) {
    // What was stored before the overview was read is in it already.
    if (event.data.now < overview.now) continue;
    if (last !== null && event.event === "sample-batch") {
      last.data.monitors.push(...event.data.monitors);
      last.data.now = event.data.now;
      continue;
    }
    last =
      event.event === "sample-batch" ? { ...event, data: { ...event.data, monitors: [...event.data.monitors] } } : null;
    joined.push(last ?? event);
  }
  return joined.reduce(withEvent, overview);
}

function withRows(overview: Overview, change: (row: MonitorRow) => MonitorRow): Overview {
  const monitors = overview.monitors.map(change);
  const standings = { learning: 0, usual: 0, watching: 0, spike: 0, no_data: 0 };
  for (const { standing } of monitors) standings[standing] += 1;
  const open = monitors.flatMap(({ incident }) => incident ?? []);
  const acknowledged = open.filter(({ acknowledgedAt }) => acknowledgedAt !== null).length;
  return { ...overview, monitors, standings, openIncidents: { all: open.length, acknowledged } };
}

/** The overview with its ribbons moved on so that the last cell holds `now`. New cells are empty: nothing is known yet. */
export function rolledTo(overview: Overview, now: number): Overview {
  const { ribbon } = overview;
  const ahead = Math.floor((now - ribbon.from) / ribbon.stepMs) - (ribbon.cells - 1);
  if (ahead <= 0) return overview;
  const move = <T>(column: readonly T[], empty: T): T[] => [
    ...column.slice(ahead),
    ...new Array<T>(Math.min(ahead, ribbon.cells)).fill(empty),
  ];
  return {
    ...overview,
    ribbon: { ...ribbon, from: ribbon.from + ahead * ribbon.stepMs },
    monitors: overview.monitors.map((row) => {
      const { cells, usual } = row;
      const moved = { probes: move(cells.probes, 0), missed: move(cells.missed, 0) };
      const counts = Object.fromEntries(CELL_CLASSES.map((name) => [name, move(cells[name], 0)]));
      const limits = Object.fromEntries(
        CELL_CLASSES.map((name) => [name, move(cells.limits[name], usual[name] === null ? null : 0)]),
      );
      return { ...row, cells: { ...moved, ...counts, limits } as MonitorRow["cells"] };
    }),
  };
}

/** The cell of `ribbon` that holds `at`; -1 when none does. */
export function cellAt(ribbon: Ribbon, at: number): number {
  const index = Math.floor((at - ribbon.from) / ribbon.stepMs);
  return index >= 0 && index < ribbon.cells ? index : -1;
}

function withSample(row: MonitorRow, sample: Sample, { ribbon, headlineFrom, now }: Overview): MonitorRow {
  const known = row.last.find(({ region }) => region === sample.region);
  const isRepeat = known !== undefined && known.at === sample.slot;
  // A slot only rises: missed may turn into sampled once; anything else about it is said twice.
  if (isRepeat && !(known.missed !== null && sample.missed === null)) return row;
  return {
    ...row,
    cells: withCounts(row, sample, cellAt(ribbon, sample.slot), isRepeat),
    headline: sample.slot >= headlineFrom ? headlineWith(row.headline, sample) : row.headline,
    last: row.last.map((each) => {
      if (each.region !== sample.region) return each;
      const counted = sample.slot >= headlineFrom ? countedWith(each, row.headline, sample) : each;
      if (each.at !== null && sample.slot < each.at) return counted;
      const { slot: at, code, missed, totalMs } = sample;
      return { ...counted, at, ageMs: Math.max(0, now - at), code, missed, totalMs };
    }),
  };
}

function withCounts(row: MonitorRow, sample: Sample, index: number, wasMissed: boolean): MonitorRow["cells"] {
  if (index < 0) return row.cells;
  const cells = { ...row.cells, limits: { ...row.cells.limits } };
  const add = (column: readonly number[], by: number) => column.with(index, Math.max(0, (column[index] ?? 0) + by));
  if (wasMissed) cells.missed = add(cells.missed, -1);
  if (sample.code === null) return { ...cells, missed: add(cells.missed, 1) };
  cells.probes = add(cells.probes, 1);
  const name = classOf(sample.code, sample.expected);
  if (name !== null) cells[name] = add(cells[name], 1);
  for (const each of CELL_CLASSES)
    cells.limits[each] = cells.limits[each].with(index, limitOf(cells.probes[index] ?? 0, row.usual[each]));
  return cells;
}

function headlineWith(headline: MonitorRow["headline"], sample: Sample): MonitorRow["headline"] {
  const counted = countedWith(headline, headline, sample);
  return { ...counted, above: counted.limit !== null && counted.bad > counted.limit };
}

function countedWith<T extends { bad: number; of: number; limit: number | null }>(
  counted: T,
  headline: MonitorRow["headline"],
  sample: Sample,
): T {
  if (sample.code === null) return counted;
  const of = counted.of + 1;
  const isBad = sample.code === headline.code && (sample.code === 409 || !sample.expected);
  const bad = counted.bad + (isBad ? 1 : 0);
  return { ...counted, bad, of, limit: limitOf(of, headline.usualShare) };
}

/** The same limit as the server draws; null when nothing is learned. */
function limitOf(of: number, share: number | null): number | null {
  return share === null ? null : binomialQuantile(of, share, BAND_LEVEL);
}
