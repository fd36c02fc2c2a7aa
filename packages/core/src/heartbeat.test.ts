import { expect, test } from "vitest";
import { commitWithin, heartbeatAt, type Pulse } from "./heartbeat.ts";

const NOW = Date.UTC(2026, 0, 6, 12);
const MINUTE = 60_000;
const pulse = (change: Partial<Pulse> = {}): Pulse => ({
  ...{ scheduledAt: NOW - 100, committedAt: NOW - 30_000, commitWithinMs: 2 * MINUTE, since: NOW - 60 * MINUTE },
  ...{ clockTrouble: null, waiting: [], deadChannels: [], loopLagMs: 20 },
  ...change,
});
const reasonOf = (change: Partial<Pulse>) => {
  const decided = heartbeatAt(pulse(change), NOW);
  return decided.beats ? null : decided.reason;
};

test("the heart beats while everything advances", () => {
  expect(heartbeatAt(pulse(), NOW)).toEqual({ beats: true });
});

test("it is silent while the clock is wrong, and commits that lie ahead say nothing", () => {
  expect(reasonOf({ clockTrouble: "the clock says 1970" })).toBe("the clock says 1970");
  expect(reasonOf({ committedAt: NOW + 3 * MINUTE, since: NOW + MINUTE })).toContain("nothing was stored");
  expect(reasonOf({ committedAt: NOW + 3 * MINUTE })).toContain("nothing was stored for 3600 s");
});

test("it is silent when no slots are handed out", () => {
  expect(reasonOf({ scheduledAt: null })).toBe("no slots have been handed out yet");
  expect(reasonOf({ scheduledAt: NOW - 11_000 })).toBe("no slots were handed out for 11 s");
});

test("it is silent when nothing is stored, but not for want of monitors or right after a start", () => {
  expect(reasonOf({ committedAt: NOW - 2 * MINUTE })).toBe(null);
  expect(reasonOf({ committedAt: NOW - 3 * MINUTE })).toBe("nothing was stored for 180 s; at most 120 s is well");
  expect(reasonOf({ committedAt: null })).toMatch(/^nothing was stored for 3600 s/);
  expect(reasonOf({ committedAt: null, since: NOW - MINUTE })).toBe(null);
  expect(reasonOf({ committedAt: null, commitWithinMs: null })).toBe(null);
});

test("it is silent when a message waits for more than 5 minutes, unless its channel is known to be dead", () => {
  const waiting = [
    { channel: "team", since: NOW - MINUTE },
    { channel: "oncall", since: NOW - 6 * MINUTE },
  ];
  expect(reasonOf({ waiting })).toBe("a message to oncall waits for 360 s; at most 300 s is well");
  expect(reasonOf({ waiting, deadChannels: ["oncall"] })).toBe(null);
  expect(reasonOf({ waiting: [{ channel: "oncall", since: NOW - 5 * MINUTE }] })).toBe(null);
});

test("it is silent when the process was held up", () => {
  expect(reasonOf({ loopLagMs: 5_000 })).toBe(null);
  expect(reasonOf({ loopLagMs: 12_400 })).toBe("this process was held up for 12 s");
});

test("a commit may be as old as two slots of the fastest monitor and their grace", () => {
  expect(commitWithin([])).toBe(null);
  const [fast, slow] = [
    { intervalMs: 30_000, timeoutMs: 5_000 },
    { intervalMs: 3_600_000, timeoutMs: 10_000 },
  ];
  expect(commitWithin([slow, fast])).toBe(60_000 + 3_000 + 5_000 + 2_000);
});
