/** Views of judging: why a slot was judged as it was, and what another budget would have told. */
import { z } from "@hono/zod-openapi";
import { code, count, epochMs, monitorId, region, share } from "./view-parts.ts";
import { readingView, standingView } from "./views/judged.ts";

export const whyView = z
  .object({
    slot: epochMs,
    standing: standingView,
    text: z.string().openapi({
      example: "watching: 2 of 6 probes 409, usual 1.2 %, chance 1 in 310, limit 1 in 530 thousand",
    }),
    chance: z.string().nullable().openapi({ example: "1 in 310" }),
    limit: z.string().nullable().openapi({ description: "Below this chance an incident opens" }),
    strongest: readingView
      .nullable()
      .openapi({ description: "The stream that spoke loudest; null while nothing is learned" }),
    learnedMin: count.openapi({ description: "Quiet history, minutes; a day is as good as more" }),
    sampled: count,
    missed: count,
    note: z.string().nullable().openapi({ description: "What the numbers cannot say, such as a maintenance" }),
  })
  .openapi("Why", { description: "One closed slot's verdict, in the numbers its sentence is made from" });

export const whyAtView = z
  .object({
    monitor: monitorId,
    at: epochMs.openapi({ description: "The instant asked about" }),
    why: whyView.nullable().openapi({ description: "Of the newest slot judged by then; null: not kept so far back" }),
  })
  .openapi("WhyAt");

export const whysView = z
  .object({
    monitor: monitorId,
    whys: z.array(whyView).openapi({ description: "Newest first; kept for 7 days" }),
    next: epochMs.nullable().openapi({ description: "`to` of the next page; null when this is the last" }),
  })
  .openapi("Whys");

const replayedIncident = z.object({
  onsetAt: epochMs,
  openedAt: epochMs,
  resolvedAt: epochMs.nullable().openapi({ description: "null: open at the end" }),
  code: code.nullable(),
  codes: z.array(code),
  regions: z.array(region),
  seen: z.object({ bad: count, of: count }),
});

export const replayView = z
  .object({
    monitor: monitorId,
    budget: z.string().openapi({ example: "2/month" }),
    falseAlarmsPerYear: z.number(),
    inForce: z.number().openapi({ description: "False alarms per year that the definition allows now" }),
    from: epochMs.openapi({ description: "Later than asked where samples are not kept so long" }),
    to: epochMs,
    samples: count.openapi({ description: "Judged, in order, with the very code that judges live" }),
    incidents: z.array(replayedIncident),
    wereTold: count.openapi({ description: "Incidents that really opened in this span" }),
    computedAt: epochMs,
  })
  .openapi("Replay", { description: "What would have been opened in this span with another budget" });

export const replayingView = z
  .object({
    monitor: monitorId,
    budget: z.string().openapi({ example: "2/month" }),
    share: share.openapi({ description: "How much of the span has been judged" }),
  })
  .openapi("Replaying", { description: "It is being made; asked again, the same goes on" });

export type Replaying = z.infer<typeof replayingView>;
export type WhyDetail = z.infer<typeof whyView>;
export type WhyAt = z.infer<typeof whyAtView>;
export type Whys = z.infer<typeof whysView>;
export type ReplayDetail = z.infer<typeof replayView>;
