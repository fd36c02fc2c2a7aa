/**
 * The test of a channel: one message that says it is a test, to every recipient, past outbox, filters and pace.
 */
import { type Channel, type DeliveryResult, recipientsOf } from "@statusquo/core";
import { createNotifier } from "@statusquo/notify";
import { type Environment, guardedDial, guardedFetch } from "@statusquo/probe";
import { ALLOW_PRIVATE, resolveChannel } from "./channels.ts";

/** How one recipient's test ended. */
export interface RecipientTest {
  recipient: string;
  result: DeliveryResult["kind"];
  /** What the provider said, without secrets. */
  said: string;
  /** From the first byte to the provider's last word, ms. */
  ms: number;
}

export interface TestSettings {
  env: Environment;
  now: () => number;
  publicUrl: string | null;
  /** A sentence that says what for; none is needed. */
  note?: string;
}

/** What sends the messages of a process: every connection passes the guard. */
export const outbound = {
  fetch: guardedFetch({ allowPrivate: ALLOW_PRIVATE }),
  dial: guardedDial({ allowPrivate: ALLOW_PRIVATE }),
};

/**
 * Sends the test, one recipient after the other. A deployment may ask for it as often as it likes: nothing is stored.
 *
 * @throws StatusquoError "reference_unresolved" naming channel and reference
 */
export async function testChannel(
  channel: Channel,
  { env, now, publicUrl, note }: TestSettings,
): Promise<RecipientTest[]> {
  const notifier = createNotifier([await resolveChannel(channel, env)], { now, ...outbound });
  try {
    const tests: RecipientTest[] = [];
    for (const recipient of recipientsOf(channel)) {
      const at = now();
      const begun = performance.now();
      const key = `test-${at}.${channel.id}.${recipient}`;
      const { kind, said } = await notifier.test({
        key,
        channel: channel.id,
        recipient,
        at,
        publicUrl,
        ...(note !== undefined && { note }),
      });
      tests.push({ recipient, result: kind, said, ms: Math.round(performance.now() - begun) });
    }
    return tests;
  } finally {
    notifier.close();
  }
}
