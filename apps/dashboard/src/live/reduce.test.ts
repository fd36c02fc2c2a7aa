import type { StreamEvent } from "@statusquo/api/client";
import { expect, test } from "vitest";
import { MINUTE, NOON, overviewOf, rowOf, summaryOf } from "../testing/views.ts";
import { cellAt, rolledTo, withEvents } from "./reduce.ts";

const withEvent = (overview: ReturnType<typeof overviewOf>, event: StreamEvent) => withEvents(overview, [event]);

const batch = (slot: number, code: number | null, now = slot, region = "eu-west"): StreamEvent => ({
  event: "sample-batch",
  data: {
    now,
    monitors: [
      {
        id: "create-order",
        samples: [
          { region, slot, code, missed: code === null ? "worker lost" : null, expected: code === 201, totalMs: 9 },
        ],
      },
    ],
  },
});
const row = (overview: ReturnType<typeof overviewOf>) => overview.monitors[0] as ReturnType<typeof rowOf>;

test("a conflict is counted in its cell, in the headline and in its region", () => {
  const after = row(withEvent(overviewOf([rowOf()]), batch(NOON + 1_000, 409)));
  expect(after.cells.c409.at(-1)).toBe(1);
  expect(after.cells.probes.at(-1)).toBe(5);
  expect(after.headline).toMatchObject({ bad: 1, of: 61, above: false });
  expect(after.last[0]).toMatchObject({ code: 409, bad: 1, of: 31, at: NOON + 1_000 });
  expect(after.last[1]).toMatchObject({ bad: 0, of: 30 });
});

test("the same sample said twice is counted once", () => {
  const once = withEvent(overviewOf([rowOf()]), batch(NOON + 1_000, 409));
  expect(row(withEvent(once, batch(NOON + 1_000, 409)))).toEqual(row(once));
});

test("answers that come in a burst count as if they came one by one", () => {
  const events = [
    batch(NOON + 1_000, 409),
    batch(NOON + 2_000, 201, NOON + 2_000, "us-east"),
    batch(NOON + 6_000, 409),
  ];
  expect(withEvents(overviewOf([rowOf()]), events)).toEqual(events.reduce(withEvent, overviewOf([rowOf()])));
});

test("a missed slot that comes home after all is no longer missed", () => {
  const missed = withEvent(overviewOf([rowOf()]), batch(NOON + 1_000, null));
  expect(row(missed).cells.missed.at(-1)).toBe(1);
  const home = withEvent(missed, batch(NOON + 1_000, 409));
  expect(row(home).cells.missed.at(-1)).toBe(0);
  expect(row(home).cells.c409.at(-1)).toBe(1);
});

test("what is older than the overview is in it already", () => {
  const overview = overviewOf([rowOf()]);
  expect(withEvent(overview, batch(NOON - MINUTE, 409, NOON - 1))).toBe(overview);
});

test("a new minute moves the ribbon on by one empty cell", () => {
  const before = overviewOf([rowOf()]);
  const after = rolledTo(before, NOON + MINUTE);
  expect(after.ribbon.from).toBe(before.ribbon.from + MINUTE);
  expect(row(after).cells.probes).toHaveLength(60);
  expect(row(after).cells.probes.slice(-2)).toEqual([4, 0]);
  expect(rolledTo(before, NOON + 30_000)).toBe(before);
  expect(row(rolledTo(before, NOON + 500 * MINUTE)).cells.probes.every((count) => count === 0)).toBe(true);
});

test("an incident that opens is counted, acknowledged is told apart, resolved is gone", () => {
  const incident = (change: "opened" | "acknowledged" | "resolved", more = {}): StreamEvent => ({
    event: "incident",
    data: { now: NOON, change, incident: summaryOf(more) },
  });
  const open = withEvent(overviewOf([rowOf(), rowOf({ id: "other" })]), incident("opened"));
  expect(open.openIncidents).toEqual({ all: 1, acknowledged: 0 });
  expect(open.monitors[1]?.incident).toBeNull();
  const seen = withEvent(open, incident("acknowledged", { acknowledgedAt: NOON }));
  expect(seen.openIncidents).toEqual({ all: 1, acknowledged: 1 });
  expect(withEvent(seen, incident("resolved", { state: "resolved" })).openIncidents.all).toBe(0);
});

test("a verdict moves the monitor to where it stands now", () => {
  const after = withEvent(overviewOf([rowOf()]), {
    event: "verdict",
    data: {
      now: NOON,
      monitor: "create-order",
      slot: NOON,
      standing: "watching",
      reason: "watching: 409 on 4 of 9",
      sampled: 2,
      missed: 0,
      readings: [],
    },
  });
  expect(after.standings).toMatchObject({ usual: 0, watching: 1 });
  expect(row(after).reason).toBe("watching: 409 on 4 of 9");
});

test("an instant outside a ribbon is in none of its cells", () => {
  const { ribbon } = overviewOf([]);
  expect([ribbon.from - 1, ribbon.from, NOON, NOON + MINUTE].map((at) => cellAt(ribbon, at))).toEqual([-1, 0, 59, -1]);
});
