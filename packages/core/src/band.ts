/**
 * Bands: how many answers of a kind chance alone explains among so many probes.
 *
 * "At most 1 of 6 at 99 %" decides what every chart shows muted and what it lights. A lit column is not an alert.
 */

/** The level every chart uses. */
export const BAND_LEVEL = 0.99;

/**
 * The smallest k with P(X <= k) >= level, X binomial: `n` probes, each with share `p`.
 *
 * Sums the probabilities themselves, beginning 12 standard deviations below the mean, where less than 1e-30 is left out;
 * so it is exact up to rounding for any n, and costs about 15 standard deviations in steps.
 *
 * @param n     whole, 0 or more
 * @param p     0 to 1
 * @param level above 0, below 1
 * @throws {RangeError} for anything else
 */
export function binomialQuantile(n: number, p: number, level: number): number {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`binomialQuantile: n must be a whole number, got ${n}`);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`binomialQuantile: p must be 0 to 1, got ${p}`);
  if (!(level > 0 && level < 1)) throw new RangeError(`binomialQuantile: level must be within 0 and 1, got ${level}`);
  if (n === 0 || p === 0) return 0;
  if (p === 1) return n;
  const mean = n * p;
  const below = 12 * Math.sqrt(mean * (1 - p)) + 12;
  let k = Math.max(0, Math.floor(mean - below));
  const lnFirst = lnChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p);
  let probability = Math.exp(lnFirst);
  let sum = probability;
  // The sum of rounded terms can end a hair below 1: k never passes n.
  while (sum < level && k < n) {
    probability *= ((n - k) / (k + 1)) * (p / (1 - p));
    k += 1;
    sum += probability;
  }
  return k;
}

const lnChoose = (n: number, k: number) => (k === 0 ? 0 : lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k));

/** ln n!: the product for small n, else Stirling's series to 1/n^5 (Abramowitz and Stegun 6.1.41), good to 1e-13. */
function lnFactorial(n: number): number {
  if (n < 20) {
    let product = 1;
    for (let factor = 2; factor <= n; factor++) product *= factor;
    return Math.log(product);
  }
  const x = n + 1;
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
