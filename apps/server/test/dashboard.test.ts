import { request } from "node:http";
import { expect, test } from "vitest";
import { oneMonitor, startStory } from "./story.ts";

test("answers are compressed for who asks, and the stream of events is not held back", async () => {
  const story = await startStory({ definitions: oneMonitor });
  await story.advance(60_000);
  const headers = { "accept-encoding": "gzip" };
  const overview = await fetch(`${story.server.url}/api/v1/monitors`, { headers });
  expect(overview.headers.get("content-encoding")).toBe("gzip");
  expect(await overview.json()).toMatchObject({ monitors: [{ id: "edit-document" }] });
  const ending = new AbortController();
  const stream = await fetch(`${story.server.url}/api/v1/stream`, { headers, signal: ending.signal });
  expect(stream.headers.get("content-encoding")).toBeNull();
  const { value } = await (stream.body as ReadableStream<Uint8Array>).getReader().read();
  expect(new TextDecoder().decode(value)).toContain("event: hello");
  ending.abort();
});

test("a path of the screens answers with a page under the same policy as the API, under no foreign host name", async () => {
  const story = await startStory({ definitions: oneMonitor });
  const page = await fetch(`${story.server.url}/monitors/edit-document`);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
  expect([200, 503]).toContain(page.status);
  const { port } = new URL(story.server.url);
  const status = await new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path: "/", headers: { host: "evil.example" } }, (answer) =>
      resolve(answer.resume().statusCode),
    )
      .on("error", reject)
      .end();
  });
  expect(status).toBe(421);
});
