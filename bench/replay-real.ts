/**
 * How many incidents real histories would have brought: `node bench/replay-real.ts [FOLDER] [--max-per-month N]
 * [--max-per-quiet-month N] [--max-list N] [--json]`.
 *
 * FOLDER holds recordings as `npx statusquo replay --samples` reads them, `*.ndjson` or `*.ndjson.gz`, with a
 * sample every few minutes; `*.events.ndjson`, with changes alone, are left out. None is part of this repository: they
 * belong to those who kept them. Upptime (https://upptime.js.org) keeps one for every site it watches, as the git
 * history of `history/*.yml` in a public repository: one commit a change, with code, response time and time. Between two
 * commits the last answer holds.
 *
 * A month is 30 days of one monitor, counted from its first sample. It is quiet when at most 1 in 200 of its answers
 * was unexpected, so that hardly anything in it deserves an incident. With a limit that is passed the exit code is 1.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { IncidentLine } from "../apps/server/src/replay/incident-line.ts";
import { planText } from "../apps/server/src/replay/plan.ts";
import { startReplay } from "../apps/server/src/replay/replay.ts";
import { sampleSource } from "../apps/server/src/replay/sources.ts";

const MONTH_MS = 30 * 86_400_000;
const QUIET_SHARE = 1 / 200;
/** Monitors in the table, those with the longest lists; --json has all. */
const SHOWN = 25;
/** A shorter rest at the end of a recording is no month of its own. */
const LEAST_MS = MONTH_MS / 4;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "max-per-month": { type: "string" },
    "max-per-quiet-month": { type: "string" },
    "max-list": { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const folder = positionals[0];
if (folder === undefined || !existsSync(folder) || !statSync(folder).isDirectory()) {
  process.stderr.write(
    "replay-real: name a folder of recordings (*.ndjson, *.ndjson.gz), such as the histories of Upptime repositories; " +
      "the head of bench/replay-real.ts says what they hold\n",
  );
  process.exit(2);
}

interface Month {
  answers: number;
  unexpected: number;
  ms: number;
  incidents: number;
}
interface MonitorReport {
  monitor: string;
  plan: string;
  months: Month[];
  incidents: IncidentLine[];
}

const reports: MonitorReport[] = [];
for (const file of recordings(folder)) reports.push(...(await reportsOf(file)));
reports.sort((one, other) => other.incidents.length - one.incidents.length);

const months = reports.flatMap((report) => report.months);
const quiet = months.filter(({ answers, unexpected }) => unexpected <= QUIET_SHARE * answers);
const perMonth = rateOf(months);
const perQuietMonth = rateOf(quiet);
const longest = reports[0];
const days = (ms: number) => Math.round(ms / 86_400_000);

if (values.json) {
  process.stdout.write(`${JSON.stringify({ perMonth, perQuietMonth, reports })}\n`);
} else {
  const row = ({ monitor, plan, months: own, incidents }: MonitorReport) => {
    const [answers, unexpected, ms] = [sumOf(own, "answers"), sumOf(own, "unexpected"), sumOf(own, "ms")];
    return {
      monitor,
      days: days(ms),
      unexpected: `${((100 * unexpected) / Math.max(answers, 1)).toFixed(1)} %`,
      incidents: incidents.length,
      "longest, h": Math.round(
        Math.max(0, ...incidents.map(({ opened, closed }) => ((closed ?? opened) - opened) / 3.6e6)),
      ),
      open: incidents.filter(({ closed }) => closed === null).length,
      plan,
    };
  };
  console.table(reports.slice(0, SHOWN).map(row));
  process.stdout.write(
    `${reports.length} monitors, ${months.length} months (${days(sumOf(months, "ms"))} days), ${sumOf(months, "incidents")} incidents\n` +
      `incidents a month:       ${perMonth.toFixed(2)}\n` +
      `incidents a quiet month: ${perQuietMonth.toFixed(2)} (${quiet.length} months, ${sumOf(quiet, "incidents")} incidents)\n` +
      `longest list:            ${longest?.incidents.length ?? 0} of ${longest?.monitor ?? "none"}\n`,
  );
}
passed("--max-per-month", perMonth, values["max-per-month"]);
passed("--max-per-quiet-month", perQuietMonth, values["max-per-quiet-month"]);
passed("--max-list", longest?.incidents.length ?? 0, values["max-list"]);

function recordings(place: string): string[] {
  const files = readdirSync(place).filter((name) => /\.ndjson(?:\.gz)?$/.test(name));
  return files
    .filter((name) => !/\.events\.ndjson/.test(name))
    .sort()
    .map((name) => join(place, name));
}

async function reportsOf(file: string): Promise<MonitorReport[]> {
  const found = new Map<string, { from: number; months: Month[] }>();
  const played = startReplay({
    defined: new Map(),
    falseAlarmsPerYear: null,
    onSlot({ id }, at, samples) {
      let own = found.get(id);
      if (own === undefined) found.set(id, (own = { from: at, months: [] }));
      const month = monthAt(own.months, at - own.from);
      month.ms = Math.max(month.ms, (at - own.from) % MONTH_MS);
      month.answers += samples.length;
      for (const { expected } of samples) if (!expected) month.unexpected++;
    },
  });
  await played.take(sampleSource(file));
  played.end();
  const incidents = Map.groupBy(played.incidents(), ({ monitor }) => monitor);
  return played.monitors().map((monitor) => {
    const { from, months: own } = found.get(monitor.id) ?? { from: 0, months: [] };
    const list = incidents.get(monitor.id) ?? [];
    for (const { opened } of list) monthAt(own, opened - from).incidents++;
    const plan = monitor.plan;
    return {
      monitor: monitor.id,
      plan: plan === null ? "" : planText(plan),
      months: own.filter(({ ms, answers }, index) => answers > 0 && (index === 0 || ms >= LEAST_MS)),
      incidents: list,
    };
  });
}

function monthAt(all: Month[], since: number): Month {
  const index = Math.floor(since / MONTH_MS);
  while (all.length <= index) all.push({ answers: 0, unexpected: 0, ms: 0, incidents: 0 });
  return all[index] as Month;
}

function sumOf(all: readonly Month[], field: keyof Month): number {
  return all.reduce((sum, month) => sum + month[field], 0);
}

function rateOf(all: readonly Month[]): number {
  return (sumOf(all, "incidents") * MONTH_MS) / Math.max(sumOf(all, "ms"), 1);
}

function passed(flag: string, came: number, limit: string | undefined): void {
  if (limit === undefined || came <= Number(limit)) return;
  process.stderr.write(`replay-real: ${flag} ${limit} is passed: ${Number(came.toFixed(2))}\n`);
  process.exitCode = 1;
}
