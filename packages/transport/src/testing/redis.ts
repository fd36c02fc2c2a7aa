/**
 * A real Redis for tests: a process of its own on a port of its own, gone when the test is.
 *
 * Where no redis-server is installed, Debian's redis-tools has the same program under the name redis-check-rdb: it is a
 * server when called by that name.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export interface TestRedis {
  url: string;
  port: number;
  /** Where it keeps its files. */
  dir: string;
  /** Kills it and starts it again on the same port. What it held is gone unless it was started with `appendonly yes`. */
  restart(): Promise<void>;
  /** Kills it as a power cut would. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Stops the process without ending it, as a host that hangs; `thaw` lets it go on. */
  freeze(): void;
  thaw(): void;
  /** Kills it and removes its files. */
  close(): Promise<void>;
}

export type RedisProgram = { kind: "program"; path: string } | { kind: "none"; reason: string };

/** Where this machine has a Redis: `$REDIS_SERVER`, `redis-server` or `redis-check-rdb` on PATH. */
export function findRedis(): RedisProgram {
  const named = process.env.REDIS_SERVER;
  if (named) {
    if (runs(named)) return { kind: "program", path: named };
    return { kind: "none", reason: `REDIS_SERVER names ${named}, which is no program` };
  }
  for (const name of ["redis-server", "valkey-server", "redis-check-rdb"])
    for (const folder of (process.env.PATH ?? "").split(delimiter))
      if (folder !== "" && runs(join(folder, name))) return { kind: "program", path: join(folder, name) };
  return { kind: "none", reason: "no redis-server here (apt-get install redis-tools, or set REDIS_SERVER)" };
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts a Redis on 127.0.0.1.
 *
 * @param settings of redis.conf, by name, over: no snapshots, no append-only file
 * @throws when there is no Redis on this machine; ask `findRedis` first
 */
export async function startRedis(settings: Record<string, string> = {}): Promise<TestRedis> {
  const program = findRedis();
  if (program.kind === "none") throw new Error(program.reason);
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), "statusquo-redis-"));
  const all = { port: `${port}`, bind: "127.0.0.1", dir, save: "", appendonly: "no", ...settings };
  const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  let child: ChildProcess | null = null;

  // A test run that is broken off leaves no server behind.
  const killNow = () => void child?.kill("SIGKILL");
  const start = async () => {
    const started = spawn(program.path, args, { argv0: "redis-server", stdio: ["ignore", "pipe", "ignore"] });
    child = started;
    process.off("exit", killNow).on("exit", killNow);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let said = "";
    started.stdout.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000);
      if (said.includes("Ready to accept connections")) resolve();
    });
    started.once("error", reject);
    started.once("exit", (code) => reject(new Error(`redis-server ended with ${code}: ${said.trim()}`)));
    await promise;
  };
  const kill = async () => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    running.once("exit", () => resolve());
    running.kill("SIGKILL");
    await promise;
  };

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    dir,
    kill,
    start,
    async restart() {
      await kill();
      await start();
    },
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    async close() {
      await kill();
      process.off("exit", killNow);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
