/**
 * Views: what the API answers, as zod schemas. The OpenAPI document, the checks of answers in tests and the types of
 * the client all come from here.
 *
 * Instants are epoch milliseconds (series: unix seconds, as uPlot wants them). Where there are many numbers they stand in
 * columns of equal length. A share is 0 to 1 and never stands without its counts. `null` means "we do not know".
 */
import { z } from "@hono/zod-openapi";
import { internalAlertView } from "./house-views.ts";
import { acceptanceView, deployBeforeView, deployView, muteView, noteView, silenceView } from "./people-views.ts";
import { byCode, code, column, count, epochMs, monitorId, region, share, stream } from "./view-parts.ts";

export * from "./house-views.ts";
export * from "./judging-views.ts";
export * from "./people-views.ts";
export * from "./status-views.ts";

export const problemView = z
  .object({
    type: z.string().openapi({ description: "What kind of problem; `about:blank#` and a word a script may match" }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().openapi({ description: "Where, about what, what is allowed, what came" }),
    requestId: z.string(),
    errors: z
      .array(z.object({ parameter: z.string(), allowed: z.string(), got: z.string() }))
      .optional()
      .openapi({ description: "One for each parameter that could not be used" }),
    conflict: z
      .object({ current: z.string(), resolve: z.string() })
      .optional()
      .openapi({ description: "Of a 409 or 412: how the thing stands now, and how to go on" }),
  })
  .openapi("Problem");

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

/** Which window the ribbons of an overview may span. */
export const windowView = z.enum(["1h", "6h", "24h"]);

/** The shape of every ribbon of one answer. The last cell is the current, unfinished one. */
export const ribbonView = z
  .object({ from: epochMs, stepMs: count, cells: count })
  .openapi("Ribbon", { description: "Cell i spans [from + i * stepMs, from + (i + 1) * stepMs)" });

/** For each cell, the most answers of a class that chance explains in 99 of 100 cells like it. */
const limitColumn = z.array(count.nullable()).openapi({
  description: "99 % quantile of the binomial for the cell's own probes; above it a cell is lit; null: nothing learned",
});

const C4XX = "Unexpected codes 400 to 499 but 409";
const OTHER = "Any other unexpected code, such as a redirect where none is expected";

export const cellsView = z
  .object({
    probes: column,
    missed: column,
    c409: column,
    c4xx: column.openapi({ description: C4XX }),
    c5xx: column,
    none: column.openapi({ description: "No answer" }),
    other: column.openapi({ description: OTHER }),
    limits: z.object({
      c409: limitColumn,
      c4xx: limitColumn,
      c5xx: limitColumn,
      none: limitColumn,
      other: limitColumn,
    }),
  })
  .openapi("Cells");

const runs = z.array(count).openapi({
  description: "Runs of equal cells: value, times, value, times …; all times together are `ribbon.cells`",
  example: [0, 70, 3, 2],
});
const limitRuns = z.array(count.nullable()).openapi({
  description: "As other runs; 99 % quantiles of the binomial; null: nothing learned",
});

export const packedCellsView = z
  .object({
    probes: runs,
    missed: runs,
    c409: runs,
    c4xx: runs,
    c5xx: runs,
    none: runs,
    other: runs,
    limits: z.object({ c409: limitRuns, c4xx: limitRuns, c5xx: limitRuns, none: limitRuns, other: limitRuns }),
  })
  .openapi("PackedCells", { description: "Cells of hundreds of monitors, mostly alike from one to the next" });

/** What the row says in numbers: the code that deviates, else 409, in the last quarter of an hour. */
export const headlineView = z
  .object({
    code,
    bad: count,
    of: count,
    usualShare: share.nullable(),
    limit: count.nullable().openapi({ description: "99 % quantile of what is usual among `of`" }),
    above: z.boolean().openapi({ description: "bad is above the limit" }),
  })
  .openapi("Headline");

export const regionNowView = z
  .object({
    region,
    at: epochMs.nullable().openapi({ description: "Slot of the newest row; null when there is none" }),
    ageMs: z.number().nullable(),
    code: code.nullable().openapi({ description: "null when that slot was missed" }),
    missed: z.string().nullable().openapi({ description: "Why, when that slot was missed" }),
    totalMs: z.number().nullable(),
    bad: count.openapi({ description: "Answers of the headline's code, in the headline's span" }),
    of: count,
    limit: count.nullable(),
  })
  .openapi("RegionNow");

export const monitorRowView = z
  .object({
    id: monitorId,
    name: z.string(),
    tags: z.array(z.string()),
    method: z.string(),
    path: z.string(),
    regions: z.array(region),
    intervalMs: count,
    standing: standingView,
    reason: z.string(),
    headline: headlineView,
    usual: z
      .object({
        c409: share.nullable(),
        c4xx: share.nullable(),
        c5xx: share.nullable(),
        none: share.nullable(),
        other: share.nullable(),
      })
      .openapi({
        description: "Share that is usual now, per class; with it a live cell's limit can be kept up to date",
      }),
    cells: cellsView,
    p50: z.number().nullable().openapi({ description: "ms, over the fuller of this and the last quarter of an hour" }),
    p95: z.number().nullable(),
    uptime: z.object({ share: share.nullable(), down: count, of: count }).openapi({
      description: "Last 30 days: probes not counted as bad by an incident, of all probes; missed slots are in neither",
    }),
    last: z.array(regionNowView),
    incident: incidentSummaryView.nullable().openapi({ description: "The open one" }),
    mute: muteView.nullable().openapi({ description: "A maintenance, or a silence that covers all of this monitor" }),
  })
  .openapi("MonitorRow");

export const overviewView = z
  .object({
    now: epochMs,
    window: windowView,
    headlineFrom: epochMs.openapi({ description: "Headlines count the slots in [headlineFrom, now]" }),
    standings: z.object({ learning: count, usual: count, watching: count, spike: count, no_data: count }),
    openIncidents: z.object({ all: count, acknowledged: count }),
    ribbon: ribbonView,
    monitors: z.array(monitorRowView.extend({ cells: packedCellsView }).openapi("PackedMonitorRow")),
  })
  .openapi("Overview");

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

export type Problem = z.infer<typeof problemView>;
export type StandingName = z.infer<typeof standingView>;
/** As it is sent; the client unpacks it to an `Overview`. */
export type PackedOverview = z.infer<typeof overviewView>;
export type PackedCells = z.infer<typeof packedCellsView>;
export type Overview = Omit<PackedOverview, "monitors"> & { monitors: MonitorRow[] };
export type OverviewWindow = z.infer<typeof windowView>;
export type Ribbon = z.infer<typeof ribbonView>;
export type Cells = z.infer<typeof cellsView>;
export type Headline = z.infer<typeof headlineView>;
export type RegionNow = z.infer<typeof regionNowView>;
export type MonitorRow = z.infer<typeof monitorRowView>;
export type MonitorDetail = z.infer<typeof monitorView>;
export type Series = z.infer<typeof seriesView>;
export type SampleRow = z.infer<typeof sampleView>;
export type Samples = z.infer<typeof samplesView>;
export type EvidenceDetail = z.infer<typeof evidenceView>;
export type IncidentSummary = z.infer<typeof incidentSummaryView>;
export type Incidents = z.infer<typeof incidentsView>;
export type IncidentDetail = z.infer<typeof incidentView>;
export type Matrix = z.infer<typeof matrixView>;
export type CauseDetail = z.infer<typeof causeView>;
export type Probed = z.infer<typeof probedView>;
export type TimelineEntry = IncidentDetail["timeline"][number];
export type Delivery = z.infer<typeof deliveryView>;
export type Deliveries = z.infer<typeof deliveriesView>;
export type RegionRow = z.infer<typeof regionView>;
export type Regions = z.infer<typeof regionsView>;
export type DefinitionsStatus = z.infer<typeof definitionsView>;
export type Check = z.infer<typeof checkView>;
export type Health = z.infer<typeof healthView>;
export type DemoFault = z.infer<typeof demoFaultView>;
export type DemoFaults = z.infer<typeof demoFaultsView>;
/** One message of the stream, told apart by `event`. */
export type StreamEvent = {
  [Name in keyof typeof streamViews]: { event: Name; data: z.infer<(typeof streamViews)[Name]> };
}[keyof typeof streamViews];
