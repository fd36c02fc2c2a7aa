/**
 * Monitors and regions by their small numbers, and what is known of where a monitor's slots can lie.
 *
 * Reading asks the file every time; the writer remembers, and forgets everything when a transaction is rolled back,
 * because a number given out inside it is given out again.
 */
import { type EpochMs, type Monitor, type MonitorId, phaseOf, type Region } from "@statusquo/core";
import type { Connection } from "./database.ts";

/** Slots lie at `phase` after multiples of `intervalMs`. */
export interface Timetable {
  intervalMs: number;
  phase: number;
}

/** A monitor as the file knows it. */
export interface MonitorEntry {
  num: number;
  id: MonitorId;
  /** Whether a slot was stored that is on none of `timetables`. */
  offTimetable: boolean;
  /** Of all its definitions so far, each interval once. */
  timetables: Timetable[];
  /** By region's number: the first slot stored. */
  firstSlots: Map<number, EpochMs>;
}

export interface Registry {
  monitor(id: MonitorId): MonitorEntry | undefined;
  monitors(): MonitorEntry[];
  monitorNames(): Map<number, MonitorId>;
  regionNames(): Map<number, Region>;
  regionNum(region: Region): number | undefined;
}

interface MonitorRow {
  num: number;
  id: string;
  off_timetable: number;
}

export function openRegistry(db: Connection): Registry {
  const byId = db.prepare<[string], MonitorRow>("SELECT num, id, off_timetable FROM monitors WHERE id = ?");
  const all = db.prepare<[], MonitorRow>("SELECT num, id, off_timetable FROM monitors");
  const intervals = db
    .prepare<[number], number>("SELECT DISTINCT interval_ms FROM definitions WHERE monitor = ?")
    .pluck();
  const series = db
    .prepare<[number], [region: number, firstSlot: number]>("SELECT region, first_slot FROM series WHERE monitor = ?")
    .raw();
  const regions = db.prepare<[], [num: number, id: string]>("SELECT num, id FROM regions").raw();
  const regionNum = db.prepare<[string], number>("SELECT num FROM regions WHERE id = ?").pluck();

  const allIntervals = db
    .prepare<[], [monitor: number, intervalMs: number]>("SELECT DISTINCT monitor, interval_ms FROM definitions")
    .raw();
  const allSeries = db
    .prepare<[], [monitor: number, region: number, firstSlot: number]>("SELECT monitor, region, first_slot FROM series")
    .raw();

  const entry = ({ num, id, off_timetable }: MonitorRow): MonitorEntry => ({
    num,
    id,
    offTimetable: off_timetable !== 0,
    timetables: intervals.all(num).map((intervalMs) => timetableOf(id, intervalMs)),
    firstSlots: new Map(series.all(num)),
  });

  return {
    monitor(id) {
      const row = byId.get(id);
      return row && entry(row);
    },
    monitors() {
      const tablesOf = Map.groupBy(allIntervals.all(), ([monitor]) => monitor);
      const regionsOf = Map.groupBy(allSeries.all(), ([monitor]) => monitor);
      return all.all().map(({ num, id, off_timetable }) => ({
        num,
        id,
        offTimetable: off_timetable !== 0,
        timetables: (tablesOf.get(num) ?? []).map(([, intervalMs]) => timetableOf(id, intervalMs)),
        firstSlots: new Map((regionsOf.get(num) ?? []).map(([, region, firstSlot]) => [region, firstSlot])),
      }));
    },
    monitorNames: () => new Map(all.all().map(({ num, id }) => [num, id])),
    regionNames: () => new Map(regions.all()),
    regionNum: (region) => regionNum.get(region),
  };
}

/** The registry of the writer: what is not known yet gets a number. */
export interface WritingRegistry {
  monitor(id: MonitorId): MonitorEntry;
  regionNum(region: Region): number;
  regionName(num: number): Region;
  /** Notes where a stored slot lies. */
  noteSlot(monitor: MonitorEntry, region: number, slot: EpochMs): void;
  putDefinition(monitor: Monitor, at: EpochMs): void;
  /** Forgets what a rolled-back transaction may have taught. */
  forget(): void;
}

export function openWritingRegistry(db: Connection, registry: Registry): WritingRegistry {
  const monitors = new Map<MonitorId, MonitorEntry>();
  const regions = new Map<Region, number>();
  const regionNames = new Map<number, Region>();
  const addMonitor = db.prepare<[string]>("INSERT INTO monitors (id) VALUES (?)");
  const addRegion = db.prepare<[string]>("INSERT INTO regions (id) VALUES (?)");
  const markOff = db.prepare<[number]>("UPDATE monitors SET off_timetable = 1 WHERE num = ?");
  const putSeries = db.prepare<[number, number, number]>(
    `INSERT INTO series (monitor, region, first_slot) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET first_slot = min(first_slot, excluded.first_slot)`,
  );
  const putDefinition = db.prepare<[number, string, number, number, string]>(
    `INSERT INTO definitions (monitor, version, at, interval_ms, body) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET body = excluded.body, at = iif(
       EXISTS (SELECT 1 FROM judgements WHERE judgements.monitor = definitions.monitor), excluded.at,
       min(definitions.at, excluded.at))`,
  );

  const monitorOf = (id: MonitorId): MonitorEntry => {
    const known = monitors.get(id);
    if (known) return known;
    const entry = registry.monitor(id) ?? {
      num: Number(addMonitor.run(id).lastInsertRowid),
      id,
      offTimetable: false,
      timetables: [],
      firstSlots: new Map(),
    };
    monitors.set(id, entry);
    return entry;
  };

  const rememberRegion = (num: number, region: Region) => {
    regions.set(region, num);
    regionNames.set(num, region);
    return num;
  };

  return {
    monitor: monitorOf,
    regionNum(region) {
      const known = regions.get(region) ?? registry.regionNum(region);
      return rememberRegion(known ?? Number(addRegion.run(region).lastInsertRowid), region);
    },
    regionName(num) {
      const known = regionNames.get(num);
      if (known !== undefined) return known;
      for (const [other, region] of registry.regionNames()) rememberRegion(other, region);
      return regionNames.get(num) ?? String(num);
    },
    noteSlot(monitor, region, slot) {
      if (!(slot >= (monitor.firstSlots.get(region) ?? Number.POSITIVE_INFINITY))) {
        putSeries.run(monitor.num, region, slot);
        monitor.firstSlots.set(region, slot);
      }
      if (!monitor.offTimetable && !monitor.timetables.some((timetable) => isOn(timetable, slot))) {
        markOff.run(monitor.num);
        monitor.offTimetable = true;
      }
    },
    putDefinition(monitor, at) {
      const entry = monitorOf(monitor.id);
      putDefinition.run(entry.num, monitor.version, at, monitor.intervalMs, JSON.stringify(monitor));
      if (entry.timetables.some(({ intervalMs }) => intervalMs === monitor.intervalMs)) return;
      entry.timetables.push(timetableOf(monitor.id, monitor.intervalMs));
    },
    forget() {
      monitors.clear();
      regions.clear();
      regionNames.clear();
    },
  };
}

const timetableOf = (id: MonitorId, intervalMs: number): Timetable => ({
  intervalMs,
  phase: phaseOf({ id, intervalMs }),
});

const isOn = ({ intervalMs, phase }: Timetable, slot: EpochMs) => (slot - phase) % intervalMs === 0;

/** The first slot at or after `at`; infinite without a timetable. */
export function dueFrom({ timetables }: Pick<MonitorEntry, "timetables">, at: EpochMs): EpochMs {
  let first = Number.POSITIVE_INFINITY;
  for (const { intervalMs, phase } of timetables) {
    first = Math.min(first, Math.ceil((at - phase) / intervalMs) * intervalMs + phase);
  }
  return first;
}

/** The last slot before `at`; infinitely long ago without a timetable. */
export function dueBefore({ timetables }: Pick<MonitorEntry, "timetables">, at: EpochMs): EpochMs {
  let last = Number.NEGATIVE_INFINITY;
  for (const { intervalMs, phase } of timetables) {
    last = Math.max(last, (Math.ceil((at - phase) / intervalMs) - 1) * intervalMs + phase);
  }
  return last;
}
