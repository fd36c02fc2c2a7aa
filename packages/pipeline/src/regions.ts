/**
 * Silent regions: from which no sample has come for a while although some were due. That is trouble of ours, told once,
 * and never held against a target.
 */
import type { EpochMs, MissedReason, ProbeResult, Region } from "@statusquo/core";

/** What a region's workers owe; a standstill of this process is not theirs. */
const OWED: readonly MissedReason[] = ["not_offered", "expired", "no_result"];
/** How long nothing must have come, with slots due all the while. */
export const SILENT_AFTER_MS = 3 * 60_000;
/** And how many samples must be missing. */
const LEAST_MISSED = 2;

export interface RegionWatch {
  note(results: readonly ProbeResult[], at: EpochMs): void;
  /** Regions that are not probed any more owe nothing. */
  keep(regions: ReadonlySet<Region>): void;
  /** Regions that fell silent or spoke again since the last look. */
  look(at: EpochMs): { region: Region; silentSince: EpochMs | null; missed: number }[];
}

/** @param silent regions held to be silent already, as an earlier process left them */
export function watchRegions(silent: Iterable<Region>): RegionWatch {
  const told = new Set(silent);
  const missing = new Map<Region, { since: EpochMs; missed: number }>();
  const spoke = new Set<Region>();
  return {
    note(results, at) {
      for (const result of results) {
        if (result.kind === "sampled") {
          missing.delete(result.region);
          if (told.has(result.region)) spoke.add(result.region);
        } else if (OWED.includes(result.reason)) {
          const { since, missed } = missing.get(result.region) ?? { since: Math.min(result.slot, at), missed: 0 };
          missing.set(result.region, { since: Math.min(since, result.slot, at), missed: missed + 1 });
        }
      }
    },
    keep(regions) {
      for (const region of missing.keys()) if (!regions.has(region)) missing.delete(region);
      for (const region of told) if (!regions.has(region)) told.delete(region);
    },
    look(at) {
      const changed: { region: Region; silentSince: EpochMs | null; missed: number }[] = [];
      for (const region of spoke) {
        told.delete(region);
        changed.push({ region, silentSince: null, missed: 0 });
      }
      spoke.clear();
      for (const [region, { since, missed }] of missing) {
        if (told.has(region) || missed < LEAST_MISSED || at - since < SILENT_AFTER_MS) continue;
        told.add(region);
        changed.push({ region, silentSince: since, missed });
      }
      return changed;
    },
  };
}
