/** What happened in an incident, in order: when it began, what was decided, who was told, who has seen it. */
import type { Delivery, IncidentDetail } from "@statusquo/api/client";
import { nameOf, scopeText } from "@statusquo/core";
import { capital, listText, spanText } from "../words.ts";

export interface Moment {
  /** Epoch ms. */
  at: number;
  /** Half the width of what is plausible for `at`, ms; 0 where it is exact. */
  giveMs: number;
  kind: "began" | "decided" | "resolved" | "acknowledged" | "told" | "refused";
  title: string;
  /** What stands behind it; may be empty. */
  detail: string;
}

/** At one instant: it began, it was decided, it was told. */
const ORDER: readonly Moment["kind"][] = ["began", "decided", "resolved", "told", "refused", "acknowledged"];

const TITLES = { opened: "Detected.", changed: "Changed.", resolved: "Resolved." } as const;

export function momentsOf(
  incident: Pick<
    IncidentDetail,
    "since" | "sinceUncertaintyMs" | "transitions" | "deliveries" | "acknowledgedAt" | "openedAt"
  >,
): Moment[] {
  const { since, sinceUncertaintyMs, transitions, deliveries, acknowledgedAt, openedAt } = incident;
  const moments: Moment[] = [
    { at: since, giveMs: sinceUncertaintyMs, kind: "began", title: "Began.", detail: "The mix of codes changed." },
    ...transitions.map(({ kind, at, reason, codes, scope, seen }): Moment => {
      const counts = `${listText(codes.map((code) => nameOf(code)))} on ${seen.bad} of ${seen.of} probes ${scopeText(scope)}`;
      return {
        at,
        giveMs: 0,
        kind: kind === "resolved" ? "resolved" : "decided",
        title: TITLES[kind],
        detail: `${capital(reason)}. ${capital(counts.trim())}.`,
      };
    }),
    ...deliveries.flatMap(toldBy),
  ];
  if (acknowledgedAt !== null)
    moments.push({
      at: acknowledgedAt,
      giveMs: 0,
      kind: "acknowledged",
      title: "Acknowledged,",
      detail: `${spanText(acknowledgedAt - openedAt)} after it was detected.`,
    });
  return moments.sort((a, b) => a.at - b.at || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
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

const MESSAGES = {
  opened: "that it opened",
  changed: "that it changed",
  resolved: "that it is over",
  reminder: "that it is still open",
  escalated: "that nobody has acknowledged it",
  internal: "of trouble of our own",
} as const satisfies Record<Delivery["kind"], string>;

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
