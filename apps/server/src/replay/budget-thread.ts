/** The thread of `at-budget.ts`: reads the database without writing, judges, answers once. */
import { parentPort, workerData } from "node:worker_threads";
import { openForReadingOnly } from "@statusquo/store";
import type { BudgetAnswer, BudgetShare, BudgetWork } from "./at-budget.ts";
import { recordedSamples } from "./recorded.ts";
import { startReplay } from "./replay.ts";

/** Of the span. */
const SAID_EVERY = 0.02;

const { path, monitor, plan, falseAlarmsPerYear, from, to } = workerData as BudgetWork;
const { reader, close } = openForReadingOnly({ path });
try {
  const played = startReplay({ defined: new Map([[monitor, plan]]), falseAlarmsPerYear });
  let said = 0;
  for (const { at, region, code, unmet, share } of recordedSamples(reader, monitor, { from, to })) {
    played.sample(monitor, at, region, code, unmet);
    if (share < said + SAID_EVERY) continue;
    said = share;
    parentPort?.postMessage({ share } satisfies BudgetShare);
  }
  played.end();
  const { samples, ...span } = played.summary();
  const answer: BudgetAnswer = { samples, from: span.from, to: span.to, incidents: played.incidents() };
  parentPort?.postMessage(answer);
} finally {
  close();
}
