/**
 * What a transport promises, as tests. Every transport runs them.
 */
import type {
  BatchHandler,
  Clock,
  EpochMs,
  JobBatch,
  JobTransport,
  Monitor,
  ProbeJob,
  ProbeResult,
  Region,
  WorkTransport,
} from "@statusquo/core";
import { slotKeyText } from "@statusquo/core";
import { afterEach, describe, expect, test } from "vitest";

/** A transport under test: its two ends, and how to be rid of it. */
export interface TransportEnds {
  server: JobTransport;
  worker: WorkTransport;
  close(): Promise<void>;
}

/** The machine's clock, in real time. */
export const realClock: Clock = {
  now: () => Date.now(),
  dice: () => 0.5,
  every(intervalMs, work) {
    let busy = false;
    const timer = setInterval(async () => {
      if (busy) return;
      busy = true;
      await work();
      busy = false;
    }, intervalMs);
    return { stop: () => clearInterval(timer) };
  },
};

/** A definition, complete, so that it can travel. */
export function someMonitor(id: string, version = `v-${id}`): Monitor {
  return {
    id,
    name: `Monitor ${id}`,
    tags: ["checkout"],
    request: {
      method: "POST",
      url: "https://api.example.com/orders?tag=\u00e4",
      headers: { authorization: `Bearer \${env:TOKEN}` },
      body: { kind: "json", value: { sku: "PROBE" } },
    },
    intervalMs: 60_000,
    timeoutMs: 10_000,
    regions: ["eu-west", "us-east"],
    expect: [{ from: 200, to: 299, exclude: false }],
    usual: {},
    falseAlarmsPerYear: 1,
    notify: ["oncall"],
    redact: ["$.customer"],
    allowPrivate: false,
    followRedirects: 0,
    slotHeader: false,
    version,
    subject: `s-${id}`,
    source: { file: "statusquo.yaml", line: 1, endLine: 4 },
  };
}

/** A job for now, which may begin within the next minute. */
export function someJob(monitor: string, more: Partial<ProbeJob> = {}): ProbeJob {
  const slot = Date.now() - 1_000;
  return { monitor, version: `v-${monitor}`, slot, startBefore: slot + 60_000, ...more };
}

export function someBatch(id: string, region: Region, jobs: ProbeJob[]): JobBatch {
  return { v: 1, id: `b-${id}`, region, jobs };
}

/** Answers every job with a 200, and remembers which jobs it was given. */
export function answering(): { handler: BatchHandler; probed: string[] } {
  const probed: string[] = [];
  const handler: BatchHandler = async (batch) =>
    batch.jobs.map((job) => {
      const key = { monitor: job.monitor, region: batch.region, slot: job.slot };
      probed.push(slotKeyText(key));
      return {
        kind: "sampled",
        ...key,
        version: job.version,
        startedAt: job.slot + 5,
        outcome: { kind: "status", status: 200 },
        totalMs: 12.5,
        phases: { dns: null, connect: 1.5, tls: 3, firstByte: 7, body: 1 },
      };
    });
  return { handler, probed };
}

/** What came home, and a wait for it. */
export function mailbox(): {
  record: (results: ProbeResult[]) => void;
  results: ProbeResult[];
  /** Resolves with everything that came home once there are `count` of it. */
  hold(count: number): Promise<ProbeResult[]>;
} {
  const results: ProbeResult[] = [];
  const waits: { count: number; resolve: (results: ProbeResult[]) => void }[] = [];
  return {
    results,
    record(more) {
      results.push(...more);
      for (const wait of waits) if (results.length >= wait.count) wait.resolve([...results]);
    },
    hold: (count) =>
      new Promise((resolve) => {
        if (results.length >= count) resolve([...results]);
        else waits.push({ count, resolve });
      }),
  };
}

/** The tests, for a transport that `start` makes anew for each. */
export function describeTransport(name: string, start: () => Promise<TransportEnds>): void {
  describe(name, () => {
    let ends: TransportEnds | null = null;
    const begin = async (): Promise<TransportEnds> => {
      ends = await start();
      return ends;
    };
    afterEach(async () => {
      await ends?.close();
      ends = null;
    });

    test("every offered job comes home once, as its region answered it", async () => {
      const { server, worker } = await begin();
      const { handler } = answering();
      const home = mailbox();
      await server.publish([someMonitor("order"), someMonitor("health")]);
      await worker.serve("eu-west", handler);
      await server.receive(home.record);
      const order = someJob("order");
      const health = someJob("health");
      expect(await server.offer(someBatch("one", "eu-west", [order, health]))).toEqual({ kind: "taken" });
      const results = await home.hold(2);
      await server.drained();
      expect(home.results).toHaveLength(2);
      expect(results).toContainEqual({
        kind: "sampled",
        monitor: "order",
        region: "eu-west",
        slot: order.slot,
        version: "v-order",
        startedAt: order.slot + 5,
        outcome: { kind: "status", status: 200 },
        totalMs: 12.5,
        phases: { dns: null, connect: 1.5, tls: 3, firstByte: 7, body: 1 },
      });
    });

    test("a worker is given the definition as it was published, references to secrets unresolved", async () => {
      const { server, worker } = await begin();
      const { handler } = answering();
      const home = mailbox();
      const monitor = someMonitor("order");
      let given: Monitor | undefined;
      await server.publish([monitor]);
      await worker.serve("eu-west", async (batch, monitors, now) => {
        given = monitors.get("v-order");
        return handler(batch, monitors, now);
      });
      await server.receive(home.record);
      await server.offer(someBatch("definition", "eu-west", [someJob("order")]));
      await home.hold(1);
      expect(given).toEqual(monitor);
    });

    test("what is asked for is answered to who asked, with the evidence it wants, and never comes home", async () => {
      const { server, worker } = await begin();
      const { handler } = answering();
      const home = mailbox();
      const given: boolean[] = [];
      await server.publish([someMonitor("order"), someMonitor("health")]);
      await worker.serve("eu-west", async (batch, monitors, now) => {
        given.push(batch.asked === true);
        return handler(batch, monitors, now);
      });
      await server.receive(home.record);
      const asked = { ...someBatch("asked", "eu-west", [someJob("order")]), asked: true as const };
      expect(await server.ask(asked, 10_000)).toMatchObject([{ kind: "sampled", monitor: "order", region: "eu-west" }]);
      await server.offer(someBatch("after", "eu-west", [someJob("health")]));
      await home.hold(1);
      await server.drained();
      expect(home.results.map(({ monitor }) => monitor)).toEqual(["health"]);
      expect(given).toEqual([true, false]);
    });

    test("what is asked of a region that nobody serves, or too late, is not answered with a probe", async () => {
      const { server, worker } = await begin();
      const { handler, probed } = answering();
      await server.publish([someMonitor("order")]);
      const ask = (id: string, job: ProbeJob) =>
        server.ask({ ...someBatch(id, "eu-west", [job]), asked: true }, 10_000);
      expect(await ask("early", someJob("order"))).toBeNull();
      await worker.serve("eu-west", handler);
      const late = someJob("order", { startBefore: Date.now() - 1 });
      expect(await ask("late", late)).toMatchObject([{ kind: "missed", reason: "expired" }]);
      expect(probed).toEqual([]);
    });

    test("a batch offered twice is carried once, and taken both times", async () => {
      const { server, worker } = await begin();
      const { handler, probed } = answering();
      const home = mailbox();
      await server.publish([someMonitor("order"), someMonitor("health")]);
      await worker.serve("eu-west", handler);
      await server.receive(home.record);
      const batch = someBatch("twice", "eu-west", [someJob("order")]);
      expect(await server.offer(batch)).toEqual({ kind: "taken" });
      expect(await server.offer(batch)).toEqual({ kind: "taken" });
      await home.hold(1);
      expect(await server.offer(batch)).toEqual({ kind: "taken" });
      await server.offer(someBatch("after", "eu-west", [someJob("health")]));
      await home.hold(2);
      await server.drained();
      expect(probed).toHaveLength(2);
      expect(home.results.map(({ monitor }) => monitor)).toEqual(["order", "health"]);
    });

    test("results that could not be recorded are handed over again, and once recorded no more", async () => {
      const { server, worker } = await begin();
      const { handler } = answering();
      const home = mailbox();
      let refusals = 0;
      await server.publish([someMonitor("order")]);
      await worker.serve("eu-west", handler);
      await server.receive((results) => {
        if (refusals++ < 2) throw new Error("database or disk is full");
        home.record(results);
      });
      await server.offer(someBatch("again", "eu-west", [someJob("order")]));
      await home.hold(1);
      await server.drained();
      expect(refusals).toBe(3);
      expect(home.results).toHaveLength(1);
    });

    test("a result that cannot be recorded does not hold up the others", async () => {
      const { server, worker } = await begin();
      const { handler } = answering();
      const home = mailbox();
      await server.publish([someMonitor("order"), someMonitor("health")]);
      await worker.serve("eu-west", handler);
      await server.receive((results) => {
        if (results.some(({ monitor }) => monitor === "order")) throw new Error("constraint failed");
        home.record(results);
      });
      await server.offer(someBatch("ill", "eu-west", [someJob("order")]));
      await server.offer(someBatch("well", "eu-west", [someJob("health")]));
      expect((await home.hold(1))[0]).toMatchObject({ kind: "sampled", monitor: "health" });
    });

    test("a job whose definition nobody published is missed as unsupported, and its batch goes on", async () => {
      const { server, worker } = await begin();
      const { handler, probed } = answering();
      const home = mailbox();
      await server.publish([someMonitor("order")]);
      await worker.serve("eu-west", handler);
      await server.receive(home.record);
      const known = someJob("order");
      const unknown = someJob("order", { version: "v-of-tomorrow", slot: known.slot - 60_000 });
      await server.offer(someBatch("unknown", "eu-west", [unknown, known]));
      const results = await home.hold(2);
      expect(results).toContainEqual(
        expect.objectContaining({ kind: "missed", reason: "unsupported", slot: unknown.slot, region: "eu-west" }),
      );
      expect(results).toContainEqual(expect.objectContaining({ kind: "sampled", slot: known.slot }));
      expect(probed).toHaveLength(1);
    });

    test("a job whose time has passed is missed as expired and never probed", async () => {
      const { server, worker } = await begin();
      const { handler, probed } = answering();
      const home = mailbox();
      await server.publish([someMonitor("order")]);
      await worker.serve("eu-west", handler);
      await server.receive(home.record);
      const late = someJob("order", { startBefore: Date.now() - 1_000 });
      await server.offer(someBatch("late", "eu-west", [late]));
      const [result] = await home.hold(1);
      expect(result).toMatchObject({ kind: "missed", reason: "expired", monitor: "order", slot: late.slot });
      expect(probed).toEqual([]);
    });

    test("a job the handler gives no result for, or throws on, still ends as missed", async () => {
      const { server, worker } = await begin();
      const home = mailbox();
      await server.publish([someMonitor("order"), someMonitor("health")]);
      await worker.serve("eu-west", async (batch) => {
        if (batch.jobs[0]?.monitor === "order") throw new Error("out of sockets");
        return [];
      });
      await server.receive(home.record);
      await server.offer(someBatch("throws", "eu-west", [someJob("order")]));
      await server.offer(someBatch("empty", "eu-west", [someJob("health")]));
      const results = await home.hold(2);
      expect(results.map(({ kind }) => kind)).toEqual(["missed", "missed"]);
      expect(results.map(({ monitor }) => monitor).sort()).toEqual(["health", "order"]);
    });

    test("regions do not mix: each job is probed in its own region only", async () => {
      const { server, worker } = await begin();
      const west = answering();
      const east = answering();
      const home = mailbox();
      await server.publish([someMonitor("order")]);
      await worker.serve("eu-west", west.handler);
      await worker.serve("us-east", east.handler);
      await server.receive(home.record);
      const job = someJob("order");
      await server.offer(someBatch("west", "eu-west", [job]));
      await server.offer(someBatch("east", "us-east", [job]));
      await home.hold(2);
      expect(west.probed).toEqual([`m-order.r-eu-west.s-${job.slot}`]);
      expect(east.probed).toEqual([`m-order.r-us-east.s-${job.slot}`]);
      expect(home.results.map(({ region }) => region).sort()).toEqual(["eu-west", "us-east"]);
    });

    test("a batch of 100 jobs comes home whole, evidence of 16 KiB each included", async () => {
      const { server, worker } = await begin();
      const home = mailbox();
      await server.publish([someMonitor("order")]);
      const body = "x".repeat(16_384);
      await worker.serve("eu-west", async (batch, monitors, now) => {
        const results = await answering().handler(batch, monitors, now);
        const request = { method: "POST", url: "https://api.example.com/", headers: [], body: null };
        const response = {
          status: 409,
          reason: "Conflict",
          httpVersion: "1.1",
          headers: [["etag", '"1"'] as [string, string]],
          body,
          bodyBytes: body.length,
          truncated: false,
        };
        return results.map((result) =>
          result.kind === "sampled"
            ? { ...result, evidence: { request, response, remoteAddress: "192.0.2.1", bodyError: null } }
            : result,
        );
      });
      await server.receive(home.record);
      const slot = Date.now() - 100_000;
      const jobs = Array.from({ length: 100 }, (_, index) =>
        someJob("order", { slot: slot + index, startBefore: slot + 160_000 }),
      );
      await server.offer(someBatch("hundred", "eu-west", jobs));
      const results = await home.hold(100);
      expect(new Set(results.map((result) => result.slot)).size).toBe(100);
      for (const result of results)
        expect(result).toMatchObject({ kind: "sampled", evidence: { response: { status: 409, body } } });
    });

    test("what came home before anybody listened is handed over by the time it is drained", async () => {
      const { server, worker } = await begin();
      const { handler } = answering();
      const probedAll = Promise.withResolvers<void>();
      const home = mailbox();
      await server.publish([someMonitor("order")]);
      await worker.serve("eu-west", async (batch, monitors, now) => {
        const results = await handler(batch, monitors, now);
        probedAll.resolve();
        return results;
      });
      await server.offer(someBatch("early", "eu-west", [someJob("order")]));
      await probedAll.promise;
      await server.receive(home.record);
      await home.hold(1);
      await server.drained();
      expect(home.results).toHaveLength(1);
    });

    test("a served region has a worker that was heard of, and one nobody serves has none", async () => {
      const { server, worker } = await begin();
      const before: EpochMs = Date.now() - 5_000;
      await worker.serve("eu-west", answering().handler);
      const presence = await server.presence();
      expect(presence.find(({ region }) => region === "eu-west")?.workers).toBe(1);
      expect(presence.find(({ region }) => region === "eu-west")?.lastSeenAt).toBeGreaterThan(before);
      expect(presence.find(({ region }) => region === "us-east")?.workers ?? 0).toBe(0);
    });

    test("a transport that is closed takes nothing more, and closing twice is closing once", async () => {
      const { server, worker } = await begin();
      await server.publish([someMonitor("order")]);
      await worker.serve("eu-west", answering().handler);
      await server.close();
      await worker.close();
      await server.close();
      expect(await server.offer(someBatch("closed", "eu-west", [someJob("order")]))).toMatchObject({
        kind: "refused",
      });
    });

    test("closing waits for probes that are under way", async () => {
      const { server, worker } = await begin();
      const { handler } = answering();
      const home = mailbox();
      const begun = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      await server.publish([someMonitor("order")]);
      await server.receive(home.record);
      await worker.serve("eu-west", async (batch, monitors, now) => {
        begun.resolve();
        await goOn.promise;
        return handler(batch, monitors, now);
      });
      await server.offer(someBatch("slow", "eu-west", [someJob("order")]));
      await begun.promise;
      const closed = worker.close();
      goOn.resolve();
      await closed;
      expect(await home.hold(1)).toHaveLength(1);
    });
  });
}
