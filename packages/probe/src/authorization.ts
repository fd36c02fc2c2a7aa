/**
 * Authorization: the headers by which a request says who asks.
 *
 * They are made for one request and one origin; what they hold is a secret, or as good as one.
 */
import { createHmac } from "node:crypto";
import type { Auth, Hmac } from "@statusquo/core";
import type { HttpPlan } from "./http.ts";

/** The kinds that need nobody's help. */
export type OwnAuth = Exclude<Auth, { kind: "oauth2" }>;

/** A header value; user names may hold no colon (RFC 7617). */
export function basicCredentials(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/**
 * @param at when the probe began, ms since 1970: a signature's timestamp
 * @returns headers, and the values among them that must not come out again besides those of authorization
 */
export function authorizationOf(
  auth: OwnAuth,
  plan: HttpPlan,
  at: number,
): { headers: Record<string, string>; secrets: string[] } {
  switch (auth.kind) {
    case "basic":
      return { headers: { authorization: basicCredentials(auth.user, auth.password) }, secrets: [] };
    case "bearer":
      return { headers: { authorization: `Bearer ${auth.token}` }, secrets: [] };
    case "hmac": {
      const timestamp = String(Math.floor(at / 1000));
      const signature = signatureOf(auth, plan, timestamp);
      return {
        headers: { [auth.timestampHeader]: timestamp, [auth.header]: auth.prefix + signature },
        secrets: [signature],
      };
    }
  }
}

/** HMAC-SHA256 over method, path with query, timestamp and body, each but the last ended by a line feed. */
function signatureOf({ secret, encoding }: Hmac, { method, url, body }: HttpPlan, timestamp: string): string {
  return createHmac("sha256", secret)
    .update(`${method}\n${url.pathname}${url.search}\n${timestamp}\n`)
    .update(body ?? "")
    .digest(encoding);
}
