/**
 * What the API asks of the house. Everything is read when a request comes; nothing here is kept.
 */
import type {
  Clock,
  EpochMs,
  Incident,
  Monitor,
  MonitorId,
  ProbeResult,
  Reader,
  RegionPresence,
  StreamName,
  Transition,
  Verdict,
  Writer,
} from "@statusquo/core";

/** What has just been stored, or swapped in. */
export type LiveEvent =
  | {
      kind: "committed";
      results: readonly ProbeResult[];
      judgements: readonly { verdict: Verdict; incident: Incident | null; transition: Transition | null }[];
    }
  | { kind: "definitions" };

/** Which definitions are in force, and why the newest edit is not, if it is not. */
export interface DefinitionsState {
  files: readonly string[];
  loadedAt: EpochMs | null;
  error: string | null;
  errorAt: EpochMs | null;
}

/** What is usual for a stream at an instant; `bad` of `of` are the discounted counts behind it. */
export interface UsualLevel {
  share: number;
  bad: number;
  of: number;
}

/** A fault the demo's target can be told to have. */
export interface Fault {
  id: string;
  title: string;
  what: string;
  monitor: MonitorId | null;
  on: boolean;
}

export interface ApiSettings {
  version: string;
  startedAt: EpochMs;
  /** SHA-256 of the token, 32 bytes; null lets everybody in, which only a loopback server may. */
  tokenHash: Uint8Array | null;
  /** Names (or `name:port`) this server answers to, lower case; `publicUrl`'s is added. Anything else gets 421. */
  allowedHosts: readonly string[];
  /** Base of links, without a slash at its end. */
  publicUrl: string | null;
}

export interface ApiPorts {
  reader: Reader;
  clock: Pick<Clock, "now" | "every">;
  /** The monitors in force, in the order of their definitions. */
  monitors(): readonly Monitor[];
  definitions(): DefinitionsState;
  /** The lines of a monitor's definition as they stand in its file; null when they are not at hand. */
  sourceText(monitor: Monitor): string | null;
  /** null where nothing is learned yet. */
  usual(monitor: MonitorId, stream: StreamName, at: EpochMs): UsualLevel | null;
  /** When the walk last handed out slots, and last committed. */
  heartbeats(): { scheduledAt: EpochMs | null; committedAt: EpochMs | null };
  presence(): Promise<readonly RegionPresence[]>;
  /** Calls `listener` with what has just been stored. The listener does not throw. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
  /** With it people can acknowledge incidents; without, that route does not exist. */
  writer?: Pick<Writer, "transaction" | "reads" | "putIncident">;
  /** With it the demo's faults can be switched; without, those routes do not exist. */
  demo?: {
    faults(): readonly Fault[];
    /** @returns false when there is no such fault */
    setFault(id: string, on: boolean): boolean | Promise<boolean>;
    /** Where the messages it caught can be read. */
    messagesUrl?: string;
  };
  /** Hears of errors of ours, for the log. */
  onTrouble?(what: string, error: unknown): void;
  /** Ends every stream and timer of the API. */
  closing?: AbortSignal;
  settings: ApiSettings;
}
