import { expect, test } from "vitest";
import type { Status } from "./status-views.ts";
import { daysText, disruptionText, headingOf } from "./status-words.ts";

const HOUR = 3_600_000;
const disruption = (change: Partial<Status["disruptions"][number]> = {}): Status["disruptions"][number] => ({
  service: "Checkout",
  group: null,
  state: "partly",
  places: [],
  since: 0,
  until: null,
  ...change,
});

test("the public page says what does not work, and where, without a word on why", () => {
  expect(headingOf({ state: "ok", disruptions: [disruption({ until: HOUR })] })).toBe("Everything works.");
  expect(headingOf({ state: "unknown", disruptions: [] })).toBe("Nothing is measured at the moment.");
  expect(headingOf({ state: "partly", disruptions: [disruption({ places: ["eu-west"] })] })).toBe(
    "Checkout is partly disrupted in eu-west.",
  );
  expect(headingOf({ state: "down", disruptions: [disruption(), disruption({ state: "down" })] })).toBe(
    "Two services are disrupted.",
  );
  expect(disruptionText(disruption({ state: "down", until: HOUR }))).toBe("Checkout did not work.");
});

test("the bars of a service are said in words", () => {
  const day = { at: 0, state: "ok" as const, disruptedMs: 0 };
  expect(daysText([day, day])).toBe("No disruption.");
  expect(
    daysText([day, { at: 0, state: "partly", disruptedMs: 3 * HOUR }, { at: 0, state: "unmeasured", disruptedMs: 0 }]),
  ).toBe("Disrupted on 1 day, at most 3 h a day. 1 day was not measured.");
});
