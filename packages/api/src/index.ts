/** Showing it: Hono routes over the read side, OpenAPI, and their typed client. */
export { createApi, isApiPath } from "./api.ts";
export { answerHeaders, guardHost } from "./guard.ts";
export type { ApiPorts, ApiSettings, DefinitionsState, Fault, LiveEvent, UsualLevel } from "./ports.ts";
export { answerProblem } from "./problem.ts";
export * from "./views.ts";
