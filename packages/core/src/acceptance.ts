/**
 * Acceptances: a person took what an incident shows as the new normal, with a reason; it can be undone for a week.
 */
import type { AcceptScope } from "./accept.ts";
import type { EpochMs, MonitorId } from "./monitor.ts";

export interface Acceptance {
  /** 0 until stored. */
  id: number;
  incident: number;
  monitor: MonitorId;
  at: EpochMs;
  by: string;
  reason: string;
  scope: AcceptScope;
  /** `at` + `UNDO_MS`. */
  undoableUntil: EpochMs;
  undoneAt: EpochMs | null;
}

/** What a person wrote down about an incident. */
export interface Note {
  /** 0 until stored. */
  id: number;
  incident: number;
  at: EpochMs;
  by: string;
  /** At most {@link LONGEST_NOTE} characters. */
  text: string;
}

export const LONGEST_NOTE = 2_000;
