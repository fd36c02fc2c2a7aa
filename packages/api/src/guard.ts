/**
 * The guard at the root of the router: who may ask, under which name, and from which page. Nothing passes it unasked but
 * `/healthz`, which says only that the process runs, and the public page, which says what definitions publish.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { type Attempts, MOST_WRONG } from "./attempts.ts";
import type { ApiSettings } from "./ports.ts";
import { RefusedRequest } from "./problem.ts";
import type { Sessions } from "./session.ts";

const WITHOUT_TOKEN = ["/healthz", "/status", "/status/", "/status.css", "/status.json"];

/**
 * Answers only to names it knows (421): a page elsewhere that points its own name at this address (DNS rebinding) is not
 * talking to us.
 */
export function guardHost(settings: Pick<ApiSettings, "allowedHosts" | "publicUrl">): MiddlewareHandler {
  const own =
    settings.publicUrl === null ? [] : [new URL(settings.publicUrl).host, new URL(settings.publicUrl).hostname];
  const allowed = new Set([...settings.allowedHosts, ...own]);
  return async (context, next) => {
    const host = hostOf(context);
    const name = host.replace(/:\d+$/, "").replace(/\.$/, "");
    if (!allowed.has(host) && !allowed.has(name))
      throw new RefusedRequest({
        status: 421,
        word: "unknown-host",
        title: "Unknown host",
        detail: "This server does not answer to that host name; PUBLIC_URL says which it answers to.",
      });
    await next();
  };
}

/** The name the request was sent to, with its port, lower case. */
function hostOf(context: Context): string {
  return (context.req.header("host") ?? new URL(context.req.url).host).toLowerCase();
}

const isRead = (context: Context) => context.req.method === "GET" || context.req.method === "HEAD";

/**
 * Refuses requests that a page of another origin makes (403): every edit, and reads as well, which hold a stream open or
 * cost time though their answer cannot be read there. Edits must be JSON (415), which no form can send.
 */
export function guardOrigin(settings: Pick<ApiSettings, "publicUrl">): MiddlewareHandler {
  const ownOrigin = settings.publicUrl === null ? null : new URL(settings.publicUrl).origin;
  return async (context, next) => {
    const site = context.req.header("sec-fetch-site");
    const followsLink = isRead(context) && context.req.header("sec-fetch-mode") === "navigate";
    if (site !== undefined && site !== "same-origin" && site !== "none" && !followsLink) throw foreign();
    const origin = context.req.header("origin");
    if (origin !== undefined && origin !== ownOrigin && !isSameHost(origin, hostOf(context))) throw foreign();
    // A DELETE has no body here, and no form can send one.
    const hasBody = !isRead(context) && context.req.method !== "DELETE";
    if (hasBody && !/^application\/json\s*(;|$)/i.test(context.req.header("content-type") ?? ""))
      throw new RefusedRequest({
        status: 415,
        word: "unsupported-media-type",
        title: "Unsupported media type",
        detail: `content-type must be application/json; got ${JSON.stringify(context.req.header("content-type") ?? "nothing")}`,
      });
    await next();
  };
}

function isSameHost(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

const foreign = () =>
  new RefusedRequest({
    status: 403,
    word: "foreign-origin",
    title: "Foreign origin",
    detail: "Only pages of this server may ask.",
  });

/**
 * Deny by default: without the token or a session, 401 for every path but those, those that do not exist included.
 * Wrong tokens are counted by the address they come from; above that, 429 before the next is looked at.
 */
export function guardToken(
  settings: Pick<ApiSettings, "tokenHash">,
  sessions: Sessions,
  attempts: Attempts,
): MiddlewareHandler {
  const { tokenHash } = settings;
  return async (context, next) => {
    if (tokenHash === null || WITHOUT_TOKEN.includes(context.req.path)) return await next();
    if (sessions.use(context) !== null) {
      // What lasts longer than one answer asks again.
      context.set("isStillIn", () => sessions.use(context) !== null);
      return await next();
    }
    const given = context.req.header("authorization");
    if (given !== undefined) {
      const address = addressOf(context);
      const waitMs = attempts.waitMs(address);
      if (waitMs > 0) throw tooManyWrong(context, waitMs);
      const [, token = ""] = /^Bearer +([\x21-\x7e]+)$/i.exec(given) ?? [];
      // Hashes have one length and say nothing of the token, so comparing takes the same time for every guess.
      if (timingSafeEqual(createHash("sha256").update(token).digest(), tokenHash)) return await next();
      attempts.wrong(address);
    }
    context.header("www-authenticate", 'Bearer realm="statusquo"');
    throw new RefusedRequest({
      status: 401,
      word: "token-needed",
      title: "Token needed",
      detail: "Send the token as `authorization: Bearer …`.",
    });
  };
}

/** Where the socket leads: behind a proxy the proxy, since what it says of others could be said by anybody. */
function addressOf(context: Context): string {
  const { incoming } = (context.env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress ?? "unknown";
}

function tooManyWrong(context: Context, waitMs: number): RefusedRequest {
  const seconds = Math.ceil(waitMs / 1_000);
  context.header("retry-after", String(seconds));
  return new RefusedRequest({
    status: 429,
    word: "too-many-wrong-tokens",
    title: "Too many wrong tokens",
    detail: `${MOST_WRONG} wrong tokens came from your address; none is looked at for ${seconds} s.`,
  });
}

/** Headers of every answer: no script, frame, sniffing or referrer, and nothing is kept by a cache. */
export const answerHeaders: MiddlewareHandler[] = [
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: "no-referrer",
    xFrameOptions: "DENY",
    // Whoever ends TLS in front of us decides that; on loopback it would lock other servers of the same name out.
    strictTransportSecurity: false,
  }),
  async (context, next) => {
    await next();
    if (!context.res.headers.has("cache-control")) context.res.headers.set("cache-control", "no-store");
  },
];
