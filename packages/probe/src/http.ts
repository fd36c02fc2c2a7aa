/**
 * One HTTP exchange on a fresh connection, measured in five phases under one deadline.
 *
 * What the target did is told as it was: a valid head is the outcome even when the body breaks, and nothing is retried,
 * decompressed, remembered or sent through a proxy. Every address is guarded before a byte leaves (see address.ts).
 */
import { isIP } from "node:net";
import type { SecureContext } from "node:tls";
import { type Outcome, type Phases, StatusquoError } from "@statusquo/core";
import { dialledHost, sharedNameLookup } from "./address.ts";
import type { ShownCertificate } from "./certificate.ts";
import { type Dialling, dial, type ReadyProxy } from "./dial.ts";
import { bodyErrorOf, classify, type Failure, type Refusal, timedOut } from "./failure.ts";
import { type AnswerListener, type Asking, askHttp1, MAX_HEADERS } from "./http1.ts";
import { askHttp2, http2Headers } from "./http2.ts";
import type { NameLookup } from "./lookup.ts";
import { nextHop } from "./redirect.ts";
import { plainContext } from "./secure-context.ts";

/** A request as it can be sent: references and templates are filled. */
export interface HttpPlan {
  method: string;
  /** http or https, without user name and password. */
  url: URL;
  /** Names in lower case; framing (`connection`, `content-length` and their like) is ours and ignored here. */
  headers: Readonly<Record<string, string>>;
  body: string | null;
}

export interface HttpOptions {
  /** One deadline over everything: names, TLS, redirects, body. */
  timeoutMs: number;
  allowPrivate: boolean;
  /** At most so many redirects are followed; the next is the answer itself. */
  followRedirects: number;
  userAgent: string;
  /** Default: the process's own, see lookup.ts. */
  names?: NameLookup;
  /** Default: one shared by the process, with Node's trusted roots. */
  secureContext?: SecureContext;
  /** Default: straight there, over HTTP/1.1. */
  way?: Way;
}

/** How to get there. */
export interface Way {
  proxy?: ReadyProxy;
  /** Addresses of the other family are left out. */
  ip?: 4 | 6;
  /** Offer HTTP/2 in TLS. */
  http2?: boolean;
  /** What is meant for the plan's own origin, and is gone once a redirect has left it. */
  own?: {
    /** In place of `secureContext`: one that holds a client's certificate. */
    secureContext?: SecureContext;
    serverName?: string;
    /** Headers that say who asks, for exactly this request. Must not throw. */
    authorize?: (plan: HttpPlan) => Record<string, string>;
  };
}

/** The head of an answer, as received. */
export interface ResponseHead {
  status: number;
  reason: string;
  httpVersion: string;
  /** Pairs in order, names as sent, values decoded as latin-1. */
  headers: [name: string, value: string][];
}

/** What came of one exchange; of several hops, request, head and body are the last one's. Not redacted. */
export interface Exchange {
  /** An outcome of the target's, or why there is none for reasons of ours. */
  end: Outcome | Refusal;
  /** ms from the call to the last byte read or the failure. */
  totalMs: number;
  /** Summed over hops. The phase a failure struck in counts until then. `firstByte` ends with the final head. */
  phases: Phases;
  sent: { method: string; url: string; headers: [name: string, value: string][]; body: string | null };
  head: ResponseHead | null;
  /** At most 64 KiB. */
  body: Buffer;
  /** Bytes of the body taken before reading stopped, at most 64 KiB; `truncated` when more came. */
  bodyBytes: number;
  truncated: boolean;
  remoteAddress: string | null;
  /** What the target showed of itself in TLS, also when it was not trusted. */
  certificate: ShownCertificate | null;
  /** `host:port` of the proxy in between; then `remoteAddress` is the proxy's. */
  proxy: string | null;
  /** Values that prove who asked: they went in besides references, and must not come out. */
  secrets?: readonly string[];
  /** What broke after a valid head, or why a redirect was not followed. */
  bodyError: string | null;
}

const MAX_BODY_BYTES = 64 * 1024;
const MAX_INTERIM_ANSWERS = 100;

/** Headers that say how bytes are carried, not what is asked. */
const FRAMING = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Makes one exchange. Never rejects for what a target, a name server or this machine's network does. */
export async function probeHttp(plan: HttpPlan, options: HttpOptions): Promise<Exchange> {
  const begun = performance.now();
  const phases = noPhases();
  let current = plan;
  /** Still where the definition sent us; what leads away and back again has left. */
  let isOwn = true;
  for (let followed = 0; ; followed++) {
    const remainingMs = Math.max(0, options.timeoutMs - (performance.now() - begun));
    isOwn &&= current.url.origin === plan.url.origin;
    const hop = await exchangeOnce(current, options, isOwn, remainingMs, options.followRedirects - followed);
    for (const phase of Object.keys(phases) as (keyof Phases)[]) {
      const spent = hop.phases[phase];
      if (spent !== null) phases[phase] = (phases[phase] ?? 0) + spent;
    }
    if (hop.next !== null) {
      current = hop.next;
      continue;
    }
    const { next: _, ...exchange } = hop;
    return { ...exchange, phases, totalMs: performance.now() - begun };
  }
}

/** An exchange that never began, for a reason of ours. */
export function unasked({ method, url, body }: HttpPlan, end: Refusal): Exchange {
  return {
    end,
    totalMs: 0,
    phases: noPhases(),
    sent: { method, url: url.href, headers: [], body },
    head: null,
    body: Buffer.alloc(0),
    bodyBytes: 0,
    truncated: false,
    remoteAddress: null,
    certificate: null,
    proxy: null,
    bodyError: null,
  };
}

function noPhases(): Phases {
  return { dns: null, connect: null, tls: null, firstByte: null, body: null };
}

type Hop = Omit<Exchange, "totalMs"> & { next: HttpPlan | null };

function exchangeOnce(
  plan: HttpPlan,
  options: HttpOptions,
  isOwn: boolean,
  remainingMs: number,
  redirectsLeft: number,
): Promise<Hop> {
  const { url } = plan;
  const { way = {} } = options;
  const own = isOwn ? (way.own ?? {}) : {};
  const secure = url.protocol === "https:";
  const host = dialledHost(url);
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  const proxy = way.proxy ?? null;
  const isForwarded = proxy !== null && !secure;
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}${url.port === "" ? "" : `:${url.port}`}`;
  const asked = {
    method: plan.method,
    target: isForwarded ? `http://${authority}${url.pathname}${url.search}` : url.pathname + url.search,
    headers: headersOf(plan, authority, options.userAgent, {
      ...own.authorize?.(plan),
      ...(isForwarded && proxy.credentials !== null ? { "proxy-authorization": proxy.credentials } : {}),
    }),
    body: plan.body,
  };
  const phases = noPhases();
  const chunks: Buffer[] = [];
  let phase: keyof Phases = isIP(proxy?.host ?? host) === 0 ? "dns" : "connect";
  let since = performance.now();
  let sentHeaders = asked.headers;
  let head: ResponseHead | null = null;
  let bodyBytes = 0;
  let truncated = false;
  let remoteAddress: string | null = null;
  let certificate: ShownCertificate | null = null;
  let redirectKept: string | null = null;
  let interim = 0;
  let asking: Asking | null = null;
  let dialling: Dialling | null = null;
  let timer: NodeJS.Timeout | undefined;
  let settled = false;
  const { promise, resolve } = Promise.withResolvers<Hop>();

  const enter = (next: keyof Phases) => {
    const now = performance.now();
    phases[phase] = now - since;
    phase = next;
    since = now;
  };

  /** The one way out. `end` is overruled by a valid head: then it is only what broke the body. */
  const settle = (end: Failure | Refusal | null, bodyError: string | null = null, next: HttpPlan | null = null) => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    phases[phase] = performance.now() - since;
    asking?.stop();
    dialling?.stop();
    resolve({
      end: head ? { kind: "status", status: head.status } : (end ?? protocolFailure("no answer")),
      phases,
      sent: {
        method: plan.method,
        url: url.href,
        headers: Object.entries(sentHeaders),
        body: plan.body,
      },
      head,
      body: Buffer.concat(chunks),
      bodyBytes,
      truncated,
      remoteAddress,
      certificate,
      proxy: proxy === null ? null : `${proxy.host}:${proxy.port}`,
      bodyError: head ? (bodyError ?? redirectKept) : null,
      next,
    });
  };
  const refuse = (refusal: Refusal) => settle(refusal, refusal.detail);
  const fail = (error: unknown) => {
    if (settled) return;
    if (error instanceof StatusquoError && error.code === "address_blocked") {
      return refuse({ kind: "missed", reason: "blocked", detail: error.message });
    }
    settle(classify(error, phase), bodyErrorOf(error));
  };
  /** What throws inside a socket's callback would end the process. */
  const guarded =
    <A extends unknown[]>(work: (...args: A) => void) =>
    (...args: A) => {
      try {
        if (!settled) work(...args);
      } catch (error) {
        fail(error);
      }
    };
  /** Nothing was sent: what Node refuses to send is a matter of the definition. */
  const unsendable = (error: unknown) =>
    refuse({ kind: "missed", reason: "unsupported", detail: error instanceof Error ? error.message : String(error) });

  const answer: AnswerListener = {
    interim: guarded(() => {
      interim++;
      if (interim > MAX_INTERIM_ANSWERS) settle(protocolFailure(`more than ${MAX_INTERIM_ANSWERS} interim answers`));
    }),
    head(received) {
      if (settled) return false;
      const { status, headers } = received;
      if (status < 100 || status > 999) {
        settle(protocolFailure(`status ${String(status).padStart(3, "0")} is not within 100 to 999`));
      } else if (headers.length > MAX_HEADERS) {
        settle(protocolFailure(`more than ${MAX_HEADERS} headers`));
      } else if (isForwarded && status === 407) {
        const detail = `proxy ${proxy.host}:${proxy.port}: asks for user and password (407)`;
        refuse({ kind: "missed", reason: "no_proxy", detail });
      } else {
        enter("body");
        head = received;
        // Where nothing was to be followed, a redirect is an answer like any other.
        const redirect = options.followRedirects > 0 ? nextHop(plan, received, redirectsLeft) : null;
        if (redirect === null) return true;
        if (redirect.kind === "follow") settle(null, null, redirect.plan);
        else if (redirect.kind === "kept") redirectKept = `redirect not followed: ${redirect.why}`;
      }
      return !settled;
    },
    data: guarded((chunk: Buffer) => {
      // What one read of the socket brought beyond the limit is let go with it.
      const room = MAX_BODY_BYTES - bodyBytes;
      truncated = chunk.length > room;
      const kept = truncated ? chunk.subarray(0, room) : chunk;
      bodyBytes += kept.length;
      chunks.push(kept);
      if (truncated) settle(null);
    }),
    end: () => settle(null),
    failed: fail,
  };

  let first: ReturnType<typeof askHttp1>;
  try {
    first = askHttp1(asked, answer);
    asking = first;
  } catch (error) {
    unsendable(error);
    return promise;
  }

  const giveUp = () => {
    const late: Failure | Refusal = dialling?.delay() ?? timedOut(phase, options.timeoutMs);
    settle(late, late.detail);
  };
  const deadline = since + remainingMs;
  timer = setTimeout(giveUp, remainingMs);

  dialling = dial(
    {
      host,
      port,
      allowPrivate: options.allowPrivate,
      names: options.names ?? sharedNameLookup(),
      proxy,
      family: way.ip ?? 0,
      tls: secure
        ? {
            context: own.secureContext ?? options.secureContext ?? plainContext(),
            serverName: own.serverName ?? null,
            protocols: way.http2 ? ["h2", "http/1.1"] : ["http/1.1"],
          }
        : null,
      // Node's 250 ms would drop a far but healthy address.
      attemptMs: Math.max(250, Math.min(2_000, Math.floor(options.timeoutMs / 3))),
    },
    {
      enter,
      address: (remote) => {
        remoteAddress = remote;
      },
      certificate: (shown) => {
        certificate = shown;
      },
      ready: (connection, protocol) => {
        // Where this process stood still, the connection is heard of before the timer: nothing is asked by then.
        if (performance.now() >= deadline) return giveUp();
        enter("firstByte");
        if (protocol === "http/1.1") return first.on(connection);
        sentHeaders = http2Headers(asked, authority);
        first.stop();
        try {
          asking = askHttp2(connection, asked, authority, answer);
        } catch (error) {
          unsendable(error);
        }
      },
      refused: refuse,
      failed: fail,
    },
  );
  // It may have ended before it could be stopped.
  if (settled) dialling.stop();
  return promise;
}

/** Everything that is sent, ours included, in the order it is sent. */
function headersOf(
  plan: HttpPlan,
  authority: string,
  userAgent: string,
  credentials: Record<string, string>,
): Record<string, string> {
  const { method, body } = plan;
  const asked = Object.entries(plan.headers).filter(([name]) => !FRAMING.has(name));
  const takesBody = method === "POST" || method === "PUT" || method === "PATCH";
  const bytes = body === null ? 0 : Buffer.byteLength(body);
  return {
    host: authority,
    "user-agent": userAgent,
    accept: "*/*",
    "accept-encoding": "identity",
    ...Object.fromEntries(asked),
    ...credentials,
    ...(body !== null || takesBody ? { "content-length": String(bytes) } : {}),
    connection: "close",
  };
}

function protocolFailure(detail: string): Failure {
  return { kind: "failure", reason: "protocol", detail };
}
