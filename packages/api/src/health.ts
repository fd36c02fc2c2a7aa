/**
 * Health: whether alerts can be trusted now. Each check says what it saw and what it allows.
 *
 * Ready is less than healthy: the walk goes on. A server with a broken edit of a definition is ready, not healthy.
 */
import { closesAt, type EpochMs } from "@statusquo/core";
import type { ApiPorts } from "./ports.ts";
import type { Check, DefinitionsStatus, Health } from "./views.ts";

const SCHEDULER_PAUSE_MS = 10_000;
const OUTBOX_WAIT_MS = 300_000;
/** Dead letters counted at most. */
const DEAD_COUNTED = 500;

export function definitionsStatus(ports: ApiPorts): DefinitionsStatus {
  const { files, loadedAt, problems, brokenAt } = ports.definitions();
  const error = problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join("\n");
  return {
    files: files.map(({ file }) => file),
    loadedAt,
    monitors: ports.monitors().length,
    error: error === "" ? null : error,
    errorAt: brokenAt,
  };
}

/** Whether slots are handed out and what comes home is stored. */
export function readiness(ports: ApiPorts): Check[] {
  return [schedulerCheck(ports), commitCheck(ports), clockCheck(ports)];
}

function clockCheck(ports: ApiPorts): Check {
  const { clockTrouble = null } = ports.heartbeats();
  return { name: "clock", ok: clockTrouble === null, reason: clockTrouble ?? "slots follow it" };
}

function schedulerCheck(ports: ApiPorts): Check {
  const { scheduledAt } = ports.heartbeats();
  const name = "scheduler";
  if (scheduledAt === null) return { name, ok: false, reason: "has not handed out slots yet" };
  const ageMs = ports.clock.now() - scheduledAt;
  const ok = ageMs <= SCHEDULER_PAUSE_MS;
  return { name, ok, reason: `advanced ${seconds(ageMs)} ago; at most ${seconds(SCHEDULER_PAUSE_MS)} is well` };
}

/** Something must be stored for every slot, sampled or missed, so a commit older than 2 slots means the walk stands still. */
function commitCheck(ports: ApiPorts): Check {
  const name = "commits";
  const monitors = ports.monitors();
  if (monitors.length === 0) return { name, ok: true, reason: "no monitors, so nothing to store" };
  const allowedMs = Math.min(...monitors.map((monitor) => 2 * monitor.intervalMs + closesAt(monitor, 0)));
  const last = lastCommit(ports);
  const now = ports.clock.now();
  // What lies ahead was written by a clock that was set back since, and says nothing.
  const past = [last, ports.settings.startedAt, ports.definitions().loadedAt].filter((at) => at !== null && at <= now);
  const ageMs = now - Math.max(0, ...(past as EpochMs[]));
  const seen = last === null ? "nothing stored yet" : `last stored ${seconds(Math.max(0, now - last))} ago`;
  return { name, ok: ageMs <= allowedMs, reason: `${seen}; at most ${seconds(allowedMs)} is well` };
}

const lastCommit = (ports: ApiPorts): EpochMs | null =>
  ports.heartbeats().committedAt ?? ports.reader.condition().lastCommitAt;

export async function health(ports: ApiPorts): Promise<Health> {
  const { reader, settings } = ports;
  const now = ports.clock.now();
  const { bytes, oldestPending } = reader.condition();
  const dead = reader.deliveries({ state: "dead", limit: DEAD_COUNTED }).length;
  const definitions = definitionsStatus(ports);
  const waitedMs = oldestPending === null ? 0 : Math.max(0, now - oldestPending);
  const checks: Check[] = [
    ...readiness(ports),
    {
      name: "definitions",
      ok: definitions.error === null,
      reason: definitions.error ?? `${definitions.monitors} monitors in force`,
    },
    {
      name: "outbox",
      ok: waitedMs <= OUTBOX_WAIT_MS,
      reason:
        oldestPending === null
          ? "nothing waits to be delivered"
          : `oldest message waits for ${seconds(waitedMs)}; at most ${seconds(OUTBOX_WAIT_MS)} is well`,
    },
    await regionsCheck(ports),
  ];
  return {
    ok: checks.every((check) => check.ok),
    now,
    version: settings.version,
    startedAt: settings.startedAt,
    checks,
    definitions,
    scheduler: { advancedAt: ports.heartbeats().scheduledAt },
    store: { bytes, lastCommitAt: lastCommit(ports) },
    outbox: { oldestPendingAt: oldestPending, dead },
    publicUrl: settings.publicUrl,
    demo: ports.demo !== undefined,
  };
}

async function regionsCheck(ports: ApiPorts): Promise<Check> {
  const presence = await ports.presence();
  const needed = new Set(ports.monitors().flatMap(({ regions }) => regions));
  const served = new Set(presence.filter(({ workers }) => workers > 0).map(({ region }) => region));
  const silent = [...needed].filter((region) => !served.has(region));
  if (silent.length > 0) return { name: "regions", ok: false, reason: `no worker in ${silent.join(", ")}` };
  return { name: "regions", ok: true, reason: `${needed.size} of ${needed.size} have a worker` };
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
