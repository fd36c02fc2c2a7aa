import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createBullJobTransport, createBullWorkTransport, removeTrial, trialPrefix } from "./bullmq.ts";
import { KEYS, queueKey } from "./redis.ts";
import { findRedis, startRedis, type TestRedis } from "./testing/redis.ts";
import {
  answering,
  describeTransport,
  mailbox,
  realClock,
  someBatch,
  someJob,
  someMonitor,
  type TransportEnds,
} from "./transport.contract.ts";
import { readBatch } from "./wire.ts";

// Faults take seconds to be noticed, and more on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const found = findRedis();
if (found.kind === "none") {
  console.log(`skipped: ${found.reason}`);
  test.skip(`the transport over Redis (${found.reason})`, () => {});
} else {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  const startEnds = async (told: string[] = []): Promise<TransportEnds> => {
    const log = (_level: string, sentence: string) => void told.push(sentence);
    const server = await createBullJobTransport({ redisUrl: redis.url, clock: realClock, log });
    const worker = await createBullWorkTransport({ redisUrl: redis.url, log });
    return {
      server,
      worker,
      async close() {
        await worker.close();
        await server.close();
      },
    };
  };

  /** A connection of the test's own, to do what an operator or a fault does. */
  const operator = async <T>(work: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(redis.url);
    try {
      return await work(client);
    } finally {
      client.disconnect();
    }
  };

  beforeEach(() => operator((client) => client.flushall()));

  describeTransport("bullmq", () => startEnds());

  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const end of open.splice(0).reverse()) await end.close();
  });
  const kept = <T extends { close(): Promise<void> }>(end: T): T => {
    open.push(end);
    return end;
  };
  const serverEnd = async () => kept(await createBullJobTransport({ redisUrl: redis.url, clock: realClock }));
  const workerEnd = async () => kept(await createBullWorkTransport({ redisUrl: redis.url }));

  test("what a server read and did not acknowledge is handed over to the next server", async () => {
    const worker = await workerEnd();
    const dying = await serverEnd();
    const refused = Promise.withResolvers<void>();
    await dying.publish([someMonitor("order")]);
    await worker.serve("eu-west", answering().handler);
    await dying.receive(() => {
      refused.resolve();
      throw new Error("killed before the commit");
    });
    await dying.offer(someBatch("pending", "eu-west", [someJob("order")]));
    await refused.promise;
    await dying.close();
    const next = await serverEnd();
    const home = mailbox();
    await next.receive(home.record);
    await next.drained();
    expect(home.results).toMatchObject([{ kind: "sampled", monitor: "order" }]);
    expect(await operator((client) => client.xlen(KEYS.results))).toBe(0);
  });

  test("what was asked for leaves nothing in Redis, and is no row for a worker that knows nothing of asking", async () => {
    const server = await serverEnd();
    const worker = await workerEnd();
    const home = mailbox();
    await server.publish([someMonitor("order")]);
    await worker.serve("eu-west", answering().handler);
    await server.receive(home.record);
    const asked = { ...someBatch("asked", "eu-west", [someJob("order")]), asked: true as const };
    expect(await server.ask(asked, 5_000)).toHaveLength(1);
    const left = await operator((client) => client.keys("statusquo:*"));
    expect(left.filter((key) => key.includes("b-asked"))).toEqual([]);
    // What an older worker is given as a batch.
    expect(readBatch({ asked })).toMatchObject({ kind: "unreadable" });
    await server.drained();
    expect(home.results).toEqual([]);
  });

  test("a trial has a prefix of its own, disturbs nothing beside it, and leaves nothing behind", async () => {
    const beside = kept(await createBullJobTransport({ redisUrl: redis.url, clock: realClock }));
    await beside.publish([someMonitor("order")]);
    const before = await operator((client) => client.keys("*"));
    const prefix = trialPrefix();
    const server = await createBullJobTransport({ redisUrl: redis.url, clock: realClock, prefix });
    const worker = await createBullWorkTransport({ redisUrl: redis.url, prefix });
    const home = mailbox();
    await server.publish([someMonitor("order")]);
    await worker.serve("eu-west", answering().handler);
    await server.receive(home.record);
    await server.offer(someBatch("trial", "eu-west", [someJob("order")]));
    await home.hold(1);
    await worker.close();
    await server.close();
    await removeTrial(redis.url, prefix);
    expect((await operator((client) => client.keys("*"))).sort()).toEqual(before.sort());
    await expect(removeTrial(redis.url, "statusquo")).rejects.toMatchObject({ code: "internal" });
  });

  test("jobs and results survive every connection being cut", async () => {
    const { server, worker } = kept(await startEnds());
    const home = mailbox();
    await server.publish([someMonitor("order")]);
    await worker.serve("eu-west", answering().handler);
    await server.receive(home.record);
    await server.offer(someBatch("before", "eu-west", [someJob("order", { slot: Date.now() - 3_000 })]));
    await home.hold(1);
    await operator((client) => client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
    await taken(server, someBatch("after", "eu-west", [someJob("order")]));
    expect(await home.hold(2)).toHaveLength(2);
  });

  test("after FLUSHALL jobs are taken, definitions are known and results come home as before", async () => {
    const { server, worker } = kept(await startEnds());
    const home = mailbox();
    await server.publish([someMonitor("order"), someMonitor("health")]);
    await worker.serve("eu-west", answering().handler);
    await server.receive(home.record);
    await server.offer(someBatch("before", "eu-west", [someJob("order")]));
    await home.hold(1);
    const [known] = await server.presence();
    await operator((client) => client.flushall());
    expect(await server.presence()).toMatchObject([{ region: "eu-west" }]);
    expect((await server.presence())[0]?.lastSeenAt).toBeGreaterThanOrEqual(known?.lastSeenAt ?? Number.NaN);
    // Not seen by the worker before: it must find it in Redis.
    await expect
      .poll(() => operator((client) => client.hexists("statusquo:definitions", "v-health")), { timeout: 10_000 })
      .toBe(1);
    await taken(server, someBatch("after", "eu-west", [someJob("health")]));
    expect((await home.hold(2))[1]).toMatchObject({ kind: "sampled", monitor: "health" });
  });

  test("after Redis was killed and came back empty, probing goes on, and meanwhile batches are refused at once", async () => {
    const { server, worker } = kept(await startEnds());
    const home = mailbox();
    await server.publish([someMonitor("order")]);
    await worker.serve("eu-west", answering().handler);
    await server.receive(home.record);
    await server.offer(someBatch("before", "eu-west", [someJob("order", { slot: Date.now() - 3_000 })]));
    await home.hold(1);
    await redis.kill();
    const away = await server.offer(someBatch("away", "eu-west", [someJob("order", { slot: Date.now() - 2_000 })]));
    expect(away).toMatchObject({ kind: "refused", why: expect.stringContaining(`redis://127.0.0.1:${redis.port}`) });
    await redis.start();
    await taken(server, someBatch("after", "eu-west", [someJob("order")]));
    expect(await home.hold(2)).toHaveLength(2);
  });

  test("result entries that cannot be read go to quarantine and hold up nothing", async () => {
    const { server, worker } = kept(await startEnds());
    const home = mailbox();
    await server.publish([someMonitor("order")]);
    const good = { kind: "missed", monitor: "health", region: "eu-west", slot: Date.now() - 1_000, reason: "blocked" };
    await operator(async (client) => {
      await client.xadd(KEYS.results, "*", "results", "{not json");
      await client.xadd(KEYS.results, "*", "something", "else");
      await client.xadd(KEYS.results, "*", "results", JSON.stringify({ v: 1, results: [{ kind: "sampled" }, good] }));
      await client.xadd(KEYS.results, "*", "results", "x".repeat(3_000_000));
    });
    await worker.serve("eu-west", answering().handler);
    await server.receive(home.record);
    await server.offer(someBatch("healthy", "eu-west", [someJob("order")]));
    const results = await home.hold(2);
    await server.drained();
    expect(results.map(({ kind, monitor }) => `${kind} ${monitor}`).sort()).toEqual(["missed health", "sampled order"]);
    await operator(async (client) => {
      const quarantined = await client.lrange("statusquo:quarantine", 0, -1);
      expect(quarantined.map((text) => JSON.parse(text).why).sort()).toEqual([
        "is not JSON",
        "must be JSON text, got undefined",
        "must be at most 1048576 characters, got 3000000",
        "slot must be a whole number 0 to 8640000000000000, got undefined",
      ]);
      expect(await client.xlen(KEYS.results)).toBe(0);
      expect((await client.xpending(KEYS.results, "server"))[0]).toBe(0);
    });
  });

  test("quarantine keeps its newest hundred, however much comes that cannot be read", async () => {
    const { server } = kept(await startEnds());
    await operator(async (client) => {
      for (let nth = 0; nth < 250; nth++) await client.xadd(KEYS.results, "*", "results", `{not json ${nth}`);
    });
    await server.receive(() => {});
    await server.drained();
    await operator(async (client) => {
      const quarantined = await client.lrange("statusquo:quarantine", 0, -1);
      expect(quarantined).toHaveLength(100);
      expect(quarantined.some((text) => text.includes("not json 249"))).toBe(true);
    });
  });

  test("an entry that somebody trimmed away while it was pending is acknowledged and does not hold up others", async () => {
    const first = await serverEnd();
    const worker = await workerEnd();
    const refused = Promise.withResolvers<void>();
    await first.publish([someMonitor("order"), someMonitor("health")]);
    await worker.serve("eu-west", answering().handler);
    await first.receive(() => {
      refused.resolve();
      throw new Error("not now");
    });
    await first.offer(someBatch("trimmed", "eu-west", [someJob("order")]));
    await refused.promise;
    await first.close();
    await operator((client) => client.xtrim(KEYS.results, "MAXLEN", 0));
    const next = await serverEnd();
    const home = mailbox();
    await next.publish([someMonitor("order"), someMonitor("health")]);
    await next.receive(home.record);
    await next.offer(someBatch("after", "eu-west", [someJob("health")]));
    expect(await home.hold(1)).toMatchObject([{ monitor: "health" }]);
    await next.drained();
    expect((await operator((client) => client.xpending(KEYS.results, "server")))[0]).toBe(0);
  });

  test("batches that cannot be read do not stop the queue: not JSON, not a batch, another version", async () => {
    const { server, worker } = kept(await startEnds());
    const home = mailbox();
    await server.publish([someMonitor("order"), someMonitor("health")]);
    await server.receive(home.record);
    for (const id of ["b-cut", "b-odd", "b-new"])
      await server.offer({ ...someBatch("x", "eu-west", [someJob("health")]), id });
    await operator(async (client) => {
      await client.hset(queueKey("eu-west", "b-cut"), "data", '{"v":1,');
      await client.hset(queueKey("eu-west", "b-odd"), "data", '{"jobs":"all"}');
      const newer = { ...someBatch("new", "eu-west", [someJob("health")]), v: 2 };
      await client.hset(queueKey("eu-west", "b-new"), "data", JSON.stringify(newer));
    });
    await worker.serve("eu-west", answering().handler);
    await server.offer(someBatch("good", "eu-west", [someJob("order")]));
    const results = await home.hold(2);
    expect(results).toContainEqual(expect.objectContaining({ kind: "sampled", monitor: "order" }));
    expect(results).toContainEqual(expect.objectContaining({ kind: "missed", reason: "unsupported" }));
    await expect.poll(() => operator((client) => client.llen(queueKey("eu-west", "active")))).toBe(0);
    const quarantined = await operator((client) => client.lrange("statusquo:quarantine", 0, -1));
    expect(quarantined.map((text) => JSON.parse(text).why).sort()).toEqual([
      "is not JSON",
      'jobs must be a list, got "all"',
    ]);
  });

  test("while Redis hangs, batches are refused instead of holding up the server, and taken again when it goes on", async () => {
    const { server, worker } = kept(await startEnds());
    const home = mailbox();
    await server.publish([someMonitor("order")]);
    await worker.serve("eu-west", answering().handler);
    await server.receive(home.record);
    redis.freeze();
    try {
      const hung = await server.offer(someBatch("hung", "eu-west", [someJob("order")]));
      expect(hung).toMatchObject({ kind: "refused" });
      await server.publish([someMonitor("order"), someMonitor("health")]);
      expect(await server.presence()).toEqual([]);
    } finally {
      redis.thaw();
    }
    // Published while Redis hung: made up for before a batch that names it is taken.
    await taken(server, someBatch("after", "eu-west", [someJob("health")]));
    await expect.poll(() => home.results.map(({ kind, monitor }) => `${kind} ${monitor}`)).toContain("sampled health");
  });

  test("while the memory of Redis is full, batches are refused and samples wait; nothing probed is lost", async () => {
    const { server, worker } = kept(await startEnds());
    const home = mailbox();
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    await server.publish([someMonitor("order")]);
    await worker.serve("eu-west", async (batch, monitors, now) => {
      begun.resolve();
      await goOn.promise;
      return answering().handler(batch, monitors, now);
    });
    await server.receive(home.record);
    await server.offer(someBatch("probed", "eu-west", [someJob("order")]));
    await begun.promise;
    await operator((client) => client.config("SET", "maxmemory", "1"));
    goOn.resolve();
    const refused = await server.offer(someBatch("refused", "eu-west", [someJob("order")]));
    await operator((client) => client.config("SET", "maxmemory", "0"));
    expect(refused).toMatchObject({ kind: "refused", why: expect.stringContaining("OOM") });
    expect(await home.hold(1)).toMatchObject([{ kind: "sampled", monitor: "order" }]);
  });

  test("a queue that nobody works on refuses at its cap, and other regions are not affected", async () => {
    const server = kept(await createBullJobTransport({ redisUrl: redis.url, clock: realClock, maxWaiting: 2 }));
    await server.publish([someMonitor("order")]);
    const offer = (id: string, region = "eu-west") => server.offer(someBatch(id, region, [someJob("order")]));
    expect(await offer("a")).toEqual({ kind: "taken" });
    expect(await offer("b")).toEqual({ kind: "taken" });
    expect(await offer("c")).toEqual({ kind: "refused", why: "region eu-west has 2 batches waiting" });
    expect(await offer("d", "us-east")).toEqual({ kind: "taken" });
  });

  test("a server that cannot record what came home takes no more batches, so that Redis does not fill up", async () => {
    await operator(async (client) => {
      for (let entry = 0; entry < 2; entry++) await client.xadd(KEYS.results, "*", "results", "{}");
    });
    const server = kept(await createBullJobTransport({ redisUrl: redis.url, clock: realClock, maxUnrecorded: 2 }));
    await server.publish([someMonitor("order")]);
    expect(await server.offer(someBatch("a", "eu-west", [someJob("order")]))).toEqual({
      ...{ kind: "refused", why: "2 entries of results are waiting to be recorded" },
    });
  });

  test("a worker goes by the server's clock, not by its own", async () => {
    const behind = 3 * 3_600_000;
    const clock = { now: () => Date.now() - behind };
    const server = kept(await createBullJobTransport({ redisUrl: redis.url, clock }));
    const worker = await workerEnd();
    const home = mailbox();
    await server.publish([someMonitor("order")]);
    await worker.serve("eu-west", answering().handler);
    await server.receive(home.record);
    const slot = clock.now();
    await server.offer(someBatch("in-time", "eu-west", [someJob("order", { slot, startBefore: slot + 5_000 })]));
    await server.offer(someBatch("late", "eu-west", [someJob("order", { slot: slot - 1, startBefore: slot - 1 })]));
    const results = await home.hold(2);
    expect(results).toContainEqual(expect.objectContaining({ kind: "sampled", slot }));
    expect(results).toContainEqual(expect.objectContaining({ kind: "missed", reason: "expired", slot: slot - 1 }));
  });

  test("a worker that left is not counted any more, and is remembered as last seen", async () => {
    const server = await serverEnd();
    const worker = await workerEnd();
    await worker.serve("eu-west", answering().handler);
    const another = await workerEnd();
    await another.serve("eu-west", answering().handler);
    expect(await server.presence()).toMatchObject([{ region: "eu-west", workers: 2 }]);
    await another.close();
    expect(await server.presence()).toMatchObject([{ region: "eu-west", workers: 1 }]);
    await worker.close();
    const [presence] = await server.presence();
    expect(presence).toMatchObject({ region: "eu-west", workers: 0 });
    expect(presence?.lastSeenAt).toBeGreaterThan(Date.now() - 60_000);
  });

  test("both ends close in a moment while Redis hangs, and leave no connection behind", async () => {
    const own = await startRedis();
    try {
      const server = await createBullJobTransport({ redisUrl: own.url, clock: realClock });
      const worker = await createBullWorkTransport({ redisUrl: own.url });
      await server.publish([someMonitor("order")]);
      await worker.serve("eu-west", answering().handler);
      await server.receive(() => {});
      own.freeze();
      await Promise.all([server.close(), worker.close()]);
      own.thaw();
      const client = new Redis(own.url);
      const names = () => client.client("LIST").then((list) => String(list).match(/name=\S+/g) ?? []);
      await expect.poll(names).toEqual([]);
      client.disconnect();
    } finally {
      own.thaw();
      await own.close();
    }
  });

  test("a program that closed both ends ends by itself", async () => {
    const { spawn } = await import("node:child_process");
    const program = `
      import { createBullJobTransport, createBullWorkTransport } from ${JSON.stringify(import.meta.resolve("./bullmq.ts"))};
      const redisUrl = ${JSON.stringify(redis.url)};
      const server = await createBullJobTransport({ redisUrl, clock: { now: () => Date.now() } });
      const worker = await createBullWorkTransport({ redisUrl });
      await server.publish([]);
      await worker.serve("eu-west", async () => []);
      await server.receive(() => {});
      await worker.close();
      await server.close();
      console.log("closed");`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stdout.on("data", (chunk) => (said += chunk));
    child.stderr.on("data", (chunk) => (said += chunk));
    const code = await new Promise((resolve) => child.once("exit", resolve));
    expect({ code, said: said.trim() }).toEqual({ code: 0, said: "closed" });
  });

  test("a Redis that may throw keys away is refused, saying how to set it right", async () => {
    const own = await startRedis({ maxmemory: "50mb", "maxmemory-policy": "allkeys-lru" });
    try {
      const refusal = {
        code: "redis_unsuitable",
        message: expect.stringContaining(
          `redis://127.0.0.1:${own.port}: maxmemory-policy must be noeviction, got allkeys-lru`,
        ),
      };
      await expect(createBullJobTransport({ redisUrl: own.url, clock: realClock })).rejects.toMatchObject(refusal);
      await expect(createBullWorkTransport({ redisUrl: own.url })).rejects.toMatchObject(refusal);
    } finally {
      await own.close();
    }
  });

  test("a Redis that is not there is named with its address and the way out, never with its password", async () => {
    const gone = await startRedis();
    await gone.close();
    const redisUrl = `redis://someone:s3cret@127.0.0.1:${gone.port}/2`;
    const refusal = await createBullJobTransport({ redisUrl, clock: realClock }).catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: "redis_unreachable", retryable: true });
    expect(String(refusal)).toContain(
      `redis://127.0.0.1:${gone.port}/2: no connection after 3 tries (connect ECONNREFUSED 127.0.0.1:${gone.port}); start Redis or unset REDIS_URL`,
    );
    expect(String(refusal)).not.toContain("s3cret");
  });

  test("a wrong password is said once, without the password", async () => {
    const own = await startRedis({ requirepass: "right" });
    try {
      const redisUrl = `redis://:wr0ng@127.0.0.1:${own.port}`;
      const refusal = await createBullWorkTransport({ redisUrl }).catch((error: Error) => error);
      expect(refusal).toMatchObject({ code: "redis_unreachable", message: expect.stringContaining("WRONGPASS") });
      expect(String(refusal)).not.toContain("wr0ng");
    } finally {
      await own.close();
    }
  });

  test("a password inside a URL works", async () => {
    const own = await startRedis({ requirepass: "right" });
    try {
      const redisUrl = `redis://:right@127.0.0.1:${own.port}`;
      const server = await createBullJobTransport({ redisUrl, clock: realClock });
      expect(await server.presence()).toEqual([]);
      await server.close();
    } finally {
      await own.close();
    }
  });
}

/** Offers until it is taken: for tests in which Redis is on its way back. */
async function taken(server: TransportEnds["server"], batch: Parameters<TransportEnds["server"]["offer"]>[0]) {
  await expect
    .poll(() => server.offer(batch).then(({ kind }) => kind), { timeout: 10_000, interval: 50 })
    .toBe("taken");
}
