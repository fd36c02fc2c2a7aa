/**
 * Serves the outbox page on loopback: `/` (with `?m=<id>&view=<name>`), its list, a mail's HTML in a box of its own,
 * and `/messages.json` for programs. It only reads.
 */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { asksForLoopback, type Listening, listenOnLoopback } from "./loopback.ts";
import { mailDocument, outboxList, outboxPage } from "./outbox-page.ts";
import type { Received, ReceivedMessage } from "./received.ts";

export interface OutboxOptions {
  received: Received;
  /** Shown while nothing has come: the command that leads to a first message. */
  faultCommand: string;
  port: number;
}

const PAGE_POLICY = (nonce: string) =>
  `default-src 'none'; style-src 'nonce-${nonce}'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'`;
// A mail brings inline styles. It has no origin, runs nothing, loads nothing; its links may open a tab.
const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox";

export async function startOutbox({ received, faultCommand, port }: OutboxOptions): Promise<Listening> {
  const server = createServer((request, response) => {
    const send = (status: number, type: string, text: string, policy = "default-src 'none'") =>
      response
        .writeHead(status, {
          "content-type": `${type}; charset=utf-8`,
          "content-security-policy": policy,
          "x-content-type-options": "nosniff",
          "referrer-policy": "no-referrer",
          "cache-control": "no-store",
        })
        .end(text);

    if (!asksForLoopback(request))
      return send(421, "text/plain", "This page answers to 127.0.0.1 and localhost only.\n");
    if (request.method !== "GET" && request.method !== "HEAD")
      return send(405, "text/plain", "This page only reads.\n");

    const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
    const asked = new URLSearchParams(query);
    const nonce = randomBytes(16).toString("base64url");
    const messages = received.newestFirst();
    if (path === "/") {
      const selected = received.find(Number(asked.get("m"))) ?? messages[0] ?? null;
      const page = outboxPage({ selected, view: asked.get("view") ?? "", faultCommand, nonce });
      return send(200, "text/html", page, PAGE_POLICY(nonce));
    }
    if (path === "/list") {
      return send(200, "text/html", outboxList(messages, Number(asked.get("m")), nonce), PAGE_POLICY(nonce));
    }
    if (path === "/messages.json") return send(200, "application/json", JSON.stringify(messages.map(forPrograms)));
    const mail = received.find(Number(/^\/mail\/(\d+)\/html$/.exec(path)?.[1]));
    if (mail?.kind === "mail" && mail.mail?.html) {
      return send(200, "text/html", mailDocument(mail.mail.html), MAIL_POLICY);
    }
    return send(404, "text/plain", `Nothing is at ${path}.\n`);
  });
  return listenOnLoopback(server, port);
}

function forPrograms(message: ReceivedMessage) {
  const receivedAt = new Date(message.receivedAt).toISOString();
  if (message.kind === "slack") return { ...message, receivedAt };
  const { mail, ...rest } = message;
  return { ...rest, receivedAt, subject: mail?.subject ?? null, text: mail?.text ?? null, html: mail?.html ?? null };
}
