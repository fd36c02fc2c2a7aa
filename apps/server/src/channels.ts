/** Channels with their secrets: references are resolved here, by the process that tells people, and nowhere else. */
import { type Channel, StatusquoError } from "@statusquo/core";
import type { ResolvedChannel } from "@statusquo/notify";
import { type Environment, fillReferences, findReferences, resolveReferences } from "@statusquo/probe";

/** @throws StatusquoError "reference_unresolved" naming channel and reference */
export async function resolveChannels(channels: readonly Channel[], env: Environment): Promise<ResolvedChannel[]> {
  return Promise.all(
    channels.map(async (channel): Promise<ResolvedChannel> => {
      const fill = async (text: string) => {
        const { values, problems } = await resolveReferences(findReferences(text), env);
        if (problems[0])
          throw new StatusquoError("reference_unresolved", `channel "${channel.id}": ${problems[0].message}`);
        return fillReferences(text, values);
      };
      if (channel.kind === "slack") return { ...channel, webhook: await fill(channel.webhook) };
      return { ...channel, smtp: await fill(channel.smtp) };
    }),
  );
}
