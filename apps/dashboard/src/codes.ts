/** Codes as they are drawn: each has a colour, a glyph and a name, and the three always say the same. */
import type { Cells } from "@statusquo/api/client";

/** A colour and glyph of the drawings. `k409` is 409 and nothing else; `kx` is no answer. */
export type Kind = "k2" | "k3" | "k409" | "k4" | "k5" | "kx";

/** The classes an overview counts, in the order a stack is built: 409 lowest, so that it reads on the axis. */
export const CELL_CLASSES = ["c409", "c4xx", "c5xx", "none", "other"] as const;
export type CellClass = Exclude<keyof Cells, "probes" | "missed" | "limits">;

export const KIND_OF_CLASS: Record<CellClass, Kind> = { c409: "k409", c4xx: "k4", c5xx: "k5", none: "kx", other: "k3" };

/** @param code a status as it was sent; 0 is no answer, null several codes together */
export function kindOf(code: number | null): Kind {
  if (code === 409) return "k409";
  if (code === null) return "k5";
  if (code === 0) return "kx";
  if (code >= 200 && code < 300) return "k2";
  if (code >= 400 && code < 500) return "k4";
  return code >= 500 && code < 600 ? "k5" : "k3";
}

/** As `kindOf`, of answers that were unexpected: a 2xx that was wrong looks like no usual one. */
export function wrongKindOf(code: number | null): Kind {
  const kind = kindOf(code);
  return kind === "k2" ? "k3" : kind;
}

/** The class a sample is counted in; null when the code is expected by definition. 409 is always counted. */
export function classOf(code: number, expected: boolean): CellClass | null {
  if (code === 409) return "c409";
  if (expected) return null;
  if (code === 0) return "none";
  if (code >= 400 && code < 500) return "c4xx";
  return code >= 500 && code < 600 ? "c5xx" : "other";
}

/** Reason phrases worth knowing by heart (RFC 9110, 6585); any other code stands as its number. */
const PHRASES: Record<number, string> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  301: "Moved Permanently",
  302: "Found",
  304: "Not Modified",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  412: "Precondition Failed",
  422: "Unprocessable Content",
  423: "Locked",
  428: "Precondition Required",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** `409 Conflict`, `No answer`, `599`, `Unexpected codes` for several together. */
export function codeTitle(code: number | null): string {
  if (code === null) return "Unexpected codes";
  if (code === 0) return "No answer";
  return PHRASES[code] === undefined ? String(code) : `${code} ${PHRASES[code]}`;
}
