/** `kill -9` at moments nobody chose. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario, Stage } from "../scenario.ts";
import { startAll, type World } from "../world.ts";

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
      stage.figure("server listens after its start, ms", Date.now() - from);
    }
    await end(stage, world, 2 * times);
  },
});

const workerKills: Scenario = {
  name: "kill-worker",
  what: "a worker killed at any moment costs slots of its region, as missed, and nothing else",
  rows: "F5, B1",
  times: { quick: 6, full: 200 },
  async run(stage, times) {
    const world = await stage.world({ transport: "redis" });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      await turnIll(world, round, times);
      await stage.waitBetween(100, 4_000);
      const region = stage.dice.pick(world.regions);
      stage.fault(`kill -9 worker ${region}`);
      await world.programs.get(region)?.kill("SIGKILL");
      stage.remember(world);
      if (stage.dice.throw() < 0.3) await stage.waitBetween(0, 4_000);
      world.work(region);
    }
    await end(stage, world, 0);
  },
};

const redisKills: Scenario = {
  name: "kill-redis",
  what: "a Redis killed and started again with its append-only file costs nothing that was acknowledged",
  rows: "F17, B1",
  times: { quick: 3, full: 50 },
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
      stage.figure("samples of all after Redis is back, ms", await world.untilSampled(from));
    }
    await end(stage, world, 0);
  },
};

const frozen: Scenario = {
  name: "freeze-server",
  what: "a server that stood still accounts for the time, does not catch up in a burst, and alarms nobody",
  rows: "F7, F60",
  times: { quick: 0, full: 5 },
  async run(stage, times) {
    const world = await stage.world({ transport: "embedded" });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      await stage.waitBetween(500, 5_000);
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
    }
    await stage.judge(world);
  },
};

const frozenWorker: Scenario = {
  name: "freeze-worker",
  what: "a worker frozen beyond its hold on a batch, beside another one, makes no second row and no stale question",
  rows: "F6",
  times: { quick: 1, full: 8 },
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
