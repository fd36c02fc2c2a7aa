/**
 * The heartbeat's edge: once a minute an address outside is called, as long as `heartbeatAt` finds that all is well.
 *
 * Whoever waits there raises the alarm when calls stop. A call that fails is a warning here and nothing else: watching
 * goes on.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import {
  type Clock,
  commitWithin,
  heartbeatAt,
  type InternalKind,
  type Monitor,
  type Pulse,
  type Reader,
  type SelfDefinition,
  StatusquoError,
} from "@statusquo/core";
import type { Heartbeats } from "@statusquo/pipeline";
import {
  dialledHost,
  type Environment,
  fillReferences,
  findReferences,
  literalRefusal,
  type OutboundRequest,
  resolveReferences,
} from "@statusquo/probe";
import { ALLOW_PRIVATE } from "./channels.ts";

const BEAT_MS = 60_000;
const TIMEOUT_MS = 10_000;
/** Messages looked at; the oldest of so many is old enough. */
const PENDING_READ = 200;

export interface HeartbeatPorts {
  clock: Clock;
  /** Where to call, with its secrets; null when nobody listens. */
  address(): string | null;
  pulse(): Pulse;
  fetch(url: string, init: OutboundRequest): Promise<Response>;
  /** Hears why a beat was left out or not heard, once until it changes, and when it is well again. */
  onTrouble(sentence: string): void;
  onWell(sentence: string): void;
}

/** `what` stays the same while the same thing is wrong. */
interface Trouble {
  what: string;
  sentence: string;
}

/** Beats once a minute until stopped. What is said of it never holds the address, which may be a secret. */
export function startHeartbeat(ports: HeartbeatPorts): { stop(): void } {
  const { clock } = ports;
  let trouble: Trouble | null = null;
  const say = (found: Trouble | null) => {
    if (found?.what === trouble?.what) return;
    if (found !== null) ports.onTrouble(found.sentence);
    else ports.onWell("heartbeat: well again");
    trouble = found;
  };
  const ending = new AbortController();
  const timer = clock.every(BEAT_MS, async () => {
    const address = ports.address();
    if (address === null) return;
    try {
      const decided = heartbeatAt(ports.pulse(), clock.now());
      if (decided.beats) {
        const unheard = await call(address);
        say(unheard === null ? null : { what: unheard, sentence: unheard });
      } else say({ what: decided.part, sentence: `heartbeat withheld: ${decided.reason}` });
    } catch (error) {
      const sentence = `heartbeat withheld: what is well could not be read (${(error as Error).name})`;
      say({ what: sentence, sentence });
    }
  });

  /** Why nobody heard it; null when somebody did. */
  async function call(address: string): Promise<string | null> {
    const deadline = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const signal = AbortSignal.any([deadline, ending.signal]);
      const response = await ports.fetch(address, { method: "GET", headers: { "user-agent": "statusquo" }, signal });
      await response.body?.cancel();
      return response.ok ? null : `heartbeat: its address answered ${response.status}`;
    } catch (error) {
      if (ending.signal.aborted) return null;
      if (deadline.aborted) return `heartbeat: no answer within ${TIMEOUT_MS / 1_000} s`;
      return `heartbeat: no connection (${(error as { code?: string }).code ?? (error as Error).name})`;
    }
  }

  return {
    stop() {
      timer.stop();
      ending.abort();
    },
  };
}

/** Alerts after which everybody knows that a channel does not deliver. */
const UNDELIVERABLE = new Set<InternalKind>(["delivery_dead", "delivery_held"]);

/**
 * The address of a heartbeat with its references filled; null when there is none.
 *
 * @throws StatusquoError "reference_unresolved"
 */
export async function heartbeatOf(self: SelfDefinition | undefined, env: Environment): Promise<string | null> {
  if (self === undefined || self.heartbeat === null) return null;
  const { values, problems } = await resolveReferences(findReferences(self.heartbeat), env);
  if (problems[0]) throw new StatusquoError("reference_unresolved", `self: heartbeat: ${problems[0].message}`);
  return fillReferences(self.heartbeat, values);
}

/** Why no heartbeat can ever reach a resolved address; null when nothing speaks against it. Never repeats the address. */
export function heartbeatProblem(address: string): string | null {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:"))
    return 'heartbeat must be an http(s) address, such as "https://hc.example.com/ping/x"; what it resolves to is not one';
  return literalRefusal(dialledHost(url), ALLOW_PRIVATE);
}

/** What there is to see of this process's advance. */
export function pulseOf(seen: {
  heartbeats: Heartbeats;
  reader: Pick<Reader, "deliveries" | "internalAlerts" | "condition">;
  monitors: readonly Monitor[];
  since: number;
  now: number;
  loopLagMs: number;
}): Pulse {
  const { heartbeats, reader, monitors, since, now, loopLagMs } = seen;
  const pending = reader.deliveries({ state: "pending", limit: PENDING_READ });
  const alerts = reader.internalAlerts({ state: "open", limit: PENDING_READ });
  return {
    clockTrouble: heartbeats.clockTrouble,
    scheduledAt: heartbeats.scheduledAt,
    committedAt: heartbeats.committedAt,
    commitWithinMs: commitWithin(monitors),
    since,
    // What waits for the end of quiet hours or of a silence is not due, and so not late.
    waiting: pending
      .map(({ channel, attempts, dueAt }) => ({ channel, since: attempts[0]?.at ?? dueAt ?? now }))
      .filter((each) => each.since <= now),
    deadChannels: alerts.filter(({ kind }) => UNDELIVERABLE.has(kind)).map(({ subject }) => subject),
    loopLagMs,
  };
}

/** The longest this process was held up since it was last asked, ms. */
export function loopLag(): { take(): number; stop(): void } {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  return {
    take() {
      const longestMs = delay.max / 1e6;
      delay.reset();
      return Number.isFinite(longestMs) ? longestMs : 0;
    },
    stop: () => void delay.disable(),
  };
}
