/**
 * What the API's answers cost: `node bench/api.ts [--monitors 500] [--days 90] [--keep FOLDER]`.
 *
 * Fills a store with monitors probed from 3 regions every minute (roll-ups of all days, raw samples of the last two),
 * starts the real server on it without probing, and asks over HTTP. Commits go on between the questions, as they do
 * live, so that nothing is answered from before one. CPU is of this whole process: server, asking, and commits.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startFilled } from "./filled-server.ts";

const { values } = parseArgs({
  options: {
    monitors: { type: "string", default: "500" },
    days: { type: "string", default: "90" },
    rounds: { type: "string", default: "60" },
    keep: { type: "string" },
  },
});
const rounds = Number(values.rounds);
const folder = values.keep ?? mkdtempSync(join(tmpdir(), "statusquo-bench-api-"));
const isFilled = existsSync(join(folder, "statusquo.db"));

const filled = await startFilled({ folder, isFilled, monitors: Number(values.monitors), days: Number(values.days) });
try {
  const DAY = 86_400_000;
  const { now, url, commit } = filled;
  const series = `/api/v1/monitors/monitor-7/series?from=${now - 90 * DAY}&to=${now}&step=${6 * 3_600_000}`;
  await first("overview, 6 h, the first", "/api/v1/monitors");
  await first("overview, 24 h, the first", "/api/v1/monitors?window=24h");
  await measure("overview, 6 h, after a commit", "/api/v1/monitors", 100, commit);
  await measure("overview, 6 h, unchanged", "/api/v1/monitors", 100);
  await measure("overview, 24 h, after a commit", "/api/v1/monitors?window=24h", 100, commit);
  await measure("one monitor, 90 days", series, 150, commit);
  await measure("one monitor, 90 days, by region", `${series}&by=region`, 150, commit);
  await measure("one monitor's page", "/api/v1/monitors/monitor-7", 150, commit);
  await payload();

  /** Right after the server's start, beside whatever it reads then. */
  async function first(name: string, path: string): Promise<void> {
    const startedAt = performance.now();
    await (await fetch(`${url}${path}`)).arrayBuffer();
    console.log(`${name.padEnd(34)} ${(performance.now() - startedAt).toFixed(0)} ms`);
  }

  async function measure(name: string, path: string, budgetMs: number, before?: () => void): Promise<void> {
    for (let warm = 0; warm < 5; warm++) await (await fetch(`${url}${path}`)).arrayBuffer();
    const took: number[] = [];
    const cpuBefore = process.cpuUsage();
    for (let round = 0; round < rounds; round++) {
      before?.();
      const startedAt = performance.now();
      const response = await fetch(`${url}${path}`, { headers: { "accept-encoding": "gzip" } });
      await response.arrayBuffer();
      took.push(performance.now() - startedAt);
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
    }
    const cpu = process.cpuUsage(cpuBefore);
    const cpuMs = ((cpu.user + cpu.system) / 1_000 / rounds).toFixed(1);
    took.sort((a, b) => a - b);
    const at = (share: number) => (took[Math.ceil(took.length * share) - 1] ?? 0).toFixed(1);
    const fits = Number(at(0.95)) <= budgetMs ? "within" : "ABOVE";
    console.log(`${name.padEnd(34)} p50 ${at(0.5)} ms   p95 ${at(0.95)} ms   CPU ${cpuMs} ms   ${fits} ${budgetMs} ms`);
  }

  async function payload(): Promise<void> {
    const raw = await (await fetch(`${url}/api/v1/monitors`, { headers: { "accept-encoding": "identity" } })).text();
    const { gzipSync } = await import("node:zlib");
    const kilobytes = (bytes: number) => (bytes / 1_000).toFixed(0);
    const zipped = gzipSync(raw).length;
    const fits = zipped <= 250_000 ? "within" : "ABOVE";
    console.log(
      `overview payload                   ${kilobytes(raw.length)} kB, ${kilobytes(zipped)} kB gzip   ${fits} 250 kB`,
    );
  }
} finally {
  await filled.close();
  if (values.keep === undefined) rmSync(folder, { recursive: true });
}
