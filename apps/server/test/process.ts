/**
 * The real programs as child processes, with the far ends (target, webhook, mailbox) in the test's own process, where
 * they outlive every kill. What happened is read from these ledgers and from the database, not from the programs.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openForReadingOnly } from "@statusquo/store";
import type { TestContext } from "vitest";
import { wallClock } from "../src/demo/clock.ts";
import { createReceived } from "../src/demo/received.ts";
import { startMailSink, startSlackSink } from "../src/demo/sinks.ts";

const SERVER = fileURLToPath(new URL("../bin/statusquo.mjs", import.meta.url));
const WORKER = fileURLToPath(new URL("../../worker/bin/statusquo-worker.mjs", import.meta.url));

/** One request that reached the target, and what it was told. */
export interface Asked {
  /** `x-statusquo-slot`: the slot key. */
  slot: string;
  status: number;
}

export interface World {
  folder: string;
  /** The definitions file; one monitor, every 5 s. */
  config: string;
  data: string;
  asked: Asked[];
  /** What the target answers from now on. */
  status: number;
  slacks(): string[];
  mails(): string[];
  /** Resolves when `holds` does; it is asked again after every request and every message. */
  until(what: string, holds: () => boolean): Promise<void>;
  rows(): { slot: number; region: string; state: string; code: number | null; missed: string | null }[];
}

/** How a test that runs beside others says what to do at its own end. */
type Ending = Pick<TestContext, "onTestFinished">;

export async function startWorld({ onTestFinished }: Ending, regions: string[]): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-process-"));
  const asked: Asked[] = [];
  const received = createReceived();
  const waiting = new Set<() => void>();
  const stir = () => {
    for (const look of waiting) look();
  };
  const world: World = {
    folder,
    config: join(folder, "statusquo.yaml"),
    data: join(folder, "data"),
    asked,
    status: 200,
    slacks: () => received.newestFirst().flatMap((message) => (message.kind === "slack" ? [message.raw] : [])),
    mails: () => received.newestFirst().flatMap((message) => (message.kind === "mail" ? [message.raw] : [])),
    until: (what, holds) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!holds()) return;
          waiting.delete(look);
          clearInterval(again);
          resolve();
        };
        // Messages of the programs themselves stir nothing here, so the ledgers are also looked at now and then.
        const again = setInterval(look, 50);
        waiting.add(look);
        onTestFinished(() => {
          clearInterval(again);
          if (waiting.has(look)) reject(new Error(`never came: ${what}`));
        });
        look();
      }),
    rows() {
      const store = openForReadingOnly({ path: join(world.data, "statusquo.db") });
      try {
        return store.reader.samples({ monitor: "orders", limit: 10_000 });
      } finally {
        store.close();
      }
    },
  };
  const target = createServer((request, response) => {
    const { status } = world;
    asked.push({ slot: String(request.headers["x-statusquo-slot"]), status });
    response.writeHead(status, { "content-type": "application/json" }).end('{"title":"already exists"}');
    stir();
  });
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
  const heard: typeof received = {
    ...received,
    add(message) {
      received.add(message);
      stir();
    },
  };
  const slack = await startSlackSink(heard, wallClock);
  const mail = await startMailSink(heard, wallClock);
  writeFileSync(
    world.config,
    `regions: [${regions.join(", ")}]
channels:
  oncall: { slack: { webhook: "${slack.url}" } }
  team: { email: { to: [team@example.com], from: statusquo@example.com, smtp: "${mail.url}" } }
monitors:
  - id: orders
    url: http://127.0.0.1:${(target.address() as AddressInfo).port}/orders
    every: 5s
    timeout: 2s
    allow_private: true
    slot_header: true
    notify: [oncall, team]
`,
  );
  onTestFinished(async () => {
    target.closeAllConnections();
    await Promise.all([slack.close(), mail.close(), new Promise((resolve) => target.close(resolve))]);
    rmSync(folder, { recursive: true, force: true });
  });
  return world;
}

export interface Program {
  child: ChildProcess;
  /** Everything printed so far, both streams. */
  output(): string;
  /** The part of the output that matches, as soon as it does. Fails when the program ends before. */
  says(pattern: RegExp): Promise<string>;
  /** Resolves when the process is gone. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts `statusquo ARGS`; it is killed at the end of the test if it still runs. */
export const startServerProgram = (ending: Ending, args: string[], env: NodeJS.ProcessEnv = {}) =>
  startProgram(ending, SERVER, args, env);
/** Starts `statusquo-worker ARGS`, likewise. */
export const startWorkerProgram = (ending: Ending, args: string[], env: NodeJS.ProcessEnv = {}) =>
  startProgram(ending, WORKER, args, env);

function startProgram({ onTestFinished }: Ending, file: string, args: string[], env: NodeJS.ProcessEnv): Program {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [file, ...args], {
    env: { PATH, HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer) => {
    printed += chunk;
    for (const listener of listeners) listener();
  };
  child.stdout?.on("data", hear);
  child.stderr?.on("data", hear);
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal }));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return {
    child,
    output: () => printed,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(printed);
          if (!found) return;
          listeners.delete(look);
          resolve(found[1] ?? found[0]);
        };
        listeners.add(look);
        void ended.then(() => reject(new Error(`ended without saying ${pattern}: ${printed}`)));
        look();
      }),
    ended,
    kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}
