/**
 * How many samples a CPU second `replay` judges, from a file to its incidents, beside what that is made of:
 * `node bench/replay.ts [samples] [monitors]`.
 *
 * The file is made up: answers of which 1 % are 409, with an outage of 20 minutes each week. Read the ratios: absolute
 * figures depend on the machine and on who else uses it. Memory is that of the whole process, the file not in it.
 */
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createComparer } from "../apps/server/src/replay/compare.ts";
import { startReplay } from "../apps/server/src/replay/replay.ts";
import { createScanner } from "../apps/server/src/replay/scan.ts";
import { sampleSource } from "../apps/server/src/replay/sources.ts";
import { feed, startDetector } from "../packages/core/src/index.ts";

const SAMPLES = Number(process.argv[2] ?? 2_000_000);
const MONITORS = Number(process.argv[3] ?? 20);
const START = 1_767_225_600_000;
const MINUTE = 60_000;
const NAMES = ["ap-south", "eu-west", "us-east"];

const folder = mkdtempSync(join(tmpdir(), "statusquo-bench-"));
try {
  for (const regions of [1, 3]) console.table(await measure(NAMES.slice(0, regions)));
} finally {
  rmSync(folder, { recursive: true });
}

async function measure(regions: readonly string[]): Promise<Record<string, unknown>[]> {
  const file = join(folder, `${regions.length}.ndjson`);
  writeRecording(file, regions);
  const megabytes = Math.round(statSync(file).size / 1e6);
  // Replay first, so that its memory is its own.
  const whole = await timed("replay, file to incidents", () => replayAll(file, false));
  const rows = [
    whole,
    await timed("replay --compare", () => replayAll(file, true)),
    await timed("the bare detector", () => feedAll(regions)),
    await timed("JSON.parse of each line", () => parseAll(file)),
    await timed("reading the lines", () => scanAll(file)),
  ];
  return rows.map(({ what, perSecond, came }) => ({
    [`${regions.length} region${regions.length > 1 ? "s" : ""}, ${MONITORS} monitors, ${megabytes} MB`]: what,
    "samples a CPU second": Math.round(perSecond),
    "x of replay": Number((perSecond / whole.perSecond).toPrecision(3)),
    came,
  }));
}

interface Timed {
  what: string;
  perSecond: number;
  came: string;
}

async function timed(what: string, work: () => Promise<string> | string): Promise<Timed> {
  const before = process.cpuUsage();
  const came = await work();
  const { user, system } = process.cpuUsage(before);
  return { what, perSecond: (SAMPLES * 1e6) / (user + system), came };
}

/** The answer of a monitor at a minute: the same in every run. */
function codeAt(minute: number, lot: number): number {
  if (minute % 10_080 >= 10_000 && minute % 10_080 < 10_020) return 503;
  return (Math.imul(minute * 3 + lot, 2_654_435_761) >>> 0) % 100 === 0 ? 409 : 200;
}

/** Monitors in turn, as a server stores them. */
function* recording(regions: readonly string[]): Generator<[t: number, monitor: number, region: number, code: number]> {
  let left = SAMPLES;
  for (let minute = 0; left > 0; minute++) {
    for (let monitor = 0; monitor < MONITORS; monitor++) {
      for (let region = 0; region < regions.length && left-- > 0; region++) {
        yield [START + minute * MINUTE + monitor, monitor, region, codeAt(minute, monitor * 3 + region)];
      }
    }
  }
}

function writeRecording(file: string, regions: readonly string[]): void {
  const out = openSync(file, "w");
  const config = { interval_ms: MINUTE, regions, expect: ["2xx"] };
  let text = `${JSON.stringify({ config })}\n`;
  for (const [t, monitor, region, status] of recording(regions)) {
    text += `{"t":${t},"monitor":"monitor-${monitor}","region":"${regions[region]}","status":${status}}\n`;
    if (text.length < 1_000_000) continue;
    writeSync(out, text);
    text = "";
  }
  writeSync(out, text);
  closeSync(out);
}

function feedAll(regions: readonly string[]): string {
  const config = { regions, intervalMs: MINUTE, falseAlarmsPerYear: 1 };
  const states = Array.from({ length: MONITORS }, () => startDetector(config));
  let opened = 0;
  for (const [at, monitor, region, code] of recording(regions)) {
    const sample = { at, region: regions[region] as string, code, expected: code === 200 };
    for (const event of feed(states[monitor]!, sample)) if (event.kind === "opened") opened++;
  }
  return `${opened} openings`;
}

async function parseAll(file: string): Promise<string> {
  let sum = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) sum += JSON.parse(line).status ?? 0;
  return `sum ${sum}`;
}

async function scanAll(file: string): Promise<string> {
  let sum = 0;
  const scanner = createScanner(file, {
    series: () => null,
    sample: (_series, _t, status) => void (sum += status),
    other: () => {},
  });
  for await (const chunk of sampleSource(file).chunks()) scanner.push(chunk);
  scanner.end();
  return `sum ${sum}`;
}

async function replayAll(file: string, compare: boolean): Promise<string> {
  const comparer = compare ? createComparer() : null;
  const played = startReplay({
    defined: new Map(),
    falseAlarmsPerYear: null,
    ...(comparer && { onSlot: comparer.slot, onLabel: comparer.label }),
  });
  let most = 0;
  await played.take(sampleSource(file), () => {
    most = Math.max(most, process.memoryUsage.rss());
    return true;
  });
  played.end();
  const incidents = played.incidents();
  comparer?.result(incidents, played.summary().monitorDays);
  return `${incidents.length} incidents, ${Math.round(most / 1e6)} MB`;
}
