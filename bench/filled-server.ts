/**
 * A server on a store that has been running for months: the real API over real HTTP, without probes.
 *
 * Rows are written past the writer, because millions of them come: drawn from a pool of samples and of tallies made from
 * such samples, so that every one is as large and as varied as a real one.
 */
import { join } from "node:path";
import { type ApiPorts, createApi, type LiveEvent } from "@statusquo/api";
import {
  type DetectorState,
  feed,
  type Monitor,
  NO_SELF,
  packDetector,
  phaseOf,
  type Sample,
  startDetector,
  usualCounts,
  usualShare,
  type Verdict,
} from "@statusquo/core";
import { openStore } from "@statusquo/store";
import Database from "better-sqlite3";
import { withDashboard } from "../apps/server/src/dashboard.ts";
import { listen } from "../apps/server/src/listen.ts";
import { packSlot, type SampleRow } from "../packages/store/src/rows.ts";
import { addSample, addTally, addWorst, newTally, packTally, sharesOf } from "../packages/store/src/tally.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const REGIONS = ["eu-west", "us-east", "ap-south"];
/** 2026-04-01, an hour that is just over. */
const NOW = 1_775_052_020_000;
const POOL = 500;
const RAW_DAYS = 2;

let seed = 1;
/** The same numbers every time. */
function dice(): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
}
const pick = <T>(pool: readonly T[]): T => pool[Math.floor(dice() * pool.length)] as T;

export interface FilledServer {
  url: string;
  now: number;
  /**
   * Stores the next slot of the next monitor, one sample of each region, and tells of it.
   *
   * @param aheadMs how far the server's clock goes on with it; 2 s when left out, so that no answer is one kept for a moment
   */
  commit(aheadMs?: number): void;
  close(): Promise<void>;
}

/** @param isFilled whether the folder holds the store of an earlier run of the same size */
export async function startFilled(options: {
  folder: string;
  isFilled: boolean;
  monitors: number;
  days: number;
}): Promise<FilledServer> {
  const path = join(options.folder, "statusquo.db");
  const monitors = Array.from({ length: options.monitors }, (_, index) => monitorNamed(`monitor-${index}`));
  const detector = learnedDetector();
  if (!options.isFilled) fill(path, monitors, options.days, detector);

  const store = openStore({ path });
  const listeners = new Set<(event: LiveEvent) => void>();
  let next = 0;
  let now = NOW;
  const ending = new AbortController();
  const ports: ApiPorts = {
    reader: store.reader,
    writer: store.writer,
    clock: { now: () => now, every: inRealTime },
    monitors: () => monitors,
    definitions: () => ({ files: [{ file: "bench.yaml", lines: 1 }], loadedAt: NOW, problems: [], brokenAt: null }),
    channels: () => [],
    self: () => NO_SELF,
    maintenanceAt: () => null,
    planned: () => [],
    sourceText: () => null,
    usual: (_monitor, stream, at) => ({ share: usualShare(detector, stream, at), ...usualCounts(detector, stream) }),
    heartbeats: () => ({ scheduledAt: now, committedAt: now }),
    presence: async () => REGIONS.map((region) => ({ region, workers: 1, lastSeenAt: NOW })),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    closing: ending.signal,
    settings: { version: "bench", startedAt: NOW, tokenHash: null, allowedHosts: ["127.0.0.1"], publicUrl: null },
  };
  const hosts = { allowedHosts: ["127.0.0.1"], publicUrl: null };
  const app = withDashboard(createApi(ports), hosts, (what, error) => console.error(what, error));
  const listening = await listen(app.fetch, { host: "127.0.0.1", port: 0 });
  return {
    url: listening.url,
    now: NOW,
    commit(aheadMs = 2_000) {
      now += aheadMs;
      const monitor = monitors[next % monitors.length] as Monitor;
      const slot = lastSlotOf(monitor) + Math.floor(next / monitors.length) * MINUTE;
      next += 1;
      const results = REGIONS.map((region) => ({ ...sampleOf(200), monitor: monitor.id, region, slot }));
      store.writer.transaction(() => {
        for (const result of results) store.writer.putResult(result, { expected: true, late: false });
      });
      for (const listener of listeners) listener({ kind: "committed", results, judgements: [] });
    },
    async close() {
      ending.abort();
      await listening.close();
      store.close();
    },
  };
}

/** Heartbeats come as they do: without them a page that is left alone would take itself for cut off. */
function inRealTime(intervalMs: number, work: () => void | Promise<void>): { stop(): void } {
  const timer = setInterval(() => void work(), intervalMs).unref();
  return { stop: () => clearInterval(timer) };
}

const lastSlotOf = (monitor: Monitor) => Math.floor((NOW - phaseOf(monitor)) / MINUTE) * MINUTE + phaseOf(monitor);

function fill(path: string, monitors: readonly Monitor[], days: number, detector: DetectorState): void {
  const startedAt = performance.now();
  const first = Math.floor(NOW / DAY) * DAY - days * DAY;
  const store = openStore({ path });
  store.writer.transaction(() => {
    store.writer.putDefinitions(monitors, first);
    for (const monitor of monitors) {
      for (const region of REGIONS) {
        const slot = Math.ceil(first / MINUTE) * MINUTE + phaseOf(monitor);
        store.writer.putResult(
          { ...sampleOf(200), monitor: monitor.id, region, slot },
          { expected: true, late: false },
        );
      }
      const packed = packDetector(detector, -1);
      store.writer.putJudgement(monitor.id, lastSlotOf(monitor) - MINUTE, packed, verdictOf(monitor));
    }
  });
  store.close();

  const db = new Database(path);
  db.pragma("synchronous = OFF");
  const numbers = new Map(db.prepare("SELECT id, num FROM monitors").raw().all() as [string, number][]);
  const regions = db.prepare("SELECT num FROM regions").pluck().all() as number[];
  const put = (table: string, columns: string) =>
    db.prepare(`INSERT OR IGNORE INTO ${table} VALUES (${columns.replace(/\w+/g, "?")})`);
  const [putSample, putFive, putHour] = [
    put("samples", "a, b, c, d, e"),
    put("five_minutes", "a, b, c, d"),
    put("hours", "a, b, c, d"),
  ];

  const rows = Array.from({ length: POOL }, (): SampleRow => {
    const sample = sampleOf(dice() < 0.02 ? 409 : 200);
    const status = sample.outcome.kind === "status" ? sample.outcome.status : 0;
    return [0, 0, 0, status, packSlot(sample, { expected: status === 200, late: false })];
  });
  const tallyOf = (samples: number) => {
    const tally = newTally();
    for (let count = 0; count < samples; count++) addSample(tally, pick(rows));
    return tally;
  };
  const fives = Array.from({ length: POOL }, () => tallyOf(5));
  const hourOf = (regionsTogether: number) => {
    const tally = newTally();
    for (let count = 0; count < 12 * regionsTogether; count++) {
      const five = pick(fives);
      addTally(tally, five);
      addWorst(tally, sharesOf(five.codes));
    }
    return packTally(tally);
  };
  const packedFives = fives.map((tally) => packTally(tally));
  const hours = Array.from({ length: POOL }, () => hourOf(1));
  const hoursOfAll = Array.from({ length: POOL }, () => hourOf(REGIONS.length));

  const rolledTo = Math.floor((NOW - 2 * MINUTE) / 300_000) * 300_000;
  const hoursTo = Math.floor(rolledTo / HOUR) * HOUR;
  const nums = monitors.map((monitor) => ({ monitor, num: numbers.get(monitor.id) as number }));
  for (let day = first; day < NOW; day += DAY) {
    const end = Math.min(day + DAY, NOW);
    db.transaction(() => {
      for (let at = day; at < Math.min(end, hoursTo); at += HOUR)
        for (const { num } of nums) {
          putHour.run(at, num, 0, pick(hoursOfAll));
          for (const region of regions) putHour.run(at, num, region, pick(hours));
        }
      for (let at = day; at < Math.min(end, rolledTo); at += 300_000)
        for (const { num } of nums) for (const region of regions) putFive.run(at, num, region, pick(packedFives));
      if (end <= NOW - RAW_DAYS * DAY) return;
      const phases = nums
        .map(({ monitor, num }) => ({ num, phase: phaseOf(monitor) }))
        .sort((a, b) => a.phase - b.phase);
      for (let at = day; at < end; at += MINUTE)
        for (const { num, phase } of phases) {
          // The newest slot is left for `commit`.
          if (at + phase > NOW - MINUTE) continue;
          for (const region of regions) {
            const [, , , outcome, packed] = pick(rows);
            putSample.run(at + phase, num, region, outcome, packed);
          }
        }
    })();
    process.stderr.write(`\rfilling: ${Math.round(((end - first) / (NOW - first)) * 100)} %`);
  }
  const progress = db.prepare("INSERT OR REPLACE INTO progress (name, until) VALUES (?, ?)");
  progress.run("five_minutes", rolledTo);
  progress.run("hours", hoursTo);
  db.close();
  process.stderr.write(`\rfilled in ${Math.round((performance.now() - startedAt) / 1_000)} s\n`);
}

function sampleOf(status: number): Sample {
  const between = (from: number, to: number) => from + dice() * (to - from);
  const phases = {
    dns: between(1, 20),
    connect: between(10, 60),
    tls: between(20, 80),
    firstByte: between(20, 200),
    body: between(0, 2),
  };
  const totalMs = Object.values(phases).reduce((sum, phase) => sum + phase, 0.1);
  const about = { monitor: "", region: "", slot: 0, version: "v1", startedAt: Math.round(between(0, 50)) };
  return { kind: "sampled", ...about, outcome: { kind: "status", status }, totalMs, phases };
}

/** A week of minutes with 1 % of 409 in it. */
function learnedDetector(): DetectorState {
  const state = startDetector({ regions: REGIONS, intervalMs: MINUTE, falseAlarmsPerYear: 1 });
  for (let at = NOW - 7 * DAY; at < NOW; at += MINUTE)
    for (const region of REGIONS) {
      const isBad = dice() < 0.01;
      feed(state, { at, region, code: isBad ? 409 : 200, expected: !isBad });
    }
  return state;
}

const verdictOf = (monitor: Monitor): Verdict => ({
  monitor: monitor.id,
  slot: lastSlotOf(monitor) - MINUTE,
  subject: monitor.subject,
  standing: "usual",
  reason: "as usual: 0 of 3 probes 409, usual 1.0 %",
  readings: [{ stream: 409, code: 409, lnEvidence: -3, lnThreshold: 0, usualShare: 0.01, bad: 0, of: 3, open: false }],
  events: [],
  sampled: 3,
  missed: 0,
});

function monitorNamed(id: string): Monitor {
  return {
    id,
    name: `Monitor ${id}`,
    tags: ["shop"],
    request: { method: "GET", url: `https://${id}.example.com/v1/things`, headers: {} },
    intervalMs: MINUTE,
    timeoutMs: 10_000,
    regions: REGIONS,
    expect: [{ from: 200, to: 299, exclude: false }],
    usual: {},
    falseAlarmsPerYear: 1,
    notify: [],
    redact: [],
    allowPrivate: false,
    followRedirects: 0,
    slotHeader: false,
    version: `v-${id}`,
    subject: `s-${id}`,
    source: { file: "bench.yaml", line: 1, endLine: 1 },
  };
}
