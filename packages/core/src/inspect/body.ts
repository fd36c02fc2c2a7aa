/** Whether the body is what it is called, and says something. */
import { quote, sayingsOf } from "../conflict/body.ts";
import { readWords } from "../conflict/words.ts";
import type { Seen, Warning } from "./seen.ts";

export function checkContentType({ got, status, body, json, whole, method }: Seen): Warning[] {
  if (!whole || body.trim() === "" || method === "HEAD" || status === 204 || status === 304) return [];
  const type = got["content-type"];
  const looks =
    json !== undefined && typeof json === "object"
      ? "application/json"
      : /^\s*</.test(body)
        ? "text/html"
        : "text/plain";
  const better = looks === "application/json" && status >= 400 ? "application/problem+json" : looks;
  if (type === undefined) {
    return [
      {
        what: "a body without Content-Type",
        why: "clients have to guess how to read it",
        send: `Content-Type: ${better}`,
      },
    ];
  }
  if (/\bjson\b/i.test(type) && json === undefined) {
    return [
      {
        what: `Content-Type says ${quote(type.split(";")[0] ?? "")} and the body is no JSON`,
        why: "clients that parse it fail on the error instead of reading it",
        send: `Content-Type: ${looks}`,
      },
    ];
  }
  if (looks === "application/json" && /^text\/(?:html|plain)/i.test(type)) {
    return [
      {
        what: `the body is JSON and Content-Type says ${quote(type.split(";")[0] ?? "")}`,
        why: "clients show it as text instead of reading it",
        send: `Content-Type: ${better}`,
      },
    ];
  }
  return [];
}

/** Members of RFC 9457 with their types; all may be left out. */
const PROBLEM_MEMBERS = {
  type: "string",
  title: "string",
  status: "number",
  detail: "string",
  instance: "string",
} as const;

export function checkProblem({ got, status, json }: Seen): Warning[] {
  if (!/^application\/problem\+json/i.test(got["content-type"] ?? "") || json === undefined) return [];
  const why = "clients that know application/problem+json (RFC 9457) cannot use it";
  if (json === null || typeof json !== "object" || Array.isArray(json)) {
    return [{ what: "the problem is not one JSON object", why, send: null }];
  }
  const members = json as Record<string, unknown>;
  const warnings = Object.entries(PROBLEM_MEMBERS)
    .filter(([name, kind]) => members[name] !== undefined && typeof members[name] !== kind)
    .map(([name, kind]) => ({
      what: `${name} of the problem is no ${kind === "string" ? "text" : "number"}`,
      why,
      send: null,
    }));
  if (typeof members.status === "number" && members.status !== status) {
    warnings.push({
      what: `status of the problem is ${members.status} and the answer's is ${status}`,
      why: "the two have to agree (RFC 9457 §3.1.2); a proxy may have changed one",
      send: null,
    });
  }
  if (["type", "title", "detail"].every((name) => members[name] === undefined)) {
    warnings.push({
      what: "the problem has neither type, title nor detail",
      why: "nobody can tell it from any other",
      send: null,
    });
  }
  return warnings;
}

// Answers whose sender knows what the receiver cannot: what stood in the way.
const OWES_A_REASON = [400, 409, 412, 422, 423, 428];

export function checkVagueness({ method, status, body, whole }: Seen): Warning[] {
  if (!OWES_A_REASON.includes(status) || !whole || method === "HEAD") return [];
  const sayings = sayingsOf(body);
  const told = sayings.some(({ kind, words }) => kind === "sentence" && words.trim().length >= 8);
  if (told || readWords(sayings).some(({ weight }) => weight > 1)) return [];
  return [
    {
      what: body.trim() === "" ? `the ${status} has no body` : `the body of the ${status} does not say why`,
      why: "whoever meets it has to ask the service's log",
      send: "Content-Type: application/problem+json",
    },
  ];
}
