/** A comparison as lines for a terminal of 100 columns. */
import type { Comparison, RuleScore } from "./compare.ts";

const HEAD = ["rule", "alerts", "a day", "found", "missed", "median delay", "90 % delay", "false", "a month"];
/** Missed changes named per rule; --json has all. */
const NAMED = 3;

export function comparisonLines(comparison: Comparison): string[] {
  const { changes, changesFrom, monitorDays, rules } = comparison;
  const rows = [HEAD, ...rules.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  "),
  );
  const measure =
    changesFrom === "labels"
      ? `Changes: the ${changes} that the recording labels.`
      : `Changes: the ${changes} incidents of Statusquo itself, because the recording labels none. "Found" and "missed"\nare agreement with it, "false" is what it did not open.`;
  return [
    ...table,
    "",
    ...measure.split("\n"),
    `"a day" and "a month" are per monitor, over ${monitorDays.toFixed(1)} monitor-days. Bad is what a monitor does not expect.`,
    "An alert of the last 30 minutes that is still on when a change begins has found it.",
    "gatus, uptime-kuma and checkmate probe from one place and see the first region alone.",
    ...rules.flatMap(missedLines),
  ];
}

function cellsOf(rule: RuleScore): string[] {
  return [
    rule.name,
    String(rule.openings),
    figure(rule.openingsPerMonitorDay),
    String(rule.found),
    String(rule.missed),
    delayText(rule.medianDelayMs),
    delayText(rule.p90DelayMs),
    String(rule.falseOpenings),
    figure(rule.falsePerMonitorMonth),
  ];
}

function missedLines({ name, missedChanges }: RuleScore): string[] {
  if (missedChanges.length === 0) return [];
  const named = missedChanges.slice(0, NAMED).map(({ monitor, onset, end }) => {
    const length = end === null ? "to the end" : delayText(end - onset);
    return `  ${monitor} from ${new Date(onset).toISOString().slice(0, 16)}Z, ${length}`;
  });
  const more = missedChanges.length - named.length;
  return [
    "",
    `missed by ${name}: ${missedChanges.length}`,
    ...named,
    ...(more > 0 ? [`  and ${more} more; --json names them`] : []),
  ];
}

function delayText(ms: number | null): string {
  if (ms === null) return "–";
  const minutes = ms / 60_000;
  if (minutes < 1) return `${Math.round(ms / 1_000)} s`;
  if (minutes < 120) return `${Number(minutes.toFixed(1))} min`;
  return `${Number((minutes / 60).toFixed(1))} h`;
}

const figure = (value: number) => (value === 0 ? "0" : value >= 100 ? String(Math.round(value)) : value.toPrecision(2));
