/**
 * Redis: how this package connects, and what it asks of the server before it relies on it.
 *
 * An address is only ever printed without its credentials, and of an error only its message: the error objects of the
 * client carry commands, and AUTH is one.
 */
import { type EpochMs, StatusquoError } from "@statusquo/core";
import { Redis, type RedisOptions } from "ioredis";
import { said, type TransportLog } from "./log.ts";

/** Where things of ours lie in Redis. */
export interface RedisKeys {
  /** Everything lies under it. */
  prefix: string;
  results: string;
  definitions: string;
  workers: string;
  /** The server's clock minus the clock of Redis, ms. */
  clock: string;
  quarantine: string;
  /** Before the id of a batch that somebody asked for; what came of it, for a minute. */
  answers: string;
}

/** @param prefix another than ours lets a server try everything beside the one that works */
export function keysUnder(prefix: string): RedisKeys {
  const under = (name: string) => `${prefix}:${name}`;
  return {
    prefix,
    results: under("results"),
    definitions: under("definitions"),
    workers: under("workers"),
    clock: under("clock"),
    quarantine: under("quarantine"),
    answers: under("answers"),
  };
}

export const KEYS = keysUnder("statusquo");

/** The BullMQ queue of a region. */
export function queueName(region: string): string {
  return `statusquo-jobs-${region}`;
}

/** A key of a region's queue, as BullMQ names it. */
export function queueKey(region: string, part: string, { prefix }: RedisKeys = KEYS): string {
  return `${prefix}:${queueName(region)}:${part}`;
}

const TRIES = 3;
const TRY_AGAIN_MS = 400;
const CONNECT_MS = 2_000;
/** A command that must not wait fails after so long. */
export const COMMAND_MS = 2_000;
/** No word from Redis for so long although one is due: the connection is dead, whatever TCP thinks. */
const SILENCE_MS = 15_000;
const LONGEST_BACKOFF_MS = 5_000;
const OLDEST_VERSION = [6, 2] as const;
/** What is quarantined at most, for a person to look at. */
const QUARANTINED = 100;

/**
 * `redis://host:port/db` of a URL, without user and password.
 *
 * @throws StatusquoError "setting_invalid" when it is no Redis URL
 */
export function redisAddress(redisUrl: string): string {
  let url: URL;
  try {
    url = new URL(redisUrl);
  } catch {
    throw badUrl("got something that is no URL");
  }
  if (url.protocol !== "redis:" && url.protocol !== "rediss:") throw badUrl(`got ${url.protocol}//`);
  if (url.hostname === "") throw badUrl("got no host");
  return `${url.protocol}//${url.hostname}:${url.port || "6379"}${url.pathname === "/" ? "" : url.pathname}`;
}

function badUrl(came: string): StatusquoError {
  const message = `REDIS_URL must be redis://[user:password@]host[:port][/db], or rediss:// for TLS; ${came}`;
  return new StatusquoError("setting_invalid", message);
}

/** A connection that answers or fails within 2 s, and never queues what it cannot send: for whoever must not wait. */
export function connectQuick(redisUrl: string, name: string, log: TransportLog): Redis {
  const options: RedisOptions = {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_MS,
  };
  return connect(redisUrl, name, log, options);
}

/** A connection whose commands wait for Redis to come back: for a worker, which has nothing else to do. */
export function connectPatient(redisUrl: string, name: string, log: TransportLog): Redis {
  return connect(redisUrl, name, log, { maxRetriesPerRequest: null });
}

function connect(redisUrl: string, name: string, log: TransportLog, options: RedisOptions): Redis {
  const address = redisAddress(redisUrl);
  const all: RedisOptions & { replyMapping: "legacy" } = {
    ...options,
    replyMapping: "legacy",
    connectionName: `statusquo-${name}`,
    connectTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), LONGEST_BACKOFF_MS),
  };
  const client = new Redis(redisUrl, all);
  client.on("error", (error) => log("warn", `${address}: ${said(error)}`));
  return client;
}

/**
 * Asks a Redis whether it can be relied on, before anything is built on it.
 *
 * @returns its address, without credentials
 * @throws StatusquoError "redis_unreachable" after three tries, "redis_unsuitable" for a server that may throw keys away
 * or is too old, "setting_invalid" for an address that is none
 */
export async function checkRedis(redisUrl: string): Promise<string> {
  const address = redisAddress(redisUrl);
  for (let tried = 1; ; tried++) {
    const info = await infoOf(redisUrl);
    if (info.kind === "info") {
      checkInfo(address, info.text);
      return address;
    }
    if (info.final || tried === TRIES) {
      const tries = tried === 1 ? "" : ` after ${tried} tries`;
      throw new StatusquoError(
        "redis_unreachable",
        `${address}: no connection${tries} (${info.why}); start Redis or unset REDIS_URL`,
        { retryable: true },
      );
    }
    await pause(TRY_AGAIN_MS);
  }
}

type Info = { kind: "info"; text: string } | { kind: "none"; why: string; final: boolean };

async function infoOf(redisUrl: string): Promise<Info> {
  let why = "";
  const client = new Redis(redisUrl, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    maxRetriesPerRequest: 0,
  });
  client.on("error", (error) => {
    why = said(error);
  });
  try {
    const answer = (async () => {
      await client.connect();
      return client.info();
    })();
    return { kind: "info", text: await within(answer, CONNECT_MS + COMMAND_MS) };
  } catch (error) {
    why ||= said(error);
    // A password that is wrong now is wrong in a second.
    return { kind: "none", why, final: /NOAUTH|WRONGPASS|NOPERM/.test(why) };
  } finally {
    client.disconnect();
  }
}

function checkInfo(address: string, info: string): void {
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1] ?? "";
  const version = field("redis_version");
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor < OLDEST_VERSION[1]))
    throw new StatusquoError(
      "redis_unsuitable",
      `${address}: Redis must be ${OLDEST_VERSION.join(".")} or later, this is ${version || "of unknown version"}`,
    );
  const policy = field("maxmemory_policy");
  if (policy !== "" && policy !== "noeviction")
    throw new StatusquoError(
      "redis_unsuitable",
      `${address}: maxmemory-policy must be noeviction, got ${policy}: Redis would throw away jobs and samples when its ` +
        "memory is full. Set it with: redis-cli CONFIG SET maxmemory-policy noeviction, and in redis.conf to keep it",
    );
}

/** Resolves when the client is ready, rejects as `redis_unreachable` when it is not in time. */
export async function untilReady(client: Redis, address: string): Promise<void> {
  if (client.status === "ready") return;
  const { promise, resolve } = Promise.withResolvers<void>();
  client.once("ready", resolve);
  try {
    await within(promise, CONNECT_MS + COMMAND_MS);
  } catch {
    client.disconnect();
    throw unreachable(address, "not ready in time");
  } finally {
    client.off("ready", resolve);
  }
}

export function unreachable(address: string, why: string): StatusquoError {
  return new StatusquoError("redis_unreachable", `${address}: ${why}`, { retryable: true });
}

/** The server's clock: that of Redis, corrected by what the server last wrote about it. */
export async function serverTime(client: Redis, keys: RedisKeys = KEYS): Promise<EpochMs> {
  const [[seconds, micros], correction] = await Promise.all([client.time(), client.get(keys.clock)]);
  const known = Number(correction ?? 0);
  return Number(seconds) * 1_000 + Number(micros) / 1_000 + (Number.isFinite(known) ? known : 0);
}

/** Says goodbye where Redis listens, hangs up where it does not. */
export async function hangUp(client: Redis): Promise<void> {
  try {
    if (client.status === "ready") await within(client.quit(), 500);
  } catch {
    // It was hung up on us, or does not answer.
  }
  client.disconnect();
}

/** Keeps what could not be read for a person to look at; the oldest make room. */
export async function quarantine(
  client: Redis,
  what: string,
  entries: readonly { why: string; came: string }[],
  keys: RedisKeys = KEYS,
): Promise<void> {
  if (entries.length === 0) return;
  const texts = entries.slice(0, QUARANTINED).map((entry) => JSON.stringify({ what, ...entry }));
  await client
    .multi()
    .lpush(keys.quarantine, ...texts)
    .ltrim(keys.quarantine, 0, QUARANTINED - 1)
    .exec();
}

/** The answer of `work`, or a rejection after `ms`. */
export async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits, or less when `signal` aborts. Never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end);
  });
}
