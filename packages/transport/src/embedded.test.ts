import type { Clock } from "@statusquo/core";
import { expect, test } from "vitest";
import { createEmbeddedTransport } from "./embedded.ts";
import {
  answering,
  describeTransport,
  mailbox,
  realClock,
  someBatch,
  someJob,
  someMonitor,
} from "./transport.contract.ts";

describeTransport("embedded", async () => {
  const ends = createEmbeddedTransport({ clock: realClock });
  return { server: ends, worker: ends, close: () => ends.close() };
});

/** Time by hand: `pass` calls whatever waits, as if enough time had gone by. */
function handClock(): Clock & { pass(): void; waiting(): number } {
  const works = new Set<() => void | Promise<void>>();
  return {
    now: () => Date.now(),
    dice: () => 0.5,
    every(_intervalMs, work) {
      works.add(work);
      return { stop: () => void works.delete(work) };
    },
    pass() {
      for (const work of [...works]) void work();
    },
    waiting: () => works.size,
  };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test("results of several batches are recorded together", async () => {
  const clock = handClock();
  const transport = createEmbeddedTransport({ clock });
  const calls: number[] = [];
  await transport.publish([someMonitor("order")]);
  await transport.serve("eu-west", answering().handler);
  await transport.receive((results) => void calls.push(results.length));
  await transport.offer(someBatch("a", "eu-west", [someJob("order")]));
  await transport.offer(someBatch("b", "eu-west", [someJob("order", { slot: 1_000 })]));
  await settled();
  expect(calls).toEqual([]);
  clock.pass();
  expect(calls).toEqual([2]);
  await transport.close();
  expect(clock.waiting()).toBe(0);
});

test("a region whose batches pile up refuses more, says why, and takes them again later", async () => {
  const transport = createEmbeddedTransport({ clock: handClock(), maxBatches: 2 });
  await transport.publish([someMonitor("order")]);
  const batch = (id: string) => someBatch(id, "eu-west", [someJob("order")]);
  expect(await transport.offer(batch("a"))).toEqual({ kind: "taken" });
  expect(await transport.offer(batch("b"))).toEqual({ kind: "taken" });
  expect(await transport.offer(batch("c"))).toEqual({
    kind: "refused",
    why: "region eu-west has 2 batches waiting or under way",
  });
  await transport.serve("eu-west", answering().handler);
  await settled();
  expect(await transport.offer(batch("c"))).toEqual({ kind: "taken" });
  await transport.close();
});

test("while results cannot be recorded no more batches are taken than there is room for, and none is lost", async () => {
  const clock = handClock();
  const transport = createEmbeddedTransport({ clock, maxUnrecorded: 2 });
  const home = mailbox();
  let full = true;
  await transport.publish([someMonitor("order")]);
  await transport.serve("eu-west", answering().handler);
  await transport.receive((results) => {
    if (full) throw new Error("database or disk is full");
    home.record(results);
  });
  const offer = (slot: number) => transport.offer(someBatch(`s${slot}`, "eu-west", [someJob("order", { slot })]));
  await offer(1_000);
  await offer(2_000);
  await settled();
  clock.pass();
  expect(await offer(3_000)).toEqual({ kind: "refused", why: "2 results are waiting to be recorded" });
  full = false;
  await transport.drained();
  expect(home.results.map(({ slot }) => slot)).toEqual([1_000, 2_000]);
  expect(await offer(3_000)).toEqual({ kind: "taken" });
  await transport.close();
});

test("closing does not wait for ever for a probe that does not end, nor for a recorder that is ill", async () => {
  const clock = handClock();
  const told: string[] = [];
  const transport = createEmbeddedTransport({ clock, log: (_level, sentence) => void told.push(sentence) });
  await transport.publish([someMonitor("order"), someMonitor("health")]);
  await transport.serve("eu-west", answering().handler);
  await transport.serve("us-east", () => new Promise(() => {}));
  await transport.receive(() => {
    throw new Error("database or disk is full");
  });
  await transport.offer(someBatch("a", "eu-west", [someJob("order")]));
  await transport.offer(someBatch("b", "us-east", [someJob("health")]));
  await settled();
  const drained = transport.drained();
  const refused = expect(drained).rejects.toThrow("closed before its results were recorded");
  const closed = transport.close();
  await settled();
  clock.pass();
  await closed;
  await refused;
  expect(told).toContain("closed with results that could not be recorded");
  expect(clock.waiting()).toBe(0);
});

test("a batch under way keeps its definition when another is published", async () => {
  const transport = createEmbeddedTransport({ clock: realClock });
  const home = mailbox();
  await transport.publish([someMonitor("order", "v-order")]);
  await transport.offer(someBatch("before", "eu-west", [someJob("order")]));
  await transport.publish([someMonitor("order", "v-order-2")]);
  await transport.serve("eu-west", answering().handler);
  await transport.receive(home.record);
  expect((await home.hold(1))[0]).toMatchObject({ kind: "sampled", version: "v-order" });
  await transport.close();
});
