/**
 * From a definition that passed its schema to the values of the house, and what can only be seen with all of it in hand.
 */
import { createHash } from "node:crypto";
import {
  type Channel,
  type ChannelFilter,
  type ChannelKind,
  type ChannelOf,
  longestProbeMs,
  type Monitor,
  nearest,
  type Publish,
  type Step,
} from "@statusquo/core";
import { jsonPathProblem } from "@statusquo/probe";
import { alertingOf } from "./alerting.ts";
import { lowerCase, stepOf } from "./compile-step.ts";
import type { DefinitionDocument, Problem } from "./document.ts";
import { durationText, parseBudget, parseDuration, parseShare } from "./duration.ts";
import { shownName } from "./name.ts";
import { CHANNEL_KINDS, type ChannelDefinition, type DefinitionsFile, type MonitorDefinition } from "./schema.ts";
import { plainUrl, stepProblems } from "./step-problems.ts";
import { SAVED_ADDRESS, type StepDefinition } from "./step-schema.ts";

/** The channels of one file, secrets still as references. */
export function channelsOf(document: DefinitionDocument, value: DefinitionsFile): Channel[] {
  return Object.entries(value.channels ?? {}).map(([id, definition]) => {
    const { line, endLine } = document.placeOf(["channels", id]);
    const source = { file: document.file, line, endLine };
    return { id, filter: filterOf(definition), source, ...reachOf(definition) } as Channel;
  });
}

/** Where Twilio takes messages. */
const TWILIO_URL = "https://api.twilio.com/2010-04-01/Accounts/{account}/Messages.json";

/** What is said of a kind of channel, as the house has it. */
const REACH = {
  slack: (said) => said,
  email: (said) => said,
  webhook: (said) => ({ ...said, headers: lowerCase(said.headers) }),
  sms: (said) => ({ ...said, url: (said.url ?? TWILIO_URL).replaceAll("{account}", said.account) }),
} satisfies {
  [K in ChannelKind]: (
    said: NonNullable<ChannelDefinition[K]>,
  ) => Omit<ChannelOf<K>, "id" | "kind" | "filter" | "source">;
};

/** What is a channel's own: its kind and addresses. */
function reachOf(definition: ChannelDefinition) {
  const kind = CHANNEL_KINDS.find((each) => definition[each] !== undefined);
  if (kind === undefined) throw new Error("a channel passed its schema without a kind");
  // Each entry takes its own kind, which a lookup cannot tell the compiler.
  const reach = REACH[kind] as (said: unknown) => object;
  return { kind, ...reach(definition[kind]) };
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
  const { line, endLine } = document.placeOf(path);
  const headers = { ...lowerCase(defaults.headers), ...lowerCase(definition.headers) };
  const { auth, tls, proxy, ip, http2 } = said;
  const connection = { auth, tls, proxy, ip, http2 };
  const around = { headers, expect: said.expect, connection };
  const steps = (definition.steps ?? [single(definition)]).map((step, at) => stepOf(step, at + 1, around));
  const cleanup = definition.cleanup?.map((step, at) => stepOf(step, at + 1, { ...around, expect: undefined }));
  const { request, expect } = steps.at(-1) as Step;
  const isPlain = steps.length === 1 && steps.every(({ checks, save }) => checks.length === 0 && save.length === 0);
  const probed = {
    request,
    ...(!isPlain && { steps }),
    ...(cleanup && { cleanup }),
    intervalMs,
    timeoutMs: timeoutOf(said, intervalMs, definition.cleanup !== undefined),
    regions: [...new Set(said.regions ?? regions ?? (allRegions.length > 0 ? allRegions : ONLY_REGION))],
    expect,
    redact: [...(defaults.redact ?? []), ...(definition.redact ?? [])],
    allowPrivate: said.allow_private ?? false,
    followRedirects: said.follow_redirects ?? 0,
    slotHeader: said.slot_header ?? false,
    ...(said.confirm !== undefined && said.confirm !== false && { confirmAfterMs: pauseOf(said.confirm) }),
    ...(said.stagger !== undefined && { stagger: said.stagger }),
  };
  const known = [...steps].reverse().find((step) => !SAVED_ADDRESS.test(step.request.url))?.request.url;
  const id = definition.id ?? idFrom(known);
  return {
    id,
    name: shownName(definition.name ?? "") || (definition.id ?? nameFrom(known)),
    tags: [...new Set([...(defaults.tags ?? []), ...(definition.tags ?? [])])],
    ...probed,
    usual: Object.fromEntries(Object.entries(said.usual ?? {}).map(([code, share]) => [code, parseShare(share) ?? 0])),
    falseAlarmsPerYear: parseBudget(said.false_alarms ?? "1/year") ?? 1,
    ...(said.timezone && { timezone: said.timezone }),
    notify: said.notify ?? [],
    alerting: alertingOf(said),
    ...(definition.publish && { publish: publishOf(definition.publish) }),
    version: hash({ id, ...probed }),
    subject: hash(isPlain ? { request, expect } : { steps }),
    source: { file: document.file, line, endLine },
  };
}

function publishOf({ name, group, places = {} }: NonNullable<MonitorDefinition["publish"]>): Publish {
  return { name, group: group ?? null, places };
}

/** A monitor without steps as the one step it is. */
function single(definition: MonitorDefinition): StepDefinition {
  const { url, method, json, body, form, multipart } = definition;
  return {
    ...{ url, method, json, body, form },
    ...(multipart !== undefined && { multipart }),
  } as StepDefinition;
}

/** Default 10 s, or half of what a shorter interval leaves for each deadline in it. */
function timeoutOf({ timeout, confirm }: MonitorDefinition, intervalMs: number, hasCleanup: boolean): number {
  const said = timeout === undefined ? null : parseDuration(timeout);
  const deadlines = (hasCleanup ? 2 : 1) * (confirm === undefined || confirm === false ? 1 : 2);
  return said ?? Math.min(10_000, Math.floor(intervalMs / 2 / deadlines));
}

const CONFIRM_AFTER_MS = 1_000;
const pauseOf = (confirm: true | string) =>
  confirm === true ? CONFIRM_AFTER_MS : (parseDuration(confirm) ?? CONFIRM_AFTER_MS);

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
  if (longestProbeMs(monitor) >= monitor.intervalMs) {
    const longest = longestProbeMs(monitor);
    const isTimeout = longest === monitor.timeoutMs;
    say(
      monitor.timeoutMs >= monitor.intervalMs
        ? "timeout"
        : monitor.confirmAfterMs === undefined
          ? "cleanup"
          : "confirm",
      isTimeout
        ? `timeout must be shorter than every (${durationText(monitor.intervalMs)}); got ${durationText(monitor.timeoutMs)}`
        : `timeout, cleanup and confirm together must be shorter than every (${durationText(monitor.intervalMs)}); got ${durationText(longest)}, so lower timeout, such as timeout: ${durationText(Math.max(100, Math.floor(monitor.intervalMs / 8)))}`,
    );
  }
  problems.push(...stepProblems(document, path, monitor));
  for (const name of monitor.notify) sayUnknown("notify", name);
  for (const name of (monitor.alerting?.escalate ?? []).flatMap(({ notify }) => notify)) sayUnknown("escalate", name);
  for (const jsonPath of monitor.redact) {
    const wrong = jsonPathProblem(jsonPath);
    if (wrong)
      say("redact", `redact must be RFC 9535 JSONPaths such as "$.customer.name"; got "${jsonPath}" (${wrong})`);
  }
  return problems;
}

/** "api-example-com-health" for https://api.example.com/health */
function idFrom(url = "http://monitor/"): string {
  const { hostname, pathname } = plainUrl(url);
  const slug = `${hostname}${pathname}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return slug.replace(/^-+/, "").slice(0, 64).replace(/-+$/, "") || "monitor";
}

function nameFrom(url = "http://monitor/"): string {
  const { hostname, pathname } = plainUrl(url);
  return `${hostname}${pathname === "/" ? "" : pathname}`.slice(0, 100);
}

const hash = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
