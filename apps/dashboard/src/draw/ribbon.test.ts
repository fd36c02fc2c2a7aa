import { expect, test } from "vitest";
import { quietCells } from "../testing/views.ts";
import { BASE_PX, markOf, spanOf, stackOf, worstOf } from "./ribbon.ts";

function cellsWith(change: { c409?: number; c5xx?: number; probes?: number; missed?: number; limit?: number | null }) {
  const cells = quietCells();
  cells.probes[0] = change.probes ?? 10;
  cells.missed[0] = change.missed ?? 0;
  cells.c409[0] = change.c409 ?? 0;
  cells.c5xx[0] = change.c5xx ?? 0;
  cells.limits.c409[0] = change.limit === undefined ? 2 : change.limit;
  cells.limits.c5xx[0] = 0;
  return cells;
}

test("as many conflicts as chance explains stay muted, one more lights the cell", () => {
  expect(markOf(cellsWith({ c409: 2 }), 0)).toMatchObject({ lit: [], muted409: 0.2 });
  expect(markOf(cellsWith({ c409: 3 }), 0)).toMatchObject({ lit: [{ name: "c409", share: 0.3 }], muted409: 0 });
});

test("where nothing is learned nothing is lit", () => {
  expect(markOf(cellsWith({ c409: 10, limit: null }), 0).lit).toEqual([]);
});

test("a cell without answers is unknown when something was due, and empty when nothing was", () => {
  expect(markOf(cellsWith({ probes: 0, missed: 4 }), 0)).toMatchObject({ ground: "unknown", missed: 1 });
  expect(markOf(cellsWith({ probes: 0 }), 0).ground).toBe("empty");
  expect(markOf(cellsWith({ probes: 6, missed: 2 }), 0)).toMatchObject({ ground: "seen", missed: 0.25 });
});

test("what is lit stands on the strip, 409 lowest, at least four pixels high and never above the ribbon", () => {
  const blocks = stackOf(markOf(cellsWith({ c409: 5, c5xx: 5 }), 0), 26);
  expect(blocks.map(({ name }) => name)).toEqual(["c409", "c5xx"]);
  const [first, second] = blocks;
  expect(first && first.y + first.height).toBe(26 - BASE_PX - 1);
  expect(second && second.y + second.height).toBe(first?.y);
  expect(second?.y).toBe(0);
  const [rare] = stackOf({ ground: "seen", missed: 0, muted409: 0, lit: [{ name: "c409", share: 0.0001 }] }, 26);
  expect(rare?.height).toBe(4);
});

test("cells lie on whole device pixels and leave no gap of their own", () => {
  for (const scale of [1, 1.5, 2]) {
    const spans = Array.from({ length: 60 }, (_, index) => spanOf(index, 60, 401, scale));
    for (const { x } of spans) expect(Math.abs(x * scale - Math.round(x * scale))).toBeLessThan(1e-9);
    expect(spans.every(({ width }) => width > 0)).toBe(true);
  }
});

test("several monitors in one ribbon show the worst of each cell", () => {
  const [worst] = worstOf([cellsWith({ c409: 3 }), cellsWith({ c409: 9 }), cellsWith({ c409: 0 })], 1);
  expect(worst?.lit).toEqual([{ name: "c409", share: 0.9 }]);
  expect(worstOf([cellsWith({}), cellsWith({ probes: 0, missed: 1 })], 1)[0]?.ground).toBe("unknown");
});
