/**
 * Deploy markers: what was rolled out when and where, told by whoever deploys. They are evidence, never proof.
 */
import type { EpochMs, Monitor, MonitorId, Region } from "./monitor.ts";

export interface Deploy {
  /** 0 until stored. */
  id: number;
  at: EpochMs;
  service: string;
  version: string;
  /** Where; empty means everywhere. */
  regions: readonly Region[];
  /** Whom it concerns; both empty means every monitor, else one hit in either is enough. */
  monitors: readonly MonitorId[];
  tags: readonly string[];
  url: string | null;
  by: string | null;
}

/** A deploy that an incident began after. */
export interface DeployBefore {
  id: number;
  service: string;
  version: string;
  at: EpochMs;
  url: string | null;
  /** How long after it the mix most likely changed, ms; a little below 0 where the onset is uncertain. */
  afterMs: number;
  /** Whether it was said to have gone to exactly the regions that are affected, and not to others. */
  sameRegions: boolean;
}

/** Beyond this a deploy is no longer the obvious thing to look at. */
export const DEPLOY_SUSPECT_MS = 30 * 60_000;

/**
 * The deploy to look at first: of those that concern the monitor and touched an affected region, the latest before the
 * onset (give or take its uncertainty), not more than {@link DEPLOY_SUSPECT_MS} before it. One that went to exactly the
 * affected regions comes before a later one that did not.
 */
export function deployBefore(
  onset: { at: EpochMs; uncertaintyMs: number },
  deploys: readonly Deploy[],
  scope: { regions: readonly Region[]; elsewhere: readonly Region[] },
  monitor: Pick<Monitor, "id" | "tags">,
): DeployBefore | null {
  const found = deploys
    .filter((deploy) => concerns(deploy, monitor) && touches(deploy, scope.regions))
    .map((deploy): DeployBefore => {
      const { id, service, version, at, url } = deploy;
      return { id, service, version, at, url, afterMs: onset.at - at, sameRegions: isSame(deploy, scope) };
    })
    .filter(({ afterMs }) => afterMs >= -onset.uncertaintyMs && afterMs <= DEPLOY_SUSPECT_MS);
  return (
    found.toSorted((a, b) => Number(b.sameRegions) - Number(a.sameRegions) || b.at - a.at || b.id - a.id)[0] ?? null
  );
}

/** "began 3 min after gateway 2025.11.3 in the same regions" */
export function deployText({ service, version, afterMs, sameRegions }: DeployBefore): string {
  const minutes = Math.round(Math.abs(afterMs) / 60_000);
  const when = minutes === 0 ? "at the time of" : afterMs < 0 ? `about ${minutes} min before` : `${minutes} min after`;
  return `began ${when} ${service} ${version}${sameRegions ? " in the same regions" : ""}`;
}

function concerns({ monitors, tags }: Deploy, monitor: Pick<Monitor, "id" | "tags">): boolean {
  if (monitors.length === 0 && tags.length === 0) return true;
  return monitors.includes(monitor.id) || tags.some((tag) => monitor.tags.includes(tag));
}

function touches({ regions }: Deploy, affected: readonly Region[]): boolean {
  return regions.length === 0 || affected.some((region) => regions.includes(region));
}

/** Only a deploy that named regions can be in the same ones, and only where other regions could have shown otherwise. */
function isSame(
  { regions }: Deploy,
  { regions: affected, elsewhere }: { regions: readonly Region[]; elsewhere: readonly Region[] },
): boolean {
  if (regions.length === 0) return false;
  return affected.every((region) => regions.includes(region)) && !elsewhere.some((region) => regions.includes(region));
}
