import { expect, test } from "vitest";
import { clockText, holdUnits, listText, oneInText, spanText } from "./figures.ts";

const AT = Date.UTC(2025, 10, 20, 14, 2, 6);

test("a small share is one in so many, a large one a percentage", () => {
  expect([0.012, 0.00001, 0.25, 0.5, 0].map(oneInText)).toEqual(["1 in 83", "1 in 100,000", "1 in 4", "50 %", "0 %"]);
});

test("spans round to the smaller of two units and never say 60 min or 24 h", () => {
  const minute = 60_000;
  expect(
    [-5, 40_000, 59_700, 36 * minute, 59.7 * minute, 125 * minute, 1_439.8 * minute, 76.2 * 60 * minute].map(spanText),
  ).toEqual(["0 s", "40 s", "1 min", "36 min", "1 h", "2 h 5 min", "1 d", "3 d 4 h"]);
});

test("a time of another day says which day", () => {
  expect(clockText(AT)).toBe("14:02 UTC");
  expect(clockText(AT, AT + 12 * 3_600_000)).toBe("14:02 UTC on Thu 20 Nov");
});

test("long lists are counted, not cut", () => {
  expect(listText(["a"])).toBe("a");
  expect(listText(["a", "b", "c"])).toBe("a, b and c");
  expect(listText(["a", "b", "c", "d", "e"], 3)).toBe("a, b and 3 more");
});

test("figures stay with their units", () => {
  expect(holdUnits("98 of 108 probes, 1.2 % at 14:02 UTC")).toBe(
    "98\u00a0of\u00a0108 probes, 1.2\u00a0% at 14:02\u00a0UTC",
  );
});
