import { expect, test } from "vitest";
import { acceptAsUsual } from "./accept.ts";
import { type DetectorConfig, type DetectorState, feed, startDetector } from "./detector.ts";
import { packDetector, unpackDetector } from "./pack.ts";
import { readings, usualCounts, usualShare } from "./reading.ts";
import { WORLDS } from "./testing/detector-worlds.ts";
import type { DetectorEvent } from "./verdict.ts";

const START = 1_709_251_200_000;
const CONFIG: DetectorConfig = { regions: ["ap", "eu", "us"], intervalMs: 60_000, falseAlarmsPerYear: 1 };

function packed(state: DetectorState): { live: Uint8Array; seasons: Uint8Array } {
  const { live, seasons } = packDetector(state);
  if (seasons === null) throw new Error("seasons were not packed");
  return { live, seasons };
}

/** Minutes `from` to `until`: every region answers what `codeOf` says. */
function live(
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

test("a detector that is packed and unpacked again and again gives the very numbers of one that never was", () => {
  for (const [every, world] of [
    [1_597, WORLDS.weeks],
    [97, WORLDS.cold],
    [313, WORLDS.trembling],
  ] as const) {
    const straight = startDetector(world.config);
    let restarted = startDetector(world.config);
    let fed = 0;
    let happened = 0;
    for (const sample of world.samples()) {
      const wanted = feed(straight, sample);
      expect(feed(restarted, sample)).toEqual(wanted);
      happened += wanted.length;
      fed += 1;
      // A spike opens, lasts and closes across restarts.
      if (fed % every === 0 || wanted.length > 0) {
        restarted = unpackDetector(world.config, packed(restarted));
        expect(readings(restarted)).toEqual(readings(straight));
      }
    }
    expect(happened).toBeGreaterThan(3);
    const [first, second] = [packed(straight), packed(restarted)];
    expect(second.live).toEqual(first.live);
    expect(second.seasons).toEqual(first.seasons);
  }
});

test("seasons are packed only when they are not stored yet, and change once in a quarter of an hour at most", () => {
  const state = startDetector(CONFIG);
  const revisions = new Set<number>();
  live(state, 0, 60, () => {
    revisions.add(state.seasonsRevision);
    return 200;
  });
  expect([...revisions]).toEqual([0, 1, 2, 3]);
  expect(packDetector(state, state.seasonsRevision).seasons).toBeNull();
  expect(packDetector(state, state.seasonsRevision - 1).seasons).not.toBeNull();
});

test("seasons change when a new code appears and when a spike is accepted", () => {
  const state = startDetector(CONFIG);
  live(state, 0, 5, () => 200);
  const before = state.seasonsRevision;
  live(state, 5, 6, () => 503);
  expect(state.seasonsRevision).toBe(before + 1);
  live(state, 6, 9, () => 503);
  expect(readings(state).some(({ open }) => open)).toBe(true);
  acceptAsUsual(state, state.lastAt);
  expect(state.seasonsRevision).toBeGreaterThan(before + 1);
});

test("bytes of another version, damaged ones, and parts that do not belong together are refused", () => {
  const state = startDetector(CONFIG);
  live(state, 0, 20, () => 200);
  const good = packed(state);
  live(state, 20, 40, () => 200);
  const later = packed(state);
  const withNumber = (bytes: Uint8Array, place: number, value: number) => {
    const numbers = new Float64Array(bytes.slice().buffer);
    numbers[place] = value;
    return new Uint8Array(numbers.buffer);
  };
  const refused = (live: Uint8Array, seasons: Uint8Array) => {
    try {
      unpackDetector(CONFIG, { live, seasons });
    } catch (error) {
      return error;
    }
    return null;
  };
  expect(refused(good.live, good.seasons)).toBeNull();
  expect(refused(withNumber(good.live, 0, 1), good.seasons)).toMatchObject({
    code: "store_unusable",
    message: "detector state, live: version must be 2, got 1",
  });
  expect(refused(good.live, withNumber(good.seasons, 0, 7))).toMatchObject({ code: "store_unusable" });
  expect(refused(good.live, later.seasons)).toMatchObject({
    code: "store_unusable",
    message: "detector state, seasons: must be of revision 1 as the live part says, got 2",
  });
  expect(refused(withNumber(good.live, 40, Number.NaN), good.seasons)).toMatchObject({ code: "store_unusable" });
  for (const length of [0, 7, 8, 80, good.live.length - 8, good.live.length - 1]) {
    expect(refused(good.live.slice(0, length), good.seasons)).toMatchObject({ code: "store_unusable" });
  }
  expect(refused(new Uint8Array([...good.live, ...new Uint8Array(8)]), good.seasons)).toMatchObject({
    code: "store_unusable",
  });
});

test("bytes may lie anywhere in memory", () => {
  const state = startDetector(CONFIG);
  live(state, 0, 20, () => 200);
  const { live: bytes, seasons } = packed(state);
  const shifted = new Uint8Array(bytes.length + 3).subarray(3);
  shifted.set(bytes);
  expect(packed(unpackDetector(CONFIG, { live: shifted, seasons })).live).toEqual(bytes);
});

test("a region that goes and one that comes leave the counts, and take the evidence away", () => {
  const state = startDetector(CONFIG);
  live(state, 0, 600, (minute, region) => (region === "us" && minute % 50 === 7 ? 409 : 200));
  live(state, 600, 601, (_, region) => (region === "us" ? 200 : 409));
  const before = readings(state).find(({ stream }) => stream === 409)!;
  expect(before.lnEvidence).toBeGreaterThan(-4);
  const moved = unpackDetector({ ...CONFIG, regions: ["us", "ap", "sa"] }, packed(state));
  expect(moved.scopes.regions).toEqual(["ap", "sa", "us"]);
  expect(usualCounts(moved, 409)).toEqual(usualCounts(state, 409));
  const [was, is] = [state.codes[0]!.level, moved.codes[0]!.level];
  expect([...is.badBy]).toEqual([was.badBy[0], 0, was.badBy[2]]);
  expect([...is.seenBy]).toEqual([was.seenBy[0], 0, was.seenBy[2]]);
  expect(readings(moved).find(({ stream }) => stream === 409)).toMatchObject({ bad: 0, of: 0, open: false });
  expect(live(moved, 601, 700, () => 200)).toEqual([]);
  expect(live(moved, 700, 710, () => 409)).toMatchObject([{ kind: "opened", scope: { regions: ["ap", "sa", "us"] } }]);
});

test("an open spike outlives a change of regions, and closes when those that are left recover", () => {
  const state = startDetector(CONFIG);
  live(state, 0, 300, () => 200);
  const opened = live(state, 300, 310, (_, region) => (region === "eu" ? 409 : 200));
  expect(opened).toMatchObject([{ kind: "opened", stream: 409, scope: { kind: "regions", regions: ["eu"] } }]);

  const kept = unpackDetector({ ...CONFIG, regions: ["eu", "us"] }, packed(state));
  expect(live(kept, 310, 320, (_, region) => (region === "eu" ? 409 : 200))).toEqual([]);
  expect(readings(kept)[0]).toMatchObject({ stream: 409, open: true });
  expect(live(kept, 320, 360, () => 200)).toMatchObject([{ kind: "closed", stream: 409 }]);

  const gone = unpackDetector({ ...CONFIG, regions: ["ap", "us"] }, packed(state));
  expect(live(gone, 310, 350, () => 200)).toMatchObject([{ kind: "closed", stream: 409 }]);
});

test("another budget is taken over as if it had been there from the start", () => {
  const yearly = startDetector(CONFIG);
  const monthly = startDetector({ ...CONFIG, falseAlarmsPerYear: 12 });
  for (const state of [yearly, monthly]) live(state, 0, 300, () => 200);
  const changed = unpackDetector({ ...CONFIG, falseAlarmsPerYear: 12 }, packed(yearly));
  for (const state of [changed, monthly]) live(state, 300, 301, () => 409);
  const evidenceOf = (state: DetectorState) => readings(state).find(({ stream }) => stream === 409)!.lnEvidence;
  expect(evidenceOf(changed)).toBeCloseTo(evidenceOf(monthly), 6);
  expect(usualShare(changed, 409, yearly.lastAt)).toBe(usualShare(monthly, 409, yearly.lastAt));
});
