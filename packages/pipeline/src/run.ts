/**
 * The walk: the one place that says in which order the steps are taken, and when.
 *
 *     define → schedule → probe → record → judge → dispatch
 *
 * `define` hands in monitors, `probe` happens wherever the transport carries it; the rest is here, in one process.
 */
import type {
  Channel,
  Clock,
  DeliveryResult,
  DetectorState,
  EpochMs,
  Failpoint,
  JobBatch,
  JobTransport,
  Monitor,
  MonitorId,
  Notifier,
  OutboxRow,
  ProbeResult,
  Region,
  Writer,
} from "@statusquo/core";
import { createDispatcher } from "./dispatch.ts";
import { announce, type Judgement } from "./judge.ts";
import { prune } from "./prune.ts";
import { closeOverdue, type Followed, follow, type RecordPorts, record } from "./record.ts";
import { dueBatches, openDueSlots, takeBack } from "./schedule.ts";
import { type BlindChange, keepSight } from "./sight.ts";

/** What is in force: monitors and the channels they name. */
export interface Definitions {
  monitors: readonly Monitor[];
  channels: readonly Channel[];
}

export interface WalkPorts {
  clock: Clock;
  writer: Writer;
  transport: JobTransport;
  notifier: Notifier;
  publicUrl: string | null;
  failpoint?: (point: Failpoint) => void;
  /** Hears of what was committed. Must not throw. */
  onCommitted?: (results: readonly ProbeResult[], judgements: readonly Judgement[]) => void;
  onSettled?: (row: OutboxRow, result: DeliveryResult) => void;
  /** Whether one machine probes for all regions: then none is a witness that another one is blind. */
  together?: boolean;
  /** Hears that a region has become blind, or sees again. Must not throw. */
  onBlind?: (change: BlindChange) => void;
  /** Hears of trouble of ours that the walk survives: a refused batch, a store that will not write. */
  onTrouble?: (what: string, error: unknown) => void;
}

/** What `health` looks at: when each part last advanced. */
export interface Heartbeats {
  scheduledAt: EpochMs | null;
  committedAt: EpochMs | null;
  dispatchedAt: EpochMs | null;
}

export interface Walk {
  heartbeats(): Heartbeats;
  /** The monitors in force. */
  monitors(): Monitor[];
  /** What a monitor's detector knows, to be read and not changed; null for a monitor not in force. */
  detector(id: MonitorId): DetectorState | null;
  /** Swaps definitions in whole. A monitor that is gone has its open incident resolved, and says so once. */
  define(definitions: Definitions): Promise<void>;
  /** Delivery that is under way has ended when this resolves. */
  delivered(): Promise<void>;
  /** Stops handing out slots and telling; resolves when the attempts under way have ended and are written. */
  stop(): Promise<void>;
}

/** Ticks gather what is due within them: half the cost of one wake-up a probe, for 10 ms of lateness (docs/operations.md#ticks). */
const TICK_MS = 100;
const DISPATCH_MS = 500;
/** How long a region that refused a batch is left alone. */
const REFUSED_REST_MS = 1_000;
const PRUNE_MS = 10_000;

/** Starts the walk: reads what came home while nobody listened, then hands out slots. */
export async function startWalk(ports: WalkPorts, definitions: Definitions): Promise<Walk> {
  const { clock, writer, transport } = ports;
  const trouble = ports.onTrouble ?? (() => {});
  const failpoint = ports.failpoint ?? (() => {});
  const followed = new Map<MonitorId, Followed>();
  const beats: Heartbeats = { scheduledAt: null, committedAt: null, dispatchedAt: null };
  let channels = new Map<string, Channel>();

  const settings = { channels: () => channels, publicUrl: ports.publicUrl, onTrouble: trouble };
  const sight = keepSight(ports.together ?? false);
  const recording: RecordPorts = {
    writer,
    followed,
    settings,
    sight,
    failpoint,
    onBlind: (change) => ports.onBlind?.(change),
    onCommitted(results, judgements) {
      beats.committedAt = clock.now();
      ports.onCommitted?.(results, judgements);
    },
  };
  const dispatcher = createDispatcher({
    clock,
    writer,
    notifier: ports.notifier,
    failpoint,
    onSettled: ports.onSettled ?? (() => {}),
  });

  const define = async (next: Definitions) => {
    const now = clock.now();
    await transport.publish(next.monitors);
    const taken = writer.transaction(() => {
      writer.putDefinitions(next.monitors, now);
      const kept = new Set(next.monitors.map(({ id }) => id));
      for (const [id, { progress }] of followed) {
        if (!kept.has(id)) resolveOpen(progress.monitor, "the monitor was removed from the definitions", now);
      }
      return next.monitors.map((monitor): [Monitor, Followed] => {
        const same = followed.get(monitor.id);
        if (same && isJudgedAlike(same.progress.monitor, monitor)) return [monitor, same];
        const anew = follow(writer, monitor, now);
        sight.recall(writer, monitor, now);
        // A detector that knows nothing of an open spike would never close it.
        if (anew.begunAnew) resolveOpen(monitor, `learning begins anew: ${anew.begunAnew}`, now);
        return [monitor, anew];
      });
    });
    // Only after the commit: definitions that could not be stored change nothing.
    followed.clear();
    for (const [monitor, one] of taken) {
      // Names, tags and channels may change without a new version.
      one.progress.monitor = monitor;
      followed.set(monitor.id, one);
    }
    sight.forget(next.monitors);
    channels = new Map(next.channels.map((channel) => [channel.id, channel]));
  };

  const resolveOpen = (monitor: Monitor, reason: string, now: EpochMs) => {
    const open = writer.openIncident(monitor.id);
    if (open === null) return;
    const revision = open.revision + 1;
    const resolved = writer.putIncident({ ...open, state: "resolved", resolvedAt: now, streams: [], revision });
    announce(writer, settings, monitor, resolved, { kind: "resolved", at: now, reason });
  };

  // Regions whose last offer is under way or was refused, and until when they are left alone.
  const resting = new Map<Region, EpochMs>();

  const schedule = () => {
    const now = clock.now();
    const all = [...followed.values()].map(({ progress }) => progress);
    for (const progress of all) openDueSlots(progress, now);
    failpoint("sched.after_slots_opened");
    const batches = dueBatches(all, now, (region) => now >= (resting.get(region) ?? 0));
    for (const [region, ofRegion] of Map.groupBy(batches, (batch) => batch.region)) void offer(region, ofRegion);
    beats.scheduledAt = now;
    closeOverdue(recording, now);
  };

  const offer = async (region: Region, batches: readonly JobBatch[]) => {
    resting.set(region, Number.POSITIVE_INFINITY);
    let restUntil = 0;
    for (const batch of batches) {
      const why = await refusalOf(batch);
      if (why === null) {
        failpoint("sched.after_enqueue");
        continue;
      }
      trouble(`region ${region}: ${batch.jobs.length} probes not offered`, why);
      takeBack(new Map([...followed].map(([id, { progress }]) => [id, progress])), batch);
      restUntil = clock.now() + REFUSED_REST_MS;
    }
    resting.set(region, restUntil);
  };

  const refusalOf = async (batch: JobBatch): Promise<unknown> => {
    try {
      const offered = await transport.offer(batch);
      return offered.kind === "refused" ? offered.why : null;
    } catch (error) {
      return error;
    }
  };

  const dispatch = () => {
    dispatcher.round();
    beats.dispatchedAt = clock.now();
  };

  await define(definitions);
  await transport.receive((results) => {
    failpoint("core.after_read");
    record(recording, results, clock.now());
  });
  await transport.drained();
  const guarded = (what: string, work: () => void | Promise<void>) => async () => {
    try {
      await work();
    } catch (error) {
      trouble(what, error);
    }
  };
  const timers = [
    clock.every(TICK_MS, guarded("scheduling failed, will try again", schedule)),
    clock.every(DISPATCH_MS, guarded("reading the outbox failed, will try again", dispatch)),
    clock.every(
      PRUNE_MS,
      guarded("roll-ups and pruning failed, will try again", () => void prune(writer, clock.now())),
    ),
  ];

  return {
    heartbeats: () => ({ ...beats }),
    monitors: () => [...followed.values()].map(({ progress }) => progress.monitor),
    detector: (id) => followed.get(id)?.detector ?? null,
    define,
    delivered: () => dispatcher.idle(),
    async stop() {
      for (const timer of timers) timer.stop();
      await dispatcher.stop();
    },
  };
}

/** Whether what is known of `before` goes on for `after` as it is; another budget is taken up from what is stored. */
function isJudgedAlike(before: Monitor, after: Monitor): boolean {
  const isSameClock = before.timezone === after.timezone;
  return isSameClock && before.version === after.version && before.falseAlarmsPerYear === after.falseAlarmsPerYear;
}
