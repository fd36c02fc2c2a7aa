/**
 * Webhook: one JSON document to an address of the reader's own, signed, with a key that never changes.
 *
 * Any 2xx is taken for delivered; nothing in the answer is needed. The document is described in docs/configuration.md.
 */
import { createHmac } from "node:crypto";
import type { ChannelOf } from "@statusquo/core";
import type { FarEnd, Surroundings } from "./channel.ts";
import { addressProblem, httpEnd, type Meaning, usualMeaning } from "./http-end.ts";

/** Shorter ones can be guessed from one signed message. */
const SHORTEST_SECRET = 16;
/** What we set ourselves. */
const OWN_HEADERS = new Set(["content-type", "idempotency-key", "statusquo-signature", "user-agent"]);

/** Why nothing can ever leave by this channel as it is defined; null when nothing speaks against it. */
export function webhookProblem({ url, secret, headers }: ChannelOf<"webhook">): string | null {
  const problem = addressProblem("url", url);
  if (problem !== null) return problem;
  if (secret.length < SHORTEST_SECRET)
    return `secret must have at least ${SHORTEST_SECRET} characters; what its reference resolves to has ${secret.length}`;
  const own = Object.keys(headers).find((name) => OWN_HEADERS.has(name));
  if (own !== undefined) return `headers must not hold ${own}, which is set for each message`;
  const unsendable = Object.entries(headers).find(([, value]) => !/^[\t\x20-\x7e\x80-\xff]*$/.test(value));
  return unsendable === undefined ? null : `headers: what ${unsendable[0]} resolves to cannot be sent in a header`;
}

/** @param channel resolved, and without a `webhookProblem` */
export function webhookFarEnd({ url, secret, headers }: ChannelOf<"webhook">, surroundings: Surroundings): FarEnd {
  const end = httpEnd(url, [secret, ...Object.values(headers)], surroundings);
  return {
    async send({ key, document }) {
      const resting = end.resting();
      if (resting !== null) return resting;
      const body = JSON.stringify(document);
      const signed = {
        ...headers,
        "content-type": "application/json",
        "user-agent": "statusquo",
        "idempotency-key": key.replace(/[^\x21-\x7e]/g, "?"),
        "statusquo-signature": signatureOf(body, secret, surroundings.now()),
      };
      return end.resultOf(await end.post(signed, body), meaningOf);
    },
    close: () => end.close(),
  };
}

/**
 * `t=<seconds>,v1=<hex>`: HMAC-SHA256 with the secret over `<seconds>.<body>`, so that neither the body nor the time of
 * sending can be exchanged.
 */
export function signatureOf(body: string, secret: string, now: number): string {
  const seconds = Math.floor(now / 1_000);
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}

function meaningOf(status: number): Meaning {
  if (status >= 200 && status < 300) return { kind: "delivered", said: String(status) };
  // Who answers so knows the address and not the sender, or lost the address in a deploy: both can be mended.
  if (status === 401 || status === 403 || status === 404) return { kind: "held" };
  return { kind: usualMeaning(status) };
}
