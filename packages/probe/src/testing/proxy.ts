/** An HTTP proxy for tests: tunnels what is asked by CONNECT, carries what is asked in the absolute form. */
import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface ProxyOptions {
  /** `user:password` it demands. */
  credentials?: string;
  /** What it answers to CONNECT instead of tunnelling. */
  refuseWith?: number;
  /** Names it knows, as addresses; others are dialled as they are. */
  hosts?: Readonly<Record<string, string>>;
  /** Before it answers to CONNECT. */
  delayMs?: number;
}

export interface Proxy extends AsyncDisposable {
  port: number;
  /** `http://127.0.0.1:port` */
  origin: string;
  /** `CONNECT host:port` or `GET http://…`, in order. */
  asked: string[];
  /** The value of proxy-authorization of each, null for none. */
  credentials: (string | null)[];
  close(): Promise<void>;
}

export async function startProxy(options: ProxyOptions = {}): Promise<Proxy> {
  const open = new Set<Socket>();
  const asked: string[] = [];
  const credentials: (string | null)[] = [];
  const dialled = (host: string) => options.hosts?.[host] ?? host;
  const isLetIn = (message: IncomingMessage) => {
    asked.push(`${message.method} ${message.url}`);
    const shown = message.headers["proxy-authorization"] ?? null;
    credentials.push(shown);
    if (options.credentials === undefined) return true;
    return shown === `Basic ${Buffer.from(options.credentials).toString("base64")}`;
  };

  const server = createServer((message, answer) => {
    if (!isLetIn(message)) return void answer.writeHead(407, { "proxy-authenticate": "Basic" }).end();
    const url = new URL(message.url ?? "");
    const { "proxy-authorization": _, ...headers } = message.headers;
    const onward = httpRequest(
      { host: dialled(url.hostname), port: url.port, path: url.pathname + url.search, method: message.method, headers },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    onward.on("error", () => answer.writeHead(502).end());
    message.pipe(onward);
  });
  server.on("connection", (socket) => {
    open.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => open.delete(socket));
  });
  server.on("connect", async (message: IncomingMessage, near: Socket) => {
    if (!isLetIn(message)) return void near.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    if (options.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, options.delayMs));
    if (options.refuseWith !== undefined) return void near.end(`HTTP/1.1 ${options.refuseWith} No\r\n\r\n`);
    const [, host = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(message.url ?? "") ?? [];
    const far = connect(Number(port), dialled(host), () => {
      near.write("HTTP/1.1 200 Connection established\r\n\r\n");
      far.pipe(near);
      near.pipe(far);
    });
    far.on("error", () => near.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
    near.on("error", () => far.destroy());
    near.once("close", () => far.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  };
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    asked,
    credentials,
    close,
    [Symbol.asyncDispose]: close,
  };
}
