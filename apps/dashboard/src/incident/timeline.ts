/** What happened in an incident, in order: what the server says of it, and every attempt to tell somebody. */
import type { Delivery, IncidentDetail, TimelineEntry } from "@statusquo/api/client";
import { capital, spanText } from "../words.ts";

export interface Moment {
  /** Epoch ms. */
  at: number;
  /** Half the width of what is plausible for `at`, ms; 0 where it is exact. */
  giveMs: number;
  kind: TimelineEntry["kind"] | "told" | "refused" | "ahead";
  title: string;
  /** What stands behind it; may be empty. */
  detail: string;
}

const TITLES: Record<TimelineEntry["kind"], string> = {
  onset: "Began.",
  deploy: "Deploy.",
  opened: "Detected.",
  changed: "Changed.",
  resolved: "Resolved.",
  acknowledged: "Acknowledged",
  silenced: "Silenced",
  accepted: "Accepted",
  undone: "Undone.",
  note: "Note",
  reminded: "Reminded.",
  escalated: "Escalated.",
};

/** `Deploy by ci:`, `Note by ana.`, `Began.` */
function titleOf(kind: TimelineEntry["kind"], by: string | null): string {
  if (kind === "deploy") return by === null ? "Deploy:" : `Deploy by ${by}:`;
  if (by === null) return TITLES[kind];
  return `${TITLES[kind].replace(/[.]$/, "")} by ${by}.`;
}

type Happened = Pick<
  IncidentDetail,
  "timeline" | "deliveries" | "sinceUncertaintyMs" | "openedAt" | "followAt" | "state" | "muted" | "acknowledgedAt"
>;

export function momentsOf(incident: Happened): Moment[] {
  const { timeline, deliveries, sinceUncertaintyMs, openedAt, followAt, state, muted } = incident;
  const moments = [
    ...timeline.map(
      ({ at, kind, text, by }): Moment => ({
        at,
        giveMs: kind === "onset" ? sinceUncertaintyMs : 0,
        kind,
        title: titleOf(kind, by),
        // A service is written as it is: its name is no beginning of a sentence.
        detail:
          kind === "acknowledged"
            ? `${spanText(at - openedAt)} after it was detected.`
            : kind === "deploy"
              ? text
              : capital(text),
      }),
    ),
    ...deliveries.flatMap(toldBy),
  ].sort((a, b) => a.at - b.at);
  if (state === "open" && followAt !== null)
    moments.push({
      at: followAt,
      giveMs: 0,
      kind: "ahead",
      title: muted === null ? "Reminder," : "Looked at again,",
      detail: muted === null ? "if it is still open and not acknowledged." : "when it is no longer muted.",
    });
  return moments;
}

function toldBy({ channel, recipient, kind, attempts }: Delivery): Moment[] {
  const who = recipient === channel ? channel : `${channel}, ${recipient}`;
  return attempts.map(({ at, result, said }, index) => ({
    at,
    giveMs: 0,
    kind: result === "delivered" ? "told" : "refused",
    title: result === "delivered" ? `Told ${who}` : `Not told ${who}`,
    detail: `${MESSAGES[kind]}${index === 0 ? "" : `, try ${index + 1}`}: ${said}`,
  }));
}

const MESSAGES: Record<Delivery["kind"], string> = {
  opened: "that it opened",
  changed: "that it changed",
  resolved: "that it is over",
  reminder: "that it is still open",
  escalated: "that nobody has acknowledged it",
  internal: "about Statusquo itself",
};

/** What a message is about, in a word or two. */
export const KINDS: Record<Delivery["kind"], string> = {
  opened: "opened",
  changed: "changed",
  resolved: "over",
  reminder: "reminder",
  escalated: "escalated",
  internal: "Statusquo itself",
};

/** How a message fared: `in 0.6 s, first try`, `given up after 3 tries`, `on its way`. */
export function fateOf({ state, attempts, createdAt }: Pick<Delivery, "state" | "attempts" | "createdAt">): string {
  const tries = attempts.length;
  if (state === "delivered") {
    const tookMs = (attempts.at(-1)?.at ?? createdAt) - createdAt;
    const took = tookMs < 10_000 ? `${(Math.max(0, tookMs) / 1_000).toFixed(1)} s` : spanText(tookMs);
    return `in ${took}, ${tries === 1 ? "first try" : `try ${tries}`}`;
  }
  if (state === "dead") return `given up after ${tries === 1 ? "one try" : `${tries} tries`}`;
  return tries === 0 ? "on its way" : `tried ${tries === 1 ? "once" : `${tries} times`}`;
}
