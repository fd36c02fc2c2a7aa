/**
 * The API: routes over the read side. Every answer is built from what is stored when it is asked for, every error is a
 * problem, and nothing is answered before the guard has let it pass.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Monitor } from "@statusquo/core";
import { bodyLimit } from "hono/body-limit";
import { requestId } from "hono/request-id";
import { createAttempts } from "./attempts.ts";
import { badge } from "./badge.ts";
import { answerHeaders, guardHost, guardOrigin, guardToken } from "./guard.ts";
import { health, readiness } from "./health.ts";
import { given, mountHouse } from "./house-routes.ts";
import { etagOf } from "./incident-edits.ts";
import { evidenceDetail, incidentDetail, summariesAt } from "./incident-views.ts";
import { plainJson } from "./json-body.ts";
import { mountJudging } from "./judging-routes.ts";
import { keptFor } from "./kept.ts";
import { createMetrics } from "./metrics.ts";
import { monitorDetail } from "./monitor-detail.ts";
import { createOverview, standingOf } from "./overview.ts";
import { slotKeyOf } from "./parameters.ts";
import { mountPeople } from "./people-routes.ts";
import type { ApiPorts } from "./ports.ts";
import { answerProblem, notFound, RefusedRequest, refusedInput } from "./problem.ts";
import { regionRows } from "./region-views.ts";
import * as routes from "./routes.ts";
import { samplesPage } from "./sample-views.ts";
import { series } from "./series.ts";
import { createSessions } from "./session.ts";
import { mountSession } from "./session-routes.ts";
import { mountStatus } from "./status-routes.ts";
import { createStream } from "./stream.ts";
import { createUptimes } from "./uptime.ts";
import { usualThen } from "./usual-then.ts";

const LARGEST_BODY = 64 * 1_024;
/** 30 days change little in a minute, and reading them costs more than all the rest of an overview. */
const UPTIME_KEPT_MS = 60_000;
const UPTIME_WAIT_MS = 300;

/** The API as one Hono app, to be mounted at the root; the caller serves it and the dashboard's files. */
export function createApi(asGiven: ApiPorts): OpenAPIHono {
  // The ports that were given, which may change, but for this one.
  const ports: ApiPorts = Object.create(asGiven, { usual: { value: usualThen(asGiven) } });
  const { reader, clock, settings } = ports;
  const sessions = createSessions(clock.now);
  const app = new OpenAPIHono({
    defaultHook: async (result, context) => {
      if (result.success) return;
      throw refusedInput(result.error, await givenTo(result.target, context.req));
    },
  });

  app.onError((error, context) => answerProblem(context, error, ports.onTrouble ?? (() => {})));
  app.use(requestId());
  app.use(...answerHeaders);
  app.use(guardHost(settings), guardOrigin(settings), guardToken(settings, sessions, createAttempts(clock.now)));
  app.use(
    bodyLimit({
      maxSize: LARGEST_BODY,
      onError: () => {
        const detail = `A body may be ${LARGEST_BODY} bytes at most.`;
        throw new RefusedRequest({ status: 413, word: "too-large", title: "Too large", detail });
      },
    }),
  );
  app.use(plainJson);
  app.notFound((context) => {
    throw notFound(`There is no ${context.req.method} ${context.req.path}.`);
  });

  const stream = createStream(ports);
  const metrics = createMetrics(ports, stream.clients);
  const uptimes = createUptimes(reader, ports.closing);
  const uptimeNow = keptFor(UPTIME_KEPT_MS, clock.now, () => uptimes.at(clock.now()));
  const uptime = () => (uptimes.isPrepared(clock.now()) ? uptimeNow() : new Map());
  const overview = createOverview(ports, uptime, stream);
  // A month of roll-ups takes seconds to read where there are hundreds of monitors: begun before anybody asks.
  const warmUp = async () => {
    await overview.prepare("1h", false);
    await overview.prepare("6h", false);
    await overview.prepare("24h", false);
    await uptimes.prepare(clock.now());
  };
  warmUp().catch((error: unknown) => ports.onTrouble?.("reading what is over failed", error));
  /** Who asks before it is read gets no uptime rather than nothing at all for seconds. */
  const uptimesSoon = async () => {
    const waiting = new AbortController();
    const wait = sleep(UPTIME_WAIT_MS, undefined, { signal: waiting.signal, ref: false }).catch(() => undefined);
    await Promise.race([uptimes.prepare(clock.now()), wait]).finally(() => waiting.abort());
  };

  function monitorOf(id: string): Monitor {
    const monitor = ports.monitors().find((each) => each.id === id);
    if (!monitor) throw notFound(`There is no monitor "${id}" in the definitions.`);
    return monitor;
  }

  app.openapi(routes.overviewRoute, async (context) => {
    const { window } = context.req.valid("query");
    await overview.prepare(window, true);
    await uptimesSoon();
    const { body, tag } = await overview.answer(window);
    context.header("etag", tag);
    const known = (context.req.header("if-none-match") ?? "").split(",").map((each) => each.trim().replace(/^W\//, ""));
    if (known.includes(tag)) return context.body(null, 304);
    return context.body(body, 200, { "content-type": "application/json" }) as never;
  });
  app.openapi(routes.monitorRoute, async (context) => {
    await uptimesSoon();
    const monitor = monitorOf(context.req.valid("param").id);
    return context.json(monitorDetail(ports, monitor, context.req.valid("query").window, uptime()), 200);
  });
  app.openapi(routes.seriesRoute, (context) =>
    context.json(series(ports, monitorOf(context.req.valid("param").id), context.req.valid("query")), 200),
  );
  app.openapi(routes.samplesRoute, (context) =>
    context.json(samplesPage(reader, monitorOf(context.req.valid("param").id), context.req.valid("query")), 200),
  );
  app.openapi(routes.evidenceRoute, (context) => {
    const { id } = context.req.valid("param");
    const stored = reader.evidence(slotKeyOf(id));
    if (stored === null) throw notFound(`No evidence is kept of ${id}.`);
    return context.json(evidenceDetail(stored), 200);
  });

  app.openapi(routes.incidentsRoute, (context) => {
    const { limit, ...asked } = context.req.valid("query");
    const found = reader.incidents({ ...given(asked), limit: limit + 1 });
    const page = found.slice(0, limit);
    const next = found.length > limit ? (page.at(-1)?.id ?? null) : null;
    return context.json({ incidents: page.map(summariesAt(ports, clock.now())), next }, 200);
  });
  app.openapi(routes.incidentRoute, (context) => {
    const { id } = context.req.valid("param");
    const incident = reader.incident(id);
    if (incident === null) throw notFound(`There is no incident ${id}.`);
    const monitor = ports.monitors().find((each) => each.id === incident.monitor) ?? null;
    context.header("etag", etagOf(incident));
    return context.json(incidentDetail(ports, incident, monitor, clock.now()), 200);
  });
  const { demo } = ports;
  mountPeople(app, ports, stream);
  mountJudging(app, ports, monitorOf);
  mountHouse(app, ports);
  app.openapi(routes.regionsRoute, async (context) =>
    context.json(regionRows(reader, ports.monitors(), await ports.presence(), clock.now()), 200),
  );
  app.openapi(routes.healthRoute, async (context) => context.json(await health(ports), 200));
  app.openapi(routes.streamRoute, (context) => stream.serve(context));

  if (demo) {
    const faults = () => ({
      faults: demo.faults().map((fault) => ({ ...fault })),
      messagesUrl: demo.messagesUrl ?? null,
    });
    app.openapi(routes.faultsRoute, (context) => context.json(faults(), 200));
    app.openapi(routes.setFaultRoute, async (context) => {
      const { id } = context.req.valid("param");
      if (!(await demo.setFault(id, context.req.valid("json").on))) throw notFound(`The demo has no fault "${id}".`);
      return context.json(faults(), 200);
    });
  }

  mountStatus(app, ports);
  mountSession(app, sessions, settings.tokenHash === null);
  app.openapi(routes.aliveRoute, (context) => context.text("ok\n", 200));
  app.openapi(routes.readyRoute, (context) => {
    const checks = readiness(ports);
    const ready = checks.every(({ ok }) => ok);
    return context.json({ ready, checks }, ready ? 200 : 503);
  });
  app.openapi(routes.metricsRoute, async (context) =>
    context.body(await metrics.text(), 200, { "content-type": metrics.contentType }),
  );
  app.openapi(routes.badgeRoute, (context) => {
    const [, id = ""] = /^([a-z0-9][a-z0-9-]{0,63})\.svg$/.exec(context.req.param("file")) ?? [];
    const monitor = monitorOf(id);
    const { standing } = standingOf(monitor, reader.verdict(id), clock.now());
    return context.body(badge(monitor.name, standing), 200, { "content-type": "image/svg+xml" });
  });

  app.openAPIRegistry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  let document: { openapi: string } | null = null;
  app.openapi(routes.documentRoute, (context) => {
    document ??= app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Statusquo",
        version: settings.version,
        description: "What was probed, what is usual, and what is above it.",
      },
      security: [{ token: [] }],
    });
    return context.json(document, 200);
  });
  return app;
}

/** Whether a path is the API's to answer; all others are the dashboard's. */
export function isApiPath(path: string): boolean {
  return /^\/(api|badge|healthz|readyz|metrics|status(?:\.json|\.css)?)(\/|$)/.test(path);
}

/** What was checked, as it came, so that the answer can say what came. */
async function givenTo(target: string, request: { queries(): unknown; param(): unknown; json(): Promise<unknown> }) {
  if (target === "param") return request.param();
  if (target === "json") return await request.json();
  const given = Object.entries(request.queries() as Record<string, string[]>);
  return Object.fromEntries(given.map(([key, values]) => [key, values.length === 1 ? values[0] : values]));
}
