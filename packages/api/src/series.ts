/** One monitor over time: columns for charts, every one as long as the time axis. */
import { type BucketCounts, isExpected, type Monitor, type Phases } from "@statusquo/core";
import { summariesAt } from "./incident-views.ts";
import { MOST_COLUMNS } from "./parameters.ts";
import { deploysAbout } from "./people.ts";
import type { ApiPorts } from "./ports.ts";
import { badParameter } from "./problem.ts";
import { limitOf, unexpectedOf, usualShares } from "./usual.ts";
import type { Series } from "./views.ts";

const HOUR = 3_600_000;
/** Steps a chart is drawn in when none is asked for. */
const STEPS = [60_000, 300_000, 900_000, HOUR, 6 * HOUR, 24 * HOUR] as const;
const READABLE_COLUMNS = 120;
const PHASES = ["dns", "connect", "tls", "firstByte", "body"] as const satisfies (keyof Phases)[];
/** Incidents of one monitor that are looked through for those in range, newest first. */
const INCIDENTS_READ = 500;

export interface SeriesQuery {
  from?: number | undefined;
  to?: number | undefined;
  step?: number | undefined;
  region?: string | undefined;
  by?: "region" | undefined;
}

/** The columns that cover [from, to): `from` is moved back to a multiple of the step, and there are at most 2,000. */
export function columnsOf(
  query: SeriesQuery,
  intervalMs: number,
  now: number,
): { from: number; to: number; stepMs: number; length: number } {
  const to = query.to ?? now + 1;
  const asked = query.from ?? Math.max(0, to - HOUR);
  if (asked >= to) throw badParameter("from", `before to (${to})`, asked);
  const span = to - asked;
  const readable = STEPS.find((step) => step >= intervalMs && span / step <= READABLE_COLUMNS) ?? STEPS[5];
  const stepMs = query.step ?? readable;
  const from = Math.floor(asked / stepMs) * stepMs;
  const length = Math.ceil((to - from) / stepMs);
  if (length > MOST_COLUMNS)
    throw badParameter("step", `long enough for at most ${MOST_COLUMNS} columns between from and to`, stepMs);
  return { from, to, stepMs, length };
}

export function series(ports: ApiPorts, monitor: Monitor, query: SeriesQuery): Series {
  const { reader } = ports;
  const now = ports.clock.now();
  const { region } = query;
  if (region !== undefined && !monitor.regions.includes(region))
    throw badParameter("region", `one of ${monitor.regions.join(", ")}`, region);
  const { from, to, stepMs, length } = columnsOf(query, monitor.intervalMs, now);
  const range = { monitors: [monitor.id], from, to, stepMs };
  // One region's columns have everything; regions beside the whole have their codes alone.
  const perRegion =
    region !== undefined
      ? reader.counts({ ...range, byRegion: true })
      : query.by === "region"
        ? reader.counts({ ...range, byRegion: true, only: "codes" })
        : [];
  const counts = region === undefined ? reader.counts(range) : perRegion.filter((bucket) => bucket.region === region);
  const buckets = placed(counts, from, stepMs, length);

  const t = Array.from({ length }, (_, index) => from + index * stepMs);
  const codes = codesOf(counts);
  const expected = codes.filter(
    (code) => isExpected(monitor.expect, code) && !counts.some(({ unmet }) => unmet?.[code]),
  );
  const watched = [...new Set([409, ...codes.filter((code) => !expected.includes(code))])];
  const shares = usualShares(ports, monitor, codes);
  const usual = byCode(watched, (code) => t.map((at) => shares.ofStream(code, at)));
  const column = <T>(read: (bucket: BucketCounts) => T, empty: T): T[] =>
    buckets.map((bucket) => (bucket === null ? empty : read(bucket)));
  return {
    monitor: monitor.id,
    region: region ?? null,
    from,
    to,
    stepMs,
    t: t.map((at) => at / 1_000),
    ...countColumns(monitor, buckets, codes, expected),
    expected,
    worst: byCode(watched, (code) => ({
      bad: column(({ worst }) => worst[code]?.bad ?? 0, 0),
      of: column(({ worst }) => worst[code]?.of ?? 0, 0),
    })),
    usual,
    limits: byCode(watched, (code) =>
      column(({ probes }) => probes, 0).map((probes, index) => limitOf(probes, usual[code]?.[index] ?? null)),
    ),
    p50: column(({ p50 }) => p50, null),
    p95: column(({ p95 }) => p95, null),
    phases: Object.fromEntries(
      PHASES.map((phase) => [phase, column(({ phases }) => phases?.[phase] ?? null, null)]),
    ) as Series["phases"],
    byRegion:
      query.by !== "region"
        ? []
        : monitor.regions.map((name) => {
            const own = perRegion.filter((bucket) => bucket.region === name);
            return {
              region: name,
              ...countColumns(monitor, placed(own, from, stepMs, length), codesOf(own), expected),
            };
          }),
    incidents: reader
      .incidents({ monitor: monitor.id, limit: INCIDENTS_READ })
      .filter(({ onsetAt, resolvedAt }) => onsetAt < to && (resolvedAt ?? now) >= from)
      .map(summariesAt(ports, now))
      .reverse(),
    deploys: deploysAbout(reader, monitor, from, to).reverse(),
  };
}

/** Buckets at their place on the axis; null where there is none. */
function placed(counts: readonly BucketCounts[], from: number, stepMs: number, length: number) {
  const buckets = new Array<BucketCounts | null>(length).fill(null);
  for (const bucket of counts) {
    const index = Math.floor((bucket.at - from) / stepMs);
    if (index >= 0 && index < length) buckets[index] = bucket;
  }
  return buckets;
}

/** Of a code that was both as expected and not, only answers that were not are counted. */
function countColumns(
  monitor: Monitor,
  buckets: readonly (BucketCounts | null)[],
  codes: readonly number[],
  expected: readonly number[],
) {
  const countOf = (bucket: BucketCounts, code: number) =>
    expected.includes(code) ? (bucket.codes[code] ?? 0) : unexpectedOf(monitor, bucket, code);
  return {
    probes: buckets.map((bucket) => bucket?.probes ?? 0),
    missed: buckets.map((bucket) => bucket?.missed ?? 0),
    codes: byCode(codes, (code) => buckets.map((bucket) => (bucket === null ? 0 : countOf(bucket, code)))),
  };
}

function codesOf(counts: readonly BucketCounts[]): number[] {
  return [...new Set(counts.flatMap(({ codes }) => Object.keys(codes).map(Number)))].sort((a, b) => a - b);
}

function byCode<T>(codes: readonly number[], value: (code: number) => T): Record<number, T> {
  return Object.fromEntries(codes.map((code) => [code, value(code)]));
}
