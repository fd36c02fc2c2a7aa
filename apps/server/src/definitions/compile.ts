/**
 * From a definition that passed its schema to the values of the house, and what can only be seen with all of it in hand.
 */
import { createHash } from "node:crypto";
import {
  type Channel,
  type ChannelFilter,
  DEFAULT_EXPECTATION,
  type Expectation,
  type Monitor,
  nearest,
  type Publish,
  parseCodeRange,
  type RequestBody,
} from "@statusquo/core";
import { jsonPathProblem, literalRefusal } from "@statusquo/probe";
import { alertingOf } from "./alerting.ts";
import type { DefinitionDocument, Problem } from "./document.ts";
import { durationText, parseBudget, parseDuration, parseShare } from "./duration.ts";
import { valueAt } from "./issues.ts";
import type { ChannelDefinition, DefinitionsFile, MonitorDefinition } from "./schema.ts";

/** The channels of one file, secrets still as references. */
export function channelsOf(document: DefinitionDocument, value: DefinitionsFile): Channel[] {
  return Object.entries(value.channels ?? {}).map(([id, definition]) => {
    const { line, endLine } = document.placeOf(["channels", id]);
    return { id, filter: filterOf(definition), source: { file: document.file, line, endLine }, ...reachOf(definition) };
  });
}

/** Where Twilio takes messages. */
const TWILIO_URL = "https://api.twilio.com/2010-04-01/Accounts/{account}/Messages.json";

/** What is a channel's own: its kind and addresses. */
function reachOf({ slack, email, webhook, sms }: ChannelDefinition) {
  if (slack) return { kind: "slack", ...slack } as const;
  if (email) return { kind: "email", ...email } as const;
  if (webhook) return { kind: "webhook", ...webhook, headers: lowerCaseNames(webhook.headers) } as const;
  if (!sms) throw new Error("a channel passed its schema without a kind");
  return { kind: "sms", ...sms, url: (sms.url ?? TWILIO_URL).replaceAll("{account}", sms.account) } as const;
}

function filterOf({ severities = [], tags = [], quiet }: ChannelDefinition): ChannelFilter {
  if (quiet === undefined) return { severities, tags, quiet: null };
  const { from, to, timezone, except = [] } = quiet;
  const hours = { fromMinute: minuteOfDay(from), toMinute: minuteOfDay(to), timezone, except };
  return { severities, tags, quiet: hours };
}

function minuteOfDay(text: string): number {
  const [hour = 0, minute = 0] = text.split(":").map(Number);
  return hour * 60 + minute;
}

const lowerCaseNames = (headers: Record<string, string> = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** Regions of a file that names none, in a folder that names none. */
const ONLY_REGION = ["local"];

/** One monitor, with what it does not say taken from the defaults of its file. */
export function monitorOf(
  document: DefinitionDocument,
  path: (string | number)[],
  definition: MonitorDefinition,
  { defaults = {}, regions }: DefinitionsFile,
  allRegions: string[],
): Monitor {
  const said = { ...defaults, ...definition };
  const intervalMs = parseDuration(said.every ?? "1m") ?? 60_000;
  const timeoutMs = said.timeout ? (parseDuration(said.timeout) ?? 10_000) : Math.min(10_000, intervalMs / 2);
  const { line, endLine } = document.placeOf(path);
  const body = bodyOf(definition);
  const headers = lowerCaseNames({ ...defaults.headers, ...definition.headers });
  const request = { method: definition.method ?? "GET", url: definition.url, headers, ...(body && { body }) };
  const probed = {
    request,
    intervalMs,
    timeoutMs,
    regions: [...new Set(said.regions ?? regions ?? (allRegions.length > 0 ? allRegions : ONLY_REGION))],
    expect: expectationOf(said.expect),
    redact: [...(defaults.redact ?? []), ...(definition.redact ?? [])],
    allowPrivate: said.allow_private ?? false,
    followRedirects: said.follow_redirects ?? 0,
    slotHeader: said.slot_header ?? false,
  };
  const id = definition.id ?? idFrom(definition.url);
  return {
    id,
    name: definition.name ?? definition.id ?? nameFrom(definition.url),
    tags: [...new Set([...(defaults.tags ?? []), ...(definition.tags ?? [])])],
    ...probed,
    usual: Object.fromEntries(Object.entries(said.usual ?? {}).map(([code, share]) => [code, parseShare(share) ?? 0])),
    falseAlarmsPerYear: parseBudget(said.false_alarms ?? "1/year") ?? 1,
    ...(said.timezone && { timezone: said.timezone }),
    notify: said.notify ?? [],
    alerting: alertingOf(said),
    ...(definition.publish && { publish: publishOf(definition.publish) }),
    version: hash({ id, ...probed }),
    subject: hash({ request, expect: probed.expect }),
    source: { file: document.file, line, endLine },
  };
}

function publishOf({ name, group, places = {} }: NonNullable<MonitorDefinition["publish"]>): Publish {
  return { name, group: group ?? null, places };
}

function expectationOf(said: MonitorDefinition["expect"]): Expectation {
  if (said === undefined) return DEFAULT_EXPECTATION;
  return [said].flat().map((code) => {
    const range = parseCodeRange(String(code));
    if (typeof range === "string") throw new Error(`an expectation passed its schema and is not one: ${range}`);
    return range;
  });
}

function bodyOf({ json, body, form }: MonitorDefinition): RequestBody | undefined {
  if (json !== undefined) return { kind: "json", value: json };
  if (body !== undefined) return { kind: "text", text: body };
  return form && { kind: "form", fields: form };
}

/** What to do about the name of a channel that is not defined; null when it is. */
export function unknownChannel(name: string, channels: readonly Channel[]): string | null {
  const ids = channels.map(({ id }) => id);
  if (ids.includes(name)) return null;
  const near = nearest(name, ids);
  if (near) return `did you mean "${near}"?`;
  return ids.length > 0 ? `known are ${ids.join(", ")}` : "define it under channels";
}

/** What can only be seen with the whole monitor in hand. */
export function monitorProblems(
  document: DefinitionDocument,
  path: (string | number)[],
  monitor: Monitor,
  channels: Channel[],
): Problem[] {
  const problems: Problem[] = [];
  const say = (key: string, message: string) =>
    problems.push({
      file: document.file,
      ...document.placeOf(path, key),
      message: `monitor "${monitor.id}": ${message}`,
    });
  const sayUnknown = (key: string, name: string) => {
    const hint = unknownChannel(name, channels);
    if (hint) say(key, `${key} names a channel that is not defined, "${name}"; ${hint}`);
  };
  if (monitor.timeoutMs >= monitor.intervalMs) {
    say(
      "timeout",
      `timeout must be shorter than every (${durationText(monitor.intervalMs)}); got ${durationText(monitor.timeoutMs)}`,
    );
  }
  const bodies = ["json", "body", "form"].filter((key) => Object.hasOwn(valueAt(document.value, path) as object, key));
  if (bodies.length > 1) say(bodies[1] as string, `only one of json, body and form; got ${bodies.join(" and ")}`);
  for (const name of monitor.notify) sayUnknown("notify", name);
  for (const name of (monitor.alerting?.escalate ?? []).flatMap(({ notify }) => notify)) sayUnknown("escalate", name);
  const refusal = refusalOf(monitor);
  if (refusal) say("url", `${refusal}; only allow_private: true lets loopback and private addresses be probed`);
  for (const jsonPath of monitor.redact) {
    const wrong = jsonPathProblem(jsonPath);
    if (wrong)
      say("redact", `redact must be RFC 9535 JSONPaths such as "$.customer.name"; got "${jsonPath}" (${wrong})`);
  }
  return problems;
}

/** Why a monitor's address will be refused at every probe, as far as it can be seen without looking names up. */
function refusalOf({ request, allowPrivate }: Monitor): string | null {
  const host = plainUrl(request.url)
    .hostname.replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
  if (/^(?:.+\.)?localhost$/.test(host)) return allowPrivate ? null : `${host} is a loopback address`;
  return literalRefusal(host, allowPrivate);
}

/** The address with something in place of each reference and template. */
function plainUrl(url: string): URL {
  return new URL(url.replaceAll(/\$\{[^}]*\}|\{\{[^}]*\}\}/g, "x"));
}

/** "api-example-com-health" for https://api.example.com/health */
function idFrom(url: string): string {
  const { hostname, pathname } = plainUrl(url);
  const slug = `${hostname}${pathname}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return slug.replace(/^-+/, "").slice(0, 64).replace(/-+$/, "") || "monitor";
}

function nameFrom(url: string): string {
  const { hostname, pathname } = plainUrl(url);
  return `${hostname}${pathname === "/" ? "" : pathname}`.slice(0, 100);
}

const hash = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
