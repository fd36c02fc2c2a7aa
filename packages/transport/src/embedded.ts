/**
 * The embedded transport: both ends in one process, no Redis.
 *
 * Nothing is dropped in silence: what it has no room for is refused, so that the scheduler can account for it.
 */
import {
  type BatchHandler,
  type Clock,
  type DefinitionVersion,
  type JobBatch,
  type JobTransport,
  type Monitor,
  type Offered,
  type ProbeResult,
  type Region,
  StatusquoError,
  type WorkTransport,
} from "@statusquo/core";
import { answerBatch } from "./answer.ts";
import { handOver, type Parcel } from "./handover.ts";
import { calm, said, type TransportLog } from "./log.ts";

export interface EmbeddedOptions {
  clock: Clock;
  log?: TransportLog;
  /** Batches of one region that are waiting or under way, at most. */
  maxBatches?: number;
  /** Results waiting to be recorded, at most; beyond it no batch is taken. */
  maxUnrecorded?: number;
}

/** Results are gathered this long, or until there are 100: one transaction for many. */
const GATHER_MS = 50;
const GATHER_RESULTS = 100;
/** After `record` threw, it is asked again this much later. */
const AGAIN_MS = 500;
/** Ids are remembered this long, and so many of them. */
const REMEMBER_MS = 180_000;
const REMEMBER_IDS = 5_000;
/** How long `close` waits for probes that are under way. */
const CLOSE_MS = 5_000;

interface Served {
  handler: BatchHandler | null;
  /** Offered before anybody served the region. */
  waiting: JobBatch[];
  underWay: number;
}

/**
 * A transport whose two ends are the same object. `serve` and `receive` resolve once they have begun. Batches offered
 * before `serve` and results before `receive` wait.
 */
export function createEmbeddedTransport(options: EmbeddedOptions): JobTransport & WorkTransport {
  const { clock, maxBatches = 1_000, maxUnrecorded = 20_000 } = options;
  const log = calm(options.log ?? (() => {}), clock.now);
  const regions = new Map<Region, Served>();
  const remembered = new Map<string, number>();
  const drains: { until: Set<Parcel>; resolve: () => void; reject: (error: Error) => void }[] = [];
  const idle: (() => void)[] = [];
  let monitors: readonly Monitor[] = [];
  let known: ReadonlyMap<DefinitionVersion, Monitor> = new Map();
  let record: ((results: ProbeResult[]) => void) | null = null;
  let unrecorded: Parcel[] = [];
  let gathering: { stop(): void } | null = null;
  let closing: Promise<void> | null = null;
  let closed = false;

  const served = (region: Region): Served => {
    const known = regions.get(region) ?? { handler: null, waiting: [], underWay: 0 };
    regions.set(region, known);
    return known;
  };

  const run = async (region: Served, handler: BatchHandler, batch: JobBatch) => {
    region.underWay++;
    await null;
    const results = await answerBatch(batch, known, handler, clock.now, log);
    region.underWay--;
    if (closed) return;
    unrecorded.push({ results });
    if (record !== null && count(unrecorded) >= GATHER_RESULTS) hand();
    else gather(GATHER_MS);
    if (![...regions.values()].some(({ underWay }) => underWay > 0)) for (const resolve of idle.splice(0)) resolve();
  };

  const gather = (afterMs: number) => {
    gathering ??= clock.every(afterMs, hand);
  };

  function hand(): void {
    gathering?.stop();
    gathering = null;
    if (record === null || unrecorded.length === 0) return;
    const { recorded, kept, error } = handOver(unrecorded, record);
    unrecorded = kept;
    for (const drain of drains) for (const parcel of recorded) drain.until.delete(parcel);
    for (const drain of drains.filter(({ until }) => until.size === 0)) {
      drains.splice(drains.indexOf(drain), 1);
      drain.resolve();
    }
    if (kept.length === 0) return;
    log("error", "results could not be recorded; they are kept and handed over again", {
      results: count(kept),
      error: said(error),
    });
    if (!closed) gather(AGAIN_MS);
  }

  return {
    async publish(next) {
      // The definitions before these stay known: batches that name them may be waiting.
      known = new Map([...monitors, ...next].map((monitor) => [monitor.version, monitor]));
      monitors = next;
    },

    async offer(batch): Promise<Offered> {
      if (closing) return { kind: "refused", why: "the transport is closing" };
      const now = clock.now();
      forget(remembered, now);
      if (remembered.has(batch.id)) return { kind: "taken" };
      const region = served(batch.region);
      const load = region.waiting.length + region.underWay;
      if (load >= maxBatches)
        return { kind: "refused", why: `region ${batch.region} has ${load} batches waiting or under way` };
      const held = count(unrecorded);
      if (held >= maxUnrecorded) return { kind: "refused", why: `${held} results are waiting to be recorded` };
      remembered.set(batch.id, now);
      if (region.handler) void run(region, region.handler, batch);
      else region.waiting.push(batch);
      return { kind: "taken" };
    },

    async ask(batch) {
      const handler = closing ? null : regions.get(batch.region)?.handler;
      return handler ? answerBatch(batch, known, handler, clock.now, log) : null;
    },

    async receive(into) {
      record = into;
      hand();
    },

    async drained() {
      if (unrecorded.length === 0) return;
      const done = new Promise<void>((resolve, reject) => {
        drains.push({ until: new Set(unrecorded), resolve, reject });
      });
      hand();
      await done;
    },

    async presence() {
      const at = clock.now();
      return [...regions].map(([region, { handler }]) => ({
        region,
        workers: handler ? 1 : 0,
        lastSeenAt: handler ? at : null,
      }));
    },

    async serve(name, handler) {
      const region = served(name);
      if (region.handler) throw new StatusquoError("internal", `region ${name} is served already`);
      region.handler = handler;
      for (const batch of region.waiting.splice(0)) void run(region, handler, batch);
    },

    close() {
      closing ??= (async () => {
        if ([...regions.values()].some(({ underWay }) => underWay > 0)) {
          const { promise, resolve } = Promise.withResolvers<void>();
          const deadline = clock.every(CLOSE_MS, resolve);
          idle.push(resolve);
          await promise;
          deadline.stop();
        }
        closed = true;
        hand();
        gathering?.stop();
        for (const drain of drains.splice(0))
          drain.reject(new StatusquoError("internal", "the transport was closed before its results were recorded"));
        if (unrecorded.length > 0)
          log("error", "closed with results that could not be recorded", { results: count(unrecorded) });
      })();
      return closing;
    },
  };
}

function count(parcels: readonly Parcel[]): number {
  return parcels.reduce((sum, { results }) => sum + results.length, 0);
}

/** Drops ids past their age or beyond their number; a map keeps the order in which they came. */
function forget(remembered: Map<string, number>, now: number): void {
  for (const [id, at] of remembered) {
    if (now - at < REMEMBER_MS && remembered.size < REMEMBER_IDS) return;
    remembered.delete(id);
  }
}
