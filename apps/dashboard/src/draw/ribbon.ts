/**
 * Ribbons: what a cell of counts looks like.
 *
 * Usual is a strip 4 px high. Only what chance does not explain rises out of it, so height says it before colour does.
 */
import type { Cells } from "@statusquo/api/client";
import { CELL_CLASSES, type CellClass } from "../codes.ts";

export const BASE_PX = 4;
const LEAST_LIT_PX = 4;

/** One cell. `share` of lit answers decides the height, 0 to 1. */
export interface Mark {
  /** `empty`: nothing was due or known; `unknown`: all that was due was missed; `seen`: there were answers. */
  ground: "empty" | "unknown" | "seen";
  /** Share of what was due and missed, 0 to 1. */
  missed: number;
  /** Share of 409s among the answers, where the cell is not lit by them. */
  muted409: number;
  /** Classes above their limit, lowest first, with their share of the answers. */
  lit: { name: CellClass; share: number }[];
}

export function markOf(cells: Cells, index: number): Mark {
  const probes = cells.probes[index] ?? 0;
  const missed = cells.missed[index] ?? 0;
  const lit: Mark["lit"] = [];
  for (const name of CELL_CLASSES) {
    const count = cells[name][index] ?? 0;
    const limit = cells.limits[name][index] ?? null;
    if (probes > 0 && limit !== null && count > limit) lit.push({ name, share: count / probes });
  }
  const isLit409 = lit.some(({ name }) => name === "c409");
  return {
    ground: probes > 0 ? "seen" : missed > 0 ? "unknown" : "empty",
    missed: missed === 0 ? 0 : missed / (missed + probes),
    muted409: probes === 0 || isLit409 ? 0 : (cells.c409[index] ?? 0) / probes,
    lit,
  };
}

export interface Block {
  name: CellClass;
  /** From the top of the ribbon, whole px. */
  y: number;
  height: number;
}

/** The lit stack over the strip: `max(4, sqrt(share) x free height)` px, divided among its classes by share. */
export function stackOf(mark: Mark, height: number): Block[] {
  const share = mark.lit.reduce((sum, each) => sum + each.share, 0);
  if (share === 0) return [];
  const free = height - BASE_PX - 1;
  const total = Math.round(Math.max(LEAST_LIT_PX, Math.sqrt(Math.min(1, share)) * free));
  let bottom = height - BASE_PX - 1;
  const top = bottom - total;
  return mark.lit.map(({ name, share: own }, index) => {
    const isLast = index === mark.lit.length - 1;
    const y = isLast ? top : Math.max(top, Math.round(bottom - (own / share) * total));
    const block = { name, y, height: bottom - y };
    bottom = y;
    return block;
  });
}

/** Where cell `index` of `count` lies within `width`, in px of a screen with `scale` device pixels each; a gap of 1 px. */
export function spanOf(index: number, count: number, width: number, scale: number): { x: number; width: number } {
  const edge = (at: number) => Math.round((at / count) * width * scale) / scale;
  const x = edge(index);
  return { x, width: Math.max(1 / scale, edge(index + 1) - x - 1) };
}

/** Several monitors in one ribbon: of each cell the one that stands out most, so that pooling hides nothing. */
export function worstOf(monitors: readonly Cells[], count: number): Mark[] {
  const weight = (mark: Mark) => mark.lit.reduce((sum, { share }) => sum + share, 0);
  const rank = { seen: 1, unknown: 2, empty: 0 };
  return Array.from({ length: count }, (_, index) =>
    monitors
      .map((cells) => markOf(cells, index))
      .reduce((worst, mark) =>
        weight(mark) > weight(worst) || (weight(mark) === weight(worst) && rank[mark.ground] > rank[worst.ground])
          ? mark
          : worst,
      ),
  );
}
