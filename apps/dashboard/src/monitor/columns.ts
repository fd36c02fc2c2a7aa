/**
 * Columns of the code mix: which answers stand in each, and which of them chance does not explain.
 *
 * Every figure is the server's; here it is only put in order for drawing.
 */
import type { Series } from "@statusquo/api/client";
import { BAND_LEVEL, binomialQuantile } from "@statusquo/core";
import { CELL_CLASSES, classOf, type Kind, wrongKindOf } from "../codes.ts";
import type { Mark } from "../draw/ribbon.ts";

/** A roll-up this long or shorter is its own worst five minutes. */
const WORST_MS = 300_000;
/** Tops of the share axis. */
const TOPS = [0.05, 0.1, 0.2, 0.25, 0.5, 0.75, 1];

export interface Segment {
  code: number;
  kind: Kind;
  count: number;
  /** Above the limit of its own column. */
  lit: boolean;
}

export interface Column {
  /** Epoch ms of its left edge. */
  at: number;
  probes: number;
  missed: number;
  /** Unexpected codes that were seen, and 409; lowest of the stack first. */
  segments: Segment[];
  /** Share of the banded code that is usual at most, for this column's probes; null when nothing is known of it. */
  band: number | null;
  /** The worst five minutes within, where they stand out of a longer column. */
  peaks: { kind: Kind; share: number; bad: number; of: number; code: number }[];
}

const ORDER: readonly Kind[] = ["k409", "k4", "k5", "kx", "k3", "k2"];

/** Codes of the series that the chart stacks, lowest first. @param only the one that is asked for; null for all */
export function stackedCodes(
  { codes, expected }: Pick<Series, "codes" | "expected">,
  only: number | null = null,
): number[] {
  return Object.keys(codes)
    .map(Number)
    .filter((code) => (only === null ? code === 409 || !expected.includes(code) : code === only))
    .sort((a, b) => ORDER.indexOf(wrongKindOf(a)) - ORDER.indexOf(wrongKindOf(b)) || a - b);
}

/**
 * @param banded  the code whose usual range is drawn
 * @param only    the one code that is stacked; null for all
 */
export function columnsOf(series: Series, banded: number, only: number | null = null): Column[] {
  const stacked = stackedCodes(series, only);
  return series.t.map((seconds, index) => {
    const probes = series.probes[index] ?? 0;
    const limit = series.limits[banded]?.[index] ?? null;
    const segments = stacked.flatMap((code): Segment[] => {
      const count = series.codes[code]?.[index] ?? 0;
      const own = series.limits[code]?.[index] ?? null;
      return count === 0 ? [] : [{ code, kind: wrongKindOf(code), count, lit: own !== null && count > own }];
    });
    return {
      at: seconds * 1_000,
      probes,
      missed: series.missed[index] ?? 0,
      segments,
      band: limit === null || probes === 0 ? null : limit / probes,
      peaks: series.stepMs <= WORST_MS ? [] : peaksOf(series, stacked, index, probes),
    };
  });
}

function peaksOf(series: Series, stacked: readonly number[], index: number, probes: number): Column["peaks"] {
  return stacked.flatMap((code) => {
    const bad = series.worst[code]?.bad[index] ?? 0;
    const of = series.worst[code]?.of[index] ?? 0;
    const usual = series.usual[code]?.[index] ?? null;
    if (of === 0 || usual === null || bad <= binomialQuantile(of, usual, BAND_LEVEL)) return [];
    const pooled = probes === 0 ? 0 : (series.codes[code]?.[index] ?? 0) / probes;
    return bad / of <= pooled ? [] : [{ kind: wrongKindOf(code), share: bad / of, bad, of, code }];
  });
}

/** The smallest readable top that cuts off no column, peak or band. */
export function topOf(columns: readonly Column[]): number {
  const highest = Math.max(
    0,
    ...columns.flatMap(({ probes, segments, band, peaks }) => [
      probes === 0 ? 0 : segments.reduce((sum, { count }) => sum + count, 0) / probes,
      band ?? 0,
      ...peaks.map(({ share }) => share),
    ]),
  );
  return TOPS.find((top) => top >= highest) ?? 1;
}

/** A region's columns as a ribbon: the same rule of muted and lit, for the region's own number of probes. */
export function regionMarks(series: Series, region: Series["byRegion"][number]): Mark[] {
  const codes = Object.keys(region.codes).map(Number);
  return series.t.map((_, index) => {
    const probes = region.probes[index] ?? 0;
    const missed = region.missed[index] ?? 0;
    const above = codes.flatMap((code) => {
      const count = region.codes[code]?.[index] ?? 0;
      const name = classOf(code, series.expected.includes(code));
      const usual = series.usual[code]?.[index] ?? null;
      const isAbove = name !== null && usual !== null && count > binomialQuantile(probes, usual, BAND_LEVEL);
      return isAbove ? [{ name, share: count / probes }] : [];
    });
    const lit = CELL_CLASSES.flatMap((name) => {
      const share = above.filter((each) => each.name === name).reduce((sum, each) => sum + each.share, 0);
      return share > 0 ? [{ name, share }] : [];
    });
    const isLit409 = lit.some(({ name }) => name === "c409");
    return {
      ground: probes > 0 ? "seen" : missed > 0 ? "unknown" : "empty",
      missed: missed === 0 ? 0 : missed / (missed + probes),
      muted409: probes === 0 || isLit409 ? 0 : (region.codes[409]?.[index] ?? 0) / probes,
      lit,
    };
  });
}

/** Phases as areas over each other: each column the sum up to its phase; null where nothing was sampled. */
export function stackedPhases({ phases }: Pick<Series, "phases">): (number | null)[][] {
  const order = [phases.dns, phases.connect, phases.tls, phases.firstByte, phases.body];
  return order.map((_, level) =>
    phases.dns.map((_, index) => {
      const known = order.map((phase) => phase[index] ?? null);
      if (known.every((ms) => ms === null)) return null;
      return known.slice(0, level + 1).reduce<number>((sum, ms) => sum + (ms ?? 0), 0);
    }),
  );
}
