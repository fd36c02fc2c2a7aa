/**
 * The notification as a document for programs: what a webhook is sent. Its version rises when a key changes its meaning
 * or goes; new keys may come at any time.
 *
 * Everything that others wrote is made inert here too: whoever reads it may print it.
 */
import type { Bundle, BundledIncident, InternalFacts, InternalKind, Severity } from "@statusquo/core";
import { inertLine } from "./inert.ts";
import { incidentLink } from "./links.ts";
import type { Message } from "./message.ts";
import { paragraph, plain } from "./phrase.ts";
import { type Tale, taleOf } from "./tale.ts";

/** @see docs/configuration.md#the-document-of-a-webhook */
export interface NotificationDocument {
  version: 1;
  /** Never changes; also sent as `idempotency-key`. */
  key: string;
  /** Of one incident what is told of it; else the kind of bundle. */
  kind: Tale | "group" | "digest" | "internal" | "test";
  /** The same in words, for those who only show it. */
  subject: string;
  text: string;
  link: string | null;
  incidents: IncidentDocument[];
  /** How many more there are than `incidents` holds. */
  unlisted: number;
  internal: InternalDocument[];
}

/** One incident. Times are ISO 8601 in UTC; codes are statuses, 0 for no answer. */
interface IncidentDocument {
  id: number;
  reference: string;
  link: string | null;
  state: "open" | "resolved";
  /** What of it is told here. */
  news: Tale;
  severity: Severity;
  reason: string;
  monitor: { id: string; name: string; method: string; path: string; tags: string[] };
  /** null when several codes share it. */
  code: number | null;
  codes: number[];
  regions: string[];
  elsewhere: string[];
  onsetAt: string;
  openedAt: string;
  resolvedAt: string | null;
  acknowledgedAt: string | null;
  seen: { bad: number; of: number };
  usualShare: number;
  /** Likeliest first; shares of the evidence. */
  causes: { cause: string; title: string; share: number }[];
  /** The deploy it began after. */
  deploy: { service: string; version: string; at: string } | null;
  /** Once it is over: downtime as the definition counts it, and probes of all regions that failed. */
  cost: { downSeconds: number; failed: number; of: number } | null;
}

/** Trouble of our own. */
interface InternalDocument {
  id: number;
  reference: string;
  what: InternalKind;
  subject: string;
  state: "opened" | "resolved";
  reason: string;
  openedAt: string;
  resolvedAt: string | null;
}

export function notificationDocument(bundle: Bundle, message: Message): NotificationDocument {
  if (bundle.form === "internal")
    return { ...documentOf("internal", message), internal: bundle.alerts.map(internalDocument) };
  const told = bundle.form === "incident" ? [bundle.incident] : bundle.incidents;
  const kind = bundle.form === "incident" ? taleOf(bundle.incident) : bundle.form;
  const count = bundle.form === "incident" ? 1 : bundle.count;
  return {
    ...documentOf(kind, message),
    incidents: told.map((each) => incidentDocument(each)),
    unlisted: Math.max(0, count - told.length),
  };
}

/** The document of a test: no incident, nothing of ours. */
export function testDocument(message: Message): NotificationDocument {
  return documentOf("test", message);
}

function documentOf(kind: NotificationDocument["kind"], message: Message): NotificationDocument {
  return {
    version: 1,
    key: message.key,
    kind,
    subject: message.subject,
    text: inertLine(plain(paragraph(message.lead, message.cause)), 2_000),
    link: message.link,
    incidents: [],
    unlisted: 0,
    internal: [],
  };
}

function internalDocument({ alert, what, subject, state, reason, openedAt, at }: InternalFacts): InternalDocument {
  return {
    ...{ id: alert, reference: `self-${alert}`, what, subject: line(subject), state, reason: line(reason) },
    ...{ openedAt: iso(openedAt), resolvedAt: state === "resolved" ? iso(at) : null },
  };
}

function incidentDocument(told: BundledIncident): IncidentDocument {
  const { facts } = told;
  const { monitor, scope } = facts;
  return {
    id: facts.incident,
    reference: `INC-${facts.incident}`,
    link: incidentLink(facts),
    state: facts.resolvedAt === null ? "open" : "resolved",
    news: taleOf(told),
    severity: facts.severity,
    reason: line(facts.reason),
    monitor: {
      id: line(monitor.id),
      name: line(monitor.name),
      method: line(monitor.method),
      path: line(monitor.path),
      tags: monitor.tags.map(line),
    },
    code: facts.code,
    codes: facts.codes,
    regions: scope.regions.map(line),
    elsewhere: scope.elsewhere.map(line),
    onsetAt: iso(facts.onsetAt),
    openedAt: iso(facts.openedAt),
    resolvedAt: facts.resolvedAt === null ? null : iso(facts.resolvedAt),
    acknowledgedAt: facts.acknowledgedAt === null ? null : iso(facts.acknowledgedAt),
    seen: facts.seen,
    usualShare: facts.usual.share,
    causes: facts.causes.map(({ cause, title, share }) => ({ cause, title: line(title), share })),
    deploy: facts.deploy && {
      ...{ service: line(facts.deploy.service), version: line(facts.deploy.version), at: iso(facts.deploy.at) },
    },
    cost: facts.cost && {
      ...{ downSeconds: Math.round(facts.cost.downMs / 1_000), failed: facts.cost.failed, of: facts.cost.of },
    },
  };
}

const line = (text: string) => inertLine(text, 500);
const iso = (at: number) => new Date(at).toISOString();
