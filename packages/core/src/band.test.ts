import { expect, test } from "vitest";
import { binomialQuantile } from "./band.ts";

/** The definition itself, summed from 0 with exact binomial coefficients. */
function bySum(n: number, p: number, level: number): number {
  let choose = 1;
  let sum = 0;
  for (let k = 0; k <= n; k++) {
    sum += choose * p ** k * (1 - p) ** (n - k);
    if (sum >= level) return k;
    choose = (choose * (n - k)) / (k + 1);
  }
  return n;
}

test("with 1.2 % usual, chance explains at most 1 conflict of 6 probes", () => {
  expect(binomialQuantile(6, 0.012, 0.99)).toBe(1);
});

test("the quantile is the one the definition gives, for every size a chart's column has", () => {
  for (const n of [1, 2, 3, 6, 15, 30, 90, 200]) {
    for (const p of [1e-7, 0.001, 0.012, 0.1, 0.35, 0.5, 0.8, 0.97]) {
      for (const level of [0.5, 0.9, 0.99, 0.999]) {
        expect(binomialQuantile(n, p, level), `n ${n} p ${p} level ${level}`).toBe(bySum(n, p, level));
      }
    }
  }
});

test("without probes, or where a code never is usual, the limit is 0; where it always is, it is all of them", () => {
  expect(binomialQuantile(0, 0.5, 0.99)).toBe(0);
  expect(binomialQuantile(60, 0, 0.99)).toBe(0);
  expect(binomialQuantile(60, 1, 0.99)).toBe(60);
});

test("a month of probes neither underflows nor drifts: the limit is 2.326 standard deviations above the mean", () => {
  for (const [n, p] of [
    [259_200, 0.012],
    [2_000_000, 0.5],
    [2_000_000, 1e-6],
    [5_000_000, 0.97],
  ] as const) {
    const mean = n * p;
    const sd = Math.sqrt(mean * (1 - p));
    const limit = binomialQuantile(n, p, 0.99);
    expect(limit).toBeGreaterThan(mean + 2.2 * sd - 1);
    expect(limit).toBeLessThan(mean + 2.5 * sd + 2);
  }
});

test("numbers that are no counts or shares are refused by name", () => {
  expect(() => binomialQuantile(-1, 0.5, 0.99)).toThrow(/n must be a whole number, got -1/);
  expect(() => binomialQuantile(1.5, 0.5, 0.99)).toThrow(/n must be/);
  expect(() => binomialQuantile(6, Number.NaN, 0.99)).toThrow(/p must be 0 to 1, got NaN/);
  expect(() => binomialQuantile(6, 0.5, 1)).toThrow(/level must be/);
});
