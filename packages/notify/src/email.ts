/**
 * Mail: one message to one recipient over SMTP.
 *
 * A notification has one Message-ID for ever. Where the far end falls silent after the last dot nobody can know
 * whether it took the mail, so it is sent again, and the reader's server can tell that it is the same.
 */
import { createHash } from "node:crypto";
import { type Channel, type DeliveryResult, notificationKey, type OutboxRow } from "@statusquo/core";
import nodemailer from "nodemailer";
import addressparser from "nodemailer/lib/addressparser";
import { CLOSED, type FarEnd, HELD_MS, type Surroundings } from "./channel.ts";
import { inertLine } from "./inert.ts";
import { mailHtml } from "./mail-html.ts";
import { mailText } from "./mail-text.ts";
import { composeMessage } from "./message.ts";
import { type Sayer, sayerWithout } from "./secrets.ts";
import { parseSmtpAddress, type SmtpAddress } from "./smtp-address.ts";

type EmailChannel = Extract<Channel, { kind: "email" }>;

/** Why no mail can ever leave by this channel as it is defined; null when nothing speaks against it. */
export function emailProblem(channel: EmailChannel): string | null {
  const smtp = parseSmtpAddress(channel.smtp);
  if (typeof smtp === "string") return smtp;
  return senderOf(channel.from) === null ? "from must be one address, as a@example.com or Name <a@example.com>" : null;
}

/** @param channel its `smtp` resolved, and without an `emailProblem` */
export function emailFarEnd(channel: EmailChannel, { mailDeadlineMs }: Surroundings): FarEnd {
  const smtp = parseSmtpAddress(channel.smtp);
  const from = senderOf(channel.from);
  if (typeof smtp === "string" || from === null)
    throw new TypeError(`channel "${channel.id}": ${emailProblem(channel)}`);
  const say = sayerWithout(secretsOf(channel.smtp, smtp));
  const transport = nodemailer.createTransport({
    host: smtp.host,
    port: smtp.port,
    secure: smtp.encryption === "tls",
    requireTLS: smtp.encryption === "starttls",
    ignoreTLS: smtp.encryption === "none",
    ...(smtp.auth === null ? {} : { auth: smtp.auth }),
    // Each wait alone may take the whole deadline; the signal below ends their sum.
    connectionTimeout: mailDeadlineMs,
    greetingTimeout: mailDeadlineMs,
    socketTimeout: mailDeadlineMs,
    dnsTimeout: mailDeadlineMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const closing = new AbortController();
  return {
    async send(row) {
      if (!isAddress(row.recipient))
        return { kind: "refused", said: say(`"${row.recipient}" is not one mail address`) };
      const deadline = AbortSignal.timeout(mailDeadlineMs);
      const signal = AbortSignal.any([deadline, closing.signal]);
      try {
        const info = await transport.sendMail({ ...mailOf(row, from), signal });
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

/** The mail of a row, the same each time it is made. */
function mailOf(row: OutboxRow, from: { name: string; address: string }) {
  const message = composeMessage(row);
  const messageId = messageIdOf(row.key);
  const first = messageIdOf(notificationKey(row.incident, 1, row.channel, row.recipient));
  return {
    from,
    to: { name: "", address: row.recipient },
    envelope: { from: from.address, to: [row.recipient] },
    subject: message.subject,
    date: new Date(row.createdAt),
    messageId,
    ...(messageId === first ? {} : { inReplyTo: first, references: first }),
    headers: {
      "Auto-Submitted": "auto-generated",
      "X-Statusquo-Key": { prepared: false, value: inertLine(row.key, 300) },
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
  // Nothing is wrong with the message: once the setting is mended the same row goes out.
  if (code === "EAUTH" || code === "ENOAUTH")
    return { kind: "retry", said: say(`${place} did not take user and password${answer}`), afterMs: HELD_MS };
  if (code === "ETLS" || isCertificateFault(originalCode))
    return {
      kind: "retry",
      said: say(`${place}: no encrypted connection (${originalCode ?? "STARTTLS"}); nothing is sent in the clear`),
      afterMs: HELD_MS,
    };
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
