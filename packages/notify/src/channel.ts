/**
 * What every kind of channel does: one attempt to say a message, its end as a result.
 */
import type { Socket } from "node:net";
import type { DeliveryResult, EpochMs } from "@statusquo/core";
import type { Letter } from "./letter.ts";

/** One channel's far end. `send` never rejects for what the far end does. */
export interface FarEnd {
  send(letter: Letter): Promise<DeliveryResult>;
  /** Ends attempts that are under way; they resolve as `retry`. */
  close(): void;
}

/** What is sent over HTTP: a subset of the web's `fetch`, which may stand here where no guard is needed. */
export type Fetch = (
  url: URL,
  init: {
    method: string;
    headers: Record<string, string>;
    body: string;
    redirect: "manual";
    signal: AbortSignal;
  },
) => Promise<Response>;

/** What attempts need from outside. */
export interface Surroundings {
  /** Wall time, to read a `Retry-After` that names a date, to keep the quiet it asks for, and to sign. */
  now(): EpochMs;
  /** Makes every HTTP request. Whoever wires decides which addresses it may dial; it must not follow redirects. */
  fetch: Fetch;
  /** Opens every other connection, likewise. Resolves when connected. */
  dial(host: string, port: number, signal: AbortSignal): Promise<Socket>;
  /** Everything of one attempt over HTTP. */
  httpTimeoutMs: number;
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

/** A result that waits for a setting of ours to be mended: the message itself is well. */
export const heldUntilMended = (said: string): DeliveryResult => ({
  kind: "retry",
  said,
  afterMs: HELD_MS,
  held: true,
});
