/** An exchange as the checks look at it, and what they answer. */
import type { Evidence } from "../sample.ts";

/** One thing an answer should do otherwise. */
export interface Warning {
  /** What is so, without a full stop. */
  what: string;
  /** Why it matters, without a full stop. */
  why: string;
  /** The header or status line to send instead, as `Name: value`; null when the cure is not one line. */
  send: string | null;
}

/** The exchange, read once for all checks. */
export interface Seen {
  method: string;
  /** Lower-case names; of a repeated header the values are joined by commas. */
  sent: Readonly<Record<string, string>>;
  got: Readonly<Record<string, string>>;
  url: string;
  status: number;
  body: string;
  /** What the body parses to; undefined when it is no JSON, or not all of it is known. */
  json: unknown;
  /** The body is known from end to end. */
  whole: boolean;
}

/** Reads an exchange for the checks; null without an answer. */
export function seenOf(evidence: Evidence): Seen | null {
  const { request, response } = evidence;
  if (response === null) return null;
  const whole =
    !response.truncated &&
    evidence.bodyError === null &&
    !response.body.includes("[removed: ") &&
    request.method !== "HEAD";
  return {
    method: request.method.toUpperCase(),
    sent: named(request.headers),
    got: named(response.headers),
    url: request.url,
    status: response.status,
    body: response.body,
    json: whole ? parsed(response.body) : undefined,
    whole,
  };
}

function named(headers: readonly (readonly [name: string, value: string])[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    found[key] = found[key] === undefined ? value : `${found[key]}, ${value}`;
  }
  return found;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
