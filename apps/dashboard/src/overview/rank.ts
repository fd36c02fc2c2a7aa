/** Which monitor to look at first. */
import type { MonitorRow } from "@statusquo/api/client";

const BY_STANDING: Record<MonitorRow["standing"], number> = {
  spike: 1,
  watching: 2,
  no_data: 3,
  learning: 4,
  usual: 5,
};

/** 0: an incident nobody has acknowledged; then acknowledged or spiking, watching, no data, learning, usual. */
export function concern({ standing, incident }: MonitorRow): number {
  if (incident !== null && incident.acknowledgedAt === null) return 0;
  return incident === null ? BY_STANDING[standing] : 1;
}

/** How far the headline lies above what chance explains, as a share of its probes; 0 for all below, which is noise. */
export function distance({ headline: { bad, of, limit } }: MonitorRow): number {
  return of === 0 || limit === null ? 0 : Math.max(0, (bad - limit) / of);
}

/** Worst first; the definitions' order among equals. */
export function worstFirst(rows: readonly MonitorRow[]): MonitorRow[] {
  return rows.toSorted((a, b) => concern(a) - concern(b) || distance(b) - distance(a));
}

/** Orders of the list, by their words in the address; the first is the usual one. */
export const SORTS = ["worst", "name", "code", "p95", "uptime"] as const;
export type Sort = (typeof SORTS)[number];

const shareOf = ({ headline: { bad, of } }: MonitorRow) => (of === 0 ? -1 : bad / of);
const ORDERS: Record<Exclude<Sort, "worst">, (a: MonitorRow, b: MonitorRow) => number> = {
  name: (a, b) => a.name.localeCompare(b.name),
  code: (a, b) => shareOf(b) - shareOf(a),
  p95: (a, b) => (b.p95 ?? -1) - (a.p95 ?? -1),
  uptime: (a, b) => (a.uptime.share ?? 2) - (b.uptime.share ?? 2),
};

/** What is not known stands last; the definitions' order among equals. */
export function sorted(rows: readonly MonitorRow[], by: Sort): MonitorRow[] {
  return by === "worst" ? worstFirst(rows) : rows.toSorted(ORDERS[by]);
}

export interface Parts {
  /** Incidents, watching and no data, worst first. */
  look: MonitorRow[];
  learning: MonitorRow[];
  /** Monitors as usual, by their first tag; those without one are under "". */
  usual: [tag: string, rows: MonitorRow[]][];
}

export function partsOf(rows: readonly MonitorRow[]): Parts {
  const sorted = worstFirst(rows);
  const isIn = (from: number, to: number) => (row: MonitorRow) => concern(row) >= from && concern(row) <= to;
  const groups = Map.groupBy(sorted.filter(isIn(5, 5)), ({ tags }) => tags[0] ?? "");
  return {
    look: sorted.filter(isIn(0, 3)),
    learning: sorted.filter(isIn(4, 4)),
    usual: [...groups].sort(([a], [b]) => Number(a === "") - Number(b === "") || a.localeCompare(b)),
  };
}
