/** The overview: a row for each monitor, with its ribbon. */
import { z } from "@hono/zod-openapi";
import { muteView } from "../people-views.ts";
import { code, column, count, epochMs, limitColumn, monitorId, region, share } from "../view-parts.ts";
import { incidentSummaryView } from "./incident.ts";
import { standingView } from "./judged.ts";

/** Which window the ribbons of an overview may span. */
export const windowView = z.enum(["1h", "6h", "24h"]);

/** The shape of every ribbon of one answer. The last cell is the current, unfinished one. */
export const ribbonView = z
  .object({ from: epochMs, stepMs: count, cells: count })
  .openapi("Ribbon", { description: "Cell i spans [from + i * stepMs, from + (i + 1) * stepMs)" });

const C4XX = "Unexpected codes 400 to 499 but 409";
const OTHER = "Any other unexpected code, such as a redirect where none is expected";

export const cellsView = z
  .object({
    probes: column,
    missed: column,
    c409: column,
    c4xx: column.openapi({ description: C4XX }),
    c5xx: column,
    none: column.openapi({ description: "No answer" }),
    other: column.openapi({ description: OTHER }),
    limits: z.object({
      c409: limitColumn,
      c4xx: limitColumn,
      c5xx: limitColumn,
      none: limitColumn,
      other: limitColumn,
    }),
  })
  .openapi("Cells");

const runs = z.array(count).openapi({
  description: "Runs of equal cells: value, times, value, times …; all times together are `ribbon.cells`",
  example: [0, 70, 3, 2],
});
const limitRuns = z.array(count.nullable()).openapi({
  description: "As other runs; 99 % quantiles of the binomial; null: nothing learned",
});

export const packedCellsView = z
  .object({
    probes: runs,
    missed: runs,
    c409: runs,
    c4xx: runs,
    c5xx: runs,
    none: runs,
    other: runs,
    limits: z.object({ c409: limitRuns, c4xx: limitRuns, c5xx: limitRuns, none: limitRuns, other: limitRuns }),
  })
  .openapi("PackedCells", { description: "Cells of hundreds of monitors, mostly alike from one to the next" });

/** What the row says in numbers: the code that deviates, else 409, in the last quarter of an hour. */
export const headlineView = z
  .object({
    code,
    bad: count,
    of: count,
    usualShare: share.nullable(),
    limit: count.nullable().openapi({ description: "99 % quantile of what is usual among `of`" }),
    above: z.boolean().openapi({ description: "bad is above the limit" }),
  })
  .openapi("Headline");

export const regionNowView = z
  .object({
    region,
    at: epochMs.nullable().openapi({ description: "Slot of the newest row; null when there is none" }),
    ageMs: z.number().nullable(),
    code: code.nullable().openapi({ description: "null when that slot was missed" }),
    missed: z.string().nullable().openapi({ description: "Why, when that slot was missed" }),
    totalMs: z.number().nullable(),
    bad: count.openapi({ description: "Answers of the headline's code, in the headline's span" }),
    of: count,
    limit: count.nullable(),
  })
  .openapi("RegionNow");

export const monitorRowView = z
  .object({
    id: monitorId,
    name: z.string(),
    tags: z.array(z.string()),
    method: z.string(),
    path: z.string(),
    regions: z.array(region),
    intervalMs: count,
    standing: standingView,
    reason: z.string(),
    headline: headlineView,
    usual: z
      .object({
        c409: share.nullable(),
        c4xx: share.nullable(),
        c5xx: share.nullable(),
        none: share.nullable(),
        other: share.nullable(),
      })
      .openapi({
        description: "Share that is usual now, per class; with it a live cell's limit can be kept up to date",
      }),
    cells: cellsView,
    p50: z.number().nullable().openapi({ description: "ms, over the fuller of this and the last quarter of an hour" }),
    p95: z.number().nullable(),
    uptime: z.object({ share: share.nullable(), down: count, of: count }).openapi({
      description: "Last 30 days: probes not counted as bad by an incident, of all probes; missed slots are in neither",
    }),
    last: z.array(regionNowView),
    incident: incidentSummaryView.nullable().openapi({ description: "The open one" }),
    mute: muteView.nullable().openapi({ description: "A maintenance, or a silence that covers all of this monitor" }),
  })
  .openapi("MonitorRow");

export const overviewView = z
  .object({
    now: epochMs,
    window: windowView,
    headlineFrom: epochMs.openapi({ description: "Headlines count the slots in [headlineFrom, now]" }),
    standings: z.object({ learning: count, usual: count, watching: count, spike: count, no_data: count }),
    openIncidents: z.object({ all: count, acknowledged: count }),
    ribbon: ribbonView,
    monitors: z.array(monitorRowView.extend({ cells: packedCellsView }).openapi("PackedMonitorRow")),
  })
  .openapi("Overview");

/** As it is sent; the client unpacks it to an `Overview`. */
export type PackedOverview = z.infer<typeof overviewView>;
export type PackedCells = z.infer<typeof packedCellsView>;
export type Overview = Omit<PackedOverview, "monitors"> & { monitors: MonitorRow[] };
export type OverviewWindow = z.infer<typeof windowView>;
export type Ribbon = z.infer<typeof ribbonView>;
export type Cells = z.infer<typeof cellsView>;
export type Headline = z.infer<typeof headlineView>;
export type RegionNow = z.infer<typeof regionNowView>;
export type MonitorRow = z.infer<typeof monitorRowView>;
