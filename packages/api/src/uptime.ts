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

const DAY = 86_400_000;
const SPAN_DAYS = 30;
const PAGE = 500;
/** A day is over for good so long after its end. */
const SETTLED_MS = 2 * 3_600_000;

export interface Uptimes {
  /** Reads the days that are over, one at a time, so that `at` need not stop the loop for them. */
  prepare(now: EpochMs): Promise<void>;
  at(now: EpochMs): Map<MonitorId, Uptime>;
}

/**
 * Answers the uptime of every monitor that was probed. Days are UTC; the first is whole, the last unfinished. An incident
 * that began before the span counts whole.
 *
 * Days that are over are read once: what comes home days late is not in them.
 *
 * @param closing ends the reading of days
 */
export function createUptimes(reader: Reader, closing?: AbortSignal): Uptimes {
  const days = new Map<EpochMs, Map<MonitorId, number>>();

  function probesOf(day: EpochMs, now: EpochMs): Map<MonitorId, number> {
    const known = days.get(day);
    if (known) return known;
    const to = Math.min(day + DAY, now + 1);
    const counts = reader.counts({ from: day, to, stepMs: DAY, only: "codes" });
    const probes = new Map(counts.map((bucket) => [bucket.monitor, bucket.probes]));
    if (now >= day + DAY + SETTLED_MS) days.set(day, probes);
    return probes;
  }

  const firstDay = (now: EpochMs) => Math.floor(now / DAY) * DAY - (SPAN_DAYS - 1) * DAY;

  async function readDays(now: EpochMs): Promise<void> {
    for (let day = firstDay(now); day + DAY + SETTLED_MS <= now; day += DAY) {
      if (closing?.aborted) return;
      if (days.has(day)) continue;
      probesOf(day, now);
      await new Promise(setImmediate);
    }
  }

  let underWay: Promise<void> | null = null;
  function prepare(now: EpochMs): Promise<void> {
    underWay ??= readDays(now).finally(() => {
      underWay = null;
    });
    return underWay;
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

  return { prepare, at };
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
