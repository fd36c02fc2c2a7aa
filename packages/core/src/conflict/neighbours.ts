/**
 * The neighbours of 409: what another code says that a 409 does not, and where another code would have said it better.
 */

import type { Evidence } from "../sample.ts";
import { quote } from "./body.ts";
import type { ConflictCase } from "./case.ts";
import { versionsSent } from "./request.ts";

/** A code beside 409, and in one sentence how it differs from a conflict. */
export interface Neighbour {
  code: number;
  says: string;
}

const NEIGHBOURS: Readonly<Record<number, string>> = {
  400: "400 says that the request itself is malformed, not that it met another state: look at what clients send",
  404: "404 says that the resource is not there, so nothing could conflict with it: look at what deleted or moved it",
  410: "410 says that the resource is gone for good: no retry helps, clients have to forget it",
  412: "412 says that a condition header such as If-Match failed: clients read again, merge and retry once",
  422: "422 says that the data is understood and invalid, in whatever state the resource is: look at what clients send",
  423: "423 says that the resource is locked: wait for the lock, or find who holds it",
  428: "428 says that a condition header is required and none came: clients have to send If-Match",
  429: "429 says that there were too many requests: back off and honour Retry-After; probes must not make it worse",
  500: "500 says that the service failed; where conflicts became 500, an error that was mapped to 409 no longer is",
};

/** How `code` differs from a conflict; null for codes that are no neighbours of 409. */
export function neighbourOf(code: number): Neighbour | null {
  const says = NEIGHBOURS[code];
  return says === undefined ? null : { code, says };
}

/**
 * What a change of code inside an incident means, in one sentence; null when there is nothing to say. One of both has
 * to be 409: `from` is the code it was, `to` the one it became.
 */
export function codeChangeText(from: number, to: number): string | null {
  if (from === to) return null;
  if (from === 409) return neighbourOf(to)?.says ?? null;
  if (to !== 409) return null;
  const before = neighbourOf(from);
  return before === null ? null : `it was ${from} before, and is 409 now: ${before.says}`;
}

// Codes and words of databases for a unique key that exists already.
const UNIQUE_VIOLATION =
  /\b(?:23505|ER_DUP_ENTRY|1062|P2002|E11000|ORA-00001|unique_violation|RecordNotUnique|UniqueConstraint\w{0,20}|UniqueViolation|DuplicateKey\w{0,20})\b|\bunique constraint\b|\bduplicate (?:key|entry)\b/i;

/** The words in the body of a 5xx that tell of a unique violation; null without them. At most 32 000 characters are read. */
export function uniqueViolationIn(body: string): string | null {
  const found = UNIQUE_VIOLATION.exec(body.slice(0, 32_000));
  return found === null ? null : quote(found[0]);
}

/**
 * What the codes of an incident say beside each other, and whether `example` hides a duplicate: a sentence each, none
 * twice. That a condition had better failed with 412 is no news while something is wrong; the inspection says it.
 *
 * @param codes in order of appearance, as an incident holds them
 */
export function neighbourNotes(codes: readonly number[], example: Evidence | null): string[] {
  const changes = codes.slice(1).map((code, at) => codeChangeText(codes[at] as number, code));
  const response = example?.response;
  const hidden = response ? betterCodes({ request: {}, response }).map(({ says }) => says) : [];
  return [...new Set([...changes, ...hidden].filter((says) => says !== null))];
}

/** What another code would have said better than this exchange's, each as one sentence with the code. */
export function betterCodes(
  exchange: Pick<ConflictCase, "request"> & { response: { status: number; body: string } },
): Neighbour[] {
  const { status, body } = exchange.response;
  if (status === 409 && exchange.request.ifMatch) {
    const sent = versionsSent(exchange.request)[0] ?? "If-Match";
    return [{ code: 412, says: `${sent} was sent; where it failed, 412 says so and leaves 409 to conflicts` }];
  }
  const violation = status >= 500 ? uniqueViolationIn(body) : null;
  if (violation !== null) {
    return [{ code: 409, says: `the body says "${violation}": a duplicate, which ${status} hides and 409 would name` }];
  }
  return [];
}
