/** A reading anew brings mostly what is known: what looks as it did stays the same object, and is not drawn again. */
import type { MonitorRow, Overview } from "@statusquo/api/client";
import { CELL_CLASSES } from "../codes.ts";

type Cells = MonitorRow["cells"];

/** `read`, with the cells of `known` where they would be drawn alike. */
export function withKeptCells(read: Overview, known: Overview | undefined): Overview {
  if (known === undefined || known.ribbon.from !== read.ribbon.from || known.ribbon.stepMs !== read.ribbon.stepMs)
    return read;
  const before = new Map(known.monitors.map((row) => [row.id, row]));
  return {
    ...read,
    ribbon: known.ribbon,
    monitors: read.monitors.map((row) => {
      const cells = before.get(row.id)?.cells;
      return cells !== undefined && areAlike(cells, row.cells) ? { ...row, cells } : row;
    }),
  };
}

function areAlike(some: Cells, others: Cells): boolean {
  if (!isSame(some.probes, others.probes) || !isSame(some.missed, others.missed)) return false;
  return CELL_CLASSES.every((name) => {
    if (!isSame(some[name], others[name])) return false;
    const [limits, otherLimits] = [some.limits[name], others.limits[name]];
    // A limit says something only where there is something to hold against it.
    return some[name].every((count, index) => count === 0 || limits[index] === otherLimits[index]);
  });
}

const isSame = (some: readonly number[], others: readonly number[]) =>
  some.length === others.length && some.every((value, index) => value === others[index]);
