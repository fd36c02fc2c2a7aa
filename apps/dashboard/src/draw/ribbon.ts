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

/** A mark with how much it stands out among others: by what is lit, then by what is not known. */
export interface WeighedMark extends Mark {
  weight: number;
}

const UNLIT = { empty: 0, seen: 1, unknown: 2 };
const EMPTY: WeighedMark = { ground: "empty", missed: 0, muted409: 0, lit: [], weight: UNLIT.empty };
const UNKNOWN: WeighedMark = { ground: "unknown", missed: 1, muted409: 0, lit: [], weight: UNLIT.unknown };
/** Most cells of most ribbons. */
const SEEN: WeighedMark = { ground: "seen", missed: 0, muted409: 0, lit: [], weight: UNLIT.seen };

/** Cells that look alike with nothing to say are one and the same mark. */
export function markOf(cells: Cells, index: number): WeighedMark {
  const probes = cells.probes[index] ?? 0;
  const missed = cells.missed[index] ?? 0;
  if (probes === 0) return missed > 0 ? UNKNOWN : EMPTY;
  let lit: Mark["lit"] | undefined;
  for (const name of CELL_CLASSES) {
    const count = cells[name][index] ?? 0;
    const limit = cells.limits[name][index] ?? null;
    if (limit !== null && count > limit) (lit ??= []).push({ name, share: count / probes });
  }
  const conflicts = cells.c409[index] ?? 0;
  if (lit === undefined && missed === 0 && conflicts === 0) return SEEN;
  const isLit409 = lit?.[0]?.name === "c409";
  return {
    ground: "seen",
    missed: missed / (missed + probes),
    muted409: isLit409 ? 0 : conflicts / probes,
    lit: lit ?? SEEN.lit,
    weight: lit === undefined ? UNLIT.seen : UNLIT.unknown + lit.reduce((sum, { share }) => sum + share, 0),
  };
}

/** Marks are made once for cells, which are never changed in place. */
const made = new WeakMap<Cells, readonly WeighedMark[]>();

export function marksOf(cells: Cells): readonly WeighedMark[] {
  let marks = made.get(cells);
  if (marks === undefined) {
    marks = cells.probes.map((_, index) => markOf(cells, index));
    made.set(cells, marks);
  }
  return marks;
}

/** Says that `after` is `before` moved on by `ahead` empty cells, with other counts at `anew` alone. */
export function carryMarks(before: Cells, after: Cells, { ahead = 0, anew = [] as Iterable<number> }): void {
  const known = made.get(before);
  if (known === undefined) return;
  const marks = ahead === 0 ? known.slice() : [...known.slice(ahead), ...known.slice(-ahead).fill(EMPTY)];
  for (const index of anew) marks[index] = markOf(after, index);
  // What looks as it did need not be drawn again.
  made.set(after, areSame(known, marks) ? known : marks);
}

export function areSame(some: readonly Mark[], others: readonly Mark[]): boolean {
  return some.length === others.length && some.every((mark, index) => mark === others[index]);
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
  const worst = new Array<WeighedMark>(count).fill(EMPTY);
  for (const cells of monitors) {
    const marks = marksOf(cells);
    for (let index = 0; index < count; index++) {
      const mark = marks[index] ?? EMPTY;
      if (mark.weight > (worst[index] as WeighedMark).weight) worst[index] = mark;
    }
  }
  return worst;
}
