/**
 * One world: a target, a mailbox, a webhook and somebody who asks whether the server is ready, each a process with a
 * ledger; perhaps a Redis with a tap on it; and the real programs between them.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startRedis, type TestRedis } from "../../packages/transport/src/testing/index.ts";
import type { HeartbeatOrder } from "./actors/heartbeat.ts";
import type { MailOrder } from "./actors/mail.ts";
import type { ProxyOrder } from "./actors/proxy.ts";
import type { SlackOrder } from "./actors/slack.ts";
import type { TargetOrder } from "./actors/target.ts";
import { definitionsOf, type Shape } from "./definitions.ts";
import {
  type HeartbeatEvent,
  type MessageEvent,
  type ReadinessEvent,
  type RedisEvent,
  readLedger,
  type TargetEvent,
} from "./ledger.ts";
import { type Actor, type Program, startActor, startProgram } from "./processes.ts";
import { sampledAfter, type Tables, tablesOf } from "./tables.ts";

export const ROOT = resolve(import.meta.dirname, "../..");
/** What must stay where it is: a secret that only the target may see. */
export const CANARY = "canary-7f3a91c2d5e84b60";

export interface WorldOptions extends Partial<Shape> {
  /** `redis` runs a server and a worker for each region; `embedded` one process. */
  transport: "embedded" | "redis";
  /** Of redis.conf. */
  redis?: Record<string, string>;
  /** Regions whose worker reaches Redis through a proxy; `server` for the server. */
  proxied?: string[];
  /** The source tree whose programs are started. */
  tree?: string;
  /** Where the data folder is instead of inside the world's own folder. */
  data?: string;
}

export interface World {
  options: WorldOptions;
  folder: string;
  config: string;
  data: string;
  regions: string[];
  monitors: string[];
  redis: TestRedis | null;
  proxies: Map<string, Actor<ProxyOrder>>;
  target: Actor<TargetOrder>;
  mail: Actor<MailOrder>;
  slack: Actor<SlackOrder>;
  heartbeat: Actor<HeartbeatOrder>;
  readiness: Actor<{ url: string | null }>;
  /** Programs by name: `server`, and a worker under its region's name. */
  programs: Map<string, Program>;
  /** Address of the server, once it listens. */
  url: string;
  /** Begins the server, and resolves when it listens. */
  serve(extra?: Extra): Promise<Program>;
  /** Begins the server, and does not wait. */
  spawnServer(extra?: Extra): Program;
  work(region: string, extra?: Extra): Program;
  asked(): (TargetEvent & { at: number })[];
  messages(): (MessageEvent & { at: number; channel: string })[];
  added(): (RedisEvent & { at: number })[];
  beats(): (HeartbeatEvent & { at: number })[];
  readinesses(): (ReadinessEvent & { at: number })[];
  /** A read-only look at the database; null as long as there is none. */
  tables(): Tables | null;
  /** Resolves when `holds` does; it is asked five times a second. Rejects after so many looks, naming what never came. */
  until(what: string, holds: () => boolean | Promise<boolean>, looks?: number): Promise<void>;
  /** Waits until every monitor and region was sampled for a slot after `since`. Returns how long that took, ms. */
  untilSampled(since?: number, regions?: string[]): Promise<number>;
  /** How long after `since` a first sample of a later slot was committed, ms; null when nothing runs that could. */
  firstSample(since: number): Promise<number | null>;
  /** Everything printed by programs. */
  log(): string;
  close(): Promise<void>;
}

export interface Extra {
  env?: NodeJS.ProcessEnv;
  /** Put before the command, as `strace -f …`. */
  before?: string[];
  args?: string[];
  name?: string;
  /** Another source tree than the world's. */
  tree?: string;
  /** Printed into a pipe that somebody else reads, and may stop reading. */
  fifo?: boolean;
}

const LOOK_EVERY_MS = 200;
/**
 * A machine under load takes its time; only what never comes is a fault. So patience is counted in looks, which a
 * machine under load delays as it delays all else: three minutes where nothing does.
 */
const PATIENCE_LOOKS = 900;

export async function startWorld(options: WorldOptions): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-faults-"));
  const tree = options.tree ?? ROOT;
  const file = (name: string) => join(folder, name);
  const data = options.data ?? file("data");
  mkdirSync(data, { recursive: true });
  const closing: (() => Promise<void>)[] = [];
  const begun = async <Order>(name: string, ledger: string, args: string[] = []) => {
    const actor = await startActor<Order>(name, file(`${ledger}.ndjson`), args);
    writeFileSync(actor.ledger, "", { flag: "a" });
    closing.push(() => actor.end());
    return actor;
  };
  const [target, mail, slack, readiness, heartbeat] = await Promise.all([
    begun<TargetOrder>("target", "target", options.targetHosts ? ["0.0.0.0"] : []),
    begun<MailOrder>("mail", "mail"),
    begun<SlackOrder>("slack", "slack"),
    begun<{ url: string | null }>("readiness", "readiness"),
    begun<HeartbeatOrder>("heartbeat", "heartbeat"),
  ]);
  const redis = options.transport === "redis" ? await startRedis({ appendonly: "yes", ...options.redis }) : null;
  if (redis) closing.push(() => redis.close());
  const tap = redis && (await begun("redis-tap", "redis", [`${redis.port}`]));
  const proxies = new Map<string, Actor<ProxyOrder>>();
  for (const name of options.proxied ?? [])
    proxies.set(name, await begun<ProxyOrder>("proxy", `proxy-${name}`, [`${redis?.port}`]));

  const shape: Shape = {
    ...{ regions: ["ap", "eu", "us"], healthy: 4, ill: 1, mailTo: ["team@example.com"], targetHosts: ["127.0.0.1"] },
    ...options,
  };
  const { text, monitors } = definitionsOf(shape, {
    ...{ target: target.port, mail: mail.port, slack: slack.port, heartbeat: heartbeat.port },
  });
  const config = file("statusquo.yaml");
  writeFileSync(config, text);
  const log = file("programs.log");
  writeFileSync(log, "");

  const database = join(data, "statusquo.db");
  const programs = new Map<string, Program>();
  const redisUrlOf = (name: string) => redis && `redis://127.0.0.1:${proxies.get(name)?.port ?? redis.port}`;
  let pipes = 0;
  const begin = (name: string, command: string[], { env, before = [], args = [], fifo = false }: Extra = {}) => {
    const url = redisUrlOf(name);
    const given = {
      PATH: process.env.PATH,
      HOME: folder,
      ORDERS_TOKEN: CANARY,
      ...(url && { REDIS_URL: url }),
      ...env,
    };
    const pipe = fifo ? file(`pipe-${pipes++}`) : null;
    const program = startProgram(name, [...before, process.execPath, ...command, ...args], given, log, pipe);
    programs.set(name, program);
    closing.push(async () => {
      program.signal("SIGKILL");
      await program.ended;
    });
    return program;
  };
  const world: World = {
    ...{ options, folder, config, data, redis, proxies, target, mail, slack, heartbeat, readiness },
    ...{ programs, monitors },
    regions: shape.regions,
    url: "",
    spawnServer: (extra) =>
      begin(
        extra?.name ?? "server",
        [
          join(extra?.tree ?? tree, "apps/server/bin/statusquo.mjs"),
          "serve",
          "--config",
          config,
          "--data",
          data,
          "--port",
          "0",
        ],
        extra,
      ),
    async serve(extra) {
      const server = world.spawnServer(extra);
      world.url = await server.says(/Dashboard\s+(http:\S+)/);
      await readiness.order({ url: world.url });
      return server;
    },
    work: (region, extra) =>
      begin(
        extra?.name ?? region,
        [join(extra?.tree ?? tree, "apps/worker/bin/statusquo-worker.mjs"), "--region", region],
        extra,
      ),
    asked: () => readLedger<TargetEvent>(target.ledger),
    messages: () =>
      [mail, slack].flatMap((sink, index) =>
        readLedger<MessageEvent>(sink.ledger).map((event) => ({ ...event, channel: index === 0 ? "team" : "oncall" })),
      ),
    added: () => (tap ? readLedger<RedisEvent>(tap.ledger) : []),
    beats: () => readLedger<HeartbeatEvent>(heartbeat.ledger),
    readinesses: () => readLedger<ReadinessEvent>(readiness.ledger),
    tables: () => tablesOf(database),
    async until(what, holds, looks = PATIENCE_LOOKS) {
      for (let left = looks; !(await holds()); left--) {
        if (left === 0) throw new Error(`never came: ${what}`);
        await sleep(LOOK_EVERY_MS);
      }
    },
    async untilSampled(since = Date.now(), regions = shape.regions) {
      await world.until(`samples of every monitor from ${regions.join(", ")}`, () => {
        const seen = sampledAfter(database, since);
        return monitors.every((monitor) => regions.every((region) => seen.has(`${monitor}/${region}`)));
      });
      return Date.now() - since;
    },
    async firstSample(since) {
      while (sampledAfter(database, since).size === 0) {
        if (![...programs.values()].some((program) => program.running())) return null;
        await sleep(LOOK_EVERY_MS / 2);
      }
      return Date.now() - since;
    },
    log: () => (existsSync(log) ? readFileSync(log, "utf8") : ""),
    async close() {
      for (const part of closing.splice(0).reverse()) await part();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}

/** Starts server and, over Redis, a worker for every region; resolves when all were sampled once. */
export async function startAll(world: World): Promise<void> {
  await world.serve();
  if (world.redis) for (const region of world.regions) world.work(region);
  await world.untilSampled(0);
}
