import fc from "fast-check";
import { expect, test } from "vitest";
import { waitAfter } from "./backoff.ts";

test("waits grow with the attempts, are spread, and never pass ten minutes", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0, max: 0.999999, noNaN: true }),
      (attempts, dice) => {
        const wait = waitAfter(attempts, dice);
        expect(wait).toBeGreaterThanOrEqual(200);
        expect(wait).toBeLessThanOrEqual(600_000);
        expect(waitAfter(attempts + 1, dice)).toBeGreaterThanOrEqual(wait);
      },
    ),
  );
  expect(waitAfter(3, 0.1)).not.toBe(waitAfter(3, 0.9));
});

test("what the provider asked for is never cut short", () => {
  expect(waitAfter(1, 0, 7_000)).toBe(7_000);
  expect(waitAfter(1, 0, 3_600_000)).toBe(3_600_000);
});
