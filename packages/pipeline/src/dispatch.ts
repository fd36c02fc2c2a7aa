/**
 * Step 7, dispatch: rows of the outbox are told, and settled only after the provider has accepted.
 *
 * What goes out as one message, and when, is decided by core's lanes, one for each recipient of a channel. Channels are
 * served side by side: one that hangs holds up no other. A bundle is written before it is first tried, so that a crash
 * between acceptance and settling sends the same again, with the same key.
 */
import {
  type Bundle,
  bundleOf,
  type Clock,
  type DeliveryResult,
  type EpochMs,
  type Failpoint,
  FRESH_LANE,
  GIVE_UP_AFTER_MS,
  keysShown,
  type LaneMemory,
  type Notifier,
  type PendingRow,
  type PlannedBundle,
  planLane,
  remember,
  StatusquoError,
  type Writer,
  waitAfter,
} from "@statusquo/core";

export interface DispatchPorts {
  clock: Clock;
  writer: Writer;
  notifier: Notifier;
  failpoint(point: Failpoint): void;
  /** Called in the transaction that settles an attempt; `dead` are the rows that were given up by it. */
  settling(bundle: Bundle, result: DeliveryResult, dead: readonly PendingRow[], at: EpochMs): void;
  onSettled(bundle: Bundle, result: DeliveryResult): void;
}

/** Recipients whose last messages are remembered; forgetting them costs at most one more crowd each. */
const MOST_LANES = 10_000;
/** Rows looked at in one round. */
const ROWS_PER_ROUND = 5_000;

/** The lanes of the channels. `round` starts what is due and not under way; `idle` resolves when nothing is. */
export interface Dispatcher {
  /** @throws what the store throws when the outbox cannot be read or an attempt cannot be written */
  round(): void;
  idle(): Promise<void>;
  /** Forgets when lanes sent and until when they hold: the clock was set back. */
  forgetTimes(): void;
  /** Ends each lane after the attempt it is at, so that nothing accepted stays unmarked. */
  stop(): Promise<void>;
}

/** A message that may go out, with its rows. */
interface Sending {
  lane: string;
  plan: PlannedBundle;
  rows: PendingRow[];
}

/** An attempt that was made: what has to be written about it. */
interface Attempt {
  bundle: Bundle;
  rows: readonly PendingRow[];
  result: DeliveryResult;
  at: EpochMs;
  /** When to try again; null when that is over. */
  dueAt: EpochMs | null;
}

export function createDispatcher(ports: DispatchPorts): Dispatcher {
  const { clock, writer, failpoint } = ports;
  const busy = new Map<string, Promise<void>>();
  const lanes = new Map<string, LaneMemory>();
  // Channels all of whose lanes hold, and until when: rows that wait are not read again every round.
  const holding = new Map<string, EpochMs>();
  // Attempts the store would not take (a full disk, say). Nothing is sent before they are written: a row that was
  // accepted and not marked would be sent again every round.
  const unwritten: Attempt[] = [];
  let stopped = false;

  const write = ({ bundle, rows, result, at, dueAt }: Attempt) => {
    const isDead = (row: PendingRow) => dueAt === null || dueAt - row.createdAt > GIVE_UP_AFTER_MS;
    writer.transaction(() => {
      const dead = result.kind === "delivered" ? [] : rows.filter(isDead);
      const live = rows.filter((row) => !dead.includes(row));
      writer.settle(keysOf(live), result, { at, dueAt });
      writer.settle(keysOf(dead), result, { at, dueAt: null });
      ports.settling(bundle, result, dead, at);
    });
    ports.onSettled(bundle, result);
  };

  const round = () => {
    for (let first = unwritten[0]; first; first = unwritten[0]) {
      write(first);
      unwritten.shift();
    }
    const now = clock.now();
    for (const [channel, until] of holding) if (now >= until) holding.delete(channel);
    // Busy channels are left out: the rows of one that hangs would fill the round, and starve the others.
    const due = writer.transaction(() =>
      writer.dueNotifications(now, ROWS_PER_ROUND, [...busy.keys(), ...holding.keys()]),
    );
    for (const [channel, rows] of Map.groupBy(due, (row) => row.channel)) {
      const { sendings, until } = plan(rows, now);
      if (sendings.length === 0) {
        if (until !== null) holding.set(channel, until);
        continue;
      }
      busy.set(
        channel,
        send(sendings).finally(() => busy.delete(channel)),
      );
    }
  };

  /** What the lanes of one channel send now; else until when all of them hold. */
  const plan = (rows: readonly PendingRow[], now: EpochMs) => {
    const sendings: Sending[] = [];
    let until: EpochMs | null = null;
    for (const [recipient, ofLane] of Map.groupBy(rows, (row) => row.recipient)) {
      const lane = `${rows[0]?.channel} ${recipient}`;
      const planned = planLane(ofLane, lanes.get(lane) ?? FRESH_LANE, now);
      if (planned.send !== null) {
        const mine = new Set(planned.send.keys);
        sendings.push({ lane, plan: planned.send, rows: ofLane.filter(({ key }) => mine.has(key)) });
      } else if (planned.until !== null) until = Math.min(until ?? planned.until, planned.until);
    }
    return { sendings, until };
  };

  const send = async (sendings: readonly Sending[]) => {
    for (const { lane, plan, rows } of sendings) {
      if (stopped || unwritten.length > 0) return;
      // Recipients of definitions that were in force once.
      if (lanes.size >= MOST_LANES && !lanes.has(lane)) lanes.clear();
      lanes.set(lane, remember(lanes.get(lane) ?? FRESH_LANE, plan, clock.now()));
      let bundle: Bundle;
      try {
        bundle = writer.transaction(() => {
          writer.putBundle(plan.key, plan.keys);
          return bundleOf(plan, rows, writer.outboxRows(keysShown(plan, rows)));
        });
      } catch (error) {
        if (!(error instanceof StatusquoError && error.code === "store_unusable")) throw error;
        // Said by the next round, which asks the store again.
        return;
      }
      failpoint("outbox.after_claim");
      const result = await ports.notifier.deliver(bundle);
      failpoint("outbox.after_accept_before_mark");
      const at = clock.now();
      const attempt = { bundle, rows, result, at, dueAt: nextAttempt(bundle, result, at, clock.dice()) };
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
    forgetTimes() {
      lanes.clear();
      holding.clear();
    },
    async stop() {
      stopped = true;
      await idle();
    },
  };
}

const keysOf = (rows: readonly PendingRow[]) => rows.map(({ key }) => key);

/** When to try again; null when that would never help. Each row is given up at its own age. */
export function nextAttempt(
  { attempts }: Pick<Bundle, "attempts">,
  result: DeliveryResult,
  now: EpochMs,
  dice: number,
): EpochMs | null {
  return result.kind === "retry" ? now + waitAfter(attempts + 1, dice, result.afterMs) : null;
}
