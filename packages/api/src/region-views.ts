/** Regions: who probes from there, whether samples come home, and how late they began. */
import {
  type EpochMs,
  type Monitor,
  type MonitorId,
  type Reader,
  type RegionPresence,
  type StoredSlot,
  slotsBetween,
  turnOf,
} from "@statusquo/core";
import { ribbonAt } from "./ribbons.ts";
import type { RegionRow, Regions } from "./views.ts";

const BEATS = { stepMs: 10_000, cells: 24 };
const QUARTER = 900_000;
const LATEST_WITHIN = 24 * 3_600_000;

export function regionRows(
  reader: Reader,
  monitors: readonly Monitor[],
  presence: readonly RegionPresence[],
  now: EpochMs,
): Regions {
  const beat = ribbonAt(now, BEATS);
  const missedFrom = Math.floor(now / QUARTER) * QUARTER - 3 * QUARTER;
  const to = now + 1;
  const latest = Map.groupBy(reader.latest(now - LATEST_WITHIN), ({ region }) => region);
  const hour = Map.groupBy(
    reader.counts({ from: missedFrom, to, stepMs: QUARTER, byRegion: true }),
    ({ region }) => region,
  );
  const beats = Map.groupBy(
    reader.counts({ from: beat.from, to, stepMs: beat.stepMs, byRegion: true }),
    ({ region }) => region,
  );
  const names = new Set([...monitors.flatMap(({ regions }) => regions), ...presence.map(({ region }) => region)]);
  const rows = [...names].map((region): RegionRow => {
    const here = presence.find((each) => each.region === region);
    const own = monitors.filter(({ regions }) => regions.includes(region));
    const sampled = (latest.get(region) ?? []).filter(({ state }) => state === "sampled");
    const lastSampleAt = sampled.length === 0 ? null : Math.max(...sampled.map(({ slot }) => slot));
    const counts = hour.get(region) ?? [];
    const missed = counts.reduce((sum, bucket) => sum + bucket.missed, 0);
    const probes = counts.reduce((sum, bucket) => sum + bucket.probes, 0);
    const columns = { due: zeros(beat.cells), sampled: zeros(beat.cells), missed: zeros(beat.cells) };
    const add = (column: number[], at: EpochMs, times: number) => {
      const index = Math.floor((at - beat.from) / beat.stepMs);
      if (index >= 0 && index < beat.cells) column[index] = (column[index] as number) + times;
    };
    for (const monitor of own) for (const slot of slotsBetween(monitor, beat.from - 1, now)) add(columns.due, slot, 1);
    for (const bucket of beats.get(region) ?? []) {
      add(columns.sampled, bucket.at, bucket.probes);
      add(columns.missed, bucket.at, bucket.missed);
    }
    return {
      region,
      workers: here?.workers ?? 0,
      lastSeenAt: here?.lastSeenAt ?? null,
      monitors: own.length,
      lastSampleAt,
      lastSampleAgeMs: lastSampleAt === null ? null : now - lastSampleAt,
      lateness: latenessOf(sampled, new Map(own.map((monitor) => [monitor.id, turnOf(monitor, region)]))),
      missed: { count: missed, of: missed + probes },
      beats: columns,
    };
  });
  return { now, missedFrom, beat, regions: rows };
}

const zeros = (length: number) => new Array<number>(length).fill(0);

/** From slot, or the region's turn in it, to start, ms. A region whose clock runs ahead may read below 0; that is no lateness. */
function latenessOf(sampled: readonly StoredSlot[], turns: ReadonlyMap<MonitorId, number>): RegionRow["lateness"] {
  const late = sampled
    .flatMap(({ monitor, slot, startedAt }) =>
      startedAt === null ? [] : [Math.max(0, startedAt - slot - (turns.get(monitor) ?? 0))],
    )
    .sort((a, b) => a - b);
  const p95 = late[Math.ceil(late.length * 0.95) - 1] ?? null;
  return { p95, worst: late.at(-1) ?? null, of: late.length };
}
