import { chanceText, lnEvidenceOf } from "@statusquo/core";
import { expect, test } from "vitest";
import { chanceAxisOf } from "./chance.ts";

test("the axis says the chances that the server says, with the limit between its ticks", () => {
  const once = 1;
  const { points, ticks, limit } = chanceAxisOf(
    [
      { at: 0, lnEvidence: lnEvidenceOf(310, once) },
      { at: 1, lnEvidence: lnEvidenceOf(1e9, once) },
      { at: 2, lnEvidence: 200 },
    ],
    0,
    once,
  );
  expect(points.map(({ text }) => text)).toEqual(["1 in 310", "1 in 1 billion", "practically never"]);
  expect(points.map(({ isPast }) => isPast)).toEqual([false, true, true]);
  expect(points.map(({ isBeyond }) => isBeyond)).toEqual([false, false, true]);
  expect(limit.text).toBe(chanceText(0, once));
  expect(points[0]?.place).toBeLessThan(limit.place);
  expect(points[1]?.place).toBeGreaterThan(limit.place);
  expect(points[2]?.place).toBe(1);
  expect(ticks[0]).toEqual({ place: 0, text: "1" });
  expect(ticks.length).toBeLessThanOrEqual(7);
});
