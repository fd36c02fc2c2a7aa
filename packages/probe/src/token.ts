/**
 * Tokens: OAuth2 client credentials (RFC 6749 section 4.4), asked for when needed and kept in memory until shortly
 * before they end.
 *
 * A token is never stored, logged or sent anywhere but to the target. A token server that gives none is not the target's
 * failure: the target was not asked.
 */
import { createHash } from "node:crypto";
import type { OAuth2 } from "@statusquo/core";
import { basicCredentials } from "./authorization.ts";
import type { Refusal } from "./failure.ts";
import { type Exchange, type HttpOptions, type HttpPlan, probeHttp } from "./http.ts";

export type TokenAnswer = { kind: "token"; token: string /** It was here already. */; kept: boolean } | Refusal;

export interface Tokens {
  /** The token for these credentials, asked for within `options.timeoutMs` when there is none. Never rejects. */
  take(auth: OAuth2, options: HttpOptions): Promise<TokenAnswer>;
  /** Forgets a token the target would not take. */
  drop(auth: OAuth2, token: string): void;
}

/** Kept for this long when the server does not say how long a token lasts. */
const UNSAID_MS = 5 * 60_000;
/** A token is not used in its last minute, nor in the last tenth of its life. */
const MARGIN_MS = 60_000;
const MAX_TOKENS = 1_000;
/** What may stand in a header after `Bearer ` (RFC 6750 section 2.1), and a little more. */
const TOKEN = /^[\x21-\x7e]{1,16384}$/;

/** @param now monotonic ms */
export function createTokens(now: () => number = () => performance.now()): Tokens {
  const kept = new Map<string, { token: string; until: number }>();
  const underWay = new Map<string, Promise<TokenAnswer>>();

  const ask = async (name: string, auth: OAuth2, options: HttpOptions): Promise<TokenAnswer> => {
    const asked = now();
    const plan = tokenRequest(auth);
    if ("reason" in plan) return plan;
    const answer = tokenIn(await probeHttp(plan, { ...options, followRedirects: 0 }), plan.url.origin);
    if (answer.kind === "missed") return answer;
    const { token, lastsMs } = answer;
    if (kept.size >= MAX_TOKENS) kept.delete(kept.keys().next().value!);
    kept.set(name, { token, until: asked + lastsMs - Math.min(MARGIN_MS, lastsMs / 10) });
    return { kind: "token", token, kept: false };
  };

  return {
    async take(auth, options) {
      const name = nameOf(auth);
      const known = kept.get(name);
      if (known && now() < known.until) return { kind: "token", token: known.token, kept: true };
      kept.delete(name);
      let asking = underWay.get(name);
      if (!asking) {
        asking = ask(name, auth, options).finally(() => underWay.delete(name));
        underWay.set(name, asking);
      }
      return withinDeadline(asking, options.timeoutMs, auth);
    },
    drop(auth, token) {
      const name = nameOf(auth);
      if (kept.get(name)?.token === token) kept.delete(name);
    },
  };
}

/** Credentials by hash: a secret must not lie about as a map's key as well. */
function nameOf({ tokenUrl, clientId, clientSecret, scope, audience, credentials }: OAuth2): string {
  const all = JSON.stringify([tokenUrl, clientId, clientSecret, scope, audience, credentials]);
  return createHash("sha256").update(all).digest("base64");
}

/** Another probe may have asked, with more time than this one has. */
async function withinDeadline(asking: Promise<TokenAnswer>, timeoutMs: number, auth: OAuth2): Promise<TokenAnswer> {
  const late = Promise.withResolvers<TokenAnswer>();
  const host = URL.parse(auth.tokenUrl)?.origin ?? "the token server";
  const timer = setTimeout(() => late.resolve(noToken(`${host} gave none in time`)), timeoutMs);
  try {
    return await Promise.race([asking, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function tokenRequest({ tokenUrl, clientId, clientSecret, scope, audience, credentials }: OAuth2): HttpPlan | Refusal {
  const url = URL.parse(tokenUrl);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    return { kind: "missed", reason: "unsupported", detail: "oauth2: token_url is no http or https address" };
  }
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  if (scope !== undefined) form.set("scope", scope);
  if (audience !== undefined) form.set("audience", audience);
  const headers: Record<string, string> = {
    "content-type": "application/x-www-form-urlencoded",
    accept: "application/json",
  };
  if (credentials === "body") {
    form.set("client_id", clientId);
    form.set("client_secret", clientSecret);
  } else {
    // Each is encoded as in a form before they are joined (RFC 6749 section 2.3.1).
    headers.authorization = basicCredentials(formEncoded(clientId), formEncoded(clientSecret));
  }
  return { method: "POST", url, headers, body: form.toString() };
}

function formEncoded(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}

function tokenIn(exchange: Exchange, host: string): { kind: "token"; token: string; lastsMs: number } | Refusal {
  const { end, body } = exchange;
  if (end.kind === "missed") {
    return end.reason === "resource" || end.reason === "blocked" ? { ...end, detail: `oauth2: ${end.detail}` } : end;
  }
  if (end.kind === "failure") return noToken(`${host}: ${end.reason}, ${end.detail}`);
  const fields = fieldsIn(body);
  if (end.status !== 200) {
    // The code is one of a short list (RFC 6749 section 5.2); nothing else of the body is repeated.
    const code = typeof fields.error === "string" && /^[a-z_]{1,40}$/.test(fields.error) ? ` ${fields.error}` : "";
    return noToken(`${host} answered ${end.status}${code}`);
  }
  const { access_token: token, token_type: type, expires_in: seconds } = fields;
  if (typeof token !== "string" || !TOKEN.test(token)) return noToken(`${host} answered 200 without an access_token`);
  if (typeof type === "string" && type.toLowerCase() !== "bearer") {
    return noToken(`${host} gave a token of another type than bearer`);
  }
  const lasts = Number(seconds ?? Number.NaN);
  return { kind: "token", token, lastsMs: lasts >= 0 && Number.isFinite(lasts) ? lasts * 1000 : UNSAID_MS };
}

function fieldsIn(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function noToken(why: string): Refusal {
  return { kind: "missed", reason: "no_token", detail: `oauth2: ${why}` };
}
