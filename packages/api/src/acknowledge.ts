/**
 * Acknowledging: a person has seen an incident. We practise what we watch: a stale edit is 412, an edit that does not fit
 * the state is 409 and says how to go on.
 */
import type { EpochMs, Incident, Writer } from "@statusquo/core";
import { notFound, RefusedRequest } from "./problem.ts";

/** Reads and writes in one transaction. Doing it again with the answer's ETag changes nothing. */
export function acknowledge(
  writer: Pick<Writer, "transaction" | "reads" | "putIncident">,
  id: number,
  ifMatch: string | undefined,
  now: EpochMs,
): { incident: Incident; changed: boolean } {
  if (ifMatch === undefined)
    throw new RefusedRequest({
      status: 428,
      word: "if-match-needed",
      title: "If-Match needed",
      detail: `Send if-match with the ETag of GET /api/v1/incidents/${id}, so that you acknowledge what you have seen.`,
    });
  return writer.transaction(() => {
    const incident = writer.reads.incident(id);
    if (incident === null) throw notFound(`There is no incident ${id}.`);
    const current = etagOf(incident);
    if (ifMatch !== "*" && !ifMatch.split(",").some((tag) => tag.trim() === current))
      throw new RefusedRequest({
        status: 412,
        word: "stale-edit",
        title: "Changed meanwhile",
        detail: `Incident ${id} has changed since you read it.`,
        conflict: { current, resolve: `Read incidents/${id} again, then send its ETag.` },
      });
    if (incident.state === "resolved")
      throw new RefusedRequest({
        status: 409,
        word: "state-conflict",
        title: "Not in this state",
        detail: `Incident ${id} is resolved; only an open one can be acknowledged.`,
        conflict: { current: "resolved", resolve: "Nothing is left to do; a new spike opens a new incident." },
      });
    if (incident.acknowledgedAt !== null) return { incident, changed: false };
    return {
      incident: writer.putIncident({ ...incident, acknowledgedAt: now, revision: incident.revision + 1 }),
      changed: true,
    };
  });
}

export const etagOf = (incident: Pick<Incident, "revision">) => `"${incident.revision}"`;
