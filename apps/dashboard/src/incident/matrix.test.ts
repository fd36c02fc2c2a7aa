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
        { region: "eu-west", codes: [201, 409, 503, null, 409, 409, 409, 409, 409, 409], unmet: [], bad: 6, of: 6 },
        { region: "us-east", codes: [201, 201, 201, 201, 201, 409, 201, 201, 201, 201], unmet: [], bad: 1, of: 6 },
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

test("a 2xx that was not as expected is drawn unlike an ordinary one", () => {
  const matrix = {
    slots,
    rows: [{ region: "eu-west", codes: slots.map(() => 200), unmet: [5, 6], bad: 2, of: 6 }],
    complete: true,
  };
  const [row] = planOf(incident({ codes: [200], code: 200, matrix })).rows;
  expect(row?.marks.slice(4, 7).map(({ shape, kind }) => `${shape} ${kind}`)).toEqual([
    "dot k2",
    "square k3",
    "square k3",
  ]);
});

test("an incident everywhere marks the regions it is seen in, and no other", () => {
  const everywhere = { kind: "everywhere" as const, regions: ["eu-west", "us-east"], elsewhere: [] };
  const rows = (east: number) => [
    { region: "eu-west", codes: slots.map(() => 409), unmet: [], bad: 6, of: 6 },
    { region: "us-east", codes: slots.map(() => 409), unmet: [], bad: east, of: 6 },
  ];
  const affected = (east: number) =>
    planOf(incident({ scope: everywhere, matrix: { slots, rows: rows(east), complete: true } })).rows.map(
      ({ isAffected }) => isAffected,
    );
  expect(affected(5)).toEqual([true, true]);
  expect(affected(0)).toEqual([true, false]);
});

test("where there is no room for all columns, those around the onset stay", () => {
  const { slots: shown, rows, onset } = planOf(incident(), 5);
  expect(shown).toEqual(slots.slice(0, 5));
  expect(rows[0]?.marks).toHaveLength(5);
  expect(onset).toBe(4);
  expect(planOf(incident({ since: NOON + 8.5 * MINUTE }), 4).slots).toEqual(slots.slice(3, 7));
});
