/**
 * Acceptances: a person took what an incident shows as the new normal, with a reason; it can be undone for a week.
 */
import type { EpochMs, MonitorId, Region } from "./monitor.ts";
import type { StreamName } from "./verdict.ts";

/** What was taken as usual: every open stream or some, in every region or some. */
export interface AcceptScope {
  streams: "all" | readonly StreamName[];
  regions: "all" | readonly Region[];
}

export const UNDO_FOR_MS = 7 * 86_400_000;

export interface Acceptance {
  /** 0 until stored. */
  id: number;
  incident: number;
  monitor: MonitorId;
  at: EpochMs;
  by: string;
  reason: string;
  scope: AcceptScope;
  /** `at` + {@link UNDO_FOR_MS}. */
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
