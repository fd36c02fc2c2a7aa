/**
 * Slack: one message through an incoming webhook.
 *
 * Only the text `ok` means that it was taken: a webhook of a deleted team answers 200 as well. What Slack asks for in
 * `Retry-After` is kept by the whole channel, so that no other row asks in between.
 */

import { IncomingWebhook } from "@slack/webhook";
import type { Channel, DeliveryResult, EpochMs } from "@statusquo/core";
import { CLOSED, type FarEnd, type Surroundings } from "./channel.ts";
import { composeMessage } from "./message.ts";
import { type Sayer, sayerWithout } from "./secrets.ts";
import { type SlackPayload, slackPayload, slackPlainPayload } from "./slack-blocks.ts";

type SlackChannel = Extract<Channel, { kind: "slack" }>;

/** Slack's answers are a word; whoever answers more is not Slack. */
const ANSWER_MAX = 2_000;
/** A provider that asks for more than this is broken, not busy. */
const LONGEST_QUIET_MS = 24 * 3_600_000;

/** Words that say the webhook, its channel or its team is gone: no later attempt can end otherwise. */
const GONE = new Set([
  "action_prohibited",
  "channel_is_archived",
  "channel_not_found",
  "invalid_token",
  "no_active_hooks",
  "no_service",
  "no_service_id",
  "no_team",
  "posting_to_general_channel_denied",
  "team_disabled",
  "token_revoked",
  "user_not_found",
]);

/** What came back: an answer, or why there was none. */
type Answer =
  | { kind: "answer"; status: number; body: string; retryAfter: string | null }
  | { kind: "silence"; why: string };

/** Why nothing can ever leave by this channel as it is defined; null when nothing speaks against it. */
export function slackProblem(channel: SlackChannel): string | null {
  const url = URL.parse(channel.webhook);
  if (url !== null && (url.protocol === "https:" || url.protocol === "http:")) return null;
  return "webhook must be an http(s) URL as Slack shows it; what its reference resolves to is not one";
}

/** @param channel its `webhook` resolved, and without a `slackProblem` */
export function slackFarEnd(channel: SlackChannel, { now, fetch, slackTimeoutMs }: Surroundings): FarEnd {
  const url = new URL(channel.webhook);
  const say = sayerWithout(secretsOf(url, channel.webhook));
  const closing = new AbortController();
  let quietUntil: EpochMs = Number.NEGATIVE_INFINITY;

  async function post(payload: SlackPayload): Promise<Answer> {
    let answer: Answer = { kind: "silence", why: "no answer" };
    const webhook = new IncomingWebhook(channel.webhook, {
      timeout: slackTimeoutMs,
      // The library drops headers and reads bodies of any size, so the answer is taken here, before it sees it.
      fetch: async (target, init) => {
        const ends = [closing.signal, ...(init?.signal ? [init.signal] : [])];
        const response = await fetch(target, { ...init, redirect: "manual", signal: AbortSignal.any(ends) });
        const body = await readStart(response);
        answer = { kind: "answer", status: response.status, body, retryAfter: response.headers.get("retry-after") };
        return new Response(body === "" ? null : body, { status: response.status });
      },
    });
    try {
      await webhook.send(payload);
    } catch (error) {
      if (answer.kind === "silence") return { kind: "silence", why: whyOf(error, slackTimeoutMs) };
    }
    return answer;
  }

  return {
    async send(row) {
      const quietMs = quietUntil - now();
      if (quietMs > 0) return { kind: "retry", said: `waiting: ${url.host} asked for quiet`, afterMs: quietMs };
      const message = composeMessage(row);
      let answer = await post(slackPayload(message));
      // Slack did not like the blocks: the words alone are better than nothing.
      if (answer.kind === "answer" && answer.status === 400 && !GONE.has(answer.body))
        answer = await post(slackPlainPayload(message));
      if (closing.signal.aborted && answer.kind === "silence") return { kind: "retry", said: CLOSED };
      const result = readAnswer(answer, url.host, now(), say);
      if (result.kind === "retry" && result.afterMs !== undefined) quietUntil = now() + result.afterMs;
      return result;
    },
    close: () => closing.abort(),
  };
}

function readAnswer(answer: Answer, host: string, now: EpochMs, say: Sayer): DeliveryResult {
  if (answer.kind === "silence") return { kind: "retry", said: say(`${host}: ${answer.why}`) };
  const { status, body, retryAfter } = answer;
  const said = say(`${host} said ${status} ${body}`);
  if (status === 200 && body === "ok") return { kind: "delivered", said: "ok" };
  const afterMs = quietOf(retryAfter, now);
  const later = { kind: "retry", said, ...(afterMs === null ? {} : { afterMs }) } as const;
  if (GONE.has(body)) return { kind: "refused", said };
  // A 200 that is not Slack's, or a redirect for the time being, is somebody between us and Slack.
  if (status < 400) return status === 301 || status === 308 ? { kind: "refused", said } : later;
  return status >= 500 || status === 408 || status === 425 || status === 429 ? later : { kind: "refused", said };
}

/** `Retry-After` in ms, as seconds or as a date; null when there is none that can be read. */
function quietOf(retryAfter: string | null, now: EpochMs): number | null {
  if (retryAfter === null) return null;
  const ms = /^\d+$/.test(retryAfter.trim()) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_QUIET_MS);
}

async function readStart(response: Response): Promise<string> {
  let text = "";
  if (response.body === null) return text;
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    // Leaving the loop cancels the rest of the body.
    if (text.length > ANSWER_MAX) break;
  }
  return text.slice(0, ANSWER_MAX).trim();
}

/** The cause by its code alone: messages of network errors repeat the URL, which is the secret. */
function whyOf(error: unknown, timeoutMs: number): string {
  for (let cause = error; cause instanceof Error; cause = originOf(cause)) {
    if (cause.name === "TimeoutError") return `no answer within ${timeoutMs / 1_000} s`;
    const code: unknown = (cause as { code?: unknown }).code;
    if (typeof code === "string" && /^(E[A-Z]|UND_|CERT|ERR_|DEPTH|UNABLE|SELF)/.test(code))
      return `no connection (${code})`;
  }
  return "no connection";
}

const originOf = (error: Error): unknown => (error as { original?: unknown }).original ?? error.cause;

function secretsOf({ pathname, search }: URL, webhook: string): string[] {
  // Every part of the path that looks like a token, in case an answer repeats only that.
  return [webhook, pathname + search, pathname, ...pathname.split("/").filter((part) => part.length >= 8)];
}
