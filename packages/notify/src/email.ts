/**
 * Mail: one message to one recipient over SMTP.
 *
 * A notification has one Message-ID for ever. Where the far end falls silent after the last dot nobody can know
 * whether it took the mail, so it is sent again, and the reader's server can tell that it is the same.
 */
import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { type ChannelOf, type DeliveryResult, StatusquoError } from "@statusquo/core";
import nodemailer from "nodemailer";
import addressparser from "nodemailer/lib/addressparser";
import { CLOSED, type FarEnd, heldUntilMended, type Surroundings } from "./channel.ts";
import { inertLine } from "./inert.ts";
import type { Letter } from "./letter.ts";
import { mailHtml } from "./mail-html.ts";
import { mailText } from "./mail-text.ts";
import { type Sayer, sayerWithout } from "./secrets.ts";
import { parseSmtpAddress, type SmtpAddress } from "./smtp-address.ts";

type EmailChannel = ChannelOf<"email">;

/** Why no mail can ever leave by this channel as it is defined; null when nothing speaks against it. */
export function emailProblem(channel: EmailChannel): string | null {
  const smtp = parseSmtpAddress(channel.smtp);
  if (typeof smtp === "string") return smtp;
  return senderOf(channel.from) === null ? "from must be one address, as a@example.com or Name <a@example.com>" : null;
}

/** @param channel its `smtp` resolved, and without an `emailProblem` */
export function emailFarEnd(channel: EmailChannel, { mailDeadlineMs, dial }: Surroundings): FarEnd {
  const smtp = parseSmtpAddress(channel.smtp);
  const from = senderOf(channel.from);
  if (typeof smtp === "string" || from === null)
    throw new TypeError(`channel "${channel.id}": ${emailProblem(channel)}`);
  const say = sayerWithout(secretsOf(channel.smtp, smtp));
  const closing = new AbortController();
  const transport = nodemailer.createTransport({
    host: smtp.host,
    port: smtp.port,
    secure: smtp.encryption === "tls",
    requireTLS: smtp.encryption === "starttls",
    ignoreTLS: smtp.encryption === "none",
    ...(smtp.auth === null ? {} : { auth: smtp.auth }),
    // The deadline below ends everything, so that none of the library's own waits comes before it.
    connectionTimeout: 2 * mailDeadlineMs,
    greetingTimeout: 2 * mailDeadlineMs,
    socketTimeout: 2 * mailDeadlineMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    // Names are looked up and addresses guarded where this is wired, not by the library.
    getSocket(_options: unknown, done: (error: Error | null, socket?: { connection: Socket }) => void) {
      const signal = AbortSignal.any([AbortSignal.timeout(mailDeadlineMs), closing.signal]);
      dial(smtp.host, smtp.port, signal).then(
        (connection) => done(null, { connection }),
        (error) => done(error as Error),
      );
    },
  });
  return {
    async send(letter) {
      const { recipient } = letter;
      if (!isAddress(recipient)) return { kind: "refused", said: say(`"${recipient}" is not one mail address`) };
      const deadline = AbortSignal.timeout(mailDeadlineMs);
      const signal = AbortSignal.any([deadline, closing.signal]);
      try {
        const info = await transport.sendMail({ ...mailOf(letter, from), signal });
        if (info.rejected.length > 0)
          return { kind: "refused", said: say(`${smtp.place} rejected the recipient: ${info.response}`) };
        return { kind: "delivered", said: say(info.response) };
      } catch (error) {
        if (closing.signal.aborted) return { kind: "retry", said: CLOSED };
        if (deadline.aborted)
          return { kind: "retry", said: say(`${smtp.place}: not done after ${mailDeadlineMs / 1_000} s`) };
        return readFailure(error, smtp, say);
      }
    },
    close() {
      closing.abort();
      transport.close();
    },
  };
}

/** The mail of a letter, the same each time it is made. */
function mailOf({ key, recipient, writtenAt, answers, message }: Letter, from: { name: string; address: string }) {
  const answered = answers === null ? null : messageIdOf(answers);
  return {
    from,
    to: { name: "", address: recipient },
    envelope: { from: from.address, to: [recipient] },
    subject: message.subject,
    date: new Date(writtenAt),
    messageId: messageIdOf(key),
    ...(answered === null ? {} : { inReplyTo: answered, references: answered }),
    headers: {
      "Auto-Submitted": "auto-generated",
      "X-Statusquo-Key": { prepared: false, value: inertLine(key, 300) },
    },
    text: mailText(message),
    html: mailHtml(message),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** A key may hold any address; a Message-ID may not, so it carries a hash. */
function messageIdOf(key: string): string {
  return `<${createHash("sha256").update(key).digest("hex").slice(0, 40)}@statusquo>`;
}

/** What nodemailer puts on its errors, as far as it decides about another attempt. */
interface MailFailure {
  code?: string;
  originalCode?: string;
  response?: string;
  responseCode?: number;
  permanent?: boolean;
}

function readFailure(error: unknown, { place }: SmtpAddress, say: Sayer): DeliveryResult {
  const { code, originalCode, response, permanent } = error as MailFailure;
  const answer = response === undefined ? "" : `: ${response}`;
  // Nothing is wrong with the message: once the setting is mended the same letter goes out.
  if (error instanceof StatusquoError && error.code === "address_blocked")
    return heldUntilMended(say(`${place}: ${error.message}`));
  if (code === "EAUTH" || code === "ENOAUTH")
    return heldUntilMended(say(`${place} did not take user and password${answer}`));
  if (code === "ETLS" || isCertificateFault(originalCode)) {
    const why = originalCode ?? "STARTTLS";
    return heldUntilMended(say(`${place}: no encrypted connection (${why}); nothing is sent in the clear`));
  }
  if (response !== undefined) return { kind: permanent === true ? "refused" : "retry", said: say(`${place}${answer}`) };
  if (code === "EENVELOPE" || code === "ECONFIG" || code === "EFILEACCESS" || code === "EURLACCESS")
    return { kind: "refused", said: say(`the mail cannot be sent as it is (${code})`) };
  return { kind: "retry", said: say(`${place}: connection failed (${originalCode ?? code ?? "no reason given"})`) };
}

/** OpenSSL's and Node's words for a certificate that cannot be trusted. */
function isCertificateFault(code: string | undefined): boolean {
  return code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ALTNAME/.test(code);
}

/** One address and nothing else: no name, no list, no group, nothing that could begin another header. */
function isAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s<>()[\]\\,;:@"\p{C}]+@[^\s<>()[\]\\,;:@"\p{C}]+$/u.test(text);
}

function senderOf(from: string): { name: string; address: string } | null {
  // The parser takes line breaks out of an address; a sender that holds one is not what its author meant.
  if (/\p{C}/u.test(from)) return null;
  const [sender, ...others] = addressparser(from);
  if (sender?.address === undefined || others.length > 0 || !isAddress(sender.address)) return null;
  return { name: inertLine(sender.name, 100), address: sender.address };
}

function secretsOf(url: string, { auth }: SmtpAddress): string[] {
  if (auth === null) return [];
  const { user, pass } = auth;
  const sent = [pass, encodeURIComponent(pass), `\0${user}\0${pass}`].flatMap((text) => [text, btoaUtf8(text)]);
  return [url, ...sent];
}

const btoaUtf8 = (text: string) => Buffer.from(text, "utf8").toString("base64");
