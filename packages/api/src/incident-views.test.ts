import { expect, test } from "vitest";
import { incidentSummary } from "./incident-views.ts";
import { INCIDENT } from "./testing/world.ts";

test("a summary names the likeliest cause, and none where the answers do not say", () => {
  expect(incidentSummary(INCIDENT, "Orders", null).cause).toBe(INCIDENT.causes[0]?.title);
  const [first] = INCIDENT.causes;
  if (first === undefined) throw new Error("the incident of these tests has no cause");
  const unsaid = { ...first, cause: "undetermined" as const, title: "the answer does not say why" };
  expect(incidentSummary({ ...INCIDENT, causes: [unsaid, first] }, "Orders", null).cause).toBeNull();
  expect(incidentSummary({ ...INCIDENT, causes: [] }, "Orders", null).cause).toBeNull();
});
