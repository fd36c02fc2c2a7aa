/** Delivery under faults: real servers that refuse, hang, lie and vanish. The numbers are those of the fault catalogue. */
import { StatusquoError } from "@statusquo/core";
import { expect, onTestFinished, test } from "vitest";
import { bundleAbout, conflictFacts, FOUND_AT, resolvedFacts } from "./testing/facts.ts";
import { answer, type HttpSink, startHttpSink } from "./testing/http-sink.ts";
import { notifierFor, outside, PLAIN } from "./testing/notifier.ts";
import { type SmtpSink, startSmtpSink } from "./testing/smtp-sink.ts";
import { type Disturbance, startTcpProxy } from "./testing/tcp-proxy.ts";

const ONCALL = "oncall@example.com";
const DEADLINE_MS = 200;
type Change = Parameters<typeof notifierFor>[1];

const mailChannel = (address: string, to = [ONCALL]) =>
  ({ id: "team", kind: "email", to, from: "statusquo@example.com", smtp: address, ...PLAIN }) as const;
/** One attempt to mail the opening to one recipient. */
async function mail(address: string, change: Change = {}, recipient = ONCALL) {
  const notifier = notifierFor([mailChannel(address, [recipient])], change);
  onTestFinished(() => notifier.close());
  return notifier.deliver(bundleAbout(conflictFacts(), "team", recipient));
}
const smtpAt = (port: number) => `smtp://127.0.0.1:${port}`;
const idsOf = (sink: SmtpSink) => sink.mails.map((each) => each.mail.messageId);

const slackChannel = (url: string) =>
  ({ id: "oncall", kind: "slack", webhook: `${url}/services/T/B/x`, ...PLAIN }) as const;
const slack = (sink: Pick<HttpSink, "url">, change: Change = {}) => notifierFor([slackChannel(sink.url)], change);
const opened = () => bundleAbout(conflictFacts(), "oncall", "oncall");

for (const [code, step] of [
  [421, "connect"],
  [421, "mailFrom"],
  [451, "rcptTo"],
  [451, "data"],
] as const) {
  test(`F44: ${code} at ${step} is tried again, and the next attempt is the same mail`, async () => {
    await using sink = await startSmtpSink();
    sink.script[step] = { code, says: "4.7.0 try again later" };
    expect(await mail(smtpAt(sink.port))).toMatchObject({
      kind: "retry",
      said: expect.stringContaining(`${code} 4.7.0`),
    });
    sink.script = {};
    expect(await mail(smtpAt(sink.port))).toMatchObject({ kind: "delivered" });
    expect(new Set(idsOf(sink)).size).toBe(1);
  });
}

test("F45: one of two recipients is refused for good, the other has the mail", async () => {
  await using sink = await startSmtpSink();
  sink.recipients["gone@example.com"] = { code: 550, says: "5.1.1 no such user" };
  const notifier = notifierFor([mailChannel(smtpAt(sink.port), [ONCALL, "gone@example.com"])]);
  const [well, gone] = await Promise.all(
    [ONCALL, "gone@example.com"].map((to) => notifier.deliver(bundleAbout(conflictFacts(), "team", to))),
  );
  expect(well).toMatchObject({ kind: "delivered" });
  expect(gone).toMatchObject({ kind: "refused", said: expect.stringContaining("550 5.1.1 no such user") });
  expect(sink.mails.map(({ to }) => to)).toEqual([[ONCALL]]);
});

for (const [what, script, disturbance] of [
  ["never says its banner", { connect: "silence" }, {}],
  ["falls silent after the last dot", { data: "silence" }, {}],
  ["is cut off from us after the last dot", {}, { silentAfter: "\r\n.\r\n" }],
  ["is cut off from us at the greeting", {}, { silentAfter: "EHLO" }],
] as [string, SmtpSink["script"], Disturbance][]) {
  test(`F46: a server that ${what} is left at the deadline, and told the same again`, async () => {
    await using sink = await startSmtpSink();
    await using proxy = await startTcpProxy(sink.port, disturbance);
    sink.script = script;
    const place = `127.0.0.1:${proxy.port}`;
    expect(await mail(`smtp://${place}`, { mailDeadlineMs: DEADLINE_MS })).toEqual({
      ...{ kind: "retry", said: `${place}: not done after 0.2 s` },
    });
    sink.script = {};
    proxy.disturbance = {};
    expect(await mail(`smtp://${place}`)).toMatchObject({ kind: "delivered" });
    expect(new Set(idsOf(sink)).size).toBe(1);
  });
}

test("F47: a mail whose acceptance never arrived is sent again under its own Message-ID, for its reader to tell", async () => {
  await using sink = await startSmtpSink();
  await using proxy = await startTcpProxy(sink.port, { cutAfterAnswerTo: "\r\n.\r\n" });
  expect(await mail(smtpAt(proxy.port))).toMatchObject({ kind: "retry" });
  proxy.disturbance = {};
  expect(await mail(smtpAt(proxy.port))).toMatchObject({ kind: "delivered" });
  expect(sink.mails).toHaveLength(2);
  expect(idsOf(sink)[0]).toBe(idsOf(sink)[1]);
});

test("F48: a certificate nobody vouches for holds the mail, and nothing is said in the clear", async () => {
  await using sink = await startSmtpSink();
  const held = await mail(`${smtpAt(sink.port)}?tls=required`);
  expect(held).toMatchObject({ kind: "retry", held: true, afterMs: 300_000 });
  expect(held.said).toContain("nothing is sent in the clear");
  expect(sink.mails).toEqual([]);
});

test("F48: a server that speaks TLS from the first byte is held to its certificate too", async () => {
  await using sink = await startSmtpSink({ secure: true });
  const held = await mail(`smtps://127.0.0.1:${sink.port}`);
  expect(held).toMatchObject({ kind: "retry", held: true });
  expect(sink.mails).toEqual([]);
});

test("F48: a STARTTLS that was stripped on the way holds the mail, and no password leaves", async () => {
  await using sink = await startSmtpSink({ disabledCommands: [], authOptional: true });
  const said: string[] = [];
  await using proxy = await startTcpProxy(sink.port, { strip: "STARTTLS" });
  const dial: typeof outside.dial = async (...to) => {
    const socket = await outside.dial(...to);
    const write = socket.write.bind(socket);
    socket.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
      said.push(String(chunk));
      return write(chunk, ...rest);
    }) as typeof socket.write;
    return socket;
  };
  const held = await mail(`smtp://me:hunter2@127.0.0.1:${proxy.port}?tls=required`, { dial });
  expect(held).toMatchObject({ kind: "retry", held: true, said: expect.stringContaining("STARTTLS") });
  expect(said.join("")).toContain("EHLO");
  expect(said.join("")).not.toMatch(/AUTH|MAIL FROM|hunter2/);
  expect(sink.mails).toEqual([]);
});

test("F48: a password that is not taken holds the mail until it is mended, and is never repeated", async () => {
  await using sink = await startSmtpSink({ disabledCommands: [], allowInsecureAuth: true });
  sink.script.auth = { code: 535, says: "5.7.8 hunter2-hunter2 is wrong" };
  const address = `smtp://me:hunter2-hunter2@127.0.0.1:${sink.port}?tls=off`;
  const held = await mail(address);
  expect(held).toMatchObject({ kind: "retry", held: true, afterMs: 300_000 });
  expect(held.said).not.toContain("hunter2");
  sink.script = {};
  expect(await mail(address)).toMatchObject({ kind: "delivered" });
});

test("F49: no request reaches a Slack that asked for 7 s of quiet, before they have passed", async () => {
  await using sink = await startHttpSink(answer(429, "rate_limited", { "retry-after": "7" }), answer(200, "ok"));
  let now = FOUND_AT;
  const notifier = slack(sink, { now: () => now });
  expect(await notifier.deliver(opened())).toMatchObject({ kind: "retry", afterMs: 7_000 });
  for (; now < FOUND_AT + 7_000; now += 500)
    expect(await notifier.deliver(bundleAbout(resolvedFacts(), "oncall", "oncall"))).toMatchObject({ kind: "retry" });
  expect(sink.requests).toHaveLength(1);
  expect(await notifier.deliver(opened())).toEqual({ kind: "delivered", said: "ok" });
});

for (const [what, script] of [
  ["never answers", () => {}],
  ["stops in the middle of its answer", (response) => void response.writeHead(200).write("o")],
] as [string, HttpSink["answers"][number]][]) {
  test(`F50: a Slack that ${what} is left at the deadline`, async () => {
    await using sink = await startHttpSink(script);
    const result = await slack(sink, { httpTimeoutMs: DEADLINE_MS }).deliver(opened());
    expect(result).toEqual({ kind: "retry", said: `${new URL(sink.url).host}: no answer within 0.2 s` });
  });
}

for (const [status, body, kind, requests] of [
  [200, "no_team", "refused", 1],
  [200, "<html>sign in</html>", "retry", 1],
  [302, "", "retry", 1],
  [404, "no_service", "refused", 1],
  [410, "channel_is_archived", "refused", 1],
  [400, "invalid_payload", "refused", 2],
] as const) {
  test(`F51: ${status} ${body} is ${kind}, after ${requests} request${requests > 1 ? "s" : ""}`, async () => {
    await using sink = await startHttpSink(answer(status, body, { location: "/elsewhere" }));
    expect(await slack(sink).deliver(opened())).toMatchObject({ kind });
    expect(sink.requests).toHaveLength(requests);
  });
}

test("F51: blocks that Slack would not take are sent once more as the words alone", async () => {
  await using sink = await startHttpSink(answer(400, "invalid_blocks"), answer(200, "ok"));
  expect(await slack(sink).deliver(opened())).toEqual({ kind: "delivered", said: "ok" });
  const [first, second] = sink.requests.map((request) => JSON.parse(request.body));
  expect(first).toHaveProperty("blocks");
  expect(second).not.toHaveProperty("blocks");
  expect(second.text).toContain("INC-412");
});

test("F53: while one channel hangs, another is told", async () => {
  await using hanging = await startHttpSink(() => {});
  await using sink = await startSmtpSink();
  const notifier = notifierFor([slackChannel(hanging.url), mailChannel(smtpAt(sink.port))]);
  const stuck = notifier.deliver(opened());
  expect(await notifier.deliver(bundleAbout(conflictFacts(), "team", ONCALL))).toMatchObject({ kind: "delivered" });
  notifier.close();
  expect(await stuck).toMatchObject({ kind: "retry" });
});

for (const code of ["ENOTFOUND", "EAI_AGAIN", "ESERVFAIL"]) {
  test(`F55: a name that cannot be looked up (${code}) is tried again, and then told`, async () => {
    await using sink = await startSmtpSink();
    await using http = await startHttpSink(answer(200, "ok"));
    let isAway = true;
    const fault = () => Object.assign(new Error(`getaddrinfo ${code} relay.test`), { code });
    const change: Change = {
      dial: (...to) => (isAway ? Promise.reject(fault()) : outside.dial(...to)),
      fetch: (...to) => (isAway ? Promise.reject(fault()) : outside.fetch(...to)),
    };
    const [byMail, byHttp] = [() => mail(smtpAt(sink.port), change), () => slack(http, change).deliver(opened())];
    expect(await byMail()).toEqual({ kind: "retry", said: expect.stringContaining(code) });
    expect(await byHttp()).toEqual({ kind: "retry", said: expect.stringContaining(code) });
    isAway = false;
    expect([await byMail(), await byHttp()]).toMatchObject([{ kind: "delivered" }, { kind: "delivered" }]);
  });
}

test("H27: an address that the guard blocks holds the message and says so, without the rest of the address", async () => {
  const blocked = new StatusquoError("address_blocked", "relay.test: 169.254.169.254 is link-local, never dialled");
  const change: Change = { dial: () => Promise.reject(blocked), fetch: () => Promise.reject(blocked) };
  const held = { kind: "retry", held: true, afterMs: 300_000 };
  expect(await mail("smtp://me:hunter2@relay.test", change)).toMatchObject({
    ...held,
    said: expect.stringMatching(/^relay\.test:587: .*never dialled$/),
  });
  expect(await slack({ url: "https://relay.test" }, change).deliver(opened())).toMatchObject({
    ...held,
    said: expect.stringMatching(/^relay\.test: .*never dialled$/),
  });
});
