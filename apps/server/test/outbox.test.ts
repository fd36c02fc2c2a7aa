import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { CONFLICT, OK, oneMonitor, startStory } from "./story.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A webhook whose answers are scripted; it keeps the key of every message and when, by the story's clock, it came. */
async function scriptedWebhook(answer: () => { status: number; retryAfter?: number }) {
  const came: { key: string; at: number }[] = [];
  let now = () => 0;
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    came.push({ key: /inc-\d+\.\d+\.[\w.+-]+/.exec(text)?.[0] ?? "", at: now() });
    const { status, retryAfter } = answer();
    response.writeHead(status, retryAfter === undefined ? {} : { "retry-after": String(retryAfter) });
    response.end(status === 200 ? "ok" : "no");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T/B/x`;
  return { url, came, by: (clock: () => number) => (now = clock) };
}

test("Slack's Retry-After is honoured, the same key comes again, and mail does not wait for it", async () => {
  let refusals = 1;
  const webhook = await scriptedWebhook(() => (refusals-- > 0 ? { status: 429, retryAfter: 90 } : { status: 200 }));
  const story = await startStory({ definitions: (places) => oneMonitor({ ...places, slack: webhook.url }) });
  webhook.by(story.clock.now);
  await story.advance(30 * MINUTE);
  story.answer(() => CONFLICT);
  await story.advance(4 * MINUTE);
  expect(story.mails()).toHaveLength(1);
  await story.advance(5 * MINUTE);
  const [first, second, ...more] = webhook.came;
  expect(more).toEqual([]);
  expect(second?.key).toBe(first?.key);
  expect(second!.at - first!.at).toBeGreaterThanOrEqual(90 * SECOND);
});

test("six hours without Slack lose nothing: what opened and resolved meanwhile is one message, with every attempt on record", async () => {
  let away = true;
  const webhook = await scriptedWebhook(() => ({ status: away ? 503 : 200 }));
  const story = await startStory({ definitions: (places) => oneMonitor({ ...places, slack: webhook.url }) });
  await story.advance(30 * MINUTE);
  story.answer(() => CONFLICT);
  await story.advance(10 * MINUTE);
  story.answer(() => OK);
  await story.advance(6 * 60 * MINUTE);
  away = false;
  const before = webhook.came.length;
  expect(before).toBeGreaterThan(20);
  await story.advance(25 * MINUTE);
  const delivered = webhook.came.slice(before).map(({ key }) => key);
  expect(delivered).toEqual(["inc-1.2.oncall.oncall+1"]);
  type Deliveries = { deliveries: { key: string; state: string; attempts: { result: string }[] }[] };
  const { deliveries } = await story.api<Deliveries>("deliveries");
  expect(deliveries.map(({ state }) => state)).toEqual(["delivered", "delivered", "delivered", "delivered"]);
  const opening = deliveries.find(({ key }) => key === "inc-1.1.oncall.oncall");
  expect(opening?.attempts.filter(({ result }) => result === "retry")).toHaveLength(before);
});

test("what a provider refuses for good is not tried again, and the other channel is told all the same", async () => {
  const webhook = await scriptedWebhook(() => ({ status: 404 }));
  const story = await startStory({ definitions: (places) => oneMonitor({ ...places, slack: webhook.url }) });
  await story.advance(30 * MINUTE);
  story.answer(() => CONFLICT);
  await story.advance(60 * MINUTE);
  expect(webhook.came).toHaveLength(1);
  const subjects = story.mails().map(({ subject }) => subject);
  expect(subjects).toEqual([expect.stringMatching(/^\[409\]/), expect.stringMatching(/^Statusquo itself: .*oncall/)]);
  expect(await story.api("deliveries?state=dead")).toMatchObject({ deliveries: [{ channel: "oncall" }] });
});
