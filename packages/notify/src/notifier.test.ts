import type { AlertFacts } from "@statusquo/core";
import { expect, test } from "vitest";
import { channelProblem, type ResolvedChannel } from "./notifier.ts";
import { bundleAbout, conflictFacts } from "./testing/facts.ts";
import { answer, startHttpSink } from "./testing/http-sink.ts";
import { notifierFor, PLAIN } from "./testing/notifier.ts";

const email = (change: Partial<Extract<ResolvedChannel, { kind: "email" }>>): ResolvedChannel => ({
  id: "team",
  kind: "email",
  to: ["oncall@example.com"],
  from: "statusquo@example.com",
  smtp: "smtp://127.0.0.1:9",
  ...PLAIN,
  ...change,
});

test("a channel nobody defines any more refuses", async () => {
  const notifier = notifierFor([]);
  expect(await notifier.deliver(bundleAbout(conflictFacts(), "gone"))).toEqual({
    kind: "refused",
    said: 'no channel "gone" is defined',
  });
});

test("a channel that cannot work says why, without its secret, and leaves the others alone", async () => {
  await using sink = await startHttpSink(answer(200, "ok"));
  const broken = email({ smtp: "me:hunter2" });
  const notifier = notifierFor([broken, { id: "oncall", kind: "slack", webhook: `${sink.url}/services/x`, ...PLAIN }]);
  const refused = await notifier.deliver(bundleAbout(conflictFacts()));
  expect(refused).toMatchObject({ kind: "refused", said: expect.stringContaining('channel "team": smtp must be') });
  expect(refused.said).not.toContain("hunter2");
  expect(await notifier.deliver(bundleAbout(conflictFacts(), "oncall"))).toMatchObject({ kind: "delivered" });
});

test("what is wrong with a channel is known before anything is sent", () => {
  expect(channelProblem(email({}))).toBe(null);
  expect(channelProblem(email({ from: "Ops <ops@example.com>" }))).toBe(null);
  for (const from of [
    "",
    "ops",
    "a@example.com, b@example.com",
    "ops: a@example.com;",
    "x <a@example.com\r\nBcc: b@c>",
  ])
    expect(channelProblem(email({ from }))).toMatch(/^from must be one address/);
  const slack = { id: "oncall", kind: "slack", ...PLAIN } as const;
  expect(channelProblem({ ...slack, webhook: "https://hooks.slack.com/services/x" })).toBe(null);
  expect(channelProblem({ ...slack, webhook: "hooks.slack.com/services/x" })).toMatch(/^webhook must be/);
});

test("facts that cannot be worded are a result, not an exception", async () => {
  await using sink = await startHttpSink(answer(200, "ok"));
  const notifier = notifierFor([{ id: "oncall", kind: "slack", webhook: sink.url, ...PLAIN }]);
  const facts = { ...conflictFacts(), scope: null } as unknown as AlertFacts;
  expect(await notifier.deliver(bundleAbout(facts, "oncall"))).toEqual({
    kind: "refused",
    said: "the message could not be made (TypeError)",
  });
  expect(sink.requests).toEqual([]);
});
