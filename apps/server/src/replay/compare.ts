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
/** An alert that went on this long before a change, and still is on at its onset, has found it. One older than that tells nobody. */
const FRESH_MS = 30 * 60_000;

/** When an alert was on: openings, and the closing after each; the last one may lack. */
interface Alerts {
  on: EpochMs[];
  off: EpochMs[];
}

interface Played {
  rule: Rule;
  play: Player;
  region: Region | null;
  isOn: boolean;
  alerts: Alerts;
}

export function createComparer(): Comparer {
  const played = new Map<string, Played[]>();
  const labels = new Map<string, Change[]>();

  function playersOf(monitor: FollowedMonitor): Played[] {
    const known = played.get(monitor.id);
    if (known) return known;
    const regions = (monitor.plan?.regions ?? []).toSorted(byName);
    const players = RULES.map((rule): Played => {
      const seen = rule.onePlace ? regions.slice(0, 1) : regions;
      return {
        rule,
        play: rule.play(seen),
        region: rule.onePlace ? (seen[0] ?? null) : null,
        isOn: false,
        alerts: { on: [], off: [] },
      };
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
        const isOn = player.play(at, seen);
        if (isOn !== player.isOn) (isOn ? player.alerts.on : player.alerts.off).push(at);
        player.isOn = isOn;
      }
    },
    label(monitor, changes) {
      labels.set(monitor, [...(labels.get(monitor) ?? []), ...changes]);
    },
    result(incidents, monitorDays) {
      const isLabelled = labels.size > 0;
      const changes = isLabelled ? [...labels.values()].flat() : incidents.map(changeOf);
      const ofRule = (index: number) =>
        new Map([...played].map(([monitor, players]) => [monitor, (players[index] as Played).alerts]));
      const own = Map.groupBy(incidents, ({ monitor }) => monitor);
      const ours = new Map([...own].map(([monitor, list]) => [monitor, alertsOf(list)]));
      return {
        changesFrom: isLabelled ? "labels" : "incidents",
        changes: changes.length,
        monitorDays,
        rules: [
          { name: "statusquo", says: "the mix of codes is no longer usual", source: null, alerts: ours },
          ...RULES.map(({ name, says, source }, index) => ({ name, says, source, alerts: ofRule(index) })),
        ].map(({ alerts, ...rule }) => ({ ...rule, ...scoreOf(alerts, changes, monitorDays) })),
      };
    },
  };
}

function changeOf({ monitor, began, beganWithinMs, closed }: IncidentLine): Change {
  return { monitor, onset: began, withinMs: beganWithinMs, end: closed };
}

/** Incidents of one monitor, by opening. */
function alertsOf(incidents: readonly IncidentLine[]): Alerts {
  return { on: incidents.map(({ opened }) => opened), off: incidents.flatMap(({ closed }) => closed ?? []) };
}

function scoreOf(
  alerts: ReadonlyMap<string, Alerts>,
  changes: readonly Change[],
  monitorDays: number,
): Omit<RuleScore, "name" | "says" | "source"> {
  const byMonitor = Map.groupBy(changes, ({ monitor }) => monitor);
  const delays: number[] = [];
  const missedChanges: Change[] = [];
  for (const change of changes) {
    const found = openingFor(change, alerts.get(change.monitor));
    if (found === null) missedChanges.push(change);
    else delays.push(Math.max(found - change.onset, 0));
  }
  delays.sort((a, b) => a - b);
  let total = 0;
  let falseOpenings = 0;
  for (const [monitor, { on }] of alerts) {
    const own = byMonitor.get(monitor) ?? [];
    const inside = (at: EpochMs) =>
      own.some(({ onset, withinMs, end }) => at >= onset - withinMs && at <= (end ?? Infinity) + AFTERMATH_MS);
    total += on.length;
    for (const at of on) if (!inside(at)) falseOpenings++;
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

/** The first opening that tells of a change: in it, or shortly before it and still on. */
function openingFor({ onset, withinMs, end }: Change, alerts: Alerts | undefined): EpochMs | null {
  const until = (end ?? Infinity) + AFTER_MS;
  const { on, off } = alerts ?? { on: [], off: [] };
  for (const [index, at] of on.entries()) {
    if (at > until) return null;
    if (at >= onset - withinMs) return at;
    if (at >= onset - FRESH_MS && (off[index] ?? Infinity) > onset) return at;
  }
  return null;
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
