/** `statusquo check`: whether definitions can be used, and what they would schedule. Exit 0 or 1. */
import { expectationText, type Monitor, phaseOf, requestLine, stepsOf } from "@statusquo/core";
import { durationText } from "../definitions/duration.ts";
import { loadDefinitions, problemText } from "../definitions/load.ts";
import { warningsOf } from "../definitions/warnings.ts";
import type { CommandContext } from "./command.ts";

export async function check({ settings, flags, env, print, printError }: CommandContext): Promise<number> {
  const path = settings.config;
  if (path === null) {
    printError(
      "check: there is no statusquo.yaml here; name a file or folder with --config, or write one with: npx statusquo init",
    );
    return 1;
  }
  const result = await loadDefinitions(path, env);
  if (!result.ok) {
    if (flags.json) print(JSON.stringify({ ok: false, problems: result.problems }));
    else for (const problem of result.problems) printError(problemText(problem));
    if (!flags.json) printError(`\n${countText(result.problems.length, "problem")}; nothing of it would be used`);
    return 1;
  }
  const { monitors, channels } = result.loaded;
  for (const warning of warningsOf(result.loaded)) printError(`warning: ${warning}`);
  if (flags.json) {
    const plain = monitors.map((monitor) => ({ ...monitor, phaseMs: phaseOf(monitor) }));
    print(JSON.stringify({ ok: true, monitors: plain, channels: channels.map(({ id, kind }) => ({ id, kind })) }));
    return 0;
  }
  const rows = monitors.map((monitor) => [
    monitor.id,
    requestsText(monitor),
    `every ${durationText(monitor.intervalMs)}, ${(phaseOf(monitor) / 1_000).toFixed(1)} s past`,
    monitor.regions.join(", "),
    `expects ${expectationText(monitor.expect)}${checksText(monitor)}`,
    monitor.notify.length > 0 ? `tells ${monitor.notify.join(", ")}` : "tells nobody",
  ]);
  for (const line of inColumns(rows)) print(line);
  const perMinute = monitors.reduce((sum, monitor) => sum + (monitor.regions.length * 60_000) / monitor.intervalMs, 0);
  print(
    `\n${countText(monitors.length, "monitor")}, ${countText(channels.length, "channel")}, ${Math.round(perMinute * 10) / 10} probes a minute. All good.`,
  );
  return 0;
}

/** The request that decides, and how many others go with it. */
function requestsText(monitor: Monitor): string {
  const others = stepsOf(monitor).length - 1;
  const cleanup = monitor.cleanup?.length ?? 0;
  const parts = [
    ...(others > 0 ? [`${countText(others, "step")} before`] : []),
    ...(cleanup > 0 ? [`${cleanup} to clean up`] : []),
  ];
  return `${requestLine(monitor)}${parts.length > 0 ? ` (${parts.join(", ")})` : ""}`;
}

function checksText(monitor: Monitor): string {
  const checks = stepsOf(monitor).reduce((sum, step) => sum + step.checks.length, 0);
  return checks > 0 ? ` and ${countText(checks, "check")} of the answer` : "";
}

const countText = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;

/** Rows as lines, each column as wide as its widest cell. */
function inColumns(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
