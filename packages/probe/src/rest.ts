/**
 * Rests: a target that answers 429 with Retry-After is left alone for as long, within bounds.
 *
 * The answer itself is the slot's sample, and every slot left out is `missed(retry_after)`. A 503 asks for nothing of the
 * kind (RFC 9110 section 10.2.3: how long it expects to be unavailable), and when it is back is what a monitor is to see.
 */
import type { EpochMs, MonitorId } from "@statusquo/core";
import type { Run } from "./steps.ts";

/** However long a target asks for, it must not be able to silence its monitor. */
const LONGEST_REST_MS = 300_000;
const MOST_SLOTS = 3;
const MAX_MONITORS = 100_000;

export interface Rests {
  /** Why the slot of now is left out; null when it is not. */
  restOf(monitor: MonitorId): string | null;
  /** A target asked to be left alone. */
  note(monitor: MonitorId, asked: RetryAfter): void;
}

/** What an answer asked for; `waitMs` is 0 where nothing is to be left out, only no second look taken. */
export interface RetryAfter {
  status: number;
  text: string;
  waitMs: (now: EpochMs) => number;
}

export function createRests(now: () => EpochMs): Rests {
  const rests = new Map<MonitorId, { until: EpochMs; left: number; why: string }>();
  return {
    restOf(monitor) {
      const rest = rests.get(monitor);
      if (rest === undefined) return null;
      if (now() >= rest.until || rest.left === 0) {
        rests.delete(monitor);
        return null;
      }
      rest.left--;
      return rest.why;
    },
    note(monitor, { status, text, waitMs }) {
      const wait = Math.min(waitMs(now()), LONGEST_REST_MS);
      if (status !== 429 || wait <= 0 || rests.size >= MAX_MONITORS) return;
      rests.set(monitor, {
        until: now() + wait,
        left: MOST_SLOTS,
        why: `the target answered 429, retry-after: ${text}`,
      });
    },
  };
}

/** What a 429 or 503 says of when to come back; null when it says nothing that can be read. */
export function retryAfterOf({ outcome, headers }: Pick<Run, "outcome" | "headers">): RetryAfter | null {
  if (outcome.kind !== "status" || (outcome.status !== 429 && outcome.status !== 503)) return null;
  const value = headers.find(([name]) => name.toLowerCase() === "retry-after")?.[1].trim() ?? "";
  const { status } = outcome;
  if (/^\d{1,9}$/.test(value)) return { status, text: `${value} s`, waitMs: () => Number(value) * 1_000 };
  const at = /^[A-Za-z]{3}, \d{2} [A-Za-z]{3} \d{4} [\d:]{8} GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : { status, text: value, waitMs: (now) => at - now };
}
