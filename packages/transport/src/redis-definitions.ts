/**
 * Compiled definitions in a Redis hash, by version: the server writes them, workers fetch what they have not seen.
 *
 * References to secrets stay references; a worker resolves them from its own environment.
 */
import type { DefinitionVersion, Monitor, ProbeJob } from "@statusquo/core";
import type { Redis } from "ioredis";
import type { TransportLog } from "./log.ts";
import type { RedisKeys } from "./redis.ts";
import { readDefinition, writeDefinition } from "./wire.ts";

/** So many fields of the hash at once: no command holds Redis up. */
const AT_ONCE = 100;

/** Definitions a worker keeps, the least recently used go first. */
const REMEMBERED = 20_000;

export interface DefinitionsBoard {
  /** Whether Redis holds what was last put up, as far as is known. */
  readonly complete: boolean;
  /** Puts these up in place of those before; the ones directly before stay for batches that are on their way. */
  put(monitors: readonly Monitor[]): Promise<void>;
  /** Whether Redis still has any; false after it lost everything. */
  stands(): Promise<boolean>;
  /** Writes again what Redis lost, all of it or some. */
  restore(): Promise<void>;
}

export function definitionsBoard(client: Redis, keys: RedisKeys): DefinitionsBoard {
  let wanted = new Map<DefinitionVersion, string>();
  let before: readonly DefinitionVersion[] = [];
  let complete = false;

  const write = async (versions: readonly DefinitionVersion[]) => {
    for (let from = 0; from < versions.length; from += AT_ONCE) {
      const part = versions.slice(from, from + AT_ONCE);
      await client.hset(keys.definitions, ...part.flatMap((version) => [version, wanted.get(version) ?? ""]));
    }
  };
  const held = async () => new Set(await client.hkeys(keys.definitions));

  return {
    get complete() {
      return complete;
    },
    async put(monitors) {
      complete = false;
      before = [...wanted.keys()];
      wanted = new Map(monitors.map((monitor) => [monitor.version, writeDefinition(monitor)]));
      await write([...wanted.keys()]);
      const stale = [...(await held()).difference(new Set([...wanted.keys(), ...before]))];
      for (let from = 0; from < stale.length; from += AT_ONCE)
        await client.hdel(keys.definitions, ...stale.slice(from, from + AT_ONCE));
      complete = true;
    },
    async stands() {
      return wanted.size === 0 || (await client.exists(keys.definitions)) === 1;
    },
    async restore() {
      complete = false;
      const there = await held();
      await write([...wanted.keys()].filter((version) => !there.has(version)));
      complete = true;
    },
  };
}

/** Finds the definitions that jobs name: remembered, or fetched. One that is not there, or cannot be read, is absent. */
export function definitionsFinder(
  client: Redis,
  keys: RedisKeys,
  log: TransportLog,
): (jobs: readonly ProbeJob[]) => Promise<Map<DefinitionVersion, Monitor>> {
  const remembered = new Map<DefinitionVersion, Monitor>();

  const remember = (version: DefinitionVersion, monitor: Monitor) => {
    remembered.delete(version);
    remembered.set(version, monitor);
    if (remembered.size <= REMEMBERED) return;
    const [oldest] = remembered.keys();
    if (oldest !== undefined) remembered.delete(oldest);
  };

  return async (jobs) => {
    const found = new Map<DefinitionVersion, Monitor>();
    const unseen: DefinitionVersion[] = [];
    for (const version of new Set(jobs.map((job) => job.version))) {
      const monitor = remembered.get(version);
      if (monitor === undefined) unseen.push(version);
      else {
        remember(version, monitor);
        found.set(version, monitor);
      }
    }
    if (unseen.length === 0) return found;
    const texts = await client.hmget(keys.definitions, ...unseen);
    for (const [index, version] of unseen.entries()) {
      const text = texts[index];
      if (text === null || text === undefined) continue;
      const monitor = readDefinition(text);
      if ("why" in monitor) log("error", "a definition cannot be read", { version, why: monitor.why });
      else if (monitor.version !== version) log("error", "a definition is not of its version", { version });
      else {
        remember(version, monitor);
        found.set(version, monitor);
      }
    }
    return found;
  };
}
