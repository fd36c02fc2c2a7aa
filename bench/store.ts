/**
 * What storing a sample costs, by how many go into one transaction: `node bench/store.ts [rows]`.
 *
 * Rows are those of 1,000 monitors probed from 3 regions every 30 s over the network, in the order they come home.
 * Figures of one run compare with each other, not with those of another machine or day: read the ratios.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Monitor, phaseOf, type Sample } from "@statusquo/core";
import { openStore } from "@statusquo/store";

const ROWS = Number(process.argv[2] ?? 60_000);
const MONITORS = 1_000;
const REGIONS = ["eu-west", "us-east", "ap-south"];
const INTERVAL_MS = 30_000;
const START = 1_767_225_600_000;
const BATCHES = [1, 50, 1_000];

const monitors = Array.from({ length: MONITORS }, (_, index) => monitorNamed(`monitor-${index}`));

interface Measured {
  batch: number;
  rows: number;
  perSecond: number;
  cpuMicros: number;
  fileBytes: number;
  writtenBytes: number;
}

const measured: Measured[] = BATCHES.map((batch) => measure(batch, batch === 1 ? Math.ceil(ROWS / 4) : ROWS));
const base = measured.at(-1) as Measured;
const table = measured.map(({ batch, rows, perSecond, cpuMicros, fileBytes, writtenBytes }) => ({
  "rows a transaction": batch,
  rows,
  "rows a second": Math.round(perSecond),
  [`speed, x of ${base.batch}`]: ratio(perSecond / base.perSecond),
  "CPU µs a row": ratio(cpuMicros),
  [`CPU, x of ${base.batch}`]: ratio(cpuMicros / base.cpuMicros),
  "bytes a row": ratio(fileBytes),
  "bytes written a row": Math.round(writtenBytes),
}));
console.table(table);

function measure(batch: number, rows: number): Measured {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-bench-"));
  const path = join(folder, "statusquo.db");
  const store = openStore({ path });
  try {
    store.writer.transaction(() => store.writer.putDefinitions(monitors, START));
    const samples = samplesInOrder(rows);
    store.writer.transaction(() => putAll(samples.splice(0, MONITORS * REGIONS.length)));
    const writtenBefore = writtenByProcess();
    const cpuBefore = process.cpuUsage();
    const startedAt = performance.now();
    const left = samples.length;
    for (let from = 0; from < left; from += batch) {
      store.writer.transaction(() => putAll(samples.slice(from, from + batch)));
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    const cpu = process.cpuUsage(cpuBefore);
    const written = writtenByProcess() - writtenBefore;
    store.close();
    const empty = emptyFileBytes();
    return {
      batch,
      rows: left,
      perSecond: left / seconds,
      cpuMicros: (cpu.user + cpu.system) / left,
      fileBytes: (statSync(path).size - empty) / rows,
      writtenBytes: written / left,
    };
  } finally {
    store.close();
    rmSync(folder, { recursive: true });
  }

  function putAll(results: readonly Sample[]) {
    for (const result of results) store.writer.putResult(result, { expected: true, late: false });
  }
}

/** A file with the monitors and no samples. */
function emptyFileBytes(): number {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-bench-"));
  const path = join(folder, "statusquo.db");
  const store = openStore({ path });
  store.writer.transaction(() => store.writer.putDefinitions(monitors, START));
  store.close();
  const { size } = statSync(path);
  rmSync(folder, { recursive: true });
  return size;
}

function samplesInOrder(rows: number): Sample[] {
  const rounds = Math.ceil(rows / (MONITORS * REGIONS.length)) + 1;
  const samples = Array.from({ length: rounds }, (_, round) =>
    monitors.flatMap((monitor) => REGIONS.map((region) => sampleOf(monitor, region, round))),
  ).flat();
  const homeAt = (sample: Sample) => sample.startedAt + sample.totalMs;
  return samples.sort((a, b) => homeAt(a) - homeAt(b)).slice(0, rows);
}

function sampleOf(monitor: Monitor, region: string, round: number): Sample {
  const slot = START + round * INTERVAL_MS + phaseOf(monitor);
  const dice = (from: number, to: number) => from + Math.random() * (to - from);
  const phases = {
    dns: dice(1, 20),
    connect: dice(10, 60),
    tls: dice(20, 80),
    firstByte: dice(20, 200),
    body: dice(0, 2),
  };
  const totalMs = Object.values(phases).reduce((sum, phase) => sum + phase, 0.1);
  return {
    kind: "sampled",
    monitor: monitor.id,
    region,
    slot,
    version: monitor.version,
    startedAt: slot + Math.round(dice(0, 50)),
    outcome: { kind: "status", status: Math.random() < 0.01 ? 409 : 200 },
    totalMs,
    phases,
  };
}

function monitorNamed(id: string): Monitor {
  return {
    id,
    name: id,
    tags: [],
    request: { method: "GET", url: `https://${id}.example.com/`, headers: {} },
    intervalMs: INTERVAL_MS,
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

/** What this process has handed to write(), log and checkpoints together; NaN where the system does not say. */
function writtenByProcess(): number {
  try {
    return Number(/^wchar: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
  } catch {
    return Number.NaN;
  }
}

function ratio(value: number): number {
  return Number(value.toPrecision(3));
}
