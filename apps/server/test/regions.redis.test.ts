import { findRedis, startRedis } from "@statusquo/transport/testing";
import { expect, type TestContext, test } from "vitest";
import { startServerProgram, startWorkerProgram, startWorld } from "./process.ts";

// What docker-compose.yml runs, by hand on one machine: a Redis, the server, and a worker for each of three regions.
const REGIONS = ["ap-south", "eu-west", "us-east"];
const options = { timeout: 90_000 };
const found = findRedis();
const here = found.kind === "none" ? test.skip : test.concurrent;
if (found.kind === "none") console.log(`skipped: server and workers over Redis: ${found.reason}`);

async function startAll(context: TestContext) {
  const redis = await startRedis({ appendonly: "yes", "maxmemory-policy": "noeviction" });
  const env = { REDIS_URL: redis.url };
  const world = await startWorld(context, REGIONS);
  const serve = () =>
    startServerProgram(context, ["serve", "--config", world.config, "--data", world.data, "--port", "0"], env);
  const work = (region: string) => startWorkerProgram(context, ["--region", region], env);
  const server = serve();
  const workers = new Map(REGIONS.map((region) => [region, work(region)]));
  // Registered last, so it runs after the programs were killed and Redis goes last.
  context.onTestFinished(() => redis.close());
  const url = await server.says(/Dashboard\s+(http:\S+)/);
  const sampledIn = (region: string, since = 0) =>
    world.rows().filter((row) => row.region === region && row.state === "sampled" && row.slot >= since).length;
  return { redis, world, server, serve, workers, work, url, sampledIn };
}

here(
  "three workers probe for one server, and a spike of 409s seen by all of them is told by Slack and mail",
  options,
  async (context) => {
    const { world, server, workers, sampledIn, url } = await startAll(context);
    await world.until(
      "a sample from every region",
      () => world.asked.length >= 3 && REGIONS.every((region) => sampledIn(region) > 0),
    );
    world.status = 409;
    await world.until("Slack and mail", () => world.slacks().length > 0 && world.mails().length > 0);
    expect(world.mails()).toHaveLength(1);
    expect(world.mails()[0]).toMatch(/Subject: \[409\]/);
    const incidents = await (await fetch(`${url}/api/v1/incidents`)).json();
    expect(incidents).toMatchObject({ incidents: [{ state: "open", code: 409 }] });
    for (const worker of workers.values()) expect(await worker.kill("SIGTERM")).toEqual({ code: 0, signal: null });
    expect(await server.kill("SIGTERM")).toEqual({ code: 0, signal: null });
    const keys = world.rows().map(({ slot, region }) => `${slot} ${region}`);
    expect(new Set(keys).size).toBe(keys.length);
  },
);

here(
  "a probe asked for now is made by the region's worker, shown with its evidence, and makes no row",
  options,
  async (context) => {
    const { world, sampledIn, workers, url } = await startAll(context);
    await world.until("a sample from every region", () => REGIONS.every((region) => sampledIn(region) > 0));
    world.status = 418;
    const probe = async (region: string) => {
      const init = {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ region }),
      };
      const answer = await fetch(`${url}/api/v1/monitors/orders/probe`, init);
      return { status: answer.status, body: await answer.json() };
    };
    const asking = probe("us-east");
    await world.until("it was asked", () => world.asked.some(({ status }) => status === 418));
    world.status = 200;
    const evidence = { response: { status: 418, body: '{"title":"already exists"}' } };
    expect(await asking).toMatchObject({ status: 200, body: { region: "us-east", code: 418, evidence } });
    const after = Date.now();
    await world.until("slots went on", () => sampledIn("us-east", after) > 0);
    await workers.get("us-east")?.kill("SIGTERM");
    expect(await probe("us-east")).toMatchObject({ status: 409, body: { conflict: { current: "no worker answers" } } });
    const keys = world.rows().map(({ slot, region }) => `${slot} ${region}`);
    expect(new Set(keys).size).toBe(keys.length);
  },
);

here(
  "a worker killed with -9 costs its own region's slots only, as missed, and a new one takes its place",
  options,
  async (context) => {
    const { world, workers, work, sampledIn } = await startAll(context);
    await world.until("a sample from every region", () => REGIONS.every((region) => sampledIn(region) > 0));
    await workers.get("eu-west")?.kill("SIGKILL");
    const killedAt = Date.now();
    await world.until(
      "others go on, the lost slot is missed",
      () =>
        sampledIn("us-east", killedAt) >= 2 &&
        world.rows().some((row) => row.region === "eu-west" && row.slot >= killedAt && row.state === "missed"),
    );
    const back = Date.now();
    work("eu-west");
    await world.until("the region is back", () => sampledIn("eu-west", back) > 0);
    expect(world.slacks()).toEqual([]);
    expect(world.mails()).toEqual([]);
  },
);

here(
  "a server killed with -9 finds what its workers brought meanwhile, and Redis lost and back loses no committed sample",
  options,
  async (context) => {
    const { redis, world, server, serve, sampledIn } = await startAll(context);
    await world.until("a sample from every region", () => REGIONS.every((region) => sampledIn(region) > 0));
    const before = world.rows();
    await server.kill("SIGKILL");
    const next = serve();
    await next.says(/Dashboard/);
    await redis.restart();
    const back = Date.now();
    await world.until("samples after Redis is back", () => REGIONS.every((region) => sampledIn(region, back) > 0));
    const after = world.rows();
    for (const row of before) expect(after).toContainEqual(row);
    const slots = [...new Set(after.map(({ slot }) => slot))].sort((a, b) => a - b);
    expect(slots.at(-1)! - slots[0]!).toBe((slots.length - 1) * 5_000);
    expect(world.mails()).toEqual([]);
  },
);
