/** What a host does to its processes: signals, a second start, no handles, no processor, nobody who reads the log. */
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import type { Scenario } from "../scenario.ts";
import { startAll } from "../world.ts";
import { demandAllRunning } from "./repeated.ts";
import { resourceMissed, slandered } from "./worker.ts";

const ending: Scenario = {
  name: "host-told-to-end",
  what: "told to end, server and workers end in order, with code 0",
  rows: "F10",
  times: { quick: 1, full: 10 },
  perWorld: 5,
  takesS: 20,
  async run(stage, times) {
    const world = await stage.world({ transport: "redis", ill: 0 });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      await stage.waitBetween(100, 5_000);
      const signal = stage.dice.pick(["SIGTERM", "SIGINT"] as const);
      stage.fault(`${signal} to all`);
      const ended = await Promise.all(
        ["server", ...world.regions].map((name) => world.programs.get(name)?.kill(signal)),
      );
      stage.remember(world);
      stage.demand(
        ended.every((end) => end?.code === 0),
        `ended with ${JSON.stringify(ended)}`,
      );
      await world.serve();
      for (const region of world.regions) world.work(region);
      await world.untilSampled();
    }
    await stage.judge(world);
  },
};

const second: Scenario = {
  name: "host-second-server",
  what: "a second server on the same data is refused, and the first one does not notice",
  rows: "F12",
  times: { quick: 1, full: 5 },
  takesS: 4,
  async run(stage, times) {
    const world = await stage.world({ transport: "embedded", ill: 0 });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      stage.fault("a second server");
      const { code } = await world.spawnServer({ name: "second" }).ended;
      stage.demand(code === 1, `the second server ended with ${code}`);
    }
    await world.untilSampled();
    await stage.judge(world);
  },
};

const handles: Scenario = {
  name: "host-few-handles",
  what: "a worker without free handles misses slots, and is never taken for a failing target",
  rows: "F67",
  times: { quick: 0, full: 2 },
  takesS: 30,
  lacks: () =>
    spawnSync("prlimit", ["--version"], { stdio: "ignore" }).status === 0 ? null : "no prlimit here (util-linux)",
  async run(stage, times) {
    const world = await stage.world({ transport: "redis", healthy: 12, ill: 0 });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      stage.fault("worker eu may open no more handles than it has");
      for (const path of world.monitors)
        await world.target.order({ path: `/${path}`, status: "varied", delayMs: 1_000 });
      const pid = `${world.programs.get("eu")?.pid}`;
      spawnSync("prlimit", ["--pid", pid, "--nofile=24:1024"]);
      await sleep(20_000);
      spawnSync("prlimit", ["--pid", pid, "--nofile=1024:1024"]);
      for (const path of world.monitors) await world.target.order({ path: `/${path}`, status: "varied" });
      await world.untilSampled();
    }
    stage.figure("slots missed for want of a handle", resourceMissed(world));
    stage.demand(resourceMissed(world) > 0, "it never ran out of handles");
    const unfair = slandered(world);
    stage.demand(unfair.length === 0, `${unfair.length} samples say that a well target failed: ${unfair.slice(0, 3)}`);
    await stage.judge(world);
  },
};

const busy: Scenario = {
  name: "host-busy-processor",
  what: "a processor that others keep busy costs slots at most, and alarms nobody",
  rows: "F68",
  times: { quick: 0, full: 1 },
  takesS: 35,
  async run(stage) {
    const world = await stage.world({ transport: "embedded", ill: 0 });
    await startAll(world);
    stage.fault("eight busy loops for 30 s");
    const loops = Array.from({ length: 8 }, () => spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));
    await sleep(30_000);
    for (const loop of loops) loop.kill("SIGKILL");
    await world.untilSampled();
    await stage.judge(world);
  },
};

const unheard: Scenario = {
  name: "host-log-unheard",
  what: "a log that nobody reads any more, or whose pipe is closed, neither ends nor holds up the server",
  rows: "F69",
  times: { quick: 1, full: 3 },
  takesS: 40,
  async run(stage, times) {
    for (let round = 0; round < times; round++) {
      const world = await stage.world({ transport: "redis", ill: 0 });
      await startAll(world);
      stage.fault("both ends of the log are closed; then Redis is away, so that there is much to say");
      for (const program of world.programs.values()) program.deafen();
      await world.redis?.kill();
      await sleep(8_000);
      await world.redis?.start();
      await world.untilSampled();
      demandAllRunning(stage, world);
      await stage.judge(world);
      await world.close();
    }
  },
};

const clogged: Scenario = {
  name: "host-log-clogged",
  what: "a log whose reader stands still, its pipe full, holds up neither probing nor storing nor telling",
  rows: "F69, P6",
  times: { quick: 0, full: 2 },
  takesS: 60,
  async run(stage, times) {
    for (let round = 0; round < times; round++) {
      const world = await stage.world({ transport: round % 2 === 0 ? "embedded" : "redis", ill: 1 });
      await world.serve({ fifo: true });
      if (world.redis) for (const region of world.regions) world.work(region, { fifo: true });
      await world.untilSampled(0);
      stage.fault("nobody reads the log any more, and its pipe is full; then there is much to say");
      for (const program of world.programs.values()) program.clog();
      await world.target.order({ path: "/ill-0", status: 409 });
      if (world.redis) await world.redis.restart();
      await world.until("an incident and word of it", () => world.messages().length >= 2);
      await world.untilSampled();
      const alive = await fetch(`${world.url}/healthz`, { signal: AbortSignal.timeout(30_000) }).then(
        ({ status }) => status,
        () => 0,
      );
      stage.demand(alive === 200, `/healthz said ${alive}`);
      await stage.judge(world);
      await world.close();
    }
  },
};

const beatless: Scenario = {
  name: "heartbeat-unheard",
  what: "who waits for the heartbeat may refuse it or say nothing: watching goes on, and it is called again",
  rows: "F70",
  times: { quick: 0, full: 2 },
  takesS: 140,
  async run(stage, times) {
    const world = await stage.world({ transport: "embedded", ill: 1 });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      const mood = round % 2 === 0 ? "refuse" : "hang";
      const from = Date.now();
      stage.fault(`the heartbeat's listener: ${mood}`);
      await world.heartbeat.order({ mood });
      await world.until("a call in vain", () => world.beats().some(({ kind, at }) => kind === "unheard" && at > from));
      if (round === 0) await world.target.order({ path: "/ill-0", status: 409 });
      await world.untilSampled();
      const back = Date.now();
      await world.heartbeat.order({ mood: "accept" });
      await world.until("a beat", () => world.beats().some(({ kind, at }) => kind === "beat" && at > back));
      // No answer at all is the machine's affair; a refusal is the server's.
      const unwell = world.readinesses().filter(({ status, at }) => at > from && status > 200);
      stage.demand(unwell.length === 0, `/readyz said ${unwell.length} times that it is not ready: ${unwell[0]?.said}`);
    }
    await world.until("an incident", () => (world.tables()?.incidents.length ?? 0) > 0);
    await stage.judge(world);
  },
};

const moods: Scenario = {
  name: "target-moods",
  what: "a target that hangs, resets, or answers late is a sample or a failure of its own slot, and overlaps no other",
  rows: "F64, F65",
  times: { quick: 0, full: 6 },
  takesS: 14,
  async run(stage, times) {
    const world = await stage.world({ transport: "embedded", healthy: 1, ill: 3 });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      const path = `/ill-${stage.dice.between(0, 2)}`;
      const mood = stage.dice.pick([{ delayMs: 90_000 }, { reset: true }, { delayMs: 1_900 }, { status: 500 }]);
      stage.fault(`target ${path}: ${JSON.stringify(mood)}`);
      await world.target.order({ path, status: "varied", ...mood });
      await stage.waitBetween(8_000, 15_000);
      await world.target.order({ path, status: "varied" });
    }
    await world.untilSampled();
    await stage.judge(world);
  },
};

const beating: Scenario = {
  name: "heartbeat",
  what: "the heartbeat stops while nothing can be stored, and comes back by itself",
  rows: "P6, B16",
  times: { quick: 0, full: 1 },
  takesS: 330,
  async run(stage) {
    const world = await stage.world({ transport: "embedded", ill: 0 });
    await startAll(world);
    await world.until("a first beat", () => world.beats().length > 0);
    const other = new Database(join(world.data, "statusquo.db"), { timeout: 10_000 });
    other.exec("BEGIN IMMEDIATE");
    stage.fault("nothing can be stored for 150 s");
    const from = Date.now();
    await sleep(150_000);
    other.exec("ROLLBACK");
    other.close();
    // Two slots and their grace may pass before it is known.
    const during = world.beats().filter(({ at }) => at > from + 30_000).length;
    stage.demand(during === 0, `${during} beats while nothing was stored`);
    const back = Date.now();
    await world.until("a beat afterwards", () => world.beats().some(({ at }) => at > back));
    await world.untilSampled();
    await stage.judge(world);
  },
};

export const HOST = [ending, second, handles, busy, unheard, clogged, moods, beating, beatless];
