/** What judging says of a monitor: standing, scope, cause, reading. */
import { z } from "@hono/zod-openapi";
import { code, count, region, share, stream } from "../view-parts.ts";

export const standingView = z.enum(["learning", "usual", "watching", "spike", "no_data"]).openapi("Standing");

export const scopeView = z
  .object({ kind: z.enum(["everywhere", "regions"]), regions: z.array(region), elsewhere: z.array(region) })
  .openapi("Scope", { description: "`regions` are affected; `elsewhere` was seen and is as usual" });

export const causeView = z
  .object({
    cause: z.string(),
    title: z.string(),
    share,
    for: z.array(z.string()),
    against: z.array(z.string()),
    fix: z.object({ now: z.string(), inClients: z.string(), later: z.string() }),
  })
  .openapi("Cause");

export const unmetView = z
  .object({
    step: z.string().nullable().openapi({ description: "The step that decided; null for a probe of one request" }),
    what: z.string().openapi({ example: '$.status was "degraded", expected "ok"' }),
  })
  .openapi("Unmet", { description: "An expectation that was not met" });

export const readingView = z
  .object({
    stream,
    code: code.nullable(),
    lnEvidence: z.number(),
    lnThreshold: z.number(),
    usualShare: share,
    bad: count,
    of: count,
    open: z.boolean(),
  })
  .openapi("Reading");

export type StandingName = z.infer<typeof standingView>;
export type CauseDetail = z.infer<typeof causeView>;
