import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobBatch, JobTransport, Monitor, ProbeResult } from "@statusquo/core";
import { startWalk } from "@statusquo/pipeline";
import { manualClock } from "@statusquo/pipeline/testing";
import { openStore } from "@statusquo/store";
import { expect, onTestFinished, test } from "vitest";
import { compileDefinitions } from "../src/definitions/load.ts";
import { START } from "./story.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The walk on a real store, with results that come home when the test says so. */
async function startHeart(regions = "eu") {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-record-"));
  const store = openStore({ path: join(folder, "statusquo.db") });
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  const read = await compileDefinitions(
    [
      {
        file: "a.yaml",
        text: `regions: [${regions}]\nmonitors: [{ id: orders, url: https://example.com/, timeout: 5s }]`,
      },
    ],
    {},
  );
  if (!read.ok) throw new Error("the definitions of this test are wrong");
  const clock = manualClock(START);
  const [monitor] = read.loaded.monitors as [Monitor];
  const offered: JobBatch[] = [];
  let record: (results: ProbeResult[]) => void = () => {};
  /** @param waiting what is home already when the server begins to listen */
  const start = (waiting: ProbeResult[] = []) => {
    const transport: JobTransport = {
      publish: async () => {},
      ask: async () => null,
      async offer(batch) {
        offered.push(batch);
        return { kind: "taken" };
      },
      async receive(into) {
        record = into;
        if (waiting.length > 0) into(waiting);
      },
      drained: async () => {},
      presence: async () => [],
      close: async () => {},
    };
    const notifier = { deliver: async () => ({ kind: "delivered", said: "ok" }) as const };
    return startWalk({ clock, writer: store.writer, transport, notifier, publicUrl: null }, read.loaded);
  };
  const answer = (slot: number, status = 200): ProbeResult => ({
    ...{
      kind: "sampled",
      monitor: "orders",
      region: "eu",
      slot,
      version: monitor.version,
      startedAt: slot,
      totalMs: 9,
    },
    outcome: { kind: "status", status },
    phases: { dns: null, connect: 1, tls: null, firstByte: 8, body: 0 },
  });
  const rows = () => store.reader.samples({ monitor: "orders", limit: 100 }).toReversed();
  const judged = () => store.reader.verdict("orders")?.slot ?? null;
  /** Moves time on to the first slot that is offered. */
  const firstSlot = async () => {
    while (offered.length === 0) await clock.advance(100);
    return offered[0]!.jobs[0]!.slot;
  };
  return {
    clock,
    offered,
    firstSlot,
    start,
    answer,
    rows,
    judged,
    home: (...results: ProbeResult[]) => record(results),
  };
}

test("what comes home after its slot was judged is stored, marked late, and never judged", async () => {
  const { clock, firstSlot, start, answer, rows, judged, home } = await startHeart();
  const walk = await start();
  const slot = await firstSlot();
  await clock.advance(MINUTE);
  expect(rows()[0]).toMatchObject({ slot, state: "missed", missed: "no_result" });
  const before = { slot: judged(), learned: walk.detector("orders")?.any.learnedMin };
  home(answer(slot, 409));
  expect(rows()[0]).toMatchObject({ slot, state: "sampled", code: 409, late: true });
  expect({ slot: judged(), learned: walk.detector("orders")?.any.learnedMin }).toEqual(before);
  await walk.stop();
});

test("the same sample handed over again changes nothing, and the first one of a slot stays", async () => {
  const { firstSlot, start, answer, rows, home } = await startHeart();
  const walk = await start();
  const slot = await firstSlot();
  home(answer(slot, 200));
  const learned = walk.detector("orders")?.any.learnedMin;
  home(answer(slot, 200), answer(slot, 409));
  expect(rows().filter((row) => row.slot === slot)).toMatchObject([{ code: 200, late: false }]);
  expect(walk.detector("orders")?.any.learnedMin).toBe(learned);
  await walk.stop();
});

test("after a restart a slot that is home waits for the older ones that are not, so slots are judged in order", async () => {
  const { clock, offered, firstSlot, start, answer, rows, judged, home } = await startHeart();
  const first = await start();
  const slot = await firstSlot();
  home(answer(slot));
  expect(judged()).toBe(slot);
  await first.stop();
  // Away while two slots came due; the later one was probed by a worker that had its job, and is home.
  clock.jumpTo(slot + 2 * MINUTE + 3 * SECOND);
  const second = await start([answer(slot + 2 * MINUTE)]);
  expect(judged()).toBe(slot);
  await clock.advance(MINUTE / 2);
  expect(judged()).toBe(slot + 2 * MINUTE);
  expect(rows().map((row) => [(row.slot - slot) / MINUTE, row.state, row.late])).toEqual([
    [0, "sampled", false],
    [1, "missed", false],
    [2, "sampled", false],
  ]);
  expect(offered.filter(({ jobs }) => jobs[0]?.slot === slot + 2 * MINUTE)).toEqual([]);
  await second.stop();
});

test("a server that dies before a new monitor's first slot is judged accounts for the slots since, all the same", async () => {
  const { clock, firstSlot, start, answer, rows, home } = await startHeart("eu, us");
  const walk = await start();
  const slot = await firstSlot();
  home(answer(slot));
  await walk.stop();
  await clock.advance(3 * MINUTE);
  await start();
  await clock.advance(MINUTE);
  const slots = [0, 1, 2, 3].map((minutes) => slot + minutes * MINUTE);
  const regionsOf = (due: number) => rows().flatMap((row) => (row.slot === due ? [row.region] : []));
  for (const due of slots) expect(regionsOf(due).sort()).toEqual(["eu", "us"]);
});

test("results of unknown monitors, other regions and instants that are no slot are passed over", async () => {
  const { firstSlot, start, answer, rows, home } = await startHeart();
  const walk = await start();
  const slot = await firstSlot();
  home(
    { ...answer(slot), monitor: "gone" },
    { ...answer(slot), region: "mars" },
    answer(slot + 1),
    answer(slot + 100 * MINUTE),
  );
  expect(rows().filter(({ state }) => state === "sampled")).toEqual([]);
  await walk.stop();
});

test("a server that was killed before its first slot was judged accounts for that slot after the next start", async () => {
  const { clock, firstSlot, start, rows, judged } = await startHeart();
  const first = await start();
  const slot = await firstSlot();
  await first.stop();
  expect(judged()).toBeNull();
  clock.jumpTo(slot + 3 * MINUTE - SECOND);
  const second = await start();
  await clock.advance(MINUTE);
  expect(rows().map((row) => (row.slot - slot) / MINUTE)).toEqual([0, 1, 2, 3].slice(0, rows().length));
  expect(rows().length).toBeGreaterThanOrEqual(3);
  expect(rows()[0]).toMatchObject({ slot, state: "missed", missed: "stalled" });
  await second.stop();
});

test("F63: what was asked before an edit of the request is stored as it was answered, and says nothing of the new request", async () => {
  const { firstSlot, start, answer, rows, home } = await startHeart();
  const walk = await start();
  const slot = await firstSlot();
  const other = "regions: [eu]\nmonitors: [{ id: orders, url: https://example.com/other, timeout: 5s }]";
  const read = await compileDefinitions([{ file: "a.yaml", text: other }], {});
  if (!read.ok) throw new Error("the definitions of this test are wrong");
  await walk.define(read.loaded);
  home(answer(slot, 409));
  expect(rows().find((row) => row.slot === slot)).toMatchObject({ state: "sampled", code: 409 });
  expect(walk.detector("orders")?.lastAt).toBe(-1);
  await walk.stop();
});

test("F63: what was asked before a monitor was removed is passed over", async () => {
  const { firstSlot, start, answer, rows, home } = await startHeart();
  const walk = await start();
  const slot = await firstSlot();
  await walk.define({ monitors: [], channels: [] });
  home(answer(slot, 409));
  expect(rows()).toEqual([]);
  await walk.stop();
});
