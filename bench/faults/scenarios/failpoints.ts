/** Every failpoint: the process ends exactly there, is started again, and the laws hold. */
import { appendFileSync } from "node:fs";
import type { Failpoint } from "../../../packages/core/src/index.ts";
import type { Scenario, Stage } from "../scenario.ts";
import { startAll, type World } from "../world.ts";

/** The server is left dead. What runs before is told to end; a dead one is simply followed. */
async function dieAt(stage: Stage, world: World, point: Failpoint, pass: number, provoke = async () => {}) {
  if (world.programs.get("server")?.running()) await world.programs.get("server")?.kill("SIGTERM");
  stage.fault(`server ends at ${point}, pass ${pass}`);
  const doomed = world.spawnServer({ env: { STATUSQUO_FAILPOINT: `${point}:${pass}` } });
  await Promise.race([doomed.says(/Dashboard/), doomed.ended]).catch(() => {});
  await provoke();
  await world.until(`the end at ${point}`, () => !doomed.running());
  await doomed.ended;
  stage.remember(world);
}

/** Back, and measured from when it listens. */
async function comeBack(stage: Stage, world: World) {
  await world.serve();
  stage.recovered("restart", (await world.firstSample(Date.now())) ?? Number.POSITIVE_INFINITY);
}

const dieWorkerAt = async (stage: Stage, world: World, point: Failpoint, pass: number) => {
  const region = stage.dice.pick(world.regions);
  await world.programs.get(region)?.kill("SIGTERM");
  stage.fault(`worker ${region} ends at ${point}, pass ${pass}`);
  const doomed = world.work(region, { env: { STATUSQUO_FAILPOINT: `${point}:${pass}` } });
  await world.until(`the end at ${point}`, () => !doomed.running());
  await doomed.ended;
  stage.remember(world);
  world.work(region);
};

const RECORDING: Failpoint[] = ["core.after_read", "core.in_txn", "core.after_commit_before_ack"];
const SCHEDULING: Failpoint[] = ["sched.after_slots_opened", "sched.after_enqueue"];
const PROBING: Failpoint[] = ["worker.before_request", "worker.after_response"];

const embedded: Scenario = {
  name: "failpoints-embedded",
  what: "one process may end at every named point, and every slot is accounted for",
  rows: "F2, B2",
  times: { quick: 1, full: 20 },
  perWorld: 4,
  takesS: 45,
  async run(stage, times) {
    const world = await stage.world({ transport: "embedded", healthy: 3, ill: 0 });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      // One death follows on another: each start is the recovery from the one before, and dies itself.
      for (const point of [...SCHEDULING, ...PROBING, ...RECORDING])
        await dieAt(stage, world, point, stage.dice.between(1, 5));
      await comeBack(stage, world);
    }
    await world.untilSampled();
    await stage.judge(world);
  },
};

const redis: Scenario = {
  name: "failpoints-redis",
  what: "server and workers may end at every named point, and what Redis took becomes a row",
  rows: "F2, F5, B2",
  times: { quick: 1, full: 20 },
  perWorld: 4,
  takesS: 60,
  async run(stage, times) {
    const world = await stage.world({ transport: "redis", healthy: 3, ill: 0 });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      for (const point of [...PROBING, "worker.after_xadd"] as const)
        await dieWorkerAt(stage, world, point, stage.dice.between(1, 3));
      for (const point of [...SCHEDULING, ...RECORDING]) await dieAt(stage, world, point, stage.dice.between(1, 3));
      await comeBack(stage, world);
    }
    await world.untilSampled();
    await stage.judge(world);
  },
};

const isTold = (world: World) => world.tables()?.notifications.every(({ state }) => state === "delivered") ?? false;

const outbox: Scenario = {
  name: "failpoints-outbox",
  what: "an incident is told although the process ends before it is told; after acceptance again, with the same key",
  rows: "F3, F4, B2",
  times: { quick: 1, full: 20 },
  perWorld: 5,
  takesS: 45,
  async run(stage, times) {
    const points: Failpoint[] = ["outbox.after_claim", "outbox.after_accept_before_mark"];
    const world = await stage.world({ transport: "embedded", healthy: 1, ill: 2 * times });
    await startAll(world);
    for (let round = 0; round < times; round++)
      for (const [index, point] of points.entries()) {
        const path = `/ill-${2 * round + index}`;
        // What an earlier incident has still to say would be what the process ends at.
        await world.until("an empty outbox", () => isTold(world));
        await dieAt(stage, world, point, 1, () => world.target.order({ path, status: 409 }));
        await world.serve();
      }
    const opened = () => world.tables()?.incidents.length ?? 0;
    await world.until(`${2 * times} incidents`, () => opened() >= 2 * times);
    // Each death after acceptance may have told each of the two channels twice.
    const broken = await stage.judge(world, { duplicates: 2 * times });
    const told = world.tables()?.notifications.length ?? 0;
    stage.demand(broken.length > 0 || told >= 4 * times, `${4 * times} messages were due, ${told} are in the outbox`);
  },
};

const reload: Scenario = {
  name: "failpoint-reload",
  what: "a process that ends between a good edit and taking it up has it in force when it is back",
  rows: "F61, B2",
  times: { quick: 1, full: 20 },
  perWorld: 10,
  takesS: 8,
  async run(stage, times) {
    const world = await stage.world({ transport: "embedded", healthy: 2, ill: 0 });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      await dieAt(stage, world, "reload.after_validate", 1, async () =>
        appendFileSync(world.config, `  # edit ${round}\n`),
      );
      await world.serve();
    }
    await world.untilSampled();
    await stage.judge(world);
  },
};

/** How many statements make the tables: as many as there are pieces of the migrations, and some of drizzle's own. */
const STATEMENTS = 25;

const migrate: Scenario = {
  name: "failpoint-migrate",
  what: "a process that ends in the middle of making its tables makes them whole at its next start",
  rows: "F16, B2",
  times: { quick: 2, full: 20 },
  perWorld: 5,
  takesS: 14,
  async run(stage, times) {
    for (let round = 0; round < times; round++) {
      const world = await stage.world({ transport: "embedded", healthy: 1, ill: 0 });
      const pass = stage.dice.between(1, STATEMENTS);
      stage.fault(`server ends at migrate.mid, pass ${pass}`);
      const doomed = world.spawnServer({ env: { STATUSQUO_FAILPOINT: `migrate.mid:${pass}` } });
      stage.demand((await doomed.ended).signal === "SIGKILL", "it did not end there");
      await startAll(world);
      await stage.judge(world);
      await world.close();
    }
  },
};

export const FAILPOINTS = [embedded, redis, outbox, reload, migrate];
