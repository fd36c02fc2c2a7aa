/** One probe of a hostile peer, as tests and the benchmark make it. */
import { probeAuthorized } from "../authorized.ts";
import type { Exchange } from "../http.ts";
import { createTokens } from "../token.ts";
import type { HostileEnd, HostilePeer } from "./hostile-peer.ts";
import { startTarget } from "./target.ts";

/** Starts the peer, probes it once, and ends it. */
export async function meetHostile(peer: HostilePeer, timeoutMs: number): Promise<Exchange> {
  await using target = await startTarget(peer.script, peer.target);
  const url = new URL(peer.url?.replace("PORT", String(target.port)) ?? target.origin);
  const connection = peer.isProxy ? { ...peer.connection, proxy: { url: target.origin } } : peer.connection;
  const exchange = await probeAuthorized(
    { plan: { method: "GET", url, headers: {}, body: null }, connection },
    0,
    { timeoutMs, allowPrivate: true, followRedirects: 0, userAgent: "statusquo/test", ...peer.options },
    createTokens(),
  );
  await target.close();
  return exchange;
}

/** What the exchange came to, in the words of `HostilePeer.end`. */
export function endOf({ end }: Exchange): HostileEnd {
  return end.kind === "status" ? end.status : (end.reason as HostileEnd);
}
