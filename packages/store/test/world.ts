/** What the store's tests share: a store in a folder of its own, and results to put into it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AlertFacts,
  type Evidence,
  type Incident,
  type Missed,
  type Monitor,
  NOTHING_TOLD,
  type Notification,
  type Sample,
  type Verdict,
  type Why,
} from "@statusquo/core";
import { openStore, type Store } from "../src/index.ts";

/** A multiple of every interval the tests use. */
export const START = 1_767_225_600_000;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export interface World extends Store, Disposable {
  folder: string;
  path: string;
  /** Closes the store and opens it again. */
  reopen(): World;
}

export function openWorld(folder = mkdtempSync(join(tmpdir(), "statusquo-store-"))): World {
  const path = join(folder, "statusquo.db");
  const store = openStore({ path });
  return {
    ...store,
    folder,
    path,
    reopen() {
      store.close();
      return openWorld(folder);
    },
    [Symbol.dispose]() {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A folder that is gone afterwards. */
export function openFolder(): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), "statusquo-store-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

type Key = { monitor?: string; region?: string; slot?: number };

/** @param status 0 is no answer */
export function sample(
  status: number,
  { monitor = "checkout", region = "eu", slot = START }: Key = {},
  totalMs = 12.3,
) {
  return {
    kind: "sampled",
    ...{ monitor, region, slot, version: "v1", startedAt: slot + 7, totalMs },
    outcome:
      status === 0 ? { kind: "failure", reason: "timeout", detail: "no answer in 10 s" } : { kind: "status", status },
    phases: { dns: 1.2, connect: 2.4, tls: null, firstByte: status === 0 ? null : 7.5, body: status === 0 ? null : 0 },
  } satisfies Sample as Sample;
}

export function missed(
  reason: Missed["reason"],
  { monitor = "checkout", region = "eu", slot = START }: Key = {},
): Missed {
  return { kind: "missed", monitor, region, slot, reason };
}

export function evidence(body = "it is already there"): Evidence {
  return {
    request: { method: "POST", url: "https://shop.example.com/orders", headers: [["accept", "*/*"]], body: null },
    response: {
      ...{ status: 409, reason: "Conflict", httpVersion: "1.1", headers: [["content-type", "text/plain"]], body },
      ...{ bodyBytes: body.length, truncated: false },
    },
    remoteAddress: "203.0.113.7",
    bodyError: null,
  };
}

export function monitorOf(id: string, intervalMs = MINUTE): Monitor {
  return {
    ...{
      id,
      name: id,
      tags: [],
      intervalMs,
      timeoutMs: 4_000,
      regions: ["eu"],
      usual: {},
      falseAlarmsPerYear: 1,
      notify: [],
    },
    request: { method: "GET", url: "https://shop.example.com/", headers: {} },
    expect: [{ from: 200, to: 299, exclude: false }],
    ...{ redact: [], allowPrivate: false, followRedirects: 0, slotHeader: false, subject: "s" },
    version: `${id}-${intervalMs}`,
    source: { file: "monitors.yaml", line: 3, endLine: 9 },
  };
}

export function verdictOf(slot: number, monitor = "checkout"): Verdict {
  return {
    ...{ monitor, slot, subject: "s", standing: "usual", reason: "as usual", readings: [], events: [] },
    ...{ sampled: 1, missed: 0 },
  };
}

export function incidentOf(monitor = "checkout"): Incident {
  const scope = { kind: "everywhere" as const, regions: ["eu"], elsewhere: [] };
  return {
    ...{ id: 0, monitor, state: "open", openedAt: START, resolvedAt: null, onsetAt: START, onsetUncertaintyMs: 0 },
    ...{ code: 409, codes: [409], scope, streams: [], seen: { bad: 3, of: 4 }, causes: [] },
    evidence: { bad: 3, of: 4, usualShare: 0.01, usualBad: 1, usualOf: 100, lnEvidence: 9, lnThreshold: 0 },
    ...{ severity: "warning", deploy: null, acknowledgedAt: null, acknowledgedBy: null, muted: null },
    ...{ told: NOTHING_TOLD, followAt: null, closedAs: null, cost: null, revision: 1 },
  };
}

export function factsOf(incident: number, kind: AlertFacts["kind"] = "opened"): AlertFacts {
  return {
    ...{ kind, reason: "409 rose above what is usual", at: START, incident, code: 409, codes: [409] },
    monitor: {
      ...{ id: "checkout", name: "Checkout", method: "POST", path: "/orders", tags: [] },
      source: { file: "monitors.yaml", line: 3, endLine: 9 },
    },
    scope: { kind: "everywhere", regions: ["eu"], elsewhere: [] },
    ...{ onsetAt: START, onsetUncertaintyMs: 0, openedAt: START, resolvedAt: null, seen: { bad: 3, of: 4 } },
    ...{
      usual: { share: 0.01, bad: 1, of: 100 },
      lnEvidence: 9,
      falseAlarmsPerYear: 1,
      causes: [],
      example: null,
    },
    matrix: { slots: [START], rows: [{ region: "eu", codes: [409], bad: 1, of: 1 }] },
    ...{ host: "shop.example.com", severity: "warning", closedAs: null, deploy: null, cost: null, round: null },
    ...{ heldBack: null, acknowledgedAt: null, publicUrl: null },
  };
}

export function notificationOf(incident: number, seq: number, recipient = "oncall", channel = "oncall"): Notification {
  return {
    key: `inc-${incident}.${seq}.${channel}.${recipient}`,
    ...{ incident, seq, kind: seq === 1 ? "opened" : "resolved", channel, recipient },
    facts: factsOf(incident),
    createdAt: START + seq * MINUTE,
  };
}

export function whyOf(slot: number, monitor = "checkout"): Why {
  const strongest = { stream: 409, code: 409, lnEvidence: -3.21, lnThreshold: 0, bad: 2, of: 6, open: false } as const;
  const seen = { learnedMin: 1_440, sampled: 3, missed: 0, note: null };
  return { monitor, slot, standing: "watching", strongest: { ...strongest, usualShare: 0.012 }, ...seen };
}
