/** The dashboard's built files, beside the API. A path of the screens answers with the page itself. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { serveStatic } from "@hono/node-server/serve-static";
import type { createApi } from "@statusquo/api";

const BUILT = fileURLToPath(new URL("../../dashboard/dist/", import.meta.url));
const NOT_BUILT = "The dashboard is not built. Run npm start, or npx turbo run build; the API is at /api/v1.";

export function serveDashboard(app: ReturnType<typeof createApi>): void {
  // Names of assets hold a hash of their content, so they never change.
  app.use("/assets/*", async (context, next) => {
    await next();
    if (context.res.ok) context.header("cache-control", "public, max-age=31536000, immutable");
  });
  app.use("/assets/*", serveStatic({ root: BUILT }));
  app.get("*", (context, next) => {
    const { path } = context.req;
    if (path.startsWith("/api/") || /\.\w+$/.test(path)) return next();
    if (!existsSync(`${BUILT}index.html`)) return context.text(NOT_BUILT, 503);
    context.header("cache-control", "no-cache");
    return context.html(readFileSync(`${BUILT}index.html`, "utf8"));
  });
}
