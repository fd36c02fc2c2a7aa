import type { AlertFacts, ChannelOf } from "@statusquo/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { composeMessage } from "./message.ts";
import { channelProblem } from "./notifier.ts";
import { smsSegments, smsText } from "./sms-text.ts";
import { anyText } from "./testing/any-text.ts";
import { bundleAbout, changedFacts, conflictFacts, resolvedFacts, severalFacts, silentFacts } from "./testing/facts.ts";
import { answer, type HttpSink, startHttpSink } from "./testing/http-sink.ts";
import { notifierFor, PLAIN } from "./testing/notifier.ts";

const TO = "+15005550009";
const TOKEN = "t0ken-of-the-account";
const channelAt = (url: string, from = "+15005550006"): ChannelOf<"sms"> => ({
  ...{ id: "pager", kind: "sms", url: `${url}/Accounts/AC1/Messages.json`, account: "AC1", token: TOKEN, from },
  ...{ to: [TO], ...PLAIN },
});
const taken = answer(201, JSON.stringify({ sid: "SM0123", status: "queued" }));
const failing = (status: number, code: number, message: string) =>
  answer(status, JSON.stringify({ code, message, status }));
const text = (facts: AlertFacts) => smsText(composeMessage(bundleAbout(facts)));

async function send(sink: HttpSink, { from = "+15005550006", to = TO } = {}) {
  const channel = { ...channelAt(sink.url, from), to: [to] };
  return notifierFor([channel]).deliver(bundleAbout(conflictFacts(), "pager", to));
}

test("a text is one form post with user and token, and the service's own name for it is kept", async () => {
  await using sink = await startHttpSink(taken);
  expect(await send(sink)).toEqual({ kind: "delivered", said: "SM0123 queued" });
  const [{ path, headers, body }] = sink.requests as [HttpSink["requests"][number]];
  expect(path).toBe("/Accounts/AC1/Messages.json");
  expect(headers.authorization).toBe(`Basic ${Buffer.from(`AC1:${TOKEN}`).toString("base64")}`);
  expect(headers["content-type"]).toBe("application/x-www-form-urlencoded");
  expect([...new URLSearchParams(body)].map(([key]) => key)).toEqual(["To", "From", "Body"]);
  expect(new URLSearchParams(body).get("To")).toBe(TO);
});

test("a sender may be a name or a messaging service", async () => {
  await using sink = await startHttpSink(taken);
  await send(sink, { from: "Statusquo" });
  await send(sink, { from: "MG0123456789abcdef0123456789abcdef" });
  const forms = sink.requests.map(({ body }) => new URLSearchParams(body));
  expect(forms[0]!.get("From")).toBe("Statusquo");
  expect(forms[1]!.get("MessagingServiceSid")).toBe("MG0123456789abcdef0123456789abcdef");
  expect(forms[1]!.has("From")).toBe(false);
});

for (const [what, script, result] of [
  ["an invalid number", failing(400, 21_211, "Invalid 'To' Phone Number"), { kind: "refused" }],
  [
    "a recipient who unsubscribed",
    failing(400, 21_610, "Attempt to send to unsubscribed recipient"),
    { kind: "refused" },
  ],
  ["too many requests", failing(429, 20_429, "Too Many Requests"), { kind: "retry" }],
  ["a full queue", failing(400, 30_001, "Queue overflow"), { kind: "retry" }],
  ["a wrong token", failing(401, 20_003, "Authenticate"), { kind: "retry", held: true }],
  ["a suspended account", failing(400, 30_002, "Account suspended"), { kind: "retry", held: true }],
  ["a service that is down", failing(503, 20_503, "Service unavailable"), { kind: "retry" }],
  ["an account that is not there", failing(404, 20_404, "not found"), { kind: "refused" }],
  ["a page of somebody between", answer(200, "<html>please log in</html>"), { kind: "retry" }],
] as const) {
  test(`${what} is ${"held" in result ? "held until it is mended" : result.kind}`, async () => {
    await using sink = await startHttpSink(script);
    const got = await send(sink);
    expect(got).toMatchObject(result);
    expect("held" in got).toBe("held" in result);
    expect(got.said).not.toContain(TOKEN);
  });
}

test("neither the token nor its encoded form is repeated", async () => {
  await using sink = await startHttpSink(
    answer(401, `{"code":20003,"message":"bad ${TOKEN} or ${Buffer.from(`AC1:${TOKEN}`).toString("base64")}"}`),
  );
  expect((await send(sink)).said).toBe("401, code 20003: bad [removed] or [removed]");
});

test("a recipient that is no number is refused before anything is sent", async () => {
  await using sink = await startHttpSink(taken);
  for (const to of ["0171 555", "+1", "+15005550009\r\nX: 1", "15005550009"])
    expect(await send(sink, { to })).toMatchObject({ kind: "refused" });
  expect(sink.requests).toEqual([]);
});

test("texts of every kind are two segments at the most and begin with the incident's number", () => {
  for (const facts of [conflictFacts(), changedFacts(), resolvedFacts(), silentFacts(), severalFacts()]) {
    expect(text(facts)).toMatch(/^(?:Update to )?INC-412\b/);
    expect(text(facts)).toMatch(/\nhttps:\/\/statusquo\.example\.com\/incidents\/412$/);
    expect(smsSegments(text(facts))).toBeLessThanOrEqual(2);
  }
  expect(text(conflictFacts())).toContain("409 on 7 of 9 probes in eu-west and us-east (usual 1.2 %)");
  expect(text(conflictFacts())).toContain("Probably a stale ETag or version");
});

test("accents and typographic marks do not cost the alphabet, another script does", () => {
  const named = (name: string) => text({ ...conflictFacts(), monitor: { ...conflictFacts().monitor, name } });
  expect(named("Zürich – “Café” naïve…")).toContain('Zürich - "Café" naive...');
  expect(smsSegments(named("Zürich – Café"))).toBeLessThanOrEqual(2);
  const cyrillic = named("Сохранить документ и ещё много слов о том, что это такое и зачем");
  expect(cyrillic).toContain("Сохранить документ");
  expect(cyrillic.length).toBeLessThanOrEqual(134);
});

test("whatever a name is, the text stays within two segments and on its lines", () => {
  fc.assert(
    fc.property(anyText(400), (name) => {
      const base = conflictFacts();
      const said = text({ ...base, reason: name, monitor: { ...base.monitor, name, path: name } });
      expect(smsSegments(said)).toBeLessThanOrEqual(2);
      expect(said.split("\n")).toHaveLength(2);
      expect(said.isWellFormed()).toBe(true);
      expect(said.replace("\n", "")).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    }),
    { numRuns: 500 },
  );
});

test("segments are counted as they are billed", () => {
  expect(smsSegments("a".repeat(160))).toBe(1);
  expect(smsSegments("a".repeat(161))).toBe(2);
  expect(smsSegments("€".repeat(80))).toBe(1);
  expect(smsSegments("€".repeat(81))).toBe(2);
  expect(smsSegments("a".repeat(307))).toBe(3);
  expect(smsSegments("я".repeat(70))).toBe(1);
  expect(smsSegments("я".repeat(71))).toBe(2);
});

test("what is wrong with an SMS channel is known before anything is sent", () => {
  const channel = channelAt("https://api.example.com");
  expect(channelProblem(channel)).toBe(null);
  expect(channelProblem({ ...channel, from: "a name that is too long" })).toMatch(/^from must be/);
  expect(channelProblem({ ...channel, token: "a\nb" })).toMatch(/^token must be one line/);
  expect(channelProblem({ ...channel, url: "nonsense" })).toMatch(/^url must be/);
});
