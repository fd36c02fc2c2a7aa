/** The harness itself, killed: nothing that it started may outlive it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MARK, markedProcesses } from "../keeper.ts";
import { startProgram } from "../processes.ts";
import type { Scenario } from "../scenario.ts";

const MAIN = join(import.meta.dirname, "../main.ts");

const killed: Scenario = {
  name: "harness-killed",
  what: "programs, actors, Redis and files of a harness that is told to end or killed end with it",
  rows: "self-test",
  times: { quick: 1, full: 3 },
  takesS: 20,
  lacks: () => (existsSync("/proc/self/environ") ? null : "no /proc here"),
  async run(stage, times) {
    // A world for its folder and its patience; nothing runs in it.
    const world = await stage.world({ transport: "redis" });
    for (let round = 0; round < times; round++) {
      const before = new Set(foldersOf());
      const args = [MAIN, "--only", "kill-worker", "--times", "50", "--seed", "1", "--verbose"];
      const log = join(world.folder, "harness.log");
      const { PATH, HOME, TMPDIR } = process.env;
      const harness = startProgram("harness", [process.execPath, ...args], { PATH, HOME, TMPDIR }, log);
      await harness.says(/kill -9 worker/);
      const [folder] = foldersOf().filter((name) => !before.has(name));
      const mark = markOf(join(tmpdir(), folder ?? ""));
      const count = markedProcesses(mark).length;
      const signal = stage.dice.pick(["SIGKILL", "SIGTERM", "SIGINT"] as const);
      stage.fault(`${signal} to a harness with ${count} processes`);
      stage.demand(count >= 10, `only ${count} processes carry its mark`);
      harness.signal(signal);
      await world.until("the end of all it started", () => markedProcesses(mark).length === 0);
      await world.until("the end of its folder", () => !foldersOf().includes(folder ?? ""));
    }
  },
};

/** Folders of runs inside the one of this run. */
const foldersOf = () => readdirSync(tmpdir()).filter((name) => name.startsWith("statusquo-run-"));

/** The mark that programs of another run carry, from one whose command line names that run's folder. */
function markOf(folder: string): string {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder)) continue;
      const found = readFileSync(`/proc/${pid}/environ`, "utf8")
        .split("\0")
        .find((line) => line.startsWith(`${MARK}=`));
      if (found) return found.slice(MARK.length + 1);
    } catch {
      // Gone by itself.
    }
  throw new Error(`no process of ${folder} carries a mark`);
}

export const HARNESS = [killed];
