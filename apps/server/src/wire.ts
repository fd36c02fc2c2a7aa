/**
 * Wiring: the one file that knows every room. It builds them in order, connects them, and takes them down in reverse.
 */
import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiPorts, createApi, type DefinitionsState, type LiveEvent } from "@statusquo/api";
import {
  type Bundle,
  type Clock,
  inspectExchange,
  JOB_BATCH_VERSION,
  type JobTransport,
  longestProbeMs,
  type Monitor,
  type MonitorId,
  NO_SELF,
  type Region,
  type StreamName,
  slotAt,
  usualCounts,
  usualShare,
  type WorkTransport,
} from "@statusquo/core";
import { createNotifier } from "@statusquo/notify";
import { failpointFrom, probeBatch, RETENTION, startWalk, systemClock, type Walk } from "@statusquo/pipeline";
import { createProber } from "@statusquo/probe";
import { openStore, type Store } from "@statusquo/store";
import { createEmbeddedTransport } from "@statusquo/transport";
import type { Logger } from "pino";
import { outbound, testChannel } from "./channel-test.ts";
import { resolveChannels } from "./channels.ts";
import { withDashboard } from "./dashboard.ts";
import { type Loaded, type LoadResult, problemText } from "./definitions/load.ts";
import { heartbeatOf, loopLag, pulseOf, startHeartbeat } from "./heartbeat.ts";
import { listen } from "./listen.ts";
import { replayAtBudget } from "./replay/at-budget.ts";
import { isLoopback, type Settings } from "./settings.ts";

export interface ServerPorts {
  settings: Settings;
  env: NodeJS.ProcessEnv;
  log: Logger;
  /** The definitions to begin with, checked already. */
  loaded: Loaded;
  demo?: ApiPorts["demo"];
  clock?: Clock;
}

export interface Server {
  /** Where it listens, such as http://127.0.0.1:4090 */
  url: string;
  walk: Walk;
  store: Store;
  /** Resolves when no probe and no delivery is under way in this process. */
  quiet(): Promise<void>;
  /** Takes up what was read anew, or keeps what is in force and remembers why. */
  redefine(result: LoadResult): Promise<void>;
  close(): Promise<void>;
}

/** How long an orderly end waits for messages that are being sent. */
const LONGEST_FAREWELL_MS = 8_000;
/** Probes of one region under way at once in this process. */
const PROBES_AT_ONCE = 500;
const DAY_MS = 86_400_000;
/** A probe that a person asks for begins within this, or not. */
const ASKED_BEGINS_MS = 5_000;
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/**
 * Starts everything in this process; resolves when it listens and hands out slots.
 *
 * @throws StatusquoError naming what is in the way; nothing is left running then
 */
export async function startServer(ports: ServerPorts): Promise<Server> {
  const { settings, env, log, clock = systemClock } = ports;
  const failpoint = failpointFrom(env);
  const closing: (() => void | Promise<void>)[] = [];
  const served = new Set<Region>();
  const probing = new Set<Promise<unknown>>();
  const transportLog = (level: "info" | "warn" | "error", sentence: string, about: Record<string, unknown> = {}) =>
    log[level](about, sentence);
  const close = async () => {
    for (const part of closing.splice(0).reverse()) await part();
  };
  try {
    return await build();
  } catch (error) {
    await close();
    throw error;
  }

  async function build(): Promise<Server> {
    const trouble = (what: string, error: unknown) =>
      log.warn({ err: error instanceof Error ? error : String(error) }, what);
    const store = openStore({ path: join(settings.data, "statusquo.db"), failpoint });
    closing.push(() => store.close());

    const transport = await startTransport();
    closing.push(() => transport.close());

    const outside = { now: clock.now, ...outbound };
    let notifier = createNotifier(await resolveChannels(ports.loaded.channels, env), outside);
    closing.push(() => notifier.close());

    const listeners = new Set<(event: LiveEvent) => void>();
    const tell = (event: LiveEvent) => {
      for (const listener of listeners) listener(event);
    };

    const linksTo =
      settings.publicUrl ??
      (isLoopback(settings.host) && settings.port !== 0 ? `http://${settings.host}:${settings.port}` : null);
    const walk = await startWalk(
      {
        clock,
        writer: store.writer,
        transport,
        notifier: { deliver: (bundle) => notifier.deliver(bundle) },
        publicUrl: linksTo,
        failpoint,
        onCommitted: (results, judgements) => tell({ kind: "committed", results, judgements }),
        onSettled: (bundle, result) => {
          log.info({ key: bundle.key, result: result.kind, said: result.said }, "told");
          tell({ kind: "settled", channel: bundle.channel, recipient: bundle.recipient, ...aboutOf(bundle) });
        },
        onTrouble: trouble,
        together: settings.redisUrl === null,
        ages: { ...RETENTION, samples: settings.sampleDays * DAY_MS },
        onBlind: ({ region, blind }) =>
          blind
            ? log.warn({ region, failed: blind.failed, of: blind.of }, `region ${region} is ${blind.reason}`)
            : log.info({ region }, `region ${region} sees again`),
      },
      ports.loaded,
    );
    // A provider that hangs is not waited for: its row is sent again after the next start, with the same key.
    closing.push(() => Promise.race([walk.stop(), sleep(LONGEST_FAREWELL_MS, undefined, { ref: false })]));

    let heartbeatAddress = await heartbeatOf(ports.loaded.self, env);
    let since = clock.now();
    const lag = loopLag();
    const heartbeat = startHeartbeat({
      clock,
      address: () => heartbeatAddress,
      pulse: () =>
        pulseOf({
          ...{ heartbeats: walk.heartbeats(), reader: store.reader, monitors: walk.monitors() },
          ...{ since, now: clock.now(), loopLagMs: lag.take() },
        }),
      fetch: outbound.fetch,
      onTrouble: (sentence) => log.warn(sentence),
      onWell: (sentence) => log.info(sentence),
    });
    closing.push(() => {
      heartbeat.stop();
      lag.stop();
    });

    let sources = new Map(ports.loaded.files.map(({ file, text }) => [file, text.split("\n")]));
    let inForce = ports.loaded;
    const definitions: DefinitionsState = {
      files: filesOf(ports.loaded),
      loadedAt: clock.now(),
      problems: [],
      brokenAt: null,
    };
    const ending = new AbortController();
    const api = createApi({
      reader: store.reader,
      writer: store.writer,
      clock,
      monitors: () => walk.monitors(),
      definitions: () => definitions,
      channels: () => inForce.channels,
      self: () => inForce.self ?? NO_SELF,
      maintenanceAt: (monitor, at) => inForce.maintenanceAt?.(monitor, at) ?? null,
      planned: (monitor, from, to) => inForce.planned(monitor, from, to),
      accepting: {
        accept: (incident, asked) => walk.accept(incident, asked),
        undoAccept: (acceptance) => walk.undoAccept(acceptance),
      },
      testChannel: (channel) => testChannel(channel, { env, now: clock.now, publicUrl: linksTo }),
      probeNow: async (monitor, region) => {
        const now = clock.now();
        const { id, version: of } = monitor;
        const job = { monitor: id, version: of, slot: slotAt(monitor, now), startBefore: now + ASKED_BEGINS_MS };
        const answer = await transport.ask(
          { v: JOB_BATCH_VERSION, id: `ask-${randomUUID()}`, region, jobs: [job], asked: true },
          ASKED_BEGINS_MS + longestProbeMs(monitor),
        );
        const [result] = answer ?? [];
        if (result === undefined) return null;
        const seen = result.kind === "sampled" && result.evidence ? inspectExchange(result.evidence) : [];
        return {
          result,
          warnings: seen.map(({ what, why, send }) => `${what}: ${why}${send ? `; send ${send}` : ""}`),
        };
      },
      replay: (monitor, asked, onShare) => replayAtBudget(join(settings.data, "statusquo.db"), monitor, asked, onShare),
      sourceText: ({ source }) =>
        sources
          .get(source.file)
          ?.slice(source.line - 1, source.endLine)
          .join("\n") ?? null,
      usual: (monitor, stream, at) => usualOf(monitor, stream, at),
      heartbeats: () => walk.heartbeats(),
      presence: () => transport.presence(),
      subscribe(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      ...(ports.demo && { demo: ports.demo }),
      onTrouble: trouble,
      closing: ending.signal,
      settings: {
        version,
        startedAt: clock.now(),
        tokenHash: settings.token === null ? null : createHash("sha256").update(settings.token).digest(),
        allowedHosts: allowedHosts(settings),
        publicUrl: settings.publicUrl,
      },
    });
    const { fetch } = withDashboard(
      api,
      { allowedHosts: allowedHosts(settings), publicUrl: settings.publicUrl },
      trouble,
    );
    const listening = await listen(fetch, settings);
    closing.push(() => {
      ending.abort();
      return listening.close();
    });
    return { url: listening.url, walk, store, quiet, redefine, close };

    async function quiet() {
      while (probing.size > 0) await Promise.all(probing);
      await walk.delivered();
    }

    function usualOf(id: MonitorId, stream: StreamName, at: number) {
      const detector = walk.detector(id);
      return detector && { share: usualShare(detector, stream, at), ...usualCounts(detector, stream) };
    }

    async function redefine(result: LoadResult) {
      if (!result.ok) {
        const texts = result.problems.map(problemText);
        Object.assign(definitions, { problems: result.problems, brokenAt: clock.now() });
        log.error({ problems: texts }, "the definitions are broken; the last good ones stay in use");
        walk.raise("definitions_broken", "definitions", `the last good ones stay in use; ${texts.join("\n")}`);
      } else {
        const next = await resolveChannels(result.loaded.channels, env);
        const nextHeartbeat = await heartbeatOf(result.loaded.self, env);
        failpoint("reload.after_validate");
        await walk.define(result.loaded);
        heartbeatAddress = nextHeartbeat;
        since = clock.now();
        notifier.close();
        notifier = createNotifier(next, outside);
        sources = new Map(result.loaded.files.map(({ file, text }) => [file, text.split("\n")]));
        walk.clear("definitions_broken", "definitions", "they can be used again, and are in force");
        inForce = result.loaded;
        Object.assign(definitions, {
          files: filesOf(inForce),
          loadedAt: clock.now(),
          problems: [],
          brokenAt: null,
        });
        await serveRegions(transport, result.loaded.monitors);
        log.info({ monitors: result.loaded.monitors.length }, "definitions taken up");
      }
      tell({ kind: "definitions" });
    }
  }

  async function startTransport(): Promise<JobTransport> {
    if (settings.redisUrl !== null) {
      // Loaded only when asked for: BullMQ costs an eighth of a second.
      const { createBullJobTransport } = await import("@statusquo/transport/bullmq");
      return createBullJobTransport({ redisUrl: settings.redisUrl, clock, log: transportLog });
    }
    const embedded = createEmbeddedTransport({ clock, log: transportLog });
    await serveRegions(embedded, ports.loaded.monitors);
    return embedded;
  }

  /** In the embedded transport this process serves every region of the definitions itself. */
  async function serveRegions(transport: JobTransport | (JobTransport & WorkTransport), monitors: readonly Monitor[]) {
    if (!("serve" in transport)) return;
    for (const region of new Set(monitors.flatMap((monitor) => monitor.regions))) {
      if (served.has(region)) continue;
      served.add(region);
      const prober = createProber({ region, env, now: clock.now });
      const onFault = (error: unknown) => log.error({ err: error, region }, "the prober failed");
      const handler = probeBatch(prober, { atOnce: PROBES_AT_ONCE, onFault, failpoint });
      await transport.serve(region, (...batch) => {
        const answer = handler(...batch).finally(() => probing.delete(answer));
        probing.add(answer);
        return answer;
      });
    }
  }
}

const filesOf = ({ files }: Loaded) => files.map(({ file, text }) => ({ file, lines: text.split("\n").length }));

/** Which incidents and internal alerts a message was about. */
function aboutOf(bundle: Bundle): { incidents: number[]; alerts: number[] } {
  if (bundle.form === "internal") return { incidents: [], alerts: bundle.alerts.map(({ alert }) => alert) };
  const members = bundle.form === "incident" ? [bundle.incident] : bundle.incidents;
  return { incidents: members.map(({ incident }) => incident), alerts: [] };
}

/** Names this server answers to; any other Host is refused, so that a page elsewhere cannot reach a loopback server. */
function allowedHosts({ host }: Settings): string[] {
  return isLoopback(host) ? ["localhost", "127.0.0.1", "[::1]", host] : [host];
}
