import fc from "fast-check";
import { expect, test } from "vitest";
import { codePart, countCode, excursionCode, newEvidence, SIZE_COUNT, weigh } from "./evidence.ts";
import { scopesOver } from "./scope.ts";

const PERIOD_MIN = 1_000;

/** The evidence after `series` in turn over the regions, a minute apart, with share `usual`. */
function weighAll(regions: number, series: readonly number[], usual: number): number {
  const scopes = scopesOver(["a", "b", "c", "d"].slice(0, regions));
  const evidence = newEvidence(scopes, false);
  let total = 0;
  series.forEach((bad, index) => {
    total = weigh(evidence, scopes, index % regions, index * 60_000, bad, usual, regions, 10 * regions, PERIOD_MIN);
  });
  return total;
}

test("while all is as usual, one more sample adds on average no more than the time that passed over the period", () => {
  const anything = fc.array(fc.constantFrom(0, 0, 0, 1), { maxLength: 60 });
  const share = fc.double({ min: 1e-6, max: 0.97, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), anything, share, (regions, series, usual) => {
      const before = weighAll(regions, series, usual);
      const mean =
        usual * weighAll(regions, [...series, 1], usual) + (1 - usual) * weighAll(regions, [...series, 0], usual);
      // A scope's sample comes at most `regions` minutes after its last, and its first counts as much.
      const added = mean - before;
      const rounding = 1e-9 * Math.max(1, mean);
      expect(added).toBeLessThanOrEqual(regions / PERIOD_MIN + rounding);
      if (regions === 1) expect(added).toBeGreaterThanOrEqual(1 / PERIOD_MIN - rounding);
    }),
  );
});

test("evidence grows with every bad answer, and falls with every good one once there is some", () => {
  const evidence = [[], [1], [1, 1], [1, 1, 1], [1, 1, 1, 0]].map((series) => weighAll(3, series, 0.01));
  for (const [index, value] of evidence.slice(1, 4).entries()) expect(value).toBeGreaterThan(evidence[index]!);
  expect(evidence[4]).toBeLessThan(evidence[3]!);
});

test("a run counts from where it began anew, and the onset's mean lies inside it", () => {
  const scopes = scopesOver(["a"]);
  const evidence = newEvidence(scopes, false);
  [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1].forEach((bad, index) => {
    weigh(evidence, scopes, 0, index * 60_000, bad, 0.05, 1, 10, PERIOD_MIN);
  });
  const broken = SIZE_COUNT - 1;
  expect([evidence.runFrom[broken], evidence.runBad[broken], evidence.runSeen[broken]]).toEqual([8 * 60_000, 3, 3]);
  expect(evidence.onsetMean[broken]! / 60_000).toBeCloseTo(8, 0);
});

test("a code is named for a mixed stream when four fifths of its bad answers carry it", () => {
  const evidence = newEvidence(scopesOver(["a"]), false);
  expect(excursionCode(evidence)).toBeNull();
  for (const code of [503, 409, 409, 409]) countCode(evidence, code);
  expect(excursionCode(evidence)).toBeNull();
  countCode(evidence, 409);
  expect(excursionCode(evidence)).toBe(409);
  expect([409, 503, 500].map((code) => codePart(evidence, code))).toEqual([0.8, 0.2, 0]);
});
