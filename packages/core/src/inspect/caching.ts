/** What caches may do with an answer, and should not. */
import { fold, quote } from "../conflict/body.ts";
import { cacheHit } from "../conflict/cache.ts";
import type { Seen, Warning } from "./seen.ts";

// Errors that any cache may keep by rules of its own (RFC 9110 §15.1).
const KEPT_BY_ITSELF = [404, 405, 410, 414, 501];

export function checkCaching({ method, sent, got, status }: Seen): Warning[] {
  const control = fold(got["cache-control"] ?? "");
  const read = method === "GET" || method === "HEAD";
  const forbidden = /\b(?:no-store|no-cache|private)\b/.test(control);
  const fresh = /\b(?:max-age|s-maxage)\s*=\s*"?0*[1-9]/.test(control);
  const noStore = "Cache-Control: no-store";
  if (status >= 400) {
    if (cacheHit(got) === true) {
      const age = got.age === undefined ? "" : `, ${quote(got.age)} s old`;
      const what = `this ${status} came from a cache${age}`;
      return [{ what, why: "it is served on after its cause is gone", send: noStore }];
    }
    if (!read || /\bno-store\b/.test(control)) return [];
    if (fresh || (/\bpublic\b/.test(control) && !forbidden)) {
      const what = `Cache-Control lets caches keep this ${status}: ${quote(got["cache-control"] ?? "")}`;
      return [{ what, why: "the error outlives its cause, for everybody behind that cache", send: noStore }];
    }
    const cacheInFront = ["via", "x-cache", "cf-cache-status", "x-varnish", "cache-status", "age", "x-served-by"].some(
      (name) => got[name] !== undefined,
    );
    if (control === "" && (KEPT_BY_ITSELF.includes(status) || cacheInFront)) {
      const what = `nothing forbids a cache to keep this ${status}`;
      const why = KEPT_BY_ITSELF.includes(status)
        ? "caches may keep it without being told to (RFC 9110 §15.1)"
        : "there is a cache in front, and some keep every error they are not told to drop";
      return [{ what, why, send: noStore }];
    }
    return [];
  }
  if (status < 200 || status >= 300 || !read || forbidden) return [];
  const vary = fold(got.vary ?? "");
  const warnings: Warning[] = [];
  if (
    /\bpublic\b/.test(control) &&
    (sent.authorization ?? sent.cookie) !== undefined &&
    !/authorization|cookie|\*/.test(vary)
  ) {
    warnings.push({
      what: "an answer to a request with credentials is cacheable for all",
      why: "a shared cache may give one caller's answer to another",
      send: "Cache-Control: private, no-cache",
    });
  }
  for (const [header, varies] of [
    ["content-encoding", "accept-encoding"],
    ["content-language", "accept-language"],
  ] as const) {
    if (!fresh || got[header] === undefined || sent[varies] === undefined || /\*/.test(vary) || vary.includes(varies))
      continue;
    warnings.push({
      what: `${capitals(header)} without Vary: ${capitals(varies)}`,
      why: "a cache may give it to clients that asked for another",
      send: `Vary: ${capitals(varies)}`,
    });
  }
  return warnings;
}

/** `accept-encoding` as `Accept-Encoding`. */
function capitals(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, dash: string, sign: string) => dash + sign.toUpperCase());
}
