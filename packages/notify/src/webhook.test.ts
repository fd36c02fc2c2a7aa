import { createHmac } from "node:crypto";
import type { AlertFacts } from "@statusquo/core";
import { expect, test } from "vitest";
import { channelProblem } from "./notifier.ts";
import { bundleAbout, conflictFacts, FOUND_AT, resolvedFacts } from "./testing/facts.ts";
import { answer, type HttpSink, startHttpSink } from "./testing/http-sink.ts";
import { notifierFor, PLAIN } from "./testing/notifier.ts";

const SECRET = "sEcReT-0123456789";
const channelAt = (url: string, headers: Record<string, string> = {}) =>
  ({ id: "hook", kind: "webhook", url: `${url}/in?team=shop`, secret: SECRET, headers, ...PLAIN }) as const;
const row = (facts: AlertFacts = conflictFacts()) => bundleAbout(facts, "hook", "hook");
const deliver = (sink: HttpSink, facts?: AlertFacts) => notifierFor([channelAt(sink.url)]).deliver(row(facts));

test("a document is posted as JSON, with a key that never changes and headers of one's own", async () => {
  await using sink = await startHttpSink(answer(204, ""));
  const notifier = notifierFor([channelAt(sink.url, { "x-team": "shop" })]);
  expect(await notifier.deliver(row())).toEqual({ kind: "delivered", said: "204" });
  await notifier.deliver(row());
  const [first, second] = sink.requests as [HttpSink["requests"][number], HttpSink["requests"][number]];
  expect(first.path).toBe("/in?team=shop");
  expect(first.headers).toMatchObject({
    ...{ "content-type": "application/json", "idempotency-key": "inc-412.1.hook.hook", "x-team": "shop" },
  });
  expect(second.body).toBe(first.body);
  expect(second.headers["idempotency-key"]).toBe(first.headers["idempotency-key"]);
});

test("the document says what the other channels say, for programs", async () => {
  await using sink = await startHttpSink(answer(200, "thanks"));
  await deliver(sink);
  await deliver(sink, resolvedFacts());
  const [opened, resolved] = sink.requests.map(({ body }) => JSON.parse(body));
  expect(opened).toMatchObject({
    ...{ version: 1, key: "inc-412.1.hook.hook", kind: "opened" },
    subject: "[409] Save a document: 409 on 7 of 9 probes in eu-west and us-east (usual 1.2 %)",
    text: expect.stringContaining("Since about 14:02 UTC, 7 of 9 probes of PUT /documents/probe"),
    link: "https://statusquo.example.com/incidents/412",
    incidents: [
      {
        ...{ id: 412, reference: "INC-412", state: "open", code: 409, codes: [409], resolvedAt: null },
        monitor: { id: "save-document", name: "Save a document", method: "PUT", path: "/documents/probe" },
        regions: ["eu-west", "us-east"],
        elsewhere: ["ap-south"],
        onsetAt: "2025-11-20T14:02:00.000Z",
        openedAt: "2025-11-20T14:04:06.000Z",
        seen: { bad: 7, of: 9 },
        usualShare: 0.012,
        causes: [{ cause: "stale-version", share: 0.78 }, { cause: "race" }],
      },
    ],
  });
  expect(resolved).toMatchObject({
    ...{ kind: "resolved", incidents: [{ state: "resolved", resolvedAt: "2025-11-20T14:38:00.000Z" }] },
  });
});

test("no body, header or secret of a target or of ours is in the document", async () => {
  await using sink = await startHttpSink(answer(200, ""));
  await deliver(sink);
  expect(sink.requests[0]!.body).not.toMatch(/x-read-cache: HIT; age|current_version|authorization|sEcReT/);
});

test("the signature is over the time and the very bytes that were sent", async () => {
  await using sink = await startHttpSink(answer(200, ""));
  await deliver(sink);
  const { headers, body } = sink.requests[0]!;
  const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["statusquo-signature"]))!;
  expect(Number(seconds)).toBe(Math.floor(FOUND_AT / 1_000));
  expect(createHmac("sha256", SECRET).update(`${seconds}.${body}`).digest("hex")).toBe(signature);
  expect(createHmac("sha256", SECRET).update(`${seconds}.${body} `).digest("hex")).not.toBe(signature);
});

for (const [status, result] of [
  [400, { kind: "refused" }],
  [410, { kind: "refused" }],
  [413, { kind: "refused" }],
  [308, { kind: "refused" }],
  [302, { kind: "retry" }],
  [408, { kind: "retry" }],
  [500, { kind: "retry" }],
  [503, { kind: "retry" }],
  [401, { kind: "retry", held: true, afterMs: 300_000 }],
  [403, { kind: "retry", held: true, afterMs: 300_000 }],
  [404, { kind: "retry", held: true, afterMs: 300_000 }],
] as const) {
  test(`${status} is ${"held" in result ? "held until a setting is mended" : result.kind}`, async () => {
    await using sink = await startHttpSink(answer(status, "no", { location: "/elsewhere" }));
    expect(await deliver(sink)).toEqual({ ...result, said: expect.stringContaining(`said ${status} no`) });
    expect(sink.requests).toHaveLength(1);
  });
}

test("Retry-After keeps the whole channel quiet", async () => {
  await using sink = await startHttpSink(answer(429, "", { "retry-after": "9" }));
  const notifier = notifierFor([channelAt(sink.url)]);
  expect(await notifier.deliver(row())).toMatchObject({ kind: "retry", afterMs: 9_000 });
  expect(await notifier.deliver(row(resolvedFacts()))).toMatchObject({ kind: "retry", afterMs: 9_000 });
  expect(sink.requests).toHaveLength(1);
});

test("an answer that repeats the secret or the address is not repeated", async () => {
  await using sink = await startHttpSink(answer(500, `${SECRET} at /in?team=shop`));
  expect((await deliver(sink)).said).toBe(`${new URL(sink.url).host} said 500 [removed] at [removed]`);
});

test("what is wrong with a webhook is known before anything is sent, without its secret", () => {
  const channel = channelAt("https://t.example.com");
  expect(channelProblem(channel)).toBe(null);
  expect(channelProblem({ ...channel, url: "ftp://t.example.com" })).toMatch(/^url must be an http\(s\) address/);
  expect(channelProblem({ ...channel, secret: "short" })).toMatch(/at least 16 characters; .* has 5$/);
  expect(channelProblem({ ...channel, headers: { "x-a": "b\r\nx-evil: 1" } })).toMatch(/x-a .*cannot be sent/);
  expect(channelProblem({ ...channel, headers: { "idempotency-key": "1" } })).toMatch(/must not hold idempotency-key/);
});
