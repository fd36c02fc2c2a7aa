/** Processes of a world: actors, and the real programs. All of them end with the world, however it ends. */
import { type ChildProcess, execFileSync, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, closeSync, constants, openSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MARK } from "./keeper.ts";

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Actor<Order> {
  port: number;
  ledger: string;
  /** Resolves when the order is in force. */
  order(order: Order): Promise<void>;
  end(): Promise<void>;
}

/** Starts `actors/NAME.ts`; resolves when it listens. */
export async function startActor<Order>(name: string, ledger: string, args: string[] = []): Promise<Actor<Order>> {
  const file = fileURLToPath(new URL(`actors/${name}.ts`, import.meta.url));
  const child = fork(file, [ledger, ...args], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const waiting = new Map<number, () => void>();
  let count = 0;
  const port = await new Promise<number>((resolve, reject) => {
    child.on("message", (said: { port?: number; done?: number }) => {
      if (said.port !== undefined) resolve(said.port);
      if (said.done !== undefined) waiting.get(said.done)?.();
    });
    child.once("exit", (code) => reject(new Error(`the actor ${name} ended with ${code}`)));
  });
  return {
    port,
    ledger,
    order: (order) =>
      new Promise((resolve) => {
        const id = ++count;
        waiting.set(id, resolve);
        child.send({ id, order });
      }),
    end: () => endOf(child),
  };
}

export interface Program {
  name: string;
  pid: number;
  output(): string;
  /** The part of the output that matches, or its first group, as soon as it is there. */
  says(pattern: RegExp): Promise<string>;
  ended: Promise<Ended>;
  running(): boolean;
  signal(signal: NodeJS.Signals): void;
  kill(signal: NodeJS.Signals): Promise<Ended>;
  /** Closes the pipes it prints to. */
  deafen(): void;
  /** Stops reading what it prints, and fills the pipe: its next word waits. Only with `fifo`. */
  clog(): void;
}

/** What is kept of the output for `says`; all of it goes to the log file. */
const KEPT_OUTPUT = 4_000_000;

/**
 * Starts a command whose output goes to `log` too.
 *
 * @param fifo  a place for a pipe in the file system, read by a process of its own; without it the harness reads
 */
export function startProgram(
  name: string,
  command: string[],
  given: NodeJS.ProcessEnv,
  log: string,
  fifo: string | null = null,
): Program {
  const [file = "", ...args] = command;
  const env = { ...given, [MARK]: process.env[MARK] };
  const reader = fifo === null ? null : readerOf(fifo);
  const end = fifo === null ? "pipe" : openSync(fifo, "w");
  const child = spawn(file, args, { env, stdio: ["ignore", end, end] });
  if (end !== "pipe") closeSync(end);
  let printed = "";
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer) => {
    appendFileSync(log, chunk);
    printed = (printed + chunk).slice(-KEPT_OUTPUT);
    for (const listener of listeners) listener();
  };
  child.stdout?.on("data", hear);
  child.stderr?.on("data", hear);
  reader?.stdout?.on("data", hear);
  const ended = once(child, "close").then(([code, signal]): Ended => ({ code, signal }));
  return {
    name,
    pid: child.pid ?? 0,
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
        void ended.then(() => reject(new Error(`${name} ended without saying ${pattern}: ${printed.slice(-2_000)}`)));
        look();
      }),
    ended,
    running: () => child.exitCode === null && child.signalCode === null,
    signal: (signal) => void child.kill(signal),
    deafen() {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    clog() {
      if (fifo === null) throw new Error(`${name} has no pipe that could be clogged`);
      reader?.kill("SIGSTOP");
      fillPipe(fifo);
      void ended.then(() => reader?.kill("SIGKILL"));
    },
    async kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

function readerOf(fifo: string): ChildProcess {
  execFileSync("mkfifo", [fifo]);
  return spawn("cat", [fifo], { stdio: ["ignore", "pipe", "ignore"] });
}

function fillPipe(fifo: string) {
  const handle = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    for (;;) writeSync(handle, Buffer.alloc(1, "\n"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
  } finally {
    closeSync(handle);
  }
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
