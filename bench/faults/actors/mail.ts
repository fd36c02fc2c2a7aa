/** An SMTP server. Told to, it refuses for now or for good, hangs, or hangs up after it has accepted. */
import { SMTPServer } from "smtp-server";
import { type MessageEvent, openLedger } from "../ledger.ts";
import { keyIn } from "../message-key.ts";
import { ledgerFile, onOrder, ready } from "./actor.ts";

export interface MailOrder {
  /**
   * `refuse` says 451 to a mail, `busy` 421 to its sender, `mute` nothing at all, not even a greeting; `hang` says
   * nothing after the mail; `drop` takes the mail and hangs up.
   */
  mood: "accept" | "refuse" | "busy" | "mute" | "hang" | "drop";
}

/** A recipient that no mail may be sent to, whatever the mood: 550. */
const UNKNOWN = "gone@";

const write = openLedger<MessageEvent>(ledgerFile);
let mood: MailOrder["mood"] = "accept";
const saying = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode });

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["AUTH", "STARTTLS"],
  disableReverseLookup: true,
  logger: false,
  onConnect(_session, done) {
    if (mood === "mute") return write({ kind: "hung", key: "" });
    done();
  },
  onMailFrom(_address, _session, done) {
    if (mood !== "busy") return done();
    write({ kind: "refused", key: "" });
    done(saying(421, "too busy"));
  },
  onRcptTo({ address }, _session, done) {
    if (!address.startsWith(UNKNOWN)) return done();
    write({ kind: "refused", key: "" });
    done(saying(550, "no such user"));
  },
  onData(stream, session, done) {
    let text = "";
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    stream.on("end", () => {
      const key = keyIn(/^x-statusquo-key: .*$/im.exec(text)?.[0] ?? "");
      if (mood === "hang") return write({ kind: "hung", key });
      if (mood === "refuse") {
        write({ kind: "refused", key });
        return done(saying(451, "try later"));
      }
      write({ kind: "accepted", key, brokenOff: mood === "drop" });
      if (mood === "drop") return socketOf(session.id)?.destroy();
      done(null, "accepted");
    });
  },
});

/** The library shows no socket of a session, but for this set. */
interface Connections {
  connections: Set<{ id: string; _socket: { destroy(): void } }>;
}
const socketOf = (id: string) =>
  [...(server as unknown as Connections).connections].find((one) => one.id === id)?._socket;

// A connection that breaks off is its client's affair.
server.on("error", () => {});
onOrder<MailOrder>((order) => {
  mood = order.mood;
});
const listener = server.listen(0, "127.0.0.1", () => ready((listener.address() as { port: number }).port));
