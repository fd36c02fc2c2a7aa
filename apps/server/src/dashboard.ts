/** The dashboard's built files, beside the API. A path of the screens answers with the page itself. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { serveStatic } from "@hono/node-server/serve-static";
import { answerHeaders, answerProblem, type createApi, guardHost, isApiPath } from "@statusquo/api";
import { Hono } from "hono";
import { compress } from "hono/compress";

const BUILT = fileURLToPath(new URL("../../dashboard/dist/", import.meta.url));
const NOT_BUILT = "The dashboard is not built. Run npm start, or npx turbo run build; the API is at /api/v1.\n";

/**
 * One app of both. The files are the same for everybody, so they need no token; everything they show comes through the
 * API, which does.
 */
export function withDashboard(
  api: ReturnType<typeof createApi>,
  settings: Parameters<typeof guardHost>[0],
  onTrouble: (what: string, error: unknown) => void,
): Hono {
  const app = new Hono();
  app.onError((error, context) => answerProblem(context, error, onTrouble));
  // Not the stream of events, whose type compress leaves alone.
  app.use(compress());
  app.use((context, next) =>
    isApiPath(context.req.path) ? Promise.resolve(api.fetch(context.req.raw, context.env as object)) : next(),
  );
  app.use(...answerHeaders, guardHost(settings));
  app.use("/assets/*", async (context, next) => {
    await next();
    // Names of assets hold a hash of their content, so they never change.
    if (context.res.ok) context.header("cache-control", "public, max-age=31536000, immutable");
  });
  if (existsSync(BUILT)) {
    app.get("/assets/*", serveStatic({ root: BUILT }));
    app.get("/favicon.svg", serveStatic({ root: BUILT }));
  }
  app.get("*", (context, next) => {
    if (/\.\w+$/.test(context.req.path)) return next();
    if (!existsSync(`${BUILT}index.html`)) return context.text(NOT_BUILT, 503);
    context.header("cache-control", "no-cache");
    return context.html(readFileSync(`${BUILT}index.html`, "utf8"));
  });
  return app;
}
