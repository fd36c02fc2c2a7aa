/**
 * Settings: where this process lives. From the environment, and from flags, which come before it.
 */
import { existsSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { StatusquoError } from "@statusquo/core";

export interface Settings {
  /** The definitions file or folder; null runs the demo. */
  config: string | null;
  data: string;
  host: string;
  /** 0 takes a free one. */
  port: number;
  redisUrl: string | null;
  token: string | null;
  publicUrl: string | null;
  logLevel: string;
  /** For how many days raw samples are kept. */
  sampleDays: number;
}

export interface Flags {
  config?: string | undefined;
  data?: string | undefined;
  host?: string | undefined;
  port?: string | undefined;
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];
/** 32 bytes: what a token must have at least. */
const TOKEN_LENGTH = 32;

/** @throws StatusquoError "setting_invalid" naming the setting, what is allowed and what came */
export function readSettings(environment: NodeJS.ProcessEnv, flags: Flags = {}): Settings {
  // An empty variable is one that was not set: that is how compose files and shells leave one out.
  const env = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const config = flags.config ?? env.STATUSQUO_CONFIG;
  const host = flags.host ?? env.HOST ?? "127.0.0.1";
  const settings: Settings = {
    config: config ? resolve(config) : existsSync("statusquo.yaml") ? resolve("statusquo.yaml") : null,
    data: resolve(flags.data ?? env.STATUSQUO_DATA ?? "data"),
    host,
    port: portOf(flags.port ?? env.PORT ?? "4090"),
    redisUrl: addressOf("REDIS_URL", env.REDIS_URL, ["redis:", "rediss:"]),
    token: env.STATUSQUO_TOKEN || null,
    publicUrl: addressOf("PUBLIC_URL", env.PUBLIC_URL, ["http:", "https:"])?.replace(/\/+$/, "") ?? null,
    logLevel: env.LOG_LEVEL ?? "info",
    sampleDays: daysOf(env.STATUSQUO_SAMPLE_DAYS ?? "30"),
  };
  if (!LOG_LEVELS.includes(settings.logLevel))
    invalid("LOG_LEVEL", `one of ${LOG_LEVELS.join(", ")}`, settings.logLevel);
  if (settings.token !== null && !/^[\x21-\x7e]+$/.test(settings.token))
    throw new StatusquoError(
      "setting_invalid",
      "STATUSQUO_TOKEN must be of letters, digits and marks of ASCII, without spaces: nothing else can be sent in a header. Make one with: openssl rand -hex 32",
    );
  if (settings.token !== null && settings.token.length < TOKEN_LENGTH) {
    throw new StatusquoError(
      "setting_invalid",
      `STATUSQUO_TOKEN must have at least ${TOKEN_LENGTH} characters; this one has ${settings.token.length}. Make one with: openssl rand -hex 32`,
    );
  }
  if (!isLoopback(host) && settings.token === null) {
    throw new StatusquoError(
      "setting_invalid",
      `HOST ${host} can be reached from other machines, so STATUSQUO_TOKEN must be set (at least ${TOKEN_LENGTH} characters; openssl rand -hex 32 makes one). Or leave HOST at 127.0.0.1.`,
    );
  }
  return settings;
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) invalid("PORT", "a number from 0 to 65535", text);
  return port;
}

function daysOf(text: string): number {
  const days = Number(text);
  if (!/^\d{1,2}$/.test(text) || days < 2 || days > 90)
    invalid("STATUSQUO_SAMPLE_DAYS", "a whole number of days, 2 to 90", text);
  return days;
}

function addressOf(name: string, text: string | undefined, schemes: string[]): string | null {
  if (!text) return null;
  if (!URL.canParse(text) || !schemes.includes(new URL(text).protocol)) {
    // The address may hold a password, so it is not repeated.
    throw new StatusquoError(
      "setting_invalid",
      `${name} must be an address that begins with ${schemes.map((scheme) => `${scheme}//`).join(" or ")}`,
    );
  }
  return text;
}

function invalid(name: string, allowed: string, came: string): never {
  throw new StatusquoError("setting_invalid", `${name} must be ${allowed}; got "${came}"`);
}

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
