/** The disk full, failing, read-only; the file locked by others, damaged, replaced, and copied. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { keyOf } from "../oracle.ts";
import { startProgram } from "../processes.ts";
import type { Scenario, Stage } from "../scenario.ts";
import { tablesOf } from "../tables.ts";
import { ROOT, startAll, type World } from "../world.ts";
import { repeated } from "./repeated.ts";

const has = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" }).status === 0;

/** A file system of its own, in memory; gone when `use` ends. */
async function onTmpfs(size: string, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-tmpfs-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "statusquo-faults", folder]);
  try {
    await use(folder);
  } finally {
    // The world's programs have ended by then, or hold it no longer than it takes to end them.
    execFileSync("umount", ["--lazy", folder]);
    rmSync(folder, { recursive: true, force: true });
  }
}

const mayMount = () => {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-tmpfs-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "statusquo-faults", folder]).status === 0;
  if (mounted) execFileSync("umount", [folder]);
  rmSync(folder, { recursive: true });
  return mounted ? null : "no tmpfs may be mounted here (root and CAP_SYS_ADMIN are needed)";
};

/** Writes until nothing more fits. */
function fill(file: string) {
  const handle = openSync(file, "w");
  try {
    for (const size of [65_536, 4_096, 512])
      for (;;) {
        try {
          writeSync(handle, Buffer.alloc(size));
        } catch {
          break;
        }
      }
  } finally {
    closeSync(handle);
  }
}

const full = (transport: "embedded" | "redis"): Scenario => ({
  name: `disk-full-${transport}`,
  what: "a full disk loses nothing acknowledged and damages nothing; when there is room again, it goes on by itself",
  rows: "F34, B13",
  times: { quick: transport === "embedded" ? 1 : 0, full: 4 },
  takesS: 20,
  lacks: mayMount,
  run: (stage, times) =>
    onTmpfs("12m", async (data) => {
      const world = await stage.world({ transport, data });
      await startAll(world);
      for (let round = 0; round < times; round++) {
        await stage.waitBetween(100, 5_000);
        const forMs = stage.dice.between(8_000, 14_000);
        stage.remember(world);
        stage.fault(`disk full for ${forMs} ms`);
        fill(join(data, "filler"));
        await sleep(forMs);
        stage.demand(/full/i.test(world.log()), "nobody noticed that the disk was full");
        rmSync(join(data, "filler"));
        if (world.programs.get("server")?.running() === false) {
          stage.note("the server had ended; it is started again");
          await world.serve();
        }
        stage.figure("samples of all after there is room, ms", await world.untilSampled());
      }
      await stage.judge(world);
      await world.close();
    }),
});

/** Calls of the system that fail, and how. */
const BROKEN_CALLS = ["fdatasync,fsync:error=EIO", "pwrite64:error=ENOSPC", "pwrite64:error=EIO"];

const failing: Scenario = {
  name: "disk-failing-redis",
  what: "writes and syncs that fail acknowledge nothing; a process that ends by it is started again and loses nothing",
  rows: "F35, B13",
  times: { quick: 0, full: 9 },
  perWorld: 3,
  takesS: 24,
  lacks: () => (has("strace") ? null : "no strace here (apt-get install strace)"),
  async run(stage, times) {
    const world = await stage.world({ transport: "redis", ill: 0 });
    await startAll(world);
    for (let round = 0; round < times; round++) {
      const call = BROKEN_CALLS[round % BROKEN_CALLS.length];
      const first = stage.dice.between(1, 60);
      const inject = `inject=${call}:when=${first}..${first + 15}`;
      stage.fault(inject);
      const server = world.programs.get("server");
      const pid = `${server?.pid}`;
      const command = [
        "strace",
        "-f",
        "-o",
        "/dev/null",
        "-e",
        "trace=fdatasync,fsync,pwrite64",
        "-e",
        inject,
        "-p",
        pid,
      ];
      const strace = startProgram("strace", command, { PATH: process.env.PATH }, join(world.folder, "strace.log"));
      await Promise.race([sleep(20_000), server?.ended]);
      // Told to end, it lets go of the server, which goes on.
      await strace.kill("SIGTERM");
      stage.remember(world);
      if (server?.running()) continue;
      stage.note("the server had ended; it is started again");
      await world.serve();
    }
    await world.untilSampled();
    await stage.judge(world);
  },
};

const second = repeated({
  name: "disk-second-writer",
  what: "somebody else's lock on the file holds up writing and nothing else; nothing is lost by it",
  rows: "F37",
  times: { quick: 1, full: 10 },
  perWorld: 5,
  takesS: 16,
  world: { transport: "embedded" },
  async trouble(stage, world) {
    const other = new Database(join(world.data, "statusquo.db"), { timeout: 10_000 });
    const forMs = stage.dice.between(2_000, 12_000);
    stage.remember(world);
    stage.fault(`BEGIN IMMEDIATE by another program, for ${forMs} ms`);
    other.exec("BEGIN IMMEDIATE");
    await sleep(forMs / 2);
    const alive = await fetch(`${world.url}/healthz`).then(({ status }) => status);
    stage.demand(alive === 200, `/healthz said ${alive}`);
    await sleep(forMs / 2);
    other.exec("ROLLBACK");
    other.close();
  },
});

const reader = repeated({
  name: "disk-long-reader",
  what: "a read that lasts does not hold up writing, and the log beside the file stays within 64 MiB",
  rows: "F40",
  times: { quick: 0, full: 1 },
  takesS: 65,
  world: { transport: "embedded" },
  async trouble(stage, world) {
    const other = new Database(join(world.data, "statusquo.db"), { readonly: true });
    stage.fault("a read transaction of 60 s");
    other.exec("BEGIN");
    other.prepare("SELECT count(*) FROM samples").get();
    await sleep(60_000);
    const bytes = statSync(join(world.data, "statusquo.db-wal")).size;
    stage.figure("log beside the file, bytes", bytes);
    stage.demand(bytes <= 64 * 2 ** 20, `the log has ${bytes} bytes`);
    other.exec("ROLLBACK");
    other.close();
  },
});

/** Starts a server that must not start; what it says must match. */
async function refused(stage: Stage, world: World, says: RegExp) {
  const server = world.spawnServer();
  const { code } = await server.ended;
  stage.demand(code === 1 && says.test(server.output()), `ended with ${code}: ${server.output().slice(-300)}`);
}

const damaged: Scenario = {
  name: "disk-damaged",
  what: "a damaged file is refused with what to do, unchanged; a log cut short or gone costs at most what it held",
  rows: "F38, F15, F36",
  times: { quick: 1, full: 5 },
  perWorld: 3,
  takesS: 20,
  async run(stage, times) {
    for (let round = 0; round < times; round++) {
      const world = await stage.world({ transport: "embedded", ill: 0 });
      const file = join(world.data, "statusquo.db");
      await startAll(world);
      await world.programs.get("server")?.kill("SIGKILL");
      const isCut = stage.dice.throw() < 0.5;
      stage.fault(isCut ? "the log is cut in half" : "the log is gone");
      if (isCut) truncateSync(`${file}-wal`, Math.floor(statSync(`${file}-wal`).size / 2));
      else rmSync(`${file}-wal`);
      rmSync(`${file}-shm`, { force: true });
      const from = Date.now();
      const server = world.spawnServer();
      await Promise.race([server.says(/Dashboard/), server.ended]).catch(() => {});
      stage.demand(server.running(), `it did not start again: ${server.output().slice(-300)}`);
      if (server.running()) {
        await world.untilSampled(from);
        stage.demand(world.tables()?.faults().length === 0, "the file is not whole");
      }
      await server.kill("SIGTERM");

      stage.fault("a page of the file is overwritten");
      const good = `${file}.good`;
      copyFileSync(file, good);
      const handle = openSync(file, "r+");
      writeSync(handle, Buffer.alloc(4_096, 0xa5), 0, 4_096, 4_096 * stage.dice.between(1, 8));
      closeSync(handle);
      const before = statSync(file).mtimeMs;
      await refused(stage, world, /corrupt|malformed|not a database/);
      stage.demand(statSync(file).mtimeMs === before, "the damaged file was changed");

      stage.fault("the file is of a newer version");
      copyFileSync(good, file);
      const newer = new Database(file);
      newer.exec("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 4102444800000)");
      newer.close();
      await refused(stage, world, /newer version/);

      stage.fault("the data folder is a file");
      rmSync(world.data, { recursive: true });
      writeFileSync(world.data, "");
      await refused(stage, world, new RegExp(world.data));
      await world.close();
    }
  },
};

const readOnly: Scenario = {
  name: "disk-read-only",
  what: "a file system that cannot be written is refused at the start, with its path and what to do",
  rows: "F36",
  times: { quick: 0, full: 1 },
  takesS: 2,
  lacks: mayMount,
  run: (stage) =>
    onTmpfs("4m", async (data) => {
      execFileSync("mount", ["-o", "remount,ro", data]);
      const world = await stage.world({ transport: "embedded", data });
      stage.fault("the data folder is on a read-only file system");
      await refused(stage, world, new RegExp(data));
      await world.close();
    }),
};

const replaced: Scenario = {
  name: "disk-replaced",
  what: "a file that was moved away while it was in use is noticed: readiness turns red",
  rows: "F39",
  times: { quick: 0, full: 2 },
  takesS: 20,
  async run(stage, times) {
    for (let round = 0; round < times; round++) {
      const world = await stage.world({ transport: "embedded", ill: 0 });
      await startAll(world);
      stage.fault("the file is moved away");
      const from = Date.now();
      renameSync(join(world.data, "statusquo.db"), join(world.folder, "moved.db"));
      await world.until("red readiness", () =>
        world.readinesses().some(({ at, status }) => at > from && status === 503),
      );
      stage.figure("red after it was moved, ms", Date.now() - from);
      await world.close();
    }
  },
};

const copied: Scenario = {
  name: "backup-under-load",
  what: "a backup made under load is whole, is what it was at that moment, and can be started from",
  rows: "F42, F43",
  times: { quick: 1, full: 20 },
  perWorld: 10,
  takesS: 5,
  async run(stage, times) {
    const world = await stage.world({ transport: "embedded" });
    await startAll(world);
    const { PATH } = process.env;
    let last = "";
    for (let round = 0; round < times; round++) {
      await stage.waitBetween(100, 2_000);
      const before = (world.tables()?.samples ?? []).filter(({ outcome }) => outcome > -101);
      last = join(world.folder, `copy-${round}.db`);
      stage.fault("backup under load");
      const args = [join(ROOT, "apps/server/bin/statusquo.mjs"), "backup", last, "--data", world.data];
      const backup = startProgram("backup", [process.execPath, ...args], { PATH }, join(world.folder, "backup.log"));
      const { code } = await backup.ended;
      const copy = code === 0 ? tablesOf(last) : null;
      const inCopy = new Map(copy?.samples.map((row) => [keyOf(row), row.outcome]));
      const lost = before.filter((row) => inCopy.get(keyOf(row)) !== row.outcome).length;
      stage.demand(copy !== null && copy.faults().length === 0 && lost === 0, `code ${code}, ${lost} rows not in it`);

      stage.fault("the files are copied while the server stands still, as a power cut leaves them");
      const cut = join(world.folder, `cut-${round}`);
      mkdirSync(cut);
      const seen = (world.tables()?.samples ?? []).filter(({ outcome }) => outcome > -101);
      world.programs.get("server")?.signal("SIGSTOP");
      for (const end of ["", "-wal"]) {
        const file = join(world.data, `statusquo.db${end}`);
        if (existsSync(file)) copyFileSync(file, join(cut, `statusquo.db${end}`));
      }
      world.programs.get("server")?.signal("SIGCONT");
      const after = tablesOf(join(cut, "statusquo.db"));
      const there = new Set(after?.samples.map(keyOf));
      stage.demand(
        after !== null && after.faults().length === 0 && seen.every((row) => there.has(keyOf(row))),
        "the copy of a power cut is not whole",
      );
    }
    await world.programs.get("server")?.kill("SIGKILL");
    for (const end of ["", "-wal", "-shm"]) rmSync(join(world.data, `statusquo.db${end}`), { force: true });
    copyFileSync(last, join(world.data, "statusquo.db"));
    chmodSync(join(world.data, "statusquo.db"), 0o600);
    stage.note("started from the last backup");
    await world.serve();
    await world.untilSampled();
    // What was told after the backup was made is told again by who knows no better.
    await stage.judge(world, { duplicates: 10 });
  },
};

export const DISK = [full("embedded"), full("redis"), failing, second, reader, damaged, readOnly, replaced, copied];
