/** Some of what `bench/fuzz.ts` does ten thousand times. */
import { expect, test } from "vitest";
import { fuzzDefinitions, fuzzMessages } from "./fuzz.ts";

test("definitions that were damaged are refused with a place or are whole, and the last good ones stay in force", async () => {
  const { tried, used } = await fuzzDefinitions(300, 7);
  expect(tried).toBe(300);
  expect(used).toBeGreaterThan(0);
  expect(used).toBeLessThan(300);
});

test("messages that somebody else wrote are read in part or not at all, and never break the reader", async () => {
  const { tried, used } = await fuzzMessages(1_500, 7);
  expect(tried).toBe(1_500);
  expect(used).toBeGreaterThan(100);
  expect(used).toBeLessThan(1_500);
});
