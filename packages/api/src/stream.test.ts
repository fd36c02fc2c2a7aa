import type { ProbeResult, Verdict } from "@statusquo/core";
import { afterEach, expect, test } from "vitest";
import { createClient, readEvents, type StreamEvent, type StreamState } from "./client.ts";
import { MOST_CLIENTS } from "./stream.ts";
import { NOW, world } from "./testing/world.ts";
import { streamViews } from "./views.ts";

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

function open() {
  const here = world();
  opened.push(here);
  return here;
}

const sampled = (status: number, region = "eu-west"): ProbeResult => ({
  kind: "sampled",
  monitor: "orders",
  region,
  slot: NOW,
  version: "v1",
  startedAt: NOW,
  outcome: { kind: "status", status },
  totalMs: 70,
  phases: { dns: null, connect: null, tls: null, firstByte: null, body: null },
});

/** The next `count` messages, each checked against its schema. */
async function next(messages: ReturnType<typeof readEvents>, count: number) {
  const found: { id: string; event: StreamEvent["event"]; data: Record<string, unknown> }[] = [];
  for (let index = 0; index < count; index++) {
    const { value } = await messages.next();
    if (!value) throw new Error(`the stream ended after ${index} of ${count} messages`);
    const event = value.event as StreamEvent["event"];
    const data = streamViews[event].strict().parse(JSON.parse(value.data));
    found.push({ id: value.id, event, data });
  }
  return found;
}

async function listen(here: ReturnType<typeof world>, headers: Record<string, string> = {}) {
  const response = await here.get("/api/v1/stream", headers);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  return { response, messages: readEvents(response.body as ReadableStream<Uint8Array>) };
}

test("a screen hears what was stored: samples as deltas, a changed verdict once, an incident's transition", async () => {
  const here = open();
  const { messages } = await listen(here);
  expect(await next(messages, 1)).toMatchObject([{ event: "hello", data: { now: NOW, resumed: false } }]);

  const verdict = here.memory.verdicts.get("orders") as Verdict;
  const incident = here.memory.incidents[0] ?? null;
  const missed: ProbeResult = { kind: "missed", monitor: "orders", region: "us-east", slot: NOW, reason: "no_result" };
  here.emit({
    kind: "committed",
    results: [sampled(409), missed],
    judgements: [
      {
        verdict,
        incident,
        transition: { incident: 412, seq: 1, kind: "opened", at: NOW, reason: "409 rose", muted: null },
      },
      { verdict, incident, transition: null },
    ],
  });
  here.emit({ kind: "definitions" });
  const [batch, said, incidentEvent, definitions] = await next(messages, 4);
  expect(batch?.data.monitors).toEqual([
    {
      id: "orders",
      samples: [
        { region: "eu-west", slot: NOW, code: 409, missed: null, expected: false, totalMs: 70 },
        { region: "us-east", slot: NOW, code: null, missed: "no_result", expected: false, totalMs: null },
      ],
    },
  ]);
  expect(said).toMatchObject({ event: "verdict", data: { monitor: "orders", standing: "spike" } });
  expect(incidentEvent).toMatchObject({ event: "incident", data: { change: "opened", incident: { id: 412 } } });
  expect(definitions).toMatchObject({ event: "definitions", data: { monitors: 2, error: null } });
});

test("samples of one second travel together, and with them verdicts that change nothing but their words", async () => {
  const here = open();
  const { messages } = await listen(here);
  await next(messages, 1);
  const verdict = here.memory.verdicts.get("orders") as Verdict;
  const commit = (status: number, region: string, reason: string) =>
    here.emit({
      kind: "committed",
      results: [sampled(status, region)],
      judgements: [{ verdict: { ...verdict, reason }, incident: null, transition: null }],
    });
  commit(200, "eu-west", "spike: one");
  const first = await next(messages, 2);
  expect(first.map(({ event }) => event)).toEqual(["sample-batch", "verdict"]);
  commit(201, "eu-west", "spike: two");
  commit(202, "us-east", "spike: three");
  here.clock.advance(1_000);
  const [batch, said] = await next(messages, 2);
  expect(batch?.data.monitors).toMatchObject([{ id: "orders", samples: [{ code: 201 }, { code: 202 }] }]);
  expect(said).toMatchObject({ event: "verdict", data: { reason: "spike: three", now: NOW + 1_000 } });
  expect(here.clock.timers()).toBe(1);
});

test("a monitor that stands elsewhere is said at once, after the samples that were held", async () => {
  const here = open();
  const { messages } = await listen(here);
  await next(messages, 1);
  const verdict = here.memory.verdicts.get("orders") as Verdict;
  const judged = (standing: Verdict["standing"]) => [
    { verdict: { ...verdict, standing }, incident: null, transition: null },
  ];
  here.emit({ kind: "committed", results: [sampled(200)], judgements: judged("spike") });
  await next(messages, 2);
  here.emit({ kind: "committed", results: [sampled(201)], judgements: [] });
  here.emit({ kind: "committed", results: [sampled(202, "us-east")], judgements: judged("usual") });
  const [batch, said] = await next(messages, 2);
  expect(batch?.data.monitors).toMatchObject([{ samples: [{ code: 201 }, { code: 202 }] }]);
  expect(said).toMatchObject({ event: "verdict", data: { standing: "usual", now: NOW } });
});

test("an overview is never followed by samples that are in it", async () => {
  const here = open();
  const { messages } = await listen(here);
  await next(messages, 1);
  here.emit({ kind: "committed", results: [sampled(200)], judgements: [] });
  here.emit({ kind: "committed", results: [sampled(201)], judgements: [] });
  await next(messages, 1);
  await here.get("/api/v1/monitors");
  expect(await next(messages, 1)).toMatchObject([{ event: "sample-batch", data: { now: NOW } }]);
});

test("a heartbeat comes every 10 seconds", async () => {
  const here = open();
  const { messages } = await listen(here);
  await next(messages, 1);
  here.clock.advance(10_000);
  expect(await next(messages, 1)).toMatchObject([{ event: "heartbeat", id: "", data: { now: NOW + 10_000 } }]);
});

test("who hangs up leaves no timer and no place behind, at once", async () => {
  const here = open();
  const { response } = await listen(here);
  expect(here.clock.timers()).toBe(1);
  await response.body?.cancel();
  await Promise.resolve();
  expect(here.clock.timers()).toBe(0);
});

test("closing the API ends every stream, and nothing listens any more", async () => {
  const here = open();
  const { messages } = await listen(here);
  await next(messages, 1);
  here.close();
  expect((await messages.next()).done).toBe(true);
  expect(here.clock.timers()).toBe(0);
  expect(here.listeners.size).toBe(0);
});

test("the 51st screen is refused with a reason; a place that is left is free again", async () => {
  const here = open();
  const all = await Promise.all(Array.from({ length: MOST_CLIENTS }, () => here.get("/api/v1/stream")));
  const refused = await here.get("/api/v1/stream");
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ type: "urn:statusquo:problem:too-many-streams" });
  await all[0]?.body?.cancel();
  await Promise.resolve();
  expect((await here.get("/api/v1/stream")).status).toBe(200);
});

test("asking for the head alone holds no place", async () => {
  const here = open();
  const head = await here.api.request("/api/v1/stream", { method: "HEAD" });
  expect(head.status).toBe(200);
  expect(here.clock.timers()).toBe(0);
});

test("who comes back with the last id hears what was missed, and only that", async () => {
  const here = open();
  const first = await listen(here);
  await next(first.messages, 1);
  for (const status of [200, 201, 202]) {
    here.emit({ kind: "committed", results: [sampled(status)], judgements: [] });
    here.clock.advance(1_000);
  }
  const [one] = await next(first.messages, 1);
  await first.response.body?.cancel().catch(() => undefined);

  const again = await listen(here, { "last-event-id": one?.id ?? "" });
  const [hello, ...missed] = await next(again.messages, 3);
  expect(hello).toMatchObject({ id: one?.id, data: { resumed: true } });
  const codes = missed.map(({ data }) => (data.monitors as { samples: { code: number }[] }[])[0]?.samples[0]?.code);
  expect(codes).toEqual([201, 202]);

  const stranger = await listen(here, { "last-event-id": "zzz-99" });
  expect(await next(stranger.messages, 1)).toMatchObject([{ data: { resumed: false } }]);
});

test("a screen that reads nothing is cut off, and the others go on", async () => {
  const here = open();
  await listen(here);
  const reading = await listen(here);
  await next(reading.messages, 1);
  expect(here.clock.timers()).toBe(2);
  for (let count = 0; count < 600; count++) {
    here.emit({ kind: "committed", results: [sampled(200)], judgements: [] });
    await next(reading.messages, 1);
    here.clock.advance(1_000);
    if (count % 10 === 9) await next(reading.messages, 1);
  }
  expect(here.clock.timers()).toBe(1);
});

test("an acknowledgement reaches every screen", async () => {
  const here = open();
  const { messages } = await listen(here);
  await next(messages, 1);
  await here.post("/api/v1/incidents/412/acknowledge", {}, { "if-match": '"1"' });
  const [event] = await next(messages, 1);
  expect(event).toMatchObject({
    event: "incident",
    data: { change: "acknowledged", incident: { acknowledgedAt: NOW } },
  });
});

test("the client reads the stream, carries the token, and stops when closed", async () => {
  const here = open();
  const asked: (string | null)[] = [];
  const client = createClient({
    token: () => "secret-token",
    fetch: async (input, init) => {
      asked.push(new Headers(init?.headers).get("authorization"));
      return await here.api.request(String(input), init);
    },
  });
  const events: StreamEvent[] = [];
  const states: StreamState["kind"][] = [];
  const heard = Promise.withResolvers<void>();
  const subscription = client.subscribe({
    onEvent(event) {
      events.push(event);
      if (event.event === "hello") here.emit({ kind: "committed", results: [sampled(409)], judgements: [] });
      else heard.resolve();
    },
    onState: ({ kind }) => void states.push(kind),
  });
  await heard.promise;
  subscription.close();
  expect(events.map(({ event }) => event)).toEqual(["hello", "sample-batch"]);
  expect(states.slice(0, 2)).toEqual(["connecting", "live"]);
  expect(asked).toEqual(["Bearer secret-token"]);
  await expect.poll(() => here.clock.timers()).toBe(0);
});
