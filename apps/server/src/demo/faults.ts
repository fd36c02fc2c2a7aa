/**
 * Faults of the demo service, switched while it runs. At its start none is on, and switching one off leaves no trace.
 *
 * Each fault reaches one monitor of the demo unless told otherwise, so that it opens one incident, not six.
 */
import type { EpochMs, MonitorId, Region } from "@statusquo/core";

/** What can be broken, where it strikes when nothing is said, the demo's monitor that shows it, and a line about it. */
export const FAULTS = {
  "stale-cache": {
    title: "Stale read cache",
    path: "/documents",
    monitor: "save-document",
    description: "A read cache that nobody invalidates stands in front of documents: saves start from old versions.",
  },
  "index-corruption": {
    title: "Corrupted index",
    path: "/users",
    monitor: "register-user",
    description: "The unique index on users.email matches too much: new addresses are reported as duplicates.",
  },
  "every-409": {
    title: "Every answer 409",
    path: "/files",
    monitor: "upload-file",
    description: "A route registered twice: every answer under the path is one and the same 409, reads included.",
  },
  "one-region": {
    title: "One region locked",
    path: "/orders",
    monitor: "cancel-order",
    description: "A job that hangs holds the lock on one region's data: 409 there, all is well elsewhere.",
  },
  slow: {
    title: "Slow answers",
    path: "/documents/handbook",
    monitor: "read-handbook",
    description: "Answers come after 4 s, when the probe has given up.",
  },
  resets: {
    title: "Connections reset",
    path: "/status",
    monitor: "front-door",
    description: "The connection is reset before an answer.",
  },
} as const;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

/** The region of `one-region` when none is named. */
export const DEFAULT_FAULT_REGION = "eu-west";

export function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(FAULTS, text);
}

export interface FaultState {
  name: FaultName;
  /** In two or three words, for a switch. */
  title: string;
  description: string;
  /** The demo's monitor that shows it, unless it was aimed elsewhere. */
  monitor: MonitorId;
  on: boolean;
  /** Only callers in this region meet it; null for all. */
  region: Region | null;
  /** Requests at or below this path meet it; `/` is all of them. */
  path: string;
  since: EpochMs | null;
}

export interface Faults {
  /** In a fixed order. */
  list(): FaultState[];
  /** Switches on (a repeat replaces where it strikes) or off. */
  set(name: FaultName, on: boolean, where?: { region?: Region; path?: string }): FaultState;
  /** The fault, when it is on and a request to `path` from `region` meets it. */
  meets(name: FaultName, path: string, region: Region): FaultState | null;
}

export function createFaults(clock: { now(): EpochMs }): Faults {
  const off = (name: FaultName): FaultState => ({
    name,
    ...FAULTS[name],
    on: false,
    region: name === "one-region" ? DEFAULT_FAULT_REGION : null,
    since: null,
  });
  const states = new Map(FAULT_NAMES.map((name) => [name, off(name)]));

  return {
    list: () => [...states.values()],
    set(name, on, where = {}) {
      const rest = off(name);
      const state = on
        ? {
            ...rest,
            on,
            region: where.region ?? rest.region,
            path: where.path ?? rest.path,
            since: states.get(name)?.since ?? clock.now(),
          }
        : rest;
      states.set(name, state);
      return state;
    },
    meets(name, path, region) {
      const state = states.get(name);
      if (!state?.on || (state.region !== null && state.region !== region)) return null;
      return state.path === "/" || path === state.path || path.startsWith(`${state.path}/`) ? state : null;
    },
  };
}
