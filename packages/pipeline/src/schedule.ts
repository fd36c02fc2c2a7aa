/**
 * Step 2, schedule: which slots are due, and which probes may still begin.
 *
 * Due slots come from the last slot handed out and the clock, never from timers, which may coalesce. On waking, only
 * what can still be probed in time is offered; everything else ends as `missed`, so there is no burst of catching up.
 */
import {
  closesAt,
  type EpochMs,
  JOB_BATCH_VERSION,
  type JobBatch,
  longestProbeMs,
  MAX_JOBS_PER_BATCH,
  type MissedReason,
  type Monitor,
  type ProbeResult,
  type Region,
  slotAt,
  slotsBetween,
  startBefore,
  turnOf,
} from "@statusquo/core";

/** What a region of an open slot has come to: not yet offered, on its way, or home. */
export type RegionState =
  | { at: "due"; why: MissedReason }
  | { at: "offered" }
  /** `calmed` says whether asking once more brought an expected answer; absent when nobody asked. */
  | { at: "home"; code: number | null; expected: boolean; calmed?: boolean };

/** A slot that was handed out and has not closed. */
export interface OpenSlot {
  slot: EpochMs;
  closesAt: EpochMs;
  regions: Map<Region, RegionState>;
}

/** How far a monitor has come on its timetable. */
export interface Progress {
  monitor: Monitor;
  /** The last slot handed out. */
  handedOut: EpochMs;
  /** The last slot judged. */
  judged: EpochMs;
  /** Handed out and not judged, oldest first. */
  open: OpenSlot[];
}

/** How far back slots are accounted for one by one after a standstill. */
export const LONGEST_ACCOUNT_MS = 24 * 3_600_000;

/**
 * Where a monitor begins that was never judged: with the slot of now if it can still be probed, else with the next.
 */
export function newProgress(monitor: Monitor, now: EpochMs): Progress {
  const current = slotAt(monitor, now);
  const last = now <= startBefore(monitor, current) ? current - monitor.intervalMs : current;
  return { monitor, handedOut: last, judged: last, open: [] };
}

/**
 * Opens every slot that has come due since the last one handed out. What could not be closed for longer than slots are
 * accounted for (a store that takes nothing for days) is let go, so that what is open stays bounded.
 */
export function openDueSlots(progress: Progress, now: EpochMs): void {
  const { monitor, open } = progress;
  const kept = open.findIndex(({ slot }) => slot > now - LONGEST_ACCOUNT_MS);
  if (kept !== 0) open.splice(0, kept < 0 ? open.length : kept);
  const after = Math.max(progress.handedOut, now - LONGEST_ACCOUNT_MS);
  if (after >= now) return;
  for (const slot of slotsBetween(monitor, after, now)) {
    slotOf(progress, slot);
    progress.handedOut = slot;
  }
}

/** The open slot of an instant, opened in its place when it is not: slots stand and are judged in order. */
export function slotOf(progress: Progress, slot: EpochMs): OpenSlot {
  const known = progress.open.find((open) => open.slot === slot);
  if (known) return known;
  const opened = openSlot(progress.monitor, slot);
  const later = progress.open.findIndex((open) => open.slot > slot);
  progress.open.splice(later < 0 ? progress.open.length : later, 0, opened);
  return opened;
}

/** A slot with every region still to be offered. */
function openSlot(monitor: Monitor, slot: EpochMs): OpenSlot {
  return {
    slot,
    closesAt: closesAt(monitor, slot),
    regions: new Map(monitor.regions.map((region) => [region, { at: "due", why: "stalled" }])),
  };
}

/**
 * The batches to offer now, in the order of region names: one per region and length of probe (more when over the size of
 * a batch). A batch comes home when its longest probe has, so what may take longer travels apart: nobody's samples come
 * home after their grace on its account. What is in them counts as offered from here on; `takeBack` undoes that.
 *
 * @param isOpen whether a region takes offers now; what is due in others stays due
 */
export function dueBatches(
  all: Iterable<Progress>,
  now: EpochMs,
  isOpen: (region: Region) => boolean = () => true,
): JobBatch[] {
  const jobs = new Map<Region, Map<number, JobBatch["jobs"]>>();
  for (const { monitor, open } of all) {
    const longest = longestProbeMs(monitor);
    for (const slot of open) {
      for (const [region, state] of slot.regions) {
        if (state.at !== "due" || now < slot.slot + turnOf(monitor, region)) continue;
        const latest = startBefore(monitor, slot.slot, region);
        if (now > latest || !isOpen(region)) continue;
        slot.regions.set(region, { at: "offered" });
        const job = { monitor: monitor.id, version: monitor.version, slot: slot.slot, startBefore: latest };
        const ofRegion = jobs.get(region) ?? new Map<number, JobBatch["jobs"]>();
        const alike = ofRegion.get(longest) ?? [];
        alike.push(job);
        jobs.set(region, ofRegion.set(longest, alike));
      }
    }
  }
  const batches: JobBatch[] = [];
  for (const region of [...jobs.keys()].sort()) {
    for (const alike of jobs.get(region)?.values() ?? []) {
      for (let from = 0; from < alike.length; from += MAX_JOBS_PER_BATCH) {
        const part = alike.slice(from, from + MAX_JOBS_PER_BATCH);
        batches.push({ v: JOB_BATCH_VERSION, id: batchId(region, part), region, jobs: part });
      }
    }
  }
  return batches;
}

/** A batch was refused: its slots are due again, and say so if nothing comes of it. */
export function takeBack(all: ReadonlyMap<string, Progress>, batch: JobBatch): void {
  for (const job of batch.jobs) {
    const slot = all.get(job.monitor)?.open.find((open) => open.slot === job.slot);
    if (slot?.regions.get(batch.region)?.at === "offered") {
      slot.regions.set(batch.region, { at: "due", why: "not_offered" });
    }
  }
}

/** What is missing from slots whose grace has passed, as results of ours. */
export function overdue(progress: Progress, now: EpochMs): ProbeResult[] {
  const missing: ProbeResult[] = [];
  for (const { slot, closesAt, regions } of progress.open) {
    if (now < closesAt) break;
    for (const [region, state] of regions) {
      if (state.at === "home") continue;
      const reason = state.at === "due" ? state.why : "no_result";
      missing.push({ kind: "missed", monitor: progress.monitor.id, region, slot, reason });
    }
  }
  return missing;
}

/** The same jobs have the same id on every run: two hashes (FNV-1a, with and without a salt) over monitor and slot. */
function batchId(region: Region, jobs: JobBatch["jobs"]): string {
  const text = jobs.map((job) => `${job.monitor}@${job.slot}`).join(",");
  return `b-${region}-${jobs[0]?.slot}-${hash(text)}${hash(`${text}.`)}`;
}

function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return (value >>> 0).toString(36);
}
