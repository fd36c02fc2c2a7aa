/**
 * Dialling: from a host's name to a connection that HTTP can be spoken on, directly or through a proxy, with TLS or not.
 *
 * No byte leaves before its address has passed the guard. Each step is told when it ends, so that a phase is what it
 * says. What keeps us from the proxy is trouble of ours; what keeps the proxy from the target is the target's failure.
 */
import * as http from "node:http";
import { connect, isIP, type LookupFunction, type Socket } from "node:net";
import { type SecureContext, connect as tlsConnect } from "node:tls";
import { StatusquoError } from "@statusquo/core";
import { addressRefusal, literalRefusal, permitted, tunnelRefusal } from "./address.ts";
import type { ShownCertificate } from "./certificate.ts";
import { classify, type Refusal } from "./failure.ts";
import type { Finding, NameLookup } from "./lookup.ts";

/** A proxy as it can be dialled. */
export interface ReadyProxy {
  host: string;
  port: number;
  /** The value of proxy-authorization; null for a proxy that asks nobody. */
  credentials: string | null;
}

/** Where to, and how. */
export interface Destination {
  host: string;
  port: number;
  allowPrivate: boolean;
  names: NameLookup;
  proxy: ReadyProxy | null;
  /** Addresses of another family are left out; 0 takes both. */
  family: 0 | 4 | 6;
  /** Null speaks in the clear. */
  tls: { context: SecureContext; serverName: string | null; protocols: string[] } | null;
  /** An address is given up for the next after this long. */
  attemptMs: number;
}

/** Told as it happens; nothing more once `stop` was called, or `ready`, `refused` or `failed` were told. */
export interface DialListener {
  /** The phase that begins now; dialling itself begins in dns, or in connect where there is no name to look up. */
  enter(phase: "connect" | "tls"): void;
  address(remote: string | null): void;
  certificate(shown: ShownCertificate): void;
  /** `protocol` is what ALPN agreed on. */
  ready(socket: Socket, protocol: "h2" | "http/1.1"): void;
  refused(refusal: Refusal): void;
  /** What Node said; may come after `ready` too, while the connection stands. */
  failed(error: unknown): void;
}

export interface Dialling {
  /** Why it is not the target's fault that we still wait; null when it is. */
  delay(): Refusal | null;
  /** Ends it, and the connection if there is one. */
  stop(): void;
}

const MAX_HEAD_BYTES = 16 * 1024;

/** Begins to dial. */
export function dial(to: Destination, on: DialListener): Dialling {
  const { proxy } = to;
  const { host, port } = proxy ?? to;
  /** Who named a proxy meant it; what never may be dialled is refused there too. */
  const allowPrivate = proxy !== null || to.allowPrivate;
  let socket: Socket | null = null;
  let secured: Socket | null = null;
  let finding: Finding | null = null;
  /** Addresses the guard has passed. */
  let checked = [host];
  /** The first connection stands. */
  let connected = false;
  /** The proxy has let us through, or is not asked. */
  let through = proxy === null;
  let stopped = false;

  const stop = () => {
    stopped = true;
    secured?.destroy();
    socket?.destroy();
  };
  const fail = (error: unknown) => {
    if (stopped) return;
    if (through || (error instanceof StatusquoError && error.code === "address_blocked")) return on.failed(error);
    const known = classify(error, connected || isIP(host) !== 0 ? "connect" : "dns");
    on.refused(known.kind === "missed" ? known : notThrough(known.detail));
  };
  const notThrough = (why: string): Refusal => ({
    kind: "missed",
    reason: "no_proxy",
    detail: `proxy ${host}:${port}: ${why}`,
  });
  /** What throws inside a socket's callback would end the process. */
  const guarded =
    <A extends unknown[]>(work: (...args: A) => void) =>
    (...args: A) => {
      try {
        if (!stopped) work(...args);
      } catch (error) {
        fail(error);
      }
    };

  const lookup: LookupFunction = (hostname, asked, done) => {
    finding = to.names.find(hostname);
    finding.addresses.then(
      (found) => {
        if (stopped) return;
        const ofFamily = to.family === 0 ? found : found.filter((one) => one.family === to.family);
        if (ofFamily.length === 0) return done(noSuchAddress(hostname, to.family), "", 0);
        const kept = permitted(hostname, ofFamily, allowPrivate);
        if (kept instanceof StatusquoError) return done(kept, "", 0);
        checked = kept.map((one) => one.address);
        on.enter("connect");
        if (asked.all) done(null, kept);
        else done(null, kept[0]!.address, kept[0]!.family);
      },
      (error: NodeJS.ErrnoException) => done(error, "", 0),
    );
  };

  const secure = (over: Socket) => {
    if (to.tls === null) return on.ready(over, "http/1.1");
    const { context, serverName, protocols } = to.tls;
    on.enter("tls");
    const asked = serverName ?? (isIP(to.host) === 0 ? to.host : "");
    const tls = tlsConnect({
      socket: over,
      // The name that is checked when none is asked for.
      host: to.host,
      ...(asked === "" ? {} : { servername: asked }),
      secureContext: context,
      ALPNProtocols: protocols,
      rejectUnauthorized: true,
    });
    secured = tls;
    tls.on("error", fail);
    tls.on("close", closed);
    // Before Node judges it, so that a certificate that is refused can be shown.
    tls.prependListener(
      "secure",
      guarded(() => {
        const certificate = tls.getPeerX509Certificate();
        if (certificate) on.certificate({ certificate, tls: tls.getProtocol(), shownAt: Date.now() });
      }),
    );
    tls.once(
      "secureConnect",
      guarded(() => on.ready(tls, tls.alpnProtocol === "h2" ? "h2" : "http/1.1")),
    );
  };

  const askProxy = (over: Socket, { credentials }: ReadyProxy) => {
    const authority = `${isIP(to.host) === 6 ? `[${to.host}]` : to.host}:${to.port}`;
    const request = http.request({
      method: "CONNECT",
      path: authority,
      headers: { host: authority, ...(credentials === null ? {} : { "proxy-authorization": credentials }) },
      createConnection: () => over,
      maxHeaderSize: MAX_HEAD_BYTES,
    });
    request.on("error", fail);
    request.on(
      "connect",
      guarded((answer: http.IncomingMessage, _: unknown, early: Buffer) => {
        const status = answer.statusCode ?? 0;
        const said = `the proxy answered ${status} to CONNECT`;
        if (status >= 200 && status < 300) {
          through = true;
          if (early.length > 0) over.unshift(early);
          return secure(over);
        }
        // A proxy that cannot reach the target answers 502, 503 or 504 (RFC 9110 section 15.6).
        if (status >= 500) {
          through = true;
          return fail(new Error(said));
        }
        on.refused(notThrough(status === 407 ? "asks for user and password (407)" : said));
      }),
    );
    request.end();
  };

  const closed = () => {
    if (!stopped) fail(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
  };
  const dialling: Dialling = {
    delay: () => {
      if (finding !== null && !finding.begun()) {
        return { kind: "missed", reason: "resource", detail: "no thread came free to look the name up" };
      }
      return connected || proxy === null ? null : notThrough("gave no connection in time");
    },
    stop,
  };

  const refusal = proxy === null ? literalRefusal(to.host, to.allowPrivate) : tunnelRefusal(to.host, to.allowPrivate);
  const refused = refusal ?? (proxy === null ? null : literalRefusal(host, true));
  if (refused !== null) {
    on.refused({ kind: "missed", reason: "blocked", detail: refused });
    return dialling;
  }
  const literal = isIP(host);
  if (literal !== 0 && to.family !== 0 && literal !== to.family) {
    fail(noSuchAddress(host, to.family));
    return dialling;
  }
  const tcp = connect({ host, port, lookup, noDelay: true, autoSelectFamilyAttemptTimeout: to.attemptMs });
  socket = tcp;
  tcp.on("error", fail);
  tcp.on("close", closed);
  tcp.once(
    "connect",
    guarded(() => {
      const remote = tcp.remoteAddress ?? null;
      on.address(remote);
      // The lookup let only permitted addresses through; whatever stands between may still have led elsewhere.
      const why = remote === null || checked.includes(remote) ? null : addressRefusal(remote, allowPrivate);
      if (why !== null) return on.refused({ kind: "missed", reason: "blocked", detail: `${host}: ${remote} ${why}` });
      connected = true;
      // A request in the absolute form is the proxy's to carry: from here on what comes back is its word.
      if (to.tls === null) through = true;
      if (through) secure(tcp);
      else askProxy(tcp, proxy!);
    }),
  );
  return dialling;
}

function noSuchAddress(host: string, family: 0 | 4 | 6): Error {
  const kind = family === 0 ? "" : `IPv${family} `;
  return Object.assign(new Error(`${host} has no ${kind}address`), { code: "ENODATA" });
}
