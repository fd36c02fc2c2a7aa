import Database from "better-sqlite3";
import { expect, test } from "vitest";
import {
  evidence,
  factsOf,
  incidentOf,
  MINUTE,
  monitorOf,
  notificationOf,
  openWorld,
  START,
  sample,
  verdictOf,
  whyOf,
} from "../test/world.ts";
import { createReader } from "./reader.ts";
import { STATEMENTS, type Statement } from "./statements.ts";

const plan = (db: Database.Database, sql: string, args: unknown[]) =>
  (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...args) as { detail: string }[]).map(({ detail }) => detail);

test.for(Object.entries<Statement>(STATEMENTS).filter(([, { uses }]) => uses !== null))(
  "the statement %s is answered from the key or index it names",
  ([, { sql, uses }]) => {
    using world = openWorld();
    const db = new Database(world.path, { readonly: true });
    const details = plan(db, sql, Array(sql.split("?").length - 1).fill(1));
    db.close();
    expect(details).toContain(uses);
    expect(details.filter((detail) => /TEMP B-TREE/.test(detail))).toEqual([]);
  },
);

test("no read goes through a whole table that grows with time", () => {
  using world = openWorld();
  const { writer } = world;
  writer.transaction(() => {
    writer.putDefinitions([monitorOf("on")], START);
    writer.putResult({ ...sample(409), evidence: evidence() }, { expected: false, late: false });
    writer.putJudgement("checkout", START, { live: new Uint8Array(), seasons: null }, verdictOf(START));
    writer.putTransition(
      writer.putIncident(incidentOf()),
      { kind: "opened", at: START, reason: "r" },
      factsOf(1),
      null,
    );
    writer.putNotification(notificationOf(1, 1));
    writer.putWhy(whyOf(START));
  });
  const asked: string[] = [];
  const db = new Database(world.path, { readonly: true, verbose: (sql) => void asked.push(String(sql)) });
  const reader = createReader(db, world.path, () => ({ path: world.path, bytes: 0, lastCommitAt: null }));
  const range = { from: START, to: START + 60 * MINUTE };
  const monitor = "checkout";
  const many = Array.from({ length: 40 }, () => monitor);
  for (const stepMs of [MINUTE, 5 * MINUTE, 60 * MINUTE]) {
    reader.counts({ ...range, stepMs });
    reader.counts({ ...range, stepMs, monitors: [monitor] });
    reader.counts({ ...range, stepMs, monitors: many, byRegion: true });
  }
  for (const id of [monitor, "on"]) {
    reader.samples({ monitor: id, limit: 9 });
    reader.samples({ monitor: id, from: START, before: START + MINUTE, limit: 9, region: "eu", code: 409 });
  }
  reader.latest(START);
  reader.evidence({ monitor, region: "eu", slot: START });
  reader.evidenceOf({ monitor, code: 409, from: START, limit: 9 });
  reader.evidenceOf({ monitor, code: "usual", limit: 9 });
  reader.definitions(monitor);
  reader.verdict(monitor);
  reader.detector(monitor);
  reader.incident(1);
  reader.incidents({ limit: 9 });
  reader.incidents({ state: "open", monitor, before: 9, limit: 9 });
  reader.incidents({ state: "resolved", limit: 9 });
  reader.transitions(1);
  reader.deliveries({ limit: 9 });
  reader.deliveries({ incident: 1, limit: 9 });
  reader.deliveries({ state: "pending", limit: 9 });
  reader.deliveries({ channel: "oncall", before: 9, limit: 9 });
  reader.deliveries({ alert: 1, limit: 9 });
  reader.notes(1);
  reader.acceptances({ incident: 1, limit: 9 });
  reader.acceptances({ monitor, limit: 9 });
  reader.deploys({ ...range, limit: 9 });
  reader.silences({ activeAt: START, limit: 9 });
  reader.why(monitor, START);
  reader.whys({ monitor, ...range, limit: 9 });
  reader.condition();
  const queries = asked.filter((sql) => /^\s*(with|select)/i.test(sql));
  expect(queries.length).toBeGreaterThan(40);
  // Newest first with a limit is a walk along the table's own key: it ends after `limit` rows.
  const isBounded = (sql: string, detail: string) =>
    /^SCAN (incidents|notifications)$/.test(detail) && /order by .* desc limit/.test(sql);
  const costly = queries.flatMap((sql) =>
    plan(db, sql, [])
      .filter((detail) =>
        /^SCAN (samples|evidence|five_minutes|hours|incidents|transitions|notifications|attempts|whys|notes|deploys|acceptances)/.test(
          detail,
        ),
      )
      .filter((detail) => !isBounded(sql, detail))
      .map((detail) => `${detail}: ${sql}`),
  );
  expect(costly).toEqual([]);
  db.close();
});
