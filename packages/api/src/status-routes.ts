/** The routes for everybody: the public page, its styles, and what it says as data. */
import { createHash } from "node:crypto";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { etag } from "hono/etag";
import type { ApiPorts } from "./ports.ts";
import { RefusedRequest } from "./problem.ts";
import * as routes from "./routes.ts";
import { createStatus } from "./status.ts";
import { noStatusPage, statusPage } from "./status-page.ts";
import { STATUS_STYLE } from "./status-style.ts";

/** What is kept in front of us may be so old: about as old as what we keep ourselves. */
const PAGE_CACHE = "public, max-age=10";
const STYLE_CACHE = "public, max-age=31536000, immutable";
/** Its address changes with its content, so it never changes under one. */
const STYLE = `/status.css?${createHash("sha256").update(STATUS_STYLE).digest("base64url").slice(0, 12)}`;

export function mountStatus(app: OpenAPIHono, ports: ApiPorts): void {
  const status = createStatus(ports);
  app.use("/status", etag());
  app.use("/status/", async (context) => context.redirect("/status", 301));
  app.openapi(routes.statusRoute, (context) => {
    const answer = status();
    context.header("cache-control", PAGE_CACHE);
    return context.json(answer, 200);
  });
  app.openapi(routes.statusPageRoute, (context) => {
    try {
      const page = statusPage(status(), STYLE);
      context.header("cache-control", PAGE_CACHE);
      return context.html(page, 200);
    } catch (error) {
      if (error instanceof RefusedRequest && error.refused.status === 404)
        return context.html(noStatusPage(STYLE), 404);
      throw error;
    }
  });
  app.openapi(routes.statusStyleRoute, (context) =>
    context.body(STATUS_STYLE, 200, { "content-type": "text/css; charset=utf-8", "cache-control": STYLE_CACHE }),
  );
}
