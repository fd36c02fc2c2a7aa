/**
 * The outbox: messages as rows, from the moment they are decided until they are settled.
 *
 * The state of a message only rises: pending, then dead, then delivered.
 */
import {
  type AlertFacts,
  type Heading,
  headingOf,
  type InternalFacts,
  type NotificationKind,
  type OutboxRow,
  type PendingRow,
  StatusquoError,
  type Writer,
} from "@statusquo/core";
import { eq, inArray } from "drizzle-orm";
import type { BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import type { Connection } from "./database.ts";
import { alertFacts, packJson, unpackJson } from "./rows.ts";
import { attempts, notifications } from "./schema.ts";
import { STATEMENTS } from "./statements.ts";

interface StoredHead {
  num: number;
  key: string;
  incident: number;
  alert: number | null;
  seq: number;
  kind: NotificationKind;
  channel: string;
  recipient: string;
  created_at: number;
  due_at: number;
  attempts: number;
  bundle: string | null;
  heading: string | null;
}

type Outbox = Pick<Writer, "putNotification" | "dueNotifications" | "dueAnew" | "outboxRows" | "putBundle" | "settle">;

export function openOutbox(db: Connection, tables: BetterSQLite3Database): Outbox {
  const due = db.prepare<[number, string, number, number], StoredHead>(STATEMENTS.dueNotifications.sql);

  const dueAnew = db.prepare<{ now: number }>(
    `UPDATE notifications SET due_at = @now, created_at = min(created_at, @now) WHERE state = 'pending' AND due_at > @now AND (created_at > @now OR EXISTS (
       SELECT 1 FROM attempts WHERE attempts.notification = notifications.num AND attempts.at > @now))`,
  );

  const factsOf = (key: string) =>
    tables.select({ facts: notifications.facts }).from(notifications).where(eq(notifications.key, key)).get()?.facts;

  function pendingRow(row: StoredHead): PendingRow {
    const { key, seq, kind, channel, recipient, alert, attempts, bundle } = row;
    return {
      ...{ key, seq, kind, channel, recipient, alert, attempts, bundle },
      incident: kind === "internal" ? null : row.incident,
      createdAt: row.created_at,
      dueAt: row.due_at,
      heading: kind === "internal" ? null : headingFrom(row),
    };
  }

  /** A row of an older version has no heading of its own; its facts hold the same. */
  function headingFrom({ key, heading }: StoredHead): Heading | null {
    if (heading !== null) return JSON.parse(heading) as Heading;
    const facts = factsOf(key);
    return facts ? headingOf(alertFacts(facts)) : null;
  }

  return {
    putNotification(notification) {
      const { key, kind, seq, channel, recipient, createdAt, facts, notBefore = createdAt } = notification;
      const about =
        notification.kind === "internal"
          ? { incident: 0, alert: notification.alert }
          : { incident: notification.incident, heading: JSON.stringify(headingOf(notification.facts)) };
      tables
        .insert(notifications)
        .values({
          ...{ key, kind, seq, channel, recipient, createdAt, ...about },
          facts: packJson(facts),
          dueAt: Math.max(createdAt, notBefore),
          state: "pending",
        })
        .onConflictDoNothing({ target: notifications.key })
        .run();
    },

    dueNotifications: (now, limit, except = []) => due.all(now, JSON.stringify(except), now, limit).map(pendingRow),

    dueAnew: (now) => void dueAnew.run({ now }),

    outboxRows(keys) {
      const rows = tables
        .select()
        .from(notifications)
        .where(inArray(notifications.key, [...keys]))
        .all();
      const byKey = new Map(rows.map((row) => [row.key, row]));
      return keys.flatMap((key) => {
        const row = byKey.get(key);
        return row ? [outboxRow(row)] : [];
      });
    },

    putBundle(bundle, keys) {
      for (const key of keys) tables.update(notifications).set({ bundle }).where(eq(notifications.key, key)).run();
    },

    settle(keys, result, next) {
      for (const key of keys) settleOne(key, result, next);
    },
  };

  function settleOne(
    key: string,
    result: Parameters<Writer["settle"]>[1],
    next: Parameters<Writer["settle"]>[2],
  ): void {
    const row = tables.select().from(notifications).where(eq(notifications.key, key)).get();
    if (!row) throw new StatusquoError("not_found", `settle: no notification has the key "${key}"`);
    const seq = row.attempts + 1;
    tables
      .insert(attempts)
      .values({ notification: row.num, seq, at: next.at, result: result.kind, said: result.said })
      .run();
    const isDelivered = result.kind === "delivered" || row.state === "delivered";
    const isPending = !isDelivered && row.state === "pending" && next.dueAt !== null;
    tables
      .update(notifications)
      .set({
        attempts: seq,
        state: isDelivered ? "delivered" : isPending ? "pending" : "dead",
        dueAt: isPending ? next.dueAt : null,
        lastError: result.kind === "delivered" ? null : result.said,
        bundle: null,
      })
      .where(eq(notifications.num, row.num))
      .run();
  }
}

function outboxRow(row: typeof notifications.$inferSelect): OutboxRow {
  const { key, seq, channel, recipient, createdAt, attempts, lastError } = row;
  const base = { key, seq, channel, recipient, createdAt, attempts, dueAt: row.dueAt ?? createdAt, lastError };
  if (row.kind === "internal") {
    return { ...base, kind: "internal", alert: row.alert ?? 0, facts: unpackJson<InternalFacts>(row.facts) };
  }
  return { ...base, kind: row.kind as AlertFacts["kind"], incident: row.incident, facts: alertFacts(row.facts) };
}
