/**
 * What regions see: looks out of results, and who hears when a region becomes blind or sees again.
 */
import {
  type BlindRegion,
  blindRegions,
  type EpochMs,
  forgetLooks,
  hostOf,
  isReached,
  type Monitor,
  newSight,
  noteLook,
  type ProbeResult,
  type Region,
  recallUsual,
  type Sight,
  type Writer,
} from "@statusquo/core";

/** A region has become blind, or with null sees again. */
export interface BlindChange {
  region: Region;
  blind: BlindRegion | null;
  at: EpochMs;
}

export interface SightKeeper {
  /** Takes in results of a monitor, as they come home. */
  look(monitor: Monitor, result: ProbeResult): void;
  /** What is usual for a monitor that is taken up, from stored counts; inside a transaction. */
  recall(writer: Writer, monitor: Monitor, now: EpochMs): void;
  forget(monitors: readonly Monitor[]): void;
  /** The regions that are blind now. */
  blind(now: EpochMs): ReadonlyMap<Region, BlindRegion>;
  /** What has changed since this was last asked. */
  changes(now: EpochMs): BlindChange[];
}

/** How far back stored counts are asked what is usual, ms. */
const RECALL_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;

/** @param together  whether one machine probes for all regions */
export function keepSight(together: boolean): SightKeeper {
  const sight: Sight = newSight();
  let told = new Map<Region, BlindRegion>();
  const blind = (now: EpochMs) => new Map(blindRegions(sight, now, together).map((one) => [one.region, one]));
  const place = (monitor: Monitor, region: Region) => {
    return { monitor: monitor.id, host: hostOf(monitor.request.url), region, intervalMs: monitor.intervalMs };
  };
  return {
    look(monitor, result) {
      if (result.kind === "missed") return;
      const { region, slot, outcome, phases } = result;
      noteLook(sight, { ...place(monitor, region), slot, reached: isReached(outcome, phases) });
    },
    recall(writer, monitor, now) {
      const query = { monitors: [monitor.id], from: now - RECALL_MS, to: now, stepMs: HOUR_MS, byRegion: true };
      const hours = writer.reads.counts(query);
      for (const [region, counts] of Map.groupBy(hours, (hour) => hour.region)) {
        if (region === null || !monitor.regions.includes(region)) continue;
        const looks = counts.reduce((sum, { probes }) => sum + probes, 0);
        const failed = counts.reduce((sum, { codes }) => sum + (codes[0] ?? 0), 0);
        recallUsual(sight, place(monitor, region), { failed, looks });
      }
    },
    forget(monitors) {
      const defined = new Set(monitors.flatMap(({ id, regions }) => regions.map((region) => `${id} ${region}`)));
      forgetLooks(sight, (monitor, region) => defined.has(`${monitor} ${region}`));
    },
    blind,
    changes(now) {
      const is = blind(now);
      const begun = [...is.values()].filter(({ region }) => !told.has(region));
      const over = [...told.keys()].filter((region) => !is.has(region));
      told = is;
      return [
        ...begun.map((one) => ({ region: one.region, blind: one, at: now })),
        ...over.map((region) => ({ region, blind: null, at: now })),
      ];
    },
  };
}
