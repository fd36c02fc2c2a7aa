import fc from "fast-check";
import { expect, test } from "vitest";
import { massRemoval } from "./removal.ts";

const monitors = (count: number, from = 0) => Array.from({ length: count }, (_, index) => ({ id: `m${from + index}` }));

test.each([
  ["nothing changes", monitors(10), monitors(10)],
  ["one of two goes", monitors(2), monitors(1)],
  ["the only one is replaced", monitors(1), monitors(1, 5)],
  ["a fifth goes", monitors(10), monitors(8)],
  ["half is renamed", monitors(10), [...monitors(5), ...monitors(5, 50)]],
  ["many come", monitors(2), monitors(500)],
])("F61: an edit is taken up at once when %s", (_what, before, after) => {
  expect(massRemoval(before, after)).toBeNull();
});

test.each([
  ["more than a fifth goes", monitors(10), monitors(7), "3 of 10 monitors (m7, m8, m9)"],
  ["a file is cut off after its first entry", monitors(3), monitors(1), "2 of 3 monitors (m1, m2)"],
  ["all are others", monitors(8), monitors(8, 50), "8 of 8 monitors (m0, m1, m2 and 5 more)"],
])("F61: an edit waits for a person when %s", (_what, before, after, words) => {
  expect(massRemoval(before, after)).toContain(words);
});

test("F61: no file cut off between entries takes more than a fifth and one away unasked", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, share) => {
      const left = Math.floor(count * share);
      const asked = massRemoval(monitors(count), monitors(left)) !== null;
      expect(asked || count - left <= Math.max(1, count / 5)).toBe(true);
    }),
  );
});
