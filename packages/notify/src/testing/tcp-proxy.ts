/**
 * A TCP proxy on loopback between a far end's client and its sink: it delays, drops or cuts, at a point that a test
 * names. What happens is decided by bytes, not by time.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** What happens to the bytes of one connection. */
export interface Disturbance {
  /** Nothing from the server comes through any more once this has passed from the client. */
  silentAfter?: string;
  /** Both ends are cut once this has passed from the client and the server has answered it. */
  cutAfterAnswerTo?: string;
  /** Both ends are cut before the first byte. */
  refuse?: boolean;
  /** Takes this word out of what either says: a stripped capability. */
  strip?: string;
}

export interface TcpProxy {
  port: number;
  disturbance: Disturbance;
  connections: number;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startTcpProxy(toPort: number, disturbance: Disturbance = {}): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    proxy.connections += 1;
    if (proxy.disturbance.refuse) return near.resetAndDestroy();
    const { silentAfter, cutAfterAnswerTo, strip } = proxy.disturbance;
    const far = connect(toPort, "127.0.0.1");
    let said = "";
    let isSilent = false;
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket
        .on("error", () => {})
        .on("close", () => {
          near.destroy();
          far.destroy();
        });
    }
    const stripped = (bytes: Buffer) =>
      strip === undefined ? bytes : Buffer.from(bytes.toString("latin1").replaceAll(strip, ""), "latin1");
    near.on("data", (bytes: Buffer) => {
      said += bytes.toString("latin1");
      if (silentAfter !== undefined && said.includes(silentAfter)) isSilent = true;
      far.write(stripped(bytes));
    });
    far.on("data", (bytes: Buffer) => {
      if (isSilent) return;
      if (cutAfterAnswerTo !== undefined && said.includes(cutAfterAnswerTo)) return near.resetAndDestroy();
      near.write(stripped(bytes));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const proxy: TcpProxy = {
    port: (server.address() as AddressInfo).port,
    disturbance,
    connections: 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
