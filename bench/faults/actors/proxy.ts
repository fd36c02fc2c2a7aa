/** A TCP proxy that can make the way to somebody slow, dead, or broken. */
import { connect, createServer, type Socket } from "node:net";
import { openLedger } from "../ledger.ts";
import { given, ledgerFile, onOrder, portOf, ready } from "./actor.ts";

export interface ProxyOrder {
  /**
   * `blackhole` takes bytes and passes none on, `reset` breaks what is open and what comes, `drop` hangs up after it has
   * accepted and heard something, `pass` lets everything through, `latencyMs` later.
   */
  mode: "pass" | "blackhole" | "reset" | "drop";
  latencyMs?: number;
}

const write = openLedger<{ kind: string; mode: string }>(ledgerFile);
const to = Number(given[0]);
const open = new Set<Socket>();
let order: ProxyOrder = { mode: "pass" };

const server = createServer((near) => {
  write({ kind: "accepted", mode: order.mode });
  if (order.mode === "reset") return void near.resetAndDestroy();
  if (order.mode === "drop") return void near.once("data", () => near.resetAndDestroy());
  const far = connect(to, "127.0.0.1");
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    open.add(one);
    one.setNoDelay(true);
    one.on("data", (chunk) => {
      // What the blackhole swallowed is gone: the connection is broken for good when it opens again.
      if (order.mode === "blackhole") swallowed.add(one).add(other);
      else if (order.latencyMs) setTimeout(() => other.writable && other.write(chunk), order.latencyMs);
      else if (other.writable) other.write(chunk);
    });
    one.on("close", () => {
      open.delete(one);
      if (order.mode !== "blackhole") other.destroy();
    });
    one.on("error", () => {});
  }
});
const swallowed = new Set<Socket>();

onOrder<ProxyOrder>((next) => {
  order = next;
  write({ kind: "ordered", mode: next.mode });
  if (next.mode === "reset") for (const socket of open) socket.resetAndDestroy();
  if (next.mode === "pass") for (const socket of swallowed) socket.resetAndDestroy();
  swallowed.clear();
});
server.listen(0, "127.0.0.1", () => ready(portOf(server)));
