/**
 * Comparison: the rules of other tools, played on the same samples in the same pass, against what really changed.
 *
 * What really changed is what the recording says with `{"change": …}` lines. Without any, it is what Statusquo opened:
 * then the others are measured by us, which says where they differ and not who is right.
 */
import { byName, type EpochMs, type Region, StatusquoError } from "@statusquo/core";
import type { SlotSample } from "@statusquo/pipeline";
import type { FollowedMonitor } from "./follow.ts";
import type { IncidentLine } from "./incident-line.ts";
import { RULES } from "./rules/index.ts";
import type { Answer, Player, Rule } from "./rules/rule.ts";

/** A stretch in which a monitor was not as usual. */
export interface Change {
  monitor: string;
  onset: EpochMs;
  /** How much earlier it may have begun: an opening then is early, not false. */
  withinMs: number;
  /** Null when it lasted to the end of the samples. */
  end: EpochMs | null;
}

/** How one rule did. Delays are from a change's onset to the first opening in it, in ms. */
export interface RuleScore {
  name: string;
  says: string;
  source: string | null;
  openings: number;
  openingsPerMonitorDay: number;
  found: number;
  missed: number;
  medianDelayMs: number | null;
  p90DelayMs: number | null;
  /** Openings outside of every change. */
  falseOpenings: number;
  falsePerMonitorMonth: number;
  missedChanges: Change[];
}

export interface Comparison {
  /** Where the changes come from: the recording's labels, or our own incidents. */
  changesFrom: "labels" | "incidents";
  changes: number;
  monitorDays: number;
  rules: RuleScore[];
}

export interface Comparer {
  /** Every slot of every monitor, as it is judged. */
  slot(monitor: FollowedMonitor, at: EpochMs, samples: readonly SlotSample[]): void;
  /** A labelled monitor, with its changes; also one that had none. */
  label(monitor: string, changes: readonly Change[]): void;
  result(incidents: readonly IncidentLine[], monitorDays: number): Comparison;
}

/** An opening this long after the end of a change still belongs to it: a probe was under way, a window not yet empty. */
const AFTER_MS = 60_000;
/** And this long after it is not false either. */
const AFTERMATH_MS = 30 * 60_000;

interface Played {
  rule: Rule;
  play: Player;
  region: Region | null;
  on: boolean;
  openings: EpochMs[];
}

export function createComparer(): Comparer {
  const played = new Map<string, Played[]>();
  const labels = new Map<string, Change[]>();

  function playersOf(monitor: FollowedMonitor): Played[] {
    const known = played.get(monitor.id);
    if (known) return known;
    const regions = (monitor.plan()?.regions ?? []).toSorted(byName);
    const players = RULES.map((rule): Played => {
      const seen = rule.onePlace ? regions.slice(0, 1) : regions;
      return { rule, play: rule.play(seen), region: rule.onePlace ? (seen[0] ?? null) : null, on: false, openings: [] };
    });
    played.set(monitor.id, players);
    return players;
  }

  return {
    slot(monitor, at, samples) {
      const answers: Answer[] = samples.map(({ region, expected }) => ({ region, bad: !expected }));
      for (const player of playersOf(monitor)) {
        const seen = player.region === null ? answers : answers.filter(({ region }) => region === player.region);
        if (seen.length === 0) continue;
        const on = player.play(at, seen);
        if (on && !player.on) player.openings.push(at);
        player.on = on;
      }
    },
    label(monitor, changes) {
      labels.set(monitor, [...(labels.get(monitor) ?? []), ...changes]);
    },
    result(incidents, monitorDays) {
      const isLabelled = labels.size > 0;
      const changes = isLabelled ? [...labels.values()].flat() : incidents.map(changeOf);
      const ofRule = (index: number) =>
        new Map([...played].map(([monitor, players]) => [monitor, players[index]?.openings ?? []]));
      const own = Map.groupBy(incidents, ({ monitor }) => monitor);
      const ours = new Map([...own].map(([monitor, list]) => [monitor, list.map(({ opened }) => opened)]));
      return {
        changesFrom: isLabelled ? "labels" : "incidents",
        changes: changes.length,
        monitorDays,
        rules: [
          { name: "statusquo", says: "the mix of codes is no longer usual", source: null, openings: ours },
          ...RULES.map(({ name, says, source }, index) => ({ name, says, source, openings: ofRule(index) })),
        ].map(({ openings, ...rule }) => ({ ...rule, ...scoreOf(openings, changes, monitorDays) })),
      };
    },
  };
}

function changeOf({ monitor, began, beganWithinMs, closed }: IncidentLine): Change {
  return { monitor, onset: began, withinMs: beganWithinMs, end: closed };
}

function scoreOf(
  openings: ReadonlyMap<string, readonly EpochMs[]>,
  changes: readonly Change[],
  monitorDays: number,
): Omit<RuleScore, "name" | "says" | "source"> {
  const byMonitor = Map.groupBy(changes, ({ monitor }) => monitor);
  const total = [...openings.values()].reduce((sum, list) => sum + list.length, 0);
  const delays: number[] = [];
  const missedChanges: Change[] = [];
  for (const change of changes) {
    const until = (change.end ?? Number.POSITIVE_INFINITY) + AFTER_MS;
    const first = openings.get(change.monitor)?.find((at) => at >= change.onset - change.withinMs && at <= until);
    if (first === undefined) missedChanges.push(change);
    else delays.push(Math.max(first - change.onset, 0));
  }
  delays.sort((a, b) => a - b);
  let falseOpenings = 0;
  for (const [monitor, list] of openings) {
    const own = byMonitor.get(monitor) ?? [];
    const inside = (at: EpochMs) =>
      own.some(
        ({ onset, withinMs, end }) => at >= onset - withinMs && at <= (end ?? Number.POSITIVE_INFINITY) + AFTERMATH_MS,
      );
    for (const at of list) if (!inside(at)) falseOpenings++;
  }
  const part = (share: number) => delays[Math.min(Math.floor(share * delays.length), delays.length - 1)] ?? null;
  return {
    openings: total,
    openingsPerMonitorDay: total / Math.max(monitorDays, 1e-9),
    found: delays.length,
    missed: missedChanges.length,
    medianDelayMs: part(0.5),
    p90DelayMs: part(0.9),
    falseOpenings,
    falsePerMonitorMonth: (falseOpenings * 30) / Math.max(monitorDays, 1e-9),
    missedChanges,
  };
}

/**
 * Reads the object of a `{"change": …}` line: `monitor`, `onset`, and `end` or null.
 *
 * @throws {StatusquoError} `bad_request` saying what is allowed and what came
 */
export function changeFrom(value: unknown): Change {
  const { monitor, onset, end = null } = (typeof value === "object" && value !== null ? value : {}) as Partial<Change>;
  if (typeof monitor === "string" && isTime(onset) && (end === null || (isTime(end) && end >= onset)))
    return { monitor, onset, withinMs: 0, end };
  throw new StatusquoError(
    "bad_request",
    `change must hold a monitor, its onset, and its end or null, in epoch ms, such as {"change":{"monitor":"create-order","onset":1767704400000,"end":null}}; got ${JSON.stringify(value)}`,
  );
}

const isTime = (value: unknown): value is EpochMs => Number.isSafeInteger(value) && (value as number) >= 0;
