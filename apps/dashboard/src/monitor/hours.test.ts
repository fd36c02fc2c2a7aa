import { expect, test } from "vitest";
import { hourOfWeek, hoursOf, stepOf } from "./hours.ts";

test("now is found in the week of the monitor's own time zone", () => {
  const sunday = Date.UTC(2025, 10, 23, 23, 30);
  expect(hourOfWeek(sunday, "UTC")).toBe(6 * 24 + 23);
  expect(hourOfWeek(sunday, "Europe/Berlin")).toBe(0);
});

test("hours are painted against the most that is usual, and what is not known is not painted", () => {
  expect([null, 0, 0.01, 0.02, 0.04].map((cell) => stepOf(cell, 0, 0.04))).toEqual([0, 1, 1, 2, 4]);
  expect(stepOf(0.03, 0.03, 0.03)).toBe(2);
  expect(hoursOf({ usualHours: [{ stream: 409, cells: [null, null] }] }, 409)).toBeNull();
  expect(hoursOf({ usualHours: [{ stream: "any", cells: [0.1] }] }, 409)?.stream).toBe("any");
});
