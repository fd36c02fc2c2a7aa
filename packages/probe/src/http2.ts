/** HTTP/2 on a connection that agreed to it: one stream, one answer, then the session is gone. */
import * as http2 from "node:http2";
import type { Duplex } from "node:stream";
import { type AnswerListener, type Asked, type Asking, MAX_HEAD_BYTES, MAX_HEADERS } from "./http1.ts";

/** MB a session may hold; a hostile peer's frames end there. */
const MAX_SESSION_MEMORY = 1;

/** What HTTP/1.1 says of the connection, HTTP/2 has no place for (RFC 9113 section 8.2.2). */
const CONNECTION_HEADERS = new Set(["host", "connection"]);

/** The request's headers as HTTP/2 sends them, pseudo-headers first. */
export function http2Headers(asked: Asked, authority: string): Record<string, string> {
  const others = Object.entries(asked.headers).filter(([name]) => !CONNECTION_HEADERS.has(name));
  return {
    ":method": asked.method,
    ":scheme": "https",
    ":authority": authority,
    ":path": asked.target,
    ...Object.fromEntries(others),
  };
}

/** Sends `asked` on `connection` at once. Throws when Node will not send it. */
export function askHttp2(connection: Duplex, asked: Asked, authority: string, on: AnswerListener): Asking {
  const session = http2.connect(`https://${authority}`, {
    createConnection: () => connection,
    settings: { enablePush: false },
    maxHeaderListPairs: MAX_HEADERS,
    maxSessionMemory: MAX_SESSION_MEMORY,
  });
  // What ends the session ends its stream, which says so once what had come was read.
  session.on("error", () => undefined);
  const closed = () => on.failed(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
  let ended = false;
  const stream = session.request(http2Headers(asked, authority), { endStream: asked.body === null });
  stream.on("headers", on.interim);
  stream.on("response", (headers, _flags, raw?: string[]) => {
    const pairs: [string, string][] = [];
    let bytes = 0;
    for (let at = 0; raw !== undefined && at + 1 < raw.length; at += 2) {
      const [name, value] = [raw[at]!, raw[at + 1]!];
      bytes += name.length + value.length;
      if (!name.startsWith(":")) pairs.push([name, value]);
    }
    if (bytes > MAX_HEAD_BYTES) {
      return on.failed(Object.assign(new Error("head too large"), { code: "HPE_HEADER_OVERFLOW" }));
    }
    if (!on.head({ status: headers[":status"] ?? 0, reason: "", httpVersion: "2.0", headers: pairs })) return;
    stream.on("data", on.data);
    stream.on("end", () => {
      ended = true;
      // A stream that was cut off ends too, and says so only afterwards.
      if (!stream.aborted && stream.rstCode === 0) on.end();
    });
  });
  stream.on("error", on.failed);
  stream.on("aborted", closed);
  stream.on("close", () => {
    if (ended && stream.rstCode === 0) on.end();
    else closed();
  });
  if (asked.body !== null) stream.end(asked.body);
  return {
    stop: () => {
      stream.destroy();
      session.destroy();
    },
  };
}
