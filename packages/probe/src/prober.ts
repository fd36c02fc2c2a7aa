/**
 * The prober: one monitor, one slot, one exchange, one result.
 *
 * Nothing a peer sends throws out of it, and nothing secret leaves it: evidence is redacted here.
 */
import type { SecureContext } from "node:tls";
import {
  type EpochMs,
  type Evidence,
  isExpected,
  type Missed,
  type Monitor,
  type MonitorId,
  type Outcome,
  type ProbeResult,
  type Prober,
  type Region,
} from "@statusquo/core";
import { probeAuthorized } from "./authorized.ts";
import { evidenceOf, safeDetail } from "./evidence.ts";
import type { Refusal } from "./failure.ts";
import type { Exchange } from "./http.ts";
import type { NameLookup } from "./lookup.ts";
import type { Environment } from "./references.ts";
import { type ReadyRequest, readyRequest } from "./request.ts";
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
   * Probes `monitor` for `slot` in this prober's region. Resolves within the monitor's `timeoutMs`, never rejects.
   *
   * Evidence comes with an unexpected outcome, with the first expected answer of each monitor and hour of slots, and
   * whenever `wantEvidence` asks for it.
   */
  probe(monitor: Monitor, slot: EpochMs, ask?: { wantEvidence: boolean }): Promise<ProbeResult>;
}

/** A prober for one region. */
export function createProber(options: ProberOptions): EvidenceProber {
  const usualIsDue = usualAnswers();
  const tokens = createTokens();

  const probe: EvidenceProber["probe"] = async (monitor, slot, ask) => {
    const { region } = options;
    const key = { monitor: monitor.id, region, slot };
    const startedAt = options.now();
    const begun = performance.now();
    try {
      const ready = await withinDeadline(
        readyRequest(monitor, { region, slot, startedAt }, options.env),
        monitor.timeoutMs,
      );
      if (ready.kind === "missed") return missed(key, ready);
      const { secrets } = ready;
      const asked = {
        timeoutMs: Math.max(1, monitor.timeoutMs - (performance.now() - begun)),
        allowPrivate: options.allowPrivate === true || monitor.allowPrivate,
        followRedirects: monitor.followRedirects,
        userAgent: `statusquo/0.1 (+${monitor.id})`,
        ...(options.names ? { names: options.names } : {}),
        ...(options.secureContext ? { secureContext: options.secureContext } : {}),
      };
      const exchange = await probeAuthorized(ready, startedAt, asked, tokens);
      const { end } = exchange;
      if (end.kind === "missed") return missed(key, { ...end, detail: safeDetail(end.detail, exchange, secrets) });
      const wanted = ask?.wantEvidence || !isExpected(monitor.expect, end.kind === "status" ? end.status : 0);
      const evidence =
        wanted || usualIsDue(monitor.id, slot) ? evidenceOrNone(exchange, secrets, monitor.redact) : null;
      return {
        kind: "sampled",
        ...key,
        version: monitor.version,
        startedAt,
        outcome: safeOutcome(end, exchange, secrets),
        totalMs: exchange.totalMs,
        phases: exchange.phases,
        ...(evidence ? { evidence } : {}),
      };
    } catch (error) {
      // A fault of ours. What it says may quote the request, so only its name leaves.
      const name = error instanceof Error ? error.name : typeof error;
      return missed(key, { kind: "missed", reason: "unsupported", detail: `the prober failed (${name})` });
    }
  };
  return { probe };
}

function missed(key: Pick<Missed, "monitor" | "region" | "slot">, refusal: Refusal): Missed {
  return { kind: "missed", ...key, reason: refusal.reason, detail: refusal.detail };
}

/** A sample is worth more than its evidence: should redaction ever fail, it goes without. */
function evidenceOrNone(exchange: Exchange, secrets: readonly string[], paths: readonly string[]): Evidence | null {
  try {
    return evidenceOf(exchange, { secrets, paths });
  } catch {
    return null;
  }
}

function safeOutcome(outcome: Outcome, exchange: Exchange, secrets: readonly string[]): Outcome {
  if (outcome.kind === "status") return outcome;
  return { ...outcome, detail: safeDetail(outcome.detail, exchange, secrets) };
}

/** References may name files on a disk that does not answer. */
async function withinDeadline(
  ready: Promise<ReadyRequest | Refusal>,
  timeoutMs: number,
): Promise<ReadyRequest | Refusal> {
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
    if (slotHour > hour) {
      hour = slotHour;
      seen.clear();
    }
    if (slotHour < hour || seen.has(monitor) || seen.size >= MAX_MONITORS) return false;
    seen.add(monitor);
    return true;
  };
}
