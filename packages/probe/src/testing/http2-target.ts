/** A target that speaks HTTP/2, for tests: each stream is answered by the script, and what is still open ends with it. */
import { once } from "node:events";
import {
  createSecureServer,
  type IncomingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { fixtureTls } from "./tls.ts";

export type StreamScript = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

export interface Http2Target extends AsyncDisposable {
  port: number;
  origin: string;
  /** Headers of every request, in order. */
  requests: IncomingHttpHeaders[];
  /** Bodies of every request that was read to its end. */
  bodies: string[];
  sessions: ServerHttp2Session[];
}

export async function startHttp2Target(script: StreamScript, options: SecureServerOptions = {}): Promise<Http2Target> {
  const requests: IncomingHttpHeaders[] = [];
  const bodies: string[] = [];
  const sessions: ServerHttp2Session[] = [];
  const open = new Set<Socket>();
  const server = createSecureServer({ ...fixtureTls("localhost"), ...options });
  // Who comes by HTTP/1.1, where that is allowed.
  server.on("request", (request, response) => {
    if (request.httpVersionMajor === 1) response.end();
  });
  server.on("stream", (http2Stream, headers) => {
    const stream = http2Stream as ServerHttp2Stream;
    requests.push(headers);
    let body = "";
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      body += text;
    });
    stream.on("end", () => bodies.push(body));
    stream.on("error", () => undefined);
    script(stream, headers);
  });
  server.on("session", (session) => {
    sessions.push(session);
    session.on("error", () => undefined);
  });
  server.on("sessionError", () => undefined);
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => open.delete(socket));
  });
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `https://127.0.0.1:${port}`,
    requests,
    bodies,
    sessions,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
