/**
 * The tables of the one file. Names and order of columns are a contract with every file already written: change them
 * by a new migration, never by editing an old one.
 *
 * Two things the SQL in `migrations/` says that drizzle cannot: tables marked below are `WITHOUT ROWID` (the key is the
 * table: 22 bytes a row instead of 43), and `samples` is `STRICT` (types kept by SQLite).
 */
import { sql } from "drizzle-orm";
import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** Monitors by a small number, because their ids would be half of every row. Never deleted: old rows name them. */
export const monitors = sqliteTable("monitors", {
  num: integer("num").primaryKey(),
  id: text("id").notNull().unique(),
  /** 1 when a slot was stored that is on none of its timetables: then its slots are searched, not computed. */
  offTimetable: integer("off_timetable").notNull().default(0),
});

export const regions = sqliteTable("regions", {
  num: integer("num").primaryKey(),
  id: text("id").notNull().unique(),
});

/** Which regions ever reported on a monitor, and since which slot. WITHOUT ROWID. */
export const series = sqliteTable(
  "series",
  {
    monitor: integer("monitor").notNull(),
    region: integer("region").notNull(),
    firstSlot: integer("first_slot").notNull(),
  },
  (table) => [primaryKey({ columns: [table.monitor, table.region] })],
);

/** Compiled definitions as JSON, by version. */
export const definitions = sqliteTable(
  "definitions",
  {
    monitor: integer("monitor").notNull(),
    version: text("version").notNull(),
    /** When it was last taken up, epoch ms; of a monitor that was never judged, when it first was. */
    at: integer("at").notNull(),
    intervalMs: integer("interval_ms").notNull(),
    body: text("body").notNull(),
  },
  // The key serves "the timetables of a monitor".
  (table) => [primaryKey({ columns: [table.monitor, table.version] })],
);

/**
 * One row per slot and region. WITHOUT ROWID, STRICT. Time comes first: rows are appended (1.1 µs and 53 bytes written
 * a row instead of 10.6 µs and 8,900), and one monitor's rows are found through its timetable (`series.ts`).
 */
export const samples = sqliteTable(
  "samples",
  {
    /** Epoch ms. */
    slot: integer("slot").notNull(),
    monitor: integer("monitor").notNull(),
    region: integer("region").notNull(),
    /** 100 to 999 a status; -1 to -99 a failure; -101 and below a reason for `missed` (`rows.ts`). */
    outcome: integer("outcome").notNull(),
    /** Marks and times as whole numbers (`rows.ts`): six columns fewer are a sixth of the file. */
    packed: blob("packed", { mode: "buffer" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.slot, table.monitor, table.region] })],
);

/** What was sent and received. `body` is JSON, deflated when that is shorter (`rows.ts`). */
export const evidence = sqliteTable(
  "evidence",
  {
    slot: integer("slot").notNull(),
    monitor: integer("monitor").notNull(),
    region: integer("region").notNull(),
    /** The status, 0 for no answer. */
    code: integer("code").notNull(),
    expected: integer("expected").notNull(),
    total: integer("total").notNull(),
    body: blob("body", { mode: "buffer" }).notNull(),
  },
  (table) => [
    // Reader.evidence(key), samples' hasEvidence, and prune: oldest first.
    uniqueIndex("evidence_by_slot").on(table.slot, table.monitor, table.region),
    // Reader.evidenceOf({ monitor, code }): newest first.
    index("evidence_by_code").on(table.monitor, table.code, table.slot),
    // Reader.evidenceOf({ monitor, code: "usual" }): newest first.
    index("evidence_usual").on(table.monitor, table.slot).where(sql`expected = 1`),
  ],
);

/** What judging left behind, one row per monitor. */
export const judgements = sqliteTable("judgements", {
  monitor: integer("monitor").primaryKey(),
  /** Slots up to here are judged. */
  slot: integer("slot").notNull(),
  verdict: text("verdict").notNull(),
  live: blob("live", { mode: "buffer" }).notNull(),
});

/** The slow part of a detector, apart because it changes rarely and is large. */
export const seasons = sqliteTable("seasons", {
  monitor: integer("monitor").primaryKey(),
  body: blob("body", { mode: "buffer" }).notNull(),
});

export const incidents = sqliteTable(
  "incidents",
  {
    /** AUTOINCREMENT: a number once shown to people never names another incident. */
    id: integer("id").primaryKey({ autoIncrement: true }),
    monitor: integer("monitor").notNull(),
    state: text("state").notNull(),
    body: text("body").notNull(),
    /** When a reminder, an escalation or the end of a mute is to be looked at; null when nothing can follow. */
    followAt: integer("follow_at"),
  },
  (table) => [
    // Writer.incidentsToFollow: what is due; and Writer.followAnew.
    index("incidents_to_follow").on(table.followAt).where(sql`follow_at IS NOT NULL`),
    // Writer.openIncident(monitor); unique, because at most one is open per monitor.
    uniqueIndex("incidents_open").on(table.monitor).where(sql`state = 'open'`),
    // Reader.incidents({ monitor }): newest first.
    index("incidents_by_monitor").on(table.monitor, table.id),
    // Reader.incidents({ state }): newest first.
    index("incidents_by_state").on(table.state, table.id),
  ],
);

/** Kept for ever. `facts` as evidence's body. */
export const transitions = sqliteTable(
  "transitions",
  {
    incident: integer("incident")
      .notNull()
      .references(() => incidents.id),
    seq: integer("seq").notNull(),
    kind: text("kind").notNull(),
    at: integer("at").notNull(),
    reason: text("reason").notNull(),
    facts: blob("facts", { mode: "buffer" }).notNull(),
    /** Why nobody was told; null when people were, or when there was nothing to tell. */
    muted: text("muted"),
  },
  // The key serves Reader.transitions(incident).
  (table) => [primaryKey({ columns: [table.incident, table.seq] })],
);

/** Messages: the outbox while `pending`, a record afterwards. */
export const notifications = sqliteTable(
  "notifications",
  {
    num: integer("num").primaryKey(),
    key: text("key").notNull().unique(),
    /** 0 of an internal alert's. */
    incident: integer("incident").notNull(),
    seq: integer("seq").notNull(),
    kind: text("kind").notNull(),
    channel: text("channel").notNull(),
    recipient: text("recipient").notNull(),
    facts: blob("facts", { mode: "buffer" }).notNull(),
    createdAt: integer("created_at").notNull(),
    /** Only rises: pending, then dead, then delivered. */
    state: text("state").notNull(),
    dueAt: integer("due_at"),
    attempts: integer("attempts").notNull().default(0),
    lastError: text("last_error"),
    /** null of an incident's. */
    alert: integer("alert"),
    /** What a lane has to know to plan (core's `Heading`), as JSON; null of an internal alert's and of old rows. */
    heading: text("heading"),
    /** Key of the message it was last sent with, while nothing is known of how that ended. */
    bundle: text("bundle"),
  },
  (table) => [
    // Writer.dueNotifications: what is pending, oldest first; and Reader.condition's oldest pending.
    index("notifications_pending").on(table.createdAt, table.num).where(sql`state = 'pending'`),
    // Writer.dueNotifications: is there an older one of the same incident, recipient and channel?
    index("notifications_lane").on(table.incident, table.recipient, table.seq, table.num).where(sql`state = 'pending'`),
    // Reader.deliveries({ incident }).
    index("notifications_by_incident").on(table.incident, table.num),
    // Reader.deliveries({ alert }).
    index("notifications_by_alert").on(table.alert, table.num).where(sql`alert IS NOT NULL`),
    // Reader.deliveries({ channel }).
    index("notifications_by_channel").on(table.channel, table.num),
    // Reader.deliveries({ state }).
    index("notifications_by_state").on(table.state, table.num),
  ],
);

/** One attempt to deliver a notification. */
export const attempts = sqliteTable(
  "attempts",
  {
    notification: integer("notification")
      .notNull()
      .references(() => notifications.num),
    seq: integer("seq").notNull(),
    at: integer("at").notNull(),
    result: text("result").notNull(),
    said: text("said").notNull(),
  },
  // The key serves Reader.deliveries.
  (table) => [primaryKey({ columns: [table.notification, table.seq] })],
);

/** Roll-ups per 5 minutes, monitor and region. WITHOUT ROWID. `tally` as `tally.ts` writes it. */
export const fiveMinutes = sqliteTable(
  "five_minutes",
  {
    at: integer("at").notNull(),
    monitor: integer("monitor").notNull(),
    region: integer("region").notNull(),
    tally: blob("tally", { mode: "buffer" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.at, table.monitor, table.region] })],
);

/** Roll-ups per hour, monitor and region; region 0 is all of them together. WITHOUT ROWID. */
export const hours = sqliteTable(
  "hours",
  {
    at: integer("at").notNull(),
    monitor: integer("monitor").notNull(),
    region: integer("region").notNull(),
    tally: blob("tally", { mode: "buffer" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.at, table.monitor, table.region] })],
);

/** 5-minute buckets that a late sample changed after they were rolled up. WITHOUT ROWID. */
export const dirtyBuckets = sqliteTable(
  "dirty_buckets",
  { at: integer("at").notNull(), monitor: integer("monitor").notNull() },
  (table) => [primaryKey({ columns: [table.at, table.monitor] })],
);

/** How far the work of the store itself has come, by name (`progress.ts`). */
export const progress = sqliteTable("progress", {
  name: text("name").primaryKey(),
  until: integer("until").notNull(),
});

/** People's mutes, as JSON. */
export const silences = sqliteTable(
  "silences",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    /** When it ends, or was ended. */
    endsAt: integer("ends_at").notNull(),
    body: text("body").notNull(),
  },
  // Reader.silences({ activeAt }).
  (table) => [index("silences_by_end").on(table.endsAt)],
);

/** What was rolled out, as JSON. */
export const deploys = sqliteTable(
  "deploys",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    at: integer("at").notNull(),
    body: text("body").notNull(),
  },
  // Reader.deploys: newest first.
  (table) => [index("deploys_by_at").on(table.at, table.id)],
);

/** What people wrote down about incidents. */
export const notes = sqliteTable(
  "notes",
  {
    id: integer("id").primaryKey(),
    incident: integer("incident")
      .notNull()
      .references(() => incidents.id),
    at: integer("at").notNull(),
    by: text("by").notNull(),
    text: text("text").notNull(),
  },
  // Reader.notes(incident).
  (table) => [index("notes_by_incident").on(table.incident, table.id)],
);

/** What people took as the new normal, as JSON, with what undoing it needs. */
export const acceptances = sqliteTable(
  "acceptances",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    incident: integer("incident").notNull(),
    monitor: integer("monitor").notNull(),
    body: text("body").notNull(),
    undo: blob("undo", { mode: "buffer" }),
  },
  (table) => [
    // Reader.acceptances({ incident }).
    index("acceptances_by_incident").on(table.incident, table.id),
    // Reader.acceptances({ monitor }).
    index("acceptances_by_monitor").on(table.monitor, table.id),
  ],
);

/** Trouble of our own. */
export const internalAlerts = sqliteTable(
  "internal_alerts",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    kind: text("kind").notNull(),
    subject: text("subject").notNull(),
    openedAt: integer("opened_at").notNull(),
    resolvedAt: integer("resolved_at"),
    reason: text("reason").notNull(),
    resolution: text("resolution"),
  },
  // Of one kind and subject at most one is open.
  (table) => [uniqueIndex("internal_alerts_open").on(table.kind, table.subject).where(sql`resolved_at IS NULL`)],
);

/** The numbers behind each judged slot's verdict (`whys.ts`). WITHOUT ROWID, time first, as `samples`. */
export const whys = sqliteTable(
  "whys",
  {
    slot: integer("slot").notNull(),
    monitor: integer("monitor").notNull(),
    packed: blob("packed", { mode: "buffer" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.slot, table.monitor] })],
);
