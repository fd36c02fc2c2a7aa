/**
 * Addresses: which may be dialled. One choke point for everything this house sends out.
 *
 * The address checked is the address dialled: names are checked in the socket's own lookup, literals before it, and
 * the far end once more after connecting. Only what is known to be public is let through; the rest is refused.
 */
import type { LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { StatusquoError } from "@statusquo/core";
import ipaddr from "ipaddr.js";
import { createNameLookup, type NameLookup } from "./lookup.ts";

/** Ranges a definition may opt into with `allow_private`. */
const PRIVATE_RANGES = new Map([
  ["loopback", "loopback"],
  ["private", "private"],
  ["uniqueLocal", "private"],
  ["carrierGradeNat", "shared (100.64.0.0/10)"],
]);

/** Where clouds hand credentials to their machines. Those of 169.254.0.0/16 are refused as link-local. */
const METADATA = new Set([
  "169.254.169.254",
  "fd00:ec2::254", // AWS
  "fd20:ce::254", // Google
  "100.100.100.200", // Alibaba
  "168.63.129.16", // Azure, a public address
]);

/**
 * Why `address` may not be dialled, in a few words; null when it may be.
 *
 * @param address an IP address as text; anything else is refused
 */
export function addressRefusal(address: string, allowPrivate: boolean): string | null {
  if (isIP(address) === 0) return "is not an address";
  const inner = innermost(ipaddr.parse(address));
  if (METADATA.has(inner.toString())) return "is a cloud metadata address, never dialled";
  const range: string = inner.range();
  const optional = PRIVATE_RANGES.get(range);
  if (optional !== undefined) return allowPrivate ? null : `is ${optional}, and allow_private is off`;
  // What ipaddr.js calls unicast is everything it has no other name for; only 2000::/3 has been handed out (RFC 4291).
  const handedOut = inner instanceof ipaddr.IPv4 || inner.parts[0]! >>> 13 === 1;
  if (range === "unicast" && handedOut) return null;
  return range === "linkLocal" ? "is link-local, never dialled" : "is not a public address, never dialled";
}

/** The IPv4 address an IPv6 address stands for (mapped, translated, NAT64 or compatible), or the address itself. */
function innermost(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address instanceof ipaddr.IPv4) return address;
  const [p0, p1, p2, p3, p4, p5, p6, p7] = address.parts as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const zeros = p0 === 0 && p1 === 0 && p2 === 0 && p3 === 0;
  const mapped = zeros && p4 === 0 && p5 === 0xffff; // ::ffff:a.b.c.d, RFC 4291
  const translated = zeros && p4 === 0xffff && p5 === 0; // ::ffff:0:a.b.c.d, RFC 2765
  const compatible = zeros && p4 === 0 && p5 === 0 && (p6 !== 0 || p7 > 1); // ::a.b.c.d, but not :: and ::1
  const nat64 = p0 === 0x64 && p1 === 0xff9b && p2 === 0 && p3 === 0 && p4 === 0 && p5 === 0; // RFC 6052
  if (!(mapped || translated || compatible || nat64)) return address;
  return new ipaddr.IPv4([p6 >>> 8, p6 & 0xff, p7 >>> 8, p7 & 0xff]);
}

/** The host of a URL as it is dialled: no brackets, no trailing dot. */
export function dialledHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

/** Why the host of a URL may not be dialled when it is an address; null for a name, which its lookup decides. */
export function literalRefusal(host: string, allowPrivate: boolean): string | null {
  if (isIP(host) === 0) return null;
  const why = addressRefusal(host, allowPrivate);
  return why === null ? null : `${host} ${why}`;
}

/** Names that lead nowhere else, wherever they are looked up. */
const LOOPBACK_NAME = /^(?:.+\.)?localhost$/i;
const METADATA_NAME = /^(?:metadata\.google\.internal|metadata\.goog|metadata|instance-data)$/i;

/**
 * Why a host may not be asked for through a proxy; null when it may. The proxy looks names up, out of our sight: of
 * names only those are refused that are known to lead where no probe may go.
 */
export function tunnelRefusal(host: string, allowPrivate: boolean): string | null {
  if (METADATA_NAME.test(host)) return `${host} is a cloud metadata name, never asked for`;
  if (LOOPBACK_NAME.test(host) && !allowPrivate) return `${host} is loopback, and allow_private is off`;
  return literalRefusal(host, allowPrivate);
}

/** A host with hundreds of addresses is dialled at the first few; each costs an attempt inside the deadline. */
const MAX_ADDRESSES = 8;

export interface GuardOptions {
  allowPrivate: boolean;
  /** How names become addresses; default the house's bounded lookup, shared in the process. */
  names?: NameLookup;
}

let sharedNames: NameLookup | null = null;

/** The process's own lookup, made when first needed. */
export function sharedNameLookup(): NameLookup {
  sharedNames ??= createNameLookup();
  return sharedNames;
}

/**
 * A `lookup` for `net.connect`, `http.request` and whatever builds on them: yields only addresses that may be dialled,
 * at most eight, and fails with StatusquoError "address_blocked" when a name has no other.
 *
 * Not called for IP literals: whoever dials must ask `literalRefusal` first.
 */
export function guardedLookup(options: GuardOptions): LookupFunction {
  const names = options.names ?? sharedNameLookup();
  return (hostname, asked, done) => {
    names.find(hostname.replace(/\.$/, "")).addresses.then(
      (found) => {
        const kept = permitted(hostname, found, options.allowPrivate);
        if (kept instanceof StatusquoError) return done(kept, "", 0);
        if (asked.all) return done(null, kept);
        const family = asked.family === "IPv4" ? 4 : asked.family === "IPv6" ? 6 : (asked.family ?? 0);
        const first = kept.find((one) => family === 0 || one.family === family) ?? kept[0]!;
        done(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => done(error, "", 0),
    );
  };
}

/** Those of `found` that may be dialled, at most eight; the refusal when there are none. */
export function permitted(
  hostname: string,
  found: readonly LookupAddress[],
  allowPrivate: boolean,
): LookupAddress[] | StatusquoError {
  const kept: LookupAddress[] = [];
  let refusal = "has no address";
  for (const one of found) {
    const why = addressRefusal(one.address, allowPrivate);
    if (why === null) kept.push(one);
    else refusal = `${one.address} ${why}`;
    if (kept.length === MAX_ADDRESSES) break;
  }
  return kept.length > 0 ? kept : new StatusquoError("address_blocked", `${hostname}: ${refusal}`);
}
