/**
 * The outbox: messages as rows, from the moment they are decided until they are settled.
 *
 * The state of a message only rises: pending, then dead, then delivered.
 */
import { type OutboxRow, StatusquoError, type TransitionKind, type Writer } from "@statusquo/core";
import { eq } from "drizzle-orm";
import type { BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import type { Connection } from "./database.ts";
import { packJson, unpackJson } from "./rows.ts";
import { attempts, notifications } from "./schema.ts";
import { STATEMENTS } from "./statements.ts";

interface PendingRow {
  key: string;
  incident: number;
  seq: number;
  kind: TransitionKind;
  channel: string;
  recipient: string;
  facts: Buffer;
  created_at: number;
  due_at: number;
  attempts: number;
  last_error: string | null;
}

export function openOutbox(
  db: Connection,
  tables: BetterSQLite3Database,
): Pick<Writer, "putNotification" | "dueNotifications" | "settle"> {
  const due = db.prepare<[number, string, number], PendingRow>(STATEMENTS.dueNotifications.sql);
  return {
    putNotification(notification) {
      const { facts, createdAt } = notification;
      tables
        .insert(notifications)
        .values({
          ...notification,
          facts: packJson(facts),
          createdAt,
          dueAt: notification.dueAt ?? createdAt,
          state: "pending",
        })
        .onConflictDoNothing({ target: notifications.key })
        .run();
    },

    dueNotifications(now, limit, except = []) {
      return due.all(now, JSON.stringify(except), limit).map(outboxRow);
    },

    settle(key, result, next) {
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
        })
        .where(eq(notifications.num, row.num))
        .run();
    },
  };
}

function outboxRow(row: PendingRow): OutboxRow {
  const { key, incident, seq, kind, channel, recipient } = row;
  return {
    ...{ key, incident, seq, kind, channel, recipient },
    facts: unpackJson(row.facts),
    createdAt: row.created_at,
    attempts: row.attempts,
    dueAt: row.due_at,
    lastError: row.last_error,
  };
}
