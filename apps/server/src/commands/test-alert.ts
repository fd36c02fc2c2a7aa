/**
 * `statusquo test-alert CHANNEL`: one message that says it is a test, and what the provider said. Exit 0 when every
 * recipient has it, 1 when one has not, 2 when there is no such channel.
 */
import { nearest } from "@statusquo/core";
import { testChannel } from "../channel-test.ts";
import { loadDefinitions, problemText } from "../definitions/load.ts";
import type { CommandContext } from "./command.ts";

const WORDS = { delivered: "delivered", retry: "NOT NOW", refused: "REFUSED" } as const;

export async function testAlert({ settings, flags, rest, env, print, printError }: CommandContext): Promise<number> {
  const [id] = rest;
  if (settings.config === null || id === undefined) {
    printError(
      "test-alert: name a channel of the definitions, such as: npx statusquo test-alert oncall --config statusquo.yaml",
    );
    return 2;
  }
  const result = await loadDefinitions(settings.config, env);
  if (!result.ok) {
    for (const problem of result.problems) printError(problemText(problem));
    return 1;
  }
  const { channels } = result.loaded;
  const channel = channels.find((each) => each.id === id);
  if (channel === undefined) {
    const known = channels.map((each) => each.id);
    const near = nearest(id, known);
    const hint = near
      ? `did you mean "${near}"?`
      : known.length > 0
        ? `there are ${known.join(", ")}`
        : "there is none";
    printError(`test-alert: no channel "${id}" is defined; ${hint}`);
    return 2;
  }
  const tests = await testChannel(channel, { env, now: Date.now, publicUrl: settings.publicUrl });
  const isWell = tests.every((test) => test.result === "delivered");
  if (flags.json) print(JSON.stringify({ ok: isWell, channel: id, kind: channel.kind, recipients: tests }));
  else
    for (const test of tests)
      print(`${WORDS[test.result].padEnd(9)}  ${channel.kind} ${test.recipient}  ${test.ms} ms  ${test.said}`);
  return isWell ? 0 : 1;
}
