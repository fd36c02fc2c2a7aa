/** One monitor whole, and over time. */
import { z } from "@hono/zod-openapi";
import { deployView, silenceView } from "../people-views.ts";
import { byCode, code, column, count, epochMs, limitColumn, monitorId, region, share, stream } from "../view-parts.ts";
import { incidentSummaryView } from "./incident.ts";
import { readingView } from "./judged.ts";
import { monitorRowView, ribbonView } from "./overview.ts";

export const usualView = z
  .object({
    stream,
    share,
    bad: z.number().min(0).openapi({ description: "Discounted counts behind the level; fractions are right" }),
    of: z.number().min(0),
  })
  .openapi("Usual");

export const monitorView = monitorRowView
  .extend({
    now: epochMs,
    ribbon: ribbonView,
    headlineFrom: epochMs,
    url: z.string().openapi({ description: "Without user, query and fragment; references stay as written" }),
    headers: z.array(z.string()).openapi({ description: "Names only" }),
    timeoutMs: count,
    expect: z.string().openapi({ example: '2xx, !409; $.status "ok"' }),
    steps: z
      .array(z.object({ name: z.string(), role: z.enum(["step", "cleanup"]) }))
      .openapi({ description: "The requests of a probe, in order; one for most monitors" }),
    falseAlarmsPerYear: z.number(),
    notify: z.array(z.string()),
    version: z.string(),
    source: z.object({
      file: z.string(),
      line: count,
      endLine: count,
      text: z.string().nullable().openapi({
        description: "The lines as written; literal values that could be secret read `•••`. null: not at hand",
      }),
    }),
    usualOf: z.array(usualView).openapi({ description: "409 and `any` first, then codes seen in the window" }),
    verdict: z
      .object({ slot: epochMs, sampled: count, missed: count, readings: z.array(readingView) })
      .nullable()
      .openapi({ description: "Of the slot judged last" }),
    timezone: z.string().openapi({ description: "Whose hours and weekdays learning goes by", example: "UTC" }),
    alerting: z.object({
      severity: z.enum(["critical", "warning"]).nullable().openapi({ description: "null: by what is seen" }),
      remindMs: count.nullable().openapi({ description: "null: never" }),
      escalate: z.array(z.object({ afterMs: count, notify: z.array(z.string()) })),
    }),
    deploys: z.array(deployView).openapi({ description: "Those that concern it, in the ribbon's span, newest first" }),
    silences: z.array(silenceView).openapi({ description: "In force, and about this monitor" }),
    usualHours: z.array(z.object({ stream, cells: z.array(share.nullable()) })).openapi({
      description:
        "For the first streams of `usualOf`: 7 days (Monday first) by 24 hours of its time zone, what is usual in that hour",
    }),
  })
  .openapi("Monitor");

const numbers = z.array(z.number().nullable());

/** One monitor over time, as uPlot wants it: every column is as long as `t`. */
export const seriesView = z
  .object({
    monitor: monitorId,
    region: region.nullable().openapi({ description: "null: all regions together" }),
    from: epochMs,
    to: epochMs,
    stepMs: count,
    t: z.array(z.number()).openapi({ description: "Unix seconds: where each column begins" }),
    probes: column,
    missed: column,
    codes: byCode(column),
    expected: z.array(code).openapi({ description: "Which of the codes are expected by definition" }),
    worst: byCode(z.object({ bad: column, of: column })).openapi({
      description: "Per code, the 5 minutes of each column in which its share was highest; 0 of 0 where there was none",
    }),
    usual: byCode(z.array(share.nullable())).openapi({
      description: "Per unexpected code and 409: what is usual then",
    }),
    limits: byCode(limitColumn).openapi({ description: "Per unexpected code and 409" }),
    p50: numbers,
    p95: numbers,
    phases: z.object({ dns: numbers, connect: numbers, tls: numbers, firstByte: numbers, body: numbers }),
    byRegion: z
      .array(z.object({ region, probes: column, missed: column, codes: byCode(column) }))
      .openapi({ description: "Filled when asked for with by=region" }),
    incidents: z.array(incidentSummaryView).openapi({ description: "Those that touch the range, oldest first" }),
    deploys: z.array(deployView).openapi({ description: "Those that concern it, in the range, oldest first" }),
  })
  .openapi("Series");

export type MonitorDetail = z.infer<typeof monitorView>;
export type Series = z.infer<typeof seriesView>;
