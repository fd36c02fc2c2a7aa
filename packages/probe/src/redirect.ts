/**
 * Redirects: whether an answer sends us elsewhere, and with what.
 *
 * Nothing a definition holds (headers, body) crosses to another origin. A redirect that may not be followed is itself
 * the answer.
 */
import type { HttpPlan, ResponseHead } from "./http.ts";

export type NextHop =
  | { kind: "none" }
  | { kind: "kept"; why: string }
  /** The guard still has to pass its address. */
  | { kind: "follow"; plan: HttpPlan };

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * @param left redirects that may still be followed
 * @see RFC 9110 section 15.4 for which method goes on
 */
export function nextHop(plan: HttpPlan, head: ResponseHead, left: number): NextHop {
  const location = head.headers.find(([name]) => name.toLowerCase() === "location")?.[1];
  if (!REDIRECTS.has(head.status) || location === undefined) return { kind: "none" };
  if (left <= 0) return { kind: "kept", why: "no more redirects may be followed" };
  // Header bytes came as latin-1; servers that send more than ASCII here send UTF-8.
  const url = URL.parse(Buffer.from(location, "latin1").toString(), plan.url);
  if (url === null) return { kind: "kept", why: "its location is no URL" };
  if (url.protocol !== "http:" && url.protocol !== "https:") return { kind: "kept", why: "it leads away from http" };
  if (url.username !== "" || url.password !== "") return { kind: "kept", why: "its location carries a user name" };
  url.hash = "";

  const { status } = head;
  const becomesGet =
    (status === 303 && plan.method !== "HEAD") || ((status === 301 || status === 302) && plan.method === "POST");
  const body = becomesGet ? null : plan.body;
  const sameOrigin = url.origin === plan.url.origin;
  if (!sameOrigin && body !== null) return { kind: "kept", why: "it would carry the body to another origin" };
  const carried = Object.entries(plan.headers).filter(
    ([name]) => sameOrigin && !(becomesGet && /^content-/.test(name)),
  );
  return {
    kind: "follow",
    plan: { method: becomesGet ? "GET" : plan.method, url, headers: Object.fromEntries(carried), body },
  };
}
