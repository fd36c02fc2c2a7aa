import { expect, test } from "vitest";
import { incidentOf, MINUTE, NOON } from "../testing/views.ts";
import { headlineOf } from "./headline.ts";
import { ledeOf, surenessOf, timesText, usualText } from "./say.ts";

const fix = { now: "", inClients: "", later: "" };
const cause = (name: string, title: string, share: number) => ({
  cause: name,
  title,
  share,
  for: [],
  against: [],
  fix,
});

test("the headline says what, of which monitor, and where", () => {
  expect(headlineOf(incidentOf())).toBe("Create order: 409 Conflict in eu-west");
  expect(headlineOf(incidentOf({ code: null, codes: [409, 0] }))).toBe("Create order: 409 and no answer in eu-west");
});

test("a 2xx that was not expected is called that, and the first sentence says what was wrong with it", () => {
  const unmet = { step: null, what: '$.status was "degraded", expected "ok"' };
  const incident = incidentOf({ code: 200, codes: [200], unmet });
  expect(headlineOf(incident)).toBe("Create order: Unexpected 200 in eu-west");
  expect(ledeOf(incident).after).toBe(
    ', but in the newest $.status was "degraded", expected "ok". Usual is 1 in 83. us-east is as usual.',
  );
});

test("the first sentence counts what is seen, what is usual, and who is not affected", () => {
  expect(ledeOf(incidentOf())).toEqual({
    before: "Since about 11:45 UTC, 41 of 45 probes in eu-west answered",
    after: ". Usual is 1 in 83. us-east is as usual.",
    likely: "",
  });
  const over = incidentOf({ state: "resolved", resolvedAt: NOON - MINUTE, code: 0 });
  expect(ledeOf(over).before).toBe("From about 11:45 to 11:59 UTC (14 min), 41 of 45 probes in eu-west got");
});

test("a cause is called likely only with half the evidence", () => {
  const of = (...causes: ReturnType<typeof cause>[]) => ledeOf(incidentOf({ causes })).likely;
  expect(of(cause("stale-version", "stale ETag or version", 0.86))).toBe("Most likely stale ETag or version.");
  expect(of(cause("race", "race with another writer", 0.4))).toBe("Perhaps race with another writer.");
  expect(of(cause("undetermined", "", 0.9), cause("race", "race with another writer", 0.05))).toBe(
    "The answers do not say why; closest is race with another writer (5 %).",
  );
  expect([0.86, 0.5, 0.3].map(surenessOf)).toEqual(["high", "fair", "low"]);
});

test("usual is said with what it rests on", () => {
  const { evidence } = incidentOf();
  expect(usualText({ usualShare: 0.0005, evidence: { ...evidence, usualBad: 0, usualOf: 5_000 } })).toBe(
    "Usual is none of 5,000.",
  );
  expect(usualText({ usualShare: 0.5, evidence })).toBe("Usual is 50 %.");
  expect(usualText({ usualShare: 0.02, evidence: { ...evidence, usualOf: 0 } })).toBe(
    "Nothing is learned yet of what is usual here.",
  );
});

test("a factor is given only where something is usual", () => {
  expect(timesText(41, 45, 0.012)).toBe("×76");
  expect(timesText(1, 10, 0.05)).toBe("×2.0");
  expect(timesText(1, 10, 0)).toBeNull();
  expect(timesText(0, 0, 0.1)).toBeNull();
});
