import { expect, test } from "vitest";
import { feed, startDetector } from "./detector.ts";
import { usualShare } from "./reading.ts";

const REGIONS = ["ap", "eu", "us"];
const START = 1_767_225_600_000;
const config = { regions: REGIONS, intervalMs: 5_000, falseAlarmsPerYear: 1 };

/** Feeds slots in which the first `bad` of three regions answer `code`; the index of the slot that opened, or null. */
function firstOpening(state: ReturnType<typeof startDetector>, slots: { bad: number; code: number }[]): number | null {
  for (const [index, { bad, code }] of slots.entries()) {
    for (const [place, region] of REGIONS.entries()) {
      const isBad = place < bad;
      const sample = { at: START + index * 5_000, region, code: isBad ? code : 200, expected: !isBad };
      if (feed(state, sample).some((event) => event.kind === "opened")) return index;
    }
  }
  return null;
}

const quiet = { bad: 0, code: 409 };
const all409 = { bad: 3, code: 409 };

test("what a definition calls usual is what a new monitor begins with", () => {
  const state = startDetector({ ...config, usual: { 409: 0.03 } });
  expect(usualShare(state, 409, START)).toBeGreaterThan(0.025);
  expect(usualShare(state, 409, START)).toBeLessThan(0.045);
  expect(usualShare(startDetector(config), 409, START)).toBeLessThan(0.01);
});

test("a monitor that was told what is usual finds a fault that begins seconds after its birth", () => {
  const early = [quiet, { bad: 1, code: 409 }, quiet, ...Array(12).fill(all409)];
  expect(firstOpening(startDetector({ ...config, usual: { 409: 0.03 } }), early)).toBeLessThanOrEqual(6);
});

test("an answer that the definition calls usual alarms nobody at birth", () => {
  const one404 = [{ bad: 1, code: 404 }, quiet, quiet, { bad: 1, code: 404 }, quiet, { bad: 1, code: 404 }];
  expect(firstOpening(startDetector({ ...config, usual: { 404: 0.2 } }), one404)).toBeNull();
});
