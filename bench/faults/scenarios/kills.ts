/** `kill -9` at moments nobody chose. */

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { INTERVAL_MS } from "../bars.ts";
import type { Scenario, Stage } from "../scenario.ts";
import { owing } from "../tables.ts";
import { startAll, type World } from "../world.ts";
import { repeated } from "./repeated.ts";

/** From the middle of a run on, an ill target answers 409: incidents are opened and told between the kills. */
async function turnIll(world: World, round: number, rounds: number) {
  if (round === Math.floor(rounds / 2)) await world.target.order({ path: "/ill-0", status: 409 });
}

async function end(stage: Stage, world: World, duplicates: number) {
  stage.figure("samples of all after the last fault, ms", await world.untilSampled());
  stage.remember(world);
  await stage.judge(world, { duplicates });
}

const serverKills = (transport: "embedded" | "redis"): Scenario => ({
  name: `kill-server-${transport}`,
  what: "a server killed at any moment loses nothing that was acknowledged, and invents nothing",
  rows: "F1, B1",
  times: { quick: transport === "embedded" ? 6 : 5, full: 100 },
  perWorld: 25,
  takesS: 9,
  async run(stage, times) {
    const world = await stage.world({ transport });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      await turnIll(world, round, times);
      await stage.waitBetween(100, 6_000);
      stage.fault("kill -9 server");
      await world.programs.get("server")?.kill("SIGKILL");
      stage.remember(world);
      if (stage.dice.throw() < 0.3) await stage.waitBetween(0, 8_000);
      const from = Date.now();
      await world.serve();
      const listens = Date.now();
      stage.figure("server listens after its start, ms", listens - from);
      // Every other time the next kill waits for the recovery, which is measured; else it may fall into it.
      if (round % 2 === 0) stage.recovered("restart", (await world.firstSample(listens)) ?? Number.POSITIVE_INFINITY);
    }
    await end(stage, world, 2 * times);
  },
});

const workerKills: Scenario = {
  name: "kill-worker",
  what: "a worker killed at any moment costs slots of its region, as missed, and nothing else",
  rows: "F5, B1",
  times: { quick: 6, full: 200 },
  perWorld: 25,
  takesS: 4,
  async run(stage, times) {
    const world = await stage.world({ transport: "redis" });
    await startAll(world);
    const accounting: Promise<void>[] = [];
    for (let round = 0; round < times; round++) {
      await turnIll(world, round, times);
      await stage.waitBetween(100, 4_000);
      const region = stage.dice.pick(world.regions);
      stage.fault(`kill -9 worker ${region}`);
      await world.programs.get(region)?.kill("SIGKILL");
      stage.remember(world);
      accounting.push(accountedFor(stage, world, region));
      if (stage.dice.throw() < 0.3) await stage.waitBetween(0, 4_000);
      world.work(region);
    }
    await Promise.all(accounting);
    await end(stage, world, 0);
  },
};

/** Measures until when the slots are accounted for that a region owes now. */
async function accountedFor(stage: Stage, world: World, region: string) {
  const file = join(world.data, "statusquo.db");
  const at = Date.now();
  let left = owing(file, region, at, INTERVAL_MS);
  const newest = Math.max(...left);
  if (left.length === 0) return;
  await world.until(`rows of ${left.length} slots of the dead worker ${region}`, () => {
    left = owing(file, region, at, INTERVAL_MS);
    return left.length === 0;
  });
  stage.recovered("worker", Math.max(0, Date.now() - newest - INTERVAL_MS));
}

const redisKills: Scenario = {
  name: "kill-redis",
  what: "a Redis killed and started again with its append-only file costs nothing that was acknowledged",
  rows: "F17, B1",
  times: { quick: 3, full: 50 },
  perWorld: 13,
  takesS: 12,
  async run(stage, times) {
    const world = await stage.world({ transport: "redis" });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      await turnIll(world, round, times);
      await stage.waitBetween(100, 6_000);
      stage.fault("kill -9 redis");
      await world.redis?.kill();
      stage.remember(world);
      await stage.waitBetween(0, 4_000);
      await world.redis?.start();
      const from = Date.now();
      stage.recovered("redis", (await world.firstSample(from)) ?? Number.POSITIVE_INFINITY);
      stage.figure("samples of all after Redis is back, ms", await world.untilSampled(from));
    }
    await end(stage, world, 0);
  },
};

const frozen = repeated({
  name: "freeze-server",
  what: "a server that stood still accounts for the time, does not catch up in a burst, and alarms nobody",
  rows: "F7, F60",
  times: { quick: 0, full: 5 },
  takesS: 45,
  world: { transport: "embedded" },
  async trouble(stage, world) {
    const forMs = stage.dice.between(8_000, 40_000);
    stage.fault(`SIGSTOP server for ${forMs} ms`);
    world.programs.get("server")?.signal("SIGSTOP");
    await sleep(forMs);
    const before = world.asked().length;
    world.programs.get("server")?.signal("SIGCONT");
    await world.untilSampled();
    const asked = world
      .asked()
      .slice(before)
      .filter(({ kind }) => kind === "asked");
    const perSlot = Map.groupBy(asked, ({ slot }) => slot);
    stage.demand(
      [...perSlot.values()].every(({ length }) => length === 1),
      "a slot was asked for more than once",
    );
  },
});

const frozenWorker: Scenario = {
  name: "freeze-worker",
  what: "a worker frozen beyond its hold on a batch, beside another one, makes no second row and no stale question",
  rows: "F6",
  times: { quick: 1, full: 8 },
  perWorld: 4,
  takesS: 28,
  async run(stage, times) {
    const world = await stage.world({ transport: "redis" });
    await startAll(world);
    world.work("eu", { name: "eu-other" });
    for (let round = 0; round < times; round++) {
      await stage.waitBetween(500, 5_000);
      const forMs = stage.dice.between(8_000, 22_000);
      stage.fault(`SIGSTOP worker eu for ${forMs} ms`);
      world.programs.get("eu")?.signal("SIGSTOP");
      await sleep(forMs);
      world.programs.get("eu")?.signal("SIGCONT");
      await world.untilSampled();
    }
    await stage.judge(world);
  },
};

export const KILLS = [serverKills("embedded"), serverKills("redis"), workerKills, redisKills, frozen, frozenWorker];
