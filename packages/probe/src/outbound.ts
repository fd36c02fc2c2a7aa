/**
 * Outbound: what this house sends that is not a probe, such as messages to people and the heartbeat.
 *
 * It passes the same guard as probes. Loopback and private addresses may be opted into, as people run relays of their
 * own; link-local and metadata addresses are never dialled, whatever name or redirect leads to them. Redirects are
 * answers here and never followed.
 */
import * as http from "node:http";
import * as https from "node:https";
import { connect, type Socket } from "node:net";
import { Readable } from "node:stream";
import { StatusquoError } from "@statusquo/core";
import { addressRefusal, dialledHost, type GuardOptions, guardedLookup, literalRefusal } from "./address.ts";

/** What `guardedFetch` takes of a request: a subset of the web's, so that the two can stand for each other. */
export interface OutboundRequest {
  method: string;
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
}

/** Statuses that a `Response` may not be given a body with. */
const BODILESS = new Set([204, 205, 304]);

/**
 * A `fetch` of its own connection per request, without redirects, cookies, proxies and decompression.
 *
 * Rejects with StatusquoError "address_blocked", or with Node's errors of names, connections and certificates.
 */
export function guardedFetch(guard: GuardOptions): (url: string | URL, init: OutboundRequest) => Promise<Response> {
  const lookup = guardedLookup(guard);
  return async (address, { method, headers, body, signal }) => {
    const url = new URL(address);
    refuseLiteral(dialledHost(url), guard);
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const { request: send } = url.protocol === "https:" ? https : http;
    const request = send(url, { method, headers, signal, lookup, agent: false });
    request.on("error", reject);
    request.on("socket", (socket) => refuseFarEnd(socket, guard));
    request.on("response", (answer) => {
      const { statusCode = 0 } = answer;
      try {
        const stream = BODILESS.has(statusCode) ? null : (Readable.toWeb(answer) as ReadableStream);
        if (stream === null) answer.resume();
        resolve(new Response(stream, { status: statusCode, headers: headersOf(answer.rawHeaders) }));
      } catch (error) {
        // A status or header outside of what the web allows: no answer that anybody could use.
        request.destroy();
        reject(error);
      }
    });
    request.end(body);
    return promise;
  };
}

/** Connections to anything else, such as mail servers: resolves when connected. Rejects as `guardedFetch` does. */
export function guardedDial(guard: GuardOptions): (host: string, port: number, signal: AbortSignal) => Promise<Socket> {
  const lookup = guardedLookup(guard);
  return async (host, port, signal) => {
    signal.throwIfAborted();
    refuseLiteral(host.replace(/\.$/, ""), guard);
    const { promise, resolve, reject } = Promise.withResolvers<Socket>();
    const socket = connect({ host, port, lookup, signal });
    socket.once("error", reject);
    refuseFarEnd(socket, guard);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
    return promise;
  };
}

function refuseLiteral(host: string, { allowPrivate }: GuardOptions): void {
  const why = literalRefusal(host, allowPrivate);
  if (why !== null) throw new StatusquoError("address_blocked", why);
}

/** The lookup let only permitted addresses through; whatever stands between may still have led elsewhere. */
function refuseFarEnd(socket: Socket, { allowPrivate }: GuardOptions): void {
  socket.once("connect", () => {
    const far = socket.remoteAddress ?? "";
    const why = addressRefusal(far, allowPrivate);
    if (why !== null) socket.destroy(new StatusquoError("address_blocked", `${far} ${why}`));
  });
}

function headersOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) pairs.push([raw[index]!, raw[index + 1]!]);
  return pairs;
}
