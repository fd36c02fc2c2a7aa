/**
 * Ledgers: what happened outside the product, one JSON line an event, only ever appended to.
 *
 * Each is written by one process, before it answers: what it lacks was not answered.
 */
import { openSync, readFileSync, writeSync } from "node:fs";

/** Appends events to `file`; each is in the file when this returns. */
export function openLedger<Event extends object>(file: string): (event: Event) => void {
  const handle = openSync(file, "a");
  return (event) => void writeSync(handle, `${JSON.stringify({ at: Date.now(), ...event })}\n`);
}

/** All events so far; a last line that is still being written is left out. */
export function readLedger<Event>(file: string): (Event & { at: number })[] {
  const text = readFileSync(file, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/**
 * A request that reached the target: `asked` when it came, `answered` when the last byte of its answer was taken. `held`
 * when the target itself stood still, for want of a processor: then it was not well.
 */
export interface TargetEvent {
  kind: "asked" | "answered" | "broken" | "held";
  /** `x-statusquo-slot`, the key of the slot. */
  slot: string;
  status: number;
}

/** A message a provider accepted, or what it did instead. */
export interface MessageEvent {
  kind: "accepted" | "refused" | "hung";
  /** The key of the notification, as the message carries it; "" where it was turned away before it was said. */
  key: string;
  /** It was taken, and its sender was not told so: it may come again. */
  brokenOff?: boolean;
}

/** What Redis was told: results of a slot were added to the stream. */
export interface RedisEvent {
  kind: "added";
  slot: string;
}

/** A call of the heartbeat; `unheard` when it was refused or got no answer. */
export interface HeartbeatEvent {
  kind: "beat" | "unheard";
}

/** What `/readyz` said. */
export interface ReadinessEvent {
  /** 0: no answer within 2 s. */
  status: number;
  /** Why it is not ready. */
  said?: string;
}
