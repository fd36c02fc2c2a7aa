import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { oneMonitor, startStory } from "./story.ts";

const MINUTE = 60_000;

/** Whoever waits for the heartbeat. */
async function listener() {
  const beats: string[] = [];
  const server = createServer((request, response) => {
    beats.push(request.url ?? "");
    response.end("OK");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping`, beats };
}

test("the server's heart beats once a minute while it watches, also while a target fails", async () => {
  const { url, beats } = await listener();
  const story = await startStory({
    definitions: (places) => `self: { heartbeat: "\${env:BEAT}" }\n${oneMonitor(places)}`,
    env: { BEAT: url },
  });
  await story.advance(5 * MINUTE);
  expect(beats).toHaveLength(5);
  story.answer(() => "reset");
  await story.advance(5 * MINUTE);
  expect(beats).toHaveLength(10);
});

test("the heart is silent when messages stay, and beats again when they leave", async () => {
  const { url, beats } = await listener();
  let isAway = true;
  const webhook = createServer((request, response) => {
    request.resume();
    response.writeHead(isAway ? 503 : 200).end(isAway ? "no" : "ok");
  });
  await once(webhook.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => new Promise((resolve) => webhook.close(() => resolve())));
  const slack = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/hook`;
  const story = await startStory({
    definitions: (places) => `self: { heartbeat: "${url}" }\n${oneMonitor({ ...places, slack })}`,
  });
  await story.advance(30 * MINUTE);
  expect(beats).toHaveLength(30);
  story.answer(() => ({ status: 500 }));
  await story.advance(20 * MINUTE);
  const whileAway = beats.length;
  // Two slots until it was found, and 5 minutes in which a message may wait.
  expect(whileAway).toBeGreaterThan(34);
  expect(whileAway).toBeLessThan(40);
  isAway = false;
  await story.advance(15 * MINUTE);
  expect(beats.length).toBeGreaterThan(whileAway + 3);
});

test("a heartbeat that is taken out of the definitions is not called any more", async () => {
  const { url, beats } = await listener();
  const story = await startStory({ definitions: (places) => `self: { heartbeat: "${url}" }\n${oneMonitor(places)}` });
  await story.advance(2 * MINUTE);
  await story.redefine(oneMonitor(story.places));
  await story.advance(3 * MINUTE);
  expect(beats).toHaveLength(2);
});
