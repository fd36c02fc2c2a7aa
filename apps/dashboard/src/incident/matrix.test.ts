import { expect, test } from "vitest";
import { incidentOf, MINUTE, NOON } from "../testing/views.ts";
import { planOf } from "./matrix.ts";

/** Ten slots; the mix changed before the fifth, which was found with the seventh. */
const slots = Array.from({ length: 10 }, (_, index) => NOON + index * MINUTE);
const incident = (change: Parameters<typeof incidentOf>[0] = {}) =>
  incidentOf({
    since: NOON + 3.5 * MINUTE,
    openedAt: NOON + 6.2 * MINUTE,
    matrix: {
      slots,
      rows: [
        { region: "eu-west", codes: [201, 409, 503, null, 409, 409, 409, 409, 409, 409], bad: 6, of: 6 },
        { region: "us-east", codes: [201, 201, 201, 201, 201, 409, 201, 201, 201, 201], bad: 1, of: 6 },
      ],
      complete: true,
    },
    ...change,
  });

test("a usual answer is a dot, a conflict a square, what we do not know is neither", () => {
  const [affected] = planOf(incident()).rows;
  expect(affected?.marks.slice(0, 5).map(({ shape, kind }) => `${shape} ${kind}`)).toEqual([
    "dot k2",
    "square k409",
    "small k5",
    "unknown kx",
    "square k409",
  ]);
});

test("conflicts before the onset and in regions as usual are muted", () => {
  const [affected, other] = planOf(incident()).rows;
  expect(affected?.marks.map(({ isMuted }) => isMuted).slice(0, 6)).toEqual([true, true, true, true, false, false]);
  expect(other?.isAffected).toBe(false);
  expect(other?.marks.every(({ isMuted }) => isMuted)).toBe(true);
});

test("the onset lies between two slots, the verdict after the slot that brought it", () => {
  expect(planOf(incident())).toMatchObject({ onset: 4, found: 7, stepMs: MINUTE });
  expect(planOf(incident({ since: NOON - 1 })).onset).toBeNull();
  expect(planOf(incident({ openedAt: NOON + 60 * MINUTE })).found).toBeNull();
});

test("times stand at round instants, away from the edges", () => {
  const { ticks } = planOf(incident());
  expect(ticks.map(({ at }) => (at - NOON) / MINUTE)).toEqual([2, 4, 6, 8]);
});
