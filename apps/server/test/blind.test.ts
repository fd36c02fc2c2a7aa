import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobBatch, JobTransport, Monitor, Outcome, Region } from "@statusquo/core";
import { type BlindChange, startWalk } from "@statusquo/pipeline";
import { manualClock } from "@statusquo/pipeline/testing";
import { openStore } from "@statusquo/store";
import { expect, onTestFinished, test } from "vitest";
import { compileDefinitions } from "../src/definitions/load.ts";
import { START } from "./story.ts";

const MINUTE = 60_000;
const DEFINITIONS = `
regions: [ap, eu, us]
monitors:
  - { id: orders, url: https://orders.example.com/, timeout: 5s }
  - { id: users, url: https://users.example.com/, timeout: 5s }
  - { id: search, url: https://search.example.net/, timeout: 5s }
  - { id: mail, url: https://mail.example.org/, timeout: 5s }
`;
const OK: Outcome = { kind: "status", status: 200 };
const CONFLICT: Outcome = { kind: "status", status: 409 };
const REFUSED: Outcome = { kind: "failure", reason: "connect", detail: "ECONNREFUSED" };

/** Four monitors in three regions; every job that is offered comes home at once with what the test says. */
async function startFour() {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-blind-"));
  const store = openStore({ path: join(folder, "statusquo.db") });
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  const read = await compileDefinitions([{ file: "a.yaml", text: DEFINITIONS }], {});
  if (!read.ok) throw new Error("the definitions of this test are wrong");
  const monitors = new Map(read.loaded.monitors.map((monitor: Monitor) => [monitor.id, monitor]));
  const clock = manualClock(START);
  let answer: (monitor: string, region: Region) => Outcome = () => OK;
  const changes: BlindChange[] = [];
  const start = () => {
    let record: Parameters<JobTransport["receive"]>[0] = () => {};
    const transport: JobTransport = {
      publish: async () => {},
      ask: async () => null,
      async offer(batch: JobBatch) {
        const results = batch.jobs.map(({ monitor, slot }) => ({
          kind: "sampled" as const,
          monitor,
          region: batch.region,
          slot,
          version: monitors.get(monitor)!.version,
          startedAt: slot,
          totalMs: 9,
          outcome: answer(monitor, batch.region),
          phases: { dns: null, connect: 1, tls: null, firstByte: null, body: null },
        }));
        queueMicrotask(() => record(results));
        return { kind: "taken" };
      },
      async receive(into) {
        record = into;
      },
      drained: async () => {},
      presence: async () => [],
      close: async () => {},
    };
    const notifier = { deliver: async () => ({ kind: "delivered", said: "ok" }) as const };
    const onBlind = (change: BlindChange) => void changes.push(change);
    return startWalk({ clock, writer: store.writer, transport, notifier, publicUrl: null, onBlind }, read.loaded);
  };
  return { clock, store, changes, start, answers: (script: typeof answer) => void (answer = script) };
}

test("a region that loses its network opens no incident, is said to be blind, and is stored as it was", async () => {
  const { clock, store, changes, start, answers } = await startFour();
  const walk = await start();
  await clock.advance(20 * MINUTE);
  answers((_, region) => (region === "eu" ? REFUSED : OK));
  await clock.advance(30 * MINUTE);
  expect(store.reader.incidents({ limit: 10 })).toEqual([]);
  expect(changes).toMatchObject([{ region: "eu", blind: { region: "eu", failed: expect.any(Number) } }]);
  const verdict = store.reader.verdict("orders");
  expect(verdict?.standing).toBe("learning");
  expect(verdict?.reason).toMatch(
    /; not judged: eu is blind: 4 of 4 hosts .* cannot be reached from eu, and 4 of them/,
  );
  const stored = store.reader.samples({ monitor: "orders", region: "eu", from: START + 21 * MINUTE, limit: 100 });
  expect(stored.filter(({ failure }) => failure === "connect").length).toBeGreaterThan(25);
  // Before a majority had failed, at most one sample of it was judged.
  expect(walk.detector("orders")?.any.level.bad).toBeLessThanOrEqual(1);
  answers(() => OK);
  await clock.advance(5 * MINUTE);
  expect(changes.at(-1)).toMatchObject({ region: "eu", blind: null });
  expect(store.reader.verdict("orders")?.reason).not.toContain("blind");
  await walk.stop();
});

test("a restart in a blind region still knows what it usually reached", async () => {
  const { clock, store, changes, start, answers } = await startFour();
  const first = await start();
  await clock.advance(30 * MINUTE);
  answers((_, region) => (region === "eu" ? REFUSED : OK));
  await clock.advance(5 * MINUTE);
  await first.stop();
  const second = await start();
  await clock.advance(30 * MINUTE);
  expect(changes.map(({ region, blind }) => [region, blind !== null])).toEqual([
    ["eu", true],
    ["eu", true],
  ]);
  expect(store.reader.incidents({ limit: 10 })).toEqual([]);
  await second.stop();
});

test("an incident that is open says that a region no longer sees it, and goes on by the others", async () => {
  const { clock, store, start, answers } = await startFour();
  const walk = await start();
  await clock.advance(20 * MINUTE);
  answers((monitor) => (monitor === "orders" ? CONFLICT : OK));
  await clock.advance(10 * MINUTE);
  answers((monitor, region) => (region === "eu" ? REFUSED : monitor === "orders" ? CONFLICT : OK));
  await clock.advance(10 * MINUTE);
  const [incident, ...more] = store.reader.incidents({ limit: 10 });
  expect(more).toEqual([]);
  expect(incident).toMatchObject({ monitor: "orders", state: "open", codes: [409] });
  const reasons = () => store.reader.transitions(incident!.id).map(({ kind, reason }) => [kind, reason]);
  expect(reasons().at(-1)).toEqual(["changed", "not seen from eu: our own prober fails there"]);
  answers((monitor) => (monitor === "orders" ? CONFLICT : OK));
  await clock.advance(5 * MINUTE);
  expect(reasons().at(-1)).toEqual(["changed", "seen from eu again"]);
  answers(() => OK);
  await clock.advance(20 * MINUTE);
  expect(reasons().at(-1)?.[0]).toBe("resolved");
  await walk.stop();
});

test("targets that fail in every region are down, and each has its incident", async () => {
  const { clock, store, changes, start, answers } = await startFour();
  const walk = await start();
  await clock.advance(20 * MINUTE);
  answers(() => REFUSED);
  await clock.advance(10 * MINUTE);
  expect(changes).toEqual([]);
  expect(store.reader.incidents({ limit: 10 })).toHaveLength(4);
  await walk.stop();
});
