/** An incoming webhook as Slack has them. Told to, it refuses, hangs, or hangs up after it has accepted. */
import { createServer } from "node:http";
import { type MessageEvent, openLedger } from "../ledger.ts";
import { keyIn } from "../message-key.ts";
import { ledgerFile, onOrder, portOf, ready } from "./actor.ts";

export interface SinkOrder {
  mood: "accept" | "refuse" | "hang" | "drop";
}

const write = openLedger<MessageEvent>(ledgerFile);
let mood: SinkOrder["mood"] = "accept";

const server = createServer(async (request, response) => {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  const key = keyIn(text);
  if (mood === "hang") return;
  if (mood === "refuse") {
    write({ kind: "refused", key });
    return void response.writeHead(503).end("no");
  }
  write({ kind: "accepted", key });
  if (mood === "drop") return void request.socket.resetAndDestroy();
  response.writeHead(200).end("ok");
});
onOrder<SinkOrder>((order) => {
  mood = order.mood;
});
server.listen(0, "127.0.0.1", () => ready(portOf(server)));
