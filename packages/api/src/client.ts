/**
 * The client: the API's read side for the dashboard, typed by the same schemas that check the server.
 *
 * Nothing of zod or Hono is here at run time, only their types. It goes through `fetch` alone, the stream too:
 * `EventSource` cannot send the token, and a token must not stand in an address.
 */
import type { SessionState } from "./session-routes.ts";
import type {
  AcceptanceDetail,
  ChannelTest,
  DefinitionsDetail,
  Deliveries,
  Delivery,
  DemoFaults,
  DeployDetail,
  Deploys,
  EvidenceDetail,
  Health,
  IncidentDetail,
  IncidentSummary,
  Incidents,
  InternalAlerts,
  MonitorDetail,
  NoteDetail,
  Overview,
  OverviewWindow,
  PackedCells,
  PackedOverview,
  Probed,
  Problem,
  Regions,
  ReplayDetail,
  Replaying,
  Samples,
  Series,
  SilenceDetail,
  Silences,
  StreamEvent,
  WhyAt,
  Whys,
} from "./views.ts";

export type { SessionState } from "./session-routes.ts";
export type * from "./views.ts";

/** An answer that is not what was asked for, or no answer at all (`status` 0). `message` may be shown to a person. */
export class ApiError extends Error {
  readonly status: number;
  /** What the server said; null when it could not be reached or was not ours. */
  readonly problem: Problem | null;

  constructor(status: number, message: string, problem: Problem | null, cause?: unknown) {
    super(message, { cause });
    this.name = "ApiError";
    this.status = status;
    this.problem = problem;
  }
}

export interface ClientOptions {
  /** Before `/api/v1`; empty for the page's own server. */
  base?: string;
  /** Asked for before every request, so that it may be entered later. */
  token?: () => string | null;
  fetch?: typeof fetch;
}

/** How the stream is doing. `live` follows data: silence longer than 15 s is `stale` even while the socket is open. */
export type StreamState =
  | { kind: "connecting" }
  | { kind: "live"; at: number }
  | { kind: "stale"; since: number }
  | { kind: "waiting"; retryAt: number; error: ApiError };

/** Neither may throw. */
export interface StreamHandlers {
  /** `hello` with `resumed: false` says that what is held must be read again. */
  onEvent(event: StreamEvent): void;
  onState?(state: StreamState): void;
}

export interface Subscription {
  close(): void;
}

/** How long a silence lasts: for a time from now ("30m", "4h", "2d"), or until an instant. */
export type Lasting = { for: string } | { until: number };

/** Who asks, as they call themselves; "a person" when left out. */
interface Asked {
  by?: string;
}

type Query = Record<string, string | number | undefined>;

/** Every method rejects with `ApiError`, or with the signal's reason when aborted. Ids are not escaped by the caller. */
export interface Client {
  overview(window?: OverviewWindow, signal?: AbortSignal): Promise<Overview>;
  monitor(id: string, window?: OverviewWindow, signal?: AbortSignal): Promise<MonitorDetail>;
  series(
    id: string,
    query: { from?: number; to?: number; step?: number; region?: string; by?: "region" },
    signal?: AbortSignal,
  ): Promise<Series>;
  samples(
    id: string,
    query: { limit?: number; before?: number; code?: number; region?: string },
    signal?: AbortSignal,
  ): Promise<Samples>;
  evidence(sampleId: string, signal?: AbortSignal): Promise<EvidenceDetail>;
  incidents(
    query: { state?: IncidentSummary["state"]; monitor?: string; before?: number; limit?: number },
    signal?: AbortSignal,
  ): Promise<Incidents>;
  incident(id: number, signal?: AbortSignal): Promise<IncidentDetail>;
  /** @param revision of the incident the person was looking at; a newer one makes this a 412 */
  acknowledge(id: number, revision: number, asked?: Asked & { undo?: boolean }): Promise<IncidentSummary>;
  /** `scope`: "incident" (when left out) is its codes in its regions, "monitor" all of its monitor. */
  silenceIncident(
    id: number,
    revision: number,
    asked: Asked & Lasting & { reason: string; scope?: "incident" | "monitor" },
  ): Promise<SilenceDetail>;
  /** Lists left out of `scope` are all. */
  accept(
    id: number,
    revision: number,
    asked: Asked & { reason: string; scope?: AcceptanceDetail["scope"] },
  ): Promise<AcceptanceDetail>;
  undoAccept(acceptance: number): Promise<AcceptanceDetail>;
  addNote(id: number, asked: Asked & { text: string }): Promise<NoteDetail>;
  silences(query: { state?: "active"; before?: number; limit?: number }, signal?: AbortSignal): Promise<Silences>;
  addSilence(asked: Asked & Lasting & { match: SilenceDetail["match"]; reason: string }): Promise<SilenceDetail>;
  endSilence(id: number): Promise<SilenceDetail>;
  deploys(query: { from?: number; to?: number; limit?: number }, signal?: AbortSignal): Promise<Deploys>;
  /** `at` is now when left out; empty or absent `regions`, `monitors` and `tags` are all. */
  addDeploy(
    asked: Asked &
      Pick<DeployDetail, "service" | "version"> & {
        at?: number;
        regions?: string[];
        monitors?: string[];
        tags?: string[];
        url?: string;
      },
  ): Promise<DeployDetail>;
  deliveries(
    query: {
      incident?: number;
      alert?: number;
      channel?: string;
      state?: Delivery["state"];
      before?: number;
      limit?: number;
    },
    signal?: AbortSignal,
  ): Promise<Deliveries>;
  testChannel(id: string): Promise<ChannelTest>;
  /** Without a region, the monitor's first. */
  probeNow(id: string, region?: string): Promise<Probed>;
  /** Without `at`, now. */
  why(id: string, at?: number, signal?: AbortSignal): Promise<WhyAt>;
  whys(id: string, query: { from?: number; to?: number; limit?: number }, signal?: AbortSignal): Promise<Whys>;
  /** @param budget such as "2/month" */
  /** Asks until it is made. @param onShare hears how much has been judged, 0 to 1 */
  replay(
    id: string,
    budget: string,
    days?: number,
    signal?: AbortSignal,
    onShare?: (share: number) => void,
  ): Promise<ReplayDetail>;
  internalAlerts(
    query: { state?: "open" | "resolved"; before?: number; limit?: number },
    signal?: AbortSignal,
  ): Promise<InternalAlerts>;
  definitions(signal?: AbortSignal): Promise<DefinitionsDetail>;
  regions(signal?: AbortSignal): Promise<Regions>;
  health(signal?: AbortSignal): Promise<Health>;
  /** How requests are let in. */
  session(signal?: AbortSignal): Promise<SessionState>;
  /** Begins a session with `token`: a cookie that no script can read, which later requests send by themselves. */
  beginSession(token: string): Promise<SessionState>;
  endSession(): Promise<SessionState>;
  /** 404 where this server runs no demo. */
  demoFaults(signal?: AbortSignal): Promise<DemoFaults>;
  setDemoFault(id: string, on: boolean): Promise<DemoFaults>;
  /** Stays subscribed, trying again after 1, 2, 4 … 30 s, until closed. */
  subscribe(handlers: StreamHandlers): Subscription;
}

/** How long the stream may be silent before it is stale, ms; the server sends a heartbeat every 10 s. */
export const STALE_AFTER_MS = 15_000;
const LONGEST_WAIT_MS = 30_000;

export function createClient(options: ClientOptions = {}): Client {
  const { base = "", token = () => null } = options;
  const ask = options.fetch ?? ((input, init) => fetch(input, init));

  type Init = Omit<RequestInit, "headers"> & { headers?: Record<string, string> };

  function send(path: string, init: Init): Promise<Response> {
    const secret = token();
    const headers = { ...(secret === null ? {} : { authorization: `Bearer ${secret}` }), ...init.headers };
    return sendTo(`${base}/api/v1/${path}`, { ...init, headers });
  }

  async function sendTo(address: string, init: Init): Promise<Response> {
    let response: Response;
    try {
      response = await ask(address, init);
    } catch (cause) {
      if (init.signal?.aborted) throw init.signal.reason;
      throw new ApiError(0, "The server cannot be reached.", null, cause);
    }
    if (response.ok) return response;
    const problem = await readProblem(response);
    throw new ApiError(response.status, problem?.detail ?? `The server answered ${response.status}.`, problem);
  }

  async function get<T>(path: string, query: Query, signal: AbortSignal | undefined): Promise<T> {
    const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)]));
    const address = pairs.length === 0 ? path : `${path}?${search}`;
    const response = await send(address, { headers: { accept: "application/json" }, ...(signal && { signal }) });
    return (await response.json()) as T;
  }

  async function post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
    const response = await send(path, {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return (await response.json()) as T;
  }

  const of = encodeURIComponent;
  return {
    overview: async (window, signal) => unpacked(await get<PackedOverview>("monitors", { window }, signal)),
    monitor: (id, window, signal) => get(`monitors/${of(id)}`, { window }, signal),
    series: (id, query, signal) => get(`monitors/${of(id)}/series`, query, signal),
    samples: (id, query, signal) => get(`monitors/${of(id)}/samples`, query, signal),
    evidence: (id, signal) => get(`samples/${of(id)}/evidence`, {}, signal),
    incidents: (query, signal) => get("incidents", query, signal),
    incident: (id, signal) => get(`incidents/${id}`, {}, signal),
    acknowledge: (id, revision, asked = {}) => post(`incidents/${id}/acknowledge`, asked, ifMatch(revision)),
    silenceIncident: (id, revision, asked) => post(`incidents/${id}/silence`, asked, ifMatch(revision)),
    accept: (id, revision, asked) => post(`incidents/${id}/accept`, asked, ifMatch(revision)),
    undoAccept: (acceptance) => post(`accepts/${acceptance}/undo`, {}),
    addNote: (id, asked) => post(`incidents/${id}/notes`, asked),
    silences: (query, signal) => get("silences", query, signal),
    addSilence: (asked) => post("silences", asked),
    endSilence: async (id) => {
      const response = await send(`silences/${id}`, { method: "DELETE", headers: { accept: "application/json" } });
      return (await response.json()) as SilenceDetail;
    },
    deploys: (query, signal) => get("deploys", query, signal),
    addDeploy: (asked) => post("deploys", asked),
    deliveries: (query, signal) => get("deliveries", query, signal),
    testChannel: (id) => post(`channels/${of(id)}/test`, {}),
    probeNow: (id, region) => post(`monitors/${of(id)}/probe`, region === undefined ? {} : { region }),
    why: (id, at, signal) => get(`monitors/${of(id)}/why`, { at }, signal),
    whys: (id, query, signal) => get(`monitors/${of(id)}/whys`, query, signal),
    async replay(id, budget, days, signal, onShare) {
      for (;;) {
        const answer = await get<ReplayDetail | Replaying>(`monitors/${of(id)}/replay`, { budget, days }, signal);
        if (!("share" in answer)) return answer;
        onShare?.(answer.share);
      }
    },
    internalAlerts: (query, signal) => get("internal-alerts", query, signal),
    definitions: (signal) => get("definitions", {}, signal),
    regions: (signal) => get("regions", {}, signal),
    health: (signal) => get("health", {}, signal),
    session: (signal) => get("session", {}, signal),
    beginSession: (token) => post("session", {}, { authorization: `Bearer ${token}` }),
    endSession: async () => (await send("session", { method: "DELETE" })).json() as Promise<SessionState>,
    demoFaults: (signal) => get("demo/faults", {}, signal),
    setDemoFault: (id, on) => post(`demo/faults/${of(id)}`, { on }),
    subscribe: (handlers) => subscribe(send, handlers),
  };
}

const ifMatch = (revision: number) => ({ "if-match": `"${revision}"` });

/** Runs of equal cells (value, times, value, times …) as one value per cell. */
function unpackRuns<T extends number | null>(runs: readonly T[]): T[] {
  // Most columns are one run.
  if (runs.length === 2) return new Array<T>(runs[1] as number).fill(runs[0] as T);
  const cells: T[] = [];
  for (let i = 0; i < runs.length; i += 2) {
    for (let times = runs[i + 1] as number; times > 0; times--) cells.push(runs[i] as T);
  }
  return cells;
}

function unpacked(overview: PackedOverview): Overview {
  return { ...overview, monitors: overview.monitors.map((row) => ({ ...row, cells: unpackCells(row.cells) })) };
}

/** Cells as they are sent, one value each. */
export function unpackCells({ limits, ...columns }: PackedCells): Overview["monitors"][number]["cells"] {
  return {
    probes: unpackRuns(columns.probes),
    missed: unpackRuns(columns.missed),
    c409: unpackRuns(columns.c409),
    c4xx: unpackRuns(columns.c4xx),
    c5xx: unpackRuns(columns.c5xx),
    none: unpackRuns(columns.none),
    other: unpackRuns(columns.other),
    limits: {
      c409: unpackRuns(limits.c409),
      c4xx: unpackRuns(limits.c4xx),
      c5xx: unpackRuns(limits.c5xx),
      none: unpackRuns(limits.none),
      other: unpackRuns(limits.other),
    },
  };
}

async function readProblem(response: Response): Promise<Problem | null> {
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) return null;
  return (await response.json().catch(() => null)) as Problem | null;
}

function subscribe(
  send: (path: string, init: { headers: Record<string, string>; signal: AbortSignal }) => Promise<Response>,
  { onEvent, onState }: StreamHandlers,
): Subscription {
  const closing = new AbortController();
  let lastId = "";
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wake = () => {};

  const heard = () => {
    clearTimeout(timer);
    const at = Date.now();
    timer = setTimeout(() => onState?.({ kind: "stale", since: at }), STALE_AFTER_MS);
    onState?.({ kind: "live", at });
  };

  async function listen(): Promise<never> {
    onState?.({ kind: "connecting" });
    const headers: Record<string, string> = { accept: "text/event-stream" };
    if (lastId !== "") headers["last-event-id"] = lastId;
    const response = await send("stream", { headers, signal: closing.signal });
    if (response.body === null) throw new ApiError(response.status, "The stream has no body.", null);
    for await (const message of readEvents(response.body, closing.signal)) {
      failures = 0;
      if (message.id !== "") lastId = message.id;
      heard();
      onEvent({ event: message.event, data: JSON.parse(message.data) } as StreamEvent);
    }
    throw new ApiError(0, "The server ended the stream.", null);
  }

  async function stayConnected(): Promise<void> {
    while (!closing.signal.aborted) {
      const error = await listen().catch((cause: unknown) => cause);
      clearTimeout(timer);
      if (closing.signal.aborted) return;
      const waitMs = Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** failures++);
      const known = error instanceof ApiError ? error : new ApiError(0, "The stream broke off.", null, error);
      onState?.({ kind: "waiting", retryAt: Date.now() + waitMs, error: known });
      const waited = Promise.withResolvers<void>();
      timer = setTimeout(waited.resolve, waitMs);
      wake = waited.resolve;
      await waited.promise;
    }
  }

  void stayConnected();
  return {
    close() {
      clearTimeout(timer);
      closing.abort();
      wake();
    },
  };
}

/**
 * Reads server-sent events (WHATWG HTML, section 9.2) as far as our server uses them: lines end with LF.
 *
 * @param until ends the reading when aborted, even while nothing comes
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  until?: AbortSignal,
): AsyncGenerator<{ id: string; event: string; data: string }> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const stop = () => void reader.cancel().catch(() => undefined);
  until?.addEventListener("abort", stop, { once: true });
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const parts = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = parts.pop() ?? "";
      for (const part of parts) {
        const message = { id: "", event: "message", data: "" };
        for (const line of part.split("\n")) {
          const [, field, text] = /^(id|event|data): ?(.*)$/.exec(line) ?? [];
          if (field === "data") message.data += message.data === "" ? text : `\n${text}`;
          else if (field === "id" || field === "event") message[field] = text as string;
        }
        if (message.data !== "") yield message;
      }
    }
  } finally {
    until?.removeEventListener("abort", stop);
    await reader.cancel().catch(() => undefined);
  }
}
