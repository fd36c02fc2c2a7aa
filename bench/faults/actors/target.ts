/** The target: answers each path as it is told, and writes down who asked for which slot and what it was told. */
import { createServer } from "node:http";
import { openLedger, type TargetEvent } from "../ledger.ts";
import { given, ledgerFile, onOrder, portOf, ready } from "./actor.ts";

export interface TargetOrder {
  path: string;
  /** `varied`: 200, 201 or 202, by the slot, so that no answer can stand for another one. */
  status: number | "varied";
  delayMs?: number;
  /** Hangs up instead of answering. */
  reset?: boolean;
}

/** Probes wait for 2 s; held for a third of that, with dialling and the way back, it is no well target. */
const HELD_MS = 700;
const WAKE_EVERY_MS = 100;
const write = openLedger<TargetEvent>(ledgerFile);
const orders = new Map<string, TargetOrder>();

const server = createServer((request, response) => {
  const slot = String(request.headers["x-statusquo-slot"] ?? "");
  const order = orders.get(request.url ?? "") ?? { path: "", status: "varied" };
  const status = order.status === "varied" ? 200 + (Number(slot.replace(/\D/g, "").slice(-7)) % 3) : order.status;
  write({ kind: "asked", slot, status });
  const answer = () => {
    if (order.reset) {
      write({ kind: "broken", slot, status });
      return void request.socket.resetAndDestroy();
    }
    response.on("close", () => write({ kind: response.writableFinished ? "answered" : "broken", slot, status }));
    response.writeHead(status, { "content-type": "application/json" }).end('{"title":"already exists"}');
  };
  if (order.delayMs) setTimeout(answer, order.delayMs);
  else answer();
});
let wokeAt = performance.now();
setInterval(() => {
  const heldMs = performance.now() - wokeAt - WAKE_EVERY_MS;
  wokeAt = performance.now();
  if (heldMs > HELD_MS) write({ kind: "held", slot: "", status: 0 });
}, WAKE_EVERY_MS);
onOrder<TargetOrder>((order) => orders.set(order.path, order));
server.listen(0, given[0] ?? "127.0.0.1", () => ready(portOf(server)));
