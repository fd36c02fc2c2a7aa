/**
 * `statusquo doctor`: looks at everything a server here would need, and says what is wrong and the way out. It changes
 * nothing and may run beside a server. Exit 0 when all is well, 1 when something is not.
 */
import { existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { StatusquoError } from "@statusquo/core";
import { openForReadingOnly } from "@statusquo/store";
import { loadDefinitions, problemText } from "../definitions/load.ts";
import type { Settings } from "../settings.ts";
import type { CommandContext } from "./command.ts";

interface Finding {
  name: string;
  ok: boolean;
  said: string;
}

/** Below this a disk is called nearly full: weeks of samples of some hundred monitors. */
const LEAST_FREE_BYTES = 1024 ** 3;
const SUPPORTED_NODE = 26;

export async function doctor({ settings, flags, env, print }: CommandContext): Promise<number> {
  const findings = [
    await finding("node", node),
    await finding("definitions", () => definitions(settings, env)),
    await finding("data", () => data(settings)),
    await finding("disk", () => disk(settings)),
    await finding("redis", () => redis(settings)),
    await finding("address", () => address(settings)),
  ];
  const isWell = findings.every(({ ok }) => ok);
  if (flags.json) print(JSON.stringify({ ok: isWell, findings }));
  else for (const { name, ok, said } of findings) print(`${ok ? "ok     " : "PROBLEM"}  ${name.padEnd(11)}  ${said}`);
  return isWell ? 0 : 1;
}

/** What a check says when all is well; it throws what is wrong. */
async function finding(name: string, check: () => string | Promise<string>): Promise<Finding> {
  try {
    return { name, ok: true, said: await check() };
  } catch (error) {
    return { name, ok: false, said: (error as Error).message };
  }
}

function node(): string {
  const [major = 0] = process.versions.node.split(".").map(Number);
  if (major < SUPPORTED_NODE) return `${process.versions.node}: works; ${SUPPORTED_NODE} is what is tested`;
  return process.versions.node;
}

async function definitions({ config }: Settings, env: NodeJS.ProcessEnv): Promise<string> {
  if (config === null) return "none here, so serve would run the demo; npx statusquo init writes some";
  const read = await loadDefinitions(config, env);
  if (!read.ok) throw new StatusquoError("definition_invalid", read.problems.map(problemText).join("\n"));
  return `${config}: ${read.loaded.monitors.length} monitors, ${read.loaded.channels.length} channels`;
}

function data({ data: folder }: Settings): string {
  const path = join(folder, "statusquo.db");
  if (!existsSync(path)) return `${path}: not there yet; serve makes it`;
  const store = openForReadingOnly({ path });
  try {
    const { bytes, lastCommitAt } = store.reader.condition();
    const last = lastCommitAt === null ? "never" : new Date(lastCommitAt).toISOString();
    return `${path}: ${megabytes(bytes)}, last written ${last}`;
  } finally {
    store.close();
  }
}

function disk({ data: folder }: Settings): string {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  // Whether one may write there is only known by writing: file modes mean nothing to root, mounts nothing to modes.
  rmSync(mkdtempSync(join(place, ".statusquo-doctor-")), { recursive: true });
  const { bavail, bsize } = statfsSync(place);
  const free = bavail * bsize;
  if (free < LEAST_FREE_BYTES) {
    throw new StatusquoError(
      "store_unusable",
      `${place}: only ${megabytes(free)} free; make room, or name another folder with --data`,
    );
  }
  return `${place}: ${megabytes(free)} free, can be written`;
}

async function redis({ redisUrl }: Settings): Promise<string> {
  if (redisUrl === null) return "not used: REDIS_URL is not set, so the server probes for all regions itself";
  const { presenceIn } = await import("@statusquo/transport/bullmq");
  const regions = await presenceIn(redisUrl);
  if (regions.length === 0) return "reachable and suitable; no worker has been seen";
  return `reachable and suitable; ${regions.map(({ region, workers }) => `${region} ${workers}`).join(", ")} workers`;
}

function address({ host, port }: Settings): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE"
        ? resolve(`${host}:${port} is in use: by a running server of yours, or by another program`)
        : reject(new StatusquoError("setting_invalid", `cannot listen on ${host}:${port}: ${error.message}`)),
    );
    server.listen(port, host, () => server.close(() => resolve(`${host}:${port} is free`)));
  });
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2).toLocaleString("en")} MiB`;
