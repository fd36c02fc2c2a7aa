import { type Incident, startDetector } from "@statusquo/core";
import { expect, test } from "vitest";
import { feedSlot, followSlot, type SlotSample } from "./slot-step.ts";

const START = 1_767_657_600_000;
const MINUTE = 60_000;
const REGIONS = ["ap", "eu", "us"];

/** A quiet hour, then slots of `codes`, one a minute; the incident after each of these, and the samples since the onset. */
function followed(codes: (region: string, slot: number) => number, slots: number): (Incident | null)[] {
  const detector = startDetector({ regions: REGIONS, intervalMs: MINUTE, falseAlarmsPerYear: 1 });
  let open: Incident | null = null;
  const after: (Incident | null)[] = [];
  for (let slot = -60; slot < slots; slot++) {
    const samples = REGIONS.map((region): SlotSample => {
      const code = slot < 0 ? 200 : codes(region, slot);
      return { region, code, expected: code === 200 };
    });
    const at = START + slot * MINUTE;
    const fed = feedSlot(detector, at, samples);
    const { incident } = followSlot(open, "checkout", samples, fed, at);
    open = incident?.state === "open" ? incident : null;
    if (slot >= 0) after.push(incident);
  }
  return after;
}

test("an incident has seen every sample from its onset on once, wherever in a slot it opened", () => {
  const incidents = followed(() => 503, 6);
  const first = incidents.findIndex((incident) => incident !== null);
  expect(first).toBeGreaterThanOrEqual(0);
  for (const [slot, incident] of incidents.entries()) {
    if (slot < first) continue;
    expect(incident?.onsetAt).toBe(START);
    expect(incident?.seen).toEqual({ bad: 3 * (slot + 1), of: 3 * (slot + 1) });
  }
});

test("samples of regions outside of its scope are not among what it has seen", () => {
  const last = followed((region) => (region === "eu" ? 503 : 200), 30).at(-1);
  expect(last?.scope.regions).toEqual(["eu"]);
  expect(last?.seen).toEqual({ bad: 30, of: 30 });
});

test("a slot that brings nothing about, and one without samples, leave the incident as it is", () => {
  const detector = startDetector({ regions: REGIONS, intervalMs: MINUTE, falseAlarmsPerYear: 1 });
  expect(feedSlot(detector, START, [])).toEqual({ events: [], fedAtEvent: 0 });
  const nothing = { incident: null, transition: null };
  expect(followSlot(null, "checkout", [], { events: [], fedAtEvent: 0 }, START)).toEqual(nothing);
});
