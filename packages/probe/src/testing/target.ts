/**
 * A scripted target: a raw socket that answers with exactly the bytes a test wants, right or wrong.
 *
 * Whatever a script started ends when its connection does, so closing the target leaves nothing behind.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { type FixtureCertificate, fixtureTls } from "./tls.ts";

/** The target's side of one connection. Bytes in texts are latin-1. */
export interface FarEnd {
  socket: Socket;
  /** The request, head and as much of the body as `content-length` announces; null when the peer left first. */
  request(): Promise<string | null>;
  /** Resolves when the bytes are handed to the system, or the connection is gone. */
  send(bytes: string | Uint8Array): Promise<void>;
  /** Sends the bytes over and over until the peer leaves. */
  sendForEver(bytes: string | Uint8Array): Promise<void>;
  /** Sends one byte at a time, one each `everyMs`, then rests until the peer leaves. */
  drip(bytes: string | Uint8Array, everyMs: number): Promise<void>;
  /** FIN. */
  end(): void;
  /** RST. */
  reset(): void;
  /** Resolves with the first bytes, whatever they are. */
  heard: Promise<void>;
  /** Resolves when the connection is gone. */
  gone: Promise<void>;
}

/** Called once per connection; `count` is 0 for the first. Must end when the connection does; a throw fails `close`. */
export type Script = (far: FarEnd, count: number) => void | Promise<void>;

export interface TargetOptions {
  /** Speak TLS with this certificate. */
  tls?: FixtureCertificate;
  /** More of Node's TLS settings, such as `requestCert` or `maxVersion`. */
  tlsOptions?: TlsOptions;
}

export interface Target extends AsyncDisposable {
  port: number;
  /** `http://127.0.0.1:port` or `https://…`, without a slash at its end. */
  origin: string;
  /** Every request read with `request()`, in order. */
  requests: string[];
  /** Connections accepted so far. */
  connections(): number;
  /** Ends all connections, waits for the scripts, and rejects with the first error of one. May be called twice. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 at a free port. A text in place of a script is sent after each request, followed by FIN. */
export async function startTarget(script: Script | string, options: TargetOptions = {}): Promise<Target> {
  const play = typeof script === "string" ? answering(script) : script;
  const open = new Set<Socket>();
  const requests: string[] = [];
  const plays: Promise<void>[] = [];
  const failures: unknown[] = [];
  let count = 0;

  const onConnection = (socket: Socket) => {
    const far = farEnd(socket, requests);
    const played = Promise.resolve()
      .then(() => play(far, count++))
      .catch((error: unknown) => {
        failures.push(error);
        socket.destroy();
      });
    plays.push(played);
  };
  const server: Server = options.tls
    ? createTlsServer({ ...fixtureTls(options.tls), ...options.tlsOptions }, onConnection)
    : createServer(onConnection);
  // Of a TLS server these are the raw sockets, which exist even when the handshake fails.
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => open.delete(socket));
  });
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const close = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
    await Promise.all(plays);
    if (failures.length > 0) throw failures[0];
  };
  return {
    port,
    origin: `${options.tls ? "https" : "http"}://127.0.0.1:${port}`,
    requests,
    connections: () => count,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function answering(bytes: string): Script {
  return async (far) => {
    if ((await far.request()) === null) return;
    await far.send(bytes);
    far.end();
  };
}

function farEnd(socket: Socket, requests: string[]): FarEnd {
  socket.on("error", () => undefined);
  let received = "";
  socket.setEncoding("latin1");
  const heard = Promise.withResolvers<void>();
  socket.on("data", (text: string) => {
    heard.resolve();
    received += text;
    socket.emit("statusquo-received");
  });
  const left = Promise.withResolvers<void>();
  socket.once("close", () => left.resolve());
  if (socket.destroyed) left.resolve();
  const gone = left.promise;

  const send = async (bytes: string | Uint8Array) => {
    if (!socket.writable) return;
    const written = Promise.withResolvers<void>();
    const done = () => written.resolve();
    if (typeof bytes === "string") socket.write(bytes, "latin1", done);
    else socket.write(bytes, done);
    await Promise.race([written.promise, gone]);
  };
  const wholeRequest = () => {
    const headEnd = received.indexOf("\r\n\r\n");
    if (headEnd < 0) return null;
    const announced = /^content-length: *(\d+)/im.exec(received.slice(0, headEnd))?.[1];
    const end = headEnd + 4 + Number(announced ?? 0);
    return received.length >= end ? received.slice(0, end) : null;
  };
  return {
    socket,
    send,
    async request() {
      for (;;) {
        const whole = wholeRequest();
        if (whole !== null) {
          received = received.slice(whole.length);
          requests.push(whole);
          return whole;
        }
        if (socket.destroyed) return null;
        const more = Promise.withResolvers<void>();
        socket.once("statusquo-received", more.resolve);
        await Promise.race([more.promise, gone]);
        socket.off("statusquo-received", more.resolve);
      }
    },
    async sendForEver(bytes) {
      while (socket.writable) await send(bytes);
    },
    async drip(bytes, everyMs) {
      const each = typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes;
      let at = 0;
      const timer = setInterval(() => {
        if (at < each.length) socket.write(each.subarray(at, ++at));
      }, everyMs);
      await gone;
      clearInterval(timer);
    },
    end: () => socket.end(),
    reset: () => socket.resetAndDestroy(),
    heard: heard.promise,
    gone,
  };
}
