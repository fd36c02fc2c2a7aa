/** Channels with their secrets: references are resolved here, by the process that tells people, and nowhere else. */
import { type Channel, StatusquoError } from "@statusquo/core";
import { channelHost, channelProblem, type ResolvedChannel } from "@statusquo/notify";
import { type Environment, fillReferences, findReferences, literalRefusal, resolveReferences } from "@statusquo/probe";

/** @throws StatusquoError "reference_unresolved" naming channel and reference */
export async function resolveChannels(channels: readonly Channel[], env: Environment): Promise<ResolvedChannel[]> {
  return Promise.all(channels.map((channel) => resolveChannel(channel, env)));
}

/** As `resolveChannels`, one of them: every text of a channel's kind may hold references. */
export async function resolveChannel(channel: Channel, env: Environment): Promise<ResolvedChannel> {
  const fill = async (value: unknown): Promise<unknown> => {
    if (typeof value === "string") {
      const { values, problems } = await resolveReferences(findReferences(value), env);
      if (problems[0])
        throw new StatusquoError("reference_unresolved", `channel "${channel.id}": ${problems[0].message}`);
      return fillReferences(value, values);
    }
    if (Array.isArray(value)) return Promise.all(value.map(fill));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(async ([key, item]) => [key, await fill(item)] as const);
    return Object.fromEntries(await Promise.all(entries));
  };
  const { id, kind, filter, source, ...reach } = channel;
  return { id, kind, filter, source, ...((await fill(reach)) as object) } as ResolvedChannel;
}

/**
 * Why nothing can ever leave by this channel, in one sentence without its secrets; null if it can. Names are not looked
 * up: what they lead to is guarded when they are dialled.
 */
export function unusableBecause(channel: ResolvedChannel): string | null {
  const problem = channelProblem(channel);
  if (problem !== null) return problem;
  const host = channelHost(channel);
  const refusal = host === null ? null : literalRefusal(host.replace(/\.$/, ""), ALLOW_PRIVATE);
  return refusal;
}

/** People run relays of their own. Link-local and metadata addresses stay refused. */
export const ALLOW_PRIVATE = true;
