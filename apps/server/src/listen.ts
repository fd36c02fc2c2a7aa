/** Listening: the one socket of this program, with limits that a slow or greedy peer runs into first. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { StatusquoError } from "@statusquo/core";
import type { Settings } from "./settings.ts";

/** For a whole request to come in; answers, the stream of events above all, may last. */
const REQUEST_MS = 10_000;
const HEADERS_MS = 5_000;
const CONNECTIONS = 200;

export interface Listening {
  /** Such as http://127.0.0.1:4090 */
  url: string;
  close(): Promise<void>;
}

/** @throws StatusquoError "setting_invalid" naming the address, when it cannot be had */
export function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { host, port }: Pick<Settings, "host" | "port">,
): Promise<Listening> {
  const server = createAdaptorServer({ fetch }) as Server;
  server.requestTimeout = REQUEST_MS;
  server.headersTimeout = HEADERS_MS;
  server.maxConnections = CONNECTIONS;
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
