import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openFolder, openWorld } from "../test/world.ts";
import { openForReadingOnly, openStore } from "./index.ts";

const HOLD = fileURLToPath(new URL("../test/hold.ts", import.meta.url));

test("a second opener in this process is refused with the owner's name, and not once the first has closed", () => {
  using world = openWorld();
  expect(() => openStore({ path: world.path })).toThrow(
    expect.objectContaining({
      code: "store_unusable",
      message: expect.stringMatching(
        new RegExp(
          `^${world.path}: the data folder is in use by process ${process.pid} on .+, since .+; stop it first`,
        ),
      ),
    }),
  );
  expect(() => openStore({ path: join(world.folder, "another.db") })).toThrow(/in use by process/);
  world.close();
  openStore({ path: world.path }).close();
  expect(readdirSync(world.folder)).not.toContain("statusquo.owner");
});

test("another process is refused while the owner lives; after kill -9 everything acknowledged is there, nothing halved", async () => {
  using folder = openFolder();
  const path = join(folder.path, "statusquo.db");
  const child = spawn(process.execPath, [HOLD, path], { stdio: ["ignore", "pipe", "inherit"] });
  const acknowledged: number[] = [];
  try {
    for await (const line of createInterface(child.stdout)) {
      acknowledged.push(Number(line));
      if (acknowledged.length === 50) {
        expect(() => openStore({ path })).toThrow(new RegExp(`in use by process ${child.pid} on`));
        // Reading beside it is allowed.
        const beside = openForReadingOnly({ path });
        expect(beside.reader.samples({ monitor: "checkout", limit: 1 }).length).toBe(1);
        beside.close();
      }
      if (acknowledged.length === 200) child.kill("SIGKILL");
    }
  } finally {
    child.kill("SIGKILL");
  }
  if (child.signalCode === null && child.exitCode === null) await once(child, "exit");
  expect(child.signalCode).toBe("SIGKILL");
  expect(acknowledged.length).toBeGreaterThanOrEqual(200);
  // The owner could not tidy up, and need not.
  expect(existsSync(join(folder.path, "statusquo.owner"))).toBe(true);

  const store = openStore({ path });
  try {
    expect(readFileSync(join(folder.path, "statusquo.owner"), "utf8")).toContain(`process ${process.pid} `);
    const stored = Map.groupBy(store.reader.samples({ monitor: "checkout", limit: 100_000 }), ({ slot }) => slot);
    expect(acknowledged.filter((slot) => !stored.has(slot))).toEqual([]);
    expect([...stored.values()].filter((regions) => regions.length !== 2)).toEqual([]);
  } finally {
    store.close();
  }
});
