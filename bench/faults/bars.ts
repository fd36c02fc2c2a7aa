/** Bars of recovery: how long it may take until the product is itself again. */
import { availableParallelism, loadavg } from "node:os";

/** Slots of every world are this far apart. */
export const INTERVAL_MS = 5_000;

export interface Bar {
  what: string;
  mostMs: number;
}

export const BARS = {
  restart: { what: "server listens again, until its first sample is committed", mostMs: INTERVAL_MS + 5_000 },
  redis: { what: "Redis is back, until the first sample is committed", mostMs: 2 * INTERVAL_MS },
  worker: { what: "end of a dead worker's slot, until it is accounted for", mostMs: 15_000 },
} as const satisfies Record<string, Bar>;

export type BarName = keyof typeof BARS;

/** One measurement: what it took, and how busy the machine was, as its one-minute load over its cores. */
export interface Took {
  ms: number;
  load: number;
}

export const took = (ms: number): Took => ({ ms, load: loadavg()[0]! / availableParallelism() });

/** Beyond this load what was slow may have been the machine: it is said, and held against nobody. */
export const BUSY = 2;

export const isAbove = (name: BarName, { ms }: Took) => ms > BARS[name].mostMs;
