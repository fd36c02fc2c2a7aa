/** The routes of sessions: begin one with the token, see whether it holds, end it. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { emptyBody } from "./parameters.ts";
import { common, json, jsonBody, problem } from "./routes.ts";
import type { Sessions } from "./session.ts";

const PATH = "/api/v1/session";

export const sessionView = z
  .object({
    by: z
      .enum(["open", "token", "session"])
      .openapi({ description: "How this request was let in: no token is set, by the token, or by a session's cookie" }),
    expiresAt: z.int().nullable().openapi({ description: "When the session ends at the latest; null without one" }),
  })
  .openapi("Session");
export type SessionState = z.infer<typeof sessionView>;

export const sessionRoute = createRoute({
  method: "get",
  path: PATH,
  summary: "How this request was let in",
  responses: { 200: json("The session", sessionView), ...common },
});

export const beginSessionRoute = createRoute({
  method: "post",
  path: PATH,
  summary: "Begins a session for a browser: sent with the token, answers with a cookie",
  description: "The cookie is `__Host-statusquo`, HttpOnly, Secure, SameSite=Strict: 7 days, or 24 hours without use.",
  request: { body: jsonBody(emptyBody) },
  responses: { 200: json("The session", sessionView), 415: problem("The body is not JSON"), ...common },
});

export const endSessionRoute = createRoute({
  method: "delete",
  path: PATH,
  summary: "Ends the session of this request",
  responses: { 200: json("No session", sessionView), ...common },
});

/** @param isOpen whether no token is set, so that nobody needs a session */
export function mountSession(app: OpenAPIHono, sessions: Sessions, isOpen: boolean): void {
  app.openapi(sessionRoute, (context) => {
    const expiresAt = sessions.use(context);
    const by = isOpen ? "open" : expiresAt === null ? "token" : "session";
    return context.json({ by, expiresAt } as const, 200);
  });
  app.openapi(beginSessionRoute, (context) => {
    if (isOpen) return context.json({ by: "open", expiresAt: null } as const, 200);
    // A session begins none: only the token does.
    const expiresAt = sessions.use(context) ?? sessions.begin(context).expiresAt;
    return context.json({ by: "session", expiresAt } as const, 200);
  });
  app.openapi(endSessionRoute, (context) => {
    sessions.end(context);
    return context.json({ by: isOpen ? "open" : "token", expiresAt: null } as const, 200);
  });
}
