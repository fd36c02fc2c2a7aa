/** The thread of `at-budget.ts`: reads the database without writing, judges, answers once. */
import { parentPort, workerData } from "node:worker_threads";
import { openForReadingOnly } from "@statusquo/store";
import type { BudgetAnswer, BudgetWork } from "./at-budget.ts";
import { recordedSamples } from "./recorded.ts";
import { startReplay } from "./replay.ts";

const { path, monitor, plan, falseAlarmsPerYear, from, to } = workerData as BudgetWork;
const { reader, close } = openForReadingOnly({ path });
try {
  const played = startReplay({ defined: new Map([[monitor, plan]]), falseAlarmsPerYear });
  for (const { at, region, code } of recordedSamples(reader, monitor, { from, to }))
    played.sample(monitor, at, region, code);
  played.end();
  const { samples, ...span } = played.summary();
  const answer: BudgetAnswer = { samples, from: span.from, to: span.to, incidents: played.incidents() };
  parentPort?.postMessage(answer);
} finally {
  close();
}
