/** The routes as a contract: path, parameters, answers. What stands here is what `openapi.json` says. */
import { createRoute, z } from "@hono/zod-openapi";
import {
  acceptBody,
  acceptParams,
  acknowledgeBody,
  channelParams,
  channelTestBody,
  deliveriesQuery,
  deployBody,
  deploysQuery,
  emptyBody,
  faultBody,
  faultParams,
  incidentParams,
  incidentSilenceBody,
  incidentsQuery,
  internalAlertsQuery,
  monitorParams,
  noteBody,
  probeBody,
  replayQuery,
  sampleParams,
  samplesQuery,
  seriesQuery,
  silenceBody,
  silenceParams,
  silencesQuery,
  whyQuery,
  whysQuery,
  windowQuery,
} from "./parameters.ts";
import {
  acceptanceView,
  channelTestView,
  definitionsDetailView,
  deliveriesView,
  demoFaultsView,
  deploysView,
  deployView,
  evidenceView,
  healthView,
  incidentSummaryView,
  incidentsView,
  incidentView,
  internalAlertsView,
  monitorView,
  noteView,
  overviewView,
  probedView,
  problemView,
  readyView,
  regionsView,
  replayingView,
  replayView,
  samplesView,
  seriesView,
  silencesView,
  silenceView,
  statusView,
  streamViews,
  whyAtView,
  whysView,
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
  description:
    "Made at most once a second, unless a person changed something. Its ETag may be sent as `If-None-Match`.",
  request: { query: windowQuery },
  responses: {
    200: json("The overview", overviewView),
    304: { description: "As the `If-None-Match` says" },
    ...common,
  },
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

/** What an edit may answer as well. */
const edit = {
  413: problem("The body is above 64 KiB"),
  415: problem("The body is not JSON"),
};
/** What an edit of what a person has seen may answer as well. */
const guarded = {
  ...absent,
  409: problem("It is not in a state that allows this; `conflict` says how to go on"),
  412: problem("The incident has changed since it was read"),
  428: problem("`If-Match` is missing"),
  ...edit,
};
const NEEDS_IF_MATCH = "Needs `If-Match` with the ETag of the incident.";

export const acknowledgeRoute = createRoute({
  method: "post",
  path: `${V1}/incidents/{id}/acknowledge`,
  summary: "A person has seen it, or takes that back",
  description: `${NEEDS_IF_MATCH} Reminders and escalations stop; with \`undo\` they go on.`,
  request: { params: incidentParams, body: jsonBody(acknowledgeBody) },
  responses: { 200: json("The incident as it is now", incidentSummaryView), ...guarded, ...common },
});

export const silenceIncidentRoute = createRoute({
  method: "post",
  path: `${V1}/incidents/{id}/silence`,
  summary: "Nobody is told of this incident, or of its monitor, for a while",
  description: NEEDS_IF_MATCH,
  request: { params: incidentParams, body: jsonBody(incidentSilenceBody) },
  responses: { 201: json("The silence", silenceView), ...guarded, ...common },
});

export const acceptRoute = createRoute({
  method: "post",
  path: `${V1}/incidents/{id}/accept`,
  summary: "What it shows is the new normal",
  description: `${NEEDS_IF_MATCH} Its streams close, in the scope that is named, and what was seen is usual from here on. It can be undone for 7 days.`,
  request: { params: incidentParams, body: jsonBody(acceptBody) },
  responses: { 201: json("What was accepted", acceptanceView), ...guarded, ...common },
});

export const undoAcceptRoute = createRoute({
  method: "post",
  path: `${V1}/accepts/{id}/undo`,
  summary: "Takes an acceptance back",
  description: "What was usual before it is usual again. If the rate is still high, a new incident opens.",
  request: { params: acceptParams, body: jsonBody(emptyBody) },
  responses: {
    200: json("The acceptance as it is now", acceptanceView),
    ...absent,
    409: problem("It was undone already, is older than 7 days, or what was usual before is not kept"),
    ...edit,
    ...common,
  },
});

export const noteRoute = createRoute({
  method: "post",
  path: `${V1}/incidents/{id}/notes`,
  summary: "Writes something down about an incident",
  request: { params: incidentParams, body: jsonBody(noteBody) },
  responses: { 201: json("The note", noteView), ...absent, ...edit, ...common },
});

export const silencesRoute = createRoute({
  method: "get",
  path: `${V1}/silences`,
  summary: "Silences, newest first",
  request: { query: silencesQuery },
  responses: { 200: json("A page of silences", silencesView), ...common },
});

export const addSilenceRoute = createRoute({
  method: "post",
  path: `${V1}/silences`,
  summary: "Nobody is told of what matches, for a while",
  request: { body: jsonBody(silenceBody) },
  responses: { 201: json("The silence", silenceView), ...edit, ...common },
});

export const endSilenceRoute = createRoute({
  method: "delete",
  path: `${V1}/silences/{id}`,
  summary: "Ends a silence; what is still open is told then",
  request: { params: silenceParams },
  responses: { 200: json("The silence as it is now", silenceView), ...absent, ...common },
});

export const deploysRoute = createRoute({
  method: "get",
  path: `${V1}/deploys`,
  summary: "Deploy markers, newest first",
  request: { query: deploysQuery },
  responses: { 200: json("A page of deploys", deploysView), ...common },
});

export const addDeployRoute = createRoute({
  method: "post",
  path: `${V1}/deploys`,
  summary: "Marks a deploy",
  description: "Without `regions` it went everywhere; without `monitors` and `tags` it concerns every monitor.",
  request: { body: jsonBody(deployBody) },
  responses: { 201: json("The deploy", deployView), ...edit, ...common },
});

export const probeNowRoute = createRoute({
  method: "post",
  path: `${V1}/monitors/{id}/probe`,
  summary: "Probes once, now; nothing of it is stored",
  description: "By a worker of the region; without REDIS_URL by this server.",
  request: { params: monitorParams, body: jsonBody(probeBody) },
  responses: {
    200: json("What came", probedView),
    ...absent,
    409: problem("No worker of the region answers, or a probe asked for is under way"),
    ...edit,
    ...common,
  },
});

export const whyRoute = createRoute({
  method: "get",
  path: `${V1}/monitors/{id}/why`,
  summary: "Why it was judged as it was at an instant; now without `at`",
  request: { params: monitorParams, query: whyQuery },
  responses: { 200: json("The verdict in words and numbers", whyAtView), ...absent, ...common },
});

export const whysRoute = createRoute({
  method: "get",
  path: `${V1}/monitors/{id}/whys`,
  summary: "Verdicts slot by slot, newest first",
  request: { params: monitorParams, query: whysQuery },
  responses: { 200: json("A page of verdicts", whysView), ...absent, ...common },
});

export const replayRoute = createRoute({
  method: "get",
  path: `${V1}/monitors/{id}/replay`,
  summary: "What the last days would have told with another budget of false alarms",
  description:
    "Takes seconds where there is much to judge: until then each request is answered within 2 s by how far it is.",
  request: { params: monitorParams, query: replayQuery },
  responses: {
    200: json("The incidents there would have been", replayView),
    202: json("It is being made: ask again", replayingView),
    ...absent,
    409: problem("As many replays as can be made at once are under way"),
    ...common,
  },
});

export const internalAlertsRoute = createRoute({
  method: "get",
  path: `${V1}/internal-alerts`,
  summary: "Trouble of our own, newest first",
  request: { query: internalAlertsQuery },
  responses: { 200: json("A page of internal alerts", internalAlertsView), ...common },
});

export const definitionsRoute = createRoute({
  method: "get",
  path: `${V1}/definitions`,
  summary: "What is in force, from which file and line, and why a newer edit is not",
  responses: { 200: json("The definitions", definitionsDetailView), ...common },
});

export const testChannelRoute = createRoute({
  method: "post",
  path: `${V1}/channels/{id}/test`,
  summary: "Sends a test message to every recipient of a channel",
  request: { params: channelParams, body: jsonBody(channelTestBody) },
  responses: {
    200: json("What became of it", channelTestView),
    ...absent,
    409: problem("A test of this channel is under way"),
    ...edit,
    ...common,
  },
});

/** What a route for everybody may answer as well. */
const publicAnswers = { 421: common[421], 500: common[500], 503: common[503] };

export const statusRoute = createRoute({
  method: "get",
  path: "/status.json",
  summary: "The public page as data; needs no token",
  description: "Only what definitions publish. 404 while they publish nothing.",
  security: [],
  responses: { 200: json("What people notice", statusView), ...absent, ...publicAnswers },
});

export const statusPageRoute = createRoute({
  method: "get",
  path: "/status",
  summary: "The public page for people; needs no token",
  description: "HTML without a script, of what `/status.json` says. 404 while definitions publish nothing.",
  security: [],
  responses: {
    200: text("The page", "text/html"),
    404: text("A page that says that nothing is published", "text/html"),
    ...publicAnswers,
  },
});

export const statusStyleRoute = createRoute({
  method: "get",
  path: "/status.css",
  summary: "Styles of the public page; needs no token",
  security: [],
  responses: { 200: text("The styles", "text/css"), ...publicAnswers },
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
  description: `Events: ${eventNames}. Samples of one second come together. A heartbeat every 10 s; at most 50 clients. \`Last-Event-ID\` resumes where it is still remembered.`,
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
