/**
 * What the API asks of the house. Everything is read when a request comes; nothing here is kept.
 */
import type {
  Acceptance,
  AcceptScope,
  Channel,
  Clock,
  DeliveryResult,
  EpochMs,
  Incident,
  MaintenanceAt,
  Monitor,
  MonitorId,
  ProbeResult,
  Reader,
  Region,
  RegionPresence,
  SelfDefinition,
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
  | { kind: "definitions" }
  /** An attempt at telling has ended and is stored. */
  | { kind: "settled"; channel: string; recipient: string; incidents: readonly number[]; alerts: readonly number[] };

/** Which definitions are in force, and why the newest edit is not, if it is not. */
export interface DefinitionsState {
  /** Those in force; an edit that cannot be used is not among them. */
  files: readonly { file: string; lines: number }[];
  loadedAt: EpochMs | null;
  /** What is wrong with the newest edit; empty when it is in force. */
  problems: readonly { file: string; line: number; column: number; message: string }[];
  brokenAt: EpochMs | null;
}

/** A window in which nothing is judged. */
export interface PlannedWindow {
  from: EpochMs;
  until: EpochMs;
}

/** What another budget would have opened. */
export interface Replayed {
  from: EpochMs;
  to: EpochMs;
  samples: number;
  incidents: readonly {
    onsetAt: EpochMs;
    openedAt: EpochMs;
    resolvedAt: EpochMs | null;
    code: number | null;
    codes: readonly number[];
    regions: readonly Region[];
    seen: { bad: number; of: number };
  }[];
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
  heartbeats(): {
    scheduledAt: EpochMs | null;
    committedAt: EpochMs | null;
    /** Why the wall clock is not worked by; null or absent when it is. */
    clockTrouble?: string | null;
  };
  presence(): Promise<readonly RegionPresence[]>;
  /** Calls `listener` with what has just been stored. The listener does not throw. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
  channels(): readonly Channel[];
  self(): SelfDefinition;
  maintenanceAt: MaintenanceAt;
  /** Maintenance of a monitor that touches [from, to), by its beginning. */
  planned(monitor: Pick<Monitor, "id" | "tags">, from: EpochMs, to: EpochMs): readonly PlannedWindow[];
  /** With it people can edit; without, those routes do not exist. */
  writer?: Pick<
    Writer,
    "transaction" | "reads" | "putIncident" | "putSilence" | "putDeploy" | "putNote" | "followAnew"
  >;
  /**
   * With it people can accept what is seen as the new normal, and undo that.
   *
   * Both throw `StatusquoError`: not_found, state_conflict, bad_request.
   */
  accepting?: {
    accept(
      incident: number,
      asked: { scope: AcceptScope; by: string; reason: string },
    ): { acceptance: Acceptance; incident: Incident };
    undoAccept(acceptance: number): Acceptance;
  };
  /** With it a channel can be tried: one message to each recipient, told once. */
  testChannel?(
    channel: Channel,
  ): Promise<readonly { recipient: string; result: DeliveryResult["kind"]; said: string; ms: number }[]>;
  /** With it a monitor can be probed now. null: nobody who probes that region answered. */
  probeNow?(monitor: Monitor, region: Region): Promise<{ result: ProbeResult; warnings: readonly string[] } | null>;
  /** With it the last days can be judged anew at another budget. Works elsewhere than in the server's loop. */
  replay?(
    monitor: Monitor,
    asked: { falseAlarmsPerYear: number; from: EpochMs; to: EpochMs },
    /** Hears how much of the span has been judged, 0 to 1. */
    onShare: (share: number) => void,
  ): Promise<Replayed>;
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
