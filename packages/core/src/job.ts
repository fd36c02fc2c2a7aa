/**
 * Jobs: the order to probe monitors of one region for one slot each. A batch is what travels.
 *
 * A job names a monitor and its definition's version, never a secret: workers hold the definition already, or fetch it.
 */
import type { DefinitionVersion, EpochMs, MonitorId, Region } from "./monitor.ts";

export interface ProbeJob {
  monitor: MonitorId;
  version: DefinitionVersion;
  slot: EpochMs;
  /** The probe must have begun by then, by the server's clock; later it is `missed(expired)`. */
  startBefore: EpochMs;
}

/** The wire version of `JobBatch`; a worker that meets another answers `missed(unsupported)`. */
export const JOB_BATCH_VERSION = 1;

/** At most `MAX_JOBS_PER_BATCH` jobs of one region. The same jobs have the same id, so a repeat is recognised. */
export interface JobBatch {
  v: typeof JOB_BATCH_VERSION;
  id: string;
  region: Region;
  jobs: ProbeJob[];
  /** A person asked for it: every answer brings its evidence, and none becomes a row. */
  asked?: true;
}

export const MAX_JOBS_PER_BATCH = 100;
