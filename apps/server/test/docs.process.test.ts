import { type ChildProcess, spawn } from "node:child_process";
import {
  closeSync,
  cpSync,
  globSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "@statusquo/store";
import { findRedis, startRedis } from "@statusquo/transport/testing";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { isRun } from "./commands.ts";
import { blocksOf, type Command, commandsOf, documents, environmentFor, ledTo, nameOf, ROOT } from "./documents.ts";

// Every command is a program of its own, which takes half a second, and several on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const PROGRAMS: Record<string, string> = {
  statusquo: join(ROOT, "apps/server/bin/statusquo.mjs"),
  "statusquo-worker": join(ROOT, "apps/worker/bin/statusquo-worker.mjs"),
};
/** What a program that does not end by itself prints when it is ready. */
const READY: Record<string, string> = { "statusquo serve": "Dashboard", "statusquo-worker": "ready to probe" };
const TOKEN = "documents-only-0123456789abcdef0123";
/** Where the documents' reader is. */
const SHOWN_FOLDER = "/srv/shop";

let target: Server;
let targetUrl: string;
let demo: Program;
const folders: string[] = [];
const running = new Set<ChildProcess>();

beforeAll(async () => {
  target = createServer((request, response) => {
    request.resume();
    response.writeHead(request.method === "POST" ? 201 : 200, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
  targetUrl = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
  demo = start("statusquo", ["serve"], newFolder(), { PORT: "0", STATUSQUO_TOKEN: TOKEN });
  await demo.printed("Faults");
});
afterAll(async () => {
  await demo.end();
  // None is left but after a failure.
  for (const child of running) child.kill("SIGKILL");
  target.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Program {
  /** Resolves when it has printed `text`; rejects when it ended without. */
  printed(text: string): Promise<void>;
  ended: Promise<number | null>;
  output(): string;
  end(): Promise<void>;
}

function start(program: string, args: string[], cwd: string, env: Record<string, string> = {}): Program {
  // Both outputs into one file, as on a terminal, so that they stay in order.
  const file = join(newFolder(), "output");
  const into = openSync(file, "a");
  const child: ChildProcess = spawn(process.execPath, [PROGRAMS[program] as string, ...args], {
    cwd,
    env,
    stdio: ["ignore", into, into],
  });
  closeSync(into);
  running.add(child);
  const output = () => readFileSync(file, "utf8");
  let code: number | null | undefined;
  const ended = new Promise<number | null>((resolve) =>
    child.once("exit", (exit) => {
      code = exit;
      running.delete(child);
      resolve(exit);
    }),
  );
  return {
    ended,
    output,
    printed: (text) =>
      vi.waitUntil(
        () => {
          if (output().includes(text)) return true;
          if (code !== undefined) throw new Error(`${program} ${args.join(" ")} ended without "${text}": ${output()}`);
          return false;
        },
        { timeout: 30_000, interval: 20 },
      ) as Promise<unknown> as Promise<void>,
    async end() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function newFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "statusquo-docs-")));
  folders.push(folder);
  return folder;
}

/** A folder as a reader of the documents has it: with the examples, a data folder, and nothing that asks anybody else. */
function readersFolder(): string {
  const folder = newFolder();
  cpSync(join(ROOT, "examples"), join(folder, "examples"), { recursive: true });
  for (const file of globSync("examples/**/*.yaml", { cwd: folder }))
    writeFileSync(join(folder, file), ledTo(targetUrl, readFileSync(join(folder, file), "utf8")));
  openStore({ path: join(folder, "data", "statusquo.db") }).close();
  return folder;
}

const examplesText = globSync("examples/**/*.yaml", { cwd: ROOT })
  .map((file) => readFileSync(join(ROOT, file), "utf8"))
  .join("\n");

/** `NAME=value` before a command, its program and arguments. */
function partsOf(command: string) {
  const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  const env = words.filter((word, index) => /^[A-Z_]+=/.test(word) && index < words.indexOf("npx"));
  const [, program = "", ...args] = words.slice(env.length);
  return { env: Object.fromEntries(env.map((pair) => pair.split(/=(.*)/s, 2))), program, args, words };
}

const lasts = ({ program, args }: ReturnType<typeof partsOf>) =>
  program === "statusquo-worker" ? !args.includes("--healthy") : args[0] === "serve";

/** Runs one of our programs as written; resolves to the program when it is one that goes on. */
async function run({ text, place, prints }: Command, cwd: string, env: Record<string, string>): Promise<Program> {
  const parts = partsOf(text);
  const program = start(parts.program, parts.args, cwd, { ...env, ...parts.env, PORT: "0" });
  if (lasts(parts)) {
    await program.printed(READY[parts.program === "statusquo" ? "statusquo serve" : parts.program] as string);
    return program;
  }
  const code = await program.ended;
  const output = program.output().replaceAll(cwd, SHOWN_FOLDER).trimEnd();
  if (prints === null) expect(code, `${place}: ${output}`).toBe(0);
  else expect(output, place).toBe(prints);
  return program;
}

/** Asks a running server what `curl` would ask, at the ports that it has here. */
async function ask({ text, place }: Command): Promise<void> {
  const { words } = partsOf(text.replaceAll("$STATUSQUO_TOKEN", TOKEN));
  const flagged = (flag: string) => (words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined);
  const [name, value] = flagged("-H")?.split(/: ?(.*)/s, 2) ?? [];
  const said = (label: string) => new RegExp(`^${label} +(http://[\\d.:]+)`, "m").exec(demo.output())?.[1] ?? "";
  const url = (words.at(-1) ?? "")
    .replace("http://127.0.0.1:4090", said("Dashboard"))
    .replace("http://127.0.0.1:4409", said("Demo"));
  const needsToken = new URL(url).pathname === "/readyz";
  // It has just begun: it is ready when the first slots are handed out.
  await vi.waitFor(
    async () => {
      const answer = await fetch(url, {
        method: flagged("-X") ?? "GET",
        headers: { ...(name && { [name]: value ?? "" }), ...(needsToken && { authorization: `Bearer ${TOKEN}` }) },
      });
      expect(answer.status, `${place}: ${await answer.text()}`).toBe(200);
    },
    { timeout: 20_000, interval: 100 },
  );
}

const commandsIn = (file: string) => blocksOf(file).flatMap(commandsOf);
const overRedis = (command: Command) => /^redis-server |^REDIS_URL=/.test(command.text);

const withCommands = documents.filter((file) => commandsIn(file).some(({ text }) => isRun(text)));
test.each(withCommands)("the commands of %s do what it says", async (file) => {
  const cwd = readersFolder();
  let env = environmentFor(examplesText);
  let ran = 0;
  for (const block of blocksOf(file)) {
    const name = nameOf(block);
    if (block.words[0] === "yaml" && name !== null) {
      const isBroken = block.words.includes("refused");
      writeFileSync(join(cwd, name), isBroken ? block.text : ledTo(targetUrl, block.text));
      env = { ...env, ...environmentFor(block.text) };
    }
    for (const command of commandsOf(block).filter((one) => isRun(one.text) && !overRedis(one))) {
      ran++;
      if (command.text.startsWith("curl ")) await ask(command);
      else {
        const program = await run(command, cwd, env);
        await program.end();
      }
    }
  }
  expect(ran).toBeGreaterThan(0);
});

const redis = findRedis();
test.skipIf(redis.kind === "none")(
  `a server, a Redis and workers started as the README says serve two regions${redis.kind === "none" ? `: ${redis.reason}` : ""}`,
  async () => {
    const commands = commandsIn("README.md").filter(overRedis);
    const [server, ...programs] = commands;
    const settings = partsOf(server?.text ?? "").words.slice(1);
    const given = Object.fromEntries(
      settings.flatMap((word, index) => (word.startsWith("--") ? [[word.slice(2), settings[index + 1] ?? ""]] : [])),
    );
    const real = await startRedis(given);
    onTestFinished(() => real.close());
    const cwd = readersFolder();
    const env = environmentFor(examplesText);
    const here = (command: Command) => ({
      ...command,
      text: command.text.replaceAll("redis://127.0.0.1:6379", real.url),
    });
    for (const command of programs) {
      const program = await run(here(command), cwd, env);
      onTestFinished(() => program.end());
      expect(lasts(partsOf(command.text)), `${command.place} goes on`).toBe(true);
    }
    const workers = programs.map(({ text }) => partsOf(text)).filter(({ program }) => program === "statusquo-worker");
    expect(workers.length).toBeGreaterThan(0);
    for (const { args } of workers) {
      const healthy = start("statusquo-worker", [...args, "--healthy"], cwd, { REDIS_URL: real.url });
      expect(await healthy.ended, healthy.output()).toBe(0);
    }
  },
);

test("the demo prints the command that the README gives to break it, and where its messages are", () => {
  const [command] = commandsIn("README.md").filter(({ text }) => text.startsWith("curl "));
  const anyPort = (text: string) => text.replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT");
  expect(anyPort(demo.output())).toContain(`Break it   ${anyPort(command?.text ?? "")}\n`);
  expect(demo.output()).toMatch(/^Messages {3}http:/m);
  expect(demo.output()).toContain("6 monitors, 3 regions");
});

test("what init writes can be used as it is", async () => {
  const cwd = newFolder();
  for (const args of [["init"], ["check"]]) {
    const program = start("statusquo", args, cwd);
    expect(await program.ended, program.output()).toBe(0);
  }
});

test("the lines that --help gives to flags and commands stand in the configuration as well", async () => {
  const described = readFileSync(join(ROOT, "docs/configuration.md"), "utf8");
  for (const name of ["statusquo", "statusquo-worker"]) {
    const help = start(name, ["--help"], newFolder());
    expect(await help.ended).toBe(0);
    const flags = [...help.output().matchAll(/^ {2}(--\w+)/gm)].map(([, flag]) => flag as string);
    expect(flags.length).toBeGreaterThan(1);
    for (const flag of flags) expect(described).toContain(flag);
  }
});
