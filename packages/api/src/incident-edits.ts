/**
 * Edits of an incident by a person who has seen it: acknowledging, silencing, accepting. We practise what we watch: a
 * stale edit is 412, an edit that does not fit the state is 409 and says how to go on.
 */
import {
  type Acceptance,
  acknowledged,
  type EpochMs,
  type Incident,
  type Reader,
  type Silence,
  type SilenceMatch,
  StatusquoError,
  unacknowledged,
} from "@statusquo/core";
import type { ApiPorts } from "./ports.ts";
import { notFound, RefusedRequest } from "./problem.ts";

type EditWriter = NonNullable<ApiPorts["writer"]>;

export const etagOf = (incident: Pick<Incident, "revision">) => `"${incident.revision}"`;

/** The incident a person edits, if it still is what they saw. */
export function seenIncident(reader: Reader, id: number, ifMatch: string | undefined): Incident {
  if (ifMatch === undefined)
    throw new RefusedRequest({
      status: 428,
      word: "if-match-needed",
      title: "If-Match needed",
      detail: `Send if-match with the ETag of GET /api/v1/incidents/${id}, so that you edit what you have seen.`,
    });
  const incident = reader.incident(id);
  if (incident === null) throw notFound(`There is no incident ${id}.`);
  const current = etagOf(incident);
  // Compressing an answer makes its tag a weak one; the revision is the same.
  const tags = ifMatch.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  if (ifMatch !== "*" && !tags.includes(current))
    throw new RefusedRequest({
      status: 412,
      word: "stale-edit",
      title: "Changed meanwhile",
      detail: `Incident ${id} has changed since you read it.`,
      conflict: { current, resolve: `Read incidents/${id} again, then send its ETag.` },
    });
  return incident;
}

/** As `seenIncident`, and open. @param done what only an open one can be, such as "acknowledged" */
function openIncident(reader: Reader, id: number, ifMatch: string | undefined, done: string): Incident {
  const incident = seenIncident(reader, id, ifMatch);
  if (incident.state === "resolved")
    throw conflict(
      `Incident ${id} is resolved; only an open one can be ${done}.`,
      "resolved",
      "Nothing is left to do; a new spike opens a new incident.",
    );
  return incident;
}

function conflict(detail: string, current: string, resolve: string): RefusedRequest {
  return new RefusedRequest({
    status: 409,
    word: "state-conflict",
    title: "Not in this state",
    detail,
    conflict: { current, resolve },
  });
}

/** Reads and writes in one transaction. Doing it again with the answer's ETag changes nothing. */
export function acknowledge(
  writer: EditWriter,
  id: number,
  ifMatch: string | undefined,
  { undo = false, by }: { undo?: boolean | undefined; by?: string | undefined },
  now: EpochMs,
): { incident: Incident; changed: boolean } {
  return writer.transaction(() => {
    const incident = openIncident(writer.reads, id, ifMatch, "acknowledged");
    if ((incident.acknowledgedAt === null) === undo) return { incident, changed: false };
    const edited = undo ? unacknowledged(incident, now) : acknowledged(incident, by ?? null, now);
    return { incident: writer.putIncident(edited), changed: true };
  });
}

/** Nobody is told of an incident, or of all of its monitor, for a while. */
export function silenceIncident(
  writer: EditWriter,
  id: number,
  ifMatch: string | undefined,
  asked: { endsAt: EpochMs; reason: string; by: string; scope: "incident" | "monitor" },
  now: EpochMs,
): { incident: Incident; silence: Silence } {
  return writer.transaction(() => {
    const incident = openIncident(writer.reads, id, ifMatch, "silenced");
    const match = asked.scope === "monitor" ? { monitors: [incident.monitor] } : matchOf(incident);
    const { endsAt, reason, by } = asked;
    const silence = writer.putSilence({ id: 0, match, createdAt: now, endsAt, reason, by, endedAt: null });
    writer.followAnew(now);
    return { incident, silence };
  });
}

/** Just this incident: a further code or region of its monitor is told. */
function matchOf({ monitor, codes, scope }: Incident): SilenceMatch {
  return {
    monitors: [monitor],
    ...(codes.length > 0 && { codes }),
    ...(scope.kind === "regions" && { regions: scope.regions }),
  };
}

/** Nothing waits between looking and accepting, so what was seen is what is accepted. */
export function accept(
  ports: Pick<ApiPorts, "reader"> & { accepting: NonNullable<ApiPorts["accepting"]>; writer: EditWriter },
  id: number,
  ifMatch: string | undefined,
  asked: Parameters<NonNullable<ApiPorts["accepting"]>["accept"]>[1],
): { acceptance: Acceptance; incident: Incident } {
  ports.writer.transaction(() => openIncident(ports.writer.reads, id, ifMatch, "accepted"));
  try {
    return ports.accepting.accept(id, asked);
  } catch (error) {
    throw asConflict(error, "open", "Read the incident again: its streams and regions say what can be accepted.");
  }
}

/** What the walk refuses for its state, with how to go on. */
export function asConflict(error: unknown, current: string, resolve: string): unknown {
  if (!(error instanceof StatusquoError) || error.code !== "state_conflict") return error;
  return conflict(`${error.message.slice(0, 1).toUpperCase()}${error.message.slice(1)}.`, current, resolve);
}
