/** Saying it: words for what happened, and the ways to tell them. */
export { channelHost, channelProblem, createNotifier, type NotifierOptions, type ResolvedChannel } from "./notifier.ts";
