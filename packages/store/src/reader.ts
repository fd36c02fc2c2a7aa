/**
 * The read side: short reads for the screen, the API and the messages. It never writes.
 */
import type {
  Incident,
  Monitor,
  MonitorId,
  NotificationKind,
  Reader,
  StoredDelivery,
  StoredEvidence,
  StoredSlot,
  TransitionKind,
  Verdict,
} from "@statusquo/core";
import { and, asc, desc, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { openCounts } from "./counts.ts";
import type { Connection } from "./database.ts";
import { readEdits } from "./edits.ts";
import { openInternalAlerts } from "./internal.ts";
import { type MonitorEntry, openRegistry } from "./registry.ts";
import { alertFacts, codeOfOutcome, marksOf, type SampleRow, storedSlot, unpackJson } from "./rows.ts";
import {
  attempts,
  definitions,
  evidence,
  incidents,
  judgements,
  monitors,
  notifications,
  regions,
  transitions,
} from "./schema.ts";
import { openSeries } from "./series.ts";
import { openSieve } from "./sieve.ts";
import { STATEMENTS } from "./statements.ts";
import { tellingUnusable } from "./unusable.ts";
import { openWhys } from "./whys.ts";

// Written out, because their indexes are partial: a bound value would not match them.
const IS_USUAL = sql`${evidence.expected} = 1`;
const IS_PENDING = sql`${notifications.state} = 'pending'`;

/** @param condition what the file itself looks like, but for the oldest pending message */
export function createReader(
  db: Connection,
  path: string,
  condition: () => Omit<ReturnType<Reader["condition"]>, "oldestPending">,
): Reader {
  const tables = drizzle({ client: db });
  const registry = openRegistry(db);
  const series = openSeries(db);
  const counts = openCounts(db, registry);
  const mayHold = openSieve(db);
  const samplesBetween = db.prepare<[number, number], SampleRow>(STATEMENTS.samplesBetween.sql).raw();
  const hasEvidence = db.prepare<[number, number, number], 1>(STATEMENTS.hasEvidence.sql).pluck();
  const detector = db.prepare<[number], { live: Buffer; seasons: Buffer | null }>(STATEMENTS.detector.sql);

  /** One state of the file for everything inside, also while another process writes. */
  const atOnce = <T>(work: () => T): T => (db.inTransaction ? work() : db.transaction(work)());

  const told = (row: SampleRow, monitor: MonitorId, regionNames: Map<number, string>): StoredSlot => {
    const [slot, num, region, , packed] = row;
    const isKept = marksOf(packed).evidence && hasEvidence.get(slot, num, region) === 1;
    return storedSlot(row, monitor, regionNames.get(region) ?? String(region), isKept);
  };

  const evidenceRows = (where: SQL | undefined, limit: number): StoredEvidence[] =>
    tables
      .select({ row: evidence, monitor: monitors.id, region: regions.id })
      .from(evidence)
      .innerJoin(monitors, eq(monitors.num, evidence.monitor))
      .innerJoin(regions, eq(regions.num, evidence.region))
      .where(where)
      .orderBy(desc(evidence.slot), asc(regions.id))
      .limit(limit)
      .all()
      .map(({ row, monitor, region }) => ({
        ...{ monitor, region, slot: row.slot, code: row.code },
        totalMs: row.total / 10,
        evidence: unpackJson(row.body),
      }));

  const reader: Reader = {
    counts: (query) => atOnce(() => counts(query)),

    samples: ({ monitor: id, before, from, limit, region, code }) =>
      atOnce(() => {
        const monitor = registry.monitor(id);
        const wanted = region === undefined ? undefined : registry.regionNum(region);
        if (!monitor || (region !== undefined && wanted === undefined)) return [];
        const names = registry.regionNames();
        const skipTo = code === undefined ? undefined : mayHold(monitor, code);
        const found: StoredSlot[] = [];
        const rows = series.newestFirst(
          monitor,
          from ?? Number.NEGATIVE_INFINITY,
          before ?? Number.POSITIVE_INFINITY,
          skipTo,
        );
        for (const row of rows) {
          // Rows of one slot come together: a slot is complete when the next begins.
          if (found.length >= limit && found.at(-1)?.slot !== row[0]) break;
          if (wanted !== undefined && row[2] !== wanted) continue;
          if (code !== undefined && codeOfOutcome(row[3]) !== code) continue;
          found.push(told(row, id, names));
        }
        return found.sort(newestFirst).slice(0, limit);
      }),

    latest: (since) =>
      atOnce(() => {
        const names = registry.regionNames();
        const entries = registry.monitors();
        const found = entries.flatMap((monitor) => {
          if (monitor.offTimetable) return [];
          const seen = new Map<number, SampleRow>();
          for (const row of series.newestFirst(monitor, since, Number.POSITIVE_INFINITY)) {
            if (!seen.has(row[2])) seen.set(row[2], row);
            if (seen.size === monitor.firstSlots.size) break;
          }
          return [...seen.values()].map((row) => told(row, monitor.id, names));
        });
        return [...found, ...latestSearched(entries, since, names)].sort(
          (a, b) => byName(a.monitor, b.monitor) || byName(a.region, b.region),
        );
      }),

    evidence: ({ monitor, region, slot }) =>
      evidenceRows(and(eq(monitors.id, monitor), eq(regions.id, region), eq(evidence.slot, slot)), 1)[0] ?? null,

    evidenceOf({ monitor, code, from, unexpected = false, limit }) {
      const num = registry.monitor(monitor)?.num;
      if (num === undefined) return [];
      const ofCode = code === "usual" ? IS_USUAL : eq(evidence.code, code);
      const since = from === undefined ? undefined : gte(evidence.slot, from);
      const kind = unexpected ? eq(evidence.expected, 0) : undefined;
      return evidenceRows(and(eq(evidence.monitor, num), ofCode, kind, since), limit);
    },

    definitions(id) {
      const bodies = tables
        .select({ body: definitions.body })
        .from(definitions)
        .innerJoin(monitors, eq(monitors.num, definitions.monitor))
        .where(eq(monitors.id, id))
        .orderBy(desc(definitions.at))
        .all();
      return bodies.map(({ body }) => JSON.parse(body) as Monitor);
    },

    verdict(monitor) {
      const row = tables
        .select({ verdict: judgements.verdict })
        .from(judgements)
        .innerJoin(monitors, eq(monitors.num, judgements.monitor))
        .where(eq(monitors.id, monitor))
        .get();
      return row ? (JSON.parse(row.verdict) as Verdict) : null;
    },

    verdicts() {
      const rows = tables.select({ verdict: judgements.verdict }).from(judgements).all();
      return new Map(
        rows.map(({ verdict }) => JSON.parse(verdict) as Verdict).map((verdict) => [verdict.monitor, verdict]),
      );
    },

    detector(id) {
      const num = registry.monitor(id)?.num;
      const row = num === undefined ? undefined : detector.get(num);
      return row ? { live: row.live, seasons: row.seasons ?? new Uint8Array() } : null;
    },

    incidents({ state, monitor, before, limit }) {
      const num = monitor === undefined ? undefined : registry.monitor(monitor)?.num;
      if (monitor !== undefined && num === undefined) return [];
      return tables
        .select({ body: incidents.body })
        .from(incidents)
        .where(
          and(
            state && eq(incidents.state, state),
            num === undefined ? undefined : eq(incidents.monitor, num),
            before === undefined ? undefined : lt(incidents.id, before),
          ),
        )
        .orderBy(desc(incidents.id))
        .limit(limit)
        .all()
        .map(({ body }) => JSON.parse(body) as Incident);
    },

    incident(id) {
      const row = tables.select({ body: incidents.body }).from(incidents).where(eq(incidents.id, id)).get();
      return row ? (JSON.parse(row.body) as Incident) : null;
    },

    transitions: (incident) =>
      tables
        .select()
        .from(transitions)
        .where(eq(transitions.incident, incident))
        .orderBy(asc(transitions.seq))
        .all()
        .map((row) => ({ ...row, kind: row.kind as TransitionKind, facts: alertFacts(row.facts) })),

    deliveries: (query) => atOnce(() => deliveries(query)),

    ...readEdits(tables, (monitor) => registry.monitor(monitor)?.num),
    internalAlerts: openInternalAlerts(tables).internalAlerts,
    ...openWhys(db, registry),

    condition() {
      const oldestPending = tables
        .select({ at: notifications.createdAt })
        .from(notifications)
        .where(IS_PENDING)
        .orderBy(asc(notifications.createdAt))
        .limit(1)
        .get();
      return { ...condition(), oldestPending: oldestPending?.at ?? null };
    },
  };

  /** Newest rows of the monitors whose slots cannot be computed, in one walk through everybody's rows. */
  function latestSearched(entries: MonitorEntry[], since: number, names: Map<number, string>): StoredSlot[] {
    const wanted = new Map(entries.filter(({ offTimetable }) => offTimetable).map((entry) => [entry.num, entry.id]));
    if (wanted.size === 0) return [];
    const newest = new Map<string, SampleRow>();
    for (const row of samplesBetween.iterate(since, Number.MAX_SAFE_INTEGER)) {
      if (wanted.has(row[1])) newest.set(`${row[1]} ${row[2]}`, row);
    }
    return [...newest.values()].map((row) => told(row, wanted.get(row[1]) ?? "", names));
  }

  function deliveries({ incident, alert, state, channel, before, limit }: Parameters<Reader["deliveries"]>[0]) {
    const rows = tables
      .select()
      .from(notifications)
      .where(
        and(
          incident === undefined ? undefined : eq(notifications.incident, incident),
          // Written out with the rest, because its index is partial.
          alert === undefined
            ? undefined
            : and(sql`${notifications.alert} IS NOT NULL`, eq(notifications.alert, alert)),
          state && eq(notifications.state, state),
          channel === undefined ? undefined : eq(notifications.channel, channel),
          before === undefined ? undefined : lt(notifications.num, before),
        ),
      )
      .orderBy(desc(notifications.num))
      .limit(limit)
      .all();
    if (rows.length === 0) return [];
    const tried = tables
      .select()
      .from(attempts)
      .where(
        inArray(
          attempts.notification,
          rows.map(({ num }) => num),
        ),
      )
      .orderBy(asc(attempts.notification), asc(attempts.seq))
      .all();
    const byNotification = Map.groupBy(tried, ({ notification }) => notification);
    return rows.map(
      ({ num, key, incident, alert, kind, channel, recipient, state, createdAt, dueAt }): StoredDelivery => ({
        ...{ num, key, alert, channel, recipient, createdAt, dueAt },
        incident: alert === null ? incident : null,
        kind: kind as NotificationKind,
        state: state as StoredDelivery["state"],
        attempts: (byNotification.get(num) ?? []).map(({ at, result, said }) => ({
          at,
          result: result as StoredDelivery["attempts"][number]["result"],
          said,
        })),
      }),
    );
  }

  return tellingUnusable(path, reader);
}

const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const newestFirst = (a: StoredSlot, b: StoredSlot) => b.slot - a.slot || byName(a.region, b.region);
