/**
 * How long the slider of another budget takes: 30 days of stored samples of one monitor, judged anew in a thread of their
 * own, and for how long the server's loop is held up meanwhile. Others' samples lie between its own, as they would.
 *
 *     node bench/replay-budget.ts [--monitors 20] [--regions 3] [--every 60] [--days 30]
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import type { Sample } from "@statusquo/core";
import { openStore } from "@statusquo/store";
import Database from "better-sqlite3";
import { compileDefinitions } from "../apps/server/src/definitions/load.ts";
import { replayAtBudget } from "../apps/server/src/replay/at-budget.ts";
import { slotAt } from "../packages/core/src/index.ts";
import { packSlot } from "../packages/store/src/rows.ts";

const { values } = parseArgs({
  options: {
    monitors: { type: "string", default: "20" },
    regions: { type: "string", default: "3" },
    every: { type: "string", default: "60" },
    days: { type: "string", default: "30" },
  },
});
const [count, places, everyMs, days] = [values.monitors, values.regions, `${values.every}000`, values.days].map(Number);
const DAY = 86_400_000;
/** 2026-04-01 */
const NOW = 1_775_001_600_000;
const from = NOW - days! * DAY;
const names = (prefix: string, many: number) => Array.from({ length: many }, (_, index) => `${prefix}-${index}`);

const text = `regions: [${names("region", places!).join(", ")}]
defaults: { every: ${values.every}s, timeout: 2s }
monitors:
${names("monitor", count!)
  .map((id) => `  - { id: ${id}, url: "https://${id}.example.com/" }`)
  .join("\n")}
`;
const loaded = await compileDefinitions([{ file: "bench.yaml", text }], {});
if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
const { monitors } = loaded.loaded;

const folder = mkdtempSync(join(tmpdir(), "statusquo-bench-"));
try {
  const path = join(folder, "statusquo.db");
  const samples = fill(path);
  const bytes = statSync(path).size;
  console.log(
    `${count} monitors, ${places} regions, every ${values.every} s, ${days} days: ${samples.toLocaleString("en-US")} samples, ${(bytes / samples).toFixed(0)} bytes each`,
  );
  for (const budget of [1, 24]) {
    const lag = monitorEventLoopDelay({ resolution: 5 });
    lag.enable();
    const began = performance.now();
    const found = await replayAtBudget(path, monitors[0]!, { falseAlarmsPerYear: budget, from, to: NOW });
    const tookMs = performance.now() - began;
    lag.disable();
    console.log(
      `${budget} a year: ${found.samples.toLocaleString("en-US")} samples, ${found.incidents.length} incidents in ${(tookMs / 1_000).toFixed(2)} s; loop held up ${(lag.max / 1e6).toFixed(0)} ms at most`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** One answer in two hundred is a 409, and half of them for an hour each ninth day. */
function fill(path: string): number {
  const store = openStore({ path });
  const sample = (monitor: string, region: string, slot: number, status: number): Sample => ({
    ...{ kind: "sampled", monitor, region, slot, version: "v1", startedAt: slot + 7, totalMs: 81.5 },
    outcome: { kind: "status", status },
    phases: { dns: 1, connect: 10.5, tls: 20, firstByte: 49, body: 1 },
  });
  const firstOf = new Map(monitors.map((monitor) => [monitor.id, slotAt(monitor, from) + everyMs!]));
  store.writer.transaction(() => {
    store.writer.putDefinitions(monitors, from);
    for (const { id, regions } of monitors)
      for (const region of regions)
        store.writer.putResult(sample(id, region, firstOf.get(id)!, 200), { expected: true, late: false });
  });
  store.close();
  const db = new Database(path);
  db.pragma("synchronous = OFF");
  const numbers = new Map(db.prepare("SELECT id, num FROM monitors").raw().all() as [string, number][]);
  const regions = db.prepare("SELECT num FROM regions").pluck().all() as number[];
  const put = db.prepare("INSERT OR IGNORE INTO samples VALUES (?, ?, ?, ?, ?)");
  const packed = new Map(
    [200, 409].map((status) => [
      status,
      packSlot(sample("", "", 0, status), { expected: status === 200, late: false }),
    ]),
  );
  const inOrder = [...firstOf].sort(([, a], [, b]) => a - b);
  let [seed, rows] = [1, 0];
  const dice = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  for (let day = 0; day < days!; day++)
    db.transaction(() => {
      for (let at = day * DAY; at < (day + 1) * DAY; at += everyMs!)
        for (const [id, first] of inOrder)
          for (const region of regions) {
            const isBad = day % 9 === 8 && at % DAY < 3_600_000;
            const status = dice() < (isBad ? 0.5 : 0.005) ? 409 : 200;
            put.run(first + at, numbers.get(id)!, region, status, packed.get(status)!);
            rows += 1;
          }
    })();
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
  return rows;
}
