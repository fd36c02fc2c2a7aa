/** Routes of what people add: silences, deploy markers, notes, and what they accept as the new normal. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { type EpochMs, LONGEST_SILENCE_MS, nearest, type Silence } from "@statusquo/core";
import { accept, acknowledge, asConflict, etagOf, silenceIncident } from "./incident-edits.ts";
import { summariesAt } from "./incident-views.ts";
import { acceptanceDetail, deployDetail, silenceDetail } from "./people.ts";
import type { ApiPorts } from "./ports.ts";
import { badParameter, notFound } from "./problem.ts";
import * as routes from "./routes.ts";
import type { Stream } from "./stream.ts";

/** What somebody is called who does not say. */
const SOMEBODY = "a person";
/** How far ahead of now a deploy may be said to be: clocks differ. */
const AHEAD_MS = 5 * 60_000;
/** Open incidents that a silence is held against. */
const MOST_OPEN = 1_000;

export function mountPeople(app: OpenAPIHono, ports: ApiPorts, stream: Stream): void {
  const { reader, clock, writer, accepting } = ports;

  app.openapi(routes.silencesRoute, (context) => {
    const { state, before, limit } = context.req.valid("query");
    const now = clock.now();
    const found = reader.silences({
      limit: limit + 1,
      ...(before !== undefined && { before }),
      ...(state === "active" && { activeAt: now }),
    });
    const page = found.slice(0, limit);
    const next = found.length > limit ? (page.at(-1)?.id ?? null) : null;
    return context.json({ silences: page.map((each) => silenceDetail(each, now)), next }, 200);
  });
  app.openapi(routes.deploysRoute, (context) => {
    const { from, to, limit } = context.req.valid("query");
    const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    const found = reader.deploys({ ...range, limit: limit + 1 });
    // A page ends before the instant that the next begins with, so that none of it is left out.
    const first = found.length > limit ? found[limit]?.at : undefined;
    const whole = first === undefined ? found : found.filter(({ at }) => at > first);
    const page = whole.length > 0 ? whole : found.slice(0, limit);
    const next = first === undefined ? null : whole.length > 0 ? first + 1 : first;
    return context.json({ deploys: page.map(deployDetail), next }, 200);
  });

  if (!writer) return;

  app.openapi(routes.acknowledgeRoute, (context) => {
    const { id } = context.req.valid("param");
    const body = context.req.valid("json");
    const { incident, changed } = acknowledge(writer, id, context.req.header("if-match"), body, clock.now());
    if (changed) stream.changed(incident, body.undo ? "unacknowledged" : "acknowledged");
    context.header("etag", etagOf(incident));
    return context.json(summariesAt(ports, clock.now())(incident), 200);
  });

  app.openapi(routes.silenceIncidentRoute, (context) => {
    const { id } = context.req.valid("param");
    const { reason, by = SOMEBODY, scope = "incident", ...lasting } = context.req.valid("json");
    const now = clock.now();
    const asked = { reason, by, scope, endsAt: endOf(lasting, now) };
    const { incident, silence } = tellingOfMutes(now, () => {
      const silenced = silenceIncident(writer, id, context.req.header("if-match"), asked, now);
      stream.silence(silenced.silence, "added");
      return silenced;
    });
    context.header("etag", etagOf(incident));
    return context.json(silenceDetail(silence, now), 201);
  });

  app.openapi(routes.addSilenceRoute, (context) => {
    const { match, reason, by = SOMEBODY, ...lasting } = context.req.valid("json");
    const now = clock.now();
    for (const [index, name] of (match.monitors ?? []).entries()) checkMonitor(`match.monitors.${index}`, name);
    const { monitors, tags, codes, regions } = match;
    const named = {
      ...(monitors?.length && { monitors }),
      ...(tags?.length && { tags }),
      ...(codes?.length && { codes }),
      ...(regions?.length && { regions }),
    };
    const asked = { id: 0, match: named, createdAt: now, endsAt: endOf(lasting, now), reason, by, endedAt: null };
    const silence = tellingOfMutes(now, () => {
      const stored = writer.transaction(() => {
        const silence = writer.putSilence(asked);
        writer.followAnew(now);
        return silence;
      });
      stream.silence(stored, "added");
      return stored;
    });
    return context.json(silenceDetail(silence, now), 201);
  });

  app.openapi(routes.endSilenceRoute, (context) => {
    const { id } = context.req.valid("param");
    const now = clock.now();
    const silence = tellingOfMutes(now, () => {
      const { silence, ended } = writer.transaction((): { silence: Silence; ended: boolean } => {
        const before = writer.reads.silence(id);
        if (before === null) throw notFound(`There is no silence ${id}.`);
        if (before.endedAt !== null || before.endsAt <= now) return { silence: before, ended: false };
        const silence = writer.putSilence({ ...before, endedAt: now });
        writer.followAnew(now);
        return { silence, ended: true };
      });
      if (ended) stream.silence(silence, "ended");
      return silence;
    });
    return context.json(silenceDetail(silence, now), 200);
  });

  app.openapi(routes.addDeployRoute, (context) => {
    const asked = context.req.valid("json");
    const { service, version, regions = [], monitors = [], tags = [], url = null, by = null } = asked;
    const now = clock.now();
    const at = asked.at ?? now;
    if (at > now + AHEAD_MS)
      throw badParameter(
        "at",
        `not after now (${new Date(now).toISOString()}): a deploy is marked when it is made`,
        at,
      );
    for (const [index, name] of monitors.entries()) checkMonitor(`monitors.${index}`, name);
    const deploy = writer.transaction(() =>
      writer.putDeploy({ id: 0, at, service, version, regions, monitors, tags, url, by }),
    );
    stream.deploy(deploy);
    return context.json(deployDetail(deploy), 201);
  });

  app.openapi(routes.noteRoute, (context) => {
    const { id } = context.req.valid("param");
    const { text, by = SOMEBODY } = context.req.valid("json");
    const now = clock.now();
    const note = writer.transaction(() => {
      if (writer.reads.incident(id) === null) throw notFound(`There is no incident ${id}.`);
      return writer.putNote({ id: 0, incident: id, at: now, by, text });
    });
    stream.note(note);
    return context.json(note, 201);
  });

  if (!accepting) return;

  app.openapi(routes.acceptRoute, (context) => {
    const { id } = context.req.valid("param");
    const { scope = {}, reason, by = SOMEBODY } = context.req.valid("json");
    const { streams, regions } = scope;
    const asked = { scope: { ...(streams && { streams }), ...(regions && { regions }) }, reason, by };
    const edit = { reader, writer, accepting };
    const { acceptance, incident } = accept(edit, id, context.req.header("if-match"), asked);
    stream.acceptance(acceptance, "accepted");
    stream.changed(incident, incident.state === "resolved" ? "resolved" : "accepted");
    context.header("etag", etagOf(incident));
    return context.json(acceptanceDetail(acceptance, clock.now()), 201);
  });

  app.openapi(routes.undoAcceptRoute, (context) => {
    const { id } = context.req.valid("param");
    try {
      const acceptance = accepting.undoAccept(id);
      stream.acceptance(acceptance, "undone");
      return context.json(acceptanceDetail(acceptance, clock.now()), 200);
    } catch (error) {
      throw asConflict(error, "accepted", "Nothing changed. Learning goes on with what is seen from here.");
    }
  });

  /** Does an edit of silences, and tells screens of each open incident that it mutes, or mutes no longer. */
  function tellingOfMutes<T>(now: EpochMs, edit: () => T): T {
    const open = () => reader.incidents({ state: "open", limit: MOST_OPEN });
    const mutes = () => {
      const summaryOf = summariesAt(ports, now);
      return new Map(open().map((incident) => [incident.id, summaryOf(incident).muted]));
    };
    const before = mutes();
    const answer = edit();
    const after = mutes();
    for (const incident of open()) {
      const muted = after.get(incident.id) ?? null;
      if (JSON.stringify(before.get(incident.id) ?? null) === JSON.stringify(muted)) continue;
      stream.changed(incident, muted === null ? "unsilenced" : "silenced");
    }
    return answer;
  }

  function checkMonitor(parameter: string, id: string): void {
    const known = ports.monitors().map((monitor) => monitor.id);
    if (known.includes(id)) return;
    const near = nearest(id, known);
    const hint = near ? `did you mean "${near}"?` : `such as "${known[0] ?? "create-order"}"`;
    throw badParameter(parameter, `the id of a monitor that is defined; ${hint}`, id);
  }
}

/** @throws RefusedRequest when it is over before it begins */
function endOf(asked: { for?: number | undefined; until?: number | undefined }, now: EpochMs): EpochMs {
  const endsAt = asked.until ?? now + (asked.for ?? 0);
  if (endsAt <= now) throw badParameter("until", `after now (${new Date(now).toISOString()})`, endsAt);
  if (endsAt > now + LONGEST_SILENCE_MS) throw badParameter("until", "at most 365 days from now", endsAt);
  return endsAt;
}
