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
onOrder<TargetOrder>((order) => orders.set(order.path, order));
server.listen(0, given[0] ?? "127.0.0.1", () => ready(portOf(server)));
