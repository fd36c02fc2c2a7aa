import { expect, test } from "vitest";
import { overviewOf, quietCells, rowOf } from "../testing/views.ts";
import { withKeptCells } from "./keep.ts";

const cellsOf = (overview: ReturnType<typeof overviewOf>) => overview.monitors[0]?.cells;

test("cells that are read again as they were known stay the same object, with all else that is new", () => {
  const known = overviewOf([rowOf({ p95: 100 })]);
  const read = overviewOf([rowOf({ p95: 200 })]);
  expect(cellsOf(read)).not.toBe(cellsOf(known));
  const kept = withKeptCells(read, known);
  expect(cellsOf(kept)).toBe(cellsOf(known));
  expect(kept.monitors[0]?.p95).toBe(200);
});

test("another count, and another limit on a count, are taken over; a limit on nothing is not looked at", () => {
  const counted = (c409: number, limit: number) => {
    const cells = quietCells();
    cells.c409[3] = c409;
    cells.limits.c409[3] = limit;
    return overviewOf([rowOf({ cells })]);
  };
  const known = counted(2, 3);
  for (const read of [counted(1, 3), counted(2, 1)]) expect(cellsOf(withKeptCells(read, known))).toBe(cellsOf(read));
  const nothing = counted(0, 3);
  expect(cellsOf(withKeptCells(counted(0, 1), nothing))).toBe(cellsOf(nothing));
});

test("cells of another stretch of time are never kept", () => {
  const known = overviewOf([rowOf()]);
  const read = { ...overviewOf([rowOf()]), ribbon: { ...known.ribbon, from: known.ribbon.from + 60_000 } };
  expect(withKeptCells(read, known)).toBe(read);
});
