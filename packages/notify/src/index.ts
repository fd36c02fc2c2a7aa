/** Saying it: words for what happened, and the ways to tell them. */
export {
  type ChannelNotifier,
  channelHost,
  channelProblem,
  createNotifier,
  type NotifierOptions,
  type ResolvedChannel,
} from "./notifier.ts";
