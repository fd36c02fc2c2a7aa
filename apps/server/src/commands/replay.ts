/** `statusquo replay`: judges recorded samples exactly as live, writes the incidents, and plays the rules of other tools. */
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StatusquoError } from "@statusquo/core";
import { openForReadingOnly } from "@statusquo/store";
import { parseBudget } from "../definitions/duration.ts";
import { loadDefinitions, problemText } from "../definitions/load.ts";
import { instantOf } from "../instant.ts";
import { createComparer } from "../replay/compare.ts";
import { comparisonLines } from "../replay/comparison-table.ts";
import type { IncidentLine } from "../replay/incident-line.ts";
import type { Plan, PlanPart } from "../replay/plan.ts";
import { createProgress } from "../replay/progress.ts";
import { recordedSamples } from "../replay/recorded.ts";
import { type Replay, startReplay } from "../replay/replay.ts";
import { sampleSource } from "../replay/sources.ts";
import { summaryLines } from "../replay/summary-lines.ts";
import type { CommandContext, ReplayFlags } from "./command.ts";

export const REPLAY_HELP = `statusquo replay: judges recorded samples exactly as live, and prints one line of JSON an incident

  npx statusquo replay --samples FILE [flags]
  npx statusquo replay --monitor ID [--from T] [--to T] [flags]

  --samples FILE     {"t":1767704400000,"monitor":"create-order","region":"eu-west","status":200} a line, in order of
                     time for each monitor; status 0 is no answer; .gz too, - is standard input; may be repeated
  --monitor ID       a monitor of the data folder instead, also while a server runs on it
  --from T, --to T   from when (included) to when (not); 2026-01-06, 2026-01-06T14:00Z or epoch ms
  --config FILE|DIR  definitions: what their monitors expect, their regions, interval and budget
  --data DIR         the data folder (STATUSQUO_DATA, else ./data)
  --false-alarms B   the budget for every monitor: a number a year, or such as 2/month
  --out FILE         where to write the incidents; standard output without it
  --compare          what the rules of other tools would have done with the same samples
  --json             summary, comparison and (without --out) incidents as one JSON object

Described in docs/configuration.md.`;

const DAY_MS = 86_400_000;
/** How many samples of the store are judged between two looks at the signal. */
const TURN_SAMPLES = 20_000;

export async function replay(context: CommandContext): Promise<number> {
  const { settings, env, print, printError } = context;
  const { out, json, replay: flags } = context.flags;
  const asked = readFlags(flags);
  if (typeof asked === "string") {
    printError(`replay: ${asked}`);
    return 2;
  }
  const defined = new Map<string, PlanPart>();
  if (settings.config !== null) {
    const read = await loadDefinitions(settings.config, env);
    if (!read.ok) {
      for (const problem of read.problems) printError(problemText(problem));
      return 1;
    }
    for (const monitor of read.loaded.monitors) defined.set(monitor.id, planPart(monitor));
  }
  const toFile = out !== null && out !== "-";
  if (toFile) checkWritable(out);

  const comparer = flags.compare ? createComparer() : null;
  const played = startReplay({
    defined,
    falseAlarmsPerYear: asked.falseAlarmsPerYear,
    ...(comparer && { onSlot: comparer.slot, onLabel: comparer.label }),
  });
  const startedAt = performance.now();
  const wasEnded = await untilInterrupted((signal) =>
    flags.monitor === null
      ? playFiles(played, flags.samples, signal)
      : playStore(
          played,
          join(settings.data, "statusquo.db"),
          flags.monitor,
          asked,
          defined,
          signal,
          settings.sampleDays * DAY_MS,
        ),
  );
  played.end();
  const seconds = (performance.now() - startedAt) / 1_000;

  const incidents = played.incidents();
  const summary = played.summary();
  const comparison = comparer?.result(incidents, summary.monitorDays) ?? null;
  if (toFile)
    writeFileSync(
      out,
      linesOf(incidents)
        .map((line) => `${line}\n`)
        .join(""),
    );
  if (json) print(JSON.stringify({ summary, ...(comparison && { comparison }), ...(!toFile && { incidents }) }));
  else {
    // With a comparison the table is what was asked for; incidents then go to a file alone.
    if (!toFile && comparison === null) for (const line of linesOf(incidents)) print(line);
    if (comparison !== null) for (const line of comparisonLines(comparison)) print(line);
  }
  for (const line of summaryLines(summary, played.monitors(), seconds)) printError(line);
  if (!wasEnded)
    printError(`replay: stopped before the end; what was found until then is ${toFile ? `in ${out}` : "above"}`);
  return wasEnded && summary.stopped.length === 0 ? 0 : 1;
}

interface Asked {
  falseAlarmsPerYear: number | null;
  from: number | null;
  to: number | null;
}

/** What the flags mean, or a sentence about what is wrong with them. */
function readFlags(flags: ReplayFlags): Asked | string {
  const { samples, monitor } = flags;
  if (samples.length === 0 && monitor === null)
    return "name recorded samples, such as: npx statusquo replay --samples samples.ndjson; or --monitor ID for those of the data folder";
  if (samples.length > 0 && monitor !== null) return "give --samples or --monitor, not both";
  if (samples.length > 0 && (flags.from ?? flags.to) !== null) return "--from and --to are for --monitor";
  const falseAlarmsPerYear = flags.falseAlarms === null ? null : budgetOf(flags.falseAlarms);
  if (falseAlarmsPerYear === undefined)
    return `--false-alarms must be a number a year above 0, or a budget such as 2/month; got "${flags.falseAlarms}"`;
  const [from, to] = [instantOf(flags.from), instantOf(flags.to)];
  const wrong = from === undefined ? flags.from : to === undefined ? flags.to : null;
  if (wrong !== null)
    return `--from and --to must be such as 2026-01-06, 2026-01-06T14:00Z or epoch ms; got "${wrong}"`;
  return { falseAlarmsPerYear, from: from ?? null, to: to ?? null };
}

/** A number a year, or a budget as in definitions; undefined for anything else. */
function budgetOf(text: string): number | undefined {
  const perYear = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : parseBudget(text);
  return perYear !== null && perYear > 0 ? perYear : undefined;
}

function planPart({ regions, intervalMs, expect, usual, falseAlarmsPerYear, timezone }: Plan): PlanPart {
  return { regions, intervalMs, expect, usual, falseAlarmsPerYear, ...(timezone !== undefined && { timezone }) };
}

/** Before the work, and without touching what is there. */
function checkWritable(file: string): void {
  try {
    closeSync(openSync(file, "a"));
  } catch (error) {
    throw new StatusquoError("setting_invalid", `--out ${file} cannot be written: ${(error as Error).message}`);
  }
}

const linesOf = (incidents: readonly IncidentLine[]) => incidents.map((incident) => JSON.stringify(incident));

/** Runs `work` until it ends or Ctrl-C is pressed; a second one ends the process as ever. */
async function untilInterrupted(work: (signal: AbortSignal) => Promise<boolean>): Promise<boolean> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once("SIGINT", interrupt);
  try {
    return await work(interrupted.signal);
  } finally {
    process.off("SIGINT", interrupt);
  }
}

/** @returns whether all was played */
async function playFiles(played: Replay, files: readonly string[], signal: AbortSignal): Promise<boolean> {
  const sources = files.map((file) => sampleSource(file, signal));
  const sizes = sources.map(({ bytes }) => bytes);
  const total = sizes.includes(null) ? null : sizes.reduce((sum: number, size) => sum + (size ?? 0), 0);
  const progress = createProgress(process.stderr.isTTY ? process.stderr : null, () => performance.now());
  try {
    for (const source of sources) {
      const isWhole = await played.take(source, () => {
        const read = sources.reduce((sum, { read }) => sum + read(), 0);
        progress.show(() => ({ ...played.counts(), share: total === null ? null : read / Math.max(total, 1) }));
        return !signal.aborted;
      });
      if (!isWhole) return false;
    }
    return true;
  } finally {
    progress.clear();
  }
}

/** @returns whether all was played */
async function playStore(
  played: Replay,
  path: string,
  monitor: string,
  asked: Asked,
  defined: Map<string, PlanPart>,
  signal: AbortSignal,
  keptMs: number,
): Promise<boolean> {
  const { reader, close } = openForReadingOnly({ path });
  const progress = createProgress(process.stderr.isTTY ? process.stderr : null, () => performance.now());
  try {
    const verdicts = reader.verdicts();
    if (!verdicts.has(monitor)) {
      const known = [...verdicts.keys()].sort().join(", ") || "none";
      throw new StatusquoError(
        "not_found",
        `${path}: nothing was judged of a monitor "${monitor}"; there are ${known}`,
      );
    }
    const versions = reader.definitions(monitor);
    const inForce = versions.find(({ subject }) => subject === verdicts.get(monitor)?.subject) ?? versions[0];
    if (!defined.has(monitor) && inForce) defined.set(monitor, planPart(inForce));
    let left = TURN_SAMPLES;
    for (const { at, region, code, unmet, share } of recordedSamples(reader, monitor, asked, keptMs)) {
      played.sample(monitor, at, region, code, unmet);
      if (--left > 0) continue;
      left = TURN_SAMPLES;
      progress.show(() => ({ ...played.counts(), share }));
      // Signals are heard between turns of the loop.
      await new Promise(setImmediate);
      if (signal.aborted) return false;
    }
    return true;
  } finally {
    progress.clear();
    close();
  }
}
