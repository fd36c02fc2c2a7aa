import { expect, test } from "vitest";
import { budgetText, chanceText } from "./chance.ts";

test("chance is a span of years that grows with the evidence and shrinks with the budget", () => {
  expect(chanceText(Math.log(980e6), 1)).toBe("less than once in 980 million years");
  expect(chanceText(Math.log(3.2), 1)).toBe("less than once in 3.2 years");
  expect(chanceText(0, 1)).toBe("less than once a year");
  expect(chanceText(0, 12)).toBe("less than once in 30 days");
  expect(chanceText(Math.log(40), 4)).toBe("less than once in 10 years");
  expect(chanceText(Math.log(996e3), 1)).toBe("less than once in 1 million years");
});

test("evidence beyond all figures has words", () => {
  expect(chanceText(5_000, 1)).toBe("practically never");
  expect(chanceText(-20, 1)).toBe("about once a day");
});

test("the budget is said beside it", () => {
  expect([1, 12, 0.5].map(budgetText)).toEqual([
    "1 false alarm a year",
    "12 false alarms a year",
    "1 false alarm in 2 years",
  ]);
});
