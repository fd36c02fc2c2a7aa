import { expect, test } from "vitest";
import { beatsOf, isLate } from "./beats.ts";

const region = (sampled: number[], missed: number[] = [], workers = 1) => ({
  workers,
  monitors: 3,
  beats: { due: sampled.map(() => 2), sampled, missed },
});

test("a probe that is still on its way is awaited, not missed", () => {
  expect(beatsOf(region([2, 0, 2, 0, 0]))).toEqual(["home", "missed", "home", "awaited", "awaited"]);
});

test("a region is late when nobody is there or its last finished beats all came to nothing", () => {
  expect(isLate(region([2, 2, 2, 2, 2, 0, 0]))).toBe(false);
  expect(isLate(region([2, 2, 0, 2, 0, 0, 0, 2, 2]))).toBe(true);
  expect(isLate(region([2, 2, 2], [], 0))).toBe(true);
  expect(isLate({ ...region([0, 0, 0, 0, 0]), monitors: 0 })).toBe(false);
});
