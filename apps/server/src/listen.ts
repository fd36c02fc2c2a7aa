/** Listening: the one socket of this program, with limits that a slow or greedy peer runs into first. */
import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { StatusquoError } from "@statusquo/core";
import type { Settings } from "./settings.ts";

/** For a whole request to come in; answers, the stream of events above all, may last. */
const REQUEST_MS = 10_000;
const HEADERS_MS = 5_000;
/** How often these two are looked at. */
const CHECK_MS = 1_000;
/** At once; the connection that has waited longest makes room for the next. */
const CONNECTIONS = 200;

export interface Listening {
  /** Such as http://127.0.0.1:4090 */
  url: string;
  close(): Promise<void>;
}

/** Bytes of a request's line and headers together. */
const LARGEST_HEAD = 16 * 1_024;

/** @throws StatusquoError "setting_invalid" naming the address, when it cannot be had */
export function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { host, port }: Pick<Settings, "host" | "port">,
): Promise<Listening> {
  const serverOptions = { connectionsCheckingInterval: CHECK_MS, maxHeaderSize: LARGEST_HEAD };
  const server = createAdaptorServer({ fetch, serverOptions }) as Server;
  server.requestTimeout = REQUEST_MS;
  server.headersTimeout = HEADERS_MS;
  // One more, so that the next can take the place of one that waits.
  server.maxConnections = CONNECTIONS + 1;
  makeRoom(server);
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === "EADDRINUSE"
          ? `${host}:${port} is taken by another program; stop it, or choose another port with --port`
          : `cannot listen on ${host}:${port}: ${error.message}`;
      reject(new StatusquoError("setting_invalid", reason, { cause: error }));
    });
    server.listen(port, host, () => {
      const bound = server.address() as AddressInfo;
      const name = bound.family === "IPv6" ? `[${bound.address}]` : bound.address;
      resolve({ url: `http://${name}:${bound.port}`, close });
    });
  });
}

/**
 * Who opens connections and sends nothing, or sends slowly, takes no place from who asks: when all are taken, the one that
 * has longest been without a whole request is closed.
 */
function makeRoom(server: Server): void {
  const all = new Set<Socket>();
  /** Without a whole request, the longest first. */
  const waiting = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    all.add(socket);
    waiting.add(socket);
    socket.once("close", () => {
      all.delete(socket);
      waiting.delete(socket);
    });
    const [longest] = waiting;
    if (all.size > CONNECTIONS) longest?.destroy();
  });
  server.on("request", (request, response) => {
    const { socket } = request;
    const isWhole = () => waiting.delete(socket);
    const hasBody = request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"]) > 0;
    if (hasBody) request.once("end", isWhole);
    else isWhole();
    response.once("close", () => {
      if (!socket.destroyed) waiting.add(socket);
    });
  });
}
