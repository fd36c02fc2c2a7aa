import fc from "fast-check";
import { expect, test } from "vitest";
import {
  cleanupMs,
  closesAt,
  longestProbeMs,
  phaseOf,
  slotAt,
  slotsBetween,
  startBefore,
  turnMs,
  turnOf,
} from "./slot.ts";

const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);
const intervalMs = fc.constantFrom(5_000, 30_000, 60_000, 300_000, 3_600_000);
const timetable = fc.record({ id, intervalMs });
const instant = fc.integer({ min: 0, max: 4_102_444_800_000 });

test("a slot is the same instant whoever computes it, and whenever", () => {
  fc.assert(
    fc.property(timetable, instant, fc.nat(3_599_999), (monitor, now, later) => {
      const slot = slotAt(monitor, now);
      expect(slot).toBeLessThanOrEqual(now);
      expect(now - slot).toBeLessThan(monitor.intervalMs);
      if (now + later < slot + monitor.intervalMs) expect(slotAt(monitor, now + later)).toBe(slot);
    }),
  );
});

test("the slots of a span are the same however it is cut into ticks", () => {
  fc.assert(
    fc.property(timetable, instant, fc.nat(50), fc.nat(50), (monitor, after, a, b) => {
      const middle = after + (a * monitor.intervalMs) / 7;
      const until = middle + (b * monitor.intervalMs) / 7;
      const cut = [...slotsBetween(monitor, after, middle), ...slotsBetween(monitor, middle, until)];
      expect(cut).toEqual(slotsBetween(monitor, after, until));
    }),
  );
});

test("every slot of a span is handed out once, an interval apart", () => {
  const monitor = { id: "create-order", intervalMs: 60_000 };
  const slots = slotsBetween(monitor, 1_767_225_600_000, 1_767_225_600_000 + 86_400_000);
  expect(slots).toHaveLength(1_440);
  expect(new Set(slots.map((slot, index) => slot - index * 60_000)).size).toBe(1);
});

test("a span that runs backwards is refused with both ends", () => {
  expect(() => slotsBetween({ id: "a", intervalMs: 60_000 }, 2, 1)).toThrow("until 1 is before after 2");
});

test("monitors of one interval spread over it: no second holds more than a few of 6,000", () => {
  const perSecond = new Map<number, number>();
  for (let n = 0; n < 6_000; n++) {
    const second = Math.floor(phaseOf({ id: `monitor-${n}`, intervalMs: 60_000 }) / 1_000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  expect(perSecond.size).toBe(60);
  expect(Math.max(...perSecond.values())).toBeLessThan(160);
});

test("a probe may begin a little late, and never so late that it could run into the next slot", () => {
  const plan = (interval: number, timeout: number) => startBefore({ intervalMs: interval, timeoutMs: timeout }, 0);
  expect(plan(60_000, 10_000)).toBe(6_000);
  expect(plan(5_000, 3_000)).toBe(2_000);
  expect(plan(5_000, 4_500)).toBe(500);
  expect(plan(3_600_000, 10_000)).toBe(10_000);
  expect(closesAt({ intervalMs: 60_000, timeoutMs: 10_000 }, 0)).toBe(18_000);
});

test("every region's turn ends inside the interval, whatever the regions, deadlines, cleanup and second looks", () => {
  const step = { name: "1 GET /", request: { method: "GET", url: "https://a.example/", headers: {} } };
  const cleanup = [{ ...step, expect: [], checks: [], save: [] }];
  fc.assert(
    fc.property(
      fc.constantFrom(5_000, 30_000, 60_000, 3_600_000),
      fc.integer({ min: 100, max: 30_000 }),
      fc.integer({ min: 1, max: 12 }),
      fc.boolean(),
      fc.option(fc.integer({ min: 100, max: 10_000 }), { nil: null }),
      (interval, timeoutMs, count, cleans, confirmAfterMs) => {
        const regions = Array.from({ length: count }, (_, index) => `r${index}`);
        const monitor = {
          ...{ intervalMs: interval, timeoutMs, regions, stagger: "regions" as const },
          ...(cleans && { cleanup }),
          ...(confirmAfterMs !== null && { confirmAfterMs }),
        };
        fc.pre(longestProbeMs(monitor) < interval);
        for (const [index, region] of regions.entries()) {
          expect(turnOf(monitor, region)).toBe(index * turnMs(monitor));
          expect(startBefore(monitor, 0, region)).toBeGreaterThanOrEqual(turnOf(monitor, region));
          expect(startBefore(monitor, 0, region) + longestProbeMs(monitor)).toBeLessThanOrEqual(interval);
          expect(startBefore(monitor, 0, region) + longestProbeMs(monitor)).toBeLessThan(closesAt(monitor, 0));
        }
      },
    ),
  );
});

test("without stagger all regions' turns come with the slot", () => {
  const monitor = { intervalMs: 60_000, timeoutMs: 10_000, regions: ["eu", "us"] };
  expect([turnOf(monitor, "eu"), turnOf(monitor, "us"), turnMs(monitor), cleanupMs(monitor)]).toEqual([0, 0, 0, 0]);
});
