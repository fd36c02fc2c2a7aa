/** An incoming webhook as Slack has them. Told to, it refuses, hangs, or hangs up after it has accepted. */
import { createServer, type ServerResponse } from "node:http";
import { type MessageEvent, openLedger } from "../ledger.ts";
import { keyIn } from "../message-key.ts";
import { ledgerFile, onOrder, portOf, ready } from "./actor.ts";

export interface SlackOrder {
  /**
   * `refuse` says 503, `slow-down` 429 with `Retry-After`, `gone` and `odd` 200 with `no_team` and with words of
   * somebody else; `drop` takes the message and hangs up.
   */
  mood: "accept" | "refuse" | "slow-down" | "gone" | "odd" | "hang" | "drop";
  retryAfterS?: number;
}

const write = openLedger<MessageEvent>(ledgerFile);
let { mood, retryAfterS }: Required<SlackOrder> = { mood: "accept", retryAfterS: 1 };

const REFUSALS: Partial<Record<SlackOrder["mood"], (response: ServerResponse) => void>> = {
  refuse: (response) => response.writeHead(503).end("no"),
  "slow-down": (response) => response.writeHead(429, { "retry-after": `${retryAfterS}` }).end("rate_limited"),
  gone: (response) => response.writeHead(200).end("no_team"),
  odd: (response) => response.writeHead(200).end("<html>please sign in</html>"),
};

const server = createServer(async (request, response) => {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  const key = keyIn(text);
  const refuse = REFUSALS[mood];
  if (mood === "hang") return write({ kind: "hung", key });
  write({ kind: refuse ? "refused" : "accepted", key, brokenOff: mood === "drop" });
  if (refuse) refuse(response);
  else if (mood === "drop") request.socket.resetAndDestroy();
  else response.writeHead(200).end("ok");
});
onOrder<SlackOrder>((order) => {
  ({ mood, retryAfterS } = { retryAfterS: 1, ...order });
});
server.listen(0, "127.0.0.1", () => ready(portOf(server)));
