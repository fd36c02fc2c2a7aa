/**
 * The notifier: one recipient told over one channel, whatever its kind.
 *
 * It never throws: every end of an attempt is a result, and no result repeats a secret.
 */
import type { Channel, ChannelKind, ChannelOf, DeliveryResult, Notifier } from "@statusquo/core";
import type { FarEnd, Surroundings } from "./channel.ts";
import { emailFarEnd, emailProblem } from "./email.ts";
import { hostOf } from "./http-end.ts";
import { type Letter, letterOf, testLetter } from "./letter.ts";
import { slackFarEnd, slackProblem } from "./slack.ts";
import { smsFarEnd, smsProblem } from "./sms.ts";
import { smtpHost } from "./smtp-address.ts";
import { webhookFarEnd, webhookProblem } from "./webhook.ts";

/** A channel whose references are filled: never stored, never logged. */
export type ResolvedChannel = Channel;

/** What a notifier needs from outside; the waits have defaults. */
export type NotifierOptions = Pick<Surroundings, "now" | "fetch" | "dial"> & Partial<Surroundings>;

export interface ChannelNotifier extends Notifier {
  /** Sends one message that says it is a test, to one recipient of one channel, past the outbox. Never throws. */
  test(test: Parameters<typeof testLetter>[0]): Promise<DeliveryResult>;
  /** Ends attempts that are under way; they resolve as `retry`. */
  close(): void;
}

/** How a kind of channel is checked and reached. */
interface Kind<K extends ChannelKind> {
  problem(channel: ChannelOf<K>): string | null;
  /** The host it dials; null when it has none that could be read. */
  host(channel: ChannelOf<K>): string | null;
  farEnd(channel: ChannelOf<K>, surroundings: Surroundings): FarEnd;
}

const KINDS = {
  slack: { problem: slackProblem, host: ({ webhook }) => hostOf(webhook), farEnd: slackFarEnd },
  email: { problem: emailProblem, host: ({ smtp }) => smtpHost(smtp), farEnd: emailFarEnd },
  webhook: { problem: webhookProblem, host: ({ url }) => hostOf(url), farEnd: webhookFarEnd },
  sms: { problem: smsProblem, host: ({ url }) => hostOf(url), farEnd: smsFarEnd },
} satisfies { [K in ChannelKind]: Kind<K> };

// Each entry takes its own kind, which a lookup by `channel.kind` cannot tell the compiler.
const kindOf = (channel: Channel) => KINDS[channel.kind] as unknown as Kind<ChannelKind>;

/** Why nothing can ever leave by this channel as it is resolved, in one sentence without its secrets; null if it can. */
export function channelProblem(channel: ResolvedChannel): string | null {
  return kindOf(channel).problem(channel);
}

/** The host a channel dials, as written, for whoever decides which may be dialled; null when there is none to be read. */
export function channelHost(channel: ResolvedChannel): string | null {
  return kindOf(channel).host(channel);
}

/**
 * A notifier for these channels. Nothing is dialled before the first delivery.
 *
 * A channel with a `channelProblem` refuses every row with that sentence, so that one wrong setting stops neither the
 * server nor the other channels.
 */
export function createNotifier(channels: readonly ResolvedChannel[], options: NotifierOptions): ChannelNotifier {
  const surroundings: Surroundings = { httpTimeoutMs: 10_000, mailDeadlineMs: 30_000, ...options };
  const farEnds = new Map(channels.map((channel) => [channel.id, farEndOf(channel, surroundings)]));
  const send = async (channel: string, write: () => Letter): Promise<DeliveryResult> => {
    const farEnd = farEnds.get(channel);
    if (farEnd === undefined) return { kind: "refused", said: `no channel "${channel}" is defined` };
    try {
      return await farEnd.send(write());
    } catch (error) {
      // Only facts that cannot be worded end here. The message of such an error may quote them, its name does not.
      const name = error instanceof Error ? error.name : typeof error;
      return { kind: "refused", said: `the message could not be made (${name})` };
    }
  };
  return {
    deliver: (bundle) => send(bundle.channel, () => letterOf(bundle)),
    test: (test) => send(test.channel, () => testLetter(test)),
    close() {
      for (const farEnd of farEnds.values()) farEnd.close();
    },
  };
}

function farEndOf(channel: ResolvedChannel, surroundings: Surroundings): FarEnd {
  const problem = channelProblem(channel);
  if (problem === null) return kindOf(channel).farEnd(channel, surroundings);
  return { send: async () => ({ kind: "refused", said: `channel "${channel.id}": ${problem}` }), close() {} };
}
