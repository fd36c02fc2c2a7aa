/** Why a 409: causes with shares of the evidence, each with its fix. */

export type CauseName =
  | "duplicate-resource"
  | "stale-version"
  | "invalid-state"
  | "race"
  | "file-or-merge"
  | "container-not-running"
  | "everything-409"
  | "cached-error"
  | "corrupted-index"
  | "own-probe"
  | "undetermined";

export interface Cause {
  cause: CauseName;
  /** In words: "stale ETag or version". */
  title: string;
  /** Share of the evidence, 0 to 1. */
  share: number;
  for: string[];
  against: string[];
  fix: { now: string; inClients: string; later: string };
}
