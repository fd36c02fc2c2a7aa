/** The `statusquo-worker` command: probes for one region until it is told to stop. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { StatusquoError } from "@statusquo/core";
import type { Logger } from "pino";
import { createLog } from "./log.ts";
import { readRegion, readSettings } from "./settings.ts";

const HELP = `statusquo-worker: probes for one region, and sends its samples home over Redis

  npx statusquo-worker --region NAME

  --region NAME  the region to probe for, as definitions name it; any number of workers may serve one
  --healthy      instead of working: exit 0 when a worker of the region was heard of lately, else 1
  --help, --version

Environment:
  REDIS_URL      the Redis that the server uses, redis://[user:password@]host[:port][/db] or rediss:// (required)
  LOG_LEVEL      trace, debug, info, warn, error, fatal or silent (info)
and whatever \${env:NAME} the definitions refer to: secrets are looked up here and never leave.

Exit codes: 0 ended as asked, 1 something is in the way or broke (see the log), 2 a flag there is none of.`;

/** How long an orderly end may take before it is cut short. */
const LONGEST_END_MS = 15_000;

async function main(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      region: { type: "string" },
      healthy: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
      version: { type: "boolean", short: "v", default: false },
    },
  });
  if (values.version) {
    console.log(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version);
    return 0;
  }
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const region = readRegion(values.region);
  const settings = readSettings(env);
  if (values.healthy) return isServed(region, settings.redisUrl);

  const log = createLog(settings.logLevel, region);
  const asked = endOfProcess(log);
  const { startWork } = await import("./work.ts");
  const work = await startWork(region, settings, env, log, (why) => {
    log.fatal({ why }, "no work is taken any more; ending, to be started anew");
    process.exit(1);
  });
  log.info("ready to probe");
  await asked;
  log.info("ending");
  await work.close();
  log.info("ended");
  return 0;
}

async function isServed(region: string, redisUrl: string): Promise<number> {
  const { presenceIn } = await import("@statusquo/transport/bullmq");
  const workers = (await presenceIn(redisUrl)).find((presence) => presence.region === region)?.workers ?? 0;
  console.log(`${region}: ${workers} ${workers === 1 ? "worker" : "workers"}`);
  return workers > 0 ? 0 : 1;
}

/** Resolves when the process is asked to end. A second request, or a fault of ours, ends it at once. */
function endOfProcess(log: Logger): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = () => {
      if (asked) process.exit(1);
      asked = true;
      setTimeout(() => {
        log.error("not ended in time; ending now");
        process.exit(1);
      }, LONGEST_END_MS).unref();
      resolve();
    };
    process.on("SIGTERM", ask);
    process.on("SIGINT", ask);
    // Crash-only: what nobody expected ends the process; whoever supervises it starts it anew.
    const crash = (error: unknown) => {
      log.fatal({ err: error }, "an unexpected fault; ending");
      process.exit(1);
    };
    process.on("uncaughtException", crash);
    process.on("unhandledRejection", crash);
  });
}

try {
  // Probes that were given up may hold sockets open; nothing waits for them.
  process.exit(await main(process.argv.slice(2), process.env));
} catch (error) {
  if (error instanceof StatusquoError) {
    console.error(`statusquo-worker: ${error.message}`);
    process.exit(1);
  }
  if ((error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS")) {
    console.error(`statusquo-worker: ${(error as Error).message}\nstatusquo-worker: see npx statusquo-worker --help`);
    process.exit(2);
  }
  throw error;
}
