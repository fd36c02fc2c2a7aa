import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { evidence, factsOf, incidentOf, MINUTE, missed, openFolder, openWorld, START, sample } from "../test/world.ts";
import { openForReading, openForWriting } from "./database.ts";
import { openForReadingOnly, openStore } from "./index.ts";
import { createReader } from "./reader.ts";
import { packJson } from "./rows.ts";
import { createWriter } from "./writer.ts";

const MARKS = { expected: true, late: false };
const unusable = (message: RegExp, more: { retryable?: boolean } = {}) =>
  expect.objectContaining({
    ...{ name: "StatusquoError", code: "store_unusable", message: expect.stringMatching(message), ...more },
  });

test("the writer's settings are those the promises rest on, the reader cannot write", () => {
  using folder = openFolder();
  const path = join(folder.path, "statusquo.db");
  const db = openForWriting(path);
  const read = openForReading(path);
  const ask = (name: string, of = db) => of.pragma(name, { simple: true });
  try {
    expect(ask("journal_mode")).toBe("wal");
    expect(ask("synchronous")).toBe(2);
    expect(ask("foreign_keys")).toBe(1);
    expect(ask("wal_autocheckpoint")).toBe(1000);
    expect(ask("journal_size_limit")).toBe(64 * 2 ** 20);
    expect(ask("busy_timeout")).toBeLessThanOrEqual(100);
    expect(ask("mmap_size")).toBe(0);
    for (const each of [db, read]) expect(ask("cache_size", each)).toBe(-16_000);
    expect(ask("query_only", read)).toBe(1);
    expect(() => read.exec("DELETE FROM samples")).toThrow(/readonly/);
  } finally {
    read.close();
    db.close();
  }
});

test("tables whose key is the table are WITHOUT ROWID, and samples hold no type but those declared", () => {
  using folder = openFolder();
  const db = openForWriting(join(folder.path, "statusquo.db"));
  try {
    const tables = db
      .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql LIKE '%WITHOUT ROWID%'")
      .all();
    const names = (tables as { name: string; sql: string }[]).map(({ name }) => name).sort();
    expect(names).toEqual(["dirty_buckets", "five_minutes", "hours", "samples", "series", "whys"]);
    const { sql } = db.prepare("SELECT sql FROM sqlite_master WHERE name = 'samples'").get() as { sql: string };
    expect(sql).toMatch(/PRIMARY KEY\(`slot`, `monitor`, `region`\)\s*\) WITHOUT ROWID, STRICT$/);
    expect(() => db.prepare("INSERT INTO samples VALUES (1, 1, 1, 200, 'text')").run()).toThrow(/cannot store TEXT/);
  } finally {
    db.close();
  }
});

test("the migrations say what the schema in the code says", () => {
  using folder = openFolder();
  const root = join(import.meta.dirname, "../../..");
  const out = join(folder.path, "migrations");
  cpSync(join(root, "migrations"), out, { recursive: true });
  const args = [
    "generate",
    "--dialect=sqlite",
    "--schema=./packages/store/src/schema.ts",
    `--out=${relative(root, out)}`,
  ];
  const said = execFileSync(process.execPath, [join(root, "node_modules/drizzle-kit/bin.cjs"), ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  expect(said).toContain("No schema changes");
});

test("a file of a newer version is refused and left as it is", () => {
  using folder = openFolder();
  const path = join(folder.path, "statusquo.db");
  openStore({ path }).close();
  const db = new Database(path);
  db.prepare("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('newer', ?)").run(Date.UTC(2199, 0, 1));
  db.close();
  const before = readFileSync(path);
  expect(() => openStore({ path })).toThrow(
    unusable(/written by a newer version \(its schema is of 2199-01-01; .*nothing was changed/),
  );
  expect(readFileSync(path).equals(before)).toBe(true);
});

test("an older file is brought up to date, or left as it was when that fails", () => {
  using folder = openFolder();
  const path = join(folder.path, "statusquo.db");
  const ours = join(import.meta.dirname, "../../../migrations");
  const migrationsFolder = join(folder.path, "migrations");
  mkdirSync(join(migrationsFolder, "meta"), { recursive: true });
  const journal = JSON.parse(readFileSync(join(ours, "meta/_journal.json"), "utf8"));
  for (const { tag } of journal.entries) copyFileSync(join(ours, `${tag}.sql`), join(migrationsFolder, `${tag}.sql`));
  const addMigration = (sql: string) => {
    const when = journal.entries.at(-1).when + 1;
    const entries = [
      ...journal.entries,
      { idx: journal.entries.length, version: "6", when, tag: "next", breakpoints: true },
    ];
    writeFileSync(join(migrationsFolder, "meta/_journal.json"), JSON.stringify({ ...journal, entries }));
    writeFileSync(join(migrationsFolder, "next.sql"), sql);
  };
  const first = openStore({ path });
  first.writer.transaction(() => first.writer.putResult(sample(409), MARKS));
  first.close();

  addMigration("CREATE TABLE `marks` (`at` integer);--> statement-breakpoint\nCREATE TABLE `marks` (`at` integer);");
  expect(() => openStore({ path, migrationsFolder })).toThrow(/marks/);
  const unchanged = openStore({ path });
  expect(unchanged.reader.samples({ monitor: "checkout", limit: 1 })).toMatchObject([{ code: 409 }]);
  unchanged.close();

  addMigration("CREATE TABLE `marks` (`at` integer);");
  const newer = openStore({ path, migrationsFolder });
  expect(newer.reader.samples({ monitor: "checkout", limit: 1 })).toMatchObject([{ code: 409 }]);
  newer.close();
  expect(() => openStore({ path })).toThrow(unusable(/newer version/));
});

test("a file of the first schema keeps its incidents, messages and facts, and what is new says what was so then", () => {
  using folder = openFolder();
  const path = join(folder.path, "statusquo.db");
  const ours = join(import.meta.dirname, "../../../migrations");
  const migrationsFolder = join(folder.path, "migrations");
  mkdirSync(join(migrationsFolder, "meta"), { recursive: true });
  const journal = JSON.parse(readFileSync(join(ours, "meta/_journal.json"), "utf8"));
  copyFileSync(join(ours, "0000_first.sql"), join(migrationsFolder, "0000_first.sql"));
  writeFileSync(
    join(migrationsFolder, "meta/_journal.json"),
    JSON.stringify({ ...journal, entries: journal.entries.slice(0, 1) }),
  );
  const old = openForWriting(path, migrationsFolder);
  const { severity, deploy, acknowledgedBy, muted, told, followAt, closedAs, cost, ...before } = incidentOf();
  const { host, round, heldBack, ...facts } = factsOf(1);
  old.prepare("INSERT INTO monitors (num, id) VALUES (1, 'checkout'), (2, 'search')").run();
  const putIncident = old.prepare("INSERT INTO incidents (id, monitor, state, body) VALUES (?, ?, ?, ?)");
  putIncident.run(1, 1, "open", JSON.stringify({ ...before, id: 1 }));
  const over = { ...before, id: 2, monitor: "search", state: "resolved", resolvedAt: START + 9 };
  putIncident.run(2, 2, "resolved", JSON.stringify(over));
  old
    .prepare("INSERT INTO transitions (incident, seq, kind, at, reason, facts) VALUES (1, 1, 'opened', ?, 'r', ?)")
    .run(START, packJson(facts));
  old
    .prepare(
      `INSERT INTO notifications (key, incident, seq, kind, channel, recipient, facts, created_at, state, due_at)
       VALUES ('inc-1.1.oncall.oncall', 1, 1, 'opened', 'oncall', 'oncall', ?, ?, 'pending', ?)`,
    )
    .run(packJson(facts), START, START);
  old.close();

  const { writer, reader, close } = openStore({ path });
  const toldThen = { ...told, openedAt: START, codes: [409], regions: ["eu"] };
  expect(reader.incident(1)).toEqual({ ...incidentOf(), id: 1, followAt: START, told: toldThen });
  expect(reader.incident(2)).toEqual({
    ...{ ...incidentOf("search"), ...over, followAt: null, closedAs: "recovered" },
    told: { ...toldThen, resolvedAt: START + 9 },
  });
  expect(writer.transaction(() => writer.incidentsToFollow(START, 9)).map(({ id }) => id)).toEqual([1]);
  expect(reader.transitions(1)).toMatchObject([{ muted: null, facts: { severity: "warning", cost: null, host: "" } }]);
  const [row] = writer.transaction(() => writer.dueNotifications(START, 9));
  expect(row).toMatchObject({ key: "inc-1.1.oncall.oncall", bundle: null, heading: { monitor: "checkout" } });
  expect(writer.transaction(() => writer.outboxRows([row?.key ?? ""]))).toMatchObject([{ facts: { incident: 1 } }]);
  close();
});

test("a damaged file, a file that is no database and another program's database are refused by name", () => {
  using folder = openFolder();
  const path = join(folder.path, "statusquo.db");
  const store = openStore({ path });
  store.writer.transaction(() => {
    for (let minute = 0; minute < 3_000; minute++) {
      store.writer.putResult(sample(200, { slot: START + minute * MINUTE }), MARKS);
    }
  });
  store.close();
  const bytes = readFileSync(path);
  const damaged = Buffer.from(bytes);
  damaged.fill(0xa5, bytes.length - 3 * 4096, bytes.length - 2 * 4096);
  writeFileSync(path, damaged);
  expect(() => openStore({ path })).toThrow(
    unusable(new RegExp(`^${path}: the file is corrupt.*put a backup in its place`)),
  );
  expect(readFileSync(path).equals(damaged)).toBe(true);

  writeFileSync(path, bytes.subarray(0, 4096 * 3));
  expect(() => openStore({ path })).toThrow(unusable(/corrupt/));
  writeFileSync(path, "monitors:\n  - url: https://example.com/\n".repeat(40));
  expect(() => openStore({ path })).toThrow(unusable(/no SQLite database/));

  const other = join(folder.path, "other.db");
  new Database(other).exec("CREATE TABLE customers (name)").close();
  expect(() => openStore({ path: other })).toThrow(unusable(/database of another program \(tables customers\)/));

  writeFileSync(path, bytes);
  openStore({ path }).close();
});

test("a folder that cannot be made is named", () => {
  using folder = openFolder();
  writeFileSync(join(folder.path, "data"), "a file");
  expect(() => openStore({ path: join(folder.path, "data/statusquo.db") })).toThrow(
    unusable(new RegExp(`^${folder.path}/data: a part of the path is a file`)),
  );
});

const isRoot = process.getuid?.() === 0;

test.skipIf(isRoot)("a read-only folder is said with its path [skipped as root, who may write anywhere]", () => {
  using folder = openFolder();
  chmodSync(folder.path, 0o500);
  expect(() => openStore({ path: join(folder.path, "statusquo.db") })).toThrow(
    unusable(/statusquo.lock: .*(opened|written)/),
  );
  chmodSync(folder.path, 0o700);
});

const mounts = mountable();

test.skipIf(!mounts)("a read-only file system is said with its path [skipped where nothing can be mounted]", () => {
  using folder = openFolder();
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m,ro", "tmpfs", folder.path]);
  try {
    expect(() => openStore({ path: join(folder.path, "statusquo.db") })).toThrow(
      unusable(/statusquo.lock: .*(opened|written)/),
    );
    expect(() => openStore({ path: join(folder.path, "data/statusquo.db") })).toThrow(
      unusable(/data: the folder cannot be created .read-only/),
    );
  } finally {
    execFileSync("umount", [folder.path]);
  }
});

test.skipIf(!mounts)(
  "a full disk is said with its path, keeps nothing halved, and writing goes on once there is space [skipped where nothing can be mounted]",
  () => {
    using folder = openFolder();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", folder.path]);
    const path = join(folder.path, "statusquo.db");
    const store = openStore({ path });
    try {
      writeUntilFull(store, path);
      execFileSync("mount", ["-o", "remount,size=8m", folder.path]);
      expectToGoOn(store);
    } finally {
      store.close();
      execFileSync("umount", [folder.path]);
    }
  },
);

test("a file at its limit is said with its path, keeps nothing halved, and writing goes on without reopening", () => {
  using folder = openFolder();
  const path = join(folder.path, "statusquo.db");
  const db = openForWriting(path);
  try {
    const reader = createReader(db, path, () => ({ path, bytes: 0, lastCommitAt: null }));
    const writer = createWriter(db, path, reader, () => {});
    db.pragma(`max_page_count = ${Number(db.pragma("page_count", { simple: true })) + 60}`);
    writeUntilFull({ writer, reader }, path);
    db.pragma("max_page_count = 100000");
    expectToGoOn({ writer, reader });
  } finally {
    db.close();
  }
});

test("what a full disk interrupted is not committed even when the error is swallowed", () => {
  using folder = openFolder();
  const path = join(folder.path, "statusquo.db");
  const db = openForWriting(path);
  try {
    const reader = createReader(db, path, () => ({ path, bytes: 0, lastCommitAt: null }));
    const writer = createWriter(db, path, reader, () => {});
    db.pragma(`max_page_count = ${Number(db.pragma("page_count", { simple: true })) + 4}`);
    expect(() =>
      writer.transaction(() => {
        writer.putResult(sample(200), MARKS);
        try {
          writer.putResult({ ...sample(409, { region: "us" }), evidence: noise(100_000) }, MARKS);
        } catch {
          // The walk thinks it can go on.
        }
        writer.putResult(sample(200, { region: "ap" }), MARKS);
      }),
    ).toThrow(unusable(/disk is full/));
    expect(reader.samples({ monitor: "checkout", limit: 9 })).toEqual([]);
  } finally {
    db.close();
  }
});

test("somebody else's lock is said at once, and is no reason to restart", () => {
  using world = openWorld();
  const other = new Database(world.path);
  other.exec("BEGIN IMMEDIATE");
  const put = () => world.writer.transaction(() => world.writer.putResult(sample(200), MARKS));
  expect(put).toThrow(unusable(/another program holds the file locked/));
  expect(put).toThrow(expect.objectContaining({ retryable: true }));
  other.exec("ROLLBACK");
  other.close();
  expect(put()).toBe("recorded");
});

test("nothing is committed into a file that is not under its name any more", () => {
  using folder = openFolder();
  const path = join(folder.path, "statusquo.db");
  const store = openStore({ path });
  try {
    execFileSync("mv", [path, `${path}.moved`]);
    expect(() => store.writer.transaction(() => {})).toThrow(unusable(/was deleted/));
    execFileSync("mv", [`${path}.moved`, path]);
    store.writer.transaction(() => {});
  } finally {
    store.close();
  }
});

test("a file that was replaced or deleted under a running store is noticed", () => {
  using world = openWorld();
  const copy = join(world.folder, "copy.db");
  copyFileSync(world.path, copy);
  expect(world.reader.condition()).toMatchObject({ path: world.path, oldestPending: null });
  execFileSync("mv", [copy, world.path]);
  expect(() => world.reader.condition()).toThrow(unusable(/was replaced by another/));
  execFileSync("rm", [world.path]);
  expect(() => world.reader.condition()).toThrow(unusable(/was deleted/));
});

test("condition says how large the file is and when it was last written", () => {
  using folder = openFolder();
  const path = join(folder.path, "statusquo.db");
  let now = START;
  const store = openStore({ path, now: () => now });
  try {
    expect(store.reader.condition().lastCommitAt).toBeNull();
    now += MINUTE;
    store.writer.transaction(() => store.writer.putResult(sample(200), MARKS));
    expect(store.reader.condition()).toEqual({
      ...{ path, oldestPending: null, lastCommitAt: START + MINUTE },
      bytes: statSync(path).size + statSync(`${path}-wal`).size,
    });
  } finally {
    store.close();
  }
});

test("a backup taken while writing goes on is one whole file that opens with what was there", async () => {
  using world = openWorld();
  using folder = openFolder();
  const { writer } = world;
  const put = (minute: number) =>
    writer.transaction(() => {
      const slot = START + minute * MINUTE;
      writer.putResult({ ...sample(409, { slot }), evidence: noise(3_000) }, MARKS);
      writer.putResult(missed("expired", { slot, region: "us" }), MARKS);
    });
  for (let minute = 0; minute < 400; minute++) put(minute);
  const file = join(folder.path, "backups/copy.db");
  let done = false;
  const backup = world.backup(file).finally(() => {
    done = true;
  });
  let minute = 400;
  while (!done) {
    put(minute++);
    await new Promise(setImmediate);
  }
  await backup;
  expect(minute).toBeGreaterThan(400);
  expect(existsSync(`${file}-wal`) || existsSync(`${file}.partial`)).toBe(false);

  const read = openForReadingOnly({ path: file });
  const slots = Map.groupBy(read.reader.samples({ monitor: "checkout", limit: 1e6 }), ({ slot }) => slot);
  read.close();
  expect(slots.size).toBeGreaterThanOrEqual(400);
  expect([...slots.values()].filter((regions) => regions.length !== 2)).toEqual([]);

  // It replaces an older copy, serves as a database, and never overwrites the one it is a copy of.
  await world.backup(file);
  const restored = openStore({ path: file });
  expect(restored.writer.transaction(() => restored.writer.putResult(sample(200, { slot: START - 1 }), MARKS))).toBe(
    "recorded",
  );
  restored.close();
  await expect(world.backup(world.path)).rejects.toThrow(unusable(/the database itself/));
  await expect(world.backup(join(world.path, "x"))).rejects.toThrow(unusable(/is a file, not a folder/));
});

type Open = Pick<ReturnType<typeof openStore>, "writer" | "reader">;

/** Pairs of rows go in together until no more do. */
function writeUntilFull({ writer, reader }: Open, path: string): void {
  let pairs = 0;
  const put = () =>
    writer.transaction(() => {
      const slot = START + pairs * MINUTE;
      writer.putResult({ ...sample(409, { slot }), evidence: noise(6_000) }, MARKS);
      writer.putResult({ ...sample(409, { slot, region: "us" }), evidence: noise(6_000) }, MARKS);
    });
  expect(() => {
    for (; pairs < 10_000; pairs++) put();
  }).toThrow(unusable(new RegExp(`^${path}: the disk is full`), { retryable: true }));
  expect(pairs).toBeGreaterThan(0);
  const stored = reader.samples({ monitor: "checkout", limit: 1e6 });
  expect(stored.length).toBe(2 * pairs);
  expect(put).toThrow(/the disk is full/);
}

function expectToGoOn({ writer, reader }: Open): void {
  const slot = START - MINUTE;
  writer.transaction(() => writer.putResult({ ...sample(409, { slot }), evidence: noise(6_000) }, MARKS));
  expect(reader.evidence({ monitor: "checkout", region: "eu", slot })?.code).toBe(409);
}

/** Evidence that deflating does not make shorter. */
function noise(length: number) {
  let state = 409;
  const text = Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return String.fromCharCode(33 + ((state >>> 16) % 90));
  });
  return evidence(text.join(""));
}

function mountable(): boolean {
  if (!isRoot || process.platform !== "linux") return false;
  using folder = openFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.path], { stdio: "ignore" });
    execFileSync("umount", [folder.path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test("a data folder that is not there is said with its path, by what only reads too", () => {
  expect(() => openForReadingOnly({ path: "/nowhere/at/all/statusquo.db" })).toThrow(
    /^\/nowhere\/at\/all\/statusquo\.db: there is no such file; .*--data/,
  );
});
