/** Routes about the house itself: what was told to whom, trouble of our own, definitions in force, channels being tried. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { INTERNAL_TITLES, type InternalAlert } from "@statusquo/core";
import { atATime } from "./at-a-time.ts";
import { definitionsDetail } from "./definitions-detail.ts";
import { deliveryView } from "./incident-views.ts";
import type { ApiPorts } from "./ports.ts";
import { notFound } from "./problem.ts";
import * as routes from "./routes.ts";
import type { InternalAlertDetail } from "./views.ts";

export function internalAlertDetail(alert: InternalAlert): InternalAlertDetail {
  const { id, kind, subject, openedAt, resolvedAt, reason, resolution } = alert;
  return { id, kind, title: INTERNAL_TITLES[kind], subject, openedAt, resolvedAt, reason, resolution };
}

export function mountHouse(app: OpenAPIHono, ports: ApiPorts): void {
  const { reader, clock, testChannel } = ports;

  app.openapi(routes.deliveriesRoute, (context) => {
    const { limit, ...asked } = context.req.valid("query");
    const found = reader.deliveries({ ...given(asked), limit: limit + 1 });
    const page = found.slice(0, limit);
    const next = found.length > limit ? (page.at(-1)?.num ?? null) : null;
    return context.json({ deliveries: page.map(deliveryView), next }, 200);
  });

  app.openapi(routes.internalAlertsRoute, (context) => {
    const { limit, ...asked } = context.req.valid("query");
    const found = reader.internalAlerts({ ...given(asked), limit: limit + 1 });
    const page = found.slice(0, limit);
    const next = found.length > limit ? (page.at(-1)?.id ?? null) : null;
    return context.json({ alerts: page.map(internalAlertDetail), next }, 200);
  });

  app.openapi(routes.definitionsRoute, (context) => context.json(definitionsDetail(ports), 200));

  if (!testChannel) return;
  const testing = atATime(1);
  app.openapi(routes.testChannelRoute, async (context) => {
    const { id } = context.req.valid("param");
    const channel = ports.channels().find((each) => each.id === id);
    if (!channel) throw notFound(`There is no channel "${id}" in the definitions.`);
    const at = clock.now();
    const results = await testing(id, `A test of channel "${id}" is under way.`, () => testChannel(channel));
    return context.json(
      {
        channel: id,
        at,
        results: results.map(({ recipient, result, said, ms }) => ({ recipient, result, said, ms })),
      },
      200,
    );
  });
}

/** A query without what was left out. */
export function given<T extends object>(query: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
