/**
 * Monitors: what to watch, as the rest of the house sees it after a definition was read and checked.
 *
 * A monitor holds no secret: values keep their `${env:NAME}` and `${file:/path}` references, and whoever probes
 * resolves them from its own environment. That is why a monitor may travel through Redis.
 */
import type { Alerting } from "./alerting.ts";
import type { Check } from "./check.ts";
import type { Auth, Connection } from "./connection.ts";
import type { Expectation } from "./expectation.ts";

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** `[a-z0-9][a-z0-9-]{0,63}` */
export type MonitorId = string;

/** A named place from which probes are made; same alphabet as a monitor's id. */
export type Region = string;

/** A hash of everything that makes a monitor's probes what they are; changes when the definition does. */
export type DefinitionVersion = string;

/** The body of a request; text may hold references and templates. */
export type RequestBody =
  | { kind: "json"; value: unknown }
  | { kind: "text"; text: string }
  | { kind: "form"; fields: Record<string, string> }
  | { kind: "multipart"; parts: FormPart[] };

/** One part of a multipart form: a field, or with a file name a small file given inline. */
export interface FormPart {
  name: string;
  text: string;
  filename?: string;
  /** Of a file; default `text/plain`. */
  type?: string;
}

/** One request as defined. Header names are lower case; values may hold `${…}` references and `{{…}}` templates. */
export interface RequestPlan {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: RequestBody;
  auth?: Auth;
  connection?: Connection;
}

/** What of an answer is kept for later requests of the same probe, as `{{name}}`. Nothing outlives the probe. */
export interface Save {
  /** `[a-z][a-z0-9_]{0,31}`, and none of `TEMPLATE_NAMES`. */
  name: string;
  from: SaveSource;
  /** Whether the value is removed from evidence as a referenced secret is. */
  secret: boolean;
}

export type SaveSource =
  | { kind: "status" }
  /** Lower case. */
  | { kind: "header"; name: string }
  /** By the name in `set-cookie`. */
  | { kind: "cookie"; name: string }
  /** An RFC 9535 JSONPath that must lead to one text, number, true or false. */
  | { kind: "json"; path: string };

/** One request of a probe, what its answer must be, and what of it is kept. */
export interface Step {
  /** Unique within a monitor: as written, else position and request line, `1 GET /documents/probe`. */
  name: string;
  request: RequestPlan;
  expect: Expectation;
  /** What must hold besides the status, in the order of the definition. */
  checks: readonly Check[];
  save: readonly Save[];
}

/** Where a definition stands, so that a message can send its reader there. Lines count from 1. */
export interface SourcePlace {
  file: string;
  line: number;
  endLine: number;
}

export interface Monitor {
  id: MonitorId;
  name: string;
  tags: readonly string[];
  /** The request that decides: of several steps the last. */
  request: RequestPlan;
  /**
   * Every request of a probe, in order; the last repeats `request` and `expect`. Absent when there is one request and
   * nothing but its status is expected.
   */
  steps?: readonly Step[];
  /** Requests made after the steps whatever came of them; they never decide the outcome. */
  cleanup?: readonly Step[];
  /** After an unexpected answer the probe is made once more, this many ms later; absent: never. */
  confirmAfterMs?: number;
  /** Regions take turns within the interval instead of probing at the same instant. */
  stagger?: "regions";
  /** 5,000 to 3,600,000. */
  intervalMs: number;
  /** One deadline over everything a probe does; always shorter than `intervalMs`. */
  timeoutMs: number;
  /** At least one, without repeats, in the order of the definition. */
  regions: readonly Region[];
  expect: Expectation;
  /** Shares (0 to 1) by unexpected code that the definition calls usual; a first guess that learning replaces. */
  usual: Readonly<Record<number, number>>;
  /** The budget of false alarms for this monitor, per year; what the detector spends. */
  falseAlarmsPerYear: number;
  /** IANA name of the zone whose clock the seasons of the usual follow; UTC when left out. */
  timezone?: string;
  /** Ids of channels. */
  notify: readonly string[];
  /** How insistently people are told; `DEFAULT_ALERTING` when absent. */
  alerting?: Alerting;
  /** RFC 9535 JSONPaths whose values are removed from evidence before it is stored. */
  redact: readonly string[];
  /** Whether loopback and private addresses may be dialled. Metadata and link-local never may. */
  allowPrivate: boolean;
  /** Redirects followed at most; 0 means the redirect itself is the answer. */
  followRedirects: number;
  /** Whether to send `x-statusquo-slot: <slot key>` with each probe. */
  slotHeader: boolean;
  version: DefinitionVersion;
  /** A hash of request and expectation alone: what is watched. Another subject begins a new baseline. */
  subject: string;
  source: SourcePlace;
}

/** The requests of a monitor's probe, in order: its steps, or its one request as a step. */
export function stepsOf(monitor: Pick<Monitor, "request" | "expect" | "steps">): readonly Step[] {
  const { request, expect, steps } = monitor;
  return steps ?? [{ name: `1 ${requestLine(monitor)}`, request, expect, checks: [], save: [] }];
}

/** What a person reads for a monitor's request: method and path, without query and without host. */
export function requestLine(monitor: Pick<Monitor, "request">): string {
  const { method, url } = monitor.request;
  // An address that a step saved is known only when it is sent.
  const path = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? url;
  return `${method} ${path || "/"}`;
}
