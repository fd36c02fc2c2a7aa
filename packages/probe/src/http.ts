/**
 * One HTTP exchange on a fresh connection, measured in five phases under one deadline.
 *
 * What the target did is told as it was: a valid head is the outcome even when the body breaks, and nothing is retried,
 * decompressed, remembered or sent through a proxy. Every address is guarded before a byte leaves (see address.ts).
 */
import * as http from "node:http";
import * as https from "node:https";
import { isIP, type LookupFunction, type Socket, type TcpSocketConnectOpts } from "node:net";
import { createSecureContext, type SecureContext, type ConnectionOptions as TlsConnectionOptions } from "node:tls";
import { type Outcome, type Phases, StatusquoError } from "@statusquo/core";
import { addressRefusal, dialledHost, literalRefusal, permitted, sharedNameLookup } from "./address.ts";
import { bodyErrorOf, classify, type Failure, type Refusal, timedOut } from "./failure.ts";
import type { Finding, NameLookup } from "./lookup.ts";
import { nextHop } from "./redirect.ts";

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
  /** Bytes of the body received before reading stopped. */
  bodyBytes: number;
  truncated: boolean;
  remoteAddress: string | null;
  /** What broke after a valid head, or why a redirect was not followed. */
  bodyError: string | null;
}

/** What Node hands on to the socket, though its types for requests do not say so. */
type ConnectOptions = Pick<TcpSocketConnectOpts, "autoSelectFamilyAttemptTimeout"> &
  Pick<TlsConnectionOptions, "secureContext">;

const MAX_BODY_BYTES = 64 * 1024;
const MAX_HEAD_BYTES = 16 * 1024;
const MAX_HEADERS = 1_000;
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
  const phases: Phases = { dns: null, connect: null, tls: null, firstByte: null, body: null };
  let current = plan;
  for (let followed = 0; ; followed++) {
    const remainingMs = Math.max(0, options.timeoutMs - (performance.now() - begun));
    const hop = await exchangeOnce(current, options, remainingMs, options.followRedirects - followed);
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

type Hop = Omit<Exchange, "totalMs"> & { next: HttpPlan | null };

function exchangeOnce(plan: HttpPlan, options: HttpOptions, remainingMs: number, redirectsLeft: number): Promise<Hop> {
  const { url } = plan;
  const secure = url.protocol === "https:";
  const host = dialledHost(url);
  const headers = headersOf(plan, host, options.userAgent);
  const phases: Phases = { dns: null, connect: null, tls: null, firstByte: null, body: null };
  const chunks: Buffer[] = [];
  let phase: keyof Phases = isIP(host) === 0 ? "dns" : "connect";
  let since = performance.now();
  let head: ResponseHead | null = null;
  let bodyBytes = 0;
  let truncated = false;
  let remoteAddress: string | null = null;
  let redirectKept: string | null = null;
  let request: http.ClientRequest | null = null;
  let socket: Socket | null = null;
  let timer: NodeJS.Timeout | undefined;
  let finding: Finding | null = null;
  /** Addresses the guard has passed for this hop. */
  let checked = [host];
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
    request?.destroy();
    socket?.destroy();
    resolve({
      end: head ? { kind: "status", status: head.status } : (end ?? protocolFailure("no answer")),
      phases,
      sent: {
        method: plan.method,
        url: url.href,
        headers: Object.entries(headers),
        body: plan.body,
      },
      head,
      body: Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES),
      bodyBytes,
      truncated,
      remoteAddress,
      bodyError: head ? (bodyError ?? redirectKept) : null,
      next,
    });
  };
  const fail = (error: unknown) => {
    if (settled) return;
    if (error instanceof StatusquoError && error.code === "address_blocked") return settle(blocked(error.message));
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

  const takeHead = (response: http.IncomingMessage): boolean => {
    const { statusCode: status = 0, statusMessage: reason = "", httpVersion, rawHeaders } = response;
    if (status < 100 || status > 999) {
      settle(protocolFailure(`status ${String(status).padStart(3, "0")} is not within 100 to 999`));
      return false;
    }
    if (rawHeaders.length > 2 * MAX_HEADERS) {
      settle(protocolFailure(`more than ${MAX_HEADERS} headers`));
      return false;
    }
    enter("body");
    const pairs: [string, string][] = [];
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) pairs.push([rawHeaders[at]!, rawHeaders[at + 1]!]);
    head = { status, reason, httpVersion, headers: pairs };
    return true;
  };

  const onResponse = (response: http.IncomingMessage) => {
    response.on("error", fail);
    if (!takeHead(response)) return;
    const redirect = nextHop(plan, head!, redirectsLeft);
    if (redirect.kind === "follow") return settle(null, null, redirect.plan);
    if (redirect.kind === "kept") redirectKept = `redirect not followed: ${redirect.why}`;
    response.on(
      "data",
      guarded((chunk: Buffer) => {
        bodyBytes += chunk.length;
        chunks.push(chunk);
        truncated = bodyBytes > MAX_BODY_BYTES;
        if (truncated) settle(null);
      }),
    );
    response.on("end", () => settle(null));
  };

  const onSocket = (fresh: Socket) => {
    socket = fresh;
    fresh.once(
      "connect",
      guarded(() => {
        remoteAddress = fresh.remoteAddress ?? null;
        // The lookup let only permitted addresses through; whatever stands between may still have led elsewhere.
        const isChecked = remoteAddress === null || checked.includes(remoteAddress);
        const why = isChecked ? null : addressRefusal(remoteAddress!, options.allowPrivate);
        if (why !== null) return settle(blocked(`${host}: ${remoteAddress} ${why}`));
        enter(secure ? "tls" : "firstByte");
      }),
    );
    if (secure) {
      fresh.once(
        "secureConnect",
        guarded(() => enter("firstByte")),
      );
    }
  };

  const refusal = literalRefusal(host, options.allowPrivate);
  if (refusal !== null) {
    settle(blocked(refusal));
    return promise;
  }

  const names = options.names ?? sharedNameLookup();
  const lookup: LookupFunction = (hostname, asked, done) => {
    finding = names.find(hostname);
    finding.addresses.then(
      (found) => {
        if (settled) return;
        const kept = permitted(hostname, found, options.allowPrivate);
        if (kept instanceof StatusquoError) return done(kept, "", 0);
        checked = kept.map((one) => one.address);
        enter("connect");
        if (asked.all) done(null, kept);
        else done(null, kept[0]!.address, kept[0]!.family);
      },
      (error: NodeJS.ErrnoException) => done(error, "", 0),
    );
  };

  timer = setTimeout(() => {
    const unasked = finding !== null && !finding.begun();
    const late: Failure | Refusal = unasked
      ? { kind: "missed", reason: "resource", detail: "no thread came free to look the name up" }
      : timedOut(phase, options.timeoutMs);
    settle(late, late.detail);
  }, remainingMs);

  try {
    const asked: https.RequestOptions & ConnectOptions = {
      method: plan.method,
      host,
      port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
      path: url.pathname + url.search,
      headers,
      agent: false,
      lookup,
      maxHeaderSize: MAX_HEAD_BYTES,
      insecureHTTPParser: false,
      rejectUnauthorized: true,
      // An address is given up for the next after this long. Node's 250 ms would drop a far but healthy one.
      autoSelectFamilyAttemptTimeout: Math.max(250, Math.min(2_000, Math.floor(options.timeoutMs / 3))),
    };
    const trust: ConnectOptions = { secureContext: options.secureContext ?? sharedSecureContext() };
    request = secure
      ? https.request({ ...asked, ...trust, ...(isIP(host) === 0 ? { servername: host } : {}) })
      : http.request(asked);
  } catch (error) {
    // Nothing was sent: what Node refuses to send is a matter of the definition.
    settle({ kind: "missed", reason: "unsupported", detail: error instanceof Error ? error.message : String(error) });
    return promise;
  }
  request.maxHeadersCount = MAX_HEADERS + 1;
  let interim = 0;
  request.on(
    "information",
    guarded(() => {
      interim++;
      if (interim > MAX_INTERIM_ANSWERS) settle(protocolFailure(`more than ${MAX_INTERIM_ANSWERS} interim answers`));
    }),
  );
  const onSwitch = guarded((response: http.IncomingMessage) => {
    if (takeHead(response)) settle(null);
  });
  request.on("upgrade", onSwitch);
  request.on("connect", onSwitch);
  request.on("socket", guarded(onSocket));
  request.on("response", guarded(onResponse));
  request.on("error", fail);
  request.on("close", () => {
    if (!settled) fail(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
  });
  request.end(plan.body ?? undefined);
  return promise;
}

/** Everything that is sent, ours included, in the order it is sent. */
function headersOf(plan: HttpPlan, host: string, userAgent: string): Record<string, string> {
  const { url, method, body } = plan;
  const port = url.port === "" ? "" : `:${url.port}`;
  const asked = Object.entries(plan.headers).filter(([name]) => !FRAMING.has(name));
  const takesBody = method === "POST" || method === "PUT" || method === "PATCH";
  const bytes = body === null ? 0 : Buffer.byteLength(body);
  return {
    host: `${isIP(host) === 6 ? `[${host}]` : host}${port}`,
    "user-agent": userAgent,
    accept: "*/*",
    "accept-encoding": "identity",
    ...Object.fromEntries(asked),
    ...(body !== null || takesBody ? { "content-length": String(bytes) } : {}),
    connection: "close",
  };
}

function blocked(detail: string): Refusal {
  return { kind: "missed", reason: "blocked", detail };
}

function protocolFailure(detail: string): Failure {
  return { kind: "failure", reason: "protocol", detail };
}

let secureContext: SecureContext | null = null;

/** A context of its own costs a probe half as much again as the handshake, all for parsing the same roots. */
function sharedSecureContext(): SecureContext {
  secureContext ??= createSecureContext();
  return secureContext;
}
