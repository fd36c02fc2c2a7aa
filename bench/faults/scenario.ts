/** What a scenario is, and what it is given. */
import { setTimeout as sleep } from "node:timers/promises";
import { findRedis } from "../../packages/transport/src/testing/index.ts";
import { type Dice, diceOf } from "./dice.ts";
import { type Allowed, accounted, type Broken, check, keyOf } from "./oracle.ts";
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
  /** Waits a time thrown by the dice. */
  waitBetween(fromMs: number, toMs: number): Promise<void>;
  /** What is committed now has to be there at the end. */
  remember(world: World): void;
  /** Waits until nothing is pending, then asks the oracle. */
  judge(world: World, allowed?: Allowed): Promise<Broken[]>;
  /** The laws that are broken, of a world in which they should be: held against nobody. */
  suspect(world: World): Promise<string[]>;
  /** A law of the scenario's own. */
  demand(holds: boolean, what: string): void;
}

export interface Outcome {
  name: string;
  seed: number;
  faults: number;
  broken: Broken[];
  figures: Record<string, number>;
  schedule: string[];
  /** What this machine has not, so that it could not be played; null when it was. */
  lacks: string | null;
  /** What a broken run's programs printed last. */
  log: string;
  tookMs: number;
}

const PATIENCE_MS = 60_000;
const SUSPECT_AFTER_MS = 15_000;

export async function play(
  scenario: Scenario,
  seed: number,
  times: number,
  onNote: (line: string) => void,
): Promise<Outcome> {
  const from = Date.now();
  const dice = diceOf(seed, scenario.name);
  const outcome: Outcome = {
    ...{ name: scenario.name, seed, faults: 0, broken: [], figures: {}, schedule: [], lacks: null, log: "", tookMs: 0 },
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
      outcome.figures[name] = Math.max(outcome.figures[name] ?? Number.NEGATIVE_INFINITY, value);
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
        world.until(what, () => holds(world.tables() as Tables), PATIENCE_MS).catch(() => {});
      await patient("all rows", (tables) => accounted(tables, world, until).length === 0);
      if (!allowed.undelivered)
        await patient("an empty outbox", (tables) => tables.notifications.every(({ state }) => state === "delivered"));
      const broken = check(world, until, { committed: committed.get(world) ?? new Map(), ...allowed });
      outcome.broken.push(...broken);
      return broken;
    },
    async suspect(world) {
      const until = Date.now();
      // Slots have closed by then, and messages were sent.
      await sleep(SUSPECT_AFTER_MS);
      const broken = check(world, until, { committed: committed.get(world) ?? new Map() });
      for (const { law, what } of broken.slice(0, 2)) note(`noticed: ${law} ${what}`);
      return broken.map(({ law }) => law);
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
