import type { MissedReason, ProbeResult } from "@statusquo/core";
import { expect, test } from "vitest";
import { SILENT_AFTER_MS, watchRegions } from "./regions.ts";

const T = 1_767_225_600_000;
const MINUTE = 60_000;
const missed = (region: string, slot: number, reason: MissedReason = "no_result"): ProbeResult => ({
  ...{ kind: "missed", monitor: "checkout", region, slot, reason },
});
const sampled = (region: string, slot: number): ProbeResult => ({
  ...{ kind: "sampled", monitor: "checkout", region, slot, version: "v", startedAt: slot, totalMs: 1 },
  outcome: { kind: "status", status: 200 },
  phases: { dns: null, connect: null, tls: null, firstByte: null, body: null },
});

test("a region is silent when nothing came from it for a while although it was due, and says so once", () => {
  const watch = watchRegions([]);
  for (let minute = 0; minute < 4; minute++) watch.note([missed("us", T + minute * MINUTE)], T + minute * MINUTE);
  expect(watch.look(T + SILENT_AFTER_MS - 1)).toEqual([]);
  expect(watch.look(T + SILENT_AFTER_MS)).toEqual([{ region: "us", silentSince: T, missed: 4 }]);
  expect(watch.look(T + 9 * MINUTE)).toEqual([]);
  watch.note([sampled("us", T + 9 * MINUTE)], T + 9 * MINUTE);
  expect(watch.look(T + 9 * MINUTE)).toEqual([{ region: "us", silentSince: null, missed: 0 }]);
});

test("one sample in between, a standstill of ours, or a single slot is no silence", () => {
  const watch = watchRegions([]);
  watch.note([missed("us", T), sampled("us", T + MINUTE), missed("us", T + 2 * MINUTE)], T + 2 * MINUTE);
  watch.note([missed("eu", T, "stalled"), missed("eu", T + MINUTE, "stalled")], T + MINUTE);
  expect(watch.look(T + 60 * MINUTE)).toEqual([]);
});

test("a region that was silent before the start says when it speaks again; one that is gone says nothing", () => {
  const watch = watchRegions(["us", "mars"]);
  watch.keep(new Set(["us"]));
  watch.note([sampled("us", T), sampled("mars", T)], T);
  expect(watch.look(T)).toEqual([{ region: "us", silentSince: null, missed: 0 }]);
});
