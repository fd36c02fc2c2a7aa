import fc from "fast-check";
import { expect, test } from "vitest";
import { type DetectorState, feed, startDetector } from "./detector.ts";
import { holdMin, newFlapping, noteReturn } from "./flapping.ts";
import { packDetector, unpackDetector } from "./pack.ts";
import { readings, usualCounts, usualShare } from "./reading.ts";
import { dice } from "./testing/detector-worlds.ts";
import type { DetectorEvent } from "./verdict.ts";

const START = 1_709_251_200_000;
const CONFIG = { regions: ["ap", "eu"], intervalMs: 60_000, falseAlarmsPerYear: 1 };
const DAY = 1_440;

function run(state: DetectorState, from: number, until: number, isBad: (minute: number) => boolean): DetectorEvent[] {
  const events: DetectorEvent[] = [];
  for (let minute = from; minute < until; minute++) {
    for (const region of state.scopes.regions) {
      const expected = !isBad(minute);
      events.push(...feed(state, { at: START + minute * 60_000, region, code: expected ? 200 : 409, expected }));
    }
  }
  return events;
}
const kinds = (events: readonly DetectorEvent[]) => events.map(({ kind }) => kind);

test("an endpoint that comes and goes for days has a few incidents at its beginning, then one that stays", () => {
  const roll = dice(7);
  let bad = false;
  let left = 0;
  const chronic = () => {
    left -= 1;
    if (left <= 0) {
      bad = !bad;
      left = bad ? 20 + roll() * 60 : 20 + roll() * 200;
    }
    return bad;
  };
  const state = startDetector(CONFIG);
  run(state, 0, 2 * DAY, () => false);
  const events = run(state, 2 * DAY, 12 * DAY, chronic);
  expect(events.filter(({ kind }) => kind === "opened").length).toBeLessThanOrEqual(5);
  expect(run(state, 12 * DAY, 16 * DAY, () => false).filter(({ kind }) => kind === "closed").length).toBeGreaterThan(0);
  expect(readings(state).some(({ open }) => open)).toBe(false);
});

test("two incidents on one day close as soon as each is over", () => {
  const state = startDetector(CONFIG);
  run(state, 0, DAY, () => false);
  const events = run(state, DAY, DAY + 600, (minute) => minute % 300 < 20);
  expect(kinds(events)).toEqual(["opened", "closed", "opened", "closed"]);
  const last = events[3];
  if (last?.kind !== "closed") throw new Error("not closed");
  expect(last.at - last.lastBadAt).toBeLessThan(15 * 60_000);
});

test("calm has to last longer the longer the calm was that did not, up to half a day; ten hours of it forget", () => {
  const flapping = newFlapping();
  const calm = (minutes: number) => {
    noteReturn(flapping, flapping.calmSince + minutes * 60_000);
    return holdMin(flapping);
  };
  noteReturn(flapping, START);
  expect(holdMin(flapping)).toBe(0);
  flapping.calmSince = START;
  expect([calm(60), calm(60), calm(100), calm(40), calm(300)]).toEqual([0, 180, 300, 300, 720]);
  expect(calm(601)).toBe(0);
});

test("a spike that lasts for weeks never becomes usual by itself, and what was usual stays as it was", () => {
  const state = startDetector(CONFIG);
  run(state, 0, 3 * DAY, (minute) => minute % 500 === 0);
  const share = usualShare(state, 409, state.lastAt + DAY * 60_000);
  const counts = usualCounts(state, 409);
  const half = (minute: number) => minute % 2 === 0;
  expect(kinds(run(state, 3 * DAY, 33 * DAY, half))).toEqual(["opened"]);
  expect(readings(state)[0]).toMatchObject({ stream: 409, open: true });
  // A quarter of an hour of ageing lies between, and nothing else.
  expect(usualCounts(state, 409).of / counts.of).toBeGreaterThan(0.99);
  expect(usualCounts(state, 409).bad / counts.bad).toBeCloseTo(1, 1);
  // Seasons learn in the first three hours alone.
  expect(usualShare(state, 409, state.lastAt + 600 * 60_000)).toBeLessThan(10 * share);
  const after = run(state, 33 * DAY, 34 * DAY, () => false);
  expect(kinds(after)).toEqual(["closed"]);
  run(state, 34 * DAY, 34 * DAY + 600, () => false);
  expect(kinds(run(state, 34 * DAY + 600, 34 * DAY + 630, half))).toEqual(["opened"]);
});

test("an opening takes back what the rise had taught", () => {
  const state = startDetector(CONFIG);
  run(state, 0, 2 * DAY, () => false);
  const before = usualCounts(state, 409);
  const events = run(state, 2 * DAY, 2 * DAY + 120, (minute) => minute % 12 === 0);
  expect(kinds(events)).toContain("opened");
  expect(usualCounts(state, 409).bad).toBe(before.bad);
});

test("replayed, or live with restarts anywhere, a series of answers comes to the same events and the same bytes", () => {
  const answer = fc.tuple(
    fc.constantFrom("ap", "eu", "us"),
    fc.constantFrom(200, 200, 200, 200, 200, 409, 409, 503, 0),
    fc.constantFrom(20_000, 20_000, 60_000, 900_000, 90_000_000),
  );
  const config = { ...CONFIG, regions: ["ap", "eu", "us"], timezone: "Europe/Berlin" };
  fc.assert(
    fc.property(
      fc.array(answer, { minLength: 1, maxLength: 90 }),
      fc.array(fc.nat({ max: 89 }), { maxLength: 6 }),
      (answers, restarts) => {
        const straight = startDetector(config);
        let restarted = startDetector(config);
        let at = START;
        for (const [index, [region, code, gap]] of answers.entries()) {
          at += gap;
          const sample = { at, region, code, expected: code === 200 };
          expect(feed(restarted, sample)).toEqual(feed(straight, sample));
          if (!restarts.includes(index)) continue;
          const { live, seasons } = packDetector(restarted);
          restarted = unpackDetector(config, { live, seasons: seasons! });
        }
        expect(packDetector(restarted)).toEqual(packDetector(straight));
        expect(readings(restarted)).toEqual(readings(straight));
      },
    ),
    { numRuns: 60 },
  );
});
