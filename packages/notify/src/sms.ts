/**
 * SMS: one text to one number over the HTTP interface of Twilio, which other services speak as well.
 *
 * Such a service knows no idempotency key. Where it falls silent the text is sent again, and its incident number says
 * that it is the same.
 */
import type { ChannelOf } from "@statusquo/core";
import type { FarEnd, Surroundings } from "./channel.ts";
import { addressProblem, httpEnd, type Meaning, usualMeaning } from "./http-end.ts";
import { smsText } from "./sms-text.ts";

/** E.164: a plus, a country, at most 15 digits. */
const NUMBER = /^\+[1-9]\d{5,14}$/;
/** A number, a short code, a name of up to 11 characters, or a messaging service. */
const SENDER = /^(?:\+[1-9]\d{5,14}|\d{3,8}|[A-Za-z0-9 &+_-]{1,11}|MG[0-9a-f]{32})$/;

/** Twilio's codes for an account or token that somebody has to mend. */
const ACCOUNT_CODES = new Set([
  10_001, // the account is not active
  20_003, // user or password is wrong
  20_005, // the account is not active
  30_002, // the account is suspended
]);
/** Twilio's codes for "too much at once". */
const BUSY_CODES = new Set([14_107, 20_429, 30_001]);

/** Why nothing can ever leave by this channel as it is defined; null when nothing speaks against it. */
export function smsProblem({ url, account, token, from }: ChannelOf<"sms">): string | null {
  const problem = addressProblem("url", url);
  if (problem !== null) return problem;
  if (account === "" || /[:\p{C}]/u.test(account)) return "account must be one line without a colon";
  if (token === "" || /\p{C}/u.test(token)) return "token must be one line";
  if (!SENDER.test(from)) return 'from must be a number such as "+15005550006", or a sender name of 1 to 11 characters';
  return null;
}

/** @param channel resolved, and without an `smsProblem` */
export function smsFarEnd({ url, account, token, from }: ChannelOf<"sms">, surroundings: Surroundings): FarEnd {
  const credentials = Buffer.from(`${account}:${token}`, "utf8").toString("base64");
  const end = httpEnd(url, [token, credentials], surroundings);
  return {
    async send({ recipient, message, key }) {
      const resting = end.resting();
      if (resting !== null) return resting;
      if (!NUMBER.test(recipient))
        return { kind: "refused", said: "the recipient is not a number such as +15005550006" };
      const sender: Record<string, string> = from.startsWith("MG") ? { MessagingServiceSid: from } : { From: from };
      const form = new URLSearchParams({ To: recipient, ...sender, Body: smsText(message) });
      const headers = {
        authorization: `Basic ${credentials}`,
        "content-type": "application/x-www-form-urlencoded",
        "user-agent": "statusquo",
        "idempotency-key": key.replace(/[^\x21-\x7e]/g, "?"),
      };
      return end.resultOf(await end.post(headers, form.toString()), meaningOf);
    },
    close: () => end.close(),
  };
}

function meaningOf(status: number, body: string): Meaning {
  const { sid, state, code, message } = read(body);
  if (status === 200 || status === 201) {
    // Whoever takes a text says under which name; a page of a proxy's does not.
    if (sid === null) return { kind: "later", said: `answered ${status} without a message sid: ${body}` };
    return { kind: "delivered", said: `${sid} ${state ?? ""}`.trim() };
  }
  const said = code === null ? undefined : `${status}, code ${code}: ${message ?? ""}`;
  const meaning = (kind: "later" | "refused" | "held") => (said === undefined ? { kind } : { kind, said });
  if (status === 401 || status === 403 || (code !== null && ACCOUNT_CODES.has(code))) return meaning("held");
  if (code !== null && BUSY_CODES.has(code)) return meaning("later");
  return meaning(usualMeaning(status));
}

/** What is wanted of an answer, each part null when it is not there. */
function read(body: string) {
  let answer: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null) answer = parsed as Record<string, unknown>;
  } catch {
    // Not JSON, so not the service.
  }
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  const code = Number(answer.code ?? Number.NaN);
  return {
    sid: text(answer.sid),
    state: text(answer.status),
    code: Number.isInteger(code) ? code : null,
    message: text(answer.message),
  };
}
