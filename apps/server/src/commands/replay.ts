/** `statusquo replay`: judges recorded samples exactly as live, and writes the incidents. */
import { closeSync, openSync, writeSync } from "node:fs";
import { parseBudget } from "../definitions/duration.ts";
import { loadDefinitions, problemText } from "../definitions/load.ts";
import type { PlanPart } from "../replay/plan.ts";
import { startReplay } from "../replay/replay.ts";
import { sampleSource } from "../replay/sources.ts";
import type { CommandContext } from "./command.ts";

export async function replay({
  settings,
  flags: { out: outFile, replay: flags },
  env,
  print,
  printError,
}: CommandContext): Promise<number> {
  const budget = flags.falseAlarms === null ? null : budgetOf(flags.falseAlarms);
  if (budget === undefined) {
    printError(
      `replay: --false-alarms must be a number a year above 0, or such as 2/month; got "${flags.falseAlarms}"`,
    );
    return 2;
  }
  if (flags.samples.length === 0) {
    printError("replay: name recorded samples, such as: npx statusquo replay --samples samples.ndjson");
    return 2;
  }
  const defined = new Map<string, PlanPart>();
  if (settings.config !== null) {
    const read = await loadDefinitions(settings.config, env);
    if (!read.ok) {
      for (const problem of read.problems) printError(problemText(problem));
      return 1;
    }
    for (const { id, regions, intervalMs, expect, usual, falseAlarmsPerYear } of read.loaded.monitors)
      defined.set(id, { regions, intervalMs, expect, usual, falseAlarmsPerYear });
  }
  const sources = flags.samples.map(sampleSource);
  // Before the work, so that a place that cannot be written is known at once.
  const out = outFile === null || outFile === "-" ? null : openSync(outFile, "w");
  const played = startReplay({ defined, falseAlarmsPerYear: budget });
  const startedAt = performance.now();
  for (const source of sources) await played.take(source);
  played.end();
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const line of played.incidents()) {
    const text = JSON.stringify(line);
    if (out === null) print(text);
    else writeSync(out, `${text}\n`);
  }
  if (out !== null) closeSync(out);
  const { samples, monitors, incidents } = played.summary();
  printError(
    `replay: ${samples} samples of ${monitors} monitors, ${incidents} incidents, ${Math.round(samples / seconds)} samples/s`,
  );
  return 0;
}

/** A number a year, or a budget as in definitions; undefined for anything else. */
function budgetOf(text: string): number | undefined {
  const plain = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : parseBudget(text);
  return plain !== null && plain > 0 && plain <= 1e6 ? plain : undefined;
}
