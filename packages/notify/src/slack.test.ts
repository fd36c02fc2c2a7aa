import type { AlertFacts } from "@statusquo/core";
import { expect, test } from "vitest";
import { bundleAbout, conflictFacts, FOUND_AT, resolvedFacts } from "./testing/facts.ts";
import { answer, type HttpSink, startHttpSink } from "./testing/http-sink.ts";
import { notifierFor as notifierOf, PLAIN } from "./testing/notifier.ts";

const PATH = "/services/T0AAAAAAA/B0BBBBBBB/sEcReTtOkEn123456";

function notifierFor(sink: Pick<HttpSink, "url">, now: () => number = () => FOUND_AT, httpTimeoutMs = 10_000) {
  return notifierOf([{ id: "oncall", kind: "slack", webhook: sink.url + PATH, ...PLAIN }], { now, httpTimeoutMs });
}

const row = (facts: AlertFacts = conflictFacts()) => bundleAbout(facts, "oncall", "oncall");
const hostOf = (sink: HttpSink) => new URL(sink.url).host;

test("ok is delivered: text, coloured attachment, key, and a button to the incident", async () => {
  await using sink = await startHttpSink(answer(200, "ok"));
  expect(await notifierFor(sink).deliver(row())).toEqual({ kind: "delivered", said: "ok" });
  const [request] = sink.requests;
  expect(request!.path).toBe(PATH);
  const payload = JSON.parse(request!.body);
  expect(payload.text).toContain("Save a document: 409 on 7 of 9 probes in eu-west and us-east (usual 1.2 %)");
  expect(payload).toMatchObject({ unfurl_links: false, attachments: [{ color: "#6900C6" }] });
  expect(request!.body).toContain("inc-412.1.oncall.oncall");
  expect(request!.body).toContain('"url":"https://statusquo.example.com/incidents/412"');
});

test("an incident that is over is sent in the calm colour, without the probes of its beginning", async () => {
  await using sink = await startHttpSink(answer(200, "ok"));
  await notifierFor(sink).deliver(row(resolvedFacts()));
  const payload = JSON.parse(sink.requests[0]!.body);
  expect(payload.attachments[0].color).toBe("#43625C");
  expect(JSON.stringify(payload)).toContain("*Found after*\\n2 min");
  expect(JSON.stringify(payload)).not.toContain("```");
});

test("200 with any other word is not delivered", async () => {
  await using gone = await startHttpSink(answer(200, "no_team"));
  expect(await notifierFor(gone).deliver(row())).toEqual({
    kind: "refused",
    said: `${hostOf(gone)} said 200 no_team`,
  });
  await using portal = await startHttpSink(answer(200, "<html>please log in</html>"));
  expect(await notifierFor(portal).deliver(row())).toMatchObject({ kind: "retry" });
});

test("429 keeps the whole channel quiet for as long as Slack asked", async () => {
  await using sink = await startHttpSink(answer(429, "rate_limited", { "retry-after": "7" }), answer(200, "ok"));
  let now = FOUND_AT;
  const notifier = notifierFor(sink, () => now);
  expect(await notifier.deliver(row())).toMatchObject({ kind: "retry", afterMs: 7_000 });
  now += 5_000;
  expect(await notifier.deliver(row(resolvedFacts()))).toMatchObject({ kind: "retry", afterMs: 2_000 });
  expect(sink.requests).toHaveLength(1);
  now += 2_000;
  expect(await notifier.deliver(row())).toMatchObject({ kind: "delivered" });
});

test("Retry-After may be a date, and one without end is not believed", async () => {
  const date = new Date(FOUND_AT + 60_000).toUTCString();
  await using sink = await startHttpSink(
    answer(503, "", { "retry-after": date }),
    answer(429, "", { "retry-after": "99999999999" }),
    answer(429, "", { "retry-after": "soon" }),
  );
  expect(await notifierFor(sink).deliver(row())).toMatchObject({
    kind: "retry",
    afterMs: Date.parse(date) - FOUND_AT,
  });
  expect(await notifierFor(sink).deliver(row())).toMatchObject({ kind: "retry", afterMs: 86_400_000 });
  expect(await notifierFor(sink).deliver(row())).not.toHaveProperty("afterMs");
});

for (const [status, word] of [
  [403, "action_prohibited"],
  [403, "invalid_token"],
  [404, "no_service"],
  [404, "channel_not_found"],
  [410, "channel_is_archived"],
  [301, ""],
] as const) {
  test(`${status} ${word} is refused at once`, async () => {
    await using sink = await startHttpSink(answer(status, word, status === 301 ? { location: "/x" } : {}));
    const result = await notifierFor(sink).deliver(row());
    expect(result).toEqual({ kind: "refused", said: `${hostOf(sink)} said ${status} ${word}`.trim() });
    expect(sink.requests).toHaveLength(1);
  });
}

for (const status of [500, 502, 503, 302]) {
  test(`${status} is tried again, and a redirect is not followed`, async () => {
    await using sink = await startHttpSink(answer(status, "", { location: "/elsewhere" }));
    expect(await notifierFor(sink).deliver(row())).toMatchObject({ kind: "retry" });
    expect(sink.requests.map((request) => request.path)).toEqual([PATH]);
  });
}

test("400 gets the words alone, once", async () => {
  await using sink = await startHttpSink(answer(400, "invalid_payload"), answer(200, "ok"));
  expect(await notifierFor(sink).deliver(row())).toEqual({ kind: "delivered", said: "ok" });
  const plain = JSON.parse(sink.requests[1]!.body);
  expect(Object.keys(plain).sort()).toEqual(["text", "unfurl_links", "unfurl_media"]);
  expect(plain.text).toContain("Save a document: 409 on 7 of 9 probes");
  expect(plain.text).toContain("inc-412.1.oncall.oncall");

  await using never = await startHttpSink(answer(400, "invalid_payload"));
  expect(await notifierFor(never).deliver(row())).toMatchObject({ kind: "refused" });
  expect(never.requests).toHaveLength(2);
});

test("a Slack that hangs, before or in the middle of its answer, is left at the deadline", async () => {
  await using silent = await startHttpSink(() => {});
  await using halting = await startHttpSink((response) => void response.writeHead(200).write("o"));
  for (const sink of [silent, halting]) {
    expect(await notifierFor(sink, () => FOUND_AT, 100).deliver(row())).toEqual({
      kind: "retry",
      said: `${hostOf(sink)}: no answer within 0.1 s`,
    });
  }
});

test("nothing listens: tried again, and the webhook is not in what is said", async () => {
  const sink = await startHttpSink();
  await sink[Symbol.asyncDispose]();
  const result = await notifierFor(sink).deliver(row());
  expect(result).toEqual({ kind: "retry", said: `${hostOf(sink)}: no connection (ECONNREFUSED)` });
});

test("an answer that repeats the webhook or never ends is neither repeated nor kept", async () => {
  await using sink = await startHttpSink(answer(404, `no hook at https://hooks.example.com${PATH} sEcReTtOkEn123456`));
  const result = await notifierFor(sink).deliver(row());
  expect(result.kind).toBe("refused");
  expect(result.said).not.toMatch(/sEcReT|T0AAAAAAA/);
  await using endless = await startHttpSink((response) => {
    response.writeHead(500);
    const more = () => {
      while (response.write("x".repeat(10_000)));
    };
    response.on("drain", more);
    more();
  });
  const capped = await notifierFor(endless).deliver(row());
  expect(capped.kind).toBe("retry");
  expect(capped.said.length).toBeLessThanOrEqual(200);
});

test("close ends a message under way; it stays to be sent", async () => {
  await using sink = await startHttpSink(() => {});
  const notifier = notifierFor(sink);
  const attempt = notifier.deliver(row());
  await expect.poll(() => sink.requests.length).toBe(1);
  notifier.close();
  expect(await attempt).toEqual({ kind: "retry", said: "stopped before it was done, because the channel was closed" });
});
