/**
 * A real SMTP server on loopback whose answers are scripted: it takes mail, refuses it, falls silent or hangs up.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

type Step = "connect" | "auth" | "mailFrom" | "rcptTo" | "data";
/** A refusal with its code, silence for ever, or the connection cut. */
export type Answer = { code: number; says: string } | "silence" | "cut";

export interface SmtpSink {
  port: number;
  /** Every message whose last dot came, however it was answered. */
  mails: { raw: string; mail: Email; to: string[]; from: string; encrypted: boolean }[];
  /** What each step answers from now on; a step that is absent goes well. */
  script: Partial<Record<Step, Answer>>;
  /** What single recipients are answered, before the script is asked. */
  recipients: Record<string, Answer>;
  /** Sessions begun so far. */
  sessions: number;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startSmtpSink(options: SMTPServerOptions = {}): Promise<SmtpSink> {
  const sink: SmtpSink = {
    port: 0,
    mails: [],
    script: {},
    recipients: {},
    sessions: 0,
    async [Symbol.asyncDispose]() {
      for (const connection of server.connections) connection._socket.destroy();
      await new Promise<void>((resolve) => server.close(resolve));
    },
  };
  const answer = (step: Step, well: (error?: Error) => void, scripted = sink.script[step]): void => {
    if (scripted === "silence") return;
    if (scripted === "cut") for (const connection of server.connections) connection._socket.destroy();
    else if (scripted === undefined) well();
    else well(Object.assign(new Error(scripted.says), { responseCode: scripted.code }));
  };
  const server = new SMTPServer({
    logger: false,
    disabledCommands: ["AUTH"],
    disableReverseLookup: true,
    closeTimeout: 10,
    ...options,
    onConnect(_session, callback) {
      sink.sessions += 1;
      answer("connect", callback);
    },
    onAuth: (auth, _session, callback) =>
      answer("auth", (error) => callback(error ?? null, error ? undefined : { user: auth.username })),
    onMailFrom: (_address, _session, callback) => answer("mailFrom", callback),
    onRcptTo: ({ address }, _session, callback) => answer("rcptTo", callback, sink.recipients[address]),
    onData(stream, { envelope, secure }, callback) {
      const take = async () => {
        const raw = await text(stream);
        const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        sink.mails.push({ raw, mail: await PostalMime.parse(raw), to, from, encrypted: secure });
        answer("data", callback);
      };
      // A message that is cut off in its middle is the client's end, not a mail.
      take().catch(() => {});
    },
  });
  // A client that cuts its connection is part of the script, not a fault of the server.
  server.on("error", () => {});
  await once(server.listen(0, "127.0.0.1"), "listening");
  sink.port = (server.server.address() as AddressInfo).port;
  return sink;
}
