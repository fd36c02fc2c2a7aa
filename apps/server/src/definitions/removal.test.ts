import type { Monitor } from "@statusquo/core";
import { expect, test } from "vitest";
import { massRemoval } from "./removal.ts";

const some = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ id: `m${index + from}` }) as Monitor);

test("a file cut off between two monitors is held back, and says how to confirm it", () => {
  expect(massRemoval(some(10), some(4))).toMatch(/^6 of 10 monitors would be removed \("m4", "m5", "m6", …\).*SIGHUP/);
});

test("one or two monitors go without a question, and a fifth of many", () => {
  expect(massRemoval(some(3), some(1))).toBeNull();
  expect(massRemoval(some(100), some(80))).toBeNull();
  expect(massRemoval(some(100), some(79))).toMatch(/^21 of 100/);
});

test("new monitors do not make up for those that go", () => {
  expect(massRemoval(some(6), some(6, 100))).toMatch(/^6 of 6/);
});

test("the last ones do not go without a question", () => {
  expect(massRemoval(some(1), [])).toMatch(/^1 of 1/);
  expect(massRemoval([], [])).toBeNull();
});
