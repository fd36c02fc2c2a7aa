import { expect, test } from "vitest";
import { chanceText, incidentSentence, percentText, scopeText } from "./sentence.ts";
import { INCIDENT } from "./testing/world.ts";

test("a share keeps the figures that count and never rounds something to nothing", () => {
  expect([0, 0.000004, 0.0123, 0.099, 0.467, 1].map(percentText)).toEqual([
    "0 %",
    "0.0004 %",
    "1.2 %",
    "9.9 %",
    "47 %",
    "100 %",
  ]);
});

test("a scope is said with its regions", () => {
  const regions = ["eu-west", "eu-central", "eu-north"];
  expect(scopeText({ kind: "regions", regions, elsewhere: ["us-east"] })).toBe("in eu-west, eu-central and eu-north");
  expect(scopeText({ kind: "everywhere", regions, elsewhere: [] })).toBe("everywhere");
});

test("an incident of several codes, or of no answer, is named as such", () => {
  expect(incidentSentence({ ...INCIDENT, code: null })).toMatch(/^unexpected codes on 19 of 20 probes/);
  expect(incidentSentence({ ...INCIDENT, code: 0 })).toMatch(/^no answer on 19 of 20 probes/);
});

test("chance is said as time between false alarms, from the budget and the evidence", () => {
  expect(chanceText(0, 1)).toBe("by chance less than once in 370 days");
  expect(chanceText(Math.log(310), 1)).toBe("by chance less than once in 310 years");
  expect(chanceText(Math.log(310), 12)).toBe("by chance less than once in 26 years");
  expect(chanceText(0, 365)).toBe("by chance less than once in 24 hours");
  expect(chanceText(600, 1)).toBe("by chance less than once in a billion years");
});
