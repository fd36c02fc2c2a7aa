/**
 * A notifier for tests: sinks are on loopback, so nothing is guarded. The guard itself is tested where it is made, and
 * where it is wired.
 */
import { connect } from "node:net";
import { type Channel, TOLD_ALL } from "@statusquo/core";
import type { Surroundings } from "../channel.ts";
import { createNotifier } from "../notifier.ts";
import { FOUND_AT } from "./facts.ts";

export const SOURCE = { file: "channels.yaml", line: 3, endLine: 3 };
/** What every channel has. */
export const PLAIN = { filter: TOLD_ALL, source: SOURCE };

export const outside: Pick<Surroundings, "now" | "fetch" | "dial"> = {
  now: () => FOUND_AT,
  fetch: (url, init) => globalThis.fetch(url, init),
  dial: (host, port, signal) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port, signal }, () => resolve(socket)).once("error", reject);
    }),
};

export const notifierFor = (channels: readonly Channel[], change: Partial<Surroundings> = {}) =>
  createNotifier(channels, { ...outside, ...change });
