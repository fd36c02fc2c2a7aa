/** Incidents, as lists and as their own page show them, and what was told of them. */
import { z } from "@hono/zod-openapi";
import { acceptanceView, deployBeforeView, deployView, muteView, noteView, silenceView } from "../people-views.ts";
import { code, count, epochMs, monitorId, region, share, stream } from "../view-parts.ts";
import { evidenceView } from "./exchange.ts";
import { causeView, scopeView, unmetView } from "./judged.ts";

/** An incident as lists and banners show it. */
export const incidentSummaryView = z
  .object({
    id: count.openapi({ example: 412 }),
    monitor: monitorId,
    monitorName: z.string(),
    state: z.enum(["open", "resolved"]),
    since: epochMs.openapi({ description: "When the mix of codes most likely changed (the onset)" }),
    sinceUncertaintyMs: z.number().min(0),
    openedAt: epochMs,
    resolvedAt: epochMs.nullable(),
    code: code.nullable().openapi({ description: "The code to name; null when several share it" }),
    codes: z.array(code),
    scope: scopeView,
    seen: z.object({ bad: count, of: count }),
    usualShare: share,
    sentence: z.string().openapi({ example: "409 on 41 of 45 probes in eu-west and eu-central; usual is 1.2 %" }),
    unmet: unmetView
      .nullable()
      .openapi({ description: "What was wrong with the newest answer of `code`, where the status does not say it" }),
    cause: z
      .string()
      .nullable()
      .openapi({ description: "The likeliest cause of its conflicts, in words; null when the answers do not say" }),
    severity: z.enum(["critical", "warning"]),
    deploy: deployBeforeView.nullable().openapi({ description: "What it began after, as far as a deploy was told of" }),
    acknowledgedAt: epochMs.nullable(),
    acknowledgedBy: z.string().nullable(),
    muted: muteView.nullable().openapi({ description: "Why nobody is told at the moment; null when people are" }),
    closedAs: z.enum(["recovered", "accepted", "removed", "relearned"]).nullable(),
    cost: z
      .object({ downMs: count, failed: count, of: count, text: z.string() })
      .nullable()
      .openapi({ description: "Downtime as the definition counts it, and failed probes; null while it is open" }),
    revision: count.openapi({ description: 'Its ETag is `"<revision>"`' }),
  })
  .openapi("IncidentSummary");

export const deliveryView = z
  .object({
    num: count.openapi({ description: "Place among all deliveries; rises" }),
    key: z.string(),
    alert: count.nullable().openapi({ description: "The internal alert it is about; null of an incident's" }),
    incident: count.nullable().openapi({ description: "null of a message about Statusquo itself" }),
    kind: z.enum(["opened", "changed", "resolved", "reminder", "escalated", "internal"]),
    channel: z.string(),
    recipient: z.string(),
    state: z.enum(["pending", "delivered", "dead"]),
    createdAt: epochMs,
    dueAt: epochMs.nullable(),
    attempts: z.array(z.object({ at: epochMs, result: z.enum(["delivered", "retry", "refused"]), said: z.string() })),
  })
  .openapi("Delivery");

export const deliveriesView = z
  .object({
    deliveries: z.array(deliveryView).openapi({ description: "Newest first" }),
    next: count.nullable().openapi({ description: "`before` of the next page; null when this is the last" }),
  })
  .openapi("Deliveries");

export const incidentsView = z
  .object({
    incidents: z.array(incidentSummaryView).openapi({ description: "Newest first" }),
    next: count.nullable().openapi({ description: "`before` of the next page; null when this is the last" }),
  })
  .openapi("Incidents");

export const matrixView = z
  .object({
    slots: z.array(epochMs),
    rows: z.array(
      z.object({
        region,
        codes: z.array(code.nullable()),
        unmet: z
          .array(count)
          .openapi({ description: "Which of the slots, by index, were unexpected for something else than the status" }),
        bad: count.openapi({ description: "Answers with one of the incident's codes, since the onset" }),
        of: count,
      }),
    ),
    complete: z.boolean().openapi({ description: "False when the incident goes on after the last slot shown" }),
  })
  .openapi("Matrix", { description: "Every probe around the onset; null: nothing known" });

export const incidentView = incidentSummaryView
  .extend({
    now: epochMs,
    method: z.string(),
    path: z.string(),
    evidence: z.object({
      bad: count,
      of: count,
      usualShare: share,
      usualBad: z.number().min(0),
      usualOf: z.number().min(0),
      lnEvidence: z.number(),
      lnThreshold: z.number(),
    }),
    chance: z.string().openapi({ example: "1 in 160 million" }),
    chanceLimit: z.string().openapi({
      description: "Below this chance an incident opens: the budget of false alarms",
      example: "1 in 530 thousand",
    }),
    streams: z.array(
      z.object({
        stream,
        code: code.nullable(),
        openedAt: epochMs,
        onsetAt: epochMs,
        scope: scopeView,
        bad: count,
        of: count,
      }),
    ),
    causes: z.array(causeView),
    transitions: z.array(
      z.object({
        seq: count,
        kind: z.enum(["opened", "changed", "resolved"]),
        at: epochMs,
        reason: z.string(),
        codes: z.array(code),
        scope: scopeView,
        seen: z.object({ bad: count, of: count }),
        lnEvidence: z.number(),
        muted: z.string().nullable().openapi({ description: "Why nobody was told of it; null when people were" }),
      }),
    ),
    timeline: z
      .array(
        z.object({
          at: epochMs,
          kind: z.enum([
            "onset",
            "deploy",
            "opened",
            "changed",
            "resolved",
            "acknowledged",
            "silenced",
            "accepted",
            "undone",
            "note",
            "reminded",
            "escalated",
          ]),
          text: z.string(),
          by: z.string().nullable(),
        }),
      )
      .openapi({ description: "All that happened around it, oldest first" }),
    deploys: z.array(deployView).openapi({ description: "From 6 h before the onset to its end, that concern it" }),
    silences: z.array(silenceView).openapi({ description: "In force, and about its monitor" }),
    notes: z.array(noteView).openapi({ description: "Oldest first" }),
    acceptances: z.array(acceptanceView).openapi({ description: "Newest first" }),
    followAt: epochMs
      .nullable()
      .openapi({ description: "When it is next looked at: reminder, escalation, end of a mute" }),
    deliveries: z.array(deliveryView),
    matrix: matrixView,
    example: evidenceView.nullable().openapi({ description: "The newest answer that shows it" }),
    usual: evidenceView.nullable().openapi({ description: "A usual answer of the same monitor, to compare with" }),
  })
  .openapi("Incident");

export type IncidentSummary = z.infer<typeof incidentSummaryView>;
export type Incidents = z.infer<typeof incidentsView>;
export type IncidentDetail = z.infer<typeof incidentView>;
export type Matrix = z.infer<typeof matrixView>;
export type TimelineEntry = IncidentDetail["timeline"][number];
export type Delivery = z.infer<typeof deliveryView>;
export type Deliveries = z.infer<typeof deliveriesView>;
