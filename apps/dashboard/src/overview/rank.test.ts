import { expect, test } from "vitest";
import { rowOf, summaryOf } from "../testing/views.ts";
import { partsOf, worstFirst } from "./rank.ts";

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
