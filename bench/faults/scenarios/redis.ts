/** Redis lost, emptied, full, hung, cut off, and fed with rubbish. */
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Scenario } from "../scenario.ts";
import { startAll, type World } from "../world.ts";
import { demandAllRunning, repeated } from "./repeated.ts";

/** Asks the world's Redis something, past every proxy. */
async function told<T>(world: World, ask: (client: Redis) => Promise<T>, password?: string): Promise<T> {
  const client = new Redis({
    host: "127.0.0.1",
    port: world.redis?.port ?? 0,
    lazyConnect: true,
    ...(password && { password }),
  });
  client.on("error", () => {});
  try {
    await client.connect();
    return await ask(client);
  } finally {
    client.disconnect();
  }
}

const sampledIn = (world: World, region: string, since: number) =>
  (world.tables()?.samples ?? []).filter((row) => row.region === region && row.slot > since && row.outcome > -101)
    .length;

const emptied = repeated({
  name: "redis-empty-restart",
  what: "a Redis that comes back with nothing gets groups, queues and definitions again, and its loss is missed, not silent",
  rows: "F18",
  times: { quick: 1, full: 10 },
  takesS: 10,
  world: { transport: "redis", redis: { appendonly: "no" } },
  async trouble(stage, world) {
    stage.fault("kill -9 redis, started again empty");
    await world.redis?.restart();
    const back = Date.now();
    stage.recovered("redis", (await world.firstSample(back)) ?? Number.POSITIVE_INFINITY);
  },
  allowed: { redisLost: true },
});

const flushed = repeated({
  name: "redis-flushall",
  what: "FLUSHALL under load ends no process, and what it took is missed",
  rows: "F19",
  times: { quick: 1, full: 20 },
  perWorld: 10,
  takesS: 10,
  world: { transport: "redis" },
  async trouble(stage, world) {
    stage.fault("FLUSHALL");
    await told(world, (client) => client.flushall());
  },
  after: demandAllRunning,
  allowed: { redisLost: true },
});

const hung = repeated({
  name: "redis-hang",
  what: "a Redis that hangs blocks nobody: the server answers, accounts for the slots, and goes on when it is back",
  rows: "F20",
  times: { quick: 1, full: 10 },
  perWorld: 5,
  takesS: 26,
  world: { transport: "redis" },
  async trouble(stage, world) {
    const forMs = stage.dice.between(6_000, 25_000);
    stage.fault(`SIGSTOP redis for ${forMs} ms`);
    world.redis?.freeze();
    await sleep(forMs / 2);
    const alive = await fetch(`${world.url}/healthz`).then(
      ({ status }) => status,
      () => 0,
    );
    stage.demand(alive === 200, `/healthz said ${alive} while Redis hung`);
    await sleep(forMs / 2);
    world.redis?.thaw();
    const back = Date.now();
    stage.recovered("redis", (await world.firstSample(back)) ?? Number.POSITIVE_INFINITY);
  },
});

const full = repeated({
  name: "redis-full",
  what: "a Redis whose memory is full refuses, slots are missed, and it goes on by itself when there is room",
  rows: "F22",
  times: { quick: 0, full: 5 },
  takesS: 20,
  world: { transport: "redis" },
  async trouble(stage, world) {
    stage.fault("maxmemory 1mb");
    await told(world, (client) => client.config("SET", "maxmemory", "1mb"));
    await sleep(stage.dice.between(8_000, 15_000));
    await told(world, (client) => client.config("SET", "maxmemory", "0"));
  },
});

const evicting: Scenario = {
  name: "redis-evicting",
  what: "a Redis that may throw keys away is refused at the start, with what to set",
  rows: "F23",
  times: { quick: 1, full: 1 },
  takesS: 1,
  async run(stage) {
    const world = await stage.world({ transport: "redis", redis: { "maxmemory-policy": "allkeys-lru" } });
    stage.fault("maxmemory-policy allkeys-lru");
    for (const program of [world.spawnServer(), world.work("eu")]) {
      const { code } = await program.ended;
      stage.demand(code === 1 && program.output().includes("noeviction"), `${program.name} ended with ${code}`);
    }
  },
};

const storm = repeated({
  name: "redis-resets",
  what: "connections to Redis that break again and again cost slots at most",
  rows: "F24",
  times: { quick: 0, full: 5 },
  takesS: 16,
  world: { transport: "redis", proxied: ["server", "ap", "eu", "us"] },
  async trouble(stage, world) {
    stage.fault("all connections to Redis are reset, every 200 ms for 6 s");
    for (let reset = 0; reset < 30; reset++) {
      for (const proxy of world.proxies.values()) await proxy.order({ mode: "reset" });
      await sleep(100);
      for (const proxy of world.proxies.values()) await proxy.order({ mode: "pass" });
      await sleep(100);
    }
  },
});

const apart = repeated({
  name: "redis-region-apart",
  what: "a region cut off from Redis costs its own slots only, alarms nobody, and comes back without a burst",
  rows: "F26",
  times: { quick: 1, full: 5 },
  takesS: 38,
  world: { transport: "redis", proxied: ["eu"] },
  async trouble(stage, world) {
    const forMs = stage.dice.between(15_000, stage.dice.pick([25_000, 40_000]));
    const since = Date.now();
    stage.fault(`blackhole between worker eu and Redis for ${forMs} ms`);
    await world.proxies.get("eu")?.order({ mode: "blackhole" });
    await sleep(forMs);
    stage.demand(
      ["ap", "us"].every((region) => sampledIn(world, region, since) > 0),
      "other regions stood still",
    );
    await world.proxies.get("eu")?.order({ mode: "pass" });
  },
});

const slow = repeated({
  name: "redis-slow",
  what: "a Redis that is half a second away costs lateness, and neither rows twice nor alarms",
  rows: "F25",
  times: { quick: 0, full: 1 },
  takesS: 45,
  world: { transport: "redis", proxied: ["ap", "eu", "us"] },
  async trouble(stage, world) {
    stage.fault("workers are 500 ms from Redis, each way");
    for (const proxy of world.proxies.values()) await proxy.order({ mode: "pass", latencyMs: 500 });
    await sleep(40_000);
    for (const proxy of world.proxies.values()) await proxy.order({ mode: "pass" });
  },
});

const backlog = repeated({
  name: "redis-backlog-of-workers",
  what: "batches that waited for workers are not probed when their time has passed",
  rows: "F27",
  times: { quick: 1, full: 4 },
  takesS: 28,
  world: { transport: "redis" },
  async trouble(stage, world) {
    stage.fault("all workers killed, and back after a while");
    for (const region of world.regions) await world.programs.get(region)?.kill("SIGKILL");
    await stage.waitBetween(12_000, 25_000);
    for (const region of world.regions) world.work(region);
  },
});

/** What nobody of ours would write. */
function rubbish(world: World): string[] {
  const row = world.tables()?.samples.findLast(({ outcome }) => outcome >= 200);
  const sample = {
    ...{ kind: "sampled", monitor: row?.monitor, region: row?.region, slot: row?.slot, version: "x" },
    startedAt: row?.slot,
    outcome: { kind: "status", status: 409 },
    totalMs: 5,
    phases: { dns: null, connect: 1, tls: null, firstByte: 2, body: 1 },
  };
  const entry = (changes: object) => JSON.stringify({ v: 1, results: [{ ...sample, ...changes }] });
  return [
    "{bad",
    "null",
    '{"v":99,"results":[]}',
    entry({ monitor: "nobody" }),
    entry({ slot: (row?.slot ?? 0) + 3_600_000 }),
    entry({ totalMs: -5 }),
    entry({ outcome: { kind: "status", status: "abc" } }),
    entry({ outcome: { kind: "status", status: 99 } }),
    entry({ slot: (row?.slot ?? 0) + 1 }),
    entry({ region: "../../etc" }),
    // Home already: the first sample stays.
    entry({}),
    "x".repeat(3_000_000),
  ];
}

const poisoned: Scenario = {
  name: "redis-poisoned",
  what: "jobs and entries that nobody of ours wrote hold up nothing and become no sample",
  rows: "F14, F28-F31",
  times: { quick: 1, full: 10 },
  perWorld: 5,
  takesS: 8,
  async run(stage, times) {
    const world = await stage.world({ transport: "redis", ill: 0 });
    await startAll(world);
    const queue = (part: string) => `statusquo:statusquo-jobs-eu:${part}`;
    for (let round = 0; round < times; round++) {
      for (const text of rubbish(world)) {
        stage.fault(`an entry of the stream: ${text.slice(0, 60)}`);
        await told(world, (client) => client.xadd("statusquo:results", "*", "results", text));
      }
      stage.fault("an entry of the stream without its field");
      await told(world, (client) => client.xadd("statusquo:results", "*", "other", "x"));
      const jobs = { bad: "{bad", future: '{"v":99,"id":"b-x","region":"eu","jobs":[]}', nothing: "null" };
      for (const [id, data] of Object.entries(jobs)) {
        stage.fault(`a job: ${data}`);
        await told(world, async (client) => {
          await client.hset(queue(`${id}-${round}`), { data, name: "probe", timestamp: 1, opts: "{}", priority: 0 });
          await client.lpush(queue("wait"), `${id}-${round}`);
        });
      }
      stage.fault("a job that is not there");
      await told(world, (client) => client.lpush(queue("wait"), `ghost-${round}`));
      stage.figure("samples of all after it, ms", await world.untilSampled());
    }
    await world.until("an empty stream", async () => {
      const length = await told(world, (client) => client.xlen("statusquo:results"));
      return length < 5;
    });
    await world.untilSampled();
    const active = await told(world, (client) => client.llen(queue("active")));
    stage.demand(active < 5, `${active} jobs stay active`);
    demandAllRunning(stage, world);
    await stage.judge(world, { redisLost: true });
  },
};

const trimmed = repeated({
  name: "redis-trimmed",
  what: "entries that somebody trimmed away while they were pending are missed, and hold up nothing",
  rows: "F32",
  times: { quick: 0, full: 5 },
  takesS: 14,
  world: { transport: "redis" },
  async trouble(stage, world) {
    stage.fault("server frozen for 7 s, the stream trimmed to 2 entries");
    world.programs.get("server")?.signal("SIGSTOP");
    await sleep(7_000);
    await told(world, (client) => client.xtrim("statusquo:results", "MAXLEN", 2));
    world.programs.get("server")?.signal("SIGCONT");
  },
  allowed: { redisLost: true },
});

const PASSWORD = "hunter2-hunter2";

const locked = repeated({
  name: "redis-password",
  what: "a Redis that suddenly wants a password is said, without any password, and is used again without it",
  rows: "F33",
  times: { quick: 0, full: 2 },
  takesS: 16,
  world: { transport: "redis" },
  async trouble(stage, world) {
    stage.fault("requirepass, and all connections closed");
    await told(world, async (client) => {
      await client.config("SET", "requirepass", PASSWORD);
      await client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    });
    await sleep(8_000);
    await told(world, (client) => client.config("SET", "requirepass", ""), PASSWORD);
  },
  after: (stage, world) => stage.demand(!world.log().includes(PASSWORD), "the password was printed"),
});

export const REDIS = [hung, apart, backlog, poisoned, emptied, flushed, full, evicting, storm, slow, trimmed, locked];
