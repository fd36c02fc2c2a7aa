/**
 * A region's end over Redis: takes batches from its queue, and sends the results home before it lets go of them.
 */
import { randomUUID } from "node:crypto";
import {
  type BatchHandler,
  type EpochMs,
  type Failpoint,
  type ProbeResult,
  type Region,
  StatusquoError,
  type WorkTransport,
} from "@statusquo/core";
import { type Job, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { answerBatch, missedBatch } from "./answer.ts";
import { REMEMBERED, REMEMBERED_FAILED } from "./bullmq-jobs.ts";
import { calm, said, type TransportLog } from "./log.ts";
import {
  checkRedis,
  connectPatient,
  hangUp,
  KEYS,
  keysUnder,
  quarantine,
  queueKey,
  queueName,
  type RedisKeys,
  serverTime,
  untilReady,
  within,
} from "./redis.ts";
import { askedIn, sendAnswer } from "./redis-answers.ts";
import { definitionsFinder } from "./redis-definitions.ts";
import { SAY_EVERY_MS, sayPresent } from "./redis-presence.ts";
import { sendResults } from "./redis-results.ts";
import { readBatch } from "./wire.ts";

export interface BullWorkOptions {
  redisUrl: string;
  log?: TransportLog;
  /** Under which everything lies in Redis, as the server's; default "statusquo". */
  prefix?: string;
  /** Batches under way at once, at most. How many probes run at once is the handler's business. */
  maxBatches?: number;
  /** How long `close` waits for batches that are under way while Redis is there to take their results. */
  closeWithinMs?: number;
  /** Told when batches wait and none is begun any more; ending the process, to be started anew, is the way out. */
  onStuck?: (why: string) => void;
  failpoint?: (point: Failpoint) => void;
}

/** A worker that has not renewed its hold on a batch for so long has lost it. */
const LOCK_MS = 15_000;
const STALLED_EVERY_MS = 5_000;
const CLOCK_EVERY_MS = 5_000;
/** Batches wait and none is begun for so long: fetching has stopped for good. */
const STUCK_AFTER_MS = 30_000;

/**
 * `serve` resolves once it has begun.
 *
 * @throws StatusquoError "redis_unreachable", "redis_unsuitable" or "setting_invalid", saying what to do
 */
export async function createBullWorkTransport(options: BullWorkOptions): Promise<WorkTransport> {
  const { redisUrl, maxBatches = 256, closeWithinMs = 10_000 } = options;
  const keys = options.prefix === undefined ? KEYS : keysUnder(options.prefix);
  const log = calm(options.log ?? (() => {}), () => performance.now());
  const address = await checkRedis(redisUrl);
  const client = connectPatient(redisUrl, "worker", log);
  await untilReady(client, address);

  const id = randomUUID();
  const find = definitionsFinder(client, keys, log);
  const clock = serverClock(client, keys);
  await clock.set();
  const workers = new Map<Region, Worker>();
  const underWay = new Set<Promise<void>>();
  /** When a batch was last begun, by region. */
  const begunAt = new Map<Region, number>();
  const stopping = new AbortController();
  let closing: Promise<void> | null = null;

  // Only while connected: a patient connection would keep these for later, when they are wrong.
  const whileConnected = (what: string, work: () => Promise<void>) => async () => {
    if (client.status !== "ready") return;
    try {
      await work();
    } catch (error) {
      if (!closing) log("warn", `${address}: ${what}: ${said(error)}`);
    }
  };
  const present = (left: boolean) =>
    Promise.all([...workers.keys()].map((region) => sayPresent(client, keys, region, id, clock.now(), left)));
  const watch = async () => {
    for (const [region, at] of begunAt) {
      if (underWay.size > 0 || performance.now() - at < STUCK_AFTER_MS) continue;
      const waiting = await client.llen(queueKey(region, "wait", keys));
      if (waiting === 0) begunAt.set(region, performance.now());
      else options.onStuck?.(`region ${region}: ${waiting} batches wait, and none was begun for ${STUCK_AFTER_MS} ms`);
    }
  };
  const timers = [
    setInterval(whileConnected("queue not watched", watch), STUCK_AFTER_MS / 2),
    setInterval(
      whileConnected("presence not said", async () => void (await present(false))),
      SAY_EVERY_MS,
    ),
    setInterval(
      whileConnected("time not read", () => clock.set()),
      CLOCK_EVERY_MS,
    ),
  ];

  /** What a batch becomes; a batch that cannot be read becomes nothing, and the server misses it after its grace. */
  const resultsOf = async (
    region: Region,
    data: unknown,
    handler: BatchHandler,
    isAsked: boolean,
  ): Promise<{ id: string; results: ProbeResult[] }> => {
    const read = readBatch(data);
    if (read.kind === "unreadable") {
      log("error", "a batch that cannot be read was put into quarantine", { why: read.unreadable.why });
      await quarantine(client, `batch for ${region}`, [read.unreadable], keys);
      return { id: "", results: [] };
    }
    const batch = isAsked ? { ...read.batch, asked: true as const } : read.batch;
    const { id } = batch;
    if (batch.region !== region) {
      const why = `region must be ${region}, got ${batch.region}`;
      log("error", "a batch of another region was put into quarantine", { why });
      await quarantine(client, `batch for ${region}`, [{ why, came: batch.id }], keys);
      return { id, results: [] };
    }
    if (read.kind === "unsupported") return { id, results: missedBatch(batch, "unsupported", read.why) };
    return { id, results: await answerBatch(batch, await find(batch.jobs), handler, clock.now, log) };
  };

  const carryOut = async (region: Region, data: unknown, handler: BatchHandler) => {
    begunAt.set(region, performance.now());
    const asked = askedIn(data);
    const work = (async () => {
      const { id, results } = await resultsOf(region, asked === undefined ? data : asked, handler, asked !== undefined);
      if (asked !== undefined) return sendAnswer(client, keys, id, results);
      await sendResults(client, keys, results, stopping.signal);
      options.failpoint?.("worker.after_xadd");
    })();
    const ended = work.then(
      () => {},
      () => {},
    );
    underWay.add(ended);
    ended.then(() => underWay.delete(ended));
    await work;
  };

  return {
    async serve(region, handler) {
      if (workers.has(region)) throw new StatusquoError("internal", `region ${region} is served already`);
      begunAt.set(region, performance.now());
      const worker = new Worker(queueName(region), (job: Job<unknown>) => carryOut(region, job.data, handler), {
        connection: client,
        prefix: keys.prefix,
        name: id,
        concurrency: maxBatches,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_EVERY_MS,
        // A batch whose worker died is past its time when that is noticed: the server has missed it by then.
        maxStalledCount: 0,
        removeOnComplete: REMEMBERED,
        removeOnFail: REMEMBERED_FAILED,
        runRetryDelay: 1_000,
        skipVersionCheck: true,
      });
      worker.on("error", (error) => {
        if (closing) return;
        log("warn", `region ${region}: ${said(error)}`);
        if (error instanceof SyntaxError) void removeUnparsable(client, keys, region, log);
      });
      worker.on("failed", (job, error) => log("error", "a batch failed", { batch: job?.id, why: said(error) }));
      worker.on("stalled", (batch) => log("error", "a batch was lost by its worker", { batch }));
      workers.set(region, worker);
      await worker.waitUntilReady();
      await present(false);
    },

    close() {
      closing ??= (async () => {
        for (const timer of timers) clearInterval(timer);
        await Promise.all([...workers.values()].map((worker) => worker.pause(true)));
        // Without Redis nothing that is under way can come home.
        const wait = client.status === "ready" ? closeWithinMs : 0;
        const ended = Promise.all(underWay);
        await within(ended, wait).catch(() => {
          if (underWay.size > 0) log("warn", "closed with batches under way", { batches: underWay.size });
        });
        const force = underWay.size > 0 || client.status !== "ready";
        if (!force) await within(present(true), 500).catch(() => {});
        stopping.abort();
        const closed = Promise.all([...workers.values()].map((worker) => worker.close(force)));
        await within(closed, 2_000).catch((error) => log("warn", `not closed in time: ${said(error)}`));
        await hangUp(client);
      })();
      return closing;
    },
  };
}

/** The server's clock as known here, carried on by a clock that nobody sets. */
function serverClock(client: Redis, keys: RedisKeys): { now(): EpochMs; set(): Promise<void> } {
  let offset = Date.now() - performance.now();
  return {
    now: () => offset + performance.now(),
    async set() {
      const asked = performance.now();
      const time = await serverTime(client, keys);
      offset = time - (asked + performance.now()) / 2;
    },
  };
}

/** BullMQ neither runs nor fails a job whose data is not JSON, so it would stay active for ever. */
async function removeUnparsable(client: Redis, keys: RedisKeys, region: Region, log: TransportLog): Promise<void> {
  try {
    for (const id of await client.lrange(queueKey(region, "active", keys), 0, -1)) {
      const data = await client.hget(queueKey(region, id, keys), "data");
      if (data === null || parses(data)) continue;
      await quarantine(client, `batch for ${region}`, [{ why: "is not JSON", came: data.slice(0, 200) }], keys);
      await client
        .multi()
        .lrem(queueKey(region, "active", keys), 0, id)
        .srem(queueKey(region, "stalled", keys), id)
        .del(queueKey(region, id, keys), `${queueKey(region, id, keys)}:lock`)
        .exec();
      log("error", "a batch that is not JSON was put into quarantine", { batch: id });
    }
  } catch (error) {
    log("warn", "a batch that is not JSON could not be removed", { why: said(error) });
  }
}

function parses(data: string): boolean {
  try {
    JSON.parse(data);
    return true;
  } catch {
    return false;
  }
}
