import { expect, test } from "vitest";
import { rowOf, summaryOf } from "../testing/views.ts";
import { partsOf, sorted, worstFirst } from "./rank.ts";

const headline = rowOf().headline;

test("an incident nobody has acknowledged comes first, then acknowledged, watching, no data, learning, usual", () => {
  const rows = [
    rowOf({ id: "usual" }),
    rowOf({ id: "learning", standing: "learning" }),
    rowOf({ id: "no-data", standing: "no_data" }),
    rowOf({ id: "watching", standing: "watching" }),
    rowOf({ id: "seen", standing: "spike", incident: summaryOf({ acknowledgedAt: 1 }) }),
    rowOf({ id: "new", standing: "spike", incident: summaryOf() }),
  ];
  expect(worstFirst(rows).map(({ id }) => id)).toEqual(["new", "seen", "watching", "no-data", "learning", "usual"]);
});

test("among equals the one farther above what chance explains comes first, and the definitions' order stays else", () => {
  const rows = [
    rowOf({ id: "a", headline: { ...headline, bad: 1 } }),
    rowOf({ id: "near", headline: { ...headline, bad: 5 } }),
    rowOf({ id: "far", headline: { ...headline, bad: 20 } }),
    rowOf({ id: "b", headline: { ...headline, bad: 2 } }),
  ];
  expect(worstFirst(rows).map(({ id }) => id)).toEqual(["far", "near", "a", "b"]);
});

test("monitors as usual are grouped by their first tag, those without one last", () => {
  const rows = [
    rowOf({ id: "bare", tags: [] }),
    rowOf({ id: "search", tags: ["search", "checkout"] }),
    rowOf({ id: "cart", tags: ["checkout"] }),
    rowOf({ id: "spike", standing: "spike", incident: summaryOf() }),
  ];
  const { look, usual } = partsOf(rows);
  expect(look.map(({ id }) => id)).toEqual(["spike"]);
  expect(usual.map(([tag, own]) => [tag, own.map(({ id }) => id)])).toEqual([
    ["checkout", ["cart"]],
    ["search", ["search"]],
    ["", ["bare"]],
  ]);
});

test("the list can be sorted by name, share, slowness and uptime; what is not known stands last", () => {
  const rows = [
    rowOf({ id: "b", name: "B", p95: null, uptime: { share: 0.9, down: 1, of: 10 } }),
    rowOf({ id: "a", name: "A", p95: 10, headline: { ...headline, bad: 6 }, uptime: { share: null, down: 0, of: 0 } }),
    rowOf({ id: "c", name: "C", p95: 900, headline: { ...headline, of: 0 } }),
  ];
  const by = (...[sort]: [Parameters<typeof sorted>[1]]) => sorted(rows, sort).map(({ id }) => id);
  expect(by("name")).toEqual(["a", "b", "c"]);
  expect(by("code")).toEqual(["a", "b", "c"]);
  expect(by("p95")).toEqual(["c", "a", "b"]);
  expect(by("uptime")).toEqual(["b", "c", "a"]);
});
