/**
 * The hot statements, each with the key or index it must be answered from. `statements.test.ts` asks SQLite's planner.
 *
 * They are plain SQL, prepared once per connection; everything rarer goes through drizzle.
 */

/** `uses` is what EXPLAIN QUERY PLAN has to say of the statement; null where nothing is searched. */
export interface Statement {
  sql: string;
  uses: string | null;
}

const SAMPLE = "slot, monitor, region, outcome, packed";

export const STATEMENTS = {
  putSample: {
    sql: `INSERT INTO samples (${SAMPLE}) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    uses: null,
  },
  raiseSample: {
    sql: "UPDATE samples SET outcome = ?, packed = ? WHERE slot = ? AND monitor = ? AND region = ? AND outcome <= ?",
    uses: "SEARCH samples USING PRIMARY KEY (slot=? AND monitor=? AND region=?)",
  },
  putEvidence: {
    sql: `INSERT INTO evidence (slot, monitor, region, code, expected, total, body) VALUES (?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT DO NOTHING`,
    uses: null,
  },
  hasEvidence: {
    sql: "SELECT 1 FROM evidence WHERE slot = ? AND monitor = ? AND region = ?",
    uses: "SEARCH evidence USING COVERING INDEX evidence_by_slot (slot=? AND monitor=? AND region=?)",
  },
  /** One slot of one monitor, all regions. */
  samplesAt: {
    sql: `SELECT ${SAMPLE} FROM samples WHERE slot = ? AND monitor = ?`,
    uses: "SEARCH samples USING PRIMARY KEY (slot=? AND monitor=?)",
  },
  /** The next slot at which anything is stored: steps over gaps. */
  slotFrom: {
    sql: "SELECT slot FROM samples WHERE slot >= ? ORDER BY slot LIMIT 1",
    uses: "SEARCH samples USING PRIMARY KEY (slot>?)",
  },
  slotBefore: {
    sql: "SELECT slot FROM samples WHERE slot < ? ORDER BY slot DESC LIMIT 1",
    uses: "SEARCH samples USING PRIMARY KEY (slot<?)",
  },
  samplesBetween: {
    sql: `SELECT ${SAMPLE} FROM samples WHERE slot >= ? AND slot < ? ORDER BY slot, monitor, region`,
    uses: "SEARCH samples USING PRIMARY KEY (slot>? AND slot<?)",
  },
  /** For monitors whose slots follow no timetable. */
  samplesOfBetween: {
    sql: `SELECT ${SAMPLE} FROM samples WHERE slot >= ? AND slot < ? AND monitor = ? ORDER BY slot`,
    uses: "SEARCH samples USING PRIMARY KEY (slot>? AND slot<?)",
  },
  samplesOfBetweenNewestFirst: {
    sql: `SELECT ${SAMPLE} FROM samples WHERE slot >= ? AND slot < ? AND monitor = ? ORDER BY slot DESC`,
    uses: "SEARCH samples USING PRIMARY KEY (slot>? AND slot<?)",
  },
  sampledBetween: {
    sql: "SELECT 1 FROM samples WHERE slot >= ? AND slot < ? AND outcome > ? LIMIT 1",
    uses: "SEARCH samples USING PRIMARY KEY (slot>? AND slot<?)",
  },
  inForceSince: {
    sql: "SELECT min(at) FROM definitions WHERE monitor = ?",
    uses: "SEARCH definitions USING INDEX sqlite_autoindex_definitions_1 (monitor=?)",
  },
  rewind: {
    sql: "UPDATE judgements SET slot = ?, live = ? WHERE monitor = ?",
    uses: "SEARCH judgements USING INTEGER PRIMARY KEY (rowid=?)",
  },
  judgedUntil: {
    sql: "SELECT slot FROM judgements WHERE monitor = ?",
    uses: "SEARCH judgements USING INTEGER PRIMARY KEY (rowid=?)",
  },
  putJudgement: {
    sql: `INSERT INTO judgements (monitor, slot, verdict, live) VALUES (?, ?, ?, ?)
          ON CONFLICT (monitor) DO UPDATE SET slot = excluded.slot, verdict = excluded.verdict, live = excluded.live
          WHERE excluded.slot > judgements.slot`,
    uses: null,
  },
  putLive: {
    sql: "UPDATE judgements SET live = ? WHERE monitor = ?",
    uses: "SEARCH judgements USING INTEGER PRIMARY KEY (rowid=?)",
  },
  putSeasons: {
    sql: "INSERT INTO seasons (monitor, body) VALUES (?, ?) ON CONFLICT (monitor) DO UPDATE SET body = excluded.body",
    uses: null,
  },
  detector: {
    sql: `SELECT live, seasons.body AS seasons FROM judgements LEFT JOIN seasons USING (monitor) WHERE monitor = ?`,
    uses: "SEARCH judgements USING INTEGER PRIMARY KEY (rowid=?)",
  },
  openIncident: {
    sql: "SELECT body FROM incidents WHERE monitor = ? AND state = 'open'",
    uses: "SEARCH incidents USING INDEX incidents_open (monitor=?)",
  },
  /** Not while an older pending row of the same incident (or internal alert), recipient and channel is not due. */
  dueNotifications: {
    sql: `SELECT num, key, incident, alert, seq, kind, channel, recipient, created_at, due_at, attempts, bundle, heading
          FROM notifications AS mine INDEXED BY notifications_pending
          WHERE state = 'pending' AND due_at <= ? AND channel NOT IN (SELECT value FROM json_each(?)) AND NOT EXISTS (
            SELECT 1 FROM notifications AS older
            WHERE older.state = 'pending' AND older.incident = mine.incident AND older.recipient = mine.recipient
              AND older.channel = mine.channel AND older.alert IS mine.alert AND older.due_at > ?
              AND (older.seq, older.num) < (mine.seq, mine.num))
          ORDER BY created_at, num LIMIT ?`,
    uses: "SEARCH older USING INDEX notifications_lane (incident=? AND recipient=? AND seq<?)",
  },
  incidentsToFollow: {
    sql: "SELECT body FROM incidents WHERE follow_at IS NOT NULL AND follow_at <= ? ORDER BY follow_at LIMIT ?",
    uses: "SEARCH incidents USING INDEX incidents_to_follow (follow_at>? AND follow_at<?)",
  },
  putWhy: {
    sql: "INSERT INTO whys (slot, monitor, packed) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET packed = excluded.packed",
    uses: null,
  },
  whyAt: {
    sql: "SELECT packed FROM whys WHERE slot = ? AND monitor = ?",
    uses: "SEARCH whys USING PRIMARY KEY (slot=? AND monitor=?)",
  },
  firstWhyFrom: {
    sql: "SELECT slot FROM whys WHERE slot >= ? ORDER BY slot LIMIT 1",
    uses: "SEARCH whys USING PRIMARY KEY (slot>?)",
  },
  /** For monitors whose slots follow no timetable. */
  whysOfBetween: {
    sql: "SELECT slot, packed FROM whys WHERE slot >= ? AND slot < ? AND monitor = ? ORDER BY slot DESC",
    uses: "SEARCH whys USING PRIMARY KEY (slot>? AND slot<?)",
  },
  whyAfterLimit: {
    sql: "SELECT slot, monitor FROM whys WHERE slot < ? ORDER BY slot, monitor LIMIT 1 OFFSET ?",
    uses: "SEARCH whys USING PRIMARY KEY (slot<?)",
  },
  deleteWhysBefore: {
    sql: "DELETE FROM whys WHERE (slot, monitor) < (?, ?)",
    uses: "SEARCH whys USING PRIMARY KEY ((slot,monitor)<(?,?))",
  },
  fiveMinutesOf: {
    sql: "SELECT at, monitor, region, tally FROM five_minutes WHERE at = ? AND monitor = ?",
    uses: "SEARCH five_minutes USING PRIMARY KEY (at=? AND monitor=?)",
  },
  /** Of the monitors after one and up to another. */
  fiveMinutesOfSome: {
    sql: `SELECT at, monitor, region, tally FROM five_minutes WHERE at = ? AND monitor > ? AND monitor <= ?
          ORDER BY monitor, region`,
    uses: "SEARCH five_minutes USING PRIMARY KEY (at=? AND monitor>? AND monitor<?)",
  },
  fiveMinutesBetween: {
    sql: "SELECT at, monitor, region, tally FROM five_minutes WHERE at >= ? AND at < ? ORDER BY at, monitor, region",
    uses: "SEARCH five_minutes USING PRIMARY KEY (at>? AND at<?)",
  },
  hoursOf: {
    sql: "SELECT at, monitor, region, tally FROM hours WHERE at = ? AND monitor = ?",
    uses: "SEARCH hours USING PRIMARY KEY (at=? AND monitor=?)",
  },
  hoursBetween: {
    sql: "SELECT at, monitor, region, tally FROM hours WHERE at >= ? AND at < ? ORDER BY at, monitor, region",
    uses: "SEARCH hours USING PRIMARY KEY (at>? AND at<?)",
  },
  /** Region 0 stands for all together. */
  hoursTogetherOf: {
    sql: "SELECT at, monitor, region, tally FROM hours WHERE at = ? AND monitor = ? AND region = 0",
    uses: "SEARCH hours USING PRIMARY KEY (at=? AND monitor=? AND region=?)",
  },
  hoursTogetherBetween: {
    sql: `SELECT at, monitor, region, tally FROM hours WHERE at >= ? AND at < ? AND region = 0
          ORDER BY at, monitor, region`,
    uses: "SEARCH hours USING PRIMARY KEY (at>? AND at<?)",
  },
  isDirtyBetween: {
    sql: "SELECT 1 FROM dirty_buckets WHERE at >= ? AND at < ? AND monitor = ? LIMIT 1",
    uses: "SEARCH dirty_buckets USING PRIMARY KEY (at>? AND at<?)",
  },
  /** The first row that stays, of the rows whose turn it is. */
  sampleAfterLimit: {
    sql: "SELECT slot, monitor, region FROM samples WHERE slot < ? ORDER BY slot, monitor, region LIMIT 1 OFFSET ?",
    uses: "SEARCH samples USING PRIMARY KEY (slot<?)",
  },
  deleteSamplesBefore: {
    sql: "DELETE FROM samples WHERE (slot, monitor, region) < (?, ?, ?)",
    uses: "SEARCH samples USING PRIMARY KEY ((slot,monitor,region)<(?,?,?))",
  },
} as const satisfies Record<string, Statement>;
