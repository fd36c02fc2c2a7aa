/**
 * Deltas: what the stream says, taken into an overview that was read before.
 *
 * The result is what the server would answer now, but for percentiles and uptime, which come with the next reading.
 * What did not change stays the same object, so that nothing of it is drawn again.
 */
import type { MonitorRow, Overview, Ribbon, StreamEvent } from "@statusquo/api/client";
import { BAND_LEVEL, binomialQuantile } from "@statusquo/core";
import { CELL_CLASSES, type CellClass, classOf } from "../codes.ts";
import { carryMarks } from "../draw/ribbon.ts";

type Data<Name extends StreamEvent["event"]> = Extract<StreamEvent, { event: Name }>["data"];
type Sample = Data<"sample-batch">["monitors"][number]["samples"][number];

/** What was said of one monitor. */
interface Said {
  samples: Sample[];
  verdict?: Data<"verdict">;
  incident?: Data<"incident">["incident"];
}

/** The overview after `events`, oldest first; the same object where they change nothing in it. */
export function withEvents(overview: Overview, events: readonly StreamEvent[]): Overview {
  const said = new Map<string, Said>();
  const about = (id: string) => {
    let known = said.get(id);
    if (known === undefined) said.set(id, (known = { samples: [] }));
    return known;
  };
  let sampledAt = 0;
  for (const { event, data } of events) {
    // What was stored before the overview was read is in it already.
    if (data.now < overview.now) continue;
    if (event === "sample-batch") {
      // The server says what it holds just before it makes an overview of it.
      if (data.now === overview.now) continue;
      sampledAt = data.now;
      for (const { id, samples } of data.monitors) about(id).samples.push(...samples);
    } else if (event === "verdict") about(data.monitor).verdict = data;
    else if (event === "incident") about(data.incident.monitor).incident = data.incident;
  }
  if (said.size === 0) return overview;
  const rolled = rolledTo(overview, sampledAt);
  let isOther = false;
  let stands = false;
  const monitors = rolled.monitors.map((row) => {
    const own = said.get(row.id);
    const next = own === undefined ? row : withSaid(row, own, rolled);
    isOther ||= next !== row;
    stands ||= next.standing !== row.standing || next.incident !== row.incident;
    return next;
  });
  if (!isOther) return rolled;
  return stands ? { ...rolled, monitors, ...countsOf(monitors) } : { ...rolled, monitors };
}

function withSaid(row: MonitorRow, { samples, verdict, incident }: Said, overview: Overview): MonitorRow {
  let next = samples.length === 0 ? row : withSamples(row, samples, overview);
  if (verdict !== undefined && (verdict.standing !== row.standing || verdict.reason !== row.reason))
    next = { ...next, standing: verdict.standing, reason: verdict.reason };
  if (incident !== undefined) next = { ...next, incident: incident.state === "open" ? incident : null };
  return next;
}

function countsOf(monitors: readonly MonitorRow[]): Pick<Overview, "standings" | "openIncidents"> {
  const standings = { learning: 0, usual: 0, watching: 0, spike: 0, no_data: 0 };
  for (const { standing } of monitors) standings[standing] += 1;
  const open = monitors.flatMap(({ incident }) => incident ?? []);
  const acknowledged = open.filter(({ acknowledgedAt }) => acknowledgedAt !== null).length;
  return { standings, openIncidents: { all: open.length, acknowledged } };
}

/** The overview with its ribbons moved on so that the last cell holds `now`. New cells are empty: nothing is known yet. */
export function rolledTo(overview: Overview, now: number): Overview {
  const { ribbon } = overview;
  const ahead = Math.floor((now - ribbon.from) / ribbon.stepMs) - (ribbon.cells - 1);
  if (ahead <= 0) return overview;
  const added = Math.min(ahead, ribbon.cells);
  const move = <T>(column: readonly T[], empty: T): T[] => {
    const moved = column.slice(ahead);
    for (let times = 0; times < added; times++) moved.push(empty);
    return moved;
  };
  return {
    ...overview,
    ribbon: { ...ribbon, from: ribbon.from + ahead * ribbon.stepMs },
    monitors: overview.monitors.map((row) => {
      const { cells, usual } = row;
      const limits = { ...cells.limits };
      const moved = { ...cells, probes: move(cells.probes, 0), missed: move(cells.missed, 0), limits };
      for (const name of CELL_CLASSES) {
        moved[name] = move(cells[name], 0);
        limits[name] = move(limits[name], usual[name] === null ? null : 0);
      }
      carryMarks(cells, moved, { ahead: added });
      return { ...row, cells: moved };
    }),
  };
}

/** The cell of `ribbon` that holds `at`; -1 when none does. */
export function cellAt(ribbon: Ribbon, at: number): number {
  const index = Math.floor((at - ribbon.from) / ribbon.stepMs);
  return index >= 0 && index < ribbon.cells ? index : -1;
}

/** Counts first, limits once they are all counted: quantiles cost more than all the rest. */
function withSamples(row: MonitorRow, samples: readonly Sample[], overview: Overview): MonitorRow {
  const { headlineFrom, now } = overview;
  const last = row.last.map((each) => ({ ...each }));
  const headline = { ...row.headline };
  const news: { sample: Sample; wasMissed: boolean }[] = [];
  for (const sample of samples) {
    const known = last.find(({ region }) => region === sample.region);
    const isRepeat = known !== undefined && known.at === sample.slot;
    // A slot only rises: missed may turn into sampled once; anything else about it is said twice.
    if (isRepeat && !(known.missed !== null && sample.missed === null)) continue;
    news.push({ sample, wasMissed: isRepeat });
    if (sample.slot >= headlineFrom && sample.code !== null) {
      const isBad = sample.code === headline.code && (sample.code === 409 || !sample.expected);
      for (const counted of known === undefined ? [headline] : [headline, known]) {
        counted.of += 1;
        if (isBad) counted.bad += 1;
      }
    }
    if (known === undefined || (known.at !== null && sample.slot < known.at)) continue;
    const { slot: at, code, missed, totalMs } = sample;
    Object.assign(known, { at, ageMs: Math.max(0, now - at), code, missed, totalMs });
  }
  if (news.length === 0) return row;
  for (const [index, each] of last.entries())
    if (each.of !== row.last[index]?.of) each.limit = limitOf(each.of, headline.usualShare);
  if (headline.of !== row.headline.of) {
    headline.limit = limitOf(headline.of, headline.usualShare);
    headline.above = headline.limit !== null && headline.bad > headline.limit;
  }
  return { ...row, cells: withCounts(row, news, overview), headline, last };
}

function withCounts(
  row: MonitorRow,
  news: readonly { sample: Sample; wasMissed: boolean }[],
  { ribbon }: Overview,
): MonitorRow["cells"] {
  const cells = { ...row.cells, limits: { ...row.cells.limits } };
  const touched = new Set<number>();
  const add = (name: CellClass | "probes" | "missed", index: number, by: number) => {
    // A column is copied when it is first written to.
    if (cells[name] === row.cells[name]) cells[name] = row.cells[name].slice();
    cells[name][index] = Math.max(0, (cells[name][index] ?? 0) + by);
  };
  for (const { sample, wasMissed } of news) {
    const index = cellAt(ribbon, sample.slot);
    if (index < 0) continue;
    touched.add(index);
    if (wasMissed) add("missed", index, -1);
    if (sample.code === null) {
      add("missed", index, 1);
      continue;
    }
    add("probes", index, 1);
    const name = classOf(sample.code, sample.expected);
    if (name !== null) add(name, index, 1);
  }
  if (touched.size === 0) return row.cells;
  for (const index of touched) {
    const probes = cells.probes[index] ?? 0;
    for (const name of CELL_CLASSES) {
      // Where none was seen there is nothing to hold against a limit.
      if (cells[name][index] === 0) continue;
      const limit = limitOf(probes, row.usual[name]);
      if (limit === cells.limits[name][index]) continue;
      if (cells.limits[name] === row.cells.limits[name]) cells.limits[name] = row.cells.limits[name].slice();
      cells.limits[name][index] = limit;
    }
  }
  carryMarks(row.cells, cells, { anew: touched });
  return cells;
}

/** The same limit as the server draws; null when nothing is learned. */
function limitOf(of: number, share: number | null): number | null {
  return share === null ? null : binomialQuantile(of, share, BAND_LEVEL);
}
