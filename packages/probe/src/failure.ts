/**
 * Failures: what kept a target's answer from us, as a value.
 *
 * What the target did is a failure with a reason; what this machine lacked (descriptors, ports, memory) is ours and
 * becomes `missed`, so that a worker short of sockets never reads as an outage of everything it watches.
 */
import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import type { FailureReason, Outcome, Phases } from "@statusquo/core";

/** Why there is nothing to know, for reasons of ours. */
export interface Refusal {
  kind: "missed";
  reason: "blocked" | "resource" | "unresolved" | "unsupported" | "no_token" | "no_proxy";
  detail: string;
}

export type Failure = Extract<Outcome, { kind: "failure" }>;

const RESOURCE_CODES = new Set(["EMFILE", "ENFILE", "ENOMEM", "ENOBUFS", "EADDRNOTAVAIL", "EAI_MEMORY", "EAI_SYSTEM"]);

/** Plain words for the codes people meet; others are shown as they are. */
const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: "no such name",
  ENODATA: "the name has no address of that kind",
  EAI_AGAIN: "name servers gave no answer",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset or closed early",
  EPIPE: "connection closed while sending",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network unreachable",
  ETIMEDOUT: "no answer to connecting",
  CERT_HAS_EXPIRED: "certificate has expired",
  CERT_NOT_YET_VALID: "certificate is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "self-signed certificate in chain",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "issuer of certificate is not trusted here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate chain is incomplete",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate is for another host",
  ERR_SSL_WRONG_VERSION_NUMBER: "does not speak TLS, or another version",
  HPE_HEADER_OVERFLOW: "head of answer is too large",
  HPE_INVALID_STATUS: "status is not a number of three digits",
  HPE_INVALID_CONSTANT: "answer is not HTTP/1",
};

/** What the probe was busy with, for a deadline's message. */
const BUSY: Readonly<Record<keyof Phases, string>> = {
  dns: "looking up the name",
  connect: "connecting",
  tls: "agreeing on TLS",
  firstByte: "waiting for an answer",
  body: "reading the body",
};

/** The deadline passed in `phase`. */
export function timedOut(phase: keyof Phases, timeoutMs: number): Failure {
  return { kind: "failure", reason: "timeout", detail: `still ${BUSY[phase]} after ${timeoutMs} ms` };
}

/**
 * What an error of Node's sockets, resolver, TLS or HTTP parser means, given the phase it struck in.
 *
 * The detail is a few words and the code; text of the peer's may be in it, so make it inert before it leaves.
 */
export function classify(error: unknown, phase: keyof Phases): Failure | Refusal {
  const known = facts(error);
  const { code } = known;
  if (RESOURCE_CODES.has(code) || (phase === "dns" && outOfDescriptors())) {
    return { kind: "missed", reason: "resource", detail: `this worker is short of sockets or memory (${code})` };
  }
  return { kind: "failure", reason: reasonOf(code, phase), detail: inWords(known) };
}

/** In words and code, what broke after a valid head. */
export function bodyErrorOf(error: unknown): string {
  return inWords(facts(error));
}

function inWords({ code, message }: { code: string; message: string }): string {
  return code ? `${WORDS[code] ?? message} (${code})` : message;
}

function reasonOf(code: string, phase: keyof Phases): FailureReason {
  // A server that wants a client's certificate says so after the handshake is over, by TLS 1.3.
  if (/^(ERR_SSL_|ERR_TLS_|EPROTO$)/.test(code)) return "tls";
  if (phase === "dns" || phase === "connect" || phase === "tls") return phase;
  return "protocol";
}

/** `code` as text, and the message; of several addresses tried, the first that says we lack something, else the last. */
function facts(error: unknown): { code: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) {
    const each = error.errors.map(facts);
    return each.find((one) => RESOURCE_CODES.has(one.code)) ?? each.at(-1)!;
  }
  if (!(error instanceof Error)) return { code: "", message: String(error) };
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return { code, message: error.message || error.name };
}

/** Without a descriptor getaddrinfo can open neither its files nor a socket, and says "no such name" or "try again". */
function outOfDescriptors(): boolean {
  try {
    closeSync(openSync(devNull, "r"));
    return false;
  } catch {
    return true;
  }
}
