/** What a replay came to, in words for standard error. */
import type { FollowedMonitor } from "./follow.ts";
import { planText } from "./plan.ts";
import type { ReplaySummary } from "./replay.ts";

/** Guessed plans named; more say nothing new. */
const NAMED = 3;

export function summaryLines(summary: ReplaySummary, monitors: readonly FollowedMonitor[], seconds: number): string[] {
  const { samples, monitorDays, incidents, open, repeated, passedOver, stopped } = summary;
  if (samples === 0) return ["replay: no samples"];
  const rate = monitorDays > 0 ? ` (${(incidents / monitorDays).toPrecision(2)} a day and monitor)` : "";
  const guessed = monitors.filter((monitor) => monitor.guessed);
  const named = guessed.slice(0, NAMED).map((monitor) => {
    const plan = monitor.plan;
    return `  ${monitor.id}: ${plan === null ? "" : planText(plan)}`;
  });
  return [
    `replay: ${plain(samples)} samples of ${count(summary.monitors, "monitor")}, ${dateText(summary.from)} to ${dateText(summary.to)}`,
    `replay: ${count(incidents, "incident")}${rate}, ${plain(open)} open at the end; ${plain(samples / Math.max(seconds, 1e-6))} samples/s`,
    ...(guessed.length === 0
      ? []
      : [`replay: guessed from the first samples, for want of a definition or config:`, ...named]),
    ...(guessed.length > NAMED ? [`  and so for ${plain(guessed.length - NAMED)} more`] : []),
    ...(repeated === 0
      ? []
      : [`replay: ${plain(repeated)} samples repeat an instant of their region and were not judged`]),
    ...(passedOver === 0
      ? []
      : [`replay: ${plain(passedOver)} samples are of regions that their monitor does not have`]),
    ...stopped.map(({ monitor, why }) => `replay: judging of ${monitor} stopped by a fault of ours: ${why}`),
  ];
}

const plain = (value: number) => Math.round(value).toLocaleString("en");
const count = (value: number, what: string) => `${plain(value)} ${what}${value === 1 ? "" : "s"}`;
const dateText = (at: number | null) => (at === null ? "–" : `${new Date(at).toISOString().slice(0, 16)}Z`);
