/**
 * Ports: what the walk asks of the edges. One promise per method; a suite runs it against every keeper.
 */
import type { Acceptance, Note } from "./acceptance.ts";
import type { Deploy } from "./deploy.ts";
import type { Incident, Transition, TransitionDraft } from "./incident.ts";
import type { InternalAlert, InternalKind } from "./internal.ts";
import type { JobBatch } from "./job.ts";
import type { DefinitionVersion, EpochMs, Monitor, MonitorId, Region } from "./monitor.ts";
import type { AlertFacts, Bundle, DeliveryResult, Notification, OutboxRow, PendingRow } from "./notification.ts";
import type { Confirmation, Evidence, MissedReason, Outcome, Phases, ProbeResult, SlotKey } from "./sample.ts";
import type { Silence } from "./silence.ts";
import type { Verdict } from "./verdict.ts";
import type { Why } from "./why.ts";

/** Time as the walk sees it. Wall time names slots; nothing else is measured with it. */
export interface Clock {
  now(): EpochMs;
  /**
   * Calls `work` every `intervalMs` until stopped, first after one interval, never while an earlier call is under way.
   * `work` must not throw.
   */
  every(intervalMs: number, work: () => void | Promise<void>): { stop(): void };
  /** Uniform in [0, 1). */
  dice(): number;
}

/** One exchange with a target. Never throws for what a target does. */
export interface Prober {
  /** @param ask whether evidence is wanted of a usual answer too */
  probe(monitor: Monitor, slot: EpochMs, ask?: { wantEvidence: boolean }): Promise<ProbeResult>;
}

/** How a transport took a batch. */
export type Offered = { kind: "taken" } | { kind: "refused"; why: string };

/** What a transport knows of a region's workers. */
export interface RegionPresence {
  region: Region;
  workers: number;
  /** When a worker of the region was last heard of; null when never. */
  lastSeenAt: EpochMs | null;
}

/** The server's end: jobs go out, results come home. */
export interface JobTransport {
  /** Makes these definitions known to workers under their version, before the first job that names it. */
  publish(monitors: readonly Monitor[]): Promise<void>;
  /** Offers a batch. The same id offered twice is carried at most once while it is remembered. */
  offer(batch: JobBatch): Promise<Offered>;
  /**
   * Has a batch done at once for who asks: its results are answered, and come home to nobody else.
   *
   * @param withinMs how long to wait for the region's worker
   * @returns null when none answered
   */
  ask(batch: JobBatch & { asked: true }, withinMs: number): Promise<ProbeResult[] | null>;
  /**
   * Hands over results in batches. What `record` threw for, or never returned from, is handed over again, after a
   * restart too; what it returned from is not.
   */
  receive(record: (results: ProbeResult[]) => void): Promise<void>;
  /** Results that were home when called have been handed over when this resolves. */
  drained(): Promise<void>;
  presence(): Promise<RegionPresence[]>;
  close(): Promise<void>;
}

/** A region's end. */
export interface WorkTransport {
  /**
   * Serves batches of `region` until closed. A job whose definition is unknown is answered `missed(unsupported)`, one
   * past its time `missed(expired)`. Results are home when `serve`'s handler resolves.
   */
  serve(region: Region, handler: BatchHandler): Promise<void>;
  close(): Promise<void>;
}

/**
 * Does the probes of a batch.
 *
 * @param monitors the definitions the batch names, by version; one that could not be found is absent
 * @param now the server's clock, as well as the transport knows it
 */
export type BatchHandler = (
  batch: JobBatch,
  monitors: ReadonlyMap<DefinitionVersion, Monitor>,
  now: () => EpochMs,
) => Promise<ProbeResult[]>;

/** One stored slot of a region. */
export interface StoredSlot extends SlotKey {
  state: "sampled" | "missed";
  /** The status, 0 for no answer; null when missed. */
  code: number | null;
  failure: Extract<Outcome, { kind: "failure" }>["reason"] | null;
  expected: boolean;
  /** Stored after its slot was judged: shown, never judged. */
  late: boolean;
  missed: MissedReason | null;
  startedAt: EpochMs | null;
  totalMs: number | null;
  phases: Phases | null;
  /** Unexpected for something else than its status. */
  unmet: boolean;
  confirmation: Confirmation | null;
  hasEvidence: boolean;
}

/** A detector's state as stored; `seasons` is null when it has not changed since the last save. */
export interface PackedDetector {
  live: Uint8Array;
  seasons: Uint8Array | null;
}

/** What recording a result changed. */
export type Recorded = "recorded" | "raised" | "duplicate";

/**
 * The one writer. Every method but `transaction` must be called inside `transaction`, which is all or nothing and
 * durable when it returns (`synchronous=FULL`). Nothing in it waits: it is one process, one connection.
 *
 * @throws StatusquoError "store_unusable" with the path, when the disk is full, read-only or failing
 */
export interface Writer {
  transaction<T>(work: () => T): T;
  /** The read side as the running transaction sees it. */
  readonly reads: Reader;
  /** Raises none < missed < sampled; the first sample of a slot wins. Evidence is stored with a recorded sample. */
  putResult(result: ProbeResult, marks: { expected: boolean; late: boolean }): Recorded;
  /** Slots of one monitor after `after`, and up to `until` where it is given; oldest first, regions by name. */
  slotsAfter(monitor: MonitorId, after: EpochMs, until?: EpochMs): StoredSlot[];
  /**
   * Whether [from, to) is known to hold no sample: there are rows before it, and rows of that time are not pruned yet.
   */
  isUnsampled(from: EpochMs, to: EpochMs): boolean;
  /**
   * Judged is only what lies up to `slot`: the clock had run ahead of it and was set right. `live` is the detector, set
   * back likewise.
   */
  rewind(monitor: MonitorId, slot: EpochMs, live: Uint8Array): void;
  /** Messages that were written or tried later than `now`, by a clock that was ahead, are due at `now`. */
  dueAnew(now: EpochMs): void;
  /** Slots up to here are judged; null for a monitor never judged. */
  judgedUntil(monitor: MonitorId): EpochMs | null;
  /** Since when a monitor that was never judged is in force; null for one that was never put. */
  inForceSince(monitor: MonitorId): EpochMs | null;
  /** Stores what judging a slot left behind: progress, the detector, and the verdict to show. */
  putJudgement(monitor: MonitorId, slot: EpochMs, detector: PackedDetector, verdict: Verdict): void;
  /** Stores a detector that changed without a slot: a person accepted something. Nothing when none was ever judged. */
  putDetector(monitor: MonitorId, detector: PackedDetector): void;
  detector(monitor: MonitorId): { live: Uint8Array; seasons: Uint8Array } | null;
  openIncident(monitor: MonitorId): Incident | null;
  /** Stores an incident as it is, giving it an id when it has none. */
  putIncident(incident: Incident): Incident;
  /** @param muted why nobody is told of it; null when people are, or when it is nothing to tell */
  putTransition(incident: Incident, draft: TransitionDraft, facts: AlertFacts, muted: string | null): Transition;
  /** A row of the outbox. A key that is there already changes nothing. */
  putNotification(notification: Notification): void;
  /**
   * Pending rows that are due, oldest first, without those of an incident (or internal alert), channel and recipient
   * whose older row is not due yet. Channels in `except` are left out before `limit` counts, so that many rows of a
   * busy one hide nobody else's.
   */
  dueNotifications(now: EpochMs, limit: number, except?: readonly string[]): PendingRow[];
  /** Rows with their facts, in the order of `keys`; keys that are not there are left out. */
  outboxRows(keys: readonly string[]): OutboxRow[];
  /** Writes that these rows go out as one message under `bundle`, before it is first tried. */
  putBundle(bundle: string, keys: readonly string[]): void;
  /**
   * Writes an attempt at a message for each of its rows, and what follows from it: settled, due again at `dueAt`, or
   * dead. They are in no bundle afterwards.
   */
  settle(keys: readonly string[], result: DeliveryResult, next: { at: EpochMs; dueAt: EpochMs | null }): void;
  /** Incidents whose `followAt` has come, the longest due first. */
  incidentsToFollow(now: EpochMs, limit: number): Incident[];
  /**
   * Makes every incident that still has something to tell be looked at again at `at` or earlier: after a silence was
   * added or ended, or definitions changed.
   */
  followAnew(at: EpochMs): void;
  /** Stores a silence as it is, giving it an id when it has none. */
  putSilence(silence: Silence): Silence;
  putDeploy(deploy: Deploy): Deploy;
  putNote(note: Note): Note;
  /** Stores an acceptance, with what undoing it needs; `undo` null leaves what is stored. */
  putAcceptance(acceptance: Acceptance, undo: Uint8Array | null): Acceptance;
  /** What undoing an acceptance needs; null when it is unknown or was forgotten. */
  undoOf(acceptance: number): Uint8Array | null;
  /** Opens an internal alert; null when one of this kind and subject is open already. */
  openInternal(alert: Pick<InternalAlert, "kind" | "subject" | "reason" | "openedAt">): InternalAlert | null;
  /** Closes the open one of this kind and subject; null when there is none. */
  resolveInternal(kind: InternalKind, subject: string, at: EpochMs, resolution: string): InternalAlert | null;
  /** Keeps the numbers behind a slot's verdict for as long as `RetentionAges.whys` says. */
  putWhy(why: Why): void;
  /** Keeps definitions' compiled forms, so that old samples can be explained, and what is gone can still be told of. */
  putDefinitions(monitors: readonly Monitor[], at: EpochMs): void;
  /** Brings roll-ups up to `now`; closed 5-minute and hourly buckets are final but for late samples. */
  rollUp(now: EpochMs): void;
  /** Deletes what is past its age, at most `limit` rows of each table. Returns how many went. */
  prune(now: EpochMs, ages: RetentionAges, limit: number): number;
}

/** How long each kind of row is kept, ms. */
export interface RetentionAges {
  samples: number;
  evidence: number;
  fiveMinutes: number;
  hours: number;
  /** Numbers behind verdicts. */
  whys: number;
}

/** Counts of one monitor, and one region or all of them, in one bucket of time. */
export interface BucketCounts {
  monitor: MonitorId;
  region: Region | null;
  /** Start of the bucket. */
  at: EpochMs;
  probes: number;
  missed: number;
  /** Probes by code; 0 is no answer. */
  codes: Record<number, number>;
  /** Highest share of each code in any 5 minutes of the bucket, with its counts; only codes outside 2xx. */
  worst: Record<number, { bad: number; of: number }>;
  /** ms; null when nothing was sampled. From a histogram with steps of a tenth where rolled up. */
  p50: number | null;
  p95: number | null;
  /** Mean of each phase, ms; null when never reached. */
  phases: Phases | null;
  /** Of `codes`, how many were unexpected for something else than their status; absent when none was. */
  unmet?: Record<number, number>;
}

export interface StoredEvidence extends SlotKey {
  code: number;
  totalMs: number;
  evidence: Evidence;
}

export interface StoredDelivery {
  /** Place in the order of all deliveries; rises. Pages go on with `before`. */
  num: number;
  key: string;
  /** null of an internal alert's. */
  incident: number | null;
  /** null of an incident's. */
  alert: number | null;
  kind: Notification["kind"];
  channel: string;
  recipient: string;
  state: "pending" | "delivered" | "dead";
  createdAt: EpochMs;
  dueAt: EpochMs | null;
  attempts: { at: EpochMs; result: DeliveryResult["kind"]; said: string }[];
}

/** The read side: short reads, never a write. Ranges are [from, to). */
export interface Reader {
  /** Per monitor and bucket of `stepMs` (a multiple of 5 minutes reads roll-ups, anything finer raw samples), oldest first. */
  counts(query: {
    monitors?: readonly MonitorId[];
    from: EpochMs;
    to: EpochMs;
    stepMs: number;
    byRegion?: boolean;
    /** Reads codes and missed slots alone, several times faster: `worst` is empty, latency and phases are null. */
    only?: "codes";
  }): BucketCounts[];
  /** Newest first. */
  samples(query: {
    monitor: MonitorId;
    before?: EpochMs;
    from?: EpochMs;
    limit: number;
    region?: Region;
    code?: number;
  }): StoredSlot[];
  /** The newest stored slot of each monitor and region, not older than `since`. */
  latest(since: EpochMs): StoredSlot[];
  evidence(key: SlotKey): StoredEvidence | null;
  /** Evidence of one code, or with `code: "usual"` of any expected one; newest first. */
  evidenceOf(query: {
    monitor: MonitorId;
    code: number | "usual";
    from?: EpochMs;
    /** Only of answers that were not expected: a code may be both. */
    unexpected?: boolean;
    limit: number;
  }): StoredEvidence[];
  /** Every version of a monitor's definition that was in force, the latest to appear first. */
  definitions(monitor: MonitorId): Monitor[];
  verdict(monitor: MonitorId): Verdict | null;
  verdicts(): Map<MonitorId, Verdict>;
  detector(monitor: MonitorId): { live: Uint8Array; seasons: Uint8Array } | null;
  /** Newest first. */
  incidents(query: { state?: Incident["state"]; monitor?: MonitorId; before?: number; limit: number }): Incident[];
  incident(id: number): Incident | null;
  transitions(incident: number): (Transition & { facts: AlertFacts })[];
  /** Newest first; `before` is the `num` of the last one of the page before. */
  deliveries(query: {
    incident?: number;
    alert?: number;
    state?: StoredDelivery["state"];
    channel?: string;
    before?: number;
    limit: number;
  }): StoredDelivery[];
  /** Newest first; `activeAt` leaves those that hold at that instant. */
  silences(query: { activeAt?: EpochMs; before?: number; limit: number }): Silence[];
  silence(id: number): Silence | null;
  /** Newest first, by instant. */
  deploys(query: { from?: EpochMs; to?: EpochMs; limit: number }): Deploy[];
  /** Oldest first. */
  notes(incident: number): Note[];
  /** Newest first. */
  acceptances(query: { incident?: number; monitor?: MonitorId; limit: number }): Acceptance[];
  acceptance(id: number): Acceptance | null;
  /** Newest first. */
  internalAlerts(query: { state?: "open" | "resolved"; before?: number; limit: number }): InternalAlert[];
  /** The newest slot judged at or before `at`, as far back as they are kept. */
  why(monitor: MonitorId, at: EpochMs): Why | null;
  /** Newest first. */
  whys(query: { monitor: MonitorId; from: EpochMs; to: EpochMs; limit: number }): Why[];
  /** What `doctor` and `health` look at. */
  condition(): { path: string; bytes: number; oldestPending: EpochMs | null; lastCommitAt: EpochMs | null };
}

/** Tells one recipient. Never throws: what went wrong is a result. */
export interface Notifier {
  deliver(bundle: Bundle): Promise<DeliveryResult>;
}
