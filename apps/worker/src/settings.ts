/**
 * Settings: where this worker lives. From the environment; which region it is, from a flag.
 */
import { StatusquoError } from "@statusquo/core";

export interface WorkerSettings {
  redisUrl: string;
  logLevel: string;
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];
const REGION = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** @throws StatusquoError "setting_invalid" naming the setting, what is allowed and what came */
export function readSettings(env: NodeJS.ProcessEnv): WorkerSettings {
  // The address may hold a password, so the transport, which checks it, never repeats it.
  if (!env.REDIS_URL) {
    throw new StatusquoError(
      "setting_invalid",
      "REDIS_URL must name the Redis that the server uses, such as redis://localhost:6379; it is not set",
    );
  }
  const logLevel = env.LOG_LEVEL ?? "info";
  if (!LOG_LEVELS.includes(logLevel))
    throw new StatusquoError("setting_invalid", `LOG_LEVEL must be one of ${LOG_LEVELS.join(", ")}; got "${logLevel}"`);
  return { redisUrl: env.REDIS_URL, logLevel };
}

/** @throws StatusquoError "setting_invalid" when it is no name of a region */
export function readRegion(flag: string | undefined): string {
  if (flag !== undefined && REGION.test(flag)) return flag;
  const came = flag === undefined ? "it is not given" : `got "${flag}"`;
  throw new StatusquoError(
    "setting_invalid",
    `--region must be the name of a region as definitions have it, a-z, 0-9 and -, such as eu-west; ${came}`,
  );
}
