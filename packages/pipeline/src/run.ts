/**
 * The walk: the one place that says in which order the steps are taken, and when.
 *
 *     define → schedule → probe → record → judge → tell → dispatch
 *
 * `define` hands in monitors, `probe` happens wherever the transport carries it; the rest is here, in one process.
 */
import {
  type Bundle,
  type Channel,
  type Clock,
  type DeliveryResult,
  type DetectorState,
  type EpochMs,
  type Failpoint,
  type Incident,
  type InternalKind,
  type JobBatch,
  type JobTransport,
  type MaintenanceAt,
  type Monitor,
  type MonitorId,
  NO_SELF,
  type Notifier,
  type ProbeResult,
  type Region,
  type RetentionAges,
  type SelfDefinition,
  StatusquoError,
  type Writer,
} from "@statusquo/core";
import { type Acceptable, type AcceptPorts, accept, undo } from "./accept.ts";
import { createDispatcher, type DispatchPorts } from "./dispatch.ts";
import { clear, raise, report } from "./internal.ts";
import { type Judgement, withEvidence } from "./judge.ts";
import { prune } from "./prune.ts";
import { closeOverdue, type Followed, follow, type RecordPorts, record } from "./record.ts";
import { watchRegions } from "./regions.ts";
import { dueBatches, openDueSlots, takeBack } from "./schedule.ts";
import { type BlindChange, keepSight } from "./sight.ts";
import { announce, followUpDue } from "./tell.ts";
import { impossibleTime, watchClock } from "./wall-clock.ts";

/** What is in force: monitors, the channels they name, and when nobody is told. */
export interface Definitions {
  monitors: readonly Monitor[];
  channels: readonly Channel[];
  /** None runs when absent. */
  maintenanceAt?: MaintenanceAt;
  /** Nobody is named for internal alerts when absent. */
  self?: SelfDefinition;
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
  onSettled?: (bundle: Bundle, result: DeliveryResult) => void;
  /** Whether one machine probes for all regions: then none is a witness that another one is blind. */
  together?: boolean;
  /** Hears that a region has become blind, or sees again. Must not throw. */
  onBlind?: (change: BlindChange) => void;
  /** Hears of trouble of ours that the walk survives: a refused batch, a store that will not write. */
  onTrouble?: (what: string, error: unknown) => void;
  /** How long rows are kept; `RETENTION` when absent. */
  ages?: RetentionAges;
}

/** What `health` looks at: when each part last advanced. */
export interface Heartbeats {
  scheduledAt: EpochMs | null;
  committedAt: EpochMs | null;
  dispatchedAt: EpochMs | null;
  /** Why slots do not follow the wall clock; null when they do. */
  clockTrouble: string | null;
}

export interface Walk {
  heartbeats(): Heartbeats;
  /** The monitors in force. */
  monitors(): Monitor[];
  /** What a monitor's detector knows, to be read and not changed; null for a monitor not in force. */
  detector(id: MonitorId): DetectorState | null;
  /** Swaps definitions in whole. A monitor that is gone has its open incident resolved, and says so once. */
  define(definitions: Definitions): Promise<void>;
  /** Opens an internal alert and tells of it; nothing when one of this kind and subject is open. */
  raise(kind: InternalKind, subject: string, reason: string): void;
  /** Closes one and tells of it; nothing when none is open. */
  clear(kind: InternalKind, subject: string, resolution: string): void;
  /**
   * Takes what an open incident shows as the new normal: its streams close, and what is usual is what was seen.
   *
   * @throws StatusquoError "not_found", "state_conflict" when nothing is open in that scope, "bad_request"
   */
  accept(incident: number, asked: Acceptable): ReturnType<typeof accept>;
  /** @throws StatusquoError "not_found", "state_conflict" when it was undone, is too old, or its baseline is gone */
  undoAccept(acceptance: number): ReturnType<typeof undo>;
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
const FOLLOW_UP_MS = 5_000;
const REGIONS_MS = 10_000;
/** A pause of the scheduler from here on is a standstill of this process, which is told. */
const STANDSTILL_MS = 2 * 60_000;

/** Incidents that can be open at once: as many as there can be monitors, and those of former definitions. */
const MOST_OPEN = 100_000;

/** Starts the walk: reads what came home while nobody listened, then hands out slots. */
export async function startWalk(ports: WalkPorts, definitions: Definitions): Promise<Walk> {
  const { clock, writer, transport } = ports;
  const trouble = ports.onTrouble ?? (() => {});
  const failpoint = ports.failpoint ?? (() => {});
  const followed = new Map<MonitorId, Followed>();
  const beats: Heartbeats = { scheduledAt: null, committedAt: null, dispatchedAt: null, clockTrouble: null };
  let wanted: Definitions = definitions;
  let channels = new Map<string, Channel>();
  let maintenanceAt: MaintenanceAt = () => null;
  let self = NO_SELF;

  const settings = {
    channels: () => channels,
    self: () => self,
    maintenanceAt: ((monitor, at) => maintenanceAt(monitor, at)) satisfies MaintenanceAt,
    publicUrl: ports.publicUrl,
    onTrouble: trouble,
  };
  const inTransaction =
    <Args extends unknown[]>(work: (...args: [...Args, EpochMs]) => void) =>
    (...args: Args) =>
      writer.transaction(() => work(...args, clock.now()));
  const open = (kind: InternalKind, subject: string, reason: string, at: EpochMs) =>
    raise(writer, settings, kind, subject, reason, at);
  const close = (kind: InternalKind, subject: string, resolution: string, at: EpochMs) =>
    clear(writer, settings, kind, subject, resolution, at);
  const silent = ports.writer.transaction(() => writer.reads.internalAlerts({ state: "open", limit: 1_000 }));
  const regions = watchRegions(silent.flatMap(({ kind, subject }) => (kind === "region_silent" ? [subject] : [])));

  const sight = keepSight(ports.together ?? false);
  const recording: RecordPorts = {
    writer,
    followed,
    settings,
    sight,
    failpoint,
    onBlind(change) {
      const { region, blind, at } = change;
      try {
        writer.transaction(() =>
          blind
            ? open("region_blind", region, `region ${region} is ${blind.reason}`, at)
            : close("region_blind", region, `region ${region} sees again`, at),
        );
      } catch (error) {
        // What was recorded is committed; it must not be handed over again for this.
        trouble(`region ${region}: that its sight changed could not be stored`, error);
      }
      ports.onBlind?.(change);
    },
    onCommitted(results, judgements) {
      beats.committedAt = clock.now();
      regions.note(results, clock.now());
      ports.onCommitted?.(results, judgements);
    },
  };
  const dispatcher = createDispatcher({
    clock,
    writer,
    notifier: ports.notifier,
    failpoint,
    settling,
    onSettled: ports.onSettled ?? (() => {}),
  });

  function settling(...[bundle, result, dead, at]: Parameters<DispatchPorts["settling"]>) {
    const { channel } = bundle;
    if (result.kind === "delivered") {
      for (const kind of ["delivery_dead", "delivery_held"] as const) close(kind, channel, "messages go out again", at);
    } else if (dead.length > 0) {
      const what = dead.length === 1 ? "a message was given up" : `${dead.length} messages were given up`;
      open("delivery_dead", channel, `channel "${channel}": ${what}; the last word was: ${result.said}`, at);
    } else if (result.kind === "retry" && result.held) {
      open("delivery_held", channel, `channel "${channel}": nothing goes out until this is mended: ${result.said}`, at);
    }
  }

  const define = async (next: Definitions) => {
    const now = clock.now();
    await transport.publish(next.monitors);
    const before = { channels, maintenanceAt, self };
    // In force at once: who is told of a monitor that goes is in the definitions without it.
    channels = new Map(next.channels.map((channel) => [channel.id, channel]));
    maintenanceAt = next.maintenanceAt ?? (() => null);
    self = next.self ?? NO_SELF;
    // Nothing is stored under a time that cannot be; they are taken up when the clock is right.
    if (impossibleTime(now) === null) {
      try {
        putInForce(next, now);
      } catch (error) {
        ({ channels, maintenanceAt, self } = before);
        throw error;
      }
    }
    wanted = next;
  };

  const putInForce = (next: Definitions, now: EpochMs) => {
    const probed = new Set(next.monitors.flatMap((monitor) => monitor.regions));
    const taken = writer.transaction(() => takeUp(next, probed, now));
    // Only after the commit: definitions that could not be stored change nothing.
    followed.clear();
    for (const [monitor, one] of taken) {
      // Names, tags and channels may change without a new version.
      one.progress.monitor = monitor;
      followed.set(monitor.id, one);
    }
    sight.forget(next.monitors);
    regions.keep(probed);
  };

  /** Trouble with what is not defined any more is over. */
  const clearGone = (next: Definitions, probed: ReadonlySet<Region>, now: EpochMs) => {
    const ids = (all: readonly { id: string }[]) => new Set(all.map(({ id }) => id));
    const there: Partial<Record<InternalKind, ReadonlySet<string>>> = {
      ...{ delivery_dead: ids(next.channels), delivery_held: ids(next.channels) },
      ...{ region_silent: probed, region_blind: probed, judging_stopped: ids(next.monitors) },
    };
    for (const { kind, subject } of writer.reads.internalAlerts({ state: "open", limit: MOST_OPEN }))
      if (there[kind]?.has(subject) === false) close(kind, subject, `"${subject}" is not defined any more`, now);
  };

  const takeUp = (next: Definitions, probed: ReadonlySet<Region>, now: EpochMs) => {
    clearGone(next, probed, now);
    const kept = new Set(next.monitors.map(({ id }) => id));
    for (const incident of writer.reads.incidents({ state: "open", limit: MOST_OPEN })) {
      if (kept.has(incident.monitor)) continue;
      const gone = followed.get(incident.monitor)?.progress.monitor ?? writer.reads.definitions(incident.monitor)[0];
      if (gone) resolveOpen(gone, "removed", "the monitor was removed from the definitions", now);
    }
    writer.putDefinitions(next.monitors, now);
    // Reminders, escalations and maintenance may be others now.
    writer.followAnew(now);
    return next.monitors.map((monitor): [Monitor, Followed] => {
      const same = followed.get(monitor.id);
      if (same && isJudgedAlike(same.progress.monitor, monitor)) return [monitor, same];
      const anew = follow(writer, monitor, now);
      sight.recall(writer, monitor, now);
      // A detector that knows nothing of an open spike would never close it.
      if (anew.begunAnew) resolveOpen(monitor, "relearned", `learning begins anew: ${anew.begunAnew}`, now);
      return [monitor, anew];
    });
  };

  const resolveOpen = (monitor: Monitor, closedAs: "removed" | "relearned", reason: string, now: EpochMs) => {
    const incident = writer.openIncident(monitor.id);
    if (incident === null) return;
    const draft = { kind: "resolved", at: now, reason } as const;
    const revision = incident.revision + 1;
    const over: Incident = { ...incident, state: "resolved", resolvedAt: now, closedAs, streams: [], revision };
    const stored = writer.putIncident(withEvidence(writer, over, monitor, draft, now));
    announce(writer, settings, monitor, stored, draft, now);
  };

  // Regions whose last offer is under way or was refused, and until when they are left alone.
  const resting = new Map<Region, EpochMs>();

  const watch = watchClock({
    writer,
    followed,
    takeUpAnew(now) {
      followed.clear();
      sight.forget([]);
      putInForce(wanted, now);
    },
    forgetTimes() {
      dispatcher.forgetTimes();
      for (const [region, until] of resting) if (Number.isFinite(until)) resting.delete(region);
    },
    begins: (reason, at) => open("clock_wrong", "server", reason, at),
    ends: (resolution, at) => close("clock_wrong", "server", resolution, at),
    was: (reason, at) => report(writer, settings, "clock_wrong", "server", reason, { from: at, to: at }),
    onTrouble: trouble,
  });

  // Results are read as soon as the clock can be worked by: what lies ahead of it would not be believed.
  let receiving = false;
  const receive = async () => {
    receiving = true;
    await transport.receive((results) => {
      failpoint("core.after_read");
      const why = impossibleTime(clock.now());
      if (why !== null) throw new StatusquoError("internal", why);
      record(recording, results, clock.now());
    });
    await transport.drained();
  };

  const schedule = async () => {
    const now = clock.now();
    beats.clockTrouble = watch.look(now);
    if (impossibleTime(now) !== null || (!receiving && beats.clockTrouble !== null)) return;
    if (!receiving) await receive();
    const stoodFrom = beats.scheduledAt;
    beats.scheduledAt = now;
    if (stoodFrom !== null && now - stoodFrom >= STANDSTILL_MS) tellOfStandstill(stoodFrom, now);
    const all = [...followed.values()].map(({ progress }) => progress);
    for (const progress of all) openDueSlots(progress, now);
    failpoint("sched.after_slots_opened");
    const batches = dueBatches(all, now, (region) => now >= (resting.get(region) ?? 0));
    for (const [region, ofRegion] of Map.groupBy(batches, (batch) => batch.region)) void offer(region, ofRegion);
    closeOverdue(recording, now);
  };

  const tellOfStandstill = (from: EpochMs, to: EpochMs) => {
    const minutes = Math.round((to - from) / 60_000);
    const reason = `nothing was scheduled for ${minutes} min; slots of that time are missed, and no incident comes of it`;
    writer.transaction(() => report(writer, settings, "standstill", "server", reason, { from, to }));
  };

  const lookAtRegions = () => {
    const now = clock.now();
    for (const { region, silentSince, missed } of regions.look(now)) {
      if (silentSince === null) writer.transaction(() => close("region_silent", region, "samples come again", now));
      else {
        const minutes = Math.floor((now - silentSince) / 60_000);
        const reason = `no sample has come from ${region} for ${minutes} min; ${missed} are missed so far`;
        writer.transaction(() => open("region_silent", region, reason, now));
      }
    }
  };

  // What the store would not take cannot be told while it does not: it is told when it is over.
  let refusedSince: { at: EpochMs; why: string } | null = null;
  const tellOfStore = () => {
    if (refusedSince === null) return;
    const { at, why } = refusedSince;
    const span = { from: at, to: clock.now() };
    const reason = `the database would not take what happened for ${Math.ceil((span.to - at) / 1_000)} s: ${why}`;
    writer.transaction(() => report(writer, settings, "store_trouble", "store", reason, span));
    refusedSince = null;
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

  const accepting: AcceptPorts = {
    writer,
    settings,
    followed: (id) => followed.get(id) ?? null,
    restore: (monitor) => {
      const again = writer.transaction(() => follow(writer, monitor, clock.now()));
      const one = followed.get(monitor.id);
      if (one) Object.assign(one, { detector: again.detector, seasonsStored: again.seasonsStored });
    },
  };

  await define(definitions);
  if (impossibleTime(clock.now()) === null)
    writer.transaction(() => {
      // What only the process before could see the end of; what is still so is found anew.
      for (const { kind, subject } of silent)
        if (kind === "judging_stopped" || kind === "region_blind" || kind === "clock_wrong")
          close(kind, subject, "this server was started anew", clock.now());
    });
  beats.clockTrouble = watch.look(clock.now());
  if (beats.clockTrouble === null) await receive();
  const guarded = (what: string, work: () => void | Promise<void>) => async () => {
    try {
      if (work !== schedule && impossibleTime(clock.now()) !== null) return;
      await work();
    } catch (error) {
      trouble(what, error);
      if (error instanceof StatusquoError && error.code === "store_unusable")
        refusedSince ??= { at: clock.now(), why: error.message };
    }
  };
  const timers = [
    clock.every(TICK_MS, guarded("scheduling failed, will try again", schedule)),
    clock.every(DISPATCH_MS, guarded("reading the outbox failed, will try again", dispatch)),
    clock.every(
      FOLLOW_UP_MS,
      guarded("following incidents up failed, will try again", () => {
        tellOfStore();
        const now = clock.now();
        while (followUpDue(writer, settings, (id) => followed.get(id)?.progress.monitor ?? null, now));
      }),
    ),
    clock.every(REGIONS_MS, guarded("looking at regions failed, will try again", lookAtRegions)),
    clock.every(
      PRUNE_MS,
      guarded("roll-ups and pruning failed, will try again", () => {
        const now = clock.now();
        if (watch.mayDelete(now)) prune(writer, now, ports.ages);
        else writer.transaction(() => writer.rollUp(now));
      }),
    ),
  ];

  return {
    heartbeats: () => ({ ...beats }),
    monitors: () => [...wanted.monitors],
    detector: (id) => followed.get(id)?.detector ?? null,
    define,
    raise: inTransaction(open),
    clear: inTransaction(close),
    accept: (incident, asked) => accept(accepting, incident, asked, clock.now()),
    undoAccept: (acceptance) => undo(accepting, acceptance, clock.now()),
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
