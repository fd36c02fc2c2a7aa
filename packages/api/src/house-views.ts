/** Views of the house itself: trouble of our own, which definitions are in force, and channels being tried. */
import { z } from "@hono/zod-openapi";
import { INTERNAL_KINDS } from "@statusquo/core";
import { count, epochMs, monitorId, region } from "./view-parts.ts";

export const internalAlertView = z
  .object({
    id: count,
    kind: z.enum(INTERNAL_KINDS),
    title: z.string().openapi({ example: "messages cannot be delivered" }),
    subject: z.string().openapi({ description: "The channel, region or monitor it is about, or one of ours by name" }),
    openedAt: epochMs,
    resolvedAt: epochMs.nullable(),
    reason: z.string(),
    resolution: z.string().nullable(),
  })
  .openapi("InternalAlert", { description: "About Statusquo itself, never about a target" });

export const internalAlertsView = z
  .object({
    alerts: z.array(internalAlertView).openapi({ description: "Newest first" }),
    next: count.nullable().openapi({ description: "`before` of the next page; null when this is the last" }),
  })
  .openapi("InternalAlerts");

const place = { file: z.string(), line: count };

export const definitionsDetailView = z
  .object({
    now: epochMs,
    loadedAt: epochMs.nullable().openapi({ description: "Since when what is in force is in force" }),
    files: z.array(z.object({ file: z.string(), lines: count, monitors: count, channels: count })),
    monitors: z.array(
      z.object({
        id: monitorId,
        name: z.string(),
        ...place,
        endLine: count,
        method: z.string(),
        path: z.string(),
        intervalMs: count,
        regions: z.array(region),
        expect: z.string(),
        falseAlarmsPerYear: z.number(),
        tags: z.array(z.string()),
        notify: z.array(z.string()),
        version: z.string().openapi({ description: "Changes when what is probed or expected changes" }),
      }),
    ),
    channels: z.array(
      z.object({
        id: z.string(),
        kind: z.enum(["slack", "email", "webhook", "sms"]),
        ...place,
        recipients: z.array(z.string()).openapi({ description: "Mail addresses or numbers; else the channel's id" }),
        severities: z.array(z.enum(["critical", "warning"])).openapi({ description: "Empty lets all pass" }),
        tags: z.array(z.string()),
        quiet: z.string().nullable().openapi({ example: "22:00 to 07:00 Europe/Berlin" }),
        monitors: count.openapi({ description: "Monitors that name it" }),
      }),
    ),
    self: z.object({ notify: z.array(z.string()), heartbeat: z.boolean() }),
    broken: z
      .object({
        at: epochMs,
        problems: z.array(z.object({ ...place, column: count, message: z.string() })),
      })
      .nullable()
      .openapi({ description: "Why a newer edit is not in force; null when the newest is" }),
  })
  .openapi("DefinitionsDetail");

export const channelTestView = z
  .object({
    channel: z.string(),
    at: epochMs,
    results: z.array(
      z.object({
        recipient: z.string(),
        result: z.enum(["delivered", "retry", "refused"]),
        said: z.string().openapi({ description: "What the far end said, or what is wrong here" }),
        ms: count.openapi({ description: "To its last word" }),
      }),
    ),
  })
  .openapi("ChannelTest", { description: "One test message to every recipient, told once and not tried again" });

export type InternalAlertDetail = z.infer<typeof internalAlertView>;
export type InternalAlerts = z.infer<typeof internalAlertsView>;
export type DefinitionsDetail = z.infer<typeof definitionsDetailView>;
export type ChannelTest = z.infer<typeof channelTestView>;
