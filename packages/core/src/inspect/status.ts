/** Whether the status fits method, conditions and body. */
import { quote } from "../conflict/body.ts";
import { betterCodes } from "../conflict/neighbours.ts";
import type { Seen, Warning } from "./seen.ts";

export function checkStatus({ method, sent, status, body, json, whole }: Seen): Warning[] {
  const ifMatch = sent["if-match"] !== undefined;
  const warnings: Warning[] = betterCodes({ request: { ifMatch }, response: { status, body } }).map(
    ({ code, says }) => ({
      what:
        code === 412 ? "a failed condition is answered with 409" : "a conflict is answered as a failure of the service",
      why: says,
      send: code === 412 ? "HTTP/1.1 412 Precondition Failed" : "HTTP/1.1 409 Conflict",
    }),
  );
  if (status === 409 && (method === "GET" || method === "HEAD")) {
    warnings.push({
      what: `a ${method} is answered with 409`,
      why: "a read changes nothing, so it has nothing to conflict with",
      send: null,
    });
  }
  const conditional = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range"];
  if ((status === 412 || status === 304) && conditional.every((name) => sent[name] === undefined)) {
    warnings.push({
      what: `${status} is answered to a request without a condition`,
      why: "it says that a condition header decided, and none was sent",
      send: null,
    });
  }
  if (status >= 200 && status < 300 && saysFailure(json)) {
    warnings.push({
      what: `the status is ${status} and the body says that it failed`,
      why: "monitors, caches and clients go by the status and take it for a success",
      send: null,
    });
  }
  if (status === 204 && whole && body !== "") {
    warnings.push({ what: "204 comes with a body", why: "204 means that there is none; clients drop it", send: null });
  }
  return warnings;
}

export function checkRedirect({ method, url, status, got }: Seen): Warning[] {
  if (![301, 302, 303, 307, 308].includes(status)) return [];
  const to = got.location;
  if (to === undefined) {
    return [{ what: `${status} without Location`, why: "no client can follow it", send: "Location: /where/it/is" }];
  }
  const warnings: Warning[] = [];
  if (/^https:/i.test(url) && /^http:/i.test(to)) {
    warnings.push({
      what: "the redirect leads from https to http",
      why: "what follows, credentials included, is sent in the clear",
      send: `Location: ${quote(to.replace(/^http:/i, "https:"))}`,
    });
  }
  if ((status === 301 || status === 302) && method !== "GET" && method !== "HEAD") {
    const kept = status === 301 ? "308 Permanent Redirect" : "307 Temporary Redirect";
    warnings.push({
      what: `a ${method} is redirected with ${status}`,
      why: "many clients repeat it as a GET without its body",
      send: `HTTP/1.1 ${kept}`,
    });
  }
  return warnings;
}

function saysFailure(json: unknown): boolean {
  if (json === null || typeof json !== "object" || Array.isArray(json)) return false;
  const body = json as Record<string, unknown>;
  if (body.success === false || body.ok === false || body.status === "error") return true;
  const keys = Object.keys(body);
  const { error, errors } = body;
  const filled = (value: unknown) =>
    value !== null && value !== undefined && value !== false && value !== "" && value !== 0;
  // GraphQL answers 200 with errors beside data; that is its contract.
  const lists = Array.isArray(errors) && errors.length > 0 && !keys.includes("data");
  return (filled(error) && !keys.includes("data")) || lists;
}
