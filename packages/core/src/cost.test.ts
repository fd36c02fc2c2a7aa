import { expect, test } from "vitest";
import { DEFAULT_ALERTING } from "./alerting.ts";
import { costOf, costText } from "./cost.ts";

const HOUR = 3_600_000;
const failed = (code: number) => code >= 400 || code === 0;

test("downtime is the share of answers that count as it, of the time it lasted", () => {
  const cost = costOf({ 200: 60, 409: 60, 503: 30, 0: 30 }, HOUR, DEFAULT_ALERTING, failed);
  expect(cost).toEqual({ downMs: HOUR / 3, failed: 120, of: 180 });
  expect(costText(cost)).toBe("20 min of downtime, 120 of 180 probes failed");
});

test("what counts is the definition's to say", () => {
  const downtime = { codes: [{ from: 409, to: 409, exclude: false }], noAnswer: false };
  expect(costOf({ 200: 1, 409: 1, 0: 2 }, HOUR, { downtime }, failed).downMs).toBe(HOUR / 4);
});

test("nothing seen costs nothing", () => {
  expect(costText(costOf({}, HOUR, DEFAULT_ALERTING, failed))).toBe("no downtime, 0 of 0 probes failed");
  expect(costText({ downMs: 20_000, failed: 1, of: 3 })).toBe("under a minute of downtime, 1 of 3 probes failed");
});
