/** An SMTP server. Told to, it refuses for now (451), hangs, or hangs up after it has accepted. */
import { SMTPServer } from "smtp-server";
import { type MessageEvent, openLedger } from "../ledger.ts";
import { keyIn } from "../message-key.ts";
import { ledgerFile, onOrder, ready } from "./actor.ts";
import type { SinkOrder } from "./slack.ts";

const write = openLedger<MessageEvent>(ledgerFile);
let mood: SinkOrder["mood"] = "accept";

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["AUTH", "STARTTLS"],
  disableReverseLookup: true,
  logger: false,
  onData(stream, session, done) {
    let text = "";
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    stream.on("end", () => {
      const key = keyIn(/^x-statusquo-key: .*$/im.exec(text)?.[0] ?? "");
      if (mood === "hang") return;
      if (mood === "refuse") {
        write({ kind: "refused", key });
        return done(Object.assign(new Error("try later"), { responseCode: 451 }));
      }
      write({ kind: "accepted", key });
      if (mood === "drop") {
        const { _socket: socket } = (server as unknown as Connections).find(session.id);
        return void socket.destroy();
      }
      done(null, "accepted");
    });
  },
});
interface Connections {
  find(id: string): { _socket: { destroy(): void } };
}
Object.assign(server, {
  find: (id: string) =>
    [...(server as unknown as { connections: Set<{ id: string }> }).connections].find((one) => one.id === id),
});
// A connection that breaks off is its client's affair.
server.on("error", () => {});
onOrder<SinkOrder>((order) => {
  mood = order.mood;
});
const listener = server.listen(0, "127.0.0.1", () => ready((listener.address() as { port: number }).port));
