/**
 * Uptime over 30 days: the share of probes that no incident counts as bad.
 *
 * A code that is usual here is not downtime; one above usual is. What we missed is neither up nor down.
 */
import type { EpochMs, Incident, MonitorId, Reader } from "@statusquo/core";

export interface Uptime {
  share: number | null;
  /** Unexpected answers inside incidents. */
  down: number;
  of: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SPAN_DAYS = 30;
const PAGE = 500;
/** An hour is over for good so long after its end. */
const SETTLED_MS = 2 * HOUR;
/** What is read in one go, so that the loop goes on between. */
const READ_AT_ONCE_MS = 6 * HOUR;

export interface Uptimes {
  /** Reads what is over, a little at a time, so that `at` need not stop the loop for it. */
  prepare(now: EpochMs): Promise<void>;
  /** Whether the days that are over have been read. */
  isPrepared(now: EpochMs): boolean;
  at(now: EpochMs): Map<MonitorId, Uptime>;
}

/** Probes of each monitor from the day's beginning up to `to`. */
interface Day {
  to: EpochMs;
  probes: Map<MonitorId, number>;
}

/**
 * Answers the uptime of every monitor that was probed. Days are UTC; the first is whole, the last unfinished. An incident
 * that began before the span counts whole.
 *
 * Hours that are over are read once: what comes home hours late is not in them.
 *
 * @param closing ends the reading of days
 */
export function createUptimes(reader: Reader, closing?: AbortSignal): Uptimes {
  const days = new Map<EpochMs, Day>();

  function readOn({ probes, to: from }: Day, to: EpochMs): Day {
    const more = new Map(probes);
    for (const bucket of reader.counts({ from, to, stepMs: DAY, only: "codes" }))
      more.set(bucket.monitor, (more.get(bucket.monitor) ?? 0) + bucket.probes);
    return { to, probes: more };
  }

  /** Reads up to `to` for good. */
  function settle(day: EpochMs, to: EpochMs): Day {
    let known = days.get(day) ?? { to: day, probes: new Map() };
    if (to > known.to) days.set(day, (known = readOn(known, to)));
    return known;
  }

  const settledAt = (now: EpochMs) => Math.floor((now - SETTLED_MS) / HOUR) * HOUR;

  function probesOf(day: EpochMs, now: EpochMs): Map<MonitorId, number> {
    const end = day + DAY;
    const known = settle(day, Math.min(end, settledAt(now)));
    return known.to >= end ? known.probes : readOn(known, Math.min(end, now + 1)).probes;
  }

  const firstDay = (now: EpochMs) => Math.floor(now / DAY) * DAY - (SPAN_DAYS - 1) * DAY;

  async function readDays(now: EpochMs): Promise<void> {
    const until = settledAt(now);
    for (let day = firstDay(now); day < until; day += DAY) {
      const end = Math.min(day + DAY, until);
      for (let to = days.get(day)?.to ?? day; to < end; ) {
        if (closing?.aborted) return;
        to = Math.min(to + READ_AT_ONCE_MS, end);
        settle(day, to);
        await new Promise(setImmediate);
      }
    }
  }

  let underWay: Promise<void> | null = null;
  function prepare(now: EpochMs): Promise<void> {
    underWay ??= readDays(now).finally(() => {
      underWay = null;
    });
    return underWay;
  }

  function isPrepared(now: EpochMs): boolean {
    for (let day = firstDay(now); day + DAY <= settledAt(now); day += DAY)
      if ((days.get(day)?.to ?? 0) < day + DAY) return false;
    return true;
  }

  function at(now: EpochMs): Map<MonitorId, Uptime> {
    const from = firstDay(now);
    for (const day of days.keys()) if (day < from) days.delete(day);
    const found = new Map<MonitorId, Uptime>();
    for (let day = from; day <= now; day += DAY)
      for (const [monitor, probes] of probesOf(day, now)) {
        const uptime = found.get(monitor) ?? { share: null, down: 0, of: 0 };
        found.set(monitor, { ...uptime, of: uptime.of + probes });
      }
    for (const { monitor, seen } of incidentsSince(reader, from)) {
      const uptime = found.get(monitor);
      if (uptime) uptime.down = Math.min(uptime.of, uptime.down + seen.bad);
    }
    for (const uptime of found.values()) if (uptime.of > 0) uptime.share = 1 - uptime.down / uptime.of;
    return found;
  }

  return { prepare, isPrepared, at };
}

function* incidentsSince(reader: Reader, from: EpochMs): Generator<Incident> {
  let before: number | undefined;
  for (;;) {
    const page = reader.incidents({ limit: PAGE, ...(before !== undefined && { before }) });
    for (const incident of page) if (incident.resolvedAt === null || incident.resolvedAt >= from) yield incident;
    const last = page.at(-1);
    // Ids rise with the opening, so once a whole page was opened before the span only long ones could be left.
    if (page.length < PAGE || last === undefined || last.openedAt < from) return;
    before = last.id;
  }
}
