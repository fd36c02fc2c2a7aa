import type { DeliveryResult, OutboxRow, Writer } from "@statusquo/core";
import { expect, test } from "vitest";
import { createDispatcher, nextAttempt } from "./dispatch.ts";
import { manualClock } from "./testing/manual-clock.ts";

const START = 1_767_225_600_000;
const row = (channel: string, n: number): OutboxRow => ({
  ...{ key: `${channel}.${n}`, incident: n, seq: 1, kind: "opened", channel, recipient: channel },
  ...{ facts: {} as OutboxRow["facts"], createdAt: START, attempts: 0, dueAt: START, lastError: null },
});

/** An outbox in memory that keeps the two promises a dispatcher rests on: oldest first, settled rows are gone. */
function outbox(rows: OutboxRow[]) {
  let isFull = false;
  const writer = {
    transaction: (work: () => unknown) => work(),
    dueNotifications: (_now: number, limit: number, except: readonly string[] = []) =>
      rows.filter(({ channel }) => !except.includes(channel)).slice(0, limit),
    settle(key: string) {
      if (isFull) throw new Error("the disk is full");
      rows.splice(
        rows.findIndex((each) => each.key === key),
        1,
      );
    },
  } as unknown as Writer;
  return { writer, fill: (full: boolean) => (isFull = full) };
}

function dispatcher(rows: OutboxRow[], deliver: (row: OutboxRow) => Promise<DeliveryResult>) {
  const { writer, fill } = outbox(rows);
  const settled: string[] = [];
  const ports = { clock: manualClock(START), writer, notifier: { deliver }, failpoint: () => {} };
  return { settled, fill, ...createDispatcher({ ...ports, onSettled: ({ key }) => void settled.push(key) }) };
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
  const { round, settled, fill, idle } = dispatcher([row("mail", 1), row("mail", 2)], async ({ key }) => {
    sent.push(key);
    return { kind: "delivered", said: "250" };
  });
  fill(true);
  round();
  await idle();
  expect(() => round()).toThrow("the disk is full");
  expect(sent).toEqual(["mail.1"]);
  fill(false);
  round();
  await idle();
  expect(sent).toEqual(["mail.1", "mail.2"]);
  expect(settled).toEqual(["mail.1", "mail.2"]);
});

test("told to stop, a lane ends after the row it is at", async () => {
  const first = Promise.withResolvers<DeliveryResult>();
  const { round, stop, settled } = dispatcher([row("mail", 1), row("mail", 2)], () => first.promise);
  round();
  const stopped = stop();
  first.resolve({ kind: "delivered", said: "250" });
  await stopped;
  expect(settled).toEqual(["mail.1"]);
});

test("a row is tried again for two days at most, and never after it was refused", () => {
  const retry = { kind: "retry", said: "421" } as const;
  expect(nextAttempt(row("mail", 1), retry, START, 0.5)).toBeGreaterThan(START);
  expect(nextAttempt(row("mail", 1), retry, START + 49 * 3_600_000, 0.5)).toBeNull();
  expect(nextAttempt(row("mail", 1), { kind: "refused", said: "550" }, START, 0.5)).toBeNull();
});
