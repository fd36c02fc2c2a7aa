import { type BucketCounts, type ProbeResult, phaseOf } from "@statusquo/core";
import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, test } from "vitest";
import { evidence, HOUR, MINUTE, missed, monitorOf, openWorld, START, sample, type World } from "../test/world.ts";

const FIVE = 5 * MINUTE;
const FOR_EVER = { samples: 1e15, evidence: 1e15, fiveMinutes: 1e15, hours: 1e15, whys: 1e15 };

// Slots are on the timetable that one of the two monitors may be given; the other's have none to be looked up by.
const TICK = 10_000;
const TIMETABLE = monitorOf("checkout", TICK);
const slotOf = (monitor: string, tick: number) => START + tick * TICK + phaseOf({ id: monitor, intervalMs: TICK });

interface Put {
  monitor: string;
  region: string;
  /** So many ticks since the start. */
  tick: number;
  status: number | null;
  tenths: number;
}

const puts = fc.array(
  fc.record({
    monitor: fc.constantFrom("checkout", "search"),
    region: fc.constantFrom("eu", "us", "ap"),
    tick: fc.integer({ min: 0, max: (2.4 * HOUR) / TICK }),
    status: fc.constantFrom(200, 200, 204, 301, 409, 503, 0, null),
    tenths: fc.integer({ min: 1, max: 60_000 }),
  }),
  { maxLength: 120 },
);

const resultOf = ({ monitor, region, tick, status, tenths }: Put): ProbeResult => {
  const key = { monitor, region, slot: slotOf(monitor, tick) };
  return status === null ? missed("no_result", key) : sample(status, key, tenths / 10);
};

const put = (world: World, all: readonly Put[]) =>
  world.writer.transaction(() => {
    for (const one of all) world.writer.putResult(resultOf(one), { expected: one.status === 200, late: false });
  });

function countBy(values: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** What `counts` has to say, from every stored slot one by one. */
function recount(world: World, from: number, to: number, stepMs: number, byRegion: boolean) {
  const slots = ["checkout", "search"].flatMap((monitor) =>
    world.reader.samples({ monitor, from, before: to, limit: 1e6 }),
  );
  const floor = (at: number, size: number) => Math.floor(at / size) * size;
  const region = (slot: { region: string }) => (byRegion ? slot.region : null);
  const buckets = Map.groupBy(slots, (slot) => JSON.stringify([floor(slot.slot, stepMs), slot.monitor, region(slot)]));
  return [...buckets].map(([name, inside]) => {
    const [at, monitor, region] = JSON.parse(name) as [number, string, string | null];
    const sampled = inside.filter(({ code }) => code !== null);
    const codes = countBy(sampled.map(({ code }) => code ?? Number.NaN));
    const worst: BucketCounts["worst"] = {};
    for (const stretch of Map.groupBy(sampled, ({ slot }) => floor(slot - at, Math.min(stepMs, FIVE))).values()) {
      for (const [code, bad] of Object.entries(countBy(stretch.map(({ code }) => code ?? Number.NaN)))) {
        if (code >= "200" && code <= "299" && code.length === 3) continue;
        const known = worst[Number(code)];
        const share = { bad, of: stretch.length };
        if (!known || bad / share.of > known.bad / known.of + 1e-12) worst[Number(code)] = share;
        else if (Math.abs(bad / share.of - known.bad / known.of) < 1e-12 && share.of > known.of)
          worst[Number(code)] = share;
      }
    }
    const totals = sampled.map(({ totalMs }) => totalMs ?? Number.NaN).sort((a, b) => a - b);
    const quantile = (share: number) => totals[Math.ceil(totals.length * share) - 1] ?? null;
    const firstBytes = sampled.flatMap(({ phases }) => phases?.firstByte ?? []);
    return {
      ...{ at, monitor, region, probes: sampled.length, missed: inside.length - sampled.length, codes, worst },
      ...{ p50: quantile(0.5), p95: quantile(0.95) },
      firstByte: firstBytes.length === 0 ? null : firstBytes.reduce((sum, ms) => sum + ms, 0) / firstBytes.length,
    };
  });
}

function expectAsRecounted(
  world: World,
  from: number,
  to: number,
  stepMs: number,
  byRegion: boolean,
  monitors?: string[],
) {
  const counted = world.reader.counts({ from, to, stepMs, byRegion, ...(monitors && { monitors }) });
  const expected = recount(world, from, to, stepMs, byRegion).filter(
    ({ monitor }) => !monitors || monitors.includes(monitor),
  );
  const name = (bucket: { at: number; monitor: string; region: string | null }) =>
    `${bucket.at} ${bucket.monitor} ${bucket.region ?? ""}`;
  expect(counted.map(name)).toEqual(expected.map(name).sort());
  for (const bucket of counted) {
    const truly = expected.find((one) => name(one) === name(bucket));
    const { p50, p95, phases, ...rest } = bucket;
    const { p50: trueP50, p95: trueP95, firstByte, ...trueRest } = truly ?? expect.unreachable();
    expect(rest).toEqual(trueRest);
    expectWithinATenth(p50, trueP50);
    expectWithinATenth(p95, trueP95);
    if (firstByte === null) expect(phases?.firstByte ?? null).toBeNull();
    else expect(phases?.firstByte).toBeCloseTo(firstByte, 6);
  }
}

function expectWithinATenth(found: number | null, truly: number | null) {
  if (found === null || truly === null) expect(found).toBe(truly);
  else expect(Math.abs(found - truly)).toBeLessThanOrEqual(truly / 10 + 1e-9);
}

test("counts are those of the samples, however much is rolled up and however late samples come", () => {
  fc.assert(
    fc.property(
      puts,
      puts,
      fc.array(fc.integer({ min: -20, max: 200 }), { maxLength: 4 }),
      fc.constantFrom(MINUTE, FIVE, 3 * FIVE, 7 * MINUTE, HOUR, 24 * HOUR),
      fc.tuple(fc.integer({ min: -90, max: 90 }), fc.integer({ min: 0, max: 300 })),
      fc.boolean(),
      (early, late, rollUps, stepMs, [fromMinute, minutes], withDefinitions) => {
        using world = openWorld();
        const { writer } = world;
        if (withDefinitions) {
          writer.transaction(() => writer.putDefinitions([TIMETABLE], START));
        }
        put(world, early);
        for (const minute of rollUps) writer.transaction(() => writer.rollUp(START + minute * MINUTE));
        put(world, late);
        if (rollUps.length > 0) writer.transaction(() => writer.rollUp(START + Math.max(...rollUps) * MINUTE));
        const from = START + fromMinute * MINUTE;
        for (const byRegion of [false, true]) {
          expectAsRecounted(world, from, from + minutes * MINUTE, stepMs, byRegion);
          expectAsRecounted(world, from, from + minutes * MINUTE, stepMs, byRegion, ["search"]);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test("slots on a monitor's timetable are looked up, others searched for: the tests here do both", () => {
  using world = openWorld();
  world.writer.transaction(() => world.writer.putDefinitions([TIMETABLE], START));
  put(world, [
    { monitor: "checkout", region: "eu", tick: 1, status: 200, tenths: 50 },
    { monitor: "search", region: "eu", tick: 1, status: 200, tenths: 50 },
  ]);
  const db = new Database(world.path, { readonly: true });
  const rows = db.prepare("SELECT id, off_timetable FROM monitors ORDER BY id").raw().all();
  db.close();
  expect(rows).toEqual([
    ["checkout", 0],
    ["search", 1],
  ]);
});

test("rolling up again changes nothing", () => {
  using world = openWorld();
  put(world, [
    { monitor: "checkout", region: "eu", tick: 0, status: 200, tenths: 50 },
    { monitor: "checkout", region: "us", tick: 7, status: 409, tenths: 500 },
    { monitor: "checkout", region: "us", tick: 400, status: null, tenths: 0 },
  ]);
  const roll = () => world.writer.transaction(() => world.writer.rollUp(START + 9 * HOUR));
  const read = () => world.reader.counts({ from: START, to: START + 9 * HOUR, stepMs: HOUR, byRegion: true });
  const raw = read();
  roll();
  const once = read();
  roll();
  expect(read()).toEqual(once);
  expect(once.map(({ at, region, codes, missed, worst }) => ({ at, region, codes, missed, worst }))).toEqual(
    raw.map(({ at, region, codes, missed, worst }) => ({ at, region, codes, missed, worst })),
  );
});

test("a roll-up outlives the samples it was counted from, and a search for a rare code still finds it", () => {
  using world = openWorld();
  const { writer, reader } = world;
  const all: Put[] = Array.from({ length: 3 * 360 }, (_, tick) => ({
    ...{ monitor: "checkout", region: "eu", tick, tenths: 123 },
    status: tick === 500 ? 409 : 200,
  }));
  put(world, all);
  const now = START + 6 * HOUR;
  writer.transaction(() => writer.rollUp(now));
  const before = reader.counts({ from: START, to: now, stepMs: HOUR });
  expect(before.map(({ codes }) => codes)).toEqual([{ 200: 360 }, { 200: 359, 409: 1 }, { 200: 360 }]);
  expect(before[1]?.worst).toEqual({ 409: { bad: 1, of: 30 } });
  expect(reader.samples({ monitor: "checkout", code: 409, limit: 9 }).map(({ slot }) => slot)).toEqual([
    slotOf("checkout", 500),
  ]);

  const gone = writer.transaction(() => writer.prune(now, { ...FOR_EVER, samples: 3 * HOUR }, 1e6));
  expect(gone).toBe(3 * 360);
  expect(reader.samples({ monitor: "checkout", limit: 9 })).toEqual([]);
  expect(reader.counts({ from: START, to: now, stepMs: HOUR })).toEqual(before);

  // One that comes after its neighbours are gone must not make a whole count of itself.
  put(world, [{ monitor: "checkout", region: "eu", tick: 3, status: 503, tenths: 9 }]);
  writer.transaction(() => writer.rollUp(now));
  expect(reader.counts({ from: START, to: now, stepMs: HOUR })).toEqual(before);
});

test("an hour of many monitors is counted over several calls, and a sample that comes in between is in it", () => {
  using world = openWorld();
  const { writer, reader } = world;
  const monitors = Array.from({ length: 1_200 }, (_, index) => `m${String(index).padStart(4, "0")}`);
  const buckets = Array.from({ length: 12 }, (_, index) => index);
  writer.transaction(() => {
    for (const bucket of buckets) {
      for (const monitor of monitors) {
        for (const region of ["eu", "us"]) {
          const slot = START + bucket * FIVE;
          writer.putResult(sample(200, { monitor, region, slot }), { expected: true, late: false });
        }
      }
    }
    writer.putResult(sample(200, { monitor: "m0000", slot: START + HOUR + FIVE }), { expected: true, late: false });
  });
  const roll = (now = START + HOUR + 2 * FIVE) => writer.transaction(() => writer.rollUp(now));
  const putLate = (monitor: string) =>
    writer.transaction(() =>
      writer.putResult(sample(409, { monitor, slot: START + 1 }), { expected: false, late: true }),
    );
  const hoursWritten = () => {
    const db = new Database(world.path, { readonly: true });
    const rows = db.prepare("SELECT count(DISTINCT monitor) FROM hours").pluck().get();
    db.close();
    return rows;
  };
  const hour = { from: START, to: START + HOUR, stepMs: HOUR };
  roll(START + HOUR - MINUTE);
  putLate("m0001");
  roll();
  expect(hoursWritten()).toBe(1_000);
  expect(reader.counts(hour).map(({ probes }) => probes)).toEqual(monitors.map((id) => (id === "m0001" ? 25 : 24)));
  for (const monitor of ["m0003", "m1199"]) putLate(monitor);
  roll();
  expect(hoursWritten()).toBe(1_200);
  const late = reader.counts(hour).filter(({ codes }) => codes[409] !== undefined);
  expect(late.map(({ monitor, probes, worst }) => ({ monitor, probes, worst }))).toEqual([
    { monitor: "m0001", probes: 25, worst: { 409: { bad: 1, of: 3 } } },
    { monitor: "m0003", probes: 25, worst: { 409: { bad: 1, of: 3 } } },
    { monitor: "m1199", probes: 25, worst: { 409: { bad: 1, of: 3 } } },
  ]);
});

test("a search for a code finds every sample of it, rolled up or not", () => {
  fc.assert(
    fc.property(puts, puts, fc.integer({ min: 0, max: 300 }), fc.boolean(), (early, late, minute, withDefinitions) => {
      using world = openWorld();
      const { writer, reader } = world;
      if (withDefinitions) writer.transaction(() => writer.putDefinitions([TIMETABLE], START));
      put(world, early);
      writer.transaction(() => writer.rollUp(START + minute * MINUTE));
      put(world, late);
      const all = reader.samples({ monitor: "checkout", limit: 1e6 });
      for (const code of [409, 0, 204]) {
        const found = reader.samples({ monitor: "checkout", code, limit: 1e6 });
        expect(found).toEqual(all.filter((slot) => slot.code === code));
        const pageEnd = found[1]?.slot;
        if (pageEnd === undefined) continue;
        expect(reader.samples({ monitor: "checkout", code, limit: 2, region: "eu", before: pageEnd })).toEqual(
          found.filter(({ slot, region }) => slot < pageEnd && region === "eu").slice(0, 2),
        );
      }
    }),
    { numRuns: 30 },
  );
});

test("the newest slot of each monitor and region is found, not older than asked for", () => {
  fc.assert(
    fc.property(puts, fc.integer({ min: 0, max: 150 }), fc.boolean(), (all, minute, withDefinitions) => {
      using world = openWorld();
      const { writer, reader } = world;
      if (withDefinitions) writer.transaction(() => writer.putDefinitions([TIMETABLE], START));
      put(world, all);
      const since = START + minute * MINUTE;
      const newest = new Map<string, number>();
      for (const result of all.map(resultOf)) {
        const name = `${result.monitor} ${result.region}`;
        if (result.slot >= since) newest.set(name, Math.max(result.slot, newest.get(name) ?? 0));
      }
      const found = reader.latest(since).map(({ monitor, region, slot }) => [`${monitor} ${region}`, slot]);
      expect(found).toEqual([...newest].sort(([a], [b]) => (a < b ? -1 : 1)));
    }),
    { numRuns: 30 },
  );
});

test("what is past its age goes, so many rows of each table at a time, and nothing younger", () => {
  using world = openWorld();
  const { writer, reader } = world;
  writer.transaction(() => {
    for (let minute = 0; minute < 180; minute++) {
      const slot = START + minute * MINUTE;
      writer.putResult({ ...sample(200, { slot }), evidence: evidence() }, { expected: true, late: false });
    }
  });
  const now = START + 4 * HOUR;
  const ages = { samples: 3 * HOUR, evidence: 2 * HOUR, fiveMinutes: 3 * HOUR, hours: 3 * HOUR, whys: HOUR };
  const prune = (limit: number) => writer.transaction(() => writer.prune(now, ages, limit));
  // 60 samples, 120 pieces of evidence, 12 five-minute rows, and of the hour one row of the region and one of all.
  expect(prune(7)).toBe(7 + 7 + 7 + 2);
  expect(reader.samples({ monitor: "checkout", limit: 1e6 }).at(-1)?.slot).toBe(START + 7 * MINUTE);
  expect(reader.evidence({ monitor: "checkout", region: "eu", slot: START + 6 * MINUTE })).toBeNull();
  expect(reader.evidence({ monitor: "checkout", region: "eu", slot: START + 7 * MINUTE })).not.toBeNull();
  expect(prune(1_000)).toBe(53 + 113 + 5);
  expect(prune(1_000)).toBe(0);
  const left = reader.samples({ monitor: "checkout", limit: 1e6 });
  expect(left.length).toBe(120);
  expect(left.map(({ hasEvidence }) => hasEvidence)).toEqual([...Array(60).fill(true), ...Array(60).fill(false)]);
  expect(reader.evidenceOf({ monitor: "checkout", code: "usual", limit: 1e6 }).length).toBe(60);
  expect(reader.counts({ from: START, to: now, stepMs: FIVE }).length).toBe(24);
  expect(reader.counts({ from: START, to: now, stepMs: HOUR }).map(({ probes }) => probes)).toEqual([60, 60]);
});

test("a clock that leapt ahead and came back leaves no hole in the chart", () => {
  using world = openWorld();
  const { writer, reader } = world;
  put(world, [{ monitor: "checkout", region: "eu", tick: 0, status: 200, tenths: 5 }]);
  writer.transaction(() => writer.rollUp(START + HOUR));
  put(world, [{ monitor: "checkout", region: "eu", tick: 60, status: 409, tenths: 5 }]);
  const codes = reader.counts({ from: START, to: START + HOUR, stepMs: FIVE }).map(({ codes }) => codes);
  expect(codes).toEqual([{ 200: 1 }, { 409: 1 }]);
});

test("evidence of a code and of the usual comes newest first", () => {
  using world = openWorld();
  const { writer, reader } = world;
  writer.transaction(() => {
    for (const [minute, status] of [200, 409, 201, 409, 503].entries()) {
      const result = { ...sample(status, { slot: START + minute * MINUTE }), evidence: evidence(`no. ${minute}`) };
      writer.putResult(result, { expected: status < 300, late: false });
    }
  });
  const read = (code: number | "usual", limit: number, from?: number) =>
    reader
      .evidenceOf({ monitor: "checkout", code, limit, ...(from !== undefined && { from }) })
      .map((found) => [found.code, found.evidence.response?.body]);
  expect(read(409, 9)).toEqual([
    [409, "no. 3"],
    [409, "no. 1"],
  ]);
  expect(read(409, 9, START + 2 * MINUTE)).toEqual([[409, "no. 3"]]);
  expect(read("usual", 1)).toEqual([[201, "no. 2"]]);
  expect(read(404, 9)).toEqual([]);
});
