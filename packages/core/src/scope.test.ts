import { expect, test } from "vitest";
import { MAX_REGIONS_WITH_PAIRS, scopeAt, scopesOver, scopeText } from "./scope.ts";

const named = (count: number) => Array.from({ length: count }, (_, index) => `r${String(index).padStart(2, "0")}`);

test("scopes are all regions, each one, and each pair, with shares that sum to one", () => {
  expect(scopesOver(["b"]).members).toEqual([[0]]);
  expect(scopesOver(["b", "a"]).members).toEqual([[0, 1], [0], [1]]);
  expect(scopesOver(["c", "a", "b"]).members).toEqual([[0, 1, 2], [0], [1], [2], [0, 1], [0, 2], [1, 2]]);
  for (const count of [1, 2, 3, 7, MAX_REGIONS_WITH_PAIRS, 40]) {
    const { weights } = scopesOver(named(count));
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(Math.min(...weights)).toBeGreaterThan(0);
  }
});

test("beyond twelve regions there are no pairs, and any number of regions works", () => {
  expect(scopesOver(named(MAX_REGIONS_WITH_PAIRS)).members).toHaveLength(1 + 12 + 66);
  expect(scopesOver(named(MAX_REGIONS_WITH_PAIRS + 1)).members).toHaveLength(1 + 13);
  expect(scopesOver(named(40)).holding[35]).toEqual([0, 36]);
});

test("a region named twice, or none, is a mistake of ours", () => {
  expect(() => scopesOver([])).toThrow("regions must be 1 or more different names, got []");
  expect(() => scopesOver(["a", "a"])).toThrow("regions must be 1 or more different names, got [a,a]");
});

test("a scope says where it is, and which regions are as usual", () => {
  const scopes = scopesOver(["eu-west", "us-east", "eu-central"]);
  expect(scopeAt(scopes, 0)).toEqual({
    kind: "everywhere",
    regions: ["eu-central", "eu-west", "us-east"],
    elsewhere: [],
  });
  expect(scopeAt(scopes, 4)).toEqual({ kind: "regions", regions: ["eu-central", "eu-west"], elsewhere: ["us-east"] });
});

test("a scope in words", () => {
  const text = (...regions: string[]) => scopeText({ kind: "regions", regions, elsewhere: ["x"] });
  expect(scopeText({ kind: "everywhere", regions: ["eu-west"], elsewhere: [] })).toBe("everywhere");
  expect(text("eu-west")).toBe("in eu-west");
  expect(text("eu-west", "eu-central")).toBe("in eu-west and eu-central");
  expect(text("a", "b", "c")).toBe("in a, b and c");
});
