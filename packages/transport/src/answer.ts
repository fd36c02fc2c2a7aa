/**
 * A region's answer to a batch: exactly one result for each of its jobs, whatever the handler does.
 *
 * What can be answered without a probe is answered here, alike for both transports: a definition that is not known, and
 * a job whose time has passed.
 */
import {
  type BatchHandler,
  type DefinitionVersion,
  type EpochMs,
  type JobBatch,
  type MissedReason,
  type Monitor,
  type ProbeJob,
  type ProbeResult,
  slotKeyText,
} from "@statusquo/core";
import { said, type TransportLog } from "./log.ts";

export async function answerBatch(
  batch: JobBatch,
  monitors: ReadonlyMap<DefinitionVersion, Monitor>,
  handler: BatchHandler,
  now: () => EpochMs,
  log: TransportLog,
): Promise<ProbeResult[]> {
  const answers: ProbeResult[] = [];
  const jobs: ProbeJob[] = [];
  for (const job of batch.jobs) {
    if (monitors.get(job.version)?.id !== job.monitor) {
      answers.push(missed(batch, job, "unsupported", `definition ${job.version} is not known here`));
    } else if (now() > job.startBefore) answers.push(missed(batch, job, "expired"));
    else jobs.push(job);
  }
  if (jobs.length === 0) return answers;
  let results: ProbeResult[] = [];
  try {
    results = await handler({ ...batch, jobs }, monitors, now);
  } catch (error) {
    log("error", "the probes of a batch failed as a whole", { batch: batch.id, error: said(error) });
  }
  const bySlot = new Map<string, ProbeResult>();
  for (const result of results) if (!bySlot.has(slotKeyText(result))) bySlot.set(slotKeyText(result), result);
  for (const job of jobs) {
    const result = bySlot.get(slotKeyText({ ...job, region: batch.region }));
    answers.push(result ?? missed(batch, job, "no_result", "the worker gave no result for this job; see its log"));
  }
  return answers;
}

/** Every job of a batch answered alike. */
export function missedBatch(batch: JobBatch, reason: MissedReason, detail: string): ProbeResult[] {
  return batch.jobs.map((job) => missed(batch, job, reason, detail));
}

function missed(batch: JobBatch, job: ProbeJob, reason: MissedReason, detail?: string): ProbeResult {
  const key = { monitor: job.monitor, region: batch.region, slot: job.slot };
  return detail === undefined ? { kind: "missed", ...key, reason } : { kind: "missed", ...key, reason, detail };
}
