/**
 * A server in a house that is lived in: days have gone by in it, with deploys, quiet errors, incidents and messages.
 *
 * The real definitions, walk, store, API and dashboard; only the targets, the regions' probers and the far ends of the
 * channels are played, and the days go by on a clock moved by hand. From `open` on time is the wall's. Pictures are
 * taken of it: `node bench/pictures.mjs`; to look around in it: `node bench/lived-in.ts [days]`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type ApiPorts, createApi, type LiveEvent } from "@statusquo/api";
import {
  type Bundle,
  type Clock,
  type DeliveryResult,
  inspectExchange,
  type JobBatch,
  type JobTransport,
  type Monitor,
  NO_SELF,
  type ProbeResult,
  type Region,
  usualCounts,
  usualShare,
} from "@statusquo/core";
import { startWalk } from "@statusquo/pipeline";
import { manualClock } from "@statusquo/pipeline/testing";
import { openStore } from "@statusquo/store";
import { withDashboard } from "../apps/server/src/dashboard.ts";
import { compileDefinitions } from "../apps/server/src/definitions/load.ts";
import { listen } from "../apps/server/src/listen.ts";
import { replayAtBudget } from "../apps/server/src/replay/at-budget.ts";
import { answerOf, definitionsOf, deploysOf, REGIONS, SILENT } from "./lived-in-story.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const SILENT_MS = 9 * MINUTE;
/** Ticks of the days that go by. Slots are a minute apart, so nothing is lost by coarser ones. */
const COARSE_MS = 2_000;
const TOKENLESS = { allowedHosts: ["127.0.0.1"], publicUrl: null };

export interface LivedIn {
  url: string;
  /** The instant at which the house was opened: the newest that happened in the story. */
  openedAt: number;
  close(): Promise<void>;
}

/**
 * @param more monitors beside those of the story, all as usual
 * @param say hears how far it is
 */
export async function startLivedIn(options: {
  days: number;
  more?: number;
  /** Whether a region falls silent at the end. */
  withSilence?: boolean;
  say?: (what: string) => void;
}): Promise<LivedIn> {
  const { days, more = 0, withSilence = true, say = () => {} } = options;
  const silent = withSilence ? SILENT : null;
  const folder = mkdtempSync(join(tmpdir(), "statusquo-lived-in-"));
  const path = join(folder, "statusquo.db");
  const openedAt = Math.floor(Date.now() / MINUTE) * MINUTE;
  const hand = manualClock(openedAt - days * DAY);
  let leastMs = COARSE_MS;
  const clock: Clock = {
    now: hand.now,
    dice: hand.dice,
    every: (ms, work) => hand.every(Math.max(ms, leastMs), work),
  };
  const store = openStore({ path });
  const listeners = new Set<(event: LiveEvent) => void>();
  const tell = (event: LiveEvent) => {
    for (const listener of listeners) listener(event);
  };

  const loadedAs = async (phase: "before" | "now") => {
    const file = { file: "monitors/shop.yaml", text: definitionsOf(phase, more) };
    const result = await compileDefinitions([file], { ORDERS_TOKEN: "only-of-the-pictures" });
    if (!result.ok) throw new Error(result.problems.map(({ line, message }) => `${line}: ${message}`).join("\n"));
    return result.loaded;
  };
  let loaded = await loadedAs("before");
  const transport = playedTransport(clock, silent, (monitor, region, slot) =>
    region === silent && slot > openedAt - SILENT_MS ? null : answerOf(monitor, region, slot, openedAt),
  );
  const walkPorts = {
    clock,
    writer: store.writer,
    transport,
    notifier: { deliver: (bundle: Bundle) => farEnd(bundle, clock.now()) },
    publicUrl: "https://status.example.com",
    together: false,
    onCommitted: (results: readonly ProbeResult[], judgements: Parameters<NonNullable<Listener>>[1]) =>
      tell({ kind: "committed", results, judgements }),
    onSettled: (bundle: Bundle) =>
      tell({
        kind: "settled",
        channel: bundle.channel,
        recipient: bundle.recipient,
        incidents: bundle.form === "incident" ? [bundle.incident.incident] : [],
        alerts: [],
      }),
    onTrouble: (what: string, error: unknown) => console.error(what, error),
  };
  let walk = await startWalk(walkPorts, loaded);
  const settle = async () => {
    transport.hand();
    await walk.delivered();
  };

  for (const deploy of deploysOf(openedAt))
    store.writer.transaction(() => store.writer.putDeploy({ id: null, endedAt: null, ...deploy } as never));
  const until = async (at: number) => {
    for (let now = hand.now(); now < at; now = hand.now()) {
      await hand.advance(Math.min(6 * 3_600_000, at - now), settle);
      say(`${((hand.now() - openedAt) / 3_600_000).toFixed(1)} h`);
    }
  };
  await until(openedAt - 3 * 3_600_000);
  loaded = await loadedAs("now");
  await walk.define(loaded);

  const monitors = () => walk.monitors();
  const ending = new AbortController();
  const ports: ApiPorts = {
    reader: store.reader,
    writer: store.writer,
    clock,
    monitors,
    definitions: () => ({
      files: [{ file: "monitors/shop.yaml", lines: loaded.files[0]?.text.split("\n").length ?? 0 }],
      loadedAt: openedAt - 3 * 3_600_000,
      problems: [],
      brokenAt: null,
    }),
    channels: () => loaded.channels,
    self: () => loaded.self ?? NO_SELF,
    maintenanceAt: (monitor, at) => loaded.maintenanceAt?.(monitor, at) ?? null,
    planned: (monitor, from, to) => loaded.planned(monitor, from, to),
    accepting: { accept: (incident, asked) => walk.accept(incident, asked), undoAccept: (id) => walk.undoAccept(id) },
    probeNow: async (monitor, region) => {
      const result = transport.probe(monitor, region, clock.now());
      const seen = result.kind === "sampled" && result.evidence ? inspectExchange(result.evidence) : [];
      return { result, warnings: seen.map(({ what, why, send }) => `${what}: ${why}${send ? `; send ${send}` : ""}`) };
    },
    replay: (monitor, asked) => replayAtBudget(path, monitor, asked),
    sourceText: ({ source }) =>
      loaded.files[0]?.text
        .split("\n")
        .slice(source.line - 1, source.endLine)
        .join("\n") ?? null,
    usual: (monitor, stream, at) => {
      const detector = walk.detector(monitor);
      return detector && { share: usualShare(detector, stream, at), ...usualCounts(detector, stream) };
    },
    heartbeats: () => walk.heartbeats(),
    presence: () => transport.presence(),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onTrouble: (what, error) => console.error(what, error),
    closing: ending.signal,
    settings: { version: "0.1.0", startedAt: openedAt - days * DAY, tokenHash: null, ...TOKENLESS },
  };
  const api = createApi(ports);
  const app = withDashboard(api, TOKENLESS, (what, error) => console.error(what, error));

  // What people do: one acknowledges, one silences, one writes a note.
  const ask = async (method: string, path: string, body?: object, ifMatch?: number) => {
    const headers = {
      ...{ host: "127.0.0.1", "content-type": "application/json" },
      ...(ifMatch !== undefined && { "if-match": `"${ifMatch}"` }),
    };
    const request = new Request(`http://127.0.0.1/api/v1/${path}`, {
      ...{ method, headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const response = await api.fetch(request);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  };
  const openOf = async (monitor: string) =>
    (await ask("GET", `incidents?state=open&monitor=${monitor}`)).incidents[0] as
      | { id: number; revision: number }
      | undefined;
  await until(openedAt - 150 * MINUTE);
  await ask("POST", "silences", {
    match: { monitors: ["finalize-invoice"] },
    until: openedAt + 4 * 3_600_000,
    ...{ reason: "migration of the ledger, OPS-118", by: "ana" },
  });
  await until(openedAt - 24 * MINUTE);
  const payment = await openOf("capture-payment");
  if (payment) {
    await ask("POST", `incidents/${payment.id}/acknowledge`, { by: "ben" }, payment.revision);
    await ask("POST", `incidents/${payment.id}/notes`, {
      by: "ben",
      text: "The acquirer confirms trouble in us-east.",
    });
  }
  await until(openedAt - 5 * COARSE_MS);
  await walk.stop();
  leastMs = 0;
  walk = await startWalk(walkPorts, loaded);
  await hand.advance(5 * COARSE_MS, settle);

  const listening = await listen(app.fetch, { host: "127.0.0.1", port: 0 });
  let isAdvancing = false;
  const timer = setInterval(async () => {
    if (isAdvancing) return;
    isAdvancing = true;
    await hand.advance(Math.max(0, Date.now() - hand.now()), settle);
    isAdvancing = false;
  }, 250);
  return {
    url: listening.url,
    openedAt,
    async close() {
      clearInterval(timer);
      ending.abort();
      await listening.close();
      await walk.stop();
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Listener = Parameters<typeof startWalk>[0]["onCommitted"];

/** Slack is asleep for the first attempt at every third message; what is sent later arrives. */
async function farEnd(bundle: Bundle, now: number): Promise<DeliveryResult> {
  const isSleepy = bundle.channel === "slack" && bundle.attempts < 2 && now % 3 === 0;
  if (isSleepy) return { kind: "retry", said: "HTTP 503 Service Unavailable" };
  return { kind: "delivered", said: bundle.channel === "slack" ? "HTTP 200 ok" : "250 2.0.0 queued" };
}

/** Probes of all regions, answered by the story at once; a silent region takes its jobs and says nothing. */
function playedTransport(
  clock: Clock,
  silent: Region | null,
  answer: (monitor: Monitor, region: Region, slot: number) => ProbeResult | null,
) {
  let monitors: readonly Monitor[] = [];
  let record: (results: ProbeResult[]) => void = () => {};
  let home: ProbeResult[] = [];
  const transport: JobTransport & {
    hand(): void;
    probe(monitor: Monitor, region: Region, slot: number): ProbeResult;
  } = {
    async publish(next) {
      monitors = next;
    },
    async offer(batch: JobBatch) {
      for (const job of batch.jobs) {
        const monitor = monitors.find(({ id }) => id === job.monitor);
        const result = monitor && answer(monitor, batch.region, job.slot);
        if (result) home.push(result);
      }
      return { kind: "taken" };
    },
    async receive(work) {
      record = work;
    },
    async drained() {},
    async presence() {
      return REGIONS.map((region) => ({
        region,
        workers: region === silent ? 0 : 1,
        lastSeenAt: region === silent ? clock.now() - SILENT_MS : clock.now(),
      }));
    },
    async close() {},
    hand() {
      const results = home;
      home = [];
      if (results.length > 0) record(results);
    },
    probe: (monitor, region, slot) =>
      answer(monitor, region, slot) ?? { kind: "missed", monitor: monitor.id, region, slot, reason: "no_result" },
  };
  return transport;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const house = await startLivedIn({
    days: Number(process.argv[2] ?? 8),
    more: Number(process.argv[3] ?? 0),
    say: (what) => process.stderr.write(`\r${what}   `),
  });
  console.log(`\n${house.url}`);
}
