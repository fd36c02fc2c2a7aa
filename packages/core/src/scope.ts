/**
 * Scopes: the sets of regions in which a change is looked for, and where it was found, in words.
 *
 * Every set has a fixed share of the evidence, so looking in more places never spends more of the budget of false alarms.
 */
import { StatusquoError } from "./errors.ts";
import type { Region } from "./monitor.ts";
import type { Scope } from "./verdict.ts";

/** Up to this many regions every pair is a scope; beyond, pairs would cost more work than they find. */
export const MAX_REGIONS_WITH_PAIRS = 12;

const ALL_SHARE = 0.45;
const SINGLE_SHARE = 0.35;
const PAIR_SHARE = 0.2;

/** All scopes of a monitor. Index 0 is always "all regions". */
export interface ScopeSet {
  /** Sorted by name, so that the order in a definition changes no number. */
  readonly regions: readonly Region[];
  /** Per scope the indices of its regions, ascending. */
  readonly members: readonly (readonly number[])[];
  /** Per scope its share of the evidence; sums to 1. */
  readonly weights: Float64Array;
  /** Per region the indices of the scopes that hold it, ascending. */
  readonly holding: readonly (readonly number[])[];
}

/**
 * The scopes over `regions`: all together; each one, when there are two or more; each pair, when there are three to
 * {@link MAX_REGIONS_WITH_PAIRS}.
 *
 * @throws {StatusquoError} `internal` when there is no region, or one is named twice
 * @see docs/statistics.md#scopes
 */
export function scopesOver(regions: readonly Region[]): ScopeSet {
  const sorted = regions.toSorted(byName);
  if (sorted.length === 0 || new Set(sorted).size !== sorted.length) {
    throw new StatusquoError("internal", `detector scopes: regions must be 1 or more different names, got [${sorted}]`);
  }
  const indices = sorted.map((_, index) => index);
  const members: number[][] = [indices];
  const weights = [ALL_SHARE];
  if (indices.length > 1) {
    for (const index of indices) {
      members.push([index]);
      weights.push(SINGLE_SHARE / indices.length);
    }
  }
  if (indices.length > 2 && indices.length <= MAX_REGIONS_WITH_PAIRS) {
    const pairs = indices.flatMap((first) => indices.slice(first + 1).map((second) => [first, second]));
    for (const pair of pairs) {
      members.push(pair);
      weights.push(PAIR_SHARE / pairs.length);
    }
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    regions: sorted,
    members,
    weights: Float64Array.from(weights, (weight) => weight / total),
    holding: indices.map((region) => members.flatMap((held, scope) => (held.includes(region) ? [scope] : []))),
  };
}

/** Compares names by code unit, as samples of one instant are ordered; independent of any locale. */
export function byName(first: string, second: string): number {
  return first < second ? -1 : first > second ? 1 : 0;
}

/** The scope at `index` as others see it. */
export function scopeAt(scopes: ScopeSet, index: number): Scope {
  const inside = scopes.members[index]!;
  const regions = inside.map((region) => scopes.regions[region]!);
  const elsewhere = scopes.regions.filter((_, region) => !inside.includes(region));
  return { kind: elsewhere.length === 0 ? "everywhere" : "regions", regions, elsewhere };
}

/** "everywhere", "in eu-west", "in eu-west and us-east", "in ap-south, eu-west and us-east". */
export function scopeText(scope: Scope): string {
  if (scope.kind === "everywhere") return "everywhere";
  const names = scope.regions;
  return names.length < 2 ? `in ${names.join("")}` : `in ${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
