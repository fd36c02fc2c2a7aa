/**
 * From what an incident knows to a case: requests are reduced to signals, ids to `{id}`, answers to samples.
 *
 * What was removed from evidence is never compared: two removed values look alike and may not be.
 */
import type { Evidence } from "../sample.ts";
import type { ConflictCase, ConflictContext, ConflictDeploy, ConflictSample, RequestSignals, Shares } from "./case.ts";

/** One recorded exchange, with where and when it was made if that is known. */
export type ObservedExchange = Evidence & { region?: string; slot?: number };

/** A deploy as it was reported. */
export interface DeployMark {
  /** Epoch ms. */
  at: number;
  service: string;
  version: string;
  /** Where it went out; absent for everywhere. */
  regions?: readonly string[];
  url?: string;
}

export interface ConflictInput {
  /** Exchanges of the incident, in any order; those that are not 409 are context. */
  evidence: readonly ObservedExchange[];
  /** An answer as it usually is. */
  usual: Evidence | null;
  /** Shares of 409 by region, 0 to 1. */
  byRegion?: Shares;
  /** Deploys around the onset, in any order; used where `onsetAt` is known. */
  deploys?: readonly DeployMark[];
  /** When the conflicts began, epoch ms. */
  onsetAt?: number;
  window?: { minutes?: number; requests: number; conflicts: number };
  /** The share of 409 that is usual, 0 to 1. */
  baselineShare?: number;
}

const REMOVED = /^\[removed: /;
const ID_SEGMENT = /^(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|(?=[^/]*\d)[\w-]{22,})$/i;
const VERSION_FIELD =
  /^_?(?:rev|revision|version|e_?tag|generation|resource_?version|lock_?version|row_?version|seq_?no|cas|if_\w+)$/i;
const HASH_FIELD =
  /^(?:base_?|parent_?|head_?|last_?|blob_?|source_?)?(?:sha|sha256|commit(?:_?id)?|checksum|digest|md5)$/i;
// Headers that carry the version of a thing; those that carry the version of an API are no condition.
const VERSION_HEADER =
  /^if-unmodified-since$|(?:^|-)(?:etag|revision|generation|lease-id|session-id|upload-offset|(?:resource|document|object|entity|row|lock|expected|content)[-_]?version)$/;

/** Builds the case from what an incident knows. Its body is the commonest one, of the newest exchange that has it. */
export function conflictCaseFrom(input: ConflictInput): ConflictCase {
  const inTime = input.evidence.toSorted((a, b) => (instantOf(a) ?? 0) - (instantOf(b) ?? 0));
  const shown = commonest(inTime.filter(({ response }) => response?.status === 409)) ?? inTime.at(-1) ?? null;
  const { onsetAt } = input;
  const deploys = onsetAt === undefined ? [] : (input.deploys ?? []).map((deploy) => deployOf(deploy, onsetAt));
  const context: ConflictContext = {
    ...(input.window && { window: input.window }),
    ...(input.baselineShare !== undefined && { baselineShare: input.baselineShare }),
    ...(input.byRegion && Object.keys(input.byRegion).length > 0 && { byRegion: input.byRegion }),
    ...(deploys.length > 0 && { deploys }),
    ...(input.usual?.response && { usual: samplesOf([input.usual])[0] }),
    samples: samplesOf(inTime),
  };
  return {
    method: shown?.request.method.toUpperCase() ?? null,
    pathShape: shown ? pathShapeOf(shown.request.url) : null,
    request: shown ? signalsOf(shown.request) : {},
    response: {
      status: shown?.response?.status ?? 409,
      headers: headersOf(shown?.response?.headers ?? []),
      body: shown?.response?.body ?? "",
    },
    context,
  };
}

function deployOf({ at, service, version, regions }: DeployMark, onsetAt: number): ConflictDeploy {
  const what = `${service} ${version}`.trim();
  return {
    minutesBeforeOnset: (onsetAt - at) / 60_000,
    what,
    ...(regions && regions.length > 0 && { regions }),
  };
}

/** The path with ids as `{id}` and its query as names: `/orders/{id}/cancel?rev={rev}`. */
function pathShapeOf(url: string): string {
  const [, path = "", query = ""] = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?/i.exec(url) ?? [];
  const shape = path.split("/").map((segment) => (ID_SEGMENT.test(segment) ? "{id}" : segment));
  const names = queryNames(query).map((name) => `${name}={${name}}`);
  return `${shape.join("/") || "/"}${names.length > 0 ? `?${names.join("&")}` : ""}`;
}

function signalsOf(request: Evidence["request"]): RequestSignals {
  const signals: RequestSignals = {};
  for (const [name, value] of Object.entries(headersOf(request.headers))) {
    const known = REMOVED.test(value) ? true : value;
    if (name === "if-match") signals.ifMatch = known;
    else if (name === "if-none-match") signals.ifNoneMatch = known;
    else if (/^(?:x-)?idempotency[-_]key$/.test(name)) signals.idempotencyKey = known;
    else if (VERSION_HEADER.test(name)) signals.versionHeader = name;
    else if (/upsert|overwrite/.test(name)) signals.header = `${name}: ${value}`;
    else if (name === "accept-language") signals.acceptLanguage = value;
  }
  const query = queryNames(/\?([^#]*)/.exec(request.url)?.[1] ?? "").filter((name) => VERSION_FIELD.test(name));
  if (query.length > 0) signals.query = query;
  const fields = fieldsOf(request.body);
  const names = [...fields.keys()].filter((name) => {
    const last = name.split(".").at(-1) ?? name;
    return VERSION_FIELD.test(last) || HASH_FIELD.test(last);
  });
  if (names.length > 0) signals.bodyField = names;
  if ([...fields.keys()].some((name) => /^(?:_?id|uuid|guid)$/i.test(name))) signals.clientMadeId = true;
  return signals;
}

function samplesOf(inTime: readonly ObservedExchange[]): ConflictSample[] {
  const begin = inTime.map(instantOf).find((at) => at !== null) ?? 0;
  return inTime.map((exchange): ConflictSample => {
    const { request, response } = exchange;
    const signals = signalsOf(request);
    const values = [...fieldsOf(request.body)].filter(([, value]) => !REMOVED.test(value));
    const version = typeof signals.ifMatch === "string" ? signals.ifMatch : undefined;
    const region = exchange.region ?? slotHeader(exchange)?.region;
    const slot = exchange.slot ?? slotHeader(exchange)?.slot;
    return {
      // No time of an answer whose time is not known: nothing may be said of how long it lasted.
      t: ((instantOf(exchange) ?? begin) - begin) / 1000,
      status: response?.status ?? 0,
      ...(region !== undefined && { region }),
      ...(slot !== undefined && { slot }),
      method: request.method.toUpperCase(),
      path: pathShapeOf(request.url).replace(/\?.*$/, ""),
      headers: headersOf(response?.headers ?? []),
      body: response?.body ?? "",
      request: {
        from: "own-probe",
        ...(values.length > 0 && { values: Object.fromEntries(values) }),
        ...(typeof signals.idempotencyKey === "string" && { idempotencyKey: signals.idempotencyKey }),
        ...(version !== undefined && { version }),
      },
    };
  });
}

/** The newest exchange with the commonest body; bodies that differ in digits only count as one. */
function commonest(inTime: readonly ObservedExchange[]): ObservedExchange | null {
  const counts = new Map<string, number>();
  const kindOf = (exchange: ObservedExchange) =>
    (exchange.response?.body ?? "").slice(0, 2_000).replace(/[0-9a-f-]*\d[0-9a-f-]*/gi, "#");
  for (const exchange of inTime) counts.set(kindOf(exchange), (counts.get(kindOf(exchange)) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return inTime.findLast((exchange) => counts.get(kindOf(exchange)) === most) ?? null;
}

/** Epoch ms of an exchange, by its slot; null when not known. */
function instantOf(exchange: ObservedExchange): number | null {
  return exchange.slot ?? slotHeader(exchange)?.slot ?? null;
}

/** Probes that say their slot to the target (`x-statusquo-slot`) carry it in their evidence. */
function slotHeader(exchange: ObservedExchange): { region: string; slot: number } | null {
  const value = exchange.request.headers.find(([name]) => name.toLowerCase() === "x-statusquo-slot")?.[1];
  const match = /^m-[a-z0-9-]+\.r-([a-z0-9-]+)\.s-(\d{1,15})$/.exec(value ?? "");
  return match?.[1] !== undefined ? { region: match[1], slot: Number(match[2]) } : null;
}

/** Header names in lower case; of a repeated one the last value. */
function headersOf(headers: readonly (readonly [name: string, value: string])[]): Record<string, string> {
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
}

/** Names of a query, without those that only keep caches away. */
function queryNames(query: string): string[] {
  const names = query.split("&").map((pair) => pair.split("=")[0] ?? "");
  return names.filter((name) => /^[\w.[\]-]{1,40}$/.test(name) && !/^(?:_|cb|nocache|cache_?bust(?:er)?)$/i.test(name));
}

/** Fields of a request body as text, nested ones as `a.b`, three levels deep; a body that is not JSON is one field. */
function fieldsOf(body: string | null): Map<string, string> {
  const fields = new Map<string, string>();
  if (body === null || body.trim() === "" || REMOVED.test(body)) return fields;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return fields.set("body", body.slice(0, 2_000));
  }
  collect(value, "", 0, fields);
  return fields;
}

function collect(value: unknown, name: string, depth: number, fields: Map<string, string>): void {
  if (fields.size >= 50) return;
  if (value === null || typeof value !== "object") fields.set(name || "body", String(value).slice(0, 500));
  else if (depth < 3) {
    for (const [key, inner] of Object.entries(value))
      collect(inner, name === "" ? key : `${name}.${key}`, depth + 1, fields);
  }
}
