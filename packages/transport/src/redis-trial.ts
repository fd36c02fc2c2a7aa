/**
 * Trials: a prefix of one's own in Redis, for a server that tries everything beside the one that works.
 */
import { randomUUID } from "node:crypto";
import { StatusquoError } from "@statusquo/core";
import { checkRedis, connectQuick, hangUp, untilReady } from "./redis.ts";

const TRIAL = "statusquo-trial-";
/** Keys looked at and removed in one command. */
const AT_ONCE = 500;

/** A prefix that nobody else has. */
export const trialPrefix = (): string => `${TRIAL}${randomUUID().slice(0, 8)}`;

/**
 * Removes everything that lies under a trial's prefix.
 *
 * @throws StatusquoError "internal" for any other prefix, "redis_unreachable" and the like
 */
export async function removeTrial(redisUrl: string, prefix: string): Promise<void> {
  if (!prefix.startsWith(TRIAL)) throw new StatusquoError("internal", `"${prefix}" is the prefix of no trial`);
  const address = await checkRedis(redisUrl);
  const client = connectQuick(redisUrl, "trial", () => {});
  try {
    await untilReady(client, address);
    let cursor = "0";
    do {
      const [next, found] = await client.scan(cursor, "MATCH", `${prefix}:*`, "COUNT", AT_ONCE);
      if (found.length > 0) await client.unlink(...found);
      cursor = next;
    } while (cursor !== "0");
  } finally {
    await hangUp(client);
  }
}
