/** Wiring: one region's probes, between the queue they come from and the stream their samples go home on. */
import { failpointFrom, probeBatch } from "@statusquo/pipeline";
import { createProber } from "@statusquo/probe";
import { createBullWorkTransport } from "@statusquo/transport/bullmq";
import type { Logger } from "pino";
import type { WorkerSettings } from "./settings.ts";

/** Probes under way at once in this process. */
const PROBES_AT_ONCE = 500;
/** How long probes that are under way may take to end when the worker is asked to. */
const END_WITHIN_MS = 10_000;

/**
 * Begins to serve `region`.
 *
 * @param onStuck told when work waits and is not taken any more
 * @throws StatusquoError "redis_unreachable", "redis_unsuitable" or "setting_invalid"
 */
export async function startWork(
  region: string,
  settings: WorkerSettings,
  env: NodeJS.ProcessEnv,
  log: Logger,
  onStuck: (why: string) => void,
): Promise<{ close(): Promise<void> }> {
  const failpoint = failpointFrom(env);
  const transport = await createBullWorkTransport({
    redisUrl: settings.redisUrl,
    log: (level, sentence, about = {}) => log[level](about, sentence),
    closeWithinMs: END_WITHIN_MS,
    onStuck,
    failpoint,
  });
  const prober = createProber({ region, env, now: Date.now });
  const onFault = (error: unknown) => log.error({ err: error }, "the prober failed");
  try {
    await transport.serve(region, probeBatch(prober, { atOnce: PROBES_AT_ONCE, onFault, failpoint }));
  } catch (error) {
    await transport.close();
    throw error;
  }
  return { close: () => transport.close() };
}
