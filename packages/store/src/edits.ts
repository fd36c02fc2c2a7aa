/**
 * What people add to what was seen: silences, deploy markers, notes, and what they took as the new normal.
 */
import {
  type Acceptance,
  type Deploy,
  type Note,
  type Reader,
  type Silence,
  StatusquoError,
  type Writer,
} from "@statusquo/core";
import { and, asc, desc, eq, gt, gte, lt } from "drizzle-orm";
import type { BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import { acceptances, deploys, notes, silences } from "./schema.ts";

type Written = Pick<Writer, "putSilence" | "putDeploy" | "putNote" | "putAcceptance" | "undoOf">;
type Read = Pick<Reader, "silences" | "silence" | "deploys" | "notes" | "acceptances" | "acceptance">;

/** @param numOf a monitor's number */
export function openEdits(tables: BetterSQLite3Database, numOf: (monitor: string) => number): Written {
  return {
    putSilence(silence) {
      const endsAt = Math.min(silence.endsAt, silence.endedAt ?? silence.endsAt);
      if (silence.id === 0) {
        const { id } = tables.insert(silences).values({ endsAt, body: "" }).returning({ id: silences.id }).get();
        return write({ ...silence, id });
      }
      return write(silence);

      function write(stored: Silence): Silence {
        const set = { endsAt, body: JSON.stringify(stored) };
        const { changes } = tables.update(silences).set(set).where(eq(silences.id, stored.id)).run();
        if (changes === 0) throw new StatusquoError("not_found", `putSilence: there is no silence ${stored.id}`);
        return stored;
      }
    },

    putDeploy(deploy) {
      const { at } = deploy;
      const { id } = tables.insert(deploys).values({ at, body: "" }).returning({ id: deploys.id }).get();
      const stored = { ...deploy, id };
      tables
        .update(deploys)
        .set({ body: JSON.stringify(stored) })
        .where(eq(deploys.id, id))
        .run();
      return stored;
    },

    putNote(note) {
      const { incident, at, by, text } = note;
      const { id } = tables.insert(notes).values({ incident, at, by, text }).returning({ id: notes.id }).get();
      return { ...note, id };
    },

    putAcceptance(acceptance, undo) {
      const { incident } = acceptance;
      const monitor = numOf(acceptance.monitor);
      const id =
        acceptance.id === 0
          ? tables.insert(acceptances).values({ incident, monitor, body: "" }).returning({ id: acceptances.id }).get()
              .id
          : acceptance.id;
      const stored = { ...acceptance, id };
      const body = { body: JSON.stringify(stored), ...(undo === null ? {} : { undo: Buffer.from(undo) }) };
      const { changes } = tables.update(acceptances).set(body).where(eq(acceptances.id, id)).run();
      if (changes === 0) throw new StatusquoError("not_found", `putAcceptance: there is no acceptance ${id}`);
      return stored;
    },

    undoOf(id) {
      const row = tables.select({ undo: acceptances.undo }).from(acceptances).where(eq(acceptances.id, id)).get();
      return row?.undo ?? null;
    },
  };
}

/** @param numOf a monitor's number; undefined when nothing was ever stored of it */
export function readEdits(tables: BetterSQLite3Database, numOf: (monitor: string) => number | undefined): Read {
  return {
    silences({ activeAt, before, limit }) {
      const found = tables
        .select({ body: silences.body })
        .from(silences)
        .where(
          and(
            activeAt === undefined ? undefined : gt(silences.endsAt, activeAt),
            before === undefined ? undefined : lt(silences.id, before),
          ),
        )
        .orderBy(desc(silences.id))
        .limit(limit)
        .all()
        .map(({ body }) => JSON.parse(body) as Silence);
      return activeAt === undefined ? found : found.filter(({ createdAt }) => createdAt <= activeAt);
    },

    silence(id) {
      const row = tables.select({ body: silences.body }).from(silences).where(eq(silences.id, id)).get();
      return row ? (JSON.parse(row.body) as Silence) : null;
    },

    deploys: ({ from, to, limit }) =>
      tables
        .select({ body: deploys.body })
        .from(deploys)
        .where(
          and(
            from === undefined ? undefined : gte(deploys.at, from),
            to === undefined ? undefined : lt(deploys.at, to),
          ),
        )
        .orderBy(desc(deploys.at), desc(deploys.id))
        .limit(limit)
        .all()
        .map(({ body }) => JSON.parse(body) as Deploy),

    notes: (incident): Note[] =>
      tables.select().from(notes).where(eq(notes.incident, incident)).orderBy(asc(notes.id)).all(),

    acceptances({ incident, monitor, limit }) {
      const num = monitor === undefined ? undefined : numOf(monitor);
      if (monitor !== undefined && num === undefined) return [];
      return tables
        .select({ body: acceptances.body })
        .from(acceptances)
        .where(
          and(
            incident === undefined ? undefined : eq(acceptances.incident, incident),
            num === undefined ? undefined : eq(acceptances.monitor, num),
          ),
        )
        .orderBy(desc(acceptances.id))
        .limit(limit)
        .all()
        .map(({ body }) => JSON.parse(body) as Acceptance);
    },

    acceptance(id) {
      const row = tables.select({ body: acceptances.body }).from(acceptances).where(eq(acceptances.id, id)).get();
      return row ? (JSON.parse(row.body) as Acceptance) : null;
    },
  };
}
