/**
 * The one writer: everything the walk decides becomes rows through here, in transactions that hold whole or not at all.
 */
import {
  codeOf,
  type Incident,
  type Reader,
  type Recorded,
  StatusquoError,
  type StoredSlot,
  type Writer,
} from "@statusquo/core";
import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/better-sqlite3";
import type { Connection } from "./database.ts";
import { openEdits } from "./edits.ts";
import { openInternalAlerts } from "./internal.ts";
import { openOutbox } from "./outbox.ts";
import { openProgress } from "./progress.ts";
import { openRegistry, openWritingRegistry } from "./registry.ts";
import { openRetention } from "./retention.ts";
import { openRollUp } from "./rollup.ts";
import { MISSED_FROM, marksOf, outcomeOf, packJson, packSlot, storedSlot, toTenths } from "./rows.ts";
import { incidents, transitions } from "./schema.ts";
import { openSeries } from "./series.ts";
import { STATEMENTS } from "./statements.ts";
import { asUnusable, tellingUnusable } from "./unusable.ts";
import { packWhy } from "./whys.ts";

/**
 * @param path for messages
 * @param reads the read side on the same connection
 * @param onCommit called after every commit
 */
export function createWriter(db: Connection, path: string, reads: Reader, onCommit: () => void): Writer {
  const tables = drizzle({ client: db });
  const readRegistry = openRegistry(db);
  const registry = openWritingRegistry(db, readRegistry);
  const series = openSeries(db);
  const rollUp = openRollUp(db, readRegistry);
  const prune = openRetention(db, rollUp);

  const putSample = db.prepare(STATEMENTS.putSample.sql);
  const raiseSample = db.prepare(STATEMENTS.raiseSample.sql);
  const putEvidence = db.prepare(STATEMENTS.putEvidence.sql);
  const hasEvidence = db.prepare<[number, number, number], 1>(STATEMENTS.hasEvidence.sql).pluck();
  const slotBefore = db.prepare<[number], number>(STATEMENTS.slotBefore.sql).pluck();
  const sampledBetween = db.prepare<[number, number, number], 1>(STATEMENTS.sampledBetween.sql).pluck();
  const readProgress = openProgress(db);
  const inForceSince = db.prepare<[number], number | null>(STATEMENTS.inForceSince.sql).pluck();
  const rewind = db.prepare(STATEMENTS.rewind.sql);
  const judgedUntil = db.prepare<[number], number>(STATEMENTS.judgedUntil.sql).pluck();
  const putJudgement = db.prepare(STATEMENTS.putJudgement.sql);
  const putLive = db.prepare(STATEMENTS.putLive.sql);
  const putSeasons = db.prepare(STATEMENTS.putSeasons.sql);
  const putWhy = db.prepare<[number, number, Buffer]>(STATEMENTS.putWhy.sql);
  const toFollow = db.prepare<[number, number], string>(STATEMENTS.incidentsToFollow.sql).pluck();
  const followAnew = db.prepare<{ at: number }>(
    `UPDATE incidents SET follow_at = @at, body = json_set(body, '$.followAt', @at) WHERE follow_at > @at`,
  );
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  const rollback = db.prepare("ROLLBACK");

  const internal = openInternalAlerts(tables);

  const inside: Omit<Writer, "transaction" | "reads"> = {
    putResult(result, marks): Recorded {
      const monitor = registry.monitor(result.monitor);
      const region = registry.regionNum(result.region);
      const outcome = outcomeOf(result);
      const packed = packSlot(result, marks);
      let recorded: Recorded = "recorded";
      if (putSample.run(result.slot, monitor.num, region, outcome, packed).changes === 0) {
        if (result.kind === "missed") return "duplicate";
        const raised = raiseSample.run(outcome, packed, result.slot, monitor.num, region, MISSED_FROM);
        if (raised.changes === 0) return "duplicate";
        recorded = "raised";
      }
      registry.noteSlot(monitor, region, result.slot);
      rollUp.noteSlot(monitor.num, result.slot);
      if (result.kind === "sampled" && result.evidence) {
        const { slot, outcome, totalMs, evidence } = result;
        const expected = marks.expected ? 1 : 0;
        putEvidence.run(slot, monitor.num, region, codeOf(outcome), expected, toTenths(totalMs), packJson(evidence));
      }
      return recorded;
    },

    slotsAfter(id, after, until = Number.POSITIVE_INFINITY) {
      const monitor = registry.monitor(id);
      const slots: StoredSlot[] = [];
      for (const row of series.between(monitor, after + 1, until + 1)) {
        const [slot, num, region, , packed] = row;
        const evidence = marksOf(packed).evidence && hasEvidence.get(slot, num, region) === 1;
        slots.push(storedSlot(row, id, registry.regionName(region), evidence));
      }
      return slots.sort((a, b) => a.slot - b.slot || (a.region < b.region ? -1 : 1));
    },

    isUnsampled(from, to) {
      if (from < readProgress.until("samples_pruned") || slotBefore.get(from) === undefined) return false;
      return sampledBetween.get(from, to, MISSED_FROM) === undefined;
    },

    inForceSince: (id) => inForceSince.get(registry.monitor(id).num) ?? null,

    rewind: (id, slot, live) => void rewind.run(slot, live, registry.monitor(id).num),

    judgedUntil: (id) => judgedUntil.get(registry.monitor(id).num) ?? null,

    putJudgement(id, slot, detector, verdict) {
      const { num } = registry.monitor(id);
      if (putJudgement.run(num, slot, JSON.stringify(verdict), detector.live).changes === 0) {
        const until = judgedUntil.get(num);
        throw new StatusquoError(
          "internal",
          `putJudgement: ${id} is judged up to ${until}, got the slot ${slot} again`,
        );
      }
      if (detector.seasons !== null) putSeasons.run(num, detector.seasons);
    },

    putDetector(id, detector) {
      const { num } = registry.monitor(id);
      putLive.run(detector.live, num);
      if (detector.seasons !== null) putSeasons.run(num, detector.seasons);
    },

    detector: (id) => reads.detector(id),

    openIncident(id) {
      const row = openIncident.get(registry.monitor(id).num);
      return row === undefined ? null : (JSON.parse(row) as Incident);
    },

    putIncident(incident) {
      const { state } = incident;
      const monitor = registry.monitor(incident.monitor).num;
      const id =
        incident.id === 0
          ? tables.insert(incidents).values({ monitor, state, body: "" }).returning({ id: incidents.id }).get().id
          : incident.id;
      const stored = { ...incident, id };
      const changed = tables
        .update(incidents)
        .set({ monitor, state, body: JSON.stringify(stored), followAt: incident.followAt })
        .where(eq(incidents.id, id))
        .run();
      if (changed.changes === 0) throw new StatusquoError("not_found", `putIncident: there is no incident ${id}`);
      return stored;
    },

    putTransition(incident, draft, facts, muted) {
      const { kind, at, reason } = draft;
      const last = tables
        .select({ seq: sql<number | null>`max(${transitions.seq})` })
        .from(transitions)
        .where(eq(transitions.incident, incident.id))
        .get();
      const stored = { incident: incident.id, seq: (last?.seq ?? 0) + 1, kind, at, reason, muted };
      tables
        .insert(transitions)
        .values({ ...stored, facts: packJson(facts) })
        .run();
      return stored;
    },

    ...openOutbox(db, tables),
    ...openEdits(tables, (monitor) => registry.monitor(monitor).num),
    openInternal: internal.openInternal,
    resolveInternal: internal.resolveInternal,

    incidentsToFollow: (now, limit) => toFollow.all(now, limit).map((body) => JSON.parse(body) as Incident),

    followAnew: (at) => void followAnew.run({ at }),

    putWhy: (why) => void putWhy.run(why.slot, registry.monitor(why.monitor).num, packWhy(why)),

    putDefinitions(monitors, at) {
      for (const monitor of monitors) registry.putDefinition(monitor, at);
    },

    rollUp: (now) => rollUp.upTo(now),
    prune,
  };

  const openIncident = db.prepare<[number], string>(STATEMENTS.openIncident.sql).pluck();

  // A statement that failed for the disk may have undone the transaction; then nothing more of it may be written,
  // even where the caller swallowed the error.
  let state: "outside" | "inside" | { failed: unknown } = "outside";
  const onTrouble = (error: unknown) => {
    if (state === "inside" && error instanceof StatusquoError && error.code === "store_unusable")
      state = { failed: error };
  };
  const checked = Object.fromEntries(
    Object.entries(tellingUnusable(path, inside, onTrouble)).map(([name, method]) => [
      name,
      (...args: never[]) => {
        if (state === "outside") throw new StatusquoError("internal", `writer.${name}: called outside a transaction`);
        if (state !== "inside") throw state.failed;
        return (method as (...args: never[]) => unknown)(...args);
      },
    ]),
  ) as typeof inside;

  return {
    ...checked,
    reads,
    transaction(work) {
      if (state !== "outside") throw new StatusquoError("internal", "writer.transaction: called inside a transaction");
      try {
        begin.run();
        state = "inside";
        const result = work();
        if (result instanceof Promise)
          throw new StatusquoError("internal", "writer.transaction: its work must not wait");
        if (state !== "inside") throw (state as { failed: unknown }).failed;
        commit.run();
        state = "outside";
        onCommit();
        return result;
      } catch (error) {
        if (db.inTransaction) rollback.run();
        registry.forget();
        rollUp.forget();
        throw asUnusable(path, error);
      } finally {
        state = "outside";
      }
    },
  };
}
