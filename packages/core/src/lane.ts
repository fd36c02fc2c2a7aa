/**
 * Lanes: what goes out to one recipient of one channel, as which messages, and when.
 *
 * Everything of one incident is one message. Incidents that belong together are one message. More than anybody reads
 * is one digest. A message that may have been under way when the process died goes out again as it was.
 */
import type { EpochMs } from "./monitor.ts";
import type {
  AlertFacts,
  AlertKind,
  Bundle,
  BundledIncident,
  HostCount,
  InternalFacts,
  OutboxRow,
  PendingRow,
  Together,
} from "./notification.ts";

/** How long a row waits for company. */
export const SETTLE_MS = 2_000;
/** Between two messages of a lane. */
export const PACE_MS = 1_000;
/** More messages than this in {@link CROWD_MS} become one digest. */
export const CROWD = 10;
/** What a crowd is counted over, and the pause after a digest. */
export const CROWD_MS = 30_000;
/** Up to so many incidents that belong together are named one by one. */
export const LARGEST_GROUP = 20;
/** So many incidents of a bundle carry their facts; the rest is counted. */
export const BUNDLE_FACTS = 20;

/** What a lane remembers of what it sent. Lost with the process, which costs at most one more crowd. */
export interface LaneMemory {
  /** Attempts that began, oldest first. */
  sentAt: readonly EpochMs[];
  digestAt: EpochMs | null;
}

export const FRESH_LANE: LaneMemory = { sentAt: [], digestAt: null };

/** A message to be sent: its key and the keys of its rows, oldest first. */
export interface PlannedBundle {
  key: string;
  keys: string[];
  form: Bundle["form"];
}

export type LanePlan =
  | { send: PlannedBundle }
  /** Nothing before `until`, whatever comes meanwhile; null when nothing is due. */
  | { send: null; until: EpochMs | null };

/**
 * What a lane sends now, or until when it holds.
 *
 * @param due pending rows of one channel and recipient whose time has come, oldest first; of an incident all that are
 *   older than one of them too
 */
export function planLane(due: readonly PendingRow[], lane: LaneMemory, now: EpochMs): LanePlan {
  if (due.length === 0) return { send: null, until: null };
  const last = lane.sentAt.at(-1);
  if (last !== undefined && now < last + PACE_MS) return { send: null, until: last + PACE_MS };
  // Under way when the process died, or cut short: the same again, before anything else.
  const frozen = due.find(({ bundle }) => bundle !== null);
  if (frozen)
    return {
      send: planned(
        due.filter(({ bundle }) => bundle === frozen.bundle),
        frozen.bundle,
      ),
    };

  const internal = due.filter(({ kind }) => kind === "internal");
  if (internal.some((row) => isSettled(row, now))) return { send: planned(internal) };

  const threads = [
    ...Map.groupBy(
      due.filter(({ kind }) => kind !== "internal"),
      ({ incident }) => incident,
    ).values(),
  ];
  const ready = threads.filter(([first]) => first !== undefined && isSettled(first, now));
  if (ready.length === 0) return { send: null, until: Math.min(...due.map(({ createdAt }) => createdAt + SETTLE_MS)) };
  if (lane.digestAt !== null && now < lane.digestAt + CROWD_MS) {
    return { send: null, until: lane.digestAt + CROWD_MS };
  }
  const messages = groupsOf(ready, threads);
  const recent = lane.sentAt.filter((at) => at > now - CROWD_MS).length;
  // The first message beyond the crowd tells all that waits; what comes then waits for the next digest.
  if (recent + messages.length > CROWD) return { send: planned(ready.flat()) };
  return { send: planned((messages[0] as PendingRow[][]).flat()) };
}

/** The lane after `plan` was begun at `now`. */
export function remember(lane: LaneMemory, sent: PlannedBundle, now: EpochMs): LaneMemory {
  const recent = lane.sentAt.filter((at) => at > now - CROWD_MS);
  const isCrowded = sent.form === "digest" || recent.length >= CROWD;
  return { sentAt: [...recent, now], digestAt: isCrowded ? now : lane.digestAt };
}

const isSettled = ({ createdAt }: PendingRow, now: EpochMs) => createdAt + SETTLE_MS <= now;

/** Ready threads as messages, the one of the oldest first. What is still settling joins where it belongs. */
function groupsOf(ready: readonly PendingRow[][], all: readonly PendingRow[][]): PendingRow[][][] {
  const free = new Set(all);
  const messages: PendingRow[][][] = [];
  for (const seed of ready) {
    if (!free.has(seed)) continue;
    const company = bestCompany(seed, [...free]);
    for (const thread of company) free.delete(thread);
    messages.push(company);
  }
  return messages;
}

/** The threads that share most with `seed`, itself among them, at most {@link LARGEST_GROUP}. */
function bestCompany(seed: PendingRow[], others: readonly PendingRow[][]): PendingRow[][] {
  let best = [seed];
  for (const trait of traitsOf(seed)) {
    const alike = others.filter((other) => traitsOf(other).includes(trait));
    if (alike.length > best.length) best = alike;
  }
  const rest = best.filter((thread) => thread !== seed).slice(0, LARGEST_GROUP - 1);
  return [seed, ...rest];
}

/**
 * What a thread can share with another, one text each. Regions count only where others are well: all monitors share
 * "everywhere". Openings and recoveries never share.
 */
function traitsOf(thread: readonly PendingRow[]): string[] {
  const newest = thread.at(-1);
  const heading = newest?.heading;
  if (!newest || !heading) return [];
  const kind = newest.kind === "resolved" ? "over" : newest.kind;
  const { host, deploy, scope } = heading;
  return [
    ...(deploy === null ? [] : [`${kind} deploy ${deploy}`]),
    ...(host === "" ? [] : [`${kind} host ${host}`]),
    ...(scope.kind === "regions" ? [`${kind} regions ${[...scope.regions].sort().join(" ")}`] : []),
  ];
}

/**
 * Rows as a message. Its key follows from its rows alone: that of the newest, and how many more there are. So the same
 * key always says the same, and a message that grew has another.
 */
function planned(some: readonly PendingRow[], key: string | null = null): PlannedBundle {
  // Of one instant too in one order, however they were found: what is sent again must be the very same.
  const rows = some.toSorted(
    (a, b) => a.createdAt - b.createdAt || (a.incident ?? 0) - (b.incident ?? 0) || a.seq - b.seq,
  );
  const keys = rows.map((row) => row.key);
  const newest = keys.at(-1) ?? "";
  const ofOne = keys.length > 1 ? `${newest}+${keys.length - 1}` : newest;
  return { key: key ?? ofOne, keys, form: formOf(rows) };
}

function formOf(rows: readonly PendingRow[]): Bundle["form"] {
  if (rows.some(({ kind }) => kind === "internal")) return "internal";
  const threads = [...Map.groupBy(rows, ({ incident }) => incident).values()];
  if (threads.length === 1) return "incident";
  const [first = [], ...others] = threads;
  const shared = traitsOf(first).filter((trait) => others.every((other) => traitsOf(other).includes(trait)));
  return shared.length > 0 && threads.length <= LARGEST_GROUP ? "group" : "digest";
}

/** The first row's keys by incident: those whose facts a message shows. */
export function keysShown({ keys, form }: PlannedBundle, rows: readonly PendingRow[]): string[] {
  if (form === "internal") return keys;
  const mine = new Set(keys);
  const newestOf = new Map<number | null, string>();
  for (const row of rows) if (mine.has(row.key)) newestOf.set(row.incident, row.key);
  return [...newestOf.values()].slice(0, BUNDLE_FACTS);
}

/**
 * A planned message with its facts.
 *
 * @param rows  its pending rows, oldest first
 * @param shown rows with facts, as `keysShown` named them
 */
export function bundleOf(plan: PlannedBundle, rows: readonly PendingRow[], shown: readonly OutboxRow[]): Bundle {
  const [first] = rows;
  if (first === undefined) throw new RangeError(`bundle ${plan.key}: must have at least one row`);
  const attempts = Math.max(...rows.map((row) => row.attempts));
  const base = {
    key: plan.key,
    channel: first.channel,
    recipient: first.recipient,
    createdAt: first.createdAt,
    attempts,
  };
  if (plan.form === "internal") {
    return { ...base, form: "internal", alerts: shown.map(({ facts }) => facts as InternalFacts) };
  }
  const threads = Map.groupBy(rows, ({ incident }) => incident);
  const incidents = shown.flatMap((row): BundledIncident[] => {
    if (row.kind === "internal") return [];
    const kinds = (threads.get(row.incident) ?? []).map(({ kind }) => kind as AlertKind);
    return [{ incident: row.incident, kinds, facts: row.facts }];
  });
  const [only] = incidents;
  if (plan.form === "incident" && only) return { ...base, form: "incident", incident: only };
  const hosts = hostsOf(threads);
  const together = plan.form === "group" ? togetherOf(incidents.map(({ facts }) => facts)) : null;
  if (together !== null) return { ...base, form: "group", together, incidents, count: threads.size, hosts };
  const newest = [...threads.values()].map((thread) => thread.at(-1)?.kind);
  const resolved = newest.filter((kind) => kind === "resolved").length;
  const opened = threads.size - resolved;
  return { ...base, form: "digest", incidents, count: threads.size, opened, resolved, hosts };
}

/** Most incidents first, then by name. */
function hostsOf(threads: ReadonlyMap<number | null, readonly PendingRow[]>): HostCount[] {
  const counts = new Map<string, number>();
  for (const thread of threads.values()) {
    const host = thread[0]?.heading?.host ?? "";
    counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  return [...counts]
    .map(([host, incidents]) => ({ host, incidents }))
    .sort((a, b) => b.incidents - a.incidents || (a.host < b.host ? -1 : 1));
}

/** What all of them share, the most telling first: a deploy, a host, regions. */
function togetherOf(all: readonly AlertFacts[]): Together | null {
  const [first, ...others] = all;
  if (first === undefined) return null;
  const { deploy, host, scope } = first;
  if (deploy !== null && others.every((other) => other.deploy?.id === deploy.id)) {
    return { kind: "deploy", service: deploy.service, version: deploy.version };
  }
  if (host !== "" && others.every((other) => other.host === host)) return { kind: "host", host };
  const named = (facts: AlertFacts) => (facts.scope.kind === "regions" ? facts.scope.regions.toSorted().join(" ") : "");
  if (named(first) !== "" && others.every((other) => named(other) === named(first))) {
    return { kind: "regions", regions: scope.regions };
  }
  return null;
}
