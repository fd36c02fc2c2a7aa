/**
 * Problems (RFC 9457): the one form of every error answer. What broke inside is logged under the request's id and never
 * answered.
 */
import { type ErrorCode, StatusquoError } from "@statusquo/core";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { z } from "zod";
import type { Problem } from "./views.ts";

type Refused = Pick<Problem, "status" | "title" | "detail" | "errors" | "conflict"> & { word: string };

/** Thrown where a request cannot be served as it is; `answerProblem` says so. */
export class RefusedRequest extends Error {
  readonly refused: Refused;

  constructor(refused: Refused) {
    super(refused.detail);
    this.name = "RefusedRequest";
    this.refused = refused;
  }
}

export const notFound = (detail: string) =>
  new RefusedRequest({ status: 404, word: "not-found", title: "Not found", detail });

/** One parameter cannot be used. `got` is shortened: it is shown to people, and came from anywhere. */
export function badParameter(parameter: string, allowed: string, got: unknown): RefusedRequest {
  return badParameters([{ parameter, allowed, got: shortened(got) }]);
}

function badParameters(errors: NonNullable<Problem["errors"]>): RefusedRequest {
  const detail = errors.map(({ parameter, allowed, got }) => `${parameter} must be ${allowed}; got ${got}`).join(". ");
  return new RefusedRequest({ status: 400, word: "bad-request", title: "Bad request", detail, errors });
}

const SHOWN_ERRORS = 10;
const SHOWN_CHARACTERS = 100;

function shortened(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

/**
 * What is wrong with the parameters of a request. A schema's message is what it allows.
 *
 * @param given the object that was checked
 */
export function refusedInput(error: z.ZodError, given: unknown): RefusedRequest {
  const errors = error.issues.slice(0, SHOWN_ERRORS).map((issue) => {
    if (issue.code === "unrecognized_keys")
      return { parameter: shortened(issue.keys[0]), allowed: "left out: it is not known here", got: "it" };
    const got = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)?.[key], given);
    return { parameter: issue.path.join(".") || "body", allowed: issue.message, got: shortened(got) };
  });
  return badParameters(errors);
}

const OF_CODE: Partial<Record<ErrorCode, Pick<Refused, "status" | "title">>> = {
  bad_request: { status: 400, title: "Bad request" },
  not_found: { status: 404, title: "Not found" },
  state_conflict: { status: 409, title: "Not in this state" },
  stale_edit: { status: 412, title: "Changed meanwhile" },
};

const OF_STATUS: Record<number, [word: string, title: string, detail: string]> = {
  400: ["bad-request", "Bad request", "The request cannot be read."],
  413: ["too-large", "Too large", "A body may be 64 KiB at most."],
  415: ["unsupported-media-type", "Unsupported media type", "A body must be application/json."],
};

function refusalOf(error: unknown): Refused | null {
  if (error instanceof RefusedRequest) return error.refused;
  if (error instanceof StatusquoError) {
    if (error.code === "store_unusable")
      return { status: 503, word: "store-unusable", title: "Store unusable", detail: "The store cannot be read now." };
    const known = OF_CODE[error.code];
    return known ? { ...known, word: error.code.replaceAll("_", "-"), detail: error.message } : null;
  }
  // Node's word for a caller that went away before its request was whole: no fault of ours, and a flood of them no log.
  if (error instanceof Error && error.message === "aborted" && "code" in error && error.code === "ECONNRESET")
    return { status: 400, word: "bad-request", title: "Bad request", detail: "The request broke off." };
  if (error instanceof HTTPException) {
    const [word, title, detail] = OF_STATUS[error.status] ?? [];
    if (word !== undefined) return { status: error.status, word, title: title ?? word, detail: detail ?? "" };
  }
  return null;
}

/** The answer to an error, whatever it is. `onTrouble` hears of those that are ours. */
export function answerProblem(
  context: Context,
  error: unknown,
  onTrouble: (what: string, error: unknown) => void,
): Response {
  const requestId: string = context.get("requestId") ?? "";
  const refused = refusalOf(error) ?? {
    status: 500,
    word: "internal",
    title: "Something broke here",
    detail: "This is our fault. The log has more under the request id.",
  };
  if (refused.status >= 500) onTrouble(`${context.req.method} ${context.req.path} (request ${requestId})`, error);
  const { word, ...said } = refused;
  const problem: Problem = { type: `urn:statusquo:problem:${word}`, ...said, requestId };
  return context.body(JSON.stringify(problem), refused.status as 400, { "content-type": "application/problem+json" });
}
