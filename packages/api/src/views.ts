/**
 * Views: what the API answers, as zod schemas. The OpenAPI document, the checks of answers in tests and the types of
 * the client all come from here.
 *
 * Instants are epoch milliseconds (series: unix seconds, as uPlot wants them). Where there are many numbers they stand in
 * columns of equal length. A share is 0 to 1 and never stands without its counts. `null` means "we do not know".
 */
export * from "./house-views.ts";
export * from "./judging-views.ts";
export * from "./people-views.ts";
export * from "./status-views.ts";
export * from "./views/exchange.ts";
export * from "./views/incident.ts";
export * from "./views/judged.ts";
export * from "./views/monitor.ts";
export * from "./views/overview.ts";
export * from "./views/problem.ts";
export * from "./views/service.ts";
export * from "./views/stream.ts";
