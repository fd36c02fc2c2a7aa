/** A region's beats: whether the probes the timetable asked for came home. */
import type { RegionRow } from "@statusquo/api/client";

export type Beat = "idle" | "home" | "missed" | "awaited";

/** Beats not yet judged: a probe may take as long as its timeout. */
const UNFINISHED = 2;
/** As many finished beats in a row without a result are no accident. */
const SILENT_BEATS = 3;

export function beatsOf({ beats: { due, sampled, missed } }: Pick<RegionRow, "beats">): Beat[] {
  return due.map((asked, index) => {
    const home = sampled[index] ?? 0;
    if ((missed[index] ?? 0) > 0) return "missed";
    if (asked === 0 && home === 0) return "idle";
    if (home > 0) return "home";
    return index >= due.length - UNFINISHED ? "awaited" : "missed";
  });
}

/** Nobody probes there, or the last finished beats with anything due all came to nothing. */
export function isLate(region: Pick<RegionRow, "beats" | "workers" | "monitors">): boolean {
  if (region.monitors === 0) return false;
  if (region.workers === 0) return true;
  const finished = beatsOf(region)
    .slice(0, -UNFINISHED)
    .filter((beat) => beat !== "idle");
  const last = finished.slice(-SILENT_BEATS);
  return last.length === SILENT_BEATS && last.every((beat) => beat === "missed");
}
