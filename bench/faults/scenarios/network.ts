/** A region whose own network is away, while its way to Redis stands. */
import { spawnSync } from "node:child_process";
import type { Scenario } from "../scenario.ts";
import type { World } from "../world.ts";
import { slandered } from "./worker.ts";

const ip = (...args: string[]) => spawnSync("ip", args, { encoding: "utf8" });

/** So many addresses of the host are targets: a region is blind when it fails at several. */
const TARGETS = [2, 3, 4, 5, 6, 7];

/** A namespace of its own with addresses of the host to talk to: one for Redis, the others for targets. */
function startNetwork(number: number) {
  const name = `faults-${process.pid}-${number}`;
  const [near, far] = [`fa${process.pid}n${number}`.slice(-15), `fb${process.pid}n${number}`.slice(-15)];
  const net = `10.213.${number}`;
  const must = (...args: string[]) => {
    const { status, stderr } = ip(...args);
    if (status !== 0) throw new Error(`ip ${args.join(" ")}: ${stderr}`);
  };
  must("netns", "add", name);
  must("link", "add", near, "type", "veth", "peer", "name", far);
  must("link", "set", far, "netns", name);
  for (const host of [1, ...TARGETS]) must("address", "add", `${net}.${host}/24`, "dev", near);
  must("link", "set", near, "up");
  const inside = (...args: string[]) => must("-n", name, ...args);
  inside("address", "add", `${net}.9/24`, "dev", far);
  inside("link", "set", far, "up");
  inside("link", "set", "lo", "up");
  return {
    before: ["ip", "netns", "exec", name],
    redisHost: `${net}.1`,
    targetHosts: TARGETS.map((host) => `${net}.${host}`),
    cut() {
      for (const host of TARGETS) inside("route", "add", "unreachable", `${net}.${host}/32`);
    },
    mend() {
      for (const host of TARGETS) inside("route", "del", "unreachable", `${net}.${host}/32`);
    },
    close() {
      ip("link", "del", near);
      ip("netns", "del", name);
    },
  };
}

const lacks = () => {
  const name = `faults-${process.pid}-try`;
  const made = ip("netns", "add", name).status === 0;
  if (made) ip("netns", "del", name);
  return made ? null : "no network namespace may be made here (root, CAP_NET_ADMIN and iproute2 are needed)";
};

const cutOff: Scenario = {
  name: "network-of-a-region-away",
  what: "a region that reaches nothing any more while the others do is told to be blind, and no target is blamed",
  rows: "F66, P4",
  times: { quick: 0, full: 3 },
  perWorld: 3,
  takesS: 60,
  lacks,
  async run(stage, times) {
    const network = startNetwork(stage.dice.between(1, 250));
    try {
      const world = await stage.world({
        ...{ transport: "redis", healthy: 6, ill: 0, targetHosts: network.targetHosts },
        redis: { bind: "0.0.0.0", "protected-mode": "no" },
      });
      await world.serve();
      const env = { REDIS_URL: `redis://${network.redisHost}:${world.redis?.port}` };
      for (const region of world.regions) world.work(region, region === "eu" ? { before: network.before, env } : {});
      await world.untilSampled(0);
      // What is usual has to be known before anything can be unusual: six slots.
      await world.untilSampled(Date.now() + 30_000);
      for (let round = 0; round < times; round++) {
        stage.fault("nothing but Redis can be reached from eu");
        const before = told(world).length;
        network.cut();
        await world.until("word that eu is blind", () => told(world).length > before);
        stage.figure("samples of eu that failed while it was cut off", slandered(world).length);
        network.mend();
        await world.untilSampled();
        const isOver = () => told(world).every(({ resolved }) => resolved);
        await world.until("word that eu sees again", isOver);
      }
      stage.demand(
        told(world).every(({ subject }) => subject === "eu"),
        "another region was called blind",
      );
      await stage.judge(world);
      await world.close();
    } finally {
      network.close();
    }
  },
};

const told = (world: World) => (world.tables()?.internal ?? []).filter(({ kind }) => kind === "region_blind");

export const NETWORK = [cutOff];
