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

/**
 * Of every monitor that was probed. Days are UTC; the first is whole, the last unfinished. An incident that began before
 * the span counts whole.
 */
export function uptimes(reader: Reader, now: EpochMs): Map<MonitorId, Uptime> {
  const from = Math.floor(now / DAY) * DAY - (SPAN_DAYS - 1) * DAY;
  const found = new Map<MonitorId, Uptime>();
  for (const { monitor, probes } of reader.counts({ from, to: now + 1, stepMs: DAY })) {
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
