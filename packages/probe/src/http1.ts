/** HTTP/1.1 on a connection that stands, or will: one request, one answer, nothing kept. */
import * as http from "node:http";
import type { Duplex } from "node:stream";
import type { ResponseHead } from "./http.ts";

/** What goes out. Header names are sent as they are written here, in this order. */
export interface Asked {
  method: string;
  /** Path and query, or the absolute form for a proxy. */
  target: string;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array | null;
}

/** Told as it happens; both protocols tell the same. */
export interface AnswerListener {
  interim(): void;
  /** The final head. False when it is none to go on with. */
  head(head: ResponseHead): boolean;
  data(chunk: Buffer): void;
  end(): void;
  failed(error: unknown): void;
}

export interface Asking {
  stop(): void;
}

/** More headers than this are too many; both protocols keep to it. */
export const MAX_HEADERS = 1_000;
export const MAX_HEAD_BYTES = 16 * 1024;

/**
 * Makes a request ready; it is sent on the connection given to `on`.
 *
 * @throws what Node will not send: then nothing was sent, and it is a matter of the definition
 */
export function askHttp1(asked: Asked, on: AnswerListener): Asking & { on(connection: Duplex): void } {
  let stopped = false;
  let give: ((error: Error | null, connection: Duplex) => void) | undefined;
  const request = http.request({
    method: asked.method,
    path: asked.target,
    headers: asked.headers,
    createConnection: (_, done) => {
      give = done;
      return undefined;
    },
    maxHeaderSize: MAX_HEAD_BYTES,
    insecureHTTPParser: false,
  });
  request.maxHeadersCount = MAX_HEADERS + 1;
  const failed = (error: unknown) => {
    if (!stopped) on.failed(error);
  };
  const takeHead = ({ statusCode, statusMessage, httpVersion, rawHeaders }: http.IncomingMessage): boolean => {
    const headers: [string, string][] = [];
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.push([rawHeaders[at]!, rawHeaders[at + 1]!]);
    return on.head({ status: statusCode ?? 0, reason: statusMessage ?? "", httpVersion, headers });
  };
  const switched = (response: http.IncomingMessage) => {
    if (takeHead(response)) on.end();
  };
  request.on("information", on.interim);
  request.on("upgrade", switched);
  request.on("connect", switched);
  request.on("response", (response) => {
    response.on("error", failed);
    if (!takeHead(response)) return;
    response.on("data", on.data);
    response.on("end", on.end);
  });
  request.on("error", failed);
  request.on("close", () => {
    if (!stopped) failed(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
  });
  request.end(asked.body ?? undefined);
  return {
    on: (connection) => give?.(null, connection),
    stop: () => {
      stopped = true;
      request.destroy();
    },
  };
}
