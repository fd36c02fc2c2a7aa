/** How Statusquo itself is: regions, definitions, health, and the demo's faults. */
import { z } from "@hono/zod-openapi";
import { column, count, epochMs, monitorId, region } from "../view-parts.ts";
import { ribbonView } from "./overview.ts";

export const regionView = z
  .object({
    region,
    workers: count,
    lastSeenAt: epochMs.nullable().openapi({ description: "When a worker was last heard of" }),
    monitors: count,
    lastSampleAt: epochMs.nullable(),
    lastSampleAgeMs: z.number().nullable(),
    lateness: z.object({ p95: z.number().nullable(), worst: z.number().nullable(), of: count }).openapi({
      description: "ms from slot, or its region's turn in it, to start, of the newest sample of each monitor",
    }),
    missed: z.object({ count, of: count }).openapi({ description: "Slots in [missedFrom, now]" }),
    beats: z.object({
      due: column.openapi({ description: "Probes the timetable asks for" }),
      sampled: column,
      missed: column,
    }),
  })
  .openapi("Region");

export const regionsView = z
  .object({
    now: epochMs,
    missedFrom: epochMs,
    beat: ribbonView.openapi({ description: "Shape of `beats`: 24 of 10 s; the last is unfinished" }),
    regions: z.array(regionView),
  })
  .openapi("Regions");

export const definitionsView = z
  .object({
    files: z.array(z.string()),
    loadedAt: epochMs.nullable(),
    monitors: count,
    error: z.string().nullable().openapi({ description: "Why the newest edit is not in use; the last good one is" }),
    errorAt: epochMs.nullable(),
  })
  .openapi("Definitions");

export const checkView = z
  .object({ name: z.string(), ok: z.boolean(), reason: z.string() })
  .openapi("Check", { description: "One thing that must hold for alerts to be trusted" });

export const healthView = z
  .object({
    ok: z.boolean(),
    now: epochMs,
    version: z.string(),
    startedAt: epochMs,
    checks: z.array(checkView),
    definitions: definitionsView,
    scheduler: z.object({ advancedAt: epochMs.nullable() }),
    store: z.object({ bytes: count, lastCommitAt: epochMs.nullable() }),
    outbox: z.object({ oldestPendingAt: epochMs.nullable(), dead: count }),
    publicUrl: z.string().nullable(),
    demo: z.boolean(),
  })
  .openapi("Health");

export const readyView = z.object({ ready: z.boolean(), checks: z.array(checkView) }).openapi("Ready");

export const demoFaultView = z
  .object({
    id: z.string().openapi({ example: "stale-etag" }),
    title: z.string(),
    what: z.string().openapi({ description: "What the demo target does while it is on, in one sentence" }),
    monitor: monitorId.nullable(),
    on: z.boolean(),
  })
  .openapi("DemoFault");

export const demoFaultsView = z
  .object({
    faults: z.array(demoFaultView),
    messagesUrl: z
      .string()
      .nullable()
      .openapi({ description: "Page of the mails and Slack messages that the demo caught; null when there is none" }),
  })
  .openapi("DemoFaults");

export type RegionRow = z.infer<typeof regionView>;
export type Regions = z.infer<typeof regionsView>;
export type DefinitionsStatus = z.infer<typeof definitionsView>;
export type Check = z.infer<typeof checkView>;
export type Health = z.infer<typeof healthView>;
export type DemoFault = z.infer<typeof demoFaultView>;
export type DemoFaults = z.infer<typeof demoFaultsView>;
