/**
 * A real HTTP server on loopback that keeps what it is sent and answers by script.
 */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface HttpSink {
  url: string;
  requests: { path: string; headers: IncomingHttpHeaders; body: string }[];
  /** Answers in order; the last one stays. */
  answers: ((response: ServerResponse) => void)[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** An answer with a code, a body and headers. */
export function answer(status: number, body: string, headers: Record<string, string> = {}) {
  return (response: ServerResponse) => void response.writeHead(status, headers).end(body);
}

export async function startHttpSink(...answers: HttpSink["answers"]): Promise<HttpSink> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      sink.requests.push({ path: request.url ?? "", headers: request.headers, body });
      const next = sink.answers.length > 1 ? sink.answers.shift() : sink.answers[0];
      next?.(response);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const sink: HttpSink = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    answers,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return sink;
}
