/**
 * The keeper: ends what the harness started, however the harness itself ends, `kill -9` included.
 *
 * It is a process of its own that reads from the harness and hears nothing but the end of that. Then it ends every
 * process that carries the mark of this run in its environment, unmounts what was mounted in the run's folder, and
 * removes that folder and the run's network namespaces. Without /proc, only the folder.
 */
import { execFileSync, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Stands in the environment of everything a run starts. */
export const MARK = "FAULTS_RUN";

/** Processes that carry the mark, without this one. */
export function markedProcesses(mark: string): number[] {
  if (!existsSync("/proc/self/environ")) return [];
  const pids = readdirSync("/proc").map(Number);
  return pids.filter((pid) => {
    if (!Number.isInteger(pid) || pid === process.pid) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`${MARK}=${mark}`);
    } catch {
      return false;
    }
  });
}

export interface Keeper {
  /** Ends everything now; resolves when it is gone. */
  close(): Promise<void>;
  /** Likewise, while this process stands still: nothing new is begun meanwhile. */
  closeNow(): void;
}

const PATIENCE_MS = 20_000;

/** Marks this process and all it will start, and gives the run a folder, as `TMPDIR`, in which everything lies. */
export function startKeeper(): Keeper {
  const mark = randomUUID();
  const folder = mkdtempSync(join(tmpdir(), "statusquo-run-"));
  const { [MARK]: _, ...unmarked } = process.env;
  // A group of its own, so that Ctrl-C does not end it with the rest.
  const child = fork(import.meta.filename, [mark, folder, `${process.pid}`], {
    detached: true,
    env: unmarked,
    stdio: "inherit",
  });
  const ended = once(child, "exit");
  process.env[MARK] = mark;
  process.env.TMPDIR = folder;
  return {
    async close() {
      if (child.connected) child.disconnect();
      await ended;
    },
    closeNow() {
      if (child.connected) child.disconnect();
      const asleep = new Int32Array(new SharedArrayBuffer(4));
      for (let waited = 0; existsSync(folder) && waited < PATIENCE_MS; waited += 50) Atomics.wait(asleep, 0, 0, 50);
    },
  };
}

async function sweep(mark: string, folder: string, harness: string) {
  for (let round = 0; round < 50; round++) {
    const left = markedProcesses(mark);
    if (left.length === 0) break;
    for (const pid of left)
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Gone by itself.
      }
    await sleep(100);
  }
  const mounts = existsSync("/proc/mounts") ? readFileSync("/proc/mounts", "utf8").split("\n") : [];
  for (const line of mounts) {
    const place = line.split(" ")[1] ?? "";
    if (place.startsWith(`${folder}/`)) execFileSync("umount", ["--lazy", place]);
  }
  const networks = existsSync("/run/netns") ? readdirSync("/run/netns") : [];
  for (const name of networks) if (name.startsWith(`faults-${harness}-`)) execFileSync("ip", ["netns", "del", name]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

if (import.meta.main) {
  const [, , mark = "", folder = "", harness = ""] = process.argv;
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => {});
  process.on("disconnect", () => void sweep(mark, folder, harness).then(() => process.exit()));
}
