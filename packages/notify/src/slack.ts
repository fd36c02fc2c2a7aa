/**
 * Slack: one message through an incoming webhook.
 *
 * Only the text `ok` means that it was taken: a webhook of a deleted team answers 200 as well. That `ok` is all there
 * is: an incoming webhook never tells the `ts` of a message, so a later one cannot answer it in a thread
 * (https://github.com/slackapi/node-slack-sdk/issues/1648). Messages of one incident carry its number instead.
 */
import { IncomingWebhook } from "@slack/webhook";
import type { ChannelOf } from "@statusquo/core";
import type { FarEnd, Surroundings } from "./channel.ts";
import { addressProblem, httpEnd, type Meaning, usualMeaning } from "./http-end.ts";
import { type SlackPayload, slackPayload, slackPlainPayload } from "./slack-blocks.ts";

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

/** Why nothing can ever leave by this channel as it is defined; null when nothing speaks against it. */
export function slackProblem({ webhook }: ChannelOf<"slack">): string | null {
  return addressProblem("webhook", webhook);
}

/** @param channel its `webhook` resolved, and without a `slackProblem` */
export function slackFarEnd({ webhook }: ChannelOf<"slack">, surroundings: Surroundings): FarEnd {
  const end = httpEnd(webhook, [], surroundings);
  // The library's own deadline would be a second one; without, it has none, and the end's holds.
  const post = (payload: SlackPayload) => end.postBy((fetch) => new IncomingWebhook(webhook, { fetch }).send(payload));
  return {
    async send({ message }) {
      const resting = end.resting();
      if (resting !== null) return resting;
      let answer = await post(slackPayload(message));
      // Slack did not like the blocks: the words alone are better than nothing.
      if (answer.kind === "answer" && answer.status === 400 && !GONE.has(answer.body))
        answer = await post(slackPlainPayload(message));
      return end.resultOf(answer, meaningOf);
    },
    close: () => end.close(),
  };
}

function meaningOf(status: number, body: string): Meaning {
  if (status === 200 && body === "ok") return { kind: "delivered", said: "ok" };
  return { kind: GONE.has(body) ? "refused" : usualMeaning(status) };
}
