import { MISSED_REASONS } from "@statusquo/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { missed, START, sample } from "../test/world.ts";
import { outcomeOf, packSlot, type SampleRow } from "./rows.ts";
import {
  addSample,
  addTally,
  addWorst,
  missedOf,
  newTally,
  packTally,
  quantileOf,
  sharesOf,
  unpackTally,
} from "./tally.ts";

const row = (result: ReturnType<typeof sample> | ReturnType<typeof missed>): SampleRow => [
  START,
  1,
  1,
  outcomeOf(result),
  packSlot(result, { expected: true, late: false }),
];

const results = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .tuple(fc.constantFrom(0, 200, 409, 503), fc.integer({ min: 1, max: 600_000 }), fc.boolean())
        .map(([status, tenths, unmet]) => ({
          ...sample(status, {}, tenths / 10),
          ...(unmet && { unmet: { step: null, what: "too slow" } }),
        })),
    },
    { weight: 1, arbitrary: fc.constantFrom(...MISSED_REASONS).map((reason) => missed(reason)) },
  ),
  { maxLength: 200 },
);

const tallyOf = (all: readonly Parameters<typeof row>[0][]) => {
  const tally = newTally();
  for (const result of all) addSample(tally, row(result));
  addWorst(tally, sharesOf(tally.codes));
  return tally;
};

test("a tally comes back from its bytes as it was", () => {
  fc.assert(
    fc.property(results, (all) => {
      const tally = tallyOf(all);
      const again = unpackTally(packTally(tally));
      expect(again).toEqual(tally);
      expect(missedOf(again)).toBe(all.filter(({ kind }) => kind === "missed").length);
    }),
  );
});

test("answers that were wrong besides their status are counted apart, and a tally without any has no byte of it", () => {
  const wrong = { ...sample(200), unmet: { step: null, what: "too slow" } };
  const tally = tallyOf([sample(200), wrong, wrong]);
  expect([...tally.unmet]).toEqual([[200, 2]]);
  const plain = tallyOf([sample(200)]);
  expect(packTally(plain)).toHaveLength(packTally({ ...plain, unmet: new Map([[200, 1]]) }).length - 4);
});

test("bytes that end too early are not taken for a tally", () => {
  const packed = packTally(tallyOf([sample(200), sample(409)]));
  for (let length = 0; length < packed.length; length++) {
    expect(() => unpackTally(packed.subarray(0, length))).toThrow(RangeError);
  }
});

test("tallies add up to the tally of everything", () => {
  fc.assert(
    fc.property(results, results, (some, others) => {
      const sum = newTally();
      addTally(sum, tallyOf(some));
      addTally(sum, tallyOf(others));
      const whole = tallyOf([...some, ...others]);
      expect({ ...sum, worst: null }).toEqual({ ...whole, worst: null });
    }),
  );
});

test("a quantile from the steps is within a tenth of the true one", () => {
  fc.assert(
    fc.property(results, fc.constantFrom(0.5, 0.95), (all, share) => {
      const totals = all.flatMap((result) => (result.kind === "sampled" ? [result.totalMs] : [])).sort((a, b) => a - b);
      const found = quantileOf(tallyOf(all), share);
      const truly = totals[Math.ceil(totals.length * share) - 1] ?? null;
      if (truly === null || found === null) {
        expect(found).toBe(truly);
        return;
      }
      expect(Math.abs(found - truly)).toBeLessThanOrEqual(truly / 10);
    }),
  );
});
