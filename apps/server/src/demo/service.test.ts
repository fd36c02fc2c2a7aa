import { request as httpRequest } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import type { DemoClock } from "./clock.ts";
import { type DemoServiceOptions, SLOW_MS, startDemoService } from "./service.ts";
import { calm } from "./testing/calm.ts";

async function service(options: DemoServiceOptions = calm) {
  const started = await startDemoService(options);
  onTestFinished(() => started.close());
  return started;
}

const json = { "content-type": "application/json" };

/** One exchange with a header that fetch will not send. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

test("the service speaks HTTP: a document is read, saved with its tag, and in conflict with the tag after that", async () => {
  const { url } = await service();
  const read = await fetch(`${url}/documents/shift-plan?from=test`);
  const headers = { ...json, "if-match": read.headers.get("etag") ?? "" };
  const save = () => fetch(`${url}/documents/shift-plan`, { method: "PUT", headers, body: '{"text":"x"}' });

  expect(read.status).toBe(200);
  expect((await save()).status).toBe(200);
  const stale = await save();
  expect(stale.status).toBe(409);
  expect(stale.headers.get("content-type")).toBe("application/problem+json");
  expect(await stale.json()).toMatchObject({ status: 409, submitted_version: 1, current_version: 2 });
});

test("a HEAD has the head of the GET and no body", async () => {
  const { url } = await service();

  const response = await fetch(`${url}/documents/handbook`, { method: "HEAD" });

  expect(response.status).toBe(200);
  expect(response.headers.get("etag")).toBe('"v1"');
  expect(await response.text()).toBe("");
});

test("faults are listed, switched on without a body, aimed with one, and switched off", async () => {
  const { url, faults } = await service();
  const at = (name: string) => `${url}/_demo/faults/${name}`;
  const put = (name: string, body: string) => fetch(at(name), { method: "PUT", headers: json, body });

  expect(await (await fetch(at("every-409"), { method: "PUT" })).json()).toMatchObject({ on: true, path: "/files" });
  expect((await fetch(`${url}/files/a.txt`)).status).toBe(409);
  expect((await put("one-region", '{"on":true,"region":"us-east"}')).status).toBe(200);
  expect(faults.list().filter(({ on }) => on)).toMatchObject([
    { name: "every-409" },
    { name: "one-region", region: "us-east" },
  ]);
  const listed = (await (await fetch(`${url}/_demo/faults`)).json()) as { faults: { name: string; on: boolean }[] };
  expect(listed.faults.filter(({ on }) => on).map(({ name }) => name)).toEqual(["every-409", "one-region"]);

  expect((await fetch(at("every-409"), { method: "DELETE" })).status).toBe(200);
  expect((await put("one-region", '{"on":false}')).status).toBe(200);
  expect(faults.list().some(({ on }) => on)).toBe(false);
  expect((await fetch(`${url}/files/a.txt`)).status).toBe(404);
});

test("what is no fault, or not how to switch one, is refused with what is allowed", async () => {
  const { url, faults } = await service();
  const put = (name: string, body: string) => fetch(`${url}/_demo/faults/${name}`, { method: "PUT", body });

  const unknown = await put("gremlins", "");
  expect(unknown.status).toBe(404);
  expect(await unknown.json()).toMatchObject({ detail: expect.stringContaining("stale-cache, index-corruption") });
  expect((await put("toString", "")).status).toBe(404);
  expect((await put("slow", "{")).status).toBe(400);
  expect((await put("slow", '{"region":"EU West"}')).status).toBe(422);
  expect((await put("slow", '{"of":true}')).status).toBe(422);
  expect((await fetch(`${url}/_demo/faults/slow`, { method: "POST" })).status).toBe(405);
  expect(faults.list().some(({ on }) => on)).toBe(false);
});

test("a fault that strikes everywhere can still be switched off", async () => {
  const { url, faults } = await service();
  faults.set("resets", true, { path: "/" });

  const response = await fetch(`${url}/_demo/faults/resets`, { method: "DELETE" });

  expect(response.status).toBe(200);
  expect((await fetch(`${url}/status/200`)).status).toBe(200);
});

test("resets: the connection ends without an answer", async () => {
  const { url, faults } = await service();
  faults.set("resets", true);

  const met = new Promise((resolve) => {
    httpRequest(`${url}/status/200`, { agent: false }, resolve)
      .on("error", (error: NodeJS.ErrnoException) => resolve(error.code))
      .end();
  });

  expect(await met).toBe("ECONNRESET");
});

test("a request by another name than loopback's is turned away", async () => {
  const { url } = await service();

  expect(await statusFor(`${url}/_demo/faults`, "evil.example.com")).toBe(421);
  expect(await statusFor(`${url}/_demo/faults`, "127.0.0.1.evil.example.com")).toBe(421);
  expect(await statusFor(`${url}/_demo/faults`, "localhost:4090")).toBe(200);
});

test("a body that is too long is refused", async () => {
  const { url } = await service();
  const body = JSON.stringify({ text: "x".repeat(70_000) });

  expect((await fetch(`${url}/documents/shift-plan`, { method: "PUT", headers: json, body })).status).toBe(413);
});

test("closing ends a request that is still waiting", async () => {
  const { promise: waiting, resolve: isWaiting } = Promise.withResolvers<void>();
  const clock: DemoClock = {
    now: calm.clock.now,
    after(delayMs, work) {
      if (delayMs === SLOW_MS) isWaiting();
      return calm.clock.after(delayMs, work);
    },
  };
  const started = await startDemoService({ ...calm, clock });
  started.faults.set("slow", true);
  const met = fetch(`${started.url}/documents/handbook`).then(
    () => "answered",
    () => "ended",
  );
  await waiting;

  await started.close();

  expect(await met).toBe("ended");
  await expect(fetch(`${started.url}/status/200`)).rejects.toThrow();
});

test("a port that is taken is an error, and nothing keeps running", async () => {
  const { url } = await service();

  await expect(startDemoService({ port: Number(new URL(url).port) })).rejects.toMatchObject({ code: "EADDRINUSE" });
});
