import { expect, test } from "vitest";
import { followEvents, type Incident } from "./incident.ts";
import type { DetectorEvent, Scope } from "./verdict.ts";

const EVERYWHERE: Scope = { kind: "everywhere", regions: ["eu", "us"], elsewhere: [] };
const IN_EU: Scope = { kind: "regions", regions: ["eu"], elsewhere: ["us"] };
const NONE = { bad: 0, of: 0 };

function opened(code: number, at: number, scope = EVERYWHERE): DetectorEvent {
  const evidence = { bad: 4, of: 5, usualShare: 0.01, usualBad: 1, usualOf: 100, lnEvidence: 2, lnThreshold: 0 };
  return { kind: "opened", stream: code, code, at, scope, onsetAt: at - 60_000, onsetUncertaintyMs: 30_000, evidence };
}
const closed = (code: number, at: number): DetectorEvent => ({
  kind: "closed",
  stream: code,
  code,
  at,
  onsetAt: 0,
  lastBadAt: at - 1,
});

const openOf = (step: { incident: Incident | null }): Incident => {
  if (step.incident === null) throw new Error("no incident");
  return { ...step.incident, id: 1 };
};

test("a spike opens one incident, with its onset, its counts and why", () => {
  const { incident, transition } = followEvents(null, "orders", [opened(409, 100_000)], NONE, 100_000);
  expect(incident).toMatchObject({
    state: "open",
    code: 409,
    codes: [409],
    onsetAt: 40_000,
    seen: { bad: 4, of: 5 },
    revision: 1,
  });
  expect(transition).toEqual({ kind: "opened", at: 100_000, reason: "409 rose above what is usual" });
});

test("a quiet slot of an open incident adds its counts and is no transition", () => {
  const open = openOf(followEvents(null, "orders", [opened(409, 100_000)], NONE, 100_000));
  const { incident, transition } = followEvents(open, "orders", [], { bad: 2, of: 3 }, 160_000);
  expect(transition).toBeNull();
  expect(incident).toMatchObject({ seen: { bad: 6, of: 8 }, revision: open.revision });
});

test("a second code joins the open incident: it changes, and no other is opened", () => {
  const open = openOf(followEvents(null, "orders", [opened(409, 100_000, IN_EU)], NONE, 100_000));
  const { incident, transition } = followEvents(open, "orders", [opened(503, 160_000)], NONE, 160_000);
  expect(incident).toMatchObject({ id: 1, code: 409, codes: [409, 503], scope: EVERYWHERE, state: "open" });
  expect(transition).toMatchObject({ kind: "changed", reason: "503 rose as well" });
});

test("an incident resolves when the last of its streams has closed, not before", () => {
  const first = openOf(followEvents(null, "orders", [opened(409, 100_000), opened(503, 100_000)], NONE, 100_000));
  const half = followEvents(first, "orders", [closed(409, 200_000)], NONE, 200_000);
  expect(half.transition).toBeNull();
  expect(half.incident?.state).toBe("open");
  const whole = followEvents(openOf(half), "orders", [closed(503, 300_000)], NONE, 300_000);
  expect(whole.incident).toMatchObject({ state: "resolved", resolvedAt: 300_000, streams: [] });
  expect(whole.transition).toMatchObject({ kind: "resolved", reason: "503 is as usual again" });
});

test("a stream that closes without an incident is nothing", () => {
  expect(followEvents(null, "orders", [closed(409, 1)], NONE, 1)).toEqual({ incident: null, transition: null });
});

test("what a cold start took to be a spike and then took as usual says so", () => {
  const open = openOf(followEvents(null, "orders", [opened(409, 100_000)], NONE, 100_000));
  const accepted: DetectorEvent = { kind: "accepted", stream: 409, code: 409, at: 900_000, share: 0.25, by: "start" };
  expect(followEvents(open, "orders", [accepted], NONE, 900_000).transition?.reason).toContain(
    "taken as usual: 25.0 %",
  );
});

test("what a person accepted says so, and in which share", () => {
  const open = openOf(followEvents(null, "orders", [opened(409, 100_000)], NONE, 100_000));
  const accepted: DetectorEvent = { kind: "accepted", stream: 409, code: 409, at: 900_000, share: 0.25, by: "person" };
  const { incident, transition } = followEvents(open, "orders", [accepted], NONE, 900_000);
  expect(incident).toMatchObject({ state: "resolved" });
  expect(transition?.reason).toBe("accepted as usual by a person: 25.0 % of answers 409");
});
