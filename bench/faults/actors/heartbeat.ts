/** Who waits for the heartbeat: writes down every call. */
import { createServer } from "node:http";
import { type HeartbeatEvent, openLedger } from "../ledger.ts";
import { ledgerFile, onOrder, portOf, ready } from "./actor.ts";

const write = openLedger<HeartbeatEvent>(ledgerFile);
const server = createServer((_, response) => {
  write({ kind: "beat" });
  response.end("ok");
});
onOrder(() => {});
server.listen(0, "127.0.0.1", () => ready(portOf(server)));
