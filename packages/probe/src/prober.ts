/**
 * The prober: one monitor, one slot, one result.
 *
 * Nothing a peer sends throws out of it, and nothing secret leaves it: evidence is redacted here.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { SecureContext } from "node:tls";
import {
  type Confirmation,
  cleanupMs,
  codeOf,
  type EpochMs,
  type Evidence,
  type Missed,
  type Monitor,
  type MonitorId,
  type ProbeResult,
  type Prober,
  type Region,
  type SlotKey,
  slotKeyText,
  stepsOf,
} from "@statusquo/core";
import { TOO_LATE } from "./answer.ts";
import { probeAuthorized } from "./authorized.ts";
import type { Refusal } from "./failure.ts";
import { heldUpHere } from "./held-up.ts";
import type { HttpOptions } from "./http.ts";
import type { NameLookup } from "./lookup.ts";
import type { Environment } from "./references.ts";
import { referencesIn } from "./request.ts";
import { createRests, retryAfterOf } from "./rest.ts";
import { type Run, runSteps } from "./steps.ts";
import { createTokens } from "./token.ts";

export interface ProberOptions {
  region: Region;
  /** Where `${env:NAME}` is looked up. */
  env: Environment;
  /** Wall time, for `startedAt` only; durations are monotonic. */
  now: () => EpochMs;
  /** Lets every monitor dial loopback and private addresses; default false, then each monitor's own word counts. */
  allowPrivate?: boolean;
  /** Default: the process's own. */
  names?: NameLookup;
  /** Default: Node's trusted roots and those of NODE_EXTRA_CA_CERTS. */
  secureContext?: SecureContext;
}

export interface EvidenceProber extends Prober {
  /**
   * Probes `monitor` for `slot` in this prober's region. Resolves within `longestProbeMs`, never rejects.
   *
   * Evidence comes with an unexpected outcome, with a cleanup that failed, with the first expected answer of each monitor and hour of slots, and
   * whenever `wantEvidence` asks for it.
   */
  probe(monitor: Monitor, slot: EpochMs, ask?: { wantEvidence: boolean }): Promise<ProbeResult>;
}

/** A prober for one region. */
export function createProber(options: ProberOptions): EvidenceProber {
  const usualIsDue = usualAnswers();
  const tokens = createTokens();
  const rests = createRests(options.now);
  const heldUp = heldUpHere();

  /** The whole probe, once. */
  const attempt = async (monitor: Monitor, slot: EpochMs, startedAt: EpochMs): Promise<Run | Refusal> => {
    const { region } = options;
    const begun = performance.now();
    const steps = stepsOf(monitor);
    const { cleanup = [] } = monitor;
    const references = await withinDeadline(referencesIn([...steps, ...cleanup], options.env), monitor.timeoutMs);
    if ("reason" in references) return references;
    const key = slotKeyText({ monitor: monitor.id, region, slot });
    const run = await runSteps(
      steps,
      cleanup,
      { timeoutMs: monitor.timeoutMs - (performance.now() - begun), cleanupMs: cleanupMs(monitor) },
      {
        values: {
          uuid: randomUUID(),
          region,
          slot: new Date(slot).toISOString(),
          timestamp: String(Math.floor(startedAt / 1000)),
        },
        references,
        ownHeaders: monitor.slotHeader ? { "x-statusquo-slot": key } : {},
        redact: monitor.redact,
        send: (request, timeoutMs) =>
          probeAuthorized(request, startedAt, httpOptions(options, monitor, timeoutMs), tokens),
      },
    );
    const heldUpMs = heldUp.since(begun);
    return heldUpMs > HELD_UP_PART * monitor.timeoutMs && isSlow(run) ? heldUpFor(heldUpMs, monitor) : run;
  };

  const probe: EvidenceProber["probe"] = async (monitor, slot, ask) => {
    const key = { monitor: monitor.id, region: options.region, slot };
    const startedAt = options.now();
    try {
      const rest = rests.restOf(monitor.id);
      if (rest !== null) return missed(key, { reason: "retry_after", detail: rest });
      const run = await attempt(monitor, slot, startedAt);
      if (run.kind === "missed") return missed(key, run);
      const asked = retryAfterOf(run);
      if (asked !== null) rests.note(monitor.id, asked);
      const confirmation = asked === null && !run.expected ? await confirmed(monitor, slot) : null;
      const wanted = ask?.wantEvidence || !run.expected || run.leftBehind || usualIsDue(monitor.id, slot);
      const evidence = wanted ? evidenceOrNone(run) : null;
      return {
        kind: "sampled",
        ...key,
        version: monitor.version,
        startedAt,
        outcome: run.outcome,
        totalMs: run.totalMs,
        phases: run.phases,
        ...(run.unmet && { unmet: run.unmet }),
        ...(confirmation && { confirmation }),
        ...(evidence ? { evidence } : {}),
      };
    } catch (error) {
      // A fault of ours. What it says may quote the request, so only its name leaves.
      const name = error instanceof Error ? error.name : typeof error;
      return missed(key, { reason: "unsupported", detail: `the prober failed (${name})` });
    }
  };

  /** A second look in the same slot; null where none is asked for, or where it met trouble of ours. */
  const confirmed = async (monitor: Monitor, slot: EpochMs): Promise<Confirmation | null> => {
    if (monitor.confirmAfterMs === undefined) return null;
    await sleep(monitor.confirmAfterMs);
    const again = await attempt(monitor, slot, options.now());
    if (again.kind === "missed") return null;
    const asked = retryAfterOf(again);
    if (asked !== null) rests.note(monitor.id, asked);
    return { code: codeOf(again.outcome), expected: again.expected };
  };
  return { probe };
}

/** Held up for more of its time than this, a probe cannot say that the target was slow. */
const HELD_UP_PART = 0.2;

/** Whether what is wrong may be that time passed: no answer in time, or one later than was asked for. */
function isSlow(run: Run | Refusal): boolean {
  if (run.kind === "missed") return false;
  if (run.outcome.kind === "failure" && run.outcome.reason === "timeout") return true;
  return run.unmet?.what.startsWith(TOO_LATE) === true;
}

function heldUpFor(ms: number, { timeoutMs }: Monitor): Refusal {
  const detail = `this process was held up for ${Math.round(ms)} ms of a probe that may take ${timeoutMs} ms`;
  return { kind: "missed", reason: "resource", detail };
}

/** What every request of a monitor is sent with. */
function httpOptions(options: ProberOptions, monitor: Monitor, timeoutMs: number): HttpOptions {
  return {
    timeoutMs,
    allowPrivate: options.allowPrivate === true || monitor.allowPrivate,
    followRedirects: monitor.followRedirects,
    userAgent: `statusquo/0.1 (+${monitor.id})`,
    ...(options.names ? { names: options.names } : {}),
    ...(options.secureContext ? { secureContext: options.secureContext } : {}),
  };
}

function missed(key: SlotKey, { reason, detail }: Pick<Missed, "reason" | "detail">): Missed {
  return { kind: "missed", ...key, reason, ...(detail !== undefined && { detail }) };
}

/** A sample is worth more than its evidence: should redaction ever fail, it goes without. */
function evidenceOrNone(run: Run): Evidence | null {
  try {
    return run.evidence();
  } catch {
    return null;
  }
}

/** References may name files on a disk that does not answer. */
async function withinDeadline<T>(ready: Promise<T>, timeoutMs: number): Promise<T | Refusal> {
  const late = Promise.withResolvers<Refusal>();
  const timer = setTimeout(
    () => late.resolve({ kind: "missed", reason: "unresolved", detail: `references not resolved in ${timeoutMs} ms` }),
    timeoutMs,
  );
  try {
    return await Promise.race([ready, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

const HOUR_MS = 3_600_000;
/** Monitors beyond so many in one hour get no usual answer kept. */
const MAX_MONITORS = 100_000;

/** Says yes once per monitor and hour of slots. Holds ids of the newest hour only. */
function usualAnswers(): (monitor: MonitorId, slot: EpochMs) => boolean {
  let hour = Number.NEGATIVE_INFINITY;
  const seen = new Set<MonitorId>();
  return (monitor, slot) => {
    const slotHour = Math.floor(slot / HOUR_MS);
    // Also after a clock was set back by more than what late slots are late by.
    if (slotHour > hour || slotHour < hour - 1) {
      hour = slotHour;
      seen.clear();
    }
    if (slotHour < hour || seen.has(monitor) || seen.size >= MAX_MONITORS) return false;
    seen.add(monitor);
    return true;
  };
}
