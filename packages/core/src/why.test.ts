import { expect, test } from "vitest";
import type { Verdict } from "./verdict.ts";
import { slotWhyText, type Why, whyOf } from "./why.ts";

const WHY: Why = {
  ...{ monitor: "checkout", slot: 0, standing: "watching", learnedMin: 1_440, sampled: 3, missed: 0, note: null },
  strongest: { stream: 409, code: 409, lnEvidence: -3, lnThreshold: 0, usualShare: 0.012, bad: 2, of: 6, open: false },
};

test("why not: the counts, what is usual, how likely chance is, and where the limit lies", () => {
  expect(slotWhyText(WHY, 1)).toMatch(
    /^watching: 2 of 6 probes 409, usual 1\.2 %, chance 1 in [\d,]+( thousand)?, limit 1 in 530 thousand$/,
  );
});

test("a note says what numbers cannot, and no data says how many regions were silent", () => {
  expect(slotWhyText({ ...WHY, note: "maintenance" }, 1)).toBe("maintenance");
  expect(slotWhyText({ ...WHY, sampled: 0, missed: 3, standing: "no_data" }, 1)).toBe(
    "no data: none of 3 regions reported",
  );
  const open = { ...WHY.strongest!, open: true };
  expect(slotWhyText({ ...WHY, strongest: open, sampled: 0, missed: 1 }, 1)).toContain("the spike of 409 stays open");
});

test("of several streams the open one speaks, else the one with the most evidence", () => {
  const reading = (stream: number, lnEvidence: number, open = false) => ({
    ...WHY.strongest!,
    stream,
    lnEvidence,
    open,
  });
  const verdict: Verdict = {
    ...{ monitor: "checkout", slot: 0, subject: "s", standing: "spike", reason: "", events: [], sampled: 3, missed: 0 },
    readings: [reading(503, 5), reading(409, 2, true), reading(500, 9)],
  };
  expect(whyOf(verdict, 99_999)).toMatchObject({ strongest: { stream: 409 }, learnedMin: 1_440 });
});
