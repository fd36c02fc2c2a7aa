/**
 * The self-test: a made-up rise of 409 on a made-up target goes the whole way, from probe to the people who are told.
 *
 * Everything on the way is the product's own and runs in real time. Apart from it are the target, the data, and the
 * monitor, which nobody else sees; in Redis it has a prefix of its own. Nothing of it is left behind.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Channel,
  type DeliveryResult,
  type Incident,
  type JobTransport,
  type Monitor,
  StatusquoError,
  TOLD_ALL,
  type WorkTransport,
} from "@statusquo/core";
import { probeBatch, startWalk, systemClock } from "@statusquo/pipeline";
import { createProber, type Environment } from "@statusquo/probe";
import { openStore } from "@statusquo/store";
import { createEmbeddedTransport } from "@statusquo/transport";
import { testChannel } from "./channel-test.ts";

export const STAGES = ["target", "store", "transport", "probe", "detector", "incident", "channels"] as const;
export type StageName = (typeof STAGES)[number];

export interface StageReport {
  stage: StageName;
  ok: boolean;
  /** How long it took, ms. */
  ms: number;
  /** What was seen, or what is wrong. */
  said: string;
}

export interface SelfTestOptions {
  /** null tries the embedded transport. */
  redisUrl: string | null;
  /** Those that are sent a test; none stops before sending. */
  channels: readonly Channel[];
  env: Environment;
  publicUrl: string | null;
  onBegin?(stage: StageName): void;
  onEnd?(report: StageReport): void;
  /** Under which the temporary data lies; default the machine's folder for such. */
  folder?: string;
  /** How long a stage may take; what is not there by then has failed. */
  withinMs?: number;
}

const REGIONS = ["selftest-a", "selftest-b", "selftest-c"];
/** Slots as usual before the rise. */
const USUAL_SLOTS = 2;

/** The monitor nobody else sees. It may alert within its first minutes, as what is usual is said. */
const monitorAt = (url: string): Monitor => ({
  ...{ id: "statusquo-selftest", name: "Self-test", tags: [], source: { file: "selftest", line: 1, endLine: 1 } },
  request: { method: "GET", url, headers: {} },
  // Faster than any definition may be, so that nobody waits for minutes.
  ...{ intervalMs: 1_000, timeoutMs: 500, regions: REGIONS, expect: [{ from: 200, to: 299, exclude: false }] },
  ...{ usual: { 409: 0.01 }, falseAlarmsPerYear: 365, notify: ["selftest"], redact: [], allowPrivate: true },
  ...{ followRedirects: 0, slotHeader: false, version: "selftest", subject: "selftest" },
});

/** Runs stage after stage and ends with the first that fails. Never throws: what is wrong is in the report. */
export async function selfTest(options: SelfTestOptions): Promise<StageReport[]> {
  const { withinMs = 30_000 } = options;
  const reports: StageReport[] = [];
  const closing: (() => void | Promise<void>)[] = [];
  const stage = async <T>(name: StageName, work: () => Promise<{ made: T; said: string }>): Promise<T> => {
    options.onBegin?.(name);
    const begun = performance.now();
    const report = (ok: boolean, said: string) => {
      const ended = { stage: name, ok, ms: Math.round(performance.now() - begun), said };
      reports.push(ended);
      options.onEnd?.(ended);
    };
    try {
      const { made, said } = await within(work(), withinMs);
      report(true, said);
      return made;
    } catch (error) {
      report(false, error instanceof Error ? error.message : String(error));
      throw new StageFailed();
    }
  };
  try {
    await run();
  } catch (error) {
    if (!(error instanceof StageFailed)) throw error;
  } finally {
    for (const close of closing.splice(0).reverse()) await close();
  }
  return reports;

  async function run() {
    const target = await stage("target", async () => {
      const made = await startTarget();
      closing.push(() => made.close());
      return { made, said: `listens on ${made.url}` };
    });

    const store = await stage("store", async () => {
      const folder = mkdtempSync(join(options.folder ?? tmpdir(), "statusquo-selftest-"));
      closing.push(() => rmSync(folder, { recursive: true, force: true }));
      const made = openStore({ path: join(folder, "statusquo.db") });
      closing.push(() => made.close());
      made.writer.transaction(() => made.writer.putDefinitions([], Date.now()));
      return { made, said: "temporary data can be written" };
    });

    // A fault of the prober's is nobody's answer: the stage that waits for one ends with it.
    const probing = Promise.withResolvers<never>();
    probing.promise.catch(() => {});
    const transport = await stage("transport", async () => {
      const made = await startTransport(options.redisUrl);
      closing.push(() => made.close());
      for (const region of REGIONS) {
        const prober = createProber({ region, env: options.env, now: Date.now });
        await made.work.serve(region, probeBatch(prober, { atOnce: 10, onFault: probing.reject }));
      }
      return { made, said: made.said };
    });

    // What the walk brings about, awaited stage by stage.
    const sampled = Promise.withResolvers<number>();
    const opened = Promise.withResolvers<Incident>();
    const told = Promise.withResolvers<string>();
    let usual = 0;
    const notifier = {
      async deliver(bundle: { key: string }): Promise<DeliveryResult> {
        told.resolve(bundle.key);
        return { kind: "delivered", said: "selftest" };
      },
    };
    const monitor = monitorAt(target.url);
    await stage("probe", async () => {
      const walk = await startWalk(
        {
          ...{ clock: systemClock, writer: store.writer, transport: transport.jobs, notifier, publicUrl: null },
          onCommitted(results, judgements) {
            usual += results.filter((each) => each.kind === "sampled" && codeOf(each) === 200).length;
            if (usual >= USUAL_SLOTS * REGIONS.length) sampled.resolve(usual);
            for (const { incident } of judgements) if (incident?.state === "open") opened.resolve(incident);
          },
        },
        { monitors: [monitor], channels: [HIDDEN] },
      );
      closing.push(() => walk.stop());
      const count = await Promise.race([sampled.promise, probing.promise]);
      return { made: null, said: `${count} answers from ${REGIONS.length} regions came home and are stored` };
    });

    const incident = await stage("detector", async () => {
      target.conflict();
      const made = await opened.promise;
      const { bad, of } = made.evidence;
      if (!made.codes.includes(409))
        throw new Error(`an incident opened, but for ${made.codes.join(", ")}, not for 409`);
      return { made, said: `${bad} of ${of} answers were 409 when it was found` };
    });

    await stage("incident", async () => {
      const key = await told.promise;
      const stored = store.reader.incident(incident.id);
      if (stored === null) throw new Error("the incident is not in the store");
      return { made: null, said: `is stored, and left the outbox as ${key}` };
    });

    if (options.channels.length === 0) return;
    await stage("channels", async () => {
      const said: string[] = [];
      for (const channel of options.channels) {
        for (const { recipient, result, ms, said: answer } of await testChannel(channel, {
          ...{ env: options.env, now: Date.now, publicUrl: options.publicUrl },
          note: "It was sent by npx statusquo selftest, after a made-up rise of 409 on a made-up target was found.",
        })) {
          if (result !== "delivered") throw new Error(`${channel.id} (${recipient}): ${answer}`);
          said.push(`${channel.id} (${recipient}) ${ms} ms`);
        }
      }
      return { made: null, said: `told ${said.join(", ")}` };
    });
  }
}

class StageFailed extends Error {}

/** What the hidden monitor names; its messages end in the self-test. */
const HIDDEN: Channel = {
  ...{ id: "selftest", kind: "slack", webhook: "http://127.0.0.1/", filter: TOLD_ALL },
  source: { file: "selftest", line: 1, endLine: 1 },
};

function codeOf({ outcome }: { outcome: { kind: string; status?: number } }): number {
  return outcome.kind === "status" ? (outcome.status ?? 0) : 0;
}

interface Target {
  url: string;
  /** From now on it answers 409. */
  conflict(): void;
  close(): Promise<void>;
}

async function startTarget(): Promise<Target> {
  let isConflicting = false;
  const server: Server = createServer((request, response) => {
    request.resume();
    response.writeHead(isConflicting ? 409 : 200, { "content-type": "application/problem+json", etag: '"2"' });
    response.end(isConflicting ? '{"title":"Version conflict","submitted_version":1,"current_version":2}' : "{}");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/selftest`,
    conflict() {
      isConflicting = true;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

interface BothEnds {
  jobs: JobTransport;
  work: WorkTransport;
  said: string;
  close(): Promise<void>;
}

async function startTransport(redisUrl: string | null): Promise<BothEnds> {
  if (redisUrl === null) {
    const both = createEmbeddedTransport({ clock: systemClock });
    return { jobs: both, work: both, said: "embedded: this process probes itself", close: () => both.close() };
  }
  const { createBullJobTransport, createBullWorkTransport, removeTrial, trialPrefix } = await import(
    "@statusquo/transport/bullmq"
  );
  const prefix = trialPrefix();
  const jobs = await createBullJobTransport({ redisUrl, clock: systemClock, prefix });
  const work = await createBullWorkTransport({ redisUrl, prefix });
  return {
    ...{ jobs, work, said: `over Redis, under the prefix ${prefix}` },
    async close() {
      await work.close();
      await jobs.close();
      await removeTrial(redisUrl, prefix);
    },
  };
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = new StatusquoError("internal", `nothing came of it within ${ms / 1_000} s`);
  const timer = setTimeout(() => reject(late), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
