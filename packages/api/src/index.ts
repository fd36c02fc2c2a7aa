/** Showing it: Hono routes over the read side, OpenAPI, and their typed client. */
export * from "./views.ts";
