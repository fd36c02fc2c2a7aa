/**
 * Results come home over a Redis stream, and an entry is acknowledged only after it was recorded.
 *
 * The stream is never trimmed: an entry leaves it because it was recorded, or because it could not be read and lies in
 * quarantine. One reader at a time, always under the same name, so that what a dead one left pending is read again by
 * the next.
 */
import { performance } from "node:perf_hooks";
import type { EpochMs, ProbeResult } from "@statusquo/core";
import type { Redis } from "ioredis";
import { handOver, type Parcel } from "./handover.ts";
import { said, type TransportLog } from "./log.ts";
import { pause, quarantine, type RedisKeys, unreachable, within } from "./redis.ts";
import { readResults, writeResults } from "./wire.ts";

const GROUP = "server";
const CONSUMER = "server";
const FIELD = "results";

/** Entries per read: each at most about 1 MiB. */
const AT_ONCE = 20;
/** Blocks this long for the next entry; below what a command may take. */
const BLOCK_MS = 1_000;
/** After a read that was not full, waits this long: one transaction for many. */
const GATHER_MS = 25;
/** Entries kept for handing over again; with so many, no more are read. */
const MAX_KEPT = 64;
const AGAIN_MS = 500;
const LONGEST_BACKOFF_MS = 2_000;
const SEND_TRIES = 30;
const SEND_AGAIN_MS = 1_000;
/** How long closing waits for a round to end. */
const ROUND_MS = 2_500;
/** Who waits for `drained` is told after so long without Redis. */
const PATIENCE_MS = 10_000;

/**
 * Sends results home. They are home when this resolves; some may be home twice, which their reader does not mind.
 *
 * @throws when Redis would not take them for half a minute, because its memory is full
 */
export async function sendResults(
  client: Redis,
  keys: RedisKeys,
  results: readonly ProbeResult[],
  signal: AbortSignal,
): Promise<void> {
  const texts = writeResults(results);
  if (texts.length === 0) return;
  for (let tries = 1; ; tries++) {
    const pipeline = client.pipeline();
    for (const text of texts) pipeline.xadd(keys.results, "*", FIELD, text);
    const error = ((await pipeline.exec()) ?? []).find(([error]) => error !== null)?.[0];
    if (!error) return;
    if (tries === SEND_TRIES || signal.aborted) throw error;
    await pause(SEND_AGAIN_MS, signal);
  }
}

export interface ResultsReader {
  start(record: (results: ProbeResult[]) => void): void;
  drained(): Promise<void>;
  stop(): Promise<void>;
}

interface Entry extends Parcel {
  id: string;
}

type Reply = [key: string, entries: [id: string, fields: string[] | null][]][] | null;

export function resultsReader(
  client: Redis,
  keys: RedisKeys,
  address: string,
  now: () => EpochMs,
  log: TransportLog,
): ResultsReader {
  const stopping = new AbortController();
  const { signal } = stopping;
  /** Read and not recorded. */
  const kept = new Map<string, Entry>();
  /** Recorded and not yet acknowledged. */
  const recorded = new Set<string>();
  const drains: { until: string; resolve: () => void; reject: (error: Error) => void }[] = [];
  let running: Promise<void> | null = null;
  let againAt = 0;
  let blocking = false;

  /** @param after `>` for what nobody was given, else the id after which our own pending entries are read again */
  const read = async (after: string): Promise<[id: string, fields: string[] | null][]> => {
    const options = ["GROUP", GROUP, CONSUMER, "COUNT", AT_ONCE] as const;
    const wait = after === ">" && kept.size === 0;
    blocking = wait;
    try {
      const reply = wait
        ? await client.xreadgroup(...options, "BLOCK", BLOCK_MS, "STREAMS", keys.results, after)
        : await client.xreadgroup(...options, "STREAMS", keys.results, after);
      return (reply as Reply)?.[0]?.[1] ?? [];
    } finally {
      blocking = false;
    }
  };

  /** Entries as parcels. What cannot be read goes to quarantine; what holds nothing more is settled at once. */
  const unpack = async (read: [id: string, fields: string[] | null][]): Promise<Entry[]> => {
    const entries: Entry[] = [];
    for (const [id, fields] of read) {
      if (kept.has(id) || recorded.has(id)) continue;
      if (fields === null) {
        log("error", "results were removed from the stream before they were recorded", { entry: id });
        recorded.add(id);
        continue;
      }
      const at = fields.findIndex((field, index) => index % 2 === 0 && field === FIELD);
      const { results, unreadable } = readResults(at < 0 ? undefined : fields[at + 1], now());
      if (unreadable.length > 0) {
        await quarantine(client, `result entry ${id}`, unreadable, keys);
        log("error", "results that cannot be read were put into quarantine", { entry: id, why: unreadable[0]?.why });
      }
      if (results.length > 0) entries.push({ id, results });
      else recorded.add(id);
    }
    return entries;
  };

  const acknowledge = async () => {
    const ids = [...recorded];
    if (ids.length === 0) return;
    const replies = await client
      .multi()
      .xack(keys.results, GROUP, ...ids)
      .xdel(keys.results, ...ids)
      .exec();
    for (const [error] of replies ?? []) if (error) throw error;
    for (const id of ids) recorded.delete(id);
  };

  const settleDrains = async () => {
    for (const drain of [...drains]) {
      const left = await client.xrange(keys.results, "-", drain.until, "COUNT", 1);
      if (left.length > 0) continue;
      drains.splice(drains.indexOf(drain), 1);
      drain.resolve();
    }
  };
  const failDrains = (why: string) => {
    for (const drain of drains.splice(0)) drain.reject(unreachable(address, why));
  };

  const round = async (after: string, record: (results: ProbeResult[]) => void): Promise<string> => {
    const mayRead = kept.size < MAX_KEPT;
    const entries = mayRead ? await read(after) : [];
    if (signal.aborted) return after;
    const fresh = await unpack(entries);
    const again = performance.now() >= againAt ? [...kept.values()] : [];
    const handed = handOver([...again, ...fresh], record);
    for (const { id } of handed.recorded) {
      kept.delete(id);
      recorded.add(id);
    }
    for (const entry of handed.kept) kept.set(entry.id, entry);
    if (handed.kept.length > 0) {
      againAt = performance.now() + AGAIN_MS;
      const results = handed.kept.reduce((sum, entry) => sum + entry.results.length, 0);
      log("error", "results could not be recorded; they stay in Redis and are handed over again", {
        results,
        error: said(handed.error),
      });
    }
    await acknowledge();
    if (drains.length > 0) await settleDrains();
    if (!mayRead || (kept.size > 0 && fresh.length === 0)) await pause(AGAIN_MS / 4, signal);
    else if (after === ">" && entries.length > 0 && entries.length < AT_ONCE) await pause(GATHER_MS, signal);
    if (!mayRead || after === ">") return after;
    return entries.at(-1)?.[0] ?? ">";
  };

  const run = async (record: (results: ProbeResult[]) => void) => {
    // What was given to an earlier reader, or to us on a connection that broke, comes first.
    let after = "0";
    let grouped = false;
    let failures = 0;
    let failingSince: number | null = null;
    while (!signal.aborted) {
      try {
        if (!grouped) await makeGroup(client, keys);
        grouped = true;
        after = await round(after, record);
        failures = 0;
        failingSince = null;
      } catch (error) {
        if (signal.aborted) break;
        const why = said(error);
        grouped = !why.startsWith("NOGROUP");
        log("warn", grouped ? "results cannot be read; trying again" : "Redis lost the stream of results", { why });
        after = "0";
        failingSince ??= performance.now();
        if (performance.now() - failingSince > PATIENCE_MS) failDrains(why);
        if (grouped) await pause(Math.min(100 * 2 ** failures++, LONGEST_BACKOFF_MS), signal);
      }
    }
  };

  return {
    start(record) {
      running ??= run(record);
    },
    async drained() {
      let newest: string | undefined;
      try {
        newest = (await client.xrevrange(keys.results, "+", "-", "COUNT", 1))[0]?.[0];
      } catch (error) {
        throw unreachable(address, said(error));
      }
      if (newest === undefined) return;
      const until = newest;
      await new Promise<void>((resolve, reject) => drains.push({ until, resolve, reject }));
    },
    async stop() {
      stopping.abort();
      // A round that is recording ends with its acknowledgement; one that only waits is cut short.
      if (!blocking && running) await within(running, ROUND_MS).catch(() => {});
      client.disconnect();
      await running;
      failDrains("the transport was closed before the results were recorded");
    },
  };
}

async function makeGroup(client: Redis, keys: RedisKeys): Promise<void> {
  try {
    // From the beginning: what workers sent before this group was made is to be read too.
    await client.xgroup("CREATE", keys.results, GROUP, "0", "MKSTREAM");
  } catch (error) {
    if (!said(error).startsWith("BUSYGROUP")) throw error;
  }
}
