/**
 * Answers of the demo service: JSON, or a problem as RFC 9457 has it. A problem is never to be cached.
 */

export interface DemoAnswer {
  status: number;
  /** Lower case names. */
  headers: Record<string, string>;
  /** Sent as JSON; undefined sends no body. */
  body: unknown;
}

export function jsonAnswer(status: number, body: unknown, headers: Record<string, string> = {}): DemoAnswer {
  return { status, headers: { "content-type": "application/json", "cache-control": "no-store", ...headers }, body };
}

/** What went wrong, for programs (`type`, and fields of its own) and for people (`title`, `detail`). */
export interface Problem {
  /** Becomes `urn:demo:problem:<type>`. */
  type: string;
  title: string;
  detail: string;
  [field: string]: unknown;
}

export function problemAnswer(
  status: number,
  { type, title, detail, ...fields }: Problem,
  headers: Record<string, string> = {},
): DemoAnswer {
  return jsonAnswer(
    status,
    { type: `urn:demo:problem:${type}`, title, status, detail, ...fields },
    { "content-type": "application/problem+json", ...headers },
  );
}
