/** One authorized request, as tests make it: what they leave out is as harmless as can be. */
import type { Auth, Connection } from "@statusquo/core";
import { probeAuthorized } from "../authorized.ts";
import type { Exchange, HttpOptions, HttpPlan } from "../http.ts";
import { createTokens, type Tokens } from "../token.ts";

/** When the request is made, ms since 1970. */
export const ASKED_AT = Date.UTC(2027, 2, 1, 12, 0, 30, 250);

export function ask(
  url: string,
  how: { auth?: Auth; connection?: Connection; plan?: Partial<HttpPlan> },
  more: Partial<HttpOptions> = {},
  tokens: Tokens = createTokens(),
): Promise<Exchange> {
  const plan = { method: "GET", url: new URL(url), headers: {}, body: null, ...how.plan };
  const options = { timeoutMs: 5_000, allowPrivate: true, followRedirects: 0, userAgent: "statusquo/test", ...more };
  return probeAuthorized({ plan, auth: how.auth, connection: how.connection }, ASKED_AT, options, tokens);
}
