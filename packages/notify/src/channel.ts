/**
 * What every kind of channel does: one attempt to say a message, its end as a result.
 */
import type { DeliveryResult, EpochMs, OutboxRow } from "@statusquo/core";

/** One channel's far end. `send` never rejects for what the far end does. */
export interface FarEnd {
  send(row: OutboxRow): Promise<DeliveryResult>;
  /** Ends attempts that are under way; they resolve as `retry`. */
  close(): void;
}

/** What attempts need from outside. */
export interface Surroundings {
  /** Wall time, to read a `Retry-After` that names a date and to keep the quiet it asks for. */
  now(): EpochMs;
  /** Makes every HTTP request; wiring may hand in a guarded one. */
  fetch: typeof globalThis.fetch;
  /** Everything of one Slack attempt. */
  slackTimeoutMs: number;
  /** Everything of one mail attempt, from name lookup to the server's last word. */
  mailDeadlineMs: number;
}

/** What is said of an attempt that `close` ended: at a shutdown, or because the definitions changed. */
export const CLOSED = "stopped before it was done, because the channel was closed";

/**
 * How long to wait when what is wrong is a setting of ours (a certificate, a password): long enough not to lock an
 * account, short enough that a mended setting is noticed.
 */
export const HELD_MS = 5 * 60_000;
