/**
 * Verdicts: the judgement of one closed slot, with its reason in words and numbers a person can check.
 */
import type { EpochMs, MonitorId, Region } from "./monitor.ts";

/** Which yes/no series spoke: one code, or any unexpected code together. */
export type StreamName = number | "any";

/** Where a spike is. `regions` are those affected; `elsewhere` the others that were seen and are as usual. */
export interface Scope {
  kind: "everywhere" | "regions";
  regions: Region[];
  elsewhere: Region[];
}

/** What was observed, what is usual, and how likely chance alone is. Counts, so that a person can check. */
export interface SpikeEvidence {
  /** Unexpected answers of the stream since the onset, in the scope. */
  bad: number;
  /** Samples since the onset, in the scope. */
  of: number;
  /** The share that is usual at this time in the scope, as learned before the onset; 0 to 1. */
  usualShare: number;
  /** Discounted counts behind the learned level: `usualBad` of `usualOf`. */
  usualBad: number;
  usualOf: number;
  /** ln A at opening: chance alone explains this less than once in e^lnEvidence budget periods. */
  lnEvidence: number;
  /** The threshold it had to reach (0 unless the audit raised it). */
  lnThreshold: number;
}

/** One stream's reading after a slot. */
export interface StreamReading {
  stream: StreamName;
  /** Most frequent code of the stream's current excursion; null when mixed or none. */
  code: number | null;
  lnEvidence: number;
  lnThreshold: number;
  usualShare: number;
  bad: number;
  of: number;
  open: boolean;
}

/** What a detector reports while samples are fed to it, in order. */
export type DetectorEvent =
  | {
      kind: "opened";
      stream: StreamName;
      /** The code to name; null when several codes share the excursion. */
      code: number | null;
      at: EpochMs;
      scope: Scope;
      /** When the mix most likely changed. */
      onsetAt: EpochMs;
      /** Half width of the onset's plausible range, ms: it holds the truth about nine times in ten. */
      onsetUncertaintyMs: number;
      evidence: SpikeEvidence;
    }
  | { kind: "closed"; stream: StreamName; code: number | null; at: EpochMs; onsetAt: EpochMs; lastBadAt: EpochMs }
  /** A spike was taken to be the usual state: by a person, or when it was long and partial at a cold start. */
  | { kind: "accepted"; stream: StreamName; code: number | null; at: EpochMs; share: number; by: "person" | "start" };

/** The state a monitor is shown in, apart from silences and pauses, which are people's doing. */
export type Standing = "learning" | "usual" | "watching" | "spike" | "no_data";

export interface Verdict {
  monitor: MonitorId;
  slot: EpochMs;
  /** `Monitor.subject` as it was judged. */
  subject: string;
  standing: Standing;
  /** One sentence: "watching: 2 of 6 probes 409, usual 1.2 %, chance 1 in 9,600". */
  reason: string;
  /** Streams with something to say, strongest first. */
  readings: StreamReading[];
  events: DetectorEvent[];
  /** How many of the monitor's regions were sampled in this slot. */
  sampled: number;
  missed: number;
  /** The maintenance it fell into; then nothing was judged. */
  maintenance?: { name: string; until: EpochMs };
}
