import { expect, test } from "vitest";
import { incidentSentence } from "./sentence.ts";
import { INCIDENT } from "./testing/world.ts";

test("an incident says what, how many of how many, where, and what is usual", () => {
  expect(incidentSentence(INCIDENT)).toBe("409 on 19 of 20 probes in eu-west and eu-central; usual is 1.2 %");
});

test("an incident of several codes, or of no answer, is named as such", () => {
  expect(incidentSentence({ ...INCIDENT, code: null })).toMatch(/^unexpected codes on 19 of 20 probes/);
  expect(incidentSentence({ ...INCIDENT, code: 0 })).toMatch(/^no answer on 19 of 20 probes/);
});
