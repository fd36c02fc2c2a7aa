import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Monitor, ProbeResult } from "@statusquo/core";
import { createBullJobTransport } from "@statusquo/transport/bullmq";
import { findRedis, startRedis, type TestRedis } from "@statusquo/transport/testing";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";

// A program starts in half a second, and in several on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const BIN = fileURLToPath(new URL("../bin/statusquo-worker.mjs", import.meta.url));
const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
});

interface Program {
  child: ChildProcess;
  /** Resolves when it has printed `text`; rejects when it ended without. */
  printed(text: string): Promise<void>;
  ended: Promise<{ code: number | null; out: string; err: string }>;
}

/** The real program in a process of its own, with nothing in its environment but what is given. */
function start(args: string[], env: Record<string, string> = {}): Program {
  const child = spawn(process.execPath, [BIN, ...args], { env: { ...env, NODE_ENV: "production" } });
  running.add(child);
  let out = "";
  let err = "";
  const listeners = new Set<() => void>();
  const heard = () => {
    for (const listener of listeners) listener();
  };
  child.stdout.on("data", (chunk) => {
    out += chunk;
    heard();
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
    heard();
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.once("close", (code) => {
      running.delete(child);
      resolve({ code, out, err });
    }),
  );
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => void ((out + err).includes(text) && resolve());
      listeners.add(look);
      look();
      ended.then(() => reject(new Error(`ended without "${text}": ${out}${err}`)));
    });
  return { child, printed, ended };
}

test("--help says what it needs, and --version which it is", async () => {
  const help = await start(["--help"]).ended;
  expect(help).toMatchObject({ code: 0, err: "" });
  for (const named of ["--region", "REDIS_URL", "LOG_LEVEL"]) expect(help.out).toContain(named);
  expect(await start(["--version"]).ended).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test.each([
  [["--region", "eu-west"], {}, 1, "REDIS_URL must name the Redis that the server uses"],
  [["--region", "eu-west"], { REDIS_URL: "cache:6379" }, 1, "REDIS_URL must be redis://"],
  [[], { REDIS_URL: "redis://localhost" }, 1, "--region must be the name of a region"],
  [["--region", "EU West"], { REDIS_URL: "redis://localhost" }, 1, 'got "EU West"'],
  [["--region", "eu"], { REDIS_URL: "redis://localhost", LOG_LEVEL: "loud" }, 1, "LOG_LEVEL must be one of trace"],
  [["--regio", "eu"], { REDIS_URL: "redis://localhost" }, 2, "--regio"],
])("what is missing or wrong is said in one line, without a stack (%#)", async (args, env, code, said) => {
  const ended = await start(args, env as Record<string, string>).ended;
  expect(ended.code).toBe(code);
  expect(ended.err).toContain(said);
  expect(ended.err).not.toContain("    at ");
});

test("without a Redis it ends, naming the address and the way out, never the password", async () => {
  const port = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
  const ended = await start(["--region", "eu-west"], { REDIS_URL: `redis://:s3cret@127.0.0.1:${port}` }).ended;
  expect(ended.code).toBe(1);
  expect(ended.err).toContain(`redis://127.0.0.1:${port}: no connection after 3 tries`);
  expect(ended.err).not.toContain("s3cret");
});

const found = findRedis();
if (found.kind === "none") {
  console.log(`skipped: ${found.reason}`);
  test.skip(`the worker over Redis (${found.reason})`, () => {});
} else {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  const monitor = (port: number): Monitor => ({
    id: "edit-document",
    name: "Edit document",
    tags: [],
    request: {
      method: "PUT",
      url: `http://127.0.0.1:${port}/documents/1`,
      headers: { authorization: `Bearer \${env:ORDERS_TOKEN}` },
      body: { kind: "json", value: { title: "probe" } },
    },
    intervalMs: 60_000,
    timeoutMs: 5_000,
    regions: ["eu-west"],
    expect: [{ from: 200, to: 299, exclude: false }],
    usual: {},
    falseAlarmsPerYear: 1,
    notify: [],
    redact: [],
    allowPrivate: true,
    followRedirects: 0,
    slotHeader: false,
    version: "v1",
    subject: "s1",
    source: { file: "statusquo.yaml", line: 1, endLine: 2 },
  });

  /** A target that answers 409 once `answer` allows it. */
  const startTarget = async (answer: Promise<void> = Promise.resolve()) => {
    const tokens: (string | undefined)[] = [];
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    const server = createServer(async (request, response) => {
      tokens.push(request.headers.authorization);
      resolve();
      await answer;
      response.writeHead(409, { "content-type": "application/json" }).end('{"error":"stale version"}');
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return { port: (server.address() as AddressInfo).port, tokens, asked, close: () => server.close() };
  };

  const offerOne = async (port: number) => {
    const server = await createBullJobTransport({ redisUrl: redis.url, clock: { now: Date.now } });
    const home = Promise.withResolvers<ProbeResult[]>();
    await server.publish([monitor(port)]);
    await server.receive(home.resolve);
    const slot = Date.now();
    await server.offer({
      v: 1,
      id: `b-eu-west-${slot}`,
      region: "eu-west",
      jobs: [{ monitor: "edit-document", version: "v1", slot, startBefore: slot + 30_000 }],
    });
    return { slot, home: home.promise, server };
  };

  test("it probes what the server offers with its own secrets, which reach the target and nothing else", async () => {
    const target = await startTarget();
    const worker = start(["--region", "eu-west"], { REDIS_URL: redis.url, ORDERS_TOKEN: "canary-4711" });
    const { slot, home, server } = await offerOne(target.port);
    const [result] = await home;
    expect(result).toMatchObject({
      kind: "sampled",
      monitor: "edit-document",
      region: "eu-west",
      slot,
      outcome: { kind: "status", status: 409 },
      evidence: { response: { body: '{"error":"stale version"}' } },
    });
    expect(target.tokens).toEqual(["Bearer canary-4711"]);
    expect(JSON.stringify(result)).not.toContain("canary-4711");
    const healthy = await start(["--region", "eu-west", "--healthy"], { REDIS_URL: redis.url }).ended;
    expect(healthy).toMatchObject({ code: 0, out: "eu-west: 1 worker\n" });
    worker.child.kill("SIGTERM");
    const { code, err } = await worker.ended;
    expect(code).toBe(0);
    expect(err).not.toContain("canary-4711");
    const gone = await start(["--region", "eu-west", "--healthy"], { REDIS_URL: redis.url }).ended;
    expect(gone).toMatchObject({ code: 1, out: "eu-west: 0 workers\n" });
    await server.close();
    target.close();
  });

  test("told to end while a probe is under way, it brings that sample home first", async () => {
    const answer = Promise.withResolvers<void>();
    const target = await startTarget(answer.promise);
    const worker = start(["--region", "eu-west"], { REDIS_URL: redis.url, ORDERS_TOKEN: "x" });
    const { home, server } = await offerOne(target.port);
    await target.asked;
    worker.child.kill("SIGTERM");
    await worker.printed('"ending"');
    answer.resolve();
    expect(await home).toMatchObject([{ kind: "sampled", outcome: { status: 409 } }]);
    expect(await worker.ended).toMatchObject({ code: 0 });
    await server.close();
    target.close();
  });

  test("F9: a worker that runs out of memory ends as a failure, and its batch is not probed over and over by the next", async () => {
    const target = await startTarget();
    const env = { REDIS_URL: redis.url, ORDERS_TOKEN: "x", NODE_OPTIONS: "--max-old-space-size=64" };
    const ill = start(["--region", "eu-west"], { ...env, STATUSQUO_FAILPOINT: "worker.after_response:1:hoard" });
    const { server } = await offerOne(target.port);
    await target.asked;
    const { code, err } = await ill.ended;
    expect(code).not.toBe(0);
    expect(err).toMatch(/out of memory/);
    // The next worker finds that the batch was lost, and lets it lie.
    const next = start(["--region", "eu-west"], env);
    await next.printed("a batch was lost by its worker");
    expect(target.tokens).toHaveLength(1);
    next.child.kill("SIGTERM");
    expect(await next.ended).toMatchObject({ code: 0 });
    await server.close();
    target.close();
  });

  test("F11: a fault that nobody expected ends a worker, and the log says why", async () => {
    const target = await startTarget();
    const env = { REDIS_URL: redis.url, ORDERS_TOKEN: "x", STATUSQUO_FAILPOINT: "worker.after_response:1:reject" };
    const worker = start(["--region", "eu-west"], env);
    const { server } = await offerOne(target.port);
    expect(await worker.ended).toMatchObject({ code: 1, err: expect.stringContaining("an unexpected fault; ending") });
    await server.close();
    target.close();
  });

  test("told to end a second time, it ends at once", async () => {
    const never = Promise.withResolvers<void>();
    const target = await startTarget(never.promise);
    const worker = start(["--region", "eu-west"], { REDIS_URL: redis.url, ORDERS_TOKEN: "x" });
    const { server } = await offerOne(target.port);
    await target.asked;
    worker.child.kill("SIGINT");
    await worker.printed('"ending"');
    worker.child.kill("SIGINT");
    expect(await worker.ended).toMatchObject({ code: 1 });
    never.resolve();
    await server.close();
    target.close();
  });
}
