/**
 * The oracle: from the ledgers and the database alone, whether the laws held.
 *
 *     L1  every due slot is one row: none missing, none twice
 *     L2  a row says what the target said to that very slot, and nothing was asked when its time had passed
 *     L3  what was acknowledged is there: committed before a kill, or taken by Redis
 *     L4  no incident on a target that was well
 *     L5  what was decided is told: the same keys at the sinks as in the outbox; twice only where that is allowed
 *     L6  the opening is told before the recovery
 *     L7  the file is whole, and every transition has its messages
 *     L8  it recovers (how long it took is a figure, not a law)
 *     L9  the secret is nowhere but at the target
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { INTERVAL_MS } from "./bars.ts";
import type { NotificationRow, SampleRow, Tables } from "./tables.ts";
import { CANARY, type World } from "./world.ts";

export interface Allowed {
  /** Samples that were in the database at some time, by key: they must be there at the end. */
  committed?: Map<string, number>;
  /** How many messages may have been told twice, besides those whose provider broke off when it had taken them. */
  duplicates?: number;
  /** Redis lost what it had taken. */
  redisLost?: boolean;
  /** Slots up to here are due; now when absent. */
  until?: number;
  /** Messages that are never taken: their provider refuses them for good. */
  refused?: (row: NotificationRow) => boolean;
  /** Nothing is awaited from channels: they are away. */
  undelivered?: boolean;
  /** The wall clock of the programs is not ours: when something was asked says nothing. */
  otherClock?: boolean;
}

export interface Broken {
  law: string;
  what: string;
}

/** A probe may begin 2 s after its slot; what arrives later than this was begun when its time had passed. */
const LATEST_ARRIVAL_MS = 2_000 + 13_000;
const MISSED_FROM = -101;
/** How long before its opening what an incident is made of may have happened. */
const BEFORE_OPENING_MS = 120_000;
export const keyOf = ({ monitor, region, slot }: SampleRow) => `m-${monitor}.r-${region}.s-${slot}`;

/** How much the oracle looked at, and what of it is told beside the laws. */
export interface Seen {
  rows: number;
  asked: number;
  /** Accepted by a provider; `twice` of them under a key it had already. */
  messages: number;
  twice: number;
  incidents: number;
  incidentsOnWell: number;
  /** Incidents on a target that another one had been opened for, and that never was well in between. */
  again: number;
  /** Incidents like these, but of a time in which the target itself stood still: held against nobody. */
  deserved: number;
}

/** @param until slots up to here are due: their grace has passed, however slow this machine is */
export function check(world: World, until: number, allowed: Allowed = {}): { broken: Broken[]; seen: Seen } {
  const tables = world.tables();
  const seen: Seen = {
    rows: 0,
    asked: 0,
    messages: 0,
    twice: 0,
    incidents: 0,
    incidentsOnWell: 0,
    again: 0,
    deserved: 0,
  };
  if (tables === null) return { broken: [{ law: "L7", what: "there is no database" }], seen };
  const asked = world.asked();
  const accepted = world.messages().filter(({ kind }) => kind === "accepted");
  const openedAt = new Map(
    tables.transitions.filter(({ kind }) => kind === "opened").map(({ incident, at }) => [incident, at]),
  );
  // A machine so busy that the target stands still makes a target that is not well.
  const held = asked.filter(({ kind }) => kind === "held").map(({ at }) => at);
  const isDeserved = ({ id }: Incident) => {
    const opened = openedAt.get(id) ?? 0;
    return held.some((at) => at <= opened + INTERVAL_MS && at > opened - BEFORE_OPENING_MS);
  };
  const unfair = [...tables.incidents.filter(isOnWell), ...openedAgain(tables, openedAt, asked)];
  const onWell = tables.incidents.filter((incident) => isOnWell(incident) && !isDeserved(incident));
  const again = openedAgain(tables, openedAt, asked).filter((incident) => !isDeserved(incident));
  const broken = [
    ...accounted(tables, world, until),
    ...truthful(tables, asked, allowed),
    ...kept(tables, world, until, allowed),
    ...onWell.map(({ id, monitor }) => ({ law: "L4", what: `incident ${id} on ${monitor}, which was well` })),
    ...(allowed.undelivered ? [] : told(tables, world, until, allowed)),
    ...again.map(({ id, monitor }) => ({ law: "L5", what: `incident ${id} on ${monitor}, which was told already` })),
    ...ordered(tables, world),
    ...tables.faults().map((what) => ({ law: "L7", what })),
    ...announced(tables),
    ...secret(world),
  ];
  return {
    broken,
    seen: {
      ...{ rows: tables.samples.length, asked: asked.filter(({ kind }) => kind === "asked").length },
      ...{ messages: accepted.length, twice: accepted.length - new Set(accepted.map(({ key }) => key)).size },
      ...{ incidents: tables.incidents.length, incidentsOnWell: onWell.length, again: again.length },
      deserved: unfair.filter(isDeserved).length,
    },
  };
}

type Incident = Tables["incidents"][number];

const isOnWell = ({ monitor }: Incident) => monitor.startsWith("well");

/** Incidents that were opened anew although the target had not said anything good since the one before. */
function openedAgain(
  { incidents }: Tables,
  openedAt: ReadonlyMap<number, number>,
  asked: ReturnType<World["asked"]>,
): Incident[] {
  return incidents.filter(({ id, monitor }) => {
    const before = incidents.findLast((other) => other.monitor === monitor && other.id < id);
    if (before === undefined) return false;
    const [from = 0, to = 0] = [openedAt.get(before.id), openedAt.get(id)];
    return !asked.some(
      ({ kind, slot, status, at }) =>
        kind === "answered" && status < 400 && at > from && at < to && slot.startsWith(`m-${monitor}.r-`),
    );
  });
}

/** L1 alone. */
export function accounted({ samples }: Tables, world: World, until: number): Broken[] {
  const broken: Broken[] = [];
  const rows = new Map<string, number>();
  for (const row of samples) rows.set(keyOf(row), (rows.get(keyOf(row)) ?? 0) + 1);
  for (const [key, count] of rows) if (count > 1) broken.push({ law: "L1", what: `${key} is there ${count} times` });
  for (const monitor of world.monitors) {
    const slots = samples.filter((row) => row.monitor === monitor).map(({ slot }) => slot);
    if (slots.length === 0) {
      broken.push({ law: "L1", what: `${monitor} has no row` });
      continue;
    }
    for (let slot = slots[0]!; slot <= until; slot += INTERVAL_MS)
      for (const region of world.regions) {
        const key = `m-${monitor}.r-${region}.s-${slot}`;
        if (!rows.has(key)) broken.push({ law: "L1", what: `${key} has no row` });
      }
    const astray = slots.find((slot) => (slot - slots[0]!) % INTERVAL_MS !== 0);
    if (astray !== undefined) broken.push({ law: "L1", what: `${monitor}: ${astray} is no slot of its timetable` });
  }
  return broken;
}

function truthful({ samples }: Tables, asked: ReturnType<World["asked"]>, { otherClock }: Allowed): Broken[] {
  const broken: Broken[] = [];
  const told = new Map<string, Set<number>>();
  for (const { slot, status, at } of asked) {
    told.set(slot, (told.get(slot) ?? new Set()).add(status));
    const late = at - Number(slot.split(".s-")[1]);
    if (!otherClock && late > LATEST_ARRIVAL_MS)
      broken.push({ law: "L2", what: `${slot} was asked ${late} ms after its time` });
  }
  for (const row of samples)
    if (row.outcome >= 100 && !told.get(keyOf(row))?.has(row.outcome))
      broken.push({ law: "L2", what: `${keyOf(row)} says ${row.outcome}, which the target never said to it` });
  return broken;
}

function kept({ samples }: Tables, world: World, until: number, { committed, redisLost }: Allowed): Broken[] {
  const now = new Map(samples.map((row) => [keyOf(row), row.outcome]));
  const broken: Broken[] = [];
  for (const [key, outcome] of committed ?? [])
    if (now.get(key) !== outcome)
      broken.push({ law: "L3", what: `${key} was committed as ${outcome} and is ${now.get(key) ?? "gone"}` });
  if (redisLost) return broken;
  // What Redis took this very moment is on its way.
  for (const { slot } of world.added())
    if (Number(slot.split(".s-")[1]) <= until && (now.get(slot) ?? Number.NEGATIVE_INFINITY) <= MISSED_FROM)
      broken.push({ law: "L3", what: `${slot} was taken by Redis and is ${now.get(slot) ?? "gone"}` });
  return broken;
}

function told({ notifications }: Tables, world: World, until: number, { duplicates = 0, refused }: Allowed): Broken[] {
  const broken: Broken[] = [];
  const accepted = new Map<string, number>();
  for (const { kind, key } of world.messages())
    if (kind === "accepted") accepted.set(key, (accepted.get(key) ?? 0) + 1);
  const rows = new Map(notifications.map((row) => [row.key, row]));
  // "key+2" tells the row of that key and two older ones of its lane; which ones, the key does not say.
  const room = new Map<string, number>();
  const direct = new Set<string>();
  let twice = 0;
  for (const [key, count] of accepted) {
    const [newest = "", more = "0"] = key.split("+");
    const row = rows.get(newest);
    twice += count - 1;
    direct.add(newest);
    if (row) room.set(laneOf(row), (room.get(laneOf(row)) ?? 0) + Number(more));
    else broken.push({ law: "L5", what: `"${key}" was told and is in no outbox` });
  }
  for (const row of notifications) {
    // What was decided while the others were waited for is not due yet.
    if (row.state === "pending" && row.createdAt > until) continue;
    if (row.state !== "delivered" && !refused?.(row)) broken.push({ law: "L5", what: `${row.key} is ${row.state}` });
    if (row.state === "dead" || direct.has(row.key)) continue;
    const left = room.get(laneOf(row)) ?? 0;
    room.set(laneOf(row), left - 1);
    if (left < 1) broken.push({ law: "L5", what: `${row.key} is ${row.state} and was never told` });
  }
  const allowed = duplicates + world.messages().filter(({ brokenOff }) => brokenOff).length;
  if (twice > allowed) broken.push({ law: "L5", what: `${twice} messages were told again; allowed ${allowed}` });
  return broken;
}

const laneOf = ({ channel, recipient }: NotificationRow) => `${channel} ${recipient}`;

function ordered({ notifications }: Tables, world: World): Broken[] {
  const first = new Map<string, number>();
  for (const { kind, key, at } of world.messages())
    if (kind === "accepted" && !first.has(key)) first.set(key.split("+")[0] ?? "", at);
  const broken: Broken[] = [];
  const lanes = Map.groupBy(
    notifications,
    (row) => `${row.incident ?? row.key.split(".")[0]}/${row.channel}/${row.recipient}`,
  );
  for (const lane of lanes.values()) {
    const bySeq = [...lane].sort((one, other) => one.seq - other.seq);
    for (const [index, row] of bySeq.entries()) {
      const before = bySeq[index - 1];
      if (before && (first.get(row.key) ?? Number.POSITIVE_INFINITY) < (first.get(before.key) ?? 0))
        broken.push({ law: "L6", what: `${row.key} was told before ${before.key}` });
    }
  }
  return broken;
}

function announced({ incidents, transitions, notifications }: Tables): Broken[] {
  const broken: Broken[] = [];
  for (const { id } of incidents)
    if (!transitions.some(({ incident, kind }) => incident === id && kind === "opened"))
      broken.push({ law: "L7", what: `incident ${id} has no opening` });
  for (const { incident, seq, kind } of transitions)
    if (
      (kind === "opened" || kind === "resolved") &&
      !notifications.some((row) => row.incident === incident && row.seq === seq)
    )
      broken.push({ law: "L7", what: `transition ${incident}.${seq} (${kind}) has no message` });
  return broken;
}

function secret(world: World): Broken[] {
  const places = [
    ...globSync(join(world.folder, "*.{log,ndjson,answers}")),
    ...globSync(join(world.data, "*")),
    ...(world.redis ? globSync(join(world.redis.dir, "**/*.{aof,rdb}")) : []),
  ];
  return places
    .filter((place) => readFileSync(place).includes(CANARY))
    .map((place) => ({ law: "L9", what: `the secret is in ${place}` }));
}
