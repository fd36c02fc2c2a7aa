/**
 * The heart alone: definitions, walk and store as they are wired, for stories of many monitors and many hours. Made up
 * are the clock, what the targets answer, and what the channels say.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bundle, DeliveryResult, Failpoint, JobTransport, ProbeResult } from "@statusquo/core";
import { startWalk, type Walk } from "@statusquo/pipeline";
import { type ManualClock, manualClock } from "@statusquo/pipeline/testing";
import { openStore, type Store } from "@statusquo/store";
import { onTestFinished } from "vitest";
import { compileDefinitions, problemText } from "../src/definitions/load.ts";

/** A Tuesday noon. */
export const START = Date.UTC(2026, 0, 6, 12, 0, 0);
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** What a target answers; null is a region whose workers are silent. */
export type Answers = (probe: { monitor: string; region: string; slot: number }) => number | null;
export type Say = (bundle: Bundle) => DeliveryResult | Promise<DeliveryResult>;

/** A message that a channel was handed, and how that ended. */
export interface Told {
  at: number;
  bundle: Bundle;
  result: DeliveryResult["kind"] | null;
}

export interface Heart {
  clock: ManualClock;
  walk: Walk;
  store: Store;
  answer(answers: Answers): void;
  say(say: Say): void;
  told: Told[];
  /** Messages that were accepted, as one word each for a look at: channel, and what of which incidents. */
  heard(): string[];
  advance(ms: number): Promise<void>;
  redefine(yaml: string): Promise<void>;
  /** Ends without a farewell, and starts again on the same data, with other definitions if they changed meanwhile. */
  crash(yaml?: string): Promise<void>;
  /** Throws at a point, once. */
  failAt(point: Failpoint): void;
}

const DELIVERED: DeliveryResult = { kind: "delivered", said: "ok" };

export async function startHeart(yaml: string, start = START): Promise<Heart> {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-heart-"));
  const path = join(folder, "statusquo.db");
  const clock = manualClock(start);
  const told: Told[] = [];
  let answers: Answers = () => 200;
  let sayer: Say = () => DELIVERED;
  let failing: Failpoint | null = null;
  let text = yaml;
  let store = openStore({ path, now: clock.now });
  let record: (results: ProbeResult[]) => void = () => {};

  const read = async () => {
    const result = await compileDefinitions([{ file: "heart.yaml", text }], {});
    if (!result.ok) throw new Error(result.problems.map(problemText).join("\n"));
    return result.loaded;
  };
  const transport = (): JobTransport => ({
    publish: async () => {},
    ask: async () => null,
    async offer({ region, jobs }) {
      const into = record;
      const results = jobs.flatMap(({ monitor, slot, version }): ProbeResult[] => {
        const code = answers({ monitor, region, slot });
        if (code === null) return [];
        const outcome =
          code === 0
            ? ({ kind: "failure", reason: "connect", detail: "refused" } as const)
            : ({ kind: "status", status: code } as const);
        const phases = { dns: null, connect: 1, tls: null, firstByte: 8, body: 0 };
        return [{ kind: "sampled", monitor, region, slot, version, startedAt: slot, totalMs: 9, outcome, phases }];
      });
      if (results.length > 0) setImmediate(() => into === record && into(results));
      return { kind: "taken" };
    },
    async receive(into) {
      record = into;
    },
    drained: async () => {},
    presence: async () => [],
    close: async () => {},
  });
  const begin = async () =>
    startWalk(
      {
        clock,
        writer: store.writer,
        transport: transport(),
        notifier: {
          async deliver(bundle) {
            const entry: Told = { at: clock.now(), bundle, result: null };
            told.push(entry);
            const result = await sayer(bundle);
            entry.result = result.kind;
            return result;
          },
        },
        publicUrl: null,
        failpoint(point) {
          if (point !== failing) return;
          failing = null;
          throw new Error(`the process died at ${point}`);
        },
      },
      await read(),
    );
  let walk = await begin();
  const settle = async () => {
    for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
  };
  onTestFinished(async () => {
    record = () => {};
    // One whose channel hangs is not waited for.
    void walk.stop();
    await settle();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  return {
    clock,
    told,
    get walk() {
      return walk;
    },
    get store() {
      return store;
    },
    answer: (next) => (answers = next),
    say: (next) => (sayer = next),
    heard: () => told.filter(({ result }) => result === "delivered").map(({ bundle }) => wordsOf(bundle)),
    advance: (ms) => clock.advance(ms, settle),
    async redefine(next) {
      text = next;
      await walk.define(await read());
    },
    async crash(next = text) {
      text = next;
      record = () => {};
      void walk.stop();
      await settle();
      store.close();
      store = openStore({ path, now: clock.now });
      walk = await begin();
    },
    failAt: (point) => (failing = point),
  };
}

/** "ops opened 1", "ops opened+resolved 3", "ops digest of 12", "ops internal standstill opened". */
function wordsOf(bundle: Bundle): string {
  const { channel } = bundle;
  if (bundle.form === "internal")
    return `${channel} internal ${bundle.alerts.map(({ what, state }) => `${what} ${state}`).join(", ")}`;
  if (bundle.form === "incident") return `${channel} ${bundle.incident.kinds.join("+")} ${bundle.incident.incident}`;
  return `${channel} ${bundle.form} of ${bundle.count}`;
}
