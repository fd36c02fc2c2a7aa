/**
 * The live side: one subscription for the whole page. Deltas go into what was read, the rest is read again.
 *
 * Whether we are "live" is said by messages that arrived, not by a socket that is open.
 */
import type { Client, IncidentDetail, Overview, Regions, StreamEvent, StreamState } from "@statusquo/api/client";
import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { withEvents } from "./reduce.ts";

export interface LiveState {
  stream: StreamState;
  /** When the last message came, by this browser's clock; null before the first. */
  heardAt: number | null;
  /** When results last came, by the server's clock; null when none came since the page was opened. */
  resultAt: number | null;
  /** The server's clock less the browser's, ms. */
  skewMs: number;
  /** The newest thing said to those who cannot see the screen change. */
  said: string;
}

export interface Live {
  state(): LiveState;
  onChange(listener: () => void): () => void;
  /** Takes in what the stream said after `overview` was read: it may have come while the reading was on its way. */
  caughtUp(overview: Overview): Overview;
  close(): void;
}

/** A page that shows one monitor reads it again at most this often. */
const READ_AGAIN_MS = 2_000;
/**
 * Answers and verdicts that come this close together are taken in at once, so that a burst is one drawing; ms. The more
 * monitors there are the less one answer changes the picture, and the oftener one comes.
 */
const TOGETHER_MS = 200;
const TOGETHER_MS_PER_MONITOR = 20;
/** The server's clock is not measured closer than this, ms: messages take longer at times. */
const SKEW_MS = 500;
/** Longer than any reading takes. */
const REMEMBERED = 200;
/** New incidents are said aloud at most this often. */
const SAY_EVERY_MS = 30_000;

export function startLive(client: Client, queries: QueryClient): Live {
  let state: LiveState = { stream: { kind: "connecting" }, heardAt: null, resultAt: null, skewMs: 0, said: "" };
  const listeners = new Set<() => void>();
  const recent: StreamEvent[] = [];
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();
  let saidAt = 0;
  let held: StreamEvent[] = [];
  let flushing: ReturnType<typeof setTimeout> | undefined;
  let flushedAt = Number.NEGATIVE_INFINITY;

  const change = (next: Partial<LiveState>) => {
    state = { ...state, ...next };
    for (const listener of listeners) listener();
  };
  const readAgain = (key: readonly (string | number)[]) => {
    const name = key.join(" ");
    if (waiting.has(name)) return;
    const timer = setTimeout(() => {
      waiting.delete(name);
      void queries.invalidateQueries({ queryKey: key });
    }, READ_AGAIN_MS);
    waiting.set(name, timer);
  };

  /** Monitors and incidents on the page that still count answers. */
  const onPage = () => {
    const monitors = new Set(
      queries
        .getQueryCache()
        .findAll({ queryKey: ["monitor"] })
        .map(({ queryKey }) => queryKey[1]),
    );
    const incidents = queries.getQueriesData<IncidentDetail>({ queryKey: ["incident"] });
    return { monitors, open: incidents.flatMap(([, known]) => (known?.state === "open" ? known : [])) };
  };

  const overviews = () =>
    queries.getQueriesData<Overview>({ queryKey: ["overview"] }).flatMap(([, known]) => known ?? []);
  /** How long what may wait is held, by how much is shown. */
  let togetherMs = TOGETHER_MS;

  /** Whether `event` may wait for others: answers, and verdicts that leave a monitor where it stands. */
  function canWait({ event, data }: StreamEvent): boolean {
    if (event === "sample-batch") return true;
    if (event !== "verdict") return false;
    const rows = overviews().flatMap(({ monitors }) => monitors.find(({ id }) => id === data.monitor) ?? []);
    return rows.every(({ standing }) => standing === data.standing);
  }

  /** The first of a burst at once, the others together; what is more than counts waits for nothing. */
  function hear(event: StreamEvent): void {
    held.push(event);
    const skewMs = event.data.now - Date.now();
    // Shown as ages, which are drawn anew every second anyway.
    state = {
      ...state,
      heardAt: Date.now(),
      ...(Math.abs(skewMs - state.skewMs) >= SKEW_MS && { skewMs }),
      ...(event.event === "sample-batch" && { resultAt: event.data.now }),
    };
    const waitMs = canWait(event) ? flushedAt + togetherMs - Date.now() : 0;
    if (waitMs <= 0) flush();
    else flushing ??= setTimeout(flush, waitMs);
  }

  function flush(): void {
    clearTimeout(flushing);
    flushing = undefined;
    const events = held;
    held = [];
    if (events.length === 0) return;
    recent.push(...events);
    recent.splice(0, recent.length - REMEMBERED);
    queries.setQueriesData<Overview>({ queryKey: ["overview"] }, (known) => known && withEvents(known, events));
    heardOfRegions(events);
    const seen = onPage();
    for (const event of events) take(event, seen);
    flushedAt = Date.now();
    const most = Math.max(0, ...overviews().map(({ monitors }) => monitors.length));
    togetherMs = Math.max(TOGETHER_MS, TOGETHER_MS_PER_MONITOR * most);
  }

  /** When each region last answered; the rest of its row is read every few seconds. */
  function heardOfRegions(events: readonly StreamEvent[]): void {
    const newest = new Map<string, number>();
    for (const { event, data } of events) {
      if (event !== "sample-batch") continue;
      for (const { samples } of data.monitors)
        for (const { region, slot, missed } of samples)
          if (missed === null && slot > (newest.get(region) ?? 0)) newest.set(region, slot);
    }
    if (newest.size === 0) return;
    queries.setQueryData<Regions>(
      ["regions"],
      (known) =>
        known && {
          ...known,
          regions: known.regions.map((row) => {
            const slot = newest.get(row.region) ?? 0;
            return slot > (row.lastSampleAt ?? 0) ? { ...row, lastSampleAt: slot } : row;
          }),
        },
    );
  }

  function take(event: StreamEvent, { monitors, open }: ReturnType<typeof onPage>): void {
    switch (event.event) {
      case "hello":
        if (!event.data.resumed) void queries.invalidateQueries();
        break;
      case "definitions":
        void queries.invalidateQueries();
        break;
      case "sample-batch":
        for (const { id } of event.data.monitors) {
          if (monitors.has(id)) readAgain(["monitor", id]);
          for (const { id: incident, monitor } of open) if (monitor === id) readAgain(["incident", incident]);
        }
        break;
      case "verdict":
        if (monitors.has(event.data.monitor)) readAgain(["monitor", event.data.monitor]);
        break;
      case "incident": {
        const { incident, change: what } = event.data;
        void queries.invalidateQueries({ queryKey: ["incidents"] });
        void queries.invalidateQueries({ queryKey: ["overview"] });
        readAgain(["incident", incident.id]);
        readAgain(["monitor", incident.monitor]);
        void queries.invalidateQueries({ queryKey: ["deliveries"] });
        if (what === "opened" && Date.now() - saidAt >= SAY_EVERY_MS) {
          saidAt = Date.now();
          change({ said: `New incident. ${incident.monitorName}: ${incident.sentence}` });
        }
        break;
      }
      case "silence":
        for (const key of ["silences", "overview", "incident", "monitor"]) readAgain([key]);
        break;
      case "deploy":
        for (const key of ["deploys", "incident", "monitor"]) readAgain([key]);
        break;
      case "note":
        readAgain(["incident", event.data.note.incident]);
        break;
      case "acceptance":
        readAgain(["incident", event.data.acceptance.incident]);
        readAgain(["monitor", event.data.acceptance.monitor]);
        break;
      case "internal":
        for (const key of ["internal-alerts", "health"]) readAgain([key]);
        break;
      case "delivery":
        for (const key of ["deliveries", "health"]) readAgain([key]);
        if (event.data.delivery.incident !== null) readAgain(["incident", event.data.delivery.incident]);
        break;
    }
  }

  /** Every message says "live" again; it is a change, and a drawing, only when it was not so before. */
  function onState(stream: StreamState): void {
    if (stream.kind !== "live" || state.stream.kind !== "live") change({ stream });
  }

  const subscription = client.subscribe({ onEvent: hear, onState });
  return {
    state: () => state,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    caughtUp: (overview) => withEvents(overview, [...recent, ...held]),
    close() {
      subscription.close();
      clearTimeout(flushing);
      for (const timer of waiting.values()) clearTimeout(timer);
    },
  };
}

/** What `select` makes of the state, as text, number or the like; drawn again only when that is another. */
export function useLive<T>(live: Live, select: (state: LiveState) => T): T {
  return useSyncExternalStore(live.onChange, () => select(live.state()));
}
