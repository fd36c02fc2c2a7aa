/**
 * Blind regions: a region whose own prober fails. What it reports then says nothing about targets.
 *
 * Connections that fail to most hosts of a region at once, while those hosts usually answer and answer elsewhere, are
 * our fault. Only failures before a response count: a response of any kind came from the target.
 */
import type { EpochMs, MonitorId, Region } from "./monitor.ts";
import type { Outcome, Phases } from "./sample.ts";

/** Fewer hosts than this say nothing about a region. */
const HOSTS_MIN = 3;
/** A host speaks for a region only when no more than this share of its probes from there usually fails. */
const USUAL_FAILURES_MAX = 0.2;
/** What is usual is known after so many looks, and follows with this weight of the newest. */
const LOOKS_MIN = 5;
const USUAL_PACE = 0.05;
/** A look is news for this many of its monitor's intervals. */
const FRESH_INTERVALS = 3;

/** One probe of a monitor from a region, as far as this is concerned. */
export interface RegionLook {
  monitor: MonitorId;
  /** Who is dialled; monitors of one host have one voice. */
  host: string;
  region: Region;
  intervalMs: number;
  slot: EpochMs;
  /** Whether a connection came about; see {@link isReached}. */
  reached: boolean;
}

interface Known extends RegionLook {
  looks: number;
  /** Share of looks that fail when the region sees. */
  usualFailures: number;
}

interface RegionSight {
  readonly known: Map<MonitorId, Known>;
  /** Monitors whose last look failed although their looks usually do not: few, so that asking is cheap. */
  readonly failing: Set<MonitorId>;
}

/** What the probes of all monitors have met, by region and monitor. Plain data. */
export interface Sight {
  readonly regions: Map<Region, RegionSight>;
  /** Since when a region is blind. */
  readonly blindSince: Map<Region, EpochMs>;
}

/** A region that is blind, with the hosts that were failed to reach, of those that usually answer there. */
export interface BlindRegion {
  region: Region;
  since: EpochMs;
  failed: number;
  of: number;
  /** "blind: 5 of 6 hosts that usually answer cannot be reached from eu-west, and 5 of them answer elsewhere" */
  reason: string;
}

export function newSight(): Sight {
  return { regions: new Map(), blindSince: new Map() };
}

/** Whether a probe got through to its target: false for a failure of dns, connect or tls, or a timeout before a response. */
export function isReached(outcome: Outcome, phases: Pick<Phases, "firstByte"> | null): boolean {
  if (outcome.kind === "status" || outcome.reason === "protocol") return true;
  return outcome.reason === "timeout" && (phases?.firstByte ?? null) !== null;
}

/** The host of a URL as it stands in a definition, without its port; a reference stands for itself. */
export function hostOf(url: string): string {
  const authority = /^[a-z]+:\/\/(?:[^/?#@]*@)?([^/?#]*)/i.exec(url)?.[1] ?? /^\$\{[^}]*\}/.exec(url)?.[0] ?? url;
  return authority.replace(/:\d+$/, "").toLowerCase();
}

/** Hosts that are likely to fail together: of a name its last two labels, an address by itself. */
function siteOf(host: string): string {
  return /^[\d.]+$|[[:$]/.test(host) ? host : host.split(".").slice(-2).join(".");
}

/** Tells what was usual before the first look, from stored counts: `failed` of `looks`. Does nothing where looks are known. */
export function recallUsual(
  sight: Sight,
  look: Omit<RegionLook, "slot" | "reached">,
  past: { failed: number; looks: number },
): void {
  const { known } = ofRegion(sight, look.region);
  if (known.has(look.monitor) || past.looks === 0) return;
  const usualFailures = past.failed / past.looks;
  known.set(look.monitor, { ...look, slot: 0, reached: true, looks: past.looks, usualFailures });
}

/** Takes in one look. An older one than the last of its monitor and region changes nothing. */
export function noteLook(sight: Sight, look: RegionLook): void {
  const { known, failing } = ofRegion(sight, look.region);
  const before = known.get(look.monitor);
  if (before !== undefined && look.slot <= before.slot) return;
  const looks = before?.looks ?? 0;
  let usualFailures = before?.usualFailures ?? 0;
  // What fails while a region is blind is not what its hosts usually do.
  if (look.reached || !sight.blindSince.has(look.region)) {
    usualFailures += ((look.reached ? 0 : 1) - usualFailures) * Math.max(USUAL_PACE, 1 / (looks + 1));
  }
  const now = { ...look, looks: looks + 1, usualFailures };
  known.set(look.monitor, now);
  if (!look.reached && isSpeaking(now)) failing.add(look.monitor);
  else failing.delete(look.monitor);
}

/** Forgets monitors that are no longer defined, and regions of theirs. */
export function forgetLooks(sight: Sight, isDefined: (monitor: MonitorId, region: Region) => boolean): void {
  for (const [region, { known, failing }] of sight.regions) {
    for (const monitor of known.keys()) {
      if (isDefined(monitor, region)) continue;
      known.delete(monitor);
      failing.delete(monitor);
    }
  }
}

/**
 * The regions that are blind at `now`, by name.
 *
 * A region is blind when three hosts or more cannot be reached that usually can, and either these are more than half of
 * those that speak for it, or nothing at all was reached there since the first of them failed and others reached them
 * all. It never is when most of these hosts fail in other regions too: then it is the targets. Where no other region can
 * witness, the hosts have to belong to three sites: those of one owner may well fail together.
 *
 * @param together  whether one machine probes for all regions, so that none of them is a witness for another
 */
export function blindRegions(sight: Sight, now: EpochMs, together = false): BlindRegion[] {
  const found: BlindRegion[] = [];
  for (const region of [...sight.regions.keys()].sort()) {
    const blind = lookFrom(sight, region, now, together);
    if (blind === null) sight.blindSince.delete(region);
    else {
      const since = sight.blindSince.get(region) ?? now;
      sight.blindSince.set(region, since);
      found.push({ region, since, ...blind });
    }
  }
  return found;
}

function lookFrom(
  sight: Sight,
  region: Region,
  now: EpochMs,
  together: boolean,
): Pick<BlindRegion, "failed" | "of" | "reason"> | null {
  const { known, failing } = sight.regions.get(region)!;
  if (failing.size < HOSTS_MIN) return null;
  const fresh = [...known.values()].filter((look) => isFresh(look, now));
  const speaking = Map.groupBy(fresh.filter(isSpeaking), ({ host }) => host);
  const failed = [...speaking].filter(([, looks]) => looks.every(({ reached }) => !reached)).map(([host]) => host);
  if (failed.length < HOSTS_MIN) return null;
  const others = together ? [] : [...sight.regions].filter(([other]) => other !== region && !isBlind(sight, other));
  const elsewhere = others.flatMap(([, other]) => [...other.known.values()].filter((look) => isFresh(look, now)));
  const seen = failed.filter((host) => elsewhere.some((look) => look.host === host));
  const answered = seen.filter((host) => elsewhere.some((look) => look.host === host && look.reached));
  if (seen.length > 0 && answered.length * 2 <= seen.length) return null;
  if (seen.length === 0 && new Set(failed.map(siteOf)).size < HOSTS_MIN) return null;
  const isMost = failed.length * 2 > speaking.size;
  if (!isMost && !(answered.length === failed.length && isSilentSince(fresh, failed))) return null;
  const reach = `${failed.length} of ${speaking.size} hosts that usually answer cannot be reached from ${region}`;
  const witness = answered.length > 0 ? `, and ${answered.length} of them answer elsewhere` : "";
  return { failed: failed.length, of: speaking.size, reason: `blind: ${reach}${witness}` };
}

/** Whether nothing was reached from the first failure of these hosts on. */
function isSilentSince(looks: readonly Known[], hosts: readonly string[]): boolean {
  const from = Math.min(...looks.filter(({ host }) => hosts.includes(host)).map(({ slot }) => slot));
  return looks.every(({ slot, reached }) => !reached || slot < from);
}

function isFresh({ slot, intervalMs }: Known, now: EpochMs): boolean {
  return now - slot <= FRESH_INTERVALS * intervalMs;
}

function isSpeaking({ looks, usualFailures }: Known): boolean {
  return looks >= LOOKS_MIN && usualFailures <= USUAL_FAILURES_MAX;
}

function isBlind(sight: Sight, region: Region): boolean {
  return sight.blindSince.has(region);
}

function ofRegion(sight: Sight, region: Region): RegionSight {
  const found = sight.regions.get(region) ?? { known: new Map(), failing: new Set() };
  sight.regions.set(region, found);
  return found;
}
