import { expect, test } from "vitest";
import {
  everyText,
  incidentText,
  listText,
  msText,
  numberWord,
  percentText,
  spanText,
  uptimeText,
  whenText,
} from "./words.ts";

const NOON = Date.UTC(2025, 10, 20, 12, 0);

test("an incident has the name that mails and Slack call it", () => {
  expect(incidentText(412)).toBe("INC-412");
});

test("spans are whole units of the largest kind that is at least two", () => {
  expect([-5, 999, 119_999, 120_000, 7_199_999, 7_200_000, 172_799_999, 172_800_000].map(spanText)).toEqual([
    "0 s",
    "0 s",
    "119 s",
    "2 min",
    "119 min",
    "2 h",
    "47 h",
    "2 days",
  ]);
});

test("uptime is never 100 % while one answer was counted as down", () => {
  expect([1, 0.99999, 0.5, 0, null].map(uptimeText)).toEqual(["100 %", "99.99 %", "50.00 %", "0.00 %", "–"]);
});

test("a share of nothing is not zero", () => {
  expect(percentText(0, 0)).toBe("–");
  expect(percentText(0, 9)).toBe("0 %");
  expect(percentText(1, 240)).toBe("0.42 %");
  expect(percentText(7, 15)).toBe("46.7 %");
  expect(percentText(9, 9)).toBe("100 %");
});

test("what is not today carries its day", () => {
  expect(whenText(NOON - 3_600_000, NOON)).toBe("11:00");
  expect(whenText(NOON - 86_400_000, NOON)).toBe("19 Nov 12:00");
});

test("an absent duration is an en dash, a short one keeps a decimal", () => {
  expect([null, 0.44, 9.94, 9.96, 1_280].map(msText)).toEqual(["–", "0.4", "9.9", "10", "1,280"]);
});

test("intervals and lists read as said", () => {
  expect([5_000, 60_000, 300_000, 3_600_000].map(everyText)).toEqual([
    "every 5 s",
    "every minute",
    "every 5 min",
    "every hour",
  ]);
  expect(listText([])).toBe("");
  expect(listText(["a", "b", "c"])).toBe("a, b and c");
  expect([0, 1, 9, 10].map(numberWord)).toEqual(["no", "one", "nine", "10"]);
});
