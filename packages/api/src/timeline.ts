/** All that happened around an incident, in one list for a person to read. */
import type { Acceptance, Incident, Note, Silence, StoredDelivery, Transition } from "@statusquo/core";
import type { DeployDetail, TimelineEntry } from "./views.ts";

/** What an incident's timeline is made of. */
export interface Happened {
  transitions: readonly Transition[];
  deploys: readonly DeployDetail[];
  silences: readonly Silence[];
  notes: readonly Note[];
  acceptances: readonly Acceptance[];
  deliveries: readonly StoredDelivery[];
}

/** Oldest first; what happened at one instant stands in the order of cause and effect. */
export function timelineOf(incident: Incident, happened: Happened): TimelineEntry[] {
  const entries: TimelineEntry[] = [
    ...happened.deploys.map(({ at, service, version, regions, by }) => {
      const where = regions.length === 0 ? "" : ` to ${regions.join(" and ")}`;
      return { at, kind: "deploy" as const, text: `${service} ${version} was deployed${where}`, by };
    }),
    { at: incident.onsetAt, kind: "onset", text: onsetText(incident), by: null },
    ...happened.transitions.map(({ at, kind, reason, muted }) => {
      const text = muted === null ? reason : `${reason}; nobody was told (${muted})`;
      return { at, kind, text, by: null };
    }),
    ...followUps(happened.deliveries),
    ...happened.silences.map(({ createdAt, endsAt, reason, by }) => {
      const text = `silenced until ${new Date(endsAt).toISOString().slice(0, 16)}Z: ${reason}`;
      return { at: createdAt, kind: "silenced" as const, text, by };
    }),
    ...happened.acceptances.flatMap(({ at, reason, by, undoneAt }): TimelineEntry[] => [
      { at, kind: "accepted", text: `accepted as the new normal: ${reason}`, by },
      ...(undoneAt === null
        ? []
        : [{ at: undoneAt, kind: "undone" as const, text: "the acceptance was undone", by: null }]),
    ]),
    ...happened.notes.map(({ at, text, by }) => ({ at, kind: "note" as const, text, by })),
  ];
  if (incident.acknowledgedAt !== null)
    entries.push({
      at: incident.acknowledgedAt,
      kind: "acknowledged",
      text: "acknowledged",
      by: incident.acknowledgedBy,
    });
  return entries.sort((a, b) => a.at - b.at);
}

function onsetText({ onsetUncertaintyMs }: Incident): string {
  const minutes = Math.round(onsetUncertaintyMs / 60_000);
  return `the mix of codes most likely changed${minutes === 0 ? "" : ` (give or take ${minutes} min)`}`;
}

/** Reminders and escalations, one entry for all who got the same one. */
function followUps(deliveries: readonly StoredDelivery[]): TimelineEntry[] {
  const rounds = Map.groupBy(
    deliveries.filter(({ kind }) => kind === "reminder" || kind === "escalated"),
    ({ key }) => key.split(".", 2).join("."),
  );
  return [...rounds.values()].map((rows) => {
    const [first] = rows as [StoredDelivery];
    const channels = [...new Set(rows.map(({ channel }) => channel))].join(" and ");
    return first.kind === "reminder"
      ? { at: first.createdAt, kind: "reminded", text: `${channels} was reminded`, by: null }
      : {
          at: first.createdAt,
          kind: "escalated",
          text: `nobody had acknowledged it: ${channels} was told too`,
          by: null,
        };
  });
}
