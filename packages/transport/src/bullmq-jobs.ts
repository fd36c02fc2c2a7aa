/**
 * The server's end over Redis: batches go out through one BullMQ queue per region, results come home over a stream.
 *
 * Redis may be away at any time. Then batches are refused at once, so that the scheduler can account for them, and the
 * server lives.
 */
import type { Clock, EpochMs, JobBatch, JobTransport, Offered, Region, RegionPresence } from "@statusquo/core";
import { Queue } from "bullmq";
import { calm, said, type TransportLog } from "./log.ts";
import {
  COMMAND_MS,
  checkRedis,
  connectQuick,
  hangUp,
  KEYS,
  keysUnder,
  pause,
  queueKey,
  queueName,
  untilReady,
  within,
} from "./redis.ts";
import { type Asked, answerKey } from "./redis-answers.ts";
import { definitionsBoard } from "./redis-definitions.ts";
import { readPresence } from "./redis-presence.ts";
import { resultsReader } from "./redis-results.ts";
import { readResults } from "./wire.ts";

export interface BullJobOptions {
  redisUrl: string;
  /** The server's clock; workers go by it. */
  clock: Pick<Clock, "now">;
  log?: TransportLog;
  /** Under which everything lies in Redis; default "statusquo". */
  prefix?: string;
  /** Batches of one region that wait for a worker, at most. */
  maxWaiting?: number;
  /** Entries of results that wait to be recorded, at most; beyond it no batch is taken. */
  maxUnrecorded?: number;
}

/** How often Redis is asked whether it is there, told the time, and given again what it lost. */
const BEAT_MS = 1_000;
/** Workers forget a server's clock that was not renewed for so long, and go by that of Redis. */
const CLOCK_KEPT_MS = 60_000;
/** A queue's length is asked again after so long; in between it is counted. */
const LENGTH_KEPT_MS = 500;
const CLOSE_MS = 1_000;
/** How often an answer is looked for while somebody waits. */
const LOOK_EVERY_MS = 100;
const FORGOTTEN = { removeOnComplete: true, removeOnFail: true };

/** Finished ids are remembered for three minutes, which is what recognises a batch offered twice. */
export const REMEMBERED = { age: 180, count: 5_000 };
export const REMEMBERED_FAILED = { age: 180, count: 1_000 };

/**
 * `receive` resolves once it has begun. `publish` resolves also while Redis is away: it is made up for when Redis is
 * back, and until then no batch is taken. `presence` without Redis tells what was last known, with no workers.
 * `drained` rejects as "redis_unreachable" when Redis is away for long.
 *
 * @throws StatusquoError "redis_unreachable", "redis_unsuitable" or "setting_invalid", saying what to do
 */
export async function createBullJobTransport(options: BullJobOptions): Promise<JobTransport> {
  const { redisUrl, clock, maxWaiting = 300, maxUnrecorded = 5_000 } = options;
  const keys = options.prefix === undefined ? KEYS : keysUnder(options.prefix);
  const log = calm(options.log ?? (() => {}), () => performance.now());
  const address = await checkRedis(redisUrl);
  const client = connectQuick(redisUrl, "server", log);
  const reading = connectQuick(redisUrl, "server-results", log);
  await Promise.all([untilReady(client, address), untilReady(reading, address)]);

  const board = definitionsBoard(client, keys);
  const reader = resultsReader(reading, keys, address, clock.now, log);
  const queues = new Map<Region, OutQueue>();
  let lastPresence: RegionPresence[] = [];
  let away: string | null = null;
  let closing: Promise<void> | null = null;
  let beating = false;

  const beat = async () => {
    if (beating) return;
    beating = true;
    try {
      const wasAway = away !== null;
      const [seconds, micros] = await client.time();
      const redisNow = Number(seconds) * 1_000 + Number(micros) / 1_000;
      await client.set(keys.clock, Math.round(clock.now() - redisNow), "PX", CLOCK_KEPT_MS);
      if (!board.complete || wasAway || !(await board.stands())) await board.restore();
      if (wasAway) log("info", `${address}: back`);
      away = null;
    } catch (error) {
      away = said(error);
      log("warn", `${address}: away; batches are refused`, { why: away });
    } finally {
      beating = false;
    }
  };
  const beats = setInterval(beat, BEAT_MS);
  client.on("close", () => {
    away ??= "the connection is gone";
  });
  client.on("ready", beat);
  await beat();

  const queueOf = (region: Region): OutQueue => {
    let known = queues.get(region);
    if (known === undefined) {
      const queue = new Queue(queueName(region), {
        connection: client,
        prefix: keys.prefix,
        skipVersionCheck: true,
        streams: { events: { maxLen: 100 } },
        defaultJobOptions: { attempts: 1, removeOnComplete: REMEMBERED, removeOnFail: REMEMBERED_FAILED },
      });
      queue.on("error", (error) => log("warn", `${address}: ${said(error)}`));
      known = { queue, length: 0, lengthAt: Number.NEGATIVE_INFINITY };
      queues.set(region, known);
    }
    return known;
  };

  const waitingIn = async (region: Region, out: OutQueue): Promise<number> => {
    if (performance.now() - out.lengthAt > LENGTH_KEPT_MS) {
      out.length = await client.llen(queueKey(region, "wait", keys));
      out.lengthAt = performance.now();
    }
    return out.length;
  };

  // The stream is never trimmed, so what cannot be recorded (a full disk, say) must not be asked for either.
  let unrecorded = { entries: 0, at: Number.NEGATIVE_INFINITY };
  const waitToBeRecorded = async (): Promise<number> => {
    if (performance.now() - unrecorded.at > LENGTH_KEPT_MS)
      unrecorded = { entries: await client.xlen(keys.results), at: performance.now() };
    return unrecorded.entries;
  };

  const add = async (batch: JobBatch): Promise<Offered> => {
    if (away !== null) return refused(`${address}: ${away}`);
    if (!/^[a-z][^:]*$/i.test(batch.id)) return refused(`a batch's id must begin with a letter and have no ":"`);
    if (!board.complete) return refused(`${address}: definitions are not published yet`);
    const out = queueOf(batch.region);
    const waiting = await waitingIn(batch.region, out);
    if (waiting >= maxWaiting) return refused(`region ${batch.region} has ${waiting} batches waiting`);
    const held = await waitToBeRecorded();
    if (held >= maxUnrecorded) return refused(`${held} entries of results are waiting to be recorded`);
    out.length++;
    // BullMQ waits for a connection that is not ready, for however long that takes.
    await within(out.queue.add("probe", batch, { jobId: batch.id }), COMMAND_MS + 500);
    return { kind: "taken" };
  };

  const hasWorkers = async (region: Region): Promise<boolean> =>
    (await readPresence(client, keys, clock.now())).some((each) => each.region === region && each.workers > 0);

  return {
    async publish(monitors) {
      try {
        await board.put(monitors);
      } catch (error) {
        log("warn", `${address}: definitions not published yet; no batch is taken before they are`, {
          why: said(error),
        });
      }
    },

    async offer(batch) {
      if (closing) return refused("the transport is closing");
      try {
        return await add(batch);
      } catch (error) {
        // A command that timed out may still be carried out: then the sample comes home and outranks what was missed.
        return refused(`${address}: ${said(error)}`);
      }
    },

    async ask(batch, withinMs) {
      try {
        const until = performance.now() + withinMs;
        if (closing || away !== null || !(await hasWorkers(batch.region))) return null;
        // Not as a batch that comes home: a worker that cannot answer so puts it into quarantine, and no row is made.
        const asked: Asked = { asked: batch };
        const added = queueOf(batch.region).queue.add("ask", asked, { jobId: batch.id, lifo: true, ...FORGOTTEN });
        await within(added, COMMAND_MS + 500);
        while (!closing && performance.now() < until) {
          const text = await client.getdel(answerKey(keys, batch.id));
          if (text !== null) return readResults(text, clock.now()).results;
          await pause(LOOK_EVERY_MS);
        }
      } catch (error) {
        log("warn", `${address}: a probe that was asked for failed`, { why: said(error) });
      }
      return null;
    },

    async receive(record) {
      reader.start(record);
    },

    drained: () => reader.drained(),

    async presence() {
      try {
        const now = await readPresence(client, keys, clock.now());
        // A Redis that lost everything does not make us forget when a region was last heard of.
        const lost = lastPresence.filter(({ region }) => !now.some((presence) => presence.region === region));
        lastPresence = [...now, ...lost.map((presence) => ({ ...presence, workers: 0 }))];
        return lastPresence;
      } catch (error) {
        log("warn", `${address}: who serves the regions cannot be read`, { why: said(error) });
        return lastPresence.map((presence) => ({ ...presence, workers: 0 }));
      }
    },

    close() {
      closing ??= (async () => {
        clearInterval(beats);
        await reader.stop();
        const closed = Promise.all([...queues.values()].map(({ queue }) => queue.close()));
        await within(closed, CLOSE_MS).catch(() => {});
        await hangUp(client);
      })();
      return closing;
    },
  };
}

interface OutQueue {
  queue: Queue<JobBatch | Asked>;
  /** Batches waiting when last asked, and those added since. */
  length: number;
  lengthAt: EpochMs;
}

function refused(why: string): Offered {
  return { kind: "refused", why };
}
