/** The routes as a contract: path, parameters, answers. What stands here is what `openapi.json` says. */
import { createRoute, z } from "@hono/zod-openapi";
import {
  deliveriesQuery,
  emptyBody,
  faultBody,
  faultParams,
  incidentParams,
  incidentsQuery,
  monitorParams,
  sampleParams,
  samplesQuery,
  seriesQuery,
  windowQuery,
} from "./parameters.ts";
import {
  deliveriesView,
  demoFaultsView,
  evidenceView,
  healthView,
  incidentSummaryView,
  incidentsView,
  incidentView,
  monitorView,
  overviewView,
  problemView,
  readyView,
  regionsView,
  samplesView,
  seriesView,
  streamViews,
} from "./views.ts";

export const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: problemView } },
});
export const json = <T extends z.ZodType>(description: string, schema: T) => ({
  description,
  content: { "application/json": { schema } },
});
const text = (description: string, type: string) => ({
  description,
  content: { [type]: { schema: { type: "string" as const } } },
});
export const jsonBody = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { "application/json": { schema } },
});

/** What every route may answer as well. */
export const common = {
  400: problem("A parameter cannot be used; `errors` says which, what is allowed and what came"),
  401: problem("A token is needed"),
  403: problem("Asked by a page of another origin"),
  429: problem("Too many wrong tokens came from this address; `retry-after` says when the next is looked at"),
  421: problem("Asked under a host name this server does not answer to"),
  500: problem("Something broke here"),
  503: problem("The store cannot be read now"),
};
const absent = { 404: problem("There is no such thing") };
const V1 = "/api/v1";

export const overviewRoute = createRoute({
  method: "get",
  path: `${V1}/monitors`,
  summary: "Every monitor as a row, with its ribbon",
  request: { query: windowQuery },
  responses: { 200: json("The overview", overviewView), ...common },
});

export const monitorRoute = createRoute({
  method: "get",
  path: `${V1}/monitors/{id}`,
  summary: "One monitor",
  request: { params: monitorParams, query: windowQuery },
  responses: { 200: json("The monitor", monitorView), ...absent, ...common },
});

export const seriesRoute = createRoute({
  method: "get",
  path: `${V1}/monitors/{id}/series`,
  summary: "One monitor over time, as columns",
  description: "Without `from` and `to` the last hour; without `step` one that gives at most 120 columns.",
  request: { params: monitorParams, query: seriesQuery },
  responses: { 200: json("The columns", seriesView), ...absent, ...common },
});

export const samplesRoute = createRoute({
  method: "get",
  path: `${V1}/monitors/{id}/samples`,
  summary: "Single answers, newest first",
  request: { params: monitorParams, query: samplesQuery },
  responses: { 200: json("A page of samples", samplesView), ...absent, ...common },
});

export const evidenceRoute = createRoute({
  method: "get",
  path: `${V1}/samples/{id}/evidence`,
  summary: "What was sent and answered, secrets removed",
  request: { params: sampleParams },
  responses: { 200: json("The exchange", evidenceView), ...absent, ...common },
});

export const incidentsRoute = createRoute({
  method: "get",
  path: `${V1}/incidents`,
  summary: "Incidents, newest first",
  request: { query: incidentsQuery },
  responses: { 200: json("A page of incidents", incidentsView), ...common },
});

export const incidentRoute = createRoute({
  method: "get",
  path: `${V1}/incidents/{id}`,
  summary: "One incident whole; its ETag is that of edits",
  request: { params: incidentParams },
  responses: { 200: json("The incident", incidentView), ...absent, ...common },
});

export const acknowledgeRoute = createRoute({
  method: "post",
  path: `${V1}/incidents/{id}/acknowledge`,
  summary: "A person has seen it",
  description: "Needs `If-Match` with the ETag of the incident.",
  request: { params: incidentParams, body: jsonBody(emptyBody) },
  responses: {
    200: json("The incident as it is now", incidentSummaryView),
    ...absent,
    409: problem("The incident is resolved; `conflict` says how to go on"),
    412: problem("The incident has changed since it was read"),
    413: problem("The body is above 64 KiB"),
    415: problem("The body is not JSON"),
    428: problem("`If-Match` is missing"),
    ...common,
  },
});

export const deliveriesRoute = createRoute({
  method: "get",
  path: `${V1}/deliveries`,
  summary: "Messages and their attempts, newest first",
  request: { query: deliveriesQuery },
  responses: { 200: json("Deliveries", deliveriesView), ...common },
});

export const regionsRoute = createRoute({
  method: "get",
  path: `${V1}/regions`,
  summary: "Regions and whether their samples come home",
  responses: { 200: json("Regions", regionsView), ...common },
});

export const healthRoute = createRoute({
  method: "get",
  path: `${V1}/health`,
  summary: "Whether alerts can be trusted now",
  responses: { 200: json("Health; `ok` is false when a check does not hold", healthView), ...common },
});

const eventNames = Object.entries(streamViews)
  .map(([name, view]) => `\`${name}\`: #/components/schemas/${view.meta()?.id ?? name}`)
  .join("; ");

export const streamRoute = createRoute({
  method: "get",
  path: `${V1}/stream`,
  summary: "Server-sent events about what has just been stored",
  description: `Events: ${eventNames}. A heartbeat every 10 s; at most 50 clients. \`Last-Event-ID\` resumes where it is still remembered.`,
  responses: { 200: text("The stream", "text/event-stream"), ...common },
});

export const documentRoute = createRoute({
  method: "get",
  path: `${V1}/openapi.json`,
  summary: "This document",
  responses: { 200: json("OpenAPI 3.1", z.looseObject({ openapi: z.string() })), ...common },
});

export const faultsRoute = createRoute({
  method: "get",
  path: `${V1}/demo/faults`,
  summary: "Faults the demo's target can have",
  responses: { 200: json("Faults", demoFaultsView), ...common },
});

export const setFaultRoute = createRoute({
  method: "post",
  path: `${V1}/demo/faults/{id}`,
  summary: "Switches a fault of the demo's target",
  request: { params: faultParams, body: jsonBody(faultBody) },
  responses: {
    200: json("Faults as they are now", demoFaultsView),
    ...absent,
    413: problem("The body is above 64 KiB"),
    415: problem("The body is not JSON"),
    ...common,
  },
});

export const aliveRoute = createRoute({
  method: "get",
  path: "/healthz",
  summary: "The process runs; needs no token",
  security: [],
  responses: { 200: text("ok", "text/plain"), 421: common[421] },
});

export const readyRoute = createRoute({
  method: "get",
  path: "/readyz",
  summary: "Slots are handed out and what comes home is stored",
  responses: { 200: json("Ready", readyView), ...common, 503: json("Not ready, with reasons", readyView) },
});

export const metricsRoute = createRoute({
  method: "get",
  path: "/metrics",
  summary: "Metrics for Prometheus",
  responses: { 200: text("Metrics", "text/plain"), ...common },
});

export const badgeRoute = createRoute({
  method: "get",
  path: "/badge/{file}",
  summary: "A monitor's standing as a picture: /badge/<id>.svg",
  responses: { 200: text("The picture", "image/svg+xml"), ...absent, ...common },
});
