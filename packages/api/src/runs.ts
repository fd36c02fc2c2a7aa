/** Columns as runs of equal cells: most cells of most ribbons are like the one before. */
import type { Cells, PackedCells } from "./views.ts";

/** value, times, value, times … */
export function packRuns<T extends number | null>(cells: readonly T[]): (T | number)[] {
  const runs: (T | number)[] = [];
  for (let start = 0; start < cells.length; ) {
    let end = start + 1;
    while (end < cells.length && cells[end] === cells[start]) end++;
    runs.push(cells[start] as T, end - start);
    start = end;
  }
  return runs;
}

export function packCells({ limits, ...columns }: Cells): PackedCells {
  return {
    probes: packRuns(columns.probes),
    missed: packRuns(columns.missed),
    c409: packRuns(columns.c409),
    c4xx: packRuns(columns.c4xx),
    c5xx: packRuns(columns.c5xx),
    none: packRuns(columns.none),
    other: packRuns(columns.other),
    limits: {
      c409: packRuns(limits.c409),
      c4xx: packRuns(limits.c4xx),
      c5xx: packRuns(limits.c5xx),
      none: packRuns(limits.none),
      other: packRuns(limits.other),
    },
  };
}
