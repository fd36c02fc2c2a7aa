/**
 * The example: one exchange of the incident, as lines a person can read.
 *
 * Secrets were removed before it was stored and stay visible as `[removed: rule]`; nothing is added here, and what is
 * left out for room is counted.
 */
import type { AlertFacts } from "@statusquo/core";
import { countText, hourMinuteSecond } from "./figures.ts";
import { inertLine, inertLines } from "./inert.ts";

export interface ExampleView {
  /** `eu-west, 14:04:03 UTC, 81 ms, secrets removed` */
  note: string;
  request: string[];
  /** Empty when no answer came. */
  response: string[];
  body: string[];
}

const MOST_HEADERS = 8;
const MOST_LINES = 24;
const WIDTH = 160;

/** Said by every server or client alike; they explain nothing. */
const TELLS_NOTHING = new Set([
  "accept",
  "accept-encoding",
  "alt-svc",
  "connection",
  "content-length",
  "date",
  "host",
  "keep-alive",
  "strict-transport-security",
  "transfer-encoding",
  "user-agent",
  "vary",
]);

export function viewExample(facts: AlertFacts): ExampleView | null {
  if (facts.example === null) return null;
  const { region, at, totalMs, evidence } = facts.example;
  const { request, response } = evidence;
  const place = /^[a-z]+:\/\/[^/?#]*(.*)$/i.exec(request.url)?.[1] || "/";
  const note = `${region}, ${hourMinuteSecond(at)} UTC, ${countText(totalMs)} ms, secrets removed`;
  return {
    note: inertLine(note, WIDTH),
    request: [inertLine(`${request.method} ${place}`, WIDTH), ...headerLines(request.headers)],
    response:
      response === null
        ? []
        : [
            inertLine(`HTTP/${response.httpVersion} ${response.status} ${response.reason}`, WIDTH),
            ...headerLines(response.headers),
          ],
    body: response === null ? [noAnswerLine(evidence)] : bodyLines(response, evidence.bodyError),
  };
}

function headerLines(headers: readonly [string, string][]): string[] {
  const telling = headers.filter(([name]) => !TELLS_NOTHING.has(name.toLowerCase()));
  const lines = telling.slice(0, MOST_HEADERS).map(([name, value]) => inertLine(`${name}: ${value}`, WIDTH));
  if (telling.length > MOST_HEADERS) lines.push(`(and ${telling.length - MOST_HEADERS} more headers)`);
  return lines;
}

type Response = NonNullable<NonNullable<AlertFacts["example"]>["evidence"]["response"]>;

function bodyLines(response: Response, bodyError: string | null): string[] {
  const lines = response.body === "" ? ["(no body)"] : inertLines(response.body, MOST_LINES, WIDTH);
  if (response.truncated) lines.push(`(reading stopped after ${countText(response.bodyBytes)} bytes)`);
  if (bodyError !== null) lines.push(inertLine(`(then: ${bodyError})`, WIDTH));
  return lines;
}

function noAnswerLine(evidence: NonNullable<AlertFacts["example"]>["evidence"]): string {
  const from = evidence.remoteAddress === null ? "no address was reached" : `dialled ${evidence.remoteAddress}`;
  return inertLine(`no answer (${from}${evidence.bodyError === null ? "" : `; ${evidence.bodyError}`})`, WIDTH);
}
