/** Workers held up, out of memory, handed the same slot twice, and older or newer than their server. */
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { Queue } from "bullmq";
import { copyTree, type Edit } from "../mutants.ts";
import type { Scenario, Stage } from "../scenario.ts";
import { startAll, type World } from "../world.ts";
import { demandAllRunning } from "./repeated.ts";

/** Loaded before a program, so that a signal makes it busy or hungry from inside. */
const BURDEN = pathToFileURL(`${import.meta.dirname}/../burden.ts`).href;
const burdened = (more = "", ms = 10_000) => ({
  NODE_OPTIONS: `--import ${BURDEN} ${more}`,
  BURDEN_MS: `${ms}`,
});

const FAILED_FROM = -99;
const RESOURCE = -106;

/** Samples that say a target failed although it was well all the time. */
export function slandered(world: World): string[] {
  return (world.tables()?.samples ?? [])
    .filter(({ outcome, monitor }) => outcome >= FAILED_FROM && outcome < 0 && monitor.startsWith("well"))
    .map(({ monitor, region, slot, outcome }) => `m-${monitor}.r-${region}.s-${slot} (${outcome})`);
}

export const resourceMissed = (world: World) =>
  (world.tables()?.samples ?? []).filter(({ outcome }) => outcome === RESOURCE).length;

function demandFair(stage: Stage, world: World) {
  const false_ = slandered(world);
  stage.demand(false_.length === 0, `${false_.length} samples say that a well target failed: ${false_.slice(0, 3)}`);
}

const busy = (transport: "embedded" | "redis"): Scenario => ({
  name: `loop-blocked-${transport}`,
  what: "a process whose only thread is busy for seconds while it probes says no target has failed, and goes on",
  rows: "F8, P4",
  times: { quick: 0, full: 6 },
  perWorld: 3,
  takesS: 25,
  async run(stage, times) {
    const world = await stage.world({ transport, ill: 0 });
    await world.serve({ env: burdened() });
    if (transport === "redis") for (const region of world.regions) world.work(region, { env: burdened() });
    await world.untilSampled(0);
    for (const monitor of world.monitors)
      await world.target.order({ path: `/${monitor}`, status: "varied", delayMs: 700 });
    for (let round = 0; round < times; round++) {
      await stage.waitBetween(500, 5_500);
      const name = transport === "redis" ? stage.dice.pick(world.regions) : "server";
      stage.remember(world);
      stage.fault(`the only thread of ${name} is busy for 10 s`);
      world.programs.get(name)?.signal("SIGWINCH");
      await sleep(10_000);
      await world.untilSampled();
    }
    demandFair(stage, world);
    await stage.judge(world);
  },
});

const hungry: Scenario = {
  name: "worker-out-of-memory",
  what: "a worker that runs out of memory ends with a code, and started again it goes on; no slot is asked for again and again",
  rows: "F9",
  times: { quick: 0, full: 6 },
  perWorld: 3,
  takesS: 15,
  async run(stage, times) {
    const world = await stage.world({ transport: "redis" });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      const region = stage.dice.pick(world.regions);
      await world.programs.get(region)?.kill("SIGTERM");
      const doomed = world.work(region, { env: burdened("--max-old-space-size=96") });
      await world.untilSampled();
      await stage.waitBetween(100, 4_000);
      stage.fault(`worker ${region} runs out of memory`);
      doomed.signal("SIGPWR");
      const { code, signal } = await doomed.ended;
      stage.demand(code !== 0, `it ended with ${code ?? signal}`);
      stage.remember(world);
      world.work(region);
      await world.untilSampled();
    }
    const asked = world.asked().filter(({ kind }) => kind === "asked");
    const most = Math.max(...[...Map.groupBy(asked, ({ slot }) => slot).values()].map(({ length }) => length));
    stage.demand(most <= 2, `a slot was asked for ${most} times`);
    await stage.judge(world);
  },
};

const twice: Scenario = {
  name: "slot-offered-twice",
  what: "a slot that is offered again, as two schedulers would, is asked for once",
  rows: "F13",
  times: { quick: 1, full: 20 },
  takesS: 3,
  async run(stage, times) {
    const world = await stage.world({ transport: "redis", ill: 0 });
    await startAll(world);
    const connection = { host: "127.0.0.1", port: world.redis?.port ?? 0 };
    const queues = world.regions.map(
      (region) => new Queue(`statusquo-jobs-${region}`, { connection, prefix: "statusquo" }),
    );
    for (const queue of queues) queue.on("error", () => {});
    try {
      for (let round = 0; round < times; round++) {
        await stage.waitBetween(500, 3_000);
        const queue = stage.dice.pick(queues);
        const jobs = await queue.getJobs(["wait", "active", "completed"], 0, 20);
        const newest = jobs.toSorted((one, other) => other.timestamp - one.timestamp)[0];
        if (newest?.id === undefined) throw new Error(`${queue.name} has no batch`);
        stage.fault(`batch ${newest.id} is offered again`);
        await queue.add(newest.name, newest.data, { jobId: newest.id });
      }
    } finally {
      for (const queue of queues) await queue.close();
    }
    await world.untilSampled();
    const asked = Map.groupBy(
      world.asked().filter(({ kind }) => kind === "asked"),
      ({ slot }) => slot,
    );
    const again = [...asked].filter(([, events]) => events.length > 1).map(([slot]) => slot);
    stage.demand(again.length === 0, `asked for more than once: ${again.slice(0, 5).join(", ")}`);
    await stage.judge(world);
  },
};

const NEWER_BATCHES: Edit[] = [
  {
    file: "packages/core/src/job.ts",
    from: "export const JOB_BATCH_VERSION = 1;",
    to: "export const JOB_BATCH_VERSION = 2;",
  },
];
const NEWER_RESULTS: Edit[] = [
  {
    file: "packages/transport/src/wire.ts",
    from: "export const RESULTS_VERSION = 1;",
    to: "export const RESULTS_VERSION = 2;",
  },
];
const UNSUPPORTED = -108;

const versions: Scenario = {
  name: "versions-apart",
  what: "a worker and a server that speak different versions say so, slot by slot, end by nothing, and probe once they agree",
  rows: "F14",
  times: { quick: 0, full: 2 },
  takesS: 50,
  async run(stage, times) {
    const newerServer = copyTree(NEWER_BATCHES);
    const newerWorker = copyTree(NEWER_RESULTS);
    try {
      for (let round = 0; round < times; round++) {
        const isServerNewer = round % 2 === 0;
        const world = await stage.world({ transport: "redis", ill: 0 });
        stage.fault(
          isServerNewer ? "a server of the next version, workers of this one" : "workers of the next version",
        );
        await world.serve(isServerNewer ? { tree: newerServer } : {});
        for (const region of world.regions) world.work(region, isServerNewer ? {} : { tree: newerWorker });
        await world.until("missed slots of every region", () => {
          const missed = (world.tables()?.samples ?? []).filter(({ outcome }) =>
            isServerNewer ? outcome === UNSUPPORTED : outcome <= -101,
          );
          return new Set(missed.map(({ region }) => region)).size === world.regions.length;
        });
        demandAllRunning(stage, world);
        for (const region of world.regions) {
          await world.programs.get(region)?.kill("SIGTERM");
          world.work(region, isServerNewer ? { tree: newerServer } : {});
        }
        stage.note("workers of the same version again");
        await world.untilSampled();
        // What the newer workers put in the stream could not be read: it is in quarantine, and missed.
        await stage.judge(world, { redisLost: !isServerNewer });
        await world.close();
      }
    } finally {
      for (const tree of [newerServer, newerWorker]) rmSync(tree, { recursive: true, force: true });
    }
  },
};

export const WORKER = [busy("embedded"), busy("redis"), hungry, twice, versions];
