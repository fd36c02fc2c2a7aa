/**
 * Faults over HTTP: `GET /_demo/faults`, `PUT` and `DELETE /_demo/faults/:name`. No fault ever stands in their way.
 *
 * A `PUT` without a body switches on, so that a command line needs no quotes.
 */
import { z } from "zod";
import { type DemoAnswer, jsonAnswer, problemAnswer } from "./answer.ts";
import { FAULT_NAMES, type FaultState, type Faults, isFaultName } from "./faults.ts";
import type { DemoRequest } from "./routes.ts";

export const FAULTS_PATH = "/_demo/faults";

const FaultBody = z.strictObject({
  on: z.boolean().default(true),
  region: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "a region's name: a-z, 0-9 and -")
    .optional(),
  path: z.string().startsWith("/").max(200).optional(),
});

export function answerFaults(request: DemoRequest, faults: Faults): DemoAnswer {
  if (request.path === FAULTS_PATH) {
    if (request.method !== "GET") return wrongMethod(request, "GET");
    return jsonAnswer(200, { faults: faults.list().map(faultView) });
  }
  const name = request.path.slice(FAULTS_PATH.length + 1);
  if (!isFaultName(name)) {
    const detail = `A fault is one of ${FAULT_NAMES.join(", ")}; got "${name}".`;
    return problemAnswer(404, { type: "unknown-fault", title: "No such fault", detail });
  }
  if (request.method === "DELETE") return jsonAnswer(200, faultView(faults.set(name, false)));
  if (request.method !== "PUT") return wrongMethod(request, "PUT, DELETE");

  let body: unknown;
  try {
    body = request.body.trim() === "" ? {} : JSON.parse(request.body);
  } catch {
    return problemAnswer(400, { type: "not-json", title: "Not JSON", detail: 'The body is {"on": true} or nothing.' });
  }
  const checked = FaultBody.safeParse(body);
  if (!checked.success) {
    const detail = checked.error.issues.map(({ path, message }) => `/${path.join("/")}: ${message}`).join("; ");
    return problemAnswer(422, { type: "invalid", title: "Invalid data", detail });
  }
  const { on, region, path } = checked.data;
  const where = { ...(region === undefined ? {} : { region }), ...(path === undefined ? {} : { path }) };
  return jsonAnswer(200, faultView(faults.set(name, on, where)));
}

function wrongMethod(request: DemoRequest, allowed: string): DemoAnswer {
  const detail = `${request.path} takes ${allowed}; got ${request.method}.`;
  return problemAnswer(405, { type: "method", title: "Method not allowed", detail }, { allow: allowed });
}

function faultView({ since, ...state }: FaultState) {
  return { ...state, since: since === null ? null : new Date(since).toISOString() };
}
