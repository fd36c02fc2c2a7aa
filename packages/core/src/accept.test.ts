import { expect, test } from "vitest";
import { acceptAsUsual, UNDO_MS, undoAccept } from "./accept.ts";
import { type DetectorState, feed, startDetector } from "./detector.ts";
import { packDetector, unpackDetector } from "./pack.ts";
import { readings, usualShare } from "./reading.ts";
import type { DetectorEvent } from "./verdict.ts";

const START = 1_709_251_200_000;
const CONFIG = { regions: ["ap", "eu", "us"], intervalMs: 60_000, falseAlarmsPerYear: 1 };

function run(
  state: DetectorState,
  from: number,
  until: number,
  codeOf: (minute: number, region: string) => number,
): DetectorEvent[] {
  const events: DetectorEvent[] = [];
  for (let minute = from; minute < until; minute++) {
    for (const region of state.scopes.regions) {
      const code = codeOf(minute, region);
      events.push(...feed(state, { at: START + minute * 60_000, region, code, expected: code === 200 }));
    }
  }
  return events;
}

const third = (minute: number, region: string) => ((minute * 7 + region.charCodeAt(0)) % 3 === 0 ? 409 : 200);

/** A quiet day, then two hours in which every third answer is a 409. */
function withSpike(codeOf = third): DetectorState {
  const state = startDetector(CONFIG);
  run(state, 0, 1_440, () => 200);
  run(state, 1_440, 1_560, codeOf);
  return state;
}

function accepted(state: DetectorState, scope = {}) {
  const answer = acceptAsUsual(state, state.lastAt, scope);
  if (answer.kind !== "accepted") throw new Error(answer.reason);
  return answer;
}

test("an accept that is undone gives back what was usual before, and the spike opens again", () => {
  const state = withSpike();
  const before = usualShare(state, 409, START + 720 * 60_000, "eu");
  const { undo } = accepted(state);
  expect(usualShare(state, 409, state.lastAt, "eu")).toBeGreaterThan(0.2);
  expect(run(state, 1_560, 4_440, third)).toEqual([]);
  const twoDaysLater = state.lastAt;
  expect(undoAccept(state, undo, twoDaysLater)).toEqual({
    kind: "undone",
    streams: [409, "any"],
    acceptedAt: START + 1_559 * 60_000,
  });
  expect(usualShare(state, 409, START + 720 * 60_000, "eu")).toBeCloseTo(before, 9);
  expect(readings(state).some(({ open }) => open)).toBe(false);
  expect(run(state, 4_440, 4_460, third)).toMatchObject([{ kind: "opened", code: 409 }]);
});

test("an undo goes through the store: packed states before and after come to the same numbers", () => {
  const state = withSpike();
  const { undo } = accepted(state);
  run(state, 1_560, 1_700, third);
  const { live, seasons } = packDetector(state);
  const restarted = unpackDetector(CONFIG, { live, seasons: seasons! });
  for (const each of [state, restarted]) undoAccept(each, undo, each.lastAt);
  const packed = (each: DetectorState) => packDetector(each);
  expect(packed(restarted)).toEqual(packed(state));
  const { live: undone, seasons: undoneSeasons } = packed(state);
  expect(() => unpackDetector(CONFIG, { live: undone, seasons: undoneSeasons! })).not.toThrow();
});

test("after a week, or for other regions, an accept stands, and says why", () => {
  const state = withSpike();
  const { undo } = accepted(state);
  const before = packDetector(state);
  expect(undoAccept(state, undo, state.lastAt + UNDO_MS + 1)).toEqual({
    kind: "refused",
    reason: "an accept can be undone within 7 days, this one is 7 days old",
  });
  expect(packDetector(state)).toEqual(before);
  const moved = unpackDetector({ ...CONFIG, regions: ["eu", "us"] }, { live: before.live, seasons: before.seasons! });
  expect(undoAccept(moved, undo, moved.lastAt)).toEqual({
    kind: "refused",
    reason: "it was accepted for the regions ap, eu, us, they are eu, us now",
  });
  expect(() => undoAccept(state, undo.slice(0, 80), state.lastAt)).toThrow("undo of an accept");
});

test("what is accepted for one region is usual there and alarming in the others", () => {
  const inEu = (minute: number, region: string) => (region === "eu" && minute % 2 === 0 ? 409 : 200);
  const state = withSpike(inEu);
  expect(readings(state)[0]).toMatchObject({ stream: 409, open: true });
  accepted(state, { regions: ["eu"] });
  const now = state.lastAt;
  expect(usualShare(state, 409, now, "eu")).toBeGreaterThan(0.3);
  for (const other of ["ap", "us"]) expect(usualShare(state, 409, now, other)).toBeLessThan(0.03);
  expect(run(state, 1_560, 3_000, inEu)).toEqual([]);
  const opened = run(state, 3_000, 3_060, (minute, region) =>
    region === "ap" ? inEu(minute, "eu") : inEu(minute, region),
  );
  expect(opened).toMatchObject([{ kind: "opened", code: 409, scope: { regions: ["ap"] } }]);
});

test("what is accepted for one region of a spike everywhere opens anew for the others", () => {
  const state = withSpike();
  expect(readings(state)[0]).toMatchObject({ open: true });
  accepted(state, { regions: ["eu"] });
  const [opened] = run(state, 1_560, 1_600, third);
  if (opened?.kind !== "opened") throw new Error("nothing opened");
  expect(opened.scope.regions).toEqual(expect.arrayContaining(["ap", "us"]));
});

test("one stream of two is accepted alone; one that is not open is refused with what is", () => {
  const mixed = (minute: number, region: string) => [200, 409, 503][(minute * 7 + region.charCodeAt(0)) % 3]!;
  const state = startDetector(CONFIG);
  run(state, 0, 1_440, (minute) => (minute % 400 === 0 ? 503 : 200));
  run(state, 1_440, 1_500, third);
  run(state, 1_500, 1_620, mixed);
  const open = readings(state)
    .filter((reading) => reading.open)
    .map(({ stream }) => stream);
  expect(open).toHaveLength(2);
  expect(open).toContain(409);
  expect(acceptAsUsual(state, state.lastAt, { streams: [418] })).toEqual({
    kind: "nothing",
    reason: `no spike is open for 418; open are: 409, 503`,
  });
  const { events } = accepted(state, { streams: [409] });
  expect(events.map(({ kind, stream }) => [kind, stream])).toEqual([
    ["accepted", 409],
    ["closed", 409],
  ]);
  expect(readings(state).filter((reading) => reading.open)).toHaveLength(1);
});
