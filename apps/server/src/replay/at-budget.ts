/**
 * What another budget of false alarms would have opened: the stored samples of one monitor, judged anew in a thread of
 * their own, so that the server's loop goes on.
 */
import { Worker } from "node:worker_threads";
import { type EpochMs, type Monitor, StatusquoError } from "@statusquo/core";
import type { IncidentLine } from "./incident-line.ts";
import type { PlanPart } from "./plan.ts";

/** What the thread is given. */
export interface BudgetWork {
  /** The database. */
  path: string;
  monitor: string;
  plan: PlanPart;
  falseAlarmsPerYear: number;
  from: EpochMs;
  to: EpochMs;
}

/** What it says on its way: how much of the span it has judged, 0 to 1. */
export interface BudgetShare {
  share: number;
}

/** What it answers. */
export interface BudgetAnswer {
  samples: number;
  from: EpochMs | null;
  to: EpochMs | null;
  incidents: IncidentLine[];
}

/** 30 days of three regions every minute take a second, of twelve every 5 seconds most of a minute. */
const LONGEST_MS = 180_000;

/**
 * @param onShare hears how much of the span has been judged, 0 to 1
 * @throws StatusquoError "internal" when the thread broke or took too long
 */
export async function replayAtBudget(
  path: string,
  monitor: Monitor,
  asked: { falseAlarmsPerYear: number; from: EpochMs; to: EpochMs },
  onShare: (share: number) => void = () => {},
) {
  const { id, regions, intervalMs, expect, usual, timezone } = monitor;
  const plan: PlanPart = { regions, intervalMs, expect, usual, ...(timezone && { timezone }) };
  const workerData: BudgetWork = { path, monitor: id, plan, ...asked };
  const worker = new Worker(new URL("./budget-thread.ts", import.meta.url), { workerData });
  const { promise, resolve, reject } = Promise.withResolvers<BudgetAnswer>();
  const broke = (why: string) => new StatusquoError("internal", `replay of "${id}" at another budget: ${why}`);
  const timer = setTimeout(() => reject(broke(`it took more than ${LONGEST_MS / 1_000} s`)), LONGEST_MS);
  worker.on("message", (said: BudgetAnswer | BudgetShare) => ("share" in said ? onShare(said.share) : resolve(said)));
  worker.on("error", (error) => reject(broke(error instanceof Error ? error.message : String(error))));
  worker.on("exit", (code) => reject(broke(`its thread ended with ${code}`)));
  try {
    const { samples, from, to, incidents } = await promise;
    return {
      from: from ?? asked.from,
      to: to ?? asked.to,
      samples,
      incidents: incidents.map(({ began, opened, closed, code, codes, scope, seen }) => ({
        onsetAt: began,
        openedAt: opened,
        resolvedAt: closed,
        code,
        codes,
        regions: scope.regions,
        seen,
      })),
    };
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
