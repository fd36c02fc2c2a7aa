/**
 * The far ends of the demo's channels: an incoming webhook as Slack has them, and an SMTP server. Both are on loopback,
 * keep what they receive, and pass nothing on.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";
import { asksForLoopback, type Listening, listenOnLoopback, readBody } from "./loopback.ts";
import type { Received } from "./received.ts";

/** Where the Slack sink listens for posts; anything else is 404, as at Slack. */
export const SLACK_HOOK_PATH = "/services/demo";

const MAX_SLACK_BYTES = 128 * 1024;
const MAX_MAIL_BYTES = 1024 * 1024;

/**
 * Answers as Slack does: `ok`, or 400 with `invalid_payload` or `no_text`.
 *
 * @returns `url` is the webhook's
 */
export async function startSlackSink(received: Received, clock: { now(): number }): Promise<Listening> {
  const server = createServer(async (request, response) => {
    const say = (status: number, text: string) =>
      response.writeHead(status, { "content-type": "text/plain" }).end(text);
    try {
      if (!asksForLoopback(request)) return say(421, "misdirected");
      if (request.url !== SLACK_HOOK_PATH) return say(404, "no_service");
      if (request.method !== "POST") return say(405, "method_not_allowed");
      const body = await readBody(request, MAX_SLACK_BYTES);
      if (!body) return say(413, "payload_too_large");
      const raw = body.toString("utf8");
      const fault = payloadFault(raw);
      if (fault) return say(400, fault);
      const headers: [string, string][] = [];
      for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
        headers.push([request.rawHeaders[at]!, request.rawHeaders[at + 1]!]);
      }
      received.add({ kind: "slack", receivedAt: clock.now(), path: request.url, headers, raw });
      return say(200, "ok");
    } catch {
      // The sender went away in the middle of its message: there is nobody to answer.
      return response.destroy();
    }
  });
  const { url, close } = await listenOnLoopback(server, 0);
  return { url: `${url}${SLACK_HOOK_PATH}`, close };
}

function payloadFault(raw: string): "invalid_payload" | "no_text" | null {
  let payload: unknown;
  try {
    payload = JSON.parse(raw);
  } catch {
    return "invalid_payload";
  }
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return "invalid_payload";
  return ["text", "blocks", "attachments"].some((part) => part in payload) ? null : "no_text";
}

/**
 * Takes every mail, without a login and without TLS: it never leaves the machine.
 *
 * @returns `url` is `smtp://127.0.0.1:<port>`
 */
export async function startMailSink(received: Received, clock: { now(): number }): Promise<Listening> {
  const server = new SMTPServer({
    banner: "Statusquo demo",
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    size: MAX_MAIL_BYTES,
    logger: false,
    closeTimeout: 100,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => {
        if (!stream.sizeExceeded) chunks.push(chunk);
      });
      stream.on("end", async () => {
        if (stream.sizeExceeded) {
          return done(Object.assign(new Error(`A mail has at most ${MAX_MAIL_BYTES} bytes`), { responseCode: 552 }));
        }
        const raw = Buffer.concat(chunks);
        const mail = await PostalMime.parse(raw, { maxNestingDepth: 20 }).catch(() => null);
        const { mailFrom, rcptTo } = session.envelope;
        received.add({
          kind: "mail",
          receivedAt: clock.now(),
          from: mailFrom ? mailFrom.address : "",
          to: rcptTo.map(({ address }) => address),
          raw: raw.toString("utf8"),
          mail,
        });
        done(null, "kept by the demo");
      });
    },
  });
  // A connection that breaks off is its client's affair; without a listener it would end the process.
  server.on("error", () => {});
  const listener = server.listen(0, "127.0.0.1");
  await once(listener, "listening");
  return {
    url: `smtp://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
