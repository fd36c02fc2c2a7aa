/** Samples, and what was asked and answered. */
import { z } from "@hono/zod-openapi";
import { code, count, epochMs, monitorId, region } from "../view-parts.ts";
import { unmetView } from "./judged.ts";

export const phasesView = z
  .object({
    dns: z.number().nullable(),
    connect: z.number().nullable(),
    tls: z.number().nullable(),
    firstByte: z.number().nullable(),
    body: z.number().nullable(),
  })
  .openapi("Phases", { description: "ms; null: not reached, or does not exist" });

export const sampleView = z
  .object({
    id: z.string().openapi({ example: "m-create-order.r-eu-west.s-1767225600000" }),
    region,
    slot: epochMs,
    state: z.enum(["sampled", "missed"]),
    code: code.nullable().openapi({ description: "null when missed" }),
    failure: z
      .string()
      .nullable()
      .openapi({ description: "Why there was no answer: timeout, dns, connect, tls, protocol" }),
    missed: z.string().nullable().openapi({ description: "Why there is no sample; always ours" }),
    expected: z.boolean(),
    late: z.boolean().openapi({ description: "Came after its slot was judged: shown, never judged" }),
    startedAt: epochMs.nullable(),
    totalMs: z.number().nullable(),
    phases: phasesView.nullable(),
    unmet: z.boolean().openapi({ description: "Unexpected for something else than its status; evidence says what" }),
    confirmation: z
      .object({ code, expected: z.boolean() })
      .nullable()
      .openapi({ description: "What asking once more in the same slot brought; never judged" }),
    hasEvidence: z.boolean(),
  })
  .openapi("Sample");

export const samplesView = z
  .object({
    monitor: monitorId,
    samples: z.array(sampleView).openapi({ description: "Newest first; a page ends with a whole slot" }),
    next: epochMs.nullable().openapi({ description: "`before` of the next page; null when this is the last" }),
  })
  .openapi("Samples");

const headerList = z.array(z.tuple([z.string(), z.string()]));

const certificateView = z
  .object({
    subject: z.string(),
    issuer: z.string(),
    validFrom: z.number(),
    validTo: z.number(),
    daysLeft: z.int().openapi({ description: "Whole days at the probe; below 0 once it has ended" }),
    names: z.array(z.string()),
    chainLength: count,
    tls: z.string().nullable().openapi({ description: "null when the handshake did not end" }),
  })
  .openapi("Certificate");

const exchangeView = z
  .object({
    request: z.object({ method: z.string(), url: z.string(), headers: headerList, body: z.string().nullable() }),
    response: z
      .object({
        status: code,
        reason: z.string(),
        httpVersion: z.string(),
        headers: headerList,
        body: z.string(),
        bodyBytes: count,
        truncated: z.boolean(),
      })
      .nullable(),
    remoteAddress: z.string().nullable(),
    bodyError: z.string().nullable(),
    certificate: certificateView.optional().openapi({ description: "What the target showed in TLS, trusted or not" }),
    proxy: z.string().optional().openapi({ description: "Then remoteAddress is the proxy's" }),
  })
  .openapi("Exchange", { description: "What was removed reads `[removed: <rule>]`" });

const stepView = z
  .object({
    name: z.string(),
    role: z.enum(["step", "cleanup"]),
    decided: z.boolean().openapi({ description: "It gave the sample its outcome" }),
    said: z.string().openapi({ example: "200" }),
    problem: z.string().nullable().openapi({ description: "Why it did not do what was asked of it" }),
    totalMs: z.number().nullable(),
    phases: phasesView.nullable(),
    saved: headerList.openapi({ description: "Names and values kept for later steps; secrets removed" }),
    exchange: exchangeView.nullable().openapi({ description: "null when it was not made" }),
  })
  .openapi("Step");

export const evidenceView = exchangeView
  .extend({
    id: z.string(),
    monitor: monitorId,
    region,
    slot: epochMs,
    code,
    totalMs: z.number(),
    warnings: z
      .array(z.object({ what: z.string(), why: z.string(), send: z.string().nullable() }))
      .openapi({ description: "What the answer should have said or sent; `send` is the header that would" }),
    unmet: unmetView.nullable(),
    steps: z.array(stepView).openapi({ description: "Every request of a probe with several, cleanup last" }),
  })
  .openapi("Evidence", { description: "The exchange that decided, and the others of its probe" });

export const probedView = z
  .object({
    monitor: monitorId,
    region,
    at: epochMs,
    code: code.nullable().openapi({ description: "null when nothing was sent; `missed` says why" }),
    expected: z.boolean(),
    failure: z.string().nullable(),
    missed: z.string().nullable(),
    detail: z.string().nullable().openapi({ description: "More on a failure or on why nothing was sent" }),
    totalMs: z.number().nullable(),
    phases: phasesView.nullable(),
    evidence: evidenceView.nullable(),
    warnings: z.array(z.string()).openapi({ description: "What in this exchange makes conflicts likely" }),
  })
  .openapi("Probed", { description: "One exchange made now; shown, never stored and never judged" });

export type SampleRow = z.infer<typeof sampleView>;
export type Samples = z.infer<typeof samplesView>;
export type EvidenceDetail = z.infer<typeof evidenceView>;
export type Probed = z.infer<typeof probedView>;
