/** Who waits for the heartbeat: writes down every call. Told to, it refuses or says nothing. */
import { createServer } from "node:http";
import { type HeartbeatEvent, openLedger } from "../ledger.ts";
import { ledgerFile, onOrder, portOf, ready } from "./actor.ts";

export interface HeartbeatOrder {
  mood: "accept" | "refuse" | "hang";
}

const write = openLedger<HeartbeatEvent>(ledgerFile);
let mood: HeartbeatOrder["mood"] = "accept";

const server = createServer((_, response) => {
  write({ kind: mood === "accept" ? "beat" : "unheard" });
  if (mood === "hang") return;
  response.writeHead(mood === "refuse" ? 503 : 200).end("ok");
});
onOrder<HeartbeatOrder>((order) => {
  mood = order.mood;
});
server.listen(0, "127.0.0.1", () => ready(portOf(server)));
