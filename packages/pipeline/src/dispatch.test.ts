import type { Bundle, DeliveryResult, OutboxRow, PendingRow, Scope, Writer } from "@statusquo/core";
import { expect, test } from "vitest";
import { createDispatcher, nextAttempt } from "./dispatch.ts";
import { type ManualClock, manualClock } from "./testing/manual-clock.ts";

const START = 1_767_225_600_000;
const SECOND = 1_000;
const SCOPE: Scope = { kind: "everywhere", regions: ["eu"], elsewhere: [] };
const row = (channel: string, n: number): PendingRow => ({
  ...{ key: `${channel}.${n}`, kind: "opened", incident: n, alert: null, seq: 1, channel, recipient: channel },
  ...{ createdAt: START - 60 * SECOND, dueAt: START, attempts: 0, bundle: null },
  heading: { monitor: `m-${n}`, host: `h-${n}`, severity: "warning", scope: SCOPE, deploy: null },
});

/** An outbox in memory that keeps the two promises a dispatcher rests on: oldest first, settled rows are gone. */
function outbox(rows: PendingRow[]) {
  let isFull = false;
  const bundles: string[] = [];
  const writer = {
    transaction: (work: () => unknown) => work(),
    dueNotifications: (_now: number, limit: number, except: readonly string[] = []) =>
      rows.filter(({ channel }) => !except.includes(channel)).slice(0, limit),
    putBundle: (bundle: string) => void bundles.push(bundle),
    outboxRows: (keys: readonly string[]) =>
      rows.filter(({ key }) => keys.includes(key)).map((row) => ({ ...row, facts: {} }) as unknown as OutboxRow),
    settle(keys: readonly string[]) {
      if (isFull) throw new Error("the disk is full");
      for (const key of keys)
        rows.splice(
          rows.findIndex((each) => each.key === key),
          1,
        );
    },
  } as unknown as Writer;
  return { writer, bundles, fill: (full: boolean) => (isFull = full) };
}

function dispatcher(rows: PendingRow[], deliver: (bundle: Bundle) => Promise<DeliveryResult>) {
  const { writer, fill, bundles } = outbox(rows);
  const settled: string[] = [];
  const clock: ManualClock = manualClock(START);
  const ports = { clock, writer, notifier: { deliver }, failpoint: () => {}, settling: () => {} };
  const made = createDispatcher({ ...ports, onSettled: ({ key }) => void settled.push(key) });
  return { settled, fill, bundles, clock, ...made };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("a channel that hangs with hundreds of rows due holds up no other, however old its rows are", async () => {
  const rows = [...Array.from({ length: 300 }, (_, n) => row("slack", n)), row("mail", 300)];
  const hanging = Promise.withResolvers<DeliveryResult>();
  const { round, settled } = dispatcher(rows, ({ channel }) =>
    channel === "slack" ? hanging.promise : Promise.resolve({ kind: "delivered", said: "250" }),
  );
  for (let rounds = 0; rounds < 3; rounds++) {
    round();
    await turn();
  }
  expect(settled).toEqual(["mail.300"]);
});

test("an attempt that the store would not take is written before anything else is sent, and nothing is sent twice", async () => {
  const sent: string[] = [];
  const { round, settled, fill, idle, clock } = dispatcher([row("mail", 1), row("mail", 2)], async ({ key }) => {
    sent.push(key);
    return { kind: "delivered", said: "250" };
  });
  fill(true);
  round();
  await idle();
  expect(() => round()).toThrow("the disk is full");
  expect(sent).toEqual(["mail.1"]);
  fill(false);
  await clock.advance(SECOND);
  round();
  await idle();
  expect(sent).toEqual(["mail.1", "mail.2"]);
  expect(settled).toEqual(["mail.1", "mail.2"]);
});

test("a message is written as a bundle before it is tried", async () => {
  const { round, idle, bundles } = dispatcher([row("mail", 1)], async ({ key }) => {
    expect(bundles).toEqual([key]);
    return { kind: "delivered", said: "250" };
  });
  round();
  await idle();
  expect(bundles).toEqual(["mail.1"]);
});

test("told to stop, a channel ends after the message it is at", async () => {
  const first = Promise.withResolvers<DeliveryResult>();
  const rows = [row("mail", 1), { ...row("mail", 2), recipient: "other" }];
  const { round, stop, settled } = dispatcher(rows, () => first.promise);
  round();
  const stopped = stop();
  first.resolve({ kind: "delivered", said: "250" });
  await stopped;
  expect(settled).toEqual(["mail.1"]);
});

test("a message is tried again later, never after it was refused", () => {
  const retry = { kind: "retry", said: "421" } as const;
  expect(nextAttempt({ attempts: 0 }, retry, START, 0.5)).toBeGreaterThan(START);
  expect(nextAttempt({ attempts: 0 }, { ...retry, afterMs: 90_000 }, START, 0)).toBe(START + 90_000);
  expect(nextAttempt({ attempts: 0 }, { kind: "refused", said: "550" }, START, 0.5)).toBeNull();
});
