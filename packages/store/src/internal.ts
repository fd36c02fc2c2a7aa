/** Internal alerts: trouble of our own. Of one kind and subject at most one is open, which the index keeps. */
import type { InternalAlert, InternalKind, Reader, Writer } from "@statusquo/core";
import { and, desc, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import { internalAlerts } from "./schema.ts";

const alertOf = (row: typeof internalAlerts.$inferSelect): InternalAlert => ({
  ...row,
  kind: row.kind as InternalKind,
});

export function openInternalAlerts(
  tables: BetterSQLite3Database,
): Pick<Writer, "openInternal" | "resolveInternal"> & Pick<Reader, "internalAlerts"> {
  return {
    openInternal(alert) {
      const row = tables.insert(internalAlerts).values(alert).onConflictDoNothing().returning().get() as
        | typeof internalAlerts.$inferSelect
        | undefined;
      return row ? alertOf(row) : null;
    },

    resolveInternal(kind, subject, at, resolution) {
      const row = tables
        .update(internalAlerts)
        .set({ resolvedAt: at, resolution })
        .where(
          and(
            eq(internalAlerts.kind, kind),
            eq(internalAlerts.subject, subject),
            // Written out, because the index is partial.
            sql`${internalAlerts.resolvedAt} IS NULL`,
          ),
        )
        .returning()
        .get() as typeof internalAlerts.$inferSelect | undefined;
      return row ? alertOf(row) : null;
    },

    internalAlerts: ({ state, before, limit }) =>
      tables
        .select()
        .from(internalAlerts)
        .where(
          and(
            state === "open" ? isNull(internalAlerts.resolvedAt) : undefined,
            state === "resolved" ? isNotNull(internalAlerts.resolvedAt) : undefined,
            before === undefined ? undefined : lt(internalAlerts.id, before),
          ),
        )
        .orderBy(desc(internalAlerts.id))
        .limit(limit)
        .all()
        .map(alertOf),
  };
}
