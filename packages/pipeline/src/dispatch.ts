/**
 * Step 6, dispatch: rows of the outbox are told, and settled only after the provider has accepted.
 *
 * Each channel is a lane of its own: one that hangs holds up no other. Inside a lane rows go one after another, oldest
 * first; of one incident, channel and recipient only the oldest unsettled row is ever due, so an opening precedes its recovery.
 * A crash between acceptance and settling sends the row again, with the same key.
 */
import {
  type Clock,
  type DeliveryResult,
  type Failpoint,
  GIVE_UP_AFTER_MS,
  type Notifier,
  type OutboxRow,
  type Writer,
  waitAfter,
} from "@statusquo/core";

export interface DispatchPorts {
  clock: Clock;
  writer: Writer;
  notifier: Notifier;
  failpoint(point: Failpoint): void;
  onSettled(row: OutboxRow, result: DeliveryResult): void;
}

/** Rows looked at in one round. */
const ROWS_PER_ROUND = 200;

/** The lanes of the channels. `round` starts what is due and not under way; `idle` resolves when nothing is. */
export interface Dispatcher {
  /** @throws what the store throws when the outbox cannot be read or an attempt cannot be written */
  round(): void;
  idle(): Promise<void>;
  /** Ends each lane after the attempt it is at, so that nothing accepted stays unmarked. */
  stop(): Promise<void>;
}

/** An attempt that was made: what has to be written about it. */
interface Attempt {
  row: OutboxRow;
  result: DeliveryResult;
  next: { at: number; dueAt: number | null };
}

export function createDispatcher(ports: DispatchPorts): Dispatcher {
  const busy = new Map<string, Promise<void>>();
  // Attempts the store would not take (a full disk, say). Nothing is sent before they are written: a row that was
  // accepted and not marked would be sent again every round.
  const unwritten: Attempt[] = [];
  let stopped = false;

  const write = ({ row, result, next }: Attempt) => {
    ports.writer.transaction(() => ports.writer.settle(row.key, result, next));
    ports.onSettled(row, result);
  };

  const round = () => {
    for (let first = unwritten[0]; first; first = unwritten[0]) {
      write(first);
      unwritten.shift();
    }
    // Busy lanes are left out: the rows of one that hangs would fill the round, and starve the others.
    const due = ports.writer.transaction(() =>
      ports.writer.dueNotifications(ports.clock.now(), ROWS_PER_ROUND, [...busy.keys()]),
    );
    for (const [channel, rows] of Map.groupBy(due, (row) => row.channel)) {
      const lane = drain(rows).finally(() => busy.delete(channel));
      busy.set(channel, lane);
    }
  };

  const drain = async (rows: OutboxRow[]) => {
    for (const row of rows) {
      if (stopped || unwritten.length > 0) return;
      ports.failpoint("outbox.after_claim");
      const result = await ports.notifier.deliver(row);
      ports.failpoint("outbox.after_accept_before_mark");
      const at = ports.clock.now();
      const attempt = { row, result, next: { at, dueAt: nextAttempt(row, result, at, ports.clock.dice()) } };
      try {
        write(attempt);
      } catch {
        // Said by the next round, which tries again and throws if it still cannot.
        unwritten.push(attempt);
      }
    }
  };

  const idle = async () => {
    while (busy.size > 0) await Promise.all(busy.values());
  };
  return {
    round,
    idle,
    async stop() {
      stopped = true;
      await idle();
    },
  };
}

/** When to try again; null when the row is settled or dead. */
export function nextAttempt(row: OutboxRow, result: DeliveryResult, now: number, dice: number): number | null {
  if (result.kind !== "retry") return null;
  const dueAt = now + waitAfter(row.attempts + 1, dice, result.afterMs);
  return dueAt - row.createdAt > GIVE_UP_AFTER_MS ? null : dueAt;
}
