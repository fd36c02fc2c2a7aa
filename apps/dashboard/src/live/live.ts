/**
 * The live side: one subscription for the whole page. Deltas go into what was read, the rest is read again.
 *
 * Whether we are "live" is said by messages that arrived, not by a socket that is open.
 */
import type { Client, IncidentDetail, Overview, StreamEvent, StreamState } from "@statusquo/api/client";
import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { withEvent } from "./reduce.ts";

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

  /** Incidents on the page that still count this monitor's answers. */
  const openOf = (monitor: string) =>
    queries
      .getQueriesData<IncidentDetail>({ queryKey: ["incident"] })
      .flatMap(([, known]) => (known?.state === "open" && known.monitor === monitor ? known.id : []));

  function take(event: StreamEvent): void {
    recent.push(event);
    if (recent.length > REMEMBERED) recent.shift();
    change({
      heardAt: Date.now(),
      skewMs: event.data.now - Date.now(),
      ...(event.event === "sample-batch" && { resultAt: event.data.now }),
    });
    queries.setQueriesData<Overview>({ queryKey: ["overview"] }, (known) => known && withEvent(known, event));
    switch (event.event) {
      case "hello":
        if (!event.data.resumed) void queries.invalidateQueries();
        break;
      case "definitions":
        void queries.invalidateQueries();
        break;
      case "sample-batch":
        readAgain(["regions"]);
        for (const { id } of event.data.monitors) {
          readAgain(["monitor", id]);
          for (const incident of openOf(id)) readAgain(["incident", incident]);
        }
        break;
      case "verdict":
        readAgain(["monitor", event.data.monitor]);
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

  const subscription = client.subscribe({ onEvent: take, onState: (stream) => change({ stream }) });
  return {
    state: () => state,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    caughtUp: (overview) => recent.reduce(withEvent, overview),
    close() {
      subscription.close();
      for (const timer of waiting.values()) clearTimeout(timer);
    },
  };
}

export function useLive(live: Live): LiveState {
  return useSyncExternalStore(live.onChange, live.state);
}
