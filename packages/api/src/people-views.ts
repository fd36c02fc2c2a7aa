/** Views of what people add to what was seen: silences, deploy markers, notes, and what they took as the new normal. */
import { z } from "@hono/zod-openapi";
import { code, count, epochMs, monitorId, region, stream } from "./view-parts.ts";

const by = z.string().openapi({ description: "Who said so, as they call themselves", example: "ana" });

export const silenceView = z
  .object({
    id: count,
    match: z
      .object({
        monitors: z.array(monitorId).optional(),
        tags: z.array(z.string()).optional(),
        codes: z.array(code).optional(),
        regions: z.array(region).optional(),
      })
      .openapi({ description: "Each list that is there must fit; inside a list one hit is enough" }),
    createdAt: epochMs,
    endsAt: epochMs,
    endedAt: epochMs.nullable().openapi({ description: "When a person ended it before its time" }),
    reason: z.string(),
    by,
    active: z.boolean().openapi({ description: "It holds now" }),
  })
  .openapi("Silence");

export const silencesView = z
  .object({
    silences: z.array(silenceView).openapi({ description: "Newest first" }),
    next: count.nullable().openapi({ description: "`before` of the next page; null when this is the last" }),
  })
  .openapi("Silences");

export const deployView = z
  .object({
    id: count,
    at: epochMs,
    service: z.string().openapi({ example: "gateway" }),
    version: z.string().openapi({ example: "2025.11.3" }),
    regions: z.array(region).openapi({ description: "Where; empty is everywhere" }),
    monitors: z.array(monitorId).openapi({ description: "Whom it concerns; both lists empty is every monitor" }),
    tags: z.array(z.string()),
    url: z.string().nullable(),
    by: by.nullable(),
  })
  .openapi("Deploy");

export const deploysView = z
  .object({
    deploys: z.array(deployView).openapi({ description: "Newest first" }),
    next: epochMs.nullable().openapi({ description: "`to` of the next page; null when this is the last" }),
  })
  .openapi("Deploys");

/** The deploy an incident began after. */
export const deployBeforeView = z
  .object({
    id: count,
    at: epochMs,
    service: z.string(),
    version: z.string(),
    url: z.string().nullable(),
    afterMs: z
      .number()
      .openapi({ description: "From the deploy to the onset; a little below 0 where that is uncertain" }),
    sameRegions: z.boolean().openapi({ description: "It went to exactly the regions that are affected" }),
    text: z.string().openapi({ example: "began 3 min after gateway 2025.11.3 in the same regions" }),
  })
  .openapi("DeployBefore");

export const noteView = z.object({ id: count, incident: count, at: epochMs, by, text: z.string() }).openapi("Note");

export const acceptanceView = z
  .object({
    id: count,
    incident: count,
    monitor: monitorId,
    at: epochMs,
    by,
    reason: z.string(),
    scope: z
      .object({ streams: z.array(stream).optional(), regions: z.array(region).optional() })
      .openapi({ description: "What is left out is all of it" }),
    undoableUntil: epochMs,
    undoneAt: epochMs.nullable(),
    undoable: z.boolean().openapi({ description: "It can be undone now" }),
  })
  .openapi("Acceptance");

/** Why nobody is told at the moment. */
export const muteView = z
  .object({
    kind: z.enum(["silence", "maintenance"]),
    name: z.string().openapi({ description: "Id of the silence, or name of the maintenance" }),
    until: epochMs,
    reason: z.string(),
  })
  .openapi("Mute");

export type SilenceDetail = z.infer<typeof silenceView>;
export type Silences = z.infer<typeof silencesView>;
export type DeployDetail = z.infer<typeof deployView>;
export type Deploys = z.infer<typeof deploysView>;
export type DeployBeforeDetail = z.infer<typeof deployBeforeView>;
export type NoteDetail = z.infer<typeof noteView>;
export type AcceptanceDetail = z.infer<typeof acceptanceView>;
export type MuteDetail = z.infer<typeof muteView>;
