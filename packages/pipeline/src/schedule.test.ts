import { DEFAULT_EXPECTATION, type Monitor, slotAt } from "@statusquo/core";
import { expect, test } from "vitest";
import { dueBatches, newProgress, openDueSlots, overdue, type Progress, takeBack } from "./schedule.ts";

const MINUTE = 60_000;
const START = 1_767_225_600_000;

function monitor(id: string, regions = ["eu", "us"], intervalMs = MINUTE, timeoutMs = 10_000): Monitor {
  return {
    id,
    name: id,
    tags: [],
    request: { method: "GET", url: "https://example.com/", headers: {} },
    intervalMs,
    timeoutMs,
    regions,
    expect: DEFAULT_EXPECTATION,
    usual: {},
    falseAlarmsPerYear: 1,
    notify: [],
    redact: [],
    allowPrivate: false,
    followRedirects: 0,
    slotHeader: false,
    version: `v-${id}`,
    subject: id,
    source: { file: "test.yaml", line: 1, endLine: 1 },
  };
}

/** Moves on in ticks of 100 ms, as the walk does, and returns what was offered. */
function tick(all: Progress[], from: number, until: number) {
  const offered: { region: string; monitor: string; slot: number; at: number }[] = [];
  for (let now = from; now <= until; now += 100) {
    for (const progress of all) openDueSlots(progress, now);
    for (const { region, jobs } of dueBatches(all, now)) {
      for (const job of jobs) offered.push({ region, monitor: job.monitor, slot: job.slot, at: now });
    }
  }
  return offered;
}

test("each slot is offered once to every region, within a tick of its instant", () => {
  const progress = newProgress(monitor("orders"), START);
  const offered = tick([progress], START, START + 10 * MINUTE);
  const keys = offered.map(({ region, slot }) => `${region} ${slot}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).toHaveLength(20);
  for (const { at, slot } of offered.slice(2)) expect(at - slot).toBeLessThan(100);
});

test("a new monitor is probed at once when its slot has just been, else with its next slot", () => {
  const one = monitor("orders");
  const slot = slotAt(one, START);
  expect(tick([newProgress(one, slot + 5_000)], slot + 5_000, slot + 5_000).map((job) => job.slot)).toEqual([
    slot,
    slot,
  ]);
  expect(tick([newProgress(one, slot + 7_000)], slot + 7_000, slot + MINUTE - 1)).toEqual([]);
});

test("300 monitors due in one minute are spread over it, in batches by region", () => {
  const all = Array.from({ length: 300 }, (_, index) => newProgress(monitor(`m-${index}`), START));
  const perSecond = Map.groupBy(tick(all, START + MINUTE, START + 2 * MINUTE), ({ at }) => Math.floor(at / 1_000));
  expect(Math.max(...[...perSecond.values()].slice(1).map((jobs) => jobs.length))).toBeLessThan(60);
});

test("after a pause of ten minutes only what can still be probed in time is offered, and the rest is missed as stalled", () => {
  const all = Array.from({ length: 300 }, (_, index) => newProgress(monitor(`m-${index}`, ["eu"]), START));
  tick(all, START, START + MINUTE);
  for (const { open } of all) open.length = 0;
  const wake = START + 11 * MINUTE;
  const offered = tick(all, wake, wake);
  // A tenth of the interval is still in time: 30 of 300 monitors, not 300 and not 3,000.
  expect(offered.length).toBeGreaterThan(10);
  expect(offered.length).toBeLessThan(60);
  for (const { slot } of offered) expect(wake - slot).toBeLessThanOrEqual(6_000);
  const missed = all.flatMap((progress) => overdue(progress, wake));
  expect(missed.every((one) => one.kind === "missed" && one.reason === "stalled")).toBe(true);
  expect(missed.length).toBeGreaterThanOrEqual(300 * 9);
});

test("a store that takes nothing for days does not let what is open grow beyond a day", () => {
  const progress = newProgress(monitor("orders", ["eu"]), START);
  for (let hour = 1; hour <= 100; hour++) openDueSlots(progress, START + hour * 60 * MINUTE);
  expect(progress.open).toHaveLength(24 * 60);
  const oldest = progress.open[0]?.slot ?? 0;
  expect(START + 100 * 60 * MINUTE - oldest).toBeLessThanOrEqual(24 * 60 * MINUTE);
});

test("a refused batch is offered again while there is time, and is missed as not offered when there is none left", () => {
  const progress = newProgress(monitor("orders", ["eu"]), START);
  const now = slotAt(progress.monitor, START) + MINUTE;
  openDueSlots(progress, now);
  const all = new Map([["orders", progress]]);
  const [batch] = dueBatches(all.values(), now);
  if (!batch) throw new Error("nothing was due");
  expect(dueBatches(all.values(), now)).toEqual([]);
  takeBack(all, batch);
  expect(dueBatches(all.values(), now + 1_000)).toEqual([batch]);
  takeBack(all, batch);
  expect(dueBatches(all.values(), now + 6_001)).toEqual([]);
  expect(overdue(progress, now + 17_999)).toEqual([]);
  expect(overdue(progress, now + 18_000)).toMatchObject([
    { kind: "missed", region: "eu", slot: now, reason: "not_offered" },
  ]);
});

test("a region that rests keeps its jobs due, and others get theirs", () => {
  const progress = newProgress(monitor("orders"), START);
  const now = slotAt(progress.monitor, START) + MINUTE;
  openDueSlots(progress, now);
  expect(dueBatches([progress], now, (region) => region !== "eu").map(({ region }) => region)).toEqual(["us"]);
  expect(dueBatches([progress], now).map(({ region }) => region)).toEqual(["eu"]);
});

test("the same jobs make a batch of the same id, in this process and in the next", () => {
  const batches = () => {
    const progress = newProgress(monitor("orders"), START);
    const slot = slotAt(progress.monitor, START) + MINUTE;
    openDueSlots(progress, slot);
    return dueBatches([progress], slot).map(({ id }) => id);
  };
  expect(batches()).toEqual(batches());
  expect(new Set(batches()).size).toBe(2);
});

test("more jobs than fit a batch travel in several", () => {
  const all = Array.from({ length: 700 }, (_, index) =>
    newProgress(monitor(`m-${index}`, ["eu"], 5_000, 2_000), START),
  );
  for (const progress of all) openDueSlots(progress, START + 10_000);
  const sizes = dueBatches(all, START + 10_000).map(({ jobs }) => jobs.length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  expect(sizes.length).toBeGreaterThan(1);
});

test("regions that take turns are offered one after the other, under one slot", () => {
  const one = { ...monitor("orders", ["eu", "us", "ap"]), stagger: "regions" as const };
  const slot = slotAt(one, START);
  const offered = tick([newProgress(one, slot)], slot, slot + MINUTE - 1);
  expect(offered.map(({ region, at }) => [region, at - slot])).toEqual([
    ["eu", 0],
    ["us", 20_000],
    ["ap", 40_000],
  ]);
  expect(new Set(offered.map((job) => job.slot))).toEqual(new Set([slot]));
});

test("a turn that is too late to begin is missed, and the slot waits for the last turn before it closes", () => {
  const one = { ...monitor("orders", ["eu", "us", "ap"]), stagger: "regions" as const };
  const slot = slotAt(one, START);
  const progress = newProgress(one, slot);
  tick([progress], slot, slot);
  expect(tick([progress], slot + 30_000, slot + MINUTE - 1).map(({ region }) => region)).toEqual(["ap"]);
  expect(overdue(progress, slot + 40_000 + 18_000 - 1)).toEqual([]);
  expect(overdue(progress, slot + 40_000 + 18_000)).toMatchObject([
    { region: "eu", reason: "no_result" },
    { region: "us", reason: "stalled" },
    { region: "ap", reason: "no_result" },
  ]);
});

test("a probe that may take longer than others travels in a batch of its own", () => {
  const all = [monitor("a"), { ...monitor("b"), confirmAfterMs: 1_000 }, monitor("c")].map((one) => {
    const progress = newProgress(one, START);
    openDueSlots(progress, START + MINUTE);
    return progress;
  });
  for (const { open } of all) for (const slot of open) slot.slot = START + MINUTE;
  const batches = dueBatches(all, START + MINUTE).filter(({ region }) => region === "eu");
  expect(batches.map(({ jobs }) => [...new Set(jobs.map((job) => job.monitor))])).toEqual([["a", "c"], ["b"]]);
  expect(new Set(batches.map(({ id }) => id)).size).toBe(2);
});
