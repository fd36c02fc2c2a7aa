/**
 * The wire: the JSON forms of batches, results and definitions, and how they are read back.
 *
 * Whatever arrives may have been written by an older or newer program, or by anybody who can reach the Redis. So reading
 * never throws: what cannot be read is a value saying why, and what is around it is still read. Unknown fields are
 * ignored.
 */
import {
  COMPARISONS,
  type Confirmation,
  type EpochMs,
  type Evidence,
  type ExchangeEvidence,
  FAILURE_REASONS,
  JOB_BATCH_VERSION,
  type JobBatch,
  MAX_JOBS_PER_BATCH,
  MISSED_REASONS,
  type Missed,
  type Monitor,
  type Outcome,
  type Phases,
  type ProbeJob,
  type ProbeResult,
  type Sample,
  type StepEvidence,
  type Unmet,
} from "@statusquo/core";
import {
  amount,
  choice,
  FieldFault,
  fieldsOf,
  idText,
  instant,
  list,
  object,
  text,
  textOrNull,
  whole,
} from "./field.ts";
import { checkConnection, readConnectionEvidence } from "./wire-connection.ts";

/** The wire version of a parcel of results. */
export const RESULTS_VERSION = 1;

/** The longest text of one parcel or definition, in UTF-16 units; what is longer is not even parsed. */
export const MAX_WIRE_LENGTH = 1024 * 1024;

/** At most this many results in one parcel. */
export const MAX_RESULTS_PER_PARCEL = 1_000;

/** A slot must lie within these of now: a stream may wait for a server that is away, but nothing comes from the future. */
const OLDEST_SLOT_MS = 7 * 24 * 3_600_000;
const NEWEST_SLOT_MS = 5 * 60_000;

const LONGEST_PROBE_MS = 24 * 3_600_000;
const MAX_DETAIL = 2_000;
const MAX_HEADERS = 200;
/** Steps and cleanup together. */
const MAX_STEPS = 50;

/** Something that could not be read: why, and the beginning of what came. */
export interface Unreadable {
  why: string;
  came: string;
}

/** What a batch turned out to be. `unsupported` is a batch of another version whose jobs can still be answered. */
export type ReadBatch =
  | { kind: "batch"; batch: JobBatch }
  | { kind: "unsupported"; batch: JobBatch; why: string }
  | { kind: "unreadable"; unreadable: Unreadable };

/** Reads a batch from JSON that was parsed already, as a queue hands it over. */
export function readBatch(value: unknown): ReadBatch {
  const read = reading(value, () => {
    const fields = object("batch", value);
    const jobs = list("jobs", fields.jobs, MAX_JOBS_PER_BATCH, readJob);
    const batch: JobBatch = {
      v: JOB_BATCH_VERSION,
      id: text("id", fields.id, 200),
      region: idText("region", fields.region),
      jobs,
    };
    return { batch, version: fields.v };
  });
  if ("why" in read) return { kind: "unreadable", unreadable: read };
  const { batch, version } = read;
  if (version === JOB_BATCH_VERSION) return { kind: "batch", batch };
  return {
    kind: "unsupported",
    batch,
    why: `this worker reads batches of version ${JOB_BATCH_VERSION}, got ${brief(version)}`,
  };
}

function readJob(value: unknown): ProbeJob {
  const fields = object("job", value);
  return {
    monitor: idText("monitor", fields.monitor),
    version: text("version", fields.version, 128),
    slot: instant("slot", fields.slot),
    startBefore: instant("startBefore", fields.startBefore),
  };
}

/**
 * The JSON texts that carry `results`, each within what a reader accepts. A result that alone is too long travels
 * without its evidence: the status is what must come home.
 */
export function writeResults(results: readonly ProbeResult[]): string[] {
  const opening = `{"v":${RESULTS_VERSION},"results":[`;
  const texts: string[] = [];
  let parts: string[] = [];
  let length = 0;
  const close = () => {
    if (parts.length > 0) texts.push(`${opening}${parts.join(",")}]}`);
    parts = [];
    length = 0;
  };
  for (const result of results) {
    let part = JSON.stringify(result);
    if (part.length > MAX_WIRE_LENGTH - 100) part = JSON.stringify({ ...result, evidence: undefined });
    if (length + part.length > MAX_WIRE_LENGTH - 100 || parts.length === MAX_RESULTS_PER_PARCEL) close();
    parts.push(part);
    length += part.length + 1;
  }
  close();
  return texts;
}

/**
 * Reads a parcel of results. One bad result does not spoil the others.
 *
 * @param now the server's clock: slots outside of 7 days back and 5 minutes ahead are not believed
 */
export function readResults(json: unknown, now: EpochMs): { results: ProbeResult[]; unreadable: Unreadable[] } {
  const parcel = parsed(json, (value) => {
    const fields = object("parcel", value);
    if (fields.v !== RESULTS_VERSION) throw new FieldFault(`v must be ${RESULTS_VERSION}, got ${brief(fields.v)}`);
    return list("results", fields.results, MAX_RESULTS_PER_PARCEL, (result) => result);
  });
  if ("why" in parcel) return { results: [], unreadable: [parcel] };
  const results: ProbeResult[] = [];
  const unreadable: Unreadable[] = [];
  for (const value of parcel) {
    const result = reading(value, () => readResult(value, now));
    if ("why" in result) unreadable.push(result);
    else results.push(result);
  }
  return { results, unreadable };
}

function readResult(value: unknown, now: EpochMs): ProbeResult {
  const fields = object("result", value);
  const slot = instant("slot", fields.slot);
  if (slot < now - OLDEST_SLOT_MS || slot > now + NEWEST_SLOT_MS)
    throw new FieldFault(`slot must be within 7 days before and 5 minutes after ${now}, got ${slot}`);
  const key = { monitor: idText("monitor", fields.monitor), region: idText("region", fields.region), slot };
  const kind = choice("kind", fields.kind, ["sampled", "missed"] as const);
  if (kind === "missed") {
    const missed: Missed = { kind, ...key, reason: choice("reason", fields.reason, MISSED_REASONS) };
    if (fields.detail !== undefined) missed.detail = cut("detail", fields.detail);
    return missed;
  }
  const sample: Sample = {
    kind,
    ...key,
    version: text("version", fields.version, 128),
    startedAt: instant("startedAt", fields.startedAt),
    outcome: readOutcome(fields.outcome),
    totalMs: amount("totalMs", fields.totalMs, LONGEST_PROBE_MS),
    phases: readPhases(fields.phases),
  };
  if (isThere(fields.unmet)) sample.unmet = readUnmet(fields.unmet);
  if (isThere(fields.confirmation)) sample.confirmation = readConfirmation(fields.confirmation);
  if (isThere(fields.evidence)) sample.evidence = readEvidence(fields.evidence);
  return sample;
}

function readOutcome(value: unknown): Outcome {
  const fields = object("outcome", value);
  const kind = choice("outcome.kind", fields.kind, ["status", "failure"] as const);
  if (kind === "status") return { kind, status: whole("outcome.status", fields.status, 100, 999) };
  const reason = choice("outcome.reason", fields.reason, FAILURE_REASONS);
  return { kind, reason, detail: cut("outcome.detail", fields.detail) };
}

function readPhases(value: unknown): Phases {
  const fields = object("phases", value);
  const phase = (name: keyof Phases) =>
    fields[name] === null ? null : amount(`phases.${name}`, fields[name], LONGEST_PROBE_MS);
  return {
    dns: phase("dns"),
    connect: phase("connect"),
    tls: phase("tls"),
    firstByte: phase("firstByte"),
    body: phase("body"),
  };
}

/** Whoever writes may leave a field out, or say null. */
const isThere = (value: unknown) => value !== undefined && value !== null;

function readUnmet(value: unknown): Unmet {
  const fields = object("unmet", value);
  return { step: textOrNull("unmet.step", fields.step, MAX_DETAIL), what: cut("unmet.what", fields.what) };
}

function readConfirmation(value: unknown): Confirmation {
  const fields = object("confirmation", value);
  const code = fields.code === 0 ? 0 : whole("confirmation.code", fields.code, 100, 999);
  return { code, expected: choice("confirmation.expected", fields.expected, [true, false]) };
}

function readEvidence(value: unknown): Evidence {
  const fields = object("evidence", value);
  return {
    ...readExchange(value),
    ...(isThere(fields.unmet) && { unmet: readUnmet(fields.unmet) }),
    ...(isThere(fields.steps) && { steps: list("evidence.steps", fields.steps, MAX_STEPS, readStep) }),
  };
}

function readStep(value: unknown): StepEvidence {
  const fields = object("evidence.steps", value);
  return {
    name: text("evidence.steps.name", fields.name, MAX_DETAIL),
    role: choice("evidence.steps.role", fields.role, ["step", "cleanup"] as const),
    decided: fields.decided === true,
    said: cut("evidence.steps.said", fields.said),
    problem: fields.problem === null ? null : cut("evidence.steps.problem", fields.problem),
    totalMs: fields.totalMs === null ? null : amount("evidence.steps.totalMs", fields.totalMs, LONGEST_PROBE_MS),
    phases: fields.phases === null ? null : readPhases(fields.phases),
    saved: readHeaders("evidence.steps.saved", fields.saved),
    exchange: fields.exchange === null ? null : readExchange(fields.exchange),
  };
}

function readExchange(value: unknown): ExchangeEvidence {
  const fields = object("evidence", value);
  const request = object("evidence.request", fields.request);
  return {
    request: {
      method: text("evidence.request.method", request.method, 100),
      url: text("evidence.request.url", request.url, MAX_WIRE_LENGTH),
      headers: readHeaders("evidence.request.headers", request.headers),
      body: textOrNull("evidence.request.body", request.body, MAX_WIRE_LENGTH),
    },
    response: fields.response === null ? null : readEvidenceResponse(fields.response),
    remoteAddress: textOrNull("evidence.remoteAddress", fields.remoteAddress, 200),
    bodyError: textOrNull("evidence.bodyError", fields.bodyError, MAX_DETAIL),
    ...readConnectionEvidence(value),
  };
}

function readEvidenceResponse(value: unknown): Evidence["response"] {
  const fields = object("evidence.response", value);
  return {
    status: whole("evidence.response.status", fields.status, 100, 999),
    reason: text("evidence.response.reason", fields.reason, MAX_DETAIL),
    httpVersion: text("evidence.response.httpVersion", fields.httpVersion, 20),
    headers: readHeaders("evidence.response.headers", fields.headers),
    body: text("evidence.response.body", fields.body, MAX_WIRE_LENGTH),
    bodyBytes: whole("evidence.response.bodyBytes", fields.bodyBytes, 0, Number.MAX_SAFE_INTEGER),
    truncated: fields.truncated === true,
  };
}

function readHeaders(name: string, value: unknown): [string, string][] {
  return list(name, value, MAX_HEADERS, (pair) => {
    const [header, content] = list(name, pair, 2, (part) => text(name, part, MAX_WIRE_LENGTH));
    if (header === undefined || content === undefined) throw new FieldFault(`${name} must be pairs of name and value`);
    return [header, content];
  });
}

/** The JSON text of a definition. */
export function writeDefinition(monitor: Monitor): string {
  return JSON.stringify(monitor);
}

/**
 * Reads a definition. What a probe relies on is checked; the rest was checked by the server that compiled it, and fields
 * this program does not know stay as they are.
 */
export function readDefinition(json: unknown): Monitor | Unreadable {
  return parsed(json, (value) => {
    const fields = object("definition", value);
    idText("id", fields.id);
    text("version", fields.version, 128);
    checkRequest(fields.request);
    for (const key of ["steps", "cleanup"] as const)
      if (fields[key] !== undefined) list(key, fields[key], MAX_STEPS, checkStep);
    const intervalMs = whole("intervalMs", fields.intervalMs, 1_000, 3_600_000);
    whole("timeoutMs", fields.timeoutMs, 1, intervalMs);
    checkExpectation(fields.expect);
    if (fields.confirmAfterMs !== undefined) whole("confirmAfterMs", fields.confirmAfterMs, 0, intervalMs);
    list("regions", fields.regions, 1_000, (region) => idText("regions", region));
    list("redact", fields.redact, 1_000, (path) => text("redact", path, MAX_DETAIL));
    whole("followRedirects", fields.followRedirects, 0, 100);
    choice("allowPrivate", fields.allowPrivate, [true, false]);
    choice("slotHeader", fields.slotHeader, [true, false]);
    return value as Monitor;
  });
}

function checkRequest(value: unknown): void {
  const request = object("request", value);
  text("request.method", request.method, 100);
  text("request.url", request.url, MAX_WIRE_LENGTH);
  for (const [name, content] of Object.entries(object("request.headers", request.headers)))
    text(`request.headers.${brief(name)}`, content, MAX_WIRE_LENGTH);
  if (request.body !== undefined)
    choice("request.body.kind", fieldsOf(request.body).kind, ["json", "text", "form", "multipart"]);
  checkConnection(request);
}

/** A kind of check or source this program does not know would be passed over in silence: the definition is refused. */
function checkStep(value: unknown): void {
  const step = object("step", value);
  text("step.name", step.name, MAX_DETAIL);
  checkRequest(step.request);
  checkExpectation(step.expect);
  list("step.checks", step.checks, 1_000, (check) => {
    const { on, must } = fieldsOf(check);
    choice("step.checks.on", on, ["header", "json", "body", "latency", "certificate"]);
    if (on !== "latency" && on !== "certificate") choice("step.checks.must.op", fieldsOf(must).op, COMPARISONS);
  });
  list("step.save", step.save, 1_000, (save) => {
    text("step.save.name", fieldsOf(save).name, MAX_DETAIL);
    choice("step.save.from.kind", fieldsOf(fieldsOf(save).from).kind, ["status", "header", "cookie", "json"]);
  });
}

function checkExpectation(value: unknown): void {
  list("expect", value, 1_000, (range) => {
    const { from, to } = object("expect", range);
    return [whole("expect.from", from, 0, 999), whole("expect.to", to, 0, 999)];
  });
}

/** Parses JSON and reads it; whatever is wrong with either is a value. */
function parsed<T>(json: unknown, read: (value: unknown) => T): T | Unreadable {
  if (typeof json !== "string") return { why: `must be JSON text, got ${typeof json}`, came: brief(json) };
  if (json.length > MAX_WIRE_LENGTH)
    return { why: `must be at most ${MAX_WIRE_LENGTH} characters, got ${json.length}`, came: json.slice(0, 200) };
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { why: "is not JSON", came: json.slice(0, 200) };
  }
  return reading(json, () => read(value));
}

function reading<T>(value: unknown, read: () => T): T | Unreadable {
  try {
    return read();
  } catch (error) {
    if (error instanceof FieldFault) return { why: error.message, came: brief(value) };
    throw error;
  }
}

function brief(value: unknown): string {
  const shown = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return shown.slice(0, 200);
}

function cut(name: string, value: unknown): string {
  return text(name, value, MAX_WIRE_LENGTH).slice(0, MAX_DETAIL);
}
