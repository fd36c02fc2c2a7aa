/** What a scenario is, and what it is given. */
import { setTimeout as sleep } from "node:timers/promises";
import { findRedis } from "../../packages/transport/src/testing/index.ts";
import { dumpAnswers } from "./answers.ts";
import { BARS, type BarName, BUSY, isAbove, type Took, took } from "./bars.ts";
import { type Dice, diceOf } from "./dice.ts";
import { type Allowed, accounted, type Broken, check, keyOf, type Seen } from "./oracle.ts";
import type { Tables } from "./tables.ts";
import { startWorld, type World, type WorldOptions } from "./world.ts";

export interface Scenario {
  name: string;
  /** One sentence that is true when no law is broken. */
  what: string;
  /** Rows of the fault matrix that it stands for, or the bar. */
  rows: string;
  /** How many faults it injects, in a quick run (0: left out) and in a full one. */
  times: { quick: number; full: number };
  /** How many of them one world undergoes; more are dealt out over worlds that live at once. All in one when absent. */
  perWorld?: number;
  /** Roughly how long one of them takes on a calm machine, s: what takes longest is begun first. */
  takesS: number;
  /** Why it cannot run here; null when it can. */
  lacks?: () => string | null;
  run(stage: Stage, times: number): Promise<void>;
}

export interface Stage {
  dice: Dice;
  world(options: WorldOptions): Promise<World>;
  /** A line of the schedule: what is done to the world, counted as a fault unless it is only said. */
  fault(what: string): void;
  note(what: string): void;
  figure(name: string, value: number): void;
  /** How long a recovery took that has a bar. */
  recovered(bar: BarName, ms: number): void;
  /** Waits a time thrown by the dice. */
  waitBetween(fromMs: number, toMs: number): Promise<void>;
  /** What is committed now has to be there at the end. */
  remember(world: World): void;
  /** Waits until nothing is pending, then asks the oracle. */
  judge(world: World, allowed?: Allowed): Promise<Broken[]>;
  /** Whether a law is broken, of a world in which it should be: held against nobody. */
  suspect(world: World, law: string): Promise<boolean>;
  /** A law of the scenario's own. */
  demand(holds: boolean, what: string): void;
}

export interface Outcome {
  name: string;
  faults: number;
  broken: Broken[];
  /** Numbers of the scenario's own, all that were taken. */
  figures: Record<string, number[]>;
  recoveries: Partial<Record<BarName, Took[]>>;
  /** What the oracle looked at. */
  seen: Seen;
  schedule: string[];
  /** What this machine has not, so that it could not be played; null when it was. */
  lacks: string | null;
  /** What a broken run's programs printed last. */
  log: string;
  tookMs: number;
}

/** One world's share of a scenario, or all of it. */
export interface Part {
  scenario: Scenario;
  /** 1 … `of`. */
  part: number;
  of: number;
  times: number;
}

/** How often what should be broken is looked for, and how often at most. */
const LOOK_EVERY_MS = 1_000;
const SUSPICIOUS_LOOKS = 60;
const SLOT_CLOSES_IN = 12;

export const nameOf = ({ scenario, part, of }: Part) => (of === 1 ? scenario.name : `${scenario.name} ${part}/${of}`);

/** @param isMeasured  whether a bar of recovery that is not reached breaks a law, where the machine was calm */
export async function play(
  part: Part,
  seed: number,
  isMeasured: boolean,
  onNote: (line: string) => void,
): Promise<Outcome> {
  const { scenario, times } = part;
  const from = Date.now();
  const dice = diceOf(seed, part.part === 1 ? scenario.name : `${scenario.name} ${part.part}`);
  const outcome: Outcome = {
    ...{ name: nameOf(part), faults: 0, broken: [], figures: {}, recoveries: {}, schedule: [], lacks: null, log: "" },
    ...{
      seen: { rows: 0, asked: 0, messages: 0, twice: 0, incidents: 0, incidentsOnWell: 0, again: 0, deserved: 0 },
      tookMs: 0,
    },
  };
  const worlds: World[] = [];
  const committed = new Map<World, Map<string, number>>();
  const note = (what: string) => {
    const line = `${((Date.now() - from) / 1_000).toFixed(1).padStart(6)} s  ${what}`;
    outcome.schedule.push(line);
    onNote(line);
  };
  const stage: Stage = {
    dice,
    async world(options) {
      const redis = findRedis();
      if (options.transport === "redis" && redis.kind === "none") {
        outcome.lacks = redis.reason;
        throw new Error(redis.reason);
      }
      const world = await startWorld(options);
      worlds.push(world);
      committed.set(world, new Map());
      return world;
    },
    fault(what) {
      outcome.faults++;
      note(what);
    },
    note,
    figure(name, value) {
      (outcome.figures[name] ??= []).push(value);
    },
    recovered(bar, ms) {
      const one = took(ms);
      (outcome.recoveries[bar] ??= []).push(one);
      if (!isAbove(bar, one)) return;
      const what = `${BARS[bar].what}: ${ms} ms, at most ${BARS[bar].mostMs} (load ${one.load.toFixed(1)} a core)`;
      note(`above the bar: ${what}`);
      if (isMeasured && one.load <= BUSY) outcome.broken.push({ law: "L8", what });
    },
    async waitBetween(fromMs, toMs) {
      await sleep(dice.between(fromMs, toMs));
    },
    remember(world) {
      for (const row of world.tables()?.samples ?? [])
        if (row.outcome > -101) committed.get(world)?.set(keyOf(row), row.outcome);
    },
    async judge(world, allowed = {}) {
      const until = allowed.until ?? Date.now();
      // What never comes is told by its law, so waiting for it may be given up.
      const patient = (what: string, holds: (tables: Tables) => boolean) =>
        world.until(what, () => holds(world.tables() as Tables)).catch(() => {});
      await patient("all rows", (tables) => accounted(tables, world, until).length === 0);
      if (!allowed.undelivered)
        await patient("an empty outbox", (tables) =>
          tables.notifications.every((row) => row.state !== "pending" || row.createdAt > until),
        );
      await dumpAnswers(world);
      const { broken, seen } = check(world, until, { committed: committed.get(world) ?? new Map(), ...allowed });
      outcome.broken.push(...broken);
      for (const name of Object.keys(seen) as (keyof Seen)[]) outcome.seen[name] += seen[name];
      return broken;
    },
    async suspect(world, law) {
      // Slots have to close and messages to be sent before anything can be noticed.
      const until = Date.now();
      for (let left = SUSPICIOUS_LOOKS; left > 0; left--) {
        await sleep(LOOK_EVERY_MS);
        const { broken } = check(world, until, { committed: committed.get(world) ?? new Map() });
        const noticed = broken.find((one) => one.law === law);
        // A row that has still to come is no row too few.
        if (noticed && (law !== "L1" || left < SUSPICIOUS_LOOKS - SLOT_CLOSES_IN)) {
          note(`noticed: ${law} ${noticed.what}`);
          return true;
        }
      }
      return false;
    },
    demand(holds, what) {
      if (!holds) outcome.broken.push({ law: "own", what });
    },
  };
  try {
    await scenario.run(stage, times);
  } catch (error) {
    if (outcome.lacks === null)
      outcome.broken.push({ law: "run", what: error instanceof Error ? error.message : String(error) });
  }
  if (outcome.broken.length > 0) outcome.log = worlds.map((world) => world.log().slice(-6_000)).join("\n");
  for (const world of worlds) await world.close();
  outcome.tookMs = Date.now() - from;
  return outcome;
}
