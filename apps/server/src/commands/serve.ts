/** `statusquo serve`: everything in one process, until it is told to stop. */
import { join } from "node:path";
import { StatusquoError } from "@statusquo/core";
import { loadApart } from "../definitions/apart.ts";
import { compileDefinitions, type Loaded, type LoadResult, loadDefinitions, problemText } from "../definitions/load.ts";
import { startReloading } from "../definitions/reload.ts";
import { warningsOf } from "../definitions/warnings.ts";
import { watchDefinitions } from "../definitions/watch.ts";
import { type Demo, isFaultName, startDemo } from "../demo/index.ts";
import { createLog } from "../log.ts";
import { type Server, startServer } from "../wire.ts";
import type { CommandContext } from "./command.ts";

/** The demo's addresses stay the same from start to start, so that what was learned stays true. */
const DEMO_PORT = 4409;
/** Tells that an edit which was held back is meant. Not SIGHUP, which a closing terminal sends. */
const CONFIRM = "SIGUSR2";

export async function serve({ settings, env, print, printError }: CommandContext): Promise<number> {
  const { config } = settings;
  const isDemo = config === null;
  // Who read what was printed may be gone; the log minds its own.
  process.stdout.removeAllListeners("error").on("error", () => {});
  const log = createLog(env.LOG_LEVEL ?? (isDemo ? "warn" : "info"));
  const demo = isDemo ? await startDemoAnywhere() : null;
  const result = demo
    ? await compileDefinitions([{ file: "demo.yaml", text: demo.definitionsYaml }], env)
    : await loadDefinitions(config as string, env);
  const loaded = usable(result);
  if (!loaded) {
    await demo?.close();
    return 1;
  }

  let server: Server;
  try {
    server = await startServer({
      // The demo is all in this process, whatever the environment says of Redis.
      settings: demo ? { ...settings, data: join(settings.data, "demo"), redisUrl: null } : settings,
      env,
      log,
      loaded,
      ...(demo && { demo: switchesOf(demo) }),
    });
  } catch (error) {
    await demo?.close();
    throw error;
  }

  const watching = isDemo ? null : watchEdits(config);
  const { monitors } = loaded;
  for (const warning of warningsOf(loaded)) log.warn(warning);
  const regions = new Set(monitors.flatMap((monitor) => monitor.regions));
  print(
    `statusquo  ${monitors.length} monitors, ${regions.size} regions, ${isDemo || settings.redisUrl === null ? "probed by this process" : "probed by workers over Redis"}`,
  );
  print(`Dashboard  ${server.url}`);
  for (const line of demo?.lines ?? []) print(line);

  const end = await endOfProcess(log);
  watching?.close();
  await server.close();
  await demo?.close();
  return end;

  function watchEdits(path: string): { close(): void } {
    const reloading = startReloading({
      load: () => loadApart(path, env),
      redefine: server.redefine,
      monitors: () => server.walk.monitors(),
      howToConfirm: `take it up with: kill -${CONFIRM.slice(3)} ${process.pid}`,
      onTrouble: (error) => log.error({ err: error }, "reloading failed; the last good definitions stay in use"),
    });
    const watching = watchDefinitions(path, { onChanged: () => void reloading.changed() });
    const confirm = () =>
      void reloading.confirm().then((was) => {
        if (!was) log.warn(`${CONFIRM}: no edit of the definitions is held back`);
      });
    process.on(CONFIRM, confirm);
    return {
      close() {
        watching.close();
        process.off(CONFIRM, confirm);
      },
    };
  }

  function usable(read: LoadResult): Loaded | null {
    if (read.ok) return read.loaded;
    for (const problem of read.problems) printError(problemText(problem));
    printError(
      "\nstatusquo: the definitions cannot be used, so nothing was started. npx statusquo check says the same without starting.",
    );
    return null;
  }
}

async function startDemoAnywhere(): Promise<Demo> {
  try {
    return await startDemo({ port: DEMO_PORT, outboxPort: DEMO_PORT + 1 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return startDemo();
  }
}

/** The demo's faults as the API offers them. */
function switchesOf(demo: Demo) {
  return {
    faults: () =>
      demo.faults().map((fault) => ({
        id: fault.name,
        title: fault.title,
        what: fault.description,
        monitor: fault.monitor,
        on: fault.on,
      })),
    setFault(id: string, on: boolean) {
      if (!isFaultName(id)) return false;
      demo.setFault(id, on);
      return true;
    },
    messagesUrl: demo.outboxUrl,
  };
}

/** How long an orderly end may take before it is cut short. */
const LONGEST_END_MS = 15_000;

/** Resolves with the exit code when the process is asked to end. A second request, or a fault of ours, ends it at once. */
function endOfProcess(log: ReturnType<typeof createLog>): Promise<number> {
  return new Promise((resolve) => {
    let asked = false;
    // Nothing else may keep the process alive while all its timers are let go, so this does.
    const awake = setInterval(() => {}, 60_000);
    const ask = () => {
      if (asked) process.exit(1);
      asked = true;
      clearInterval(awake);
      setTimeout(() => process.exit(1), LONGEST_END_MS).unref();
      resolve(0);
    };
    process.on("SIGTERM", ask);
    process.on("SIGINT", ask);
    // Crash-only: what nobody expected ends the process; the way up again is the way up after a crash.
    const crash = (error: unknown) => {
      log.fatal({ err: error }, "an unexpected fault; ending");
      process.exit(error instanceof StatusquoError ? 1 : 70);
    };
    process.on("uncaughtException", crash);
    process.on("unhandledRejection", crash);
  });
}
