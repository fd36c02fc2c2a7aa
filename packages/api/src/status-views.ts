/**
 * The public page: what people notice, where and since when. Anybody may read it, so it names only what definitions
 * publish, under the names they publish it under: no codes, addresses, monitors, hosts, releases or causes.
 */
import { z } from "@hono/zod-openapi";
import { count, epochMs, share } from "./view-parts.ts";

const state = z.enum(["ok", "partly", "down", "unknown"]).openapi({
  description: "partly: some requests fail, or only in some places; unknown: not measured now",
});

export const statusDayView = z
  .object({
    at: epochMs.openapi({ description: "Midnight, UTC" }),
    state: z.enum(["ok", "partly", "down", "unmeasured"]),
    disruptedMs: count,
  })
  .openapi("StatusDay");

export const statusServiceView = z
  .object({
    name: z.string(),
    state,
    since: epochMs.nullable().openapi({ description: "Since when it is disrupted" }),
    places: z.array(z.string()).openapi({ description: "Where, when not everywhere" }),
    uptime: share.nullable().openapi({ description: "Share of the measured time of these days without disruption" }),
    days: z.array(statusDayView).openapi({ description: "90, oldest first; the last is today" }),
  })
  .openapi("StatusService");

export const statusView = z
  .object({
    now: epochMs,
    state,
    measuredAt: epochMs.nullable().openapi({ description: "Slot of the newest answer" }),
    everyMs: count.nullable().openapi({ description: "The shortest interval of what is published" }),
    places: z.array(z.string()),
    groups: z.array(z.object({ name: z.string().nullable(), services: z.array(statusServiceView) })),
    disruptions: z
      .array(
        z.object({
          service: z.string(),
          group: z.string().nullable(),
          state: z.enum(["partly", "down"]),
          places: z.array(z.string()),
          since: epochMs,
          until: epochMs.nullable().openapi({ description: "null: it goes on" }),
        }),
      )
      .openapi({ description: "Those that go on first, then the last 14 days, newest first" }),
    planned: z.array(z.object({ services: z.array(z.string()), from: epochMs, until: epochMs })),
  })
  .openapi("Status");

export type Status = z.infer<typeof statusView>;
export type StatusService = z.infer<typeof statusServiceView>;
