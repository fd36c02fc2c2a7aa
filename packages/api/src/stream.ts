/**
 * The stream: server-sent events about what has just been stored.
 *
 * Everything is bounded. Who reads too slowly is cut off, and on return gets what was missed while it is remembered, or is
 * told to read everything again; nobody is left believing in a picture with a hole.
 */
import {
  type Acceptance,
  codeOf,
  type Deploy,
  type EpochMs,
  type Incident,
  isExpected,
  type Note,
  type ProbeResult,
  type Silence,
  type Verdict,
} from "@statusquo/core";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { definitionsStatus } from "./health.ts";
import { internalAlertDetail } from "./house-routes.ts";
import { deliveryView, summariesAt } from "./incident-views.ts";
import { acceptanceDetail, deployDetail, silenceDetail } from "./people.ts";
import type { ApiPorts, LiveEvent } from "./ports.ts";
import { RefusedRequest } from "./problem.ts";
import type { StreamEvent } from "./views.ts";

export const HEARTBEAT_MS = 10_000;
export const MOST_CLIENTS = 50;
/** Messages remembered for those who come back. */
const REMEMBERED = 200;
/** Messages that may wait for one client; more than are remembered, so that catching up alone cuts nobody off. */
const MOST_WAITING = 500;

/**
 * Samples go out together, so seldom: screens are read by people, and each message costs every one of them. A verdict
 * that leaves a monitor where it stood travels with them; whatever else is said takes what is held along.
 */
const TOGETHER_MS = 1_000;

/** Trouble of our own is looked for no sooner than this after the last look, with what is heard and every heartbeat. */
const HOUSE_MS = 5_000;
const ALERTS_LOOKED_AT = 50;
/** Of one message about many incidents, so many are sent one by one. */
const MOST_SETTLED = 20;
const ROWS_LOOKED_AT = 20;

/** Events that something else than a probe was the cause of. */
const EDITS = new Set<string>(["incident", "silence", "acceptance", "definitions"]);

interface Message {
  /** Absent on what is not remembered. */
  id?: string;
  event: string;
  data: string;
}

type Data<Name extends StreamEvent["event"]> = Extract<StreamEvent, { event: Name }>["data"];

export interface Stream {
  serve(context: Context): Response;
  /** An incident was changed by a person. */
  changed(incident: Incident, change: Data<"incident">["change"]): void;
  silence(silence: Silence, change: Data<"silence">["change"]): void;
  deploy(deploy: Deploy): void;
  note(note: Note): void;
  acceptance(acceptance: Acceptance, change: Data<"acceptance">["change"]): void;
  clients(): number;
  /** Rises with every edit by a person, and with every change of the definitions. */
  edits(): number;
  /** Says what is held back, so that an answer made now is not followed by news that are in it. */
  catchUp(): void;
}

export function createStream(ports: ApiPorts): Stream {
  const { clock, settings } = ports;
  const clients = new Set<(message: Message) => void>();
  const remembered: Message[] = [];
  /** What was last said of each monitor: an unchanged verdict is not said again. */
  const said = new Map<string, Pick<Verdict, "standing" | "reason">>();
  // Ids of another run never match: its messages are not remembered here.
  const run = settings.startedAt.toString(36);
  let count = 0;

  let edited = 0;

  let held: { results: ProbeResult[]; verdicts: Map<string, Omit<Data<"verdict">, "now">> } = {
    results: [],
    verdicts: new Map(),
  };
  let caughtUpAt = Number.NEGATIVE_INFINITY;
  let holding: { stop(): void } | null = null;

  function catchUp(): void {
    holding?.stop();
    holding = null;
    const { results, verdicts } = held;
    if (results.length + verdicts.size === 0) return;
    held = { results: [], verdicts: new Map() };
    const now = clock.now();
    caughtUpAt = now;
    if (results.length > 0) send("sample-batch", { now, monitors: deltas(ports, results) });
    for (const verdict of verdicts.values()) send("verdict", { now, ...verdict });
  }

  function send<Name extends StreamEvent["event"]>(event: Name, data: Data<Name>): void {
    catchUp();
    count += 1;
    if (EDITS.has(event)) edited += 1;
    const message = { id: `${run}-${count}`, event, data: JSON.stringify(data) };
    remembered.push(message);
    if (remembered.length > REMEMBERED) remembered.shift();
    for (const client of [...clients]) client(message);
  }

  function hear(event: LiveEvent): void {
    const now = clock.now();
    if (event.kind === "definitions") {
      const known = new Set(ports.monitors().map(({ id }) => id));
      for (const id of said.keys()) if (!known.has(id)) said.delete(id);
      send("definitions", { now, ...definitionsStatus(ports) });
      return;
    }
    if (event.kind === "settled") {
      hearSettled(event, now);
      return;
    }
    lookAtHouse(now);
    held.results.push(...event.results);
    let isUrgent = now - caughtUpAt >= TOGETHER_MS || now < caughtUpAt;
    for (const { verdict } of event.judgements) {
      const { monitor, slot, standing, reason, sampled, missed, readings } = verdict;
      const before = said.get(monitor);
      if (before?.standing === standing && before.reason === reason) continue;
      said.set(monitor, { standing, reason });
      held.verdicts.set(monitor, { monitor, slot, standing, reason, sampled, missed, readings });
      if (before?.standing !== standing) isUrgent = true;
    }
    if (isUrgent) catchUp();
    else holding ??= clock.every(TOGETHER_MS, catchUp);
    for (const { incident, transition } of event.judgements)
      if (incident !== null && transition !== null)
        send("incident", { now, change: transition.kind, incident: summariesAt(ports, now)(incident) });
  }

  /** Rows of one message were all written at one instant. */
  function hearSettled(
    { channel, recipient, incidents, alerts }: Extract<LiveEvent, { kind: "settled" }>,
    now: EpochMs,
  ) {
    const about = [...incidents.map((incident) => ({ incident })), ...alerts.map((alert) => ({ alert }))];
    const rows = about
      .slice(0, MOST_SETTLED)
      .flatMap((one) => ports.reader.deliveries({ ...one, channel, limit: ROWS_LOOKED_AT }))
      .filter((row) => row.recipient === recipient && row.attempts.length > 0);
    const last = (row: (typeof rows)[0]) => row.attempts.at(-1)?.at ?? 0;
    const newest = Math.max(...rows.map(last));
    for (const row of rows) if (last(row) === newest) send("delivery", { now, delivery: deliveryView(row) });
  }

  /** Internal alerts come from many places, so they are looked for. */
  let known = new Map(ports.reader.internalAlerts({ limit: ALERTS_LOOKED_AT }).map((each) => [each.id, each]));
  let lookedAt = clock.now();
  function lookAtHouse(now: EpochMs): void {
    if (clients.size === 0 || now - lookedAt < HOUSE_MS) return;
    lookedAt = now;
    const found = ports.reader.internalAlerts({ limit: ALERTS_LOOKED_AT });
    for (const alert of found.toReversed()) {
      const before = known.get(alert.id);
      const isOver = alert.resolvedAt !== null;
      if (before && (before.resolvedAt !== null) === isOver) continue;
      send("internal", { now, change: isOver ? "resolved" : "opened", alert: internalAlertDetail(alert) });
    }
    known = new Map(found.map((each) => [each.id, each]));
  }

  const unsubscribe = ports.subscribe(hear);
  const close = () => {
    unsubscribe();
    holding?.stop();
  };
  ports.closing?.addEventListener("abort", close, { once: true });

  /** What came after `lastId`; null when that is not remembered. */
  function since(lastId: string | undefined): Message[] | null {
    if (lastId === `${run}-${count}`) return [];
    const index = remembered.findIndex(({ id }) => id === lastId);
    return index < 0 ? null : remembered.slice(index + 1);
  }

  function serve(context: Context): Response {
    if (clients.size >= MOST_CLIENTS)
      throw new RefusedRequest({
        status: 503,
        word: "too-many-streams",
        title: "Too many streams",
        detail: `${MOST_CLIENTS} screens are listening already; close one, or ask again later.`,
      });
    // Without this a HEAD would hold a place for ever: its body is never read, and never cancelled.
    if (context.req.method === "HEAD") return context.body(null, 200, { "content-type": "text/event-stream" });
    const lastId = context.req.header("last-event-id");
    const missed = since(lastId);
    const hello = { now: clock.now(), version: settings.version, heartbeatMs: HEARTBEAT_MS, resumed: missed !== null };
    // Who breaks off between this and what was missed must come back with the id it came with.
    const id = missed !== null && lastId !== undefined ? lastId : `${run}-${count}`;
    const waiting: Message[] = [{ id, event: "hello", data: JSON.stringify(hello) }, ...(missed ?? [])];
    const ended = Promise.withResolvers<void>();
    let wake = Promise.withResolvers<void>();
    const hand = (message: Message) => {
      if (waiting.length >= MOST_WAITING) return ended.resolve();
      waiting.push(message);
      wake.resolve();
    };
    clients.add(hand);
    const end = () => ended.resolve();
    // A session that is over takes its streams with it.
    const isStillIn = context.get("isStillIn") as (() => boolean) | undefined;
    const beat = clock.every(HEARTBEAT_MS, () => {
      if (isStillIn?.() === false) return end();
      lookAtHouse(clock.now());
      hand(heartbeat(clock.now()));
    });
    ports.closing?.addEventListener("abort", end, { once: true });
    void ended.promise.then(() => {
      clients.delete(hand);
      beat.stop();
      ports.closing?.removeEventListener("abort", end);
    });
    if (ports.closing?.aborted) end();

    context.header("x-accel-buffering", "no");
    return streamSSE(context, async (sse) => {
      sse.onAbort(end);
      let over = false;
      void ended.promise.then(() => {
        over = true;
        wake.resolve();
        // Ends a write that nobody reads; without it a slow client would hold its messages for ever.
        sse.abort();
      });
      while (!over) {
        const message = waiting.shift();
        if (message === undefined) {
          wake = Promise.withResolvers<void>();
          await wake.promise;
        } else await sse.writeSSE(message);
      }
    });
  }

  return {
    serve,
    catchUp,
    clients: () => clients.size,
    edits: () => edited,
    changed(incident, change) {
      const now = clock.now();
      send("incident", { now, change, incident: summariesAt(ports, now)(incident) });
    },
    silence: (silence, change) =>
      send("silence", { now: clock.now(), change, silence: silenceDetail(silence, clock.now()) }),
    deploy: (deploy) => send("deploy", { now: clock.now(), deploy: deployDetail(deploy) }),
    note: (note) => send("note", { now: clock.now(), note }),
    acceptance: (acceptance, change) =>
      send("acceptance", { now: clock.now(), change, acceptance: acceptanceDetail(acceptance, clock.now()) }),
  };
}

function heartbeat(now: EpochMs): Message {
  return { event: "heartbeat", data: JSON.stringify({ now } satisfies Data<"heartbeat">) };
}

function deltas(ports: ApiPorts, results: readonly ProbeResult[]): Data<"sample-batch">["monitors"] {
  const monitors = new Map(ports.monitors().map((monitor) => [monitor.id, monitor]));
  return [...Map.groupBy(results, ({ monitor }) => monitor)].map(([id, own]) => ({
    id,
    samples: own.map((result) => {
      const { region, slot } = result;
      if (result.kind === "missed")
        return { region, slot, code: null, missed: result.reason, expected: false, totalMs: null };
      const code = codeOf(result.outcome);
      const expected = result.unmet === undefined && isExpected(monitors.get(id)?.expect ?? [], code);
      return { region, slot, code, missed: null, expected, totalMs: result.totalMs };
    }),
  }));
}
