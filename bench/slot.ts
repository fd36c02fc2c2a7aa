/**
 * What a closed slot costs from its samples to its verdict, all that is stored included: `node bench/slot.ts [minutes] [broken]`.
 *
 * 500 monitors are probed every minute from 3 regions; with `broken`, so many of them are in an open incident all the
 * while. Figures of one run compare with each other, not with those of another machine or day.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_EXPECTATION, type JobTransport, type Monitor, type ProbeResult } from "@statusquo/core";
import { startWalk } from "@statusquo/pipeline";
import { manualClock } from "@statusquo/pipeline/testing";
import { openStore } from "@statusquo/store";

const MINUTES = Number(process.argv[2] ?? 20);
const BROKEN = Number(process.argv[3] ?? 0);
const MONITORS = 500;
const REGIONS = ["eu-west", "us-east", "ap-south"];
const START = 1_767_225_600_000;
const LEARN_MIN = 20;

const monitors = Array.from({ length: MONITORS }, (_, index) => monitorNamed(`monitor-${index}`));
const folder = mkdtempSync(join(tmpdir(), "statusquo-bench-"));
const store = openStore({ path: join(folder, "statusquo.db") });
const clock = manualClock(START);
let isBroken = false;
let slots = 0;
let record: (results: ProbeResult[]) => void = () => {};
const transport: JobTransport = {
  publish: async () => {},
  async offer({ region, jobs }) {
    const results = jobs.map(({ monitor, slot, version }): ProbeResult => {
      const wrong = isBroken && Number(monitor.slice(8)) < BROKEN;
      const times = { startedAt: slot, totalMs: 42, phases: { dns: 1, connect: 2, tls: 9, firstByte: 29, body: 1 } };
      const outcome = { kind: "status", status: wrong ? 409 : 200 } as const;
      return { kind: "sampled", monitor, region, slot, version, ...times, outcome };
    });
    setImmediate(() => record(results));
    return { kind: "taken" };
  },
  async receive(into) {
    record = into;
  },
  drained: async () => {},
  presence: async () => [],
  close: async () => {},
};
const notifier = { deliver: async () => ({ kind: "delivered", said: "ok" }) as const };
const onCommitted = (_: unknown, judged: readonly unknown[]) => {
  slots += judged.length;
};
const ports = { clock, writer: store.writer, transport, notifier, publicUrl: null, onCommitted };
const walk = await startWalk(ports, { monitors, channels: [] });
const settle = async () => {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
};

await clock.advance(LEARN_MIN * 60_000, settle);
isBroken = true;
await clock.advance(5 * 60_000, settle);
const before = { slots, written: writtenByProcess(), cpu: process.cpuUsage() };
await clock.advance(MINUTES * 60_000, settle);
const cpu = process.cpuUsage(before.cpu);
const judged = slots - before.slots;
console.table({
  slots: judged,
  "open incidents": store.reader.incidents({ state: "open", limit: 1_000 }).length,
  "CPU µs a slot": Math.round((cpu.user + cpu.system) / judged),
  "bytes written a slot": Math.round((writtenByProcess() - before.written) / judged),
});
await walk.stop();
store.close();
rmSync(folder, { recursive: true });

/** Bytes this process has given to the disk so far; 0 where the system does not say. */
function writtenByProcess(): number {
  try {
    return Number(/^wchar: (\d+)/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function monitorNamed(id: string): Monitor {
  return {
    ...{ id, name: id, tags: [], intervalMs: 60_000, timeoutMs: 10_000, regions: REGIONS, falseAlarmsPerYear: 1 },
    request: { method: "GET", url: `https://${id}.example.com/`, headers: {} },
    ...{ expect: DEFAULT_EXPECTATION, usual: { 409: 0.001 }, notify: [], redact: [], allowPrivate: false },
    ...{ followRedirects: 0, slotHeader: false, version: `v-${id}`, subject: id },
    source: { file: "bench.yaml", line: 1, endLine: 1 },
  };
}
