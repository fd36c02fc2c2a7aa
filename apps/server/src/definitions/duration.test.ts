import { expect, test } from "vitest";
import { durationText, parseBudget, parseDuration } from "./duration.ts";

test.each([
  ["30s", 30_000],
  ["5m", 300_000],
  ["1h", 3_600_000],
  ["250ms", 250],
  ["7d", 604_800_000],
])("%s is %i ms, and is written so again", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
  expect(parseDuration(durationText(ms))).toBe(ms);
});

test.each(["", "5", "0s", "-1s", "1.5h", "5 m", "1m30s", "5years", "NaN", "1e3s"])("%j is no duration", (text) => {
  expect(parseDuration(text)).toBeNull();
});

test.each([
  ["1/year", 1],
  ["2/month", 24],
  ["1/day", 365],
])("a budget of %s is %d false alarms a year", (text, perYear) => {
  expect(parseBudget(text)).toBe(perYear);
});

test.each(["0/year", "1", "1/decade", "once a year", "-1/year"])("%j is no budget", (text) => {
  expect(parseBudget(text)).toBeNull();
});
