import type { DefinitionVersion, JobBatch, Monitor, ProbeResult, Prober } from "@statusquo/core";
import { expect, test } from "vitest";
import { probeBatch } from "./probe.ts";

const NOW = 1_767_225_600_000;
const known = new Map<DefinitionVersion, Monitor>([["v1", { id: "orders" } as Monitor]]);
const batch = (jobs: Partial<JobBatch["jobs"][number]>[]): JobBatch => ({
  v: 1,
  id: "b",
  region: "eu",
  jobs: jobs.map((job, index) => ({
    monitor: "orders",
    version: "v1",
    slot: NOW + index,
    startBefore: NOW + 1_000,
    ...job,
  })),
});
const missed = (slot: number): ProbeResult => ({
  kind: "missed",
  monitor: "orders",
  region: "eu",
  slot,
  reason: "blocked",
});
const faults: unknown[] = [];
const options = { atOnce: 10, onFault: (error: unknown) => void faults.push(error) };

test("every job of a batch has one result, in its order", async () => {
  const prober: Prober = { probe: async (_monitor, slot) => missed(slot) };
  const results = await probeBatch(prober, options)(batch([{}, {}, {}]), known, () => NOW);
  expect(results.map(({ slot }) => slot)).toEqual([NOW, NOW + 1, NOW + 2]);
});

test("an unknown definition is unsupported, a job past its time is expired, and neither is probed", async () => {
  let probed = 0;
  const prober: Prober = {
    async probe(_monitor, slot) {
      probed++;
      return missed(slot);
    },
  };
  const results = await probeBatch(prober, options)(
    batch([{ version: "v9" }, { startBefore: NOW - 1 }]),
    known,
    () => NOW,
  );
  expect(results).toMatchObject([{ reason: "unsupported" }, { reason: "expired" }]);
  expect(probed).toBe(0);
});

test("a prober that throws costs its own slot only, and is heard of", async () => {
  const prober: Prober = {
    async probe(_monitor, slot) {
      if (slot === NOW) throw new Error("a fault of ours");
      return missed(slot);
    },
  };
  const results = await probeBatch(prober, options)(batch([{}, {}]), known, () => NOW);
  expect(results).toMatchObject([{ reason: "resource" }, { reason: "blocked" }]);
  expect(faults).toMatchObject([{ message: "a fault of ours" }]);
});

test("never more probes are under way than there are places, over all batches, and a job that waited too long expires", async () => {
  const running: (() => void)[] = [];
  let most = 0;
  let now = NOW;
  const prober: Prober = {
    probe: (_monitor, slot) =>
      new Promise((resolve) => {
        running.push(() => resolve(missed(slot)));
        most = Math.max(most, running.length);
      }),
  };
  const handler = probeBatch(prober, { ...options, atOnce: 2 });
  const both = Promise.all([handler(batch([{}, {}]), known, () => now), handler(batch([{}, {}]), known, () => now)]);
  await Promise.resolve();
  now = NOW + 1_001;
  while (running.length > 0) {
    running.shift()?.();
    await new Promise(setImmediate);
  }
  const [first, second] = await both;
  expect(most).toBe(2);
  expect(first).toMatchObject([{ reason: "blocked" }, { reason: "blocked" }]);
  expect(second).toMatchObject([{ reason: "expired" }, { reason: "expired" }]);
});
