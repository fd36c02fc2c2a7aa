/**
 * Counts over time, for charts: roll-ups where buckets are closed, raw samples where they are not, so that the last
 * minutes are never missing.
 */
import type { BucketCounts, EpochMs, Reader } from "@statusquo/core";
import type { Connection } from "./database.ts";
import { openProgress } from "./progress.ts";
import type { MonitorEntry, Registry } from "./registry.ts";
import { ALL_REGIONS, type TallyRow } from "./rollup.ts";
import type { SampleRow } from "./rows.ts";
import { openSeries } from "./series.ts";
import { STATEMENTS } from "./statements.ts";
import {
  addOutcome,
  addPacked,
  addPackedCodes,
  addSample,
  addTally,
  addWorst,
  bucketOf,
  type CodeTally,
  FIVE_MINUTES_MS,
  HOUR_MS,
  meanPhases,
  missedOf,
  newTally,
  quantileOf,
  sharesOf,
  type Tally,
  unpackTally,
} from "./tally.ts";

/** Up to so many monitors are looked up one by one; more are picked out of everybody's rows. */
const LOOKED_UP = 32;

/** A tally of one bucket; `totals` holds every latency (tenths of ms) while all of it comes from raw samples. */
interface Cell {
  at: EpochMs;
  monitor: number;
  region: number;
  tally: Tally;
  totals: number[] | null;
}

type Query = Parameters<Reader["counts"]>[0];

export function openCounts(db: Connection, registry: Registry): (query: Query) => BucketCounts[] {
  const progress = openProgress(db);
  const series = openSeries(db);
  const samplesBetween = db.prepare<[number, number], SampleRow>(STATEMENTS.samplesBetween.sql).raw();
  const tallies = {
    fiveMinutes: {
      sizeMs: FIVE_MINUTES_MS,
      of: db.prepare<[number, number], TallyRow>(STATEMENTS.fiveMinutesOf.sql).raw(),
      between: db.prepare<[number, number], TallyRow>(STATEMENTS.fiveMinutesBetween.sql).raw(),
    },
    hours: {
      sizeMs: HOUR_MS,
      of: db.prepare<[number, number], TallyRow>(STATEMENTS.hoursOf.sql).raw(),
      between: db.prepare<[number, number], TallyRow>(STATEMENTS.hoursBetween.sql).raw(),
    },
    hoursTogether: {
      sizeMs: HOUR_MS,
      of: db.prepare<[number, number], TallyRow>(STATEMENTS.hoursTogetherOf.sql).raw(),
      between: db.prepare<[number, number], TallyRow>(STATEMENTS.hoursTogetherBetween.sql).raw(),
    },
  };

  function* rawRows(entries: MonitorEntry[] | null, from: EpochMs, to: EpochMs): Iterable<SampleRow> {
    if (entries !== null && entries.length <= LOOKED_UP) {
      for (const entry of entries) yield* series.between(entry, from, to);
      return;
    }
    const wanted = entries && new Set(entries.map(({ num }) => num));
    for (const row of samplesBetween.iterate(from, to)) if (!wanted || wanted.has(row[1])) yield row;
  }

  function* tallyRows(
    { sizeMs, of, between }: (typeof tallies)["hours"],
    entries: MonitorEntry[] | null,
    from: EpochMs,
    to: EpochMs,
  ): Iterable<TallyRow> {
    if (entries !== null && entries.length <= LOOKED_UP) {
      for (const { num, firstSlots } of entries) {
        const since = Math.max(from, bucketOf(Math.min(...firstSlots.values()), sizeMs));
        for (let at = since; at < to; at += sizeMs) yield* of.all(at, num);
      }
      return;
    }
    const wanted = entries && new Set(entries.map(({ num }) => num));
    for (const row of between.iterate(from, to)) if (!wanted || wanted.has(row[1])) yield row;
  }

  return ({ monitors, from, to, stepMs, byRegion = false, only }) => {
    if (!(Number.isInteger(stepMs) && stepMs > 0)) {
      throw new RangeError(`counts: stepMs must be a whole number above 0, got ${stepMs}`);
    }
    const entries = monitors ? monitors.flatMap((id) => registry.monitor(id) ?? []) : null;
    const regionIn = (region: number) => (byRegion ? region : ALL_REGIONS);
    const steps = new Cells();

    /** An open end would be more than fits into memory at once; a stretch of raw samples is not. */
    const outcomes = (start: EpochMs, end: EpochMs) =>
      entries === null && end - start <= HOUR_MS ? samplesBetween.all(start, end) : rawRows(entries, start, end);

    const codesAlone = only === "codes" ? new CodeCells() : null;
    const ofHours = byRegion ? tallies.hours : tallies.hoursTogether;

    const addTallyCodes = (cells: CodeCells, level: (typeof tallies)["hours"], start: EpochMs, end: EpochMs) => {
      for (const [at, monitor, region, packed] of tallyRows(level, entries, start, end)) {
        if (byRegion && region === ALL_REGIONS) continue;
        addPackedCodes(cells.at(bucketOf(at, stepMs), monitor, regionIn(region)), packed);
      }
    };

    const addRaw = (start: EpochMs, end: EpochMs) => {
      if (start >= end) return;
      if (codesAlone) {
        for (const row of outcomes(start, end))
          addOutcome(codesAlone.at(bucketOf(row[0], stepMs), row[1], regionIn(row[2])), row);
        return;
      }
      // The worst share is of 5 minutes together, from the start of the step: gathered before they go into it.
      const cells = new Cells();
      const sizeMs = stepMs % FIVE_MINUTES_MS === 0 ? FIVE_MINUTES_MS : Math.min(stepMs, FIVE_MINUTES_MS);
      for (const row of rawRows(entries, start, end)) {
        const inside = bucketOf(row[0], stepMs);
        const at = inside + bucketOf(row[0] - inside, sizeMs);
        const cell = cells.at(at, row[1], regionIn(row[2]));
        const times = addSample(cell.tally, row);
        if (times) cell.totals?.push(times.total);
      }
      for (const cell of cells.all()) {
        steps.add(bucketOf(cell.at, stepMs), cell, sharesOf(cell.tally.codes));
      }
    };

    const addFiveMinutes = (start: EpochMs, end: EpochMs) => {
      if (codesAlone) return addTallyCodes(codesAlone, tallies.fiveMinutes, start, end);
      const cells = new Cells();
      for (const [at, monitor, region, packed] of tallyRows(tallies.fiveMinutes, entries, start, end)) {
        const cell = cells.at(at, monitor, regionIn(region));
        addPacked(cell.tally, packed);
        cell.totals = null;
      }
      for (const cell of cells.all()) steps.add(bucketOf(cell.at, stepMs), cell, sharesOf(cell.tally.codes));
    };

    const addHours = (start: EpochMs, end: EpochMs) => {
      if (codesAlone) return addTallyCodes(codesAlone, ofHours, start, end);
      for (const [at, monitor, region, packed] of tallyRows(ofHours, entries, start, end)) {
        if (byRegion && region === ALL_REGIONS) continue;
        const tally = unpackTally(packed);
        steps.add(bucketOf(at, stepMs), { at, monitor, region, tally, totals: null }, tally.worst);
      }
    };

    const isRolledUp = stepMs % FIVE_MINUTES_MS === 0;
    const five = isRolledUp ? inner(from, Math.min(to, progress.until("five_minutes")), FIVE_MINUTES_MS) : null;
    if (five === null) addRaw(from, to);
    else {
      addRaw(from, five.from);
      const until = Math.min(five.to, progress.until("hours"));
      const hours = stepMs % HOUR_MS === 0 ? inner(five.from, until, HOUR_MS) : null;
      if (hours === null) addFiveMinutes(five.from, five.to);
      else {
        addFiveMinutes(five.from, hours.from);
        addHours(hours.from, hours.to);
        addFiveMinutes(hours.to, five.to);
      }
      addRaw(five.to, to);
    }

    const monitorNames = registry.monitorNames();
    const regionNames = registry.regionNames();
    if (codesAlone) {
      const name = (num: number) => monitorNames.get(num) ?? String(num);
      const regionName = (num: number) => (byRegion ? (regionNames.get(num) ?? String(num)) : null);
      return codesAlone.counts(name, regionName);
    }
    return [...steps.all()]
      .map((cell) =>
        bucketCounts(
          cell,
          monitorNames.get(cell.monitor) ?? String(cell.monitor),
          byRegion ? (regionNames.get(cell.region) ?? String(cell.region)) : null,
        ),
      )
      .sort((a, b) => a.at - b.at || byName(a.monitor, b.monitor) || byName(a.region ?? "", b.region ?? ""));
  };
}

/** Numbers of regions stay far below this. */
const MOST_REGIONS = 4_096;

/** Cells by bucket, monitor and region. */
class Cells {
  readonly #cells = new Map<EpochMs, Map<number, Cell>>();

  at(at: EpochMs, monitor: number, region: number): Cell {
    let ofBucket = this.#cells.get(at);
    if (!ofBucket) this.#cells.set(at, (ofBucket = new Map()));
    const name = monitor * MOST_REGIONS + region;
    let cell = ofBucket.get(name);
    if (!cell) ofBucket.set(name, (cell = { at, monitor, region, tally: newTally(), totals: [] }));
    return cell;
  }

  /** Adds a smaller cell to the bucket at `at`, with the worst shares of it. */
  add(at: EpochMs, part: Cell, worst: Parameters<typeof addWorst>[1]): void {
    const cell = this.at(at, part.monitor, part.region);
    addTally(cell.tally, part.tally);
    addWorst(cell.tally, worst);
    if (cell.totals === null) return;
    if (part.totals === null) cell.totals = null;
    else for (const total of part.totals) cell.totals.push(total);
  }

  *all(): Iterable<Cell> {
    for (const ofBucket of this.#cells.values()) yield* ofBucket.values();
  }
}

/** Shared by all that have none. */
const NO_WORST = Object.freeze({});

/** As `Cells`, with nothing in them but codes. */
class CodeCells {
  readonly #cells = new Map<EpochMs, Map<number, CodeTally>>();

  at(at: EpochMs, monitor: number, region: number): CodeTally {
    let ofBucket = this.#cells.get(at);
    if (!ofBucket) this.#cells.set(at, (ofBucket = new Map()));
    const name = monitor * MOST_REGIONS + region;
    let cell = ofBucket.get(name);
    if (!cell) ofBucket.set(name, (cell = { probes: 0, missed: 0, codes: {} }));
    return cell;
  }

  counts(monitorName: (num: number) => string, regionName: (num: number) => string | null): BucketCounts[] {
    const found: BucketCounts[] = [];
    for (const [at, ofBucket] of [...this.#cells].sort(([a], [b]) => a - b))
      for (const [name, { probes, missed, codes, unmet }] of ofBucket) {
        const monitor = monitorName(Math.floor(name / MOST_REGIONS));
        const region = regionName(name % MOST_REGIONS);
        found.push({
          monitor,
          region,
          at,
          probes,
          missed,
          codes,
          worst: NO_WORST,
          p50: null,
          p95: null,
          phases: null,
          ...(unmet && { unmet }),
        });
      }
    return found;
  }
}

function bucketCounts({ at, tally, totals }: Cell, monitor: string, region: string | null): BucketCounts {
  const sorted = totals && new Float64Array(totals).sort();
  const quantile = (share: number) => {
    if (!sorted) return quantileOf(tally, share);
    const value = sorted[Math.ceil(sorted.length * share) - 1];
    return value === undefined ? null : value / 10;
  };
  return {
    monitor,
    region,
    at,
    probes: tally.probes,
    missed: missedOf(tally),
    codes: Object.fromEntries(tally.codes),
    worst: Object.fromEntries(tally.worst),
    p50: quantile(0.5),
    p95: quantile(0.95),
    phases: meanPhases(tally),
    ...(tally.unmet.size > 0 && { unmet: Object.fromEntries(tally.unmet) }),
  };
}

/** The whole buckets inside [from, to); null when there is none. */
function inner(from: EpochMs, to: EpochMs, sizeMs: number): { from: EpochMs; to: EpochMs } | null {
  const start = Math.ceil(from / sizeMs) * sizeMs;
  const end = bucketOf(to, sizeMs);
  return start < end ? { from: start, to: end } : null;
}

const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
