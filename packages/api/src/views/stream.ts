/** What the stream says, by the name of the event. */
import { z } from "@hono/zod-openapi";
import { internalAlertView } from "../house-views.ts";
import { acceptanceView, deployView, noteView, silenceView } from "../people-views.ts";
import { code, count, epochMs, monitorId, region } from "../view-parts.ts";
import { deliveryView, incidentSummaryView } from "./incident.ts";
import { readingView, standingView } from "./judged.ts";
import { definitionsView } from "./service.ts";

/** What `stream` sends, by the name of the event. */
export const streamViews = {
  hello: z
    .object({
      now: epochMs,
      version: z.string(),
      heartbeatMs: count,
      resumed: z.boolean().openapi({ description: "False: something may have been missed, read everything again" }),
    })
    .openapi("HelloEvent"),
  "sample-batch": z
    .object({
      now: epochMs,
      monitors: z.array(
        z.object({
          id: monitorId,
          samples: z.array(
            z.object({
              region,
              slot: epochMs,
              code: code.nullable(),
              missed: z.string().nullable(),
              expected: z.boolean(),
              totalMs: z.number().nullable(),
            }),
          ),
        }),
      ),
    })
    .openapi("SampleBatchEvent"),
  verdict: z
    .object({
      now: epochMs,
      monitor: monitorId,
      slot: epochMs,
      standing: standingView,
      reason: z.string(),
      sampled: count,
      missed: count,
      readings: z.array(readingView),
    })
    .openapi("VerdictEvent"),
  incident: z
    .object({
      now: epochMs,
      change: z.enum([
        "opened",
        "changed",
        "resolved",
        "acknowledged",
        "unacknowledged",
        "accepted",
        "silenced",
        "unsilenced",
      ]),
      incident: incidentSummaryView,
    })
    .openapi("IncidentEvent"),
  silence: z.object({ now: epochMs, change: z.enum(["added", "ended"]), silence: silenceView }).openapi("SilenceEvent"),
  deploy: z.object({ now: epochMs, deploy: deployView }).openapi("DeployEvent"),
  note: z.object({ now: epochMs, note: noteView }).openapi("NoteEvent"),
  acceptance: z
    .object({ now: epochMs, change: z.enum(["accepted", "undone"]), acceptance: acceptanceView })
    .openapi("AcceptanceEvent"),
  internal: z
    .object({ now: epochMs, change: z.enum(["opened", "resolved"]), alert: internalAlertView })
    .openapi("InternalEvent"),
  delivery: z.object({ now: epochMs, delivery: deliveryView }).openapi("DeliveryEvent"),
  definitions: definitionsView.extend({ now: epochMs }).openapi("DefinitionsEvent"),
  heartbeat: z.object({ now: epochMs }).openapi("HeartbeatEvent"),
};

/** One message of the stream, told apart by `event`. */
export type StreamEvent = {
  [Name in keyof typeof streamViews]: { event: Name; data: z.infer<(typeof streamViews)[Name]> };
}[keyof typeof streamViews];
