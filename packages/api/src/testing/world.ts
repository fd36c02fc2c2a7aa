/**
 * A small world to ask about: two monitors, three regions, an hour of minutes, one open 409 incident in Europe.
 */
import { createHash } from "node:crypto";
import {
  type AlertFacts,
  type Clock,
  DEFAULT_EXPECTATION,
  type EpochMs,
  type Evidence,
  type Incident,
  type Monitor,
  NOTHING_TOLD,
  phaseOf,
  type StoredSlot,
} from "@statusquo/core";
import { createApi } from "../api.ts";
import type { ApiPorts, LiveEvent } from "../ports.ts";
import { type Memory, memoryReader } from "./memory-reader.ts";

const MINUTE = 60_000;
export const TOKEN = "correct horse battery staple, 32 bytes and more".replaceAll(" ", "-");
/** Written into a header, a query, a body and a definition; must be on no screen. */
export const CANARY = "canary-7f3a9c1e55d04b";

export const NOW: EpochMs = Date.UTC(2026, 5, 4, 12, 30, 20);
export const REGIONS = ["eu-west", "eu-central", "us-east"];
const AFFECTED = ["eu-west", "eu-central"];

export const DEFINITION = [
  "  - id: orders",
  "    name: Update order",
  "    method: PUT",
  `    url: https://probe:${CANARY}@api.example.com/v2/orders/7?key=${CANARY}&page=2`,
  "    headers:",
  `      x-api-key: "${CANARY}"`,
  '      authorization: "Bearer $' + '{env:ORDERS_TOKEN}"',
  '      if-match: "17"',
  `    json: { password: ${CANARY}, quantity: 1 }`,
].join("\n");

const ORDERS: Monitor = {
  id: "orders",
  name: "Update order",
  tags: ["checkout"],
  request: {
    method: "PUT",
    url: `https://probe:${CANARY}@api.example.com/v2/orders/7?key=${CANARY}&page=2`,
    headers: { "x-api-key": CANARY, authorization: `Bearer \${env:ORDERS_TOKEN}`, "if-match": "17" },
    body: { kind: "json", value: { password: CANARY, quantity: 1 } },
  },
  intervalMs: MINUTE,
  timeoutMs: 10_000,
  regions: REGIONS,
  expect: DEFAULT_EXPECTATION,
  usual: {},
  falseAlarmsPerYear: 1,
  notify: ["oncall"],
  redact: [],
  allowPrivate: false,
  followRedirects: 0,
  slotHeader: false,
  version: "v1",
  subject: "s1",
  source: { file: "monitors.yaml", line: 12, endLine: 20 },
};
const HEALTH: Monitor = {
  ...ORDERS,
  id: "health",
  name: "Health",
  tags: [],
  request: { method: "GET", url: "https://api.example.com/health", headers: {} },
};

/** The last slot of a monitor that began before the open incident's minute `ago`. */
export const slotOf = (monitor: Monitor, minutesAgo: number) =>
  Math.floor((NOW - phaseOf(monitor)) / MINUTE) * MINUTE + phaseOf(monitor) - minutesAgo * MINUTE;

export const ONSET = slotOf(ORDERS, 9);

function stored(monitor: Monitor, region: string, slot: EpochMs, code: number | null): StoredSlot {
  const isSampled = code !== null;
  return {
    monitor: monitor.id,
    region,
    slot,
    state: isSampled ? "sampled" : "missed",
    code,
    failure: code === 0 ? "timeout" : null,
    expected: isSampled && code >= 200 && code < 300,
    late: false,
    missed: isSampled ? null : "no_result",
    startedAt: isSampled ? slot + 120 : null,
    totalMs: isSampled ? 70 + (slot % 7) : null,
    phases: isSampled ? { dns: 1, connect: 10, tls: 20, firstByte: 38, body: 1 } : null,
    unmet: false,
    confirmation: null,
    hasEvidence: isSampled && code >= 400,
  };
}

export function evidenceOf(status: number): Evidence {
  return {
    request: {
      method: "PUT",
      url: "https://api.example.com/v2/orders/7",
      headers: [["authorization", "[removed: authorization]"]],
      body: null,
    },
    response: {
      status,
      reason: status === 409 ? "Conflict" : "OK",
      httpVersion: "1.1",
      headers: [["etag", '"18"']],
      body: '{"current_version":18}',
      bodyBytes: 22,
      truncated: false,
    },
    remoteAddress: "192.0.2.7",
    bodyError: null,
  };
}

export const INCIDENT: Incident = {
  id: 412,
  monitor: "orders",
  state: "open",
  openedAt: ONSET + 2 * MINUTE,
  resolvedAt: null,
  onsetAt: ONSET,
  onsetUncertaintyMs: MINUTE,
  code: 409,
  codes: [409],
  scope: { kind: "regions", regions: AFFECTED, elsewhere: ["us-east"] },
  evidence: { bad: 7, of: 8, usualShare: 0.012, usualBad: 726.4, usualOf: 60_480.2, lnEvidence: 6.2, lnThreshold: 0 },
  streams: [
    {
      stream: 409,
      code: 409,
      openedAt: ONSET + 2 * MINUTE,
      onsetAt: ONSET,
      onsetUncertaintyMs: MINUTE,
      scope: { kind: "regions", regions: AFFECTED, elsewhere: ["us-east"] },
      evidence: {
        bad: 7,
        of: 8,
        usualShare: 0.012,
        usualBad: 726.4,
        usualOf: 60_480.2,
        lnEvidence: 6.2,
        lnThreshold: 0,
      },
    },
  ],
  seen: { bad: 19, of: 20 },
  causes: [
    {
      cause: "stale-version",
      title: "stale ETag or version",
      share: 0.86,
      for: ["19 of 19 bodies name a newer version"],
      against: [],
      fix: { now: "read without the cache", inClients: "read again, merge, retry once", later: "answer 412" },
    },
  ],
  severity: "critical",
  deploy: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  muted: null,
  told: {
    ...NOTHING_TOLD,
    openedAt: ONSET + 2 * MINUTE,
    codes: [409],
    regions: AFFECTED,
    severity: "critical",
  },
  followAt: null,
  closedAs: null,
  cost: null,
  revision: 1,
};

const FACTS: AlertFacts = {
  kind: "opened",
  reason: "409 rose above what is usual",
  at: ONSET + 2 * MINUTE,
  incident: 412,
  monitor: { id: "orders", name: "Update order", method: "PUT", path: "/v2/orders/7", tags: [], source: ORDERS.source },
  host: "shop.example.com",
  severity: "critical",
  closedAs: null,
  deploy: null,
  cost: null,
  round: null,
  heldBack: null,
  code: 409,
  codes: [409],
  scope: INCIDENT.scope,
  onsetAt: ONSET,
  onsetUncertaintyMs: MINUTE,
  openedAt: ONSET + 2 * MINUTE,
  resolvedAt: null,
  seen: { bad: 7, of: 8 },
  usual: { share: 0.012, bad: 726.4, of: 60_480.2 },
  lnEvidence: 6.2,
  falseAlarmsPerYear: 1,
  matrix: { slots: [], rows: REGIONS.map((region) => ({ region, codes: [], bad: 0, of: 0 })) },
  causes: INCIDENT.causes,
  example: null,
  acknowledgedAt: null,
  publicUrl: null,
};

export function memoryOfAnHour(): Memory {
  const slots: StoredSlot[] = [];
  for (let ago = 59; ago >= 0; ago--)
    for (const region of REGIONS) {
      const slot = slotOf(ORDERS, ago);
      const isBad = slot >= ONSET && AFFECTED.includes(region);
      const isMissed = ago === 40 && region === "us-east";
      slots.push(stored(ORDERS, region, slot, isMissed ? null : isBad ? 409 : ago === 30 ? 503 : 200));
      slots.push(stored(HEALTH, region, slotOf(HEALTH, ago), 200));
    }
  const exchange = (region: string, slot: EpochMs, code: number) => ({
    monitor: "orders",
    region,
    slot,
    code,
    totalMs: 77,
    evidence: evidenceOf(code),
  });
  return {
    slots,
    evidence: [
      exchange("us-east", slotOf(ORDERS, 1), 200),
      exchange("eu-west", slotOf(ORDERS, 20), 200),
      exchange("us-east", slotOf(ORDERS, 19), 200),
      exchange("eu-west", slotOf(ORDERS, 2), 409),
    ],
    verdicts: new Map([
      [
        "orders",
        {
          monitor: "orders",
          slot: slotOf(ORDERS, 0),
          subject: "s1",
          standing: "spike",
          reason: "spike: 19 of 20 probes 409, usual 1.2 %",
          readings: [
            { stream: 409, code: 409, lnEvidence: 9, lnThreshold: 0, usualShare: 0.012, bad: 19, of: 20, open: true },
          ],
          events: [],
          sampled: 3,
          missed: 0,
        },
      ],
    ]),
    incidents: [structuredClone(INCIDENT)],
    transitions: [
      { incident: 412, seq: 1, kind: "opened", at: FACTS.at, reason: FACTS.reason, muted: null, facts: FACTS },
    ],
    deliveries: [
      {
        num: 1,
        key: "inc-412.1.oncall.oncall",
        incident: 412,
        alert: null,
        kind: "opened",
        channel: "oncall",
        recipient: "oncall",
        state: "delivered",
        createdAt: FACTS.at,
        dueAt: null,
        attempts: [{ at: FACTS.at + 400, result: "delivered", said: "ok" }],
      },
    ],
    condition: { path: "/somewhere/statusquo.sqlite", bytes: 409_600, oldestPending: null, lastCommitAt: NOW - 2_000 },
  };
}

/** A clock that is moved by hand. */
export function handClock(start = NOW): Pick<Clock, "now" | "every"> & { advance(ms: number): void; timers(): number } {
  let now = start;
  const timers = new Set<{ dueAt: number; intervalMs: number; work: () => void | Promise<void> }>();
  return {
    now: () => now,
    timers: () => timers.size,
    every(intervalMs, work) {
      const timer = { dueAt: now + intervalMs, intervalMs, work };
      timers.add(timer);
      return { stop: () => void timers.delete(timer) };
    },
    advance(ms) {
      now += ms;
      for (const timer of [...timers])
        for (; timer.dueAt <= now && timers.has(timer); timer.dueAt += timer.intervalMs) void timer.work();
    },
  };
}

/** The API over this world, changed in what a test is about; `bare` is without edits and without a demo. */
export function world(
  change: { ports?: Partial<ApiPorts>; settings?: Partial<ApiPorts["settings"]>; bare?: boolean } = {},
) {
  const memory = memoryOfAnHour();
  const clock = handClock();
  const listeners = new Set<(event: LiveEvent) => void>();
  const trouble: unknown[] = [];
  const reader = memoryReader(memory);
  const faults = [{ id: "stale-etag", title: "Stale ETag", what: "Reads are cached.", monitor: "orders", on: false }];
  const closing = new AbortController();
  const ports: ApiPorts = {
    reader,
    clock,
    monitors: () => [ORDERS, HEALTH],
    definitions: () => ({ files: ["monitors.yaml"], loadedAt: NOW - 3_600_000, error: null, errorAt: null }),
    sourceText: (monitor) => (monitor.id === "orders" ? DEFINITION : null),
    usual: (monitor, stream) =>
      monitor === "health"
        ? null
        : { share: stream === "any" ? 0.02 : stream === 409 ? 0.012 : 0.001, bad: 7, of: 600 },
    heartbeats: () => ({ scheduledAt: clock.now() - 100, committedAt: clock.now() - 2_000 }),
    presence: async () => REGIONS.map((region) => ({ region, workers: 1, lastSeenAt: NOW - 1_000 })),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    writer: {
      transaction: (work) => work(),
      reads: reader,
      putIncident(incident) {
        memory.incidents = memory.incidents.map((each) => (each.id === incident.id ? incident : each));
        return incident;
      },
    },
    demo: {
      faults: () => faults,
      setFault(id, on) {
        const fault = faults.find((each) => each.id === id);
        if (fault) fault.on = on;
        return fault !== undefined;
      },
      messagesUrl: "http://127.0.0.1:4410",
    },
    onTrouble: (_what, error) => void trouble.push(error),
    closing: closing.signal,
    ...change.ports,
    settings: {
      version: "0.1.0",
      startedAt: NOW - 7_200_000,
      tokenHash: null,
      allowedHosts: ["localhost", "127.0.0.1"],
      publicUrl: "https://status.example.com",
      ...change.settings,
    },
  };
  if (change.bare) {
    delete ports.writer;
    delete ports.demo;
  }
  const api = createApi(ports);
  return {
    api,
    ports,
    memory,
    clock,
    trouble,
    monitors: { orders: ORDERS, health: HEALTH },
    listeners,
    emit: (event: LiveEvent) => {
      for (const listener of [...listeners]) listener(event);
    },
    close: () => closing.abort(),
    get: (path: string, headers: Record<string, string> = {}) => api.request(path, { headers }),
    post: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      api.request(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),
  };
}

export const TOKEN_HASH = createHash("sha256").update(TOKEN).digest();
