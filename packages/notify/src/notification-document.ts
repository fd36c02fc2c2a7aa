/**
 * The notification as a document for programs: what a webhook is sent. Its version rises when a key changes its meaning
 * or goes; new keys may come at any time.
 *
 * Everything that others wrote is made inert here too: whoever reads it may print it.
 */
import type { AlertFacts, Bundle } from "@statusquo/core";
import { inertLine } from "./inert.ts";
import { incidentLink, type Message } from "./message.ts";
import { paragraph, plain } from "./phrase.ts";

/** @see docs/configuration.md#the-document-of-a-webhook */
export interface NotificationDocument {
  version: 1;
  /** Never changes; also sent as `idempotency-key`. */
  key: string;
  kind: string;
  /** The same in words, for those who only show it. */
  subject: string;
  text: string;
  link: string | null;
  incidents: IncidentDocument[];
}

/** One incident. Times are ISO 8601 in UTC; codes are statuses, 0 for no answer. */
interface IncidentDocument {
  id: number;
  reference: string;
  link: string | null;
  state: "open" | "resolved";
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
}

export function notificationDocument(bundle: Bundle, message: Message): NotificationDocument {
  const incidents = bundle.form === "internal" ? [] : bundle.form === "incident" ? [bundle.incident] : bundle.incidents;
  return {
    version: 1,
    key: message.key || bundle.key,
    kind: bundle.form === "incident" ? bundle.incident.facts.kind : bundle.form,
    subject: message.subject,
    text: inertLine(plain(paragraph(message.lead, message.cause)), 2_000),
    link: message.link,
    incidents: incidents.map(({ facts }) => incidentDocument(facts)),
  };
}

function incidentDocument(facts: AlertFacts): IncidentDocument {
  const { monitor, scope } = facts;
  return {
    id: facts.incident,
    reference: `INC-${facts.incident}`,
    link: incidentLink(facts),
    state: facts.resolvedAt === null ? "open" : "resolved",
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
  };
}

const line = (text: string) => inertLine(text, 500);
const iso = (at: number) => new Date(at).toISOString();
