import { expect, test } from "vitest";
import { type DetectorState, feed, startDetector } from "./detector.ts";
import { readings } from "./reading.ts";
import { verdictOf } from "./standing.ts";
import type { DetectorEvent, Verdict } from "./verdict.ts";
import { chanceText, clockText, evidenceText, shareText, whyText } from "./words.ts";

const START = 1_709_251_200_000;

/** Judges one minute in which `codes` were met in regions a, b and c, in order; null is a missed one. */
function judge(state: DetectorState, minute: number, codes: (number | null)[]): Verdict {
  const at = START + minute * 60_000;
  const events: DetectorEvent[] = codes.flatMap((code, index) =>
    code === null ? [] : feed(state, { at, region: "abc"[index]!, code, expected: code === 200 }),
  );
  const sampled = codes.filter((code) => code !== null).length;
  const missed = codes.length - sampled;
  const falseAlarmsPerYear = 1;
  const slot = { monitor: "orders", subject: "s1", slot: at, sampled, missed, falseAlarmsPerYear };
  return verdictOf({ ...slot, state, readings: readings(state), events });
}

function quiet(minutes: number): DetectorState {
  const state = startDetector({ regions: ["a", "b", "c"], intervalMs: 60_000, falseAlarmsPerYear: 1 });
  for (let minute = 0; minute < minutes; minute++) judge(state, minute, [200, 200, 200]);
  return state;
}

test("a monitor learns for a day of quiet history, and is as usual then", () => {
  const state = quiet(90);
  expect(judge(state, 90, [200, 200, 200])).toMatchObject({
    monitor: "orders",
    subject: "s1",
    standing: "learning",
    reason: "learning: 1 of 24 h of quiet history, usual 0.024 % unexpected",
    sampled: 3,
    missed: 0,
  });
  expect(judge(quiet(1_441), 1_441, [200, 200, 200])).toMatchObject({
    standing: "usual",
    reason: "as usual: usual 0.0017 % unexpected",
  });
});

test("a slot without samples is no data, also while a spike is open", () => {
  const state = quiet(600);
  expect(judge(state, 600, [null, null, null])).toMatchObject({
    standing: "no_data",
    reason: "no data: none of 3 regions reported",
    missed: 3,
  });
  for (let minute = 601; minute < 604; minute++) judge(state, minute, [409, 409, 409]);
  expect(judge(state, 604, [null, null, null]).reason).toBe(
    "no data: none of 3 regions reported; the spike of 409 stays open",
  );
});

test("one conflict more than usual is watched, many are a spike, with numbers to check", () => {
  const state = quiet(2_000);
  expect(judge(state, 2_000, [200, 200, 200]).standing).toBe("usual");
  const watching = judge(state, 2_001, [409, 200, null]);
  expect(watching.standing).toBe("watching");
  expect(watching.reason).toMatch(
    /^watching: 1 of 1 probes 409, usual [\d.]+ %, chance 1 in [\d,]+, limit 1 in 530 thousand$/,
  );
  expect(watching.readings).toMatchObject([{ stream: 409 }, { stream: "any" }]);
  const spike = judge(state, 2_002, [409, 409, 200]);
  expect(spike.standing).toBe("spike");
  expect(spike.reason).toMatch(/^spike: 2 of 2 probes 409, usual [\d.]+ %, chance 1 in .*(thousand|[mb]illion)$/);
  expect(spike.events).toMatchObject([{ kind: "opened", code: 409, scope: { regions: ["a"] } }]);
  // Counts are those of the scope: what b answers is not among them.
  expect(spike.readings[0]).toMatchObject({ stream: 409, code: 409, bad: 2, of: 2, open: true });
});

test("missing answers and mixed codes have words of their own", () => {
  const silent = quiet(600);
  for (let minute = 600; minute < 603; minute++) judge(silent, minute, [0, 0, 0]);
  expect(judge(silent, 603, [0, 0, 0]).reason).toMatch(/^spike: 12 of 12 probes no answer, usual/);
});

test("chance is a span of time that grows with the evidence and shrinks with the budget", () => {
  expect(chanceText(0, 1)).toBe("1 in 530 thousand");
  expect(chanceText(Math.log(980e6 / 525_600), 1)).toBe("1 in 980 million");
  expect(chanceText(Math.log(22_026), 1)).toBe("1 in 12 billion");
  expect(chanceText(0, 12)).toBe("1 in 44,000");
  expect(chanceText(-4, 1)).toBe("1 in 9,600");
  expect(chanceText(-20, 1)).toBe("1 in 1");
  expect(chanceText(500, 1)).toBe("practically never");
});

test("a share is said with two digits, and never as nothing when it is something", () => {
  const shares = [0, 1e-7, 0.00094, 0.012, 0.0469, 0.35, 0.999, 1];
  expect(shares.map(shareText)).toEqual([
    "0 %",
    "under 0.001 %",
    "0.094 %",
    "1.2 %",
    "4.7 %",
    "35 %",
    "99.9 %",
    "100 %",
  ]);
});

test("the evidence of a spike is one line whose counts can be checked", () => {
  const facts = { bad: 41, of: 45, onsetAt: Date.parse("2026-01-06T14:02:10Z"), usualShare: 0.012 };
  const usual = { usualBad: 726, usualOf: 60_480, lnEvidence: Math.log(980e6 / 525_600), falseAlarmsPerYear: 1 };
  const now = Date.parse("2026-01-06T14:20:00Z");
  const text = "41 of 45 since 14:02; usual 726 of 60,480 (1.2 %); chance 1 in 980 million";
  expect(evidenceText({ ...facts, ...usual }, now)).toBe(text);
  expect(evidenceText({ ...facts, ...usual }, now, "Europe/Berlin")).toBe(text.replace("14:02", "15:02"));
  expect(evidenceText({ ...facts, ...usual, usualShare: 0.3 }, now)).toContain("(1.2 %, at this time 30 %)");
  expect(evidenceText({ ...facts, ...usual }, now + 86_400_000)).toContain("since 2026-01-06 14:02");
});

test("dates are those of the calendar, on leap days and turns of the year", () => {
  for (const day of [
    "1970-01-01",
    "1999-12-31",
    "2000-02-29",
    "2024-02-29",
    "2026-03-01",
    "2100-02-28",
    "2100-03-01",
  ]) {
    const at = Date.parse(`${day}T23:59:00Z`);
    expect(clockText(at, at + 10 * 86_400_000)).toBe(`${day} 23:59`);
  }
});

test("why a slot did not open says for each stream what came, how likely that is, and what it would have taken", () => {
  const state = quiet(2_000);
  const verdict = judge(state, 2_001, [409, 200, null]);
  const [first, second] = whyText(verdict.readings, 1);
  expect(first).toMatch(/^409: 1 of 1 probes, usual [\d.]+ %, chance 1 in [\d,]+, limit 1 in 530 thousand: watched$/);
  expect(second).toMatch(/^any unexpected code: 1 of 1 probes/);
  expect(whyText(judge(quiet(60), 60, [200, 200, 200]).readings, 1)[0]).toBe("409: nothing speaks for a change");
  for (let minute = 2_002; minute < 2_005; minute++) judge(state, minute, [409, 409, 409]);
  expect(whyText(readings(state), 1)[0]).toMatch(/: a spike is open$/);
});

test("a spike that keeps coming back says for how long it has to be calm", () => {
  const state = quiet(600);
  const flapping = (minute: number) => (minute % 60 < 20 ? [409, 409, 409] : [200, 200, 200]);
  let verdict = judge(state, 600, [200, 200, 200]);
  for (let minute = 601; minute < 600 + 6 * 60; minute++) verdict = judge(state, minute, flapping(minute));
  expect(verdict.standing).toBe("spike");
  expect(verdict.reason).toMatch(
    /; calm since \d\d:\d\d, closes when that has lasted \d+ (min|h), because it came back \d times in a row$/,
  );
});
