/**
 * Who serves a region: every worker writes when it was last alive, by the server's clock.
 */
import type { EpochMs, Region, RegionPresence } from "@statusquo/core";
import type { Redis } from "ioredis";
import { checkRedis, connectQuick, hangUp, KEYS, type RedisKeys, serverTime, untilReady } from "./redis.ts";

/** How often a worker says that it is there. */
export const SAY_EVERY_MS = 2_000;
/** Silent for longer, it does not count. */
const GONE_AFTER_MS = 10_000;
/** When a region was last heard of is remembered this long. */
const REMEMBER_MS = 7 * 24 * 3_600_000;

interface Said {
  field: string;
  region: Region;
  at: EpochMs;
  left: boolean;
}

export async function sayPresent(
  client: Redis,
  keys: RedisKeys,
  region: Region,
  worker: string,
  at: EpochMs,
  left: boolean,
) {
  await client.hset(keys.workers, `${region}/${worker}`, JSON.stringify({ at: Math.round(at), left }));
}

/** What the workers said, by region name; entries that say nothing more are removed. */
export async function readPresence(client: Redis, keys: RedisKeys, now: EpochMs): Promise<RegionPresence[]> {
  const newest = new Map<Region, Said>();
  const alive = new Map<Region, number>();
  const forgotten: string[] = [];
  for (const [field, text] of Object.entries(await client.hgetall(keys.workers))) {
    const said = readSaid(field, text);
    if (said === null || now - said.at > REMEMBER_MS) {
      forgotten.push(field);
      continue;
    }
    const { region, at } = said;
    const present = !said.left && now - at <= GONE_AFTER_MS;
    alive.set(region, (alive.get(region) ?? 0) + (present ? 1 : 0));
    const other = newest.get(region);
    const older = other !== undefined && other.at >= at ? said : other;
    if (older !== undefined && (older.left || now - older.at > GONE_AFTER_MS)) forgotten.push(older.field);
    if (older !== said) newest.set(region, said);
  }
  if (forgotten.length > 0) await client.hdel(keys.workers, ...forgotten);
  return [...newest.values()]
    .map(({ region, at }) => ({ region, workers: alive.get(region) ?? 0, lastSeenAt: at }))
    .sort((one, other) => (one.region < other.region ? -1 : 1));
}

/**
 * Who serves which region, asked from outside: for a health check.
 *
 * @throws StatusquoError "redis_unreachable", "redis_unsuitable" or "setting_invalid"
 */
export async function presenceIn(redisUrl: string): Promise<RegionPresence[]> {
  const address = await checkRedis(redisUrl);
  const client = connectQuick(redisUrl, "presence", () => {});
  try {
    await untilReady(client, address);
    return await readPresence(client, KEYS, await serverTime(client));
  } finally {
    await hangUp(client);
  }
}

function readSaid(field: string, text: string): Said | null {
  const slash = field.indexOf("/");
  try {
    const { at, left } = JSON.parse(text) as { at: unknown; left: unknown };
    if (slash < 1 || !Number.isSafeInteger(at)) return null;
    return { field, region: field.slice(0, slash), at: at as number, left: left === true };
  } catch {
    return null;
  }
}
