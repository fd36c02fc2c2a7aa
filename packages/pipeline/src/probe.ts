/**
 * Step 3, probe: a batch of jobs becomes a batch of results, one for each job, whatever happens.
 */
import type {
  BatchHandler,
  DefinitionVersion,
  Failpoint,
  Monitor,
  ProbeJob,
  ProbeResult,
  Prober,
  Region,
} from "@statusquo/core";

/**
 * A handler that probes every job of a batch at once, over all batches never more than `atOnce`.
 *
 * A job whose definition is unknown is `missed(unsupported)`; one whose time has passed before it got a place is
 * `missed(expired)`. A prober that throws has a fault of ours: `missed(resource)`, and `onFault` hears of it.
 */
export function probeBatch(
  prober: Prober,
  options: {
    atOnce: number;
    onFault: (error: unknown, job: ProbeJob) => void;
    failpoint?: (point: Failpoint) => void;
  },
): BatchHandler {
  const place = places(options.atOnce);
  const failpoint = options.failpoint ?? (() => {});

  const answer = async (
    region: Region,
    job: ProbeJob,
    monitors: ReadonlyMap<DefinitionVersion, Monitor>,
    now: () => number,
    wantEvidence: boolean,
  ): Promise<ProbeResult> => {
    const key = { monitor: job.monitor, region, slot: job.slot };
    const monitor = monitors.get(job.version);
    if (!monitor) {
      const detail = `definition ${job.version} is not known here`;
      return { kind: "missed", ...key, reason: "unsupported", detail };
    }
    using _seat = await place();
    if (now() > job.startBefore) return { kind: "missed", ...key, reason: "expired" };
    try {
      failpoint("worker.before_request");
      const result = await prober.probe(monitor, job.slot, { wantEvidence });
      failpoint("worker.after_response");
      return result;
    } catch (error) {
      options.onFault(error, job);
      return { kind: "missed", ...key, reason: "resource", detail: "the prober failed; see the log" };
    }
  };

  return ({ region, jobs, asked = false }, monitors, now) =>
    Promise.all(jobs.map((job) => answer(region, job, monitors, now, asked)));
}

/** `count` places; asking for one waits until there is one, first come first served. */
function places(count: number): () => Promise<Disposable> {
  let free = count;
  const waiting: (() => void)[] = [];
  const seat: Disposable = {
    [Symbol.dispose]() {
      const next = waiting.shift();
      if (next) next();
      else free++;
    },
  };
  return async () => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return seat;
  };
}
