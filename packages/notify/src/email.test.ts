import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import type { AlertFacts, DeliveryResult } from "@statusquo/core";
import nodemailer from "nodemailer";
import { expect, onTestFinished, test, vi } from "vitest";
import { bundleAbout, changedFacts, conflictFacts, outageFacts, resolvedFacts } from "./testing/facts.ts";
import { notifierFor, PLAIN } from "./testing/notifier.ts";
import { type SmtpSink, startSmtpSink } from "./testing/smtp-sink.ts";

const RECIPIENT = "oncall@example.com";

interface Mailing {
  smtp?: string;
  from?: string;
  recipient?: string;
  deadlineMs?: number;
}

/** One attempt to mail these facts through `sink`, or to whatever address is given. */
async function mail(to: SmtpSink | number, facts: AlertFacts = conflictFacts(), mailing: Mailing = {}) {
  const port = typeof to === "number" ? to : to.port;
  const {
    smtp = `smtp://127.0.0.1:${port}`,
    from = "Statusquo <statusquo@example.com>",
    deadlineMs = 10_000,
  } = mailing;
  const recipient = mailing.recipient ?? RECIPIENT;
  const channel = { id: "team", kind: "email", to: [recipient], from, smtp, ...PLAIN } as const;
  const notifier = notifierFor([{ ...channel, to: [recipient] }], { mailDeadlineMs: deadlineMs });
  try {
    return await notifier.deliver(bundleAbout(facts, "team", recipient));
  } finally {
    notifier.close();
  }
}

const header = (sink: SmtpSink, index: number, name: string) =>
  sink.mails[index]!.mail.headers.find((entry) => entry.key === name)?.value;

test("a mail goes to one recipient, with subject, text and HTML", async () => {
  await using sink = await startSmtpSink();
  expect(await mail(sink)).toEqual({ kind: "delivered", said: expect.stringMatching(/^250 /) });
  const [{ mail: received, to, from }] = sink.mails as [SmtpSink["mails"][number]];
  expect({ to, from }).toEqual({ to: [RECIPIENT], from: "statusquo@example.com" });
  expect(received.subject).toBe("[409] Save a document: 409 on 7 of 9 probes in eu-west and us-east (usual 1.2 %)");
  expect(received.from).toMatchObject({ name: "Statusquo", address: "statusquo@example.com" });
  expect(received.attachments).toEqual([]);
  expect(header(sink, 0, "auto-submitted")).toBe("auto-generated");
  expect(header(sink, 0, "x-statusquo-key")).toBe(`inc-412.1.team.${RECIPIENT}`);
});

test("H56: the mailer reads no file and no address into a mail, whoever hands it one", async () => {
  await using sink = await startSmtpSink();
  const made = vi.spyOn(nodemailer, "createTransport");
  onTestFinished(() => made.mockRestore());
  const smtp = `smtp://127.0.0.1:${sink.port}`;
  const channel = { id: "team", kind: "email", from: "statusquo@example.com", smtp, ...PLAIN } as const;
  const notifier = notifierFor([{ ...channel, to: [RECIPIENT] }]);
  onTestFinished(() => notifier.close());
  expect(await notifier.deliver(bundleAbout(conflictFacts(), "team", RECIPIENT))).toMatchObject({ kind: "delivered" });
  const transport = made.mock.results[0]?.value as ReturnType<typeof nodemailer.createTransport>;
  const address = { from: "statusquo@example.com", to: RECIPIENT, subject: "x" };
  for (const content of [{ path: "/etc/hostname" }, { href: "http://127.0.0.1:1/" }]) {
    await expect(transport.sendMail({ ...address, text: content as never })).rejects.toThrow(/access rejected/);
    await expect(transport.sendMail({ ...address, text: "x", attachments: [content] })).rejects.toThrow(
      /access rejected/,
    );
  }
  expect(sink.mails).toHaveLength(1);
});

/** The words of a page in order, as a reader without styles gets them. */
function wordsOf(html: string): string {
  return html
    .replace(/<(style|title)>.*?<\/\1>/gs, " ")
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&nbsp;", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")
    .replace(/\s+/g, " ");
}

test("text and HTML say the same facts", async () => {
  await using sink = await startSmtpSink();
  for (const facts of [conflictFacts(), outageFacts(), changedFacts(), resolvedFacts()]) await mail(sink, facts);
  expect(sink.mails).toHaveLength(4);
  for (const { mail: received } of sink.mails) {
    const html = wordsOf(received.html!).toLowerCase();
    const paragraphs = received.text!.split("\n\n").filter((part) => !/^every probe/i.test(part) && !/^ /.test(part));
    const words = paragraphs.flatMap((part) => part.match(/[\p{L}\p{N}][\p{L}\p{N}.,:/-]*[\p{L}\p{N}]|\d+/gu) ?? []);
    expect(words.length).toBeGreaterThan(50);
    const link = "open incident: https";
    expect(words.filter((word) => !html.includes(word.toLowerCase()) && !link.includes(word.slice(0, 5)))).toEqual([]);
    expect(received.html).toContain('href="https://statusquo.example.com/incidents/412"');
    expect(received.text).toContain("https://statusquo.example.com/incidents/412");
  }
});

test("the matrix is a table with the code written in its cells", async () => {
  await using sink = await startSmtpSink();
  await mail(sink);
  expect(sink.mails[0]!.mail.html!.match(/>409<\/td>/g)).toHaveLength(5);
  expect(sink.mails[0]!.mail.html).not.toMatch(/<img|url\(|<link|<script/i);
});

test("a mail sent again is the same mail, and later ones of the incident answer the first", async () => {
  await using sink = await startSmtpSink();
  sink.script.data = "cut";
  expect(await mail(sink)).toMatchObject({ kind: "retry" });
  sink.script = {};
  await mail(sink);
  await mail(sink, changedFacts());
  await mail(sink, resolvedFacts());
  const [lost, first, changed, resolved] = sink.mails.map(({ mail: received }) => received);
  expect(first!.messageId).toMatch(/^<[0-9a-f]{40}@statusquo>$/);
  expect(lost).toMatchObject({ messageId: first!.messageId, date: first!.date, subject: first!.subject });
  expect(first!.inReplyTo).toBe(undefined);
  expect(changed!.messageId).not.toBe(first!.messageId);
  for (const later of [changed, resolved])
    expect(later).toMatchObject({ inReplyTo: first!.messageId, references: first!.messageId });
});

const ENDS: [name: string, script: SmtpSink["script"], result: Partial<DeliveryResult>][] = [
  ["421 at the door", { connect: { code: 421, says: "4.3.2 too busy" } }, { kind: "retry" }],
  ["451 for the recipient", { rcptTo: { code: 451, says: "4.7.1 greylisted" } }, { kind: "retry" }],
  ["452 after the data", { data: { code: 452, says: "4.3.1 no room" } }, { kind: "retry" }],
  ["550 for the recipient", { rcptTo: { code: 550, says: "5.1.1 no such user" } }, { kind: "refused" }],
  ["553 for the sender", { mailFrom: { code: 553, says: "5.1.8 not you" } }, { kind: "refused" }],
  ["554 after the data", { data: { code: 554, says: "5.7.1 spam" } }, { kind: "refused" }],
  ["a connection cut after the data", { data: "cut" }, { kind: "retry" }],
  ["a connection cut at the door", { connect: "cut" }, { kind: "retry" }],
];

for (const [name, script, result] of ENDS) {
  test(`${name} is ${result.kind}, with what the server said`, async () => {
    await using sink = await startSmtpSink();
    sink.script = script;
    const got = await mail(sink);
    expect(got).toMatchObject(result);
    const [scripted] = Object.values(script);
    expect(got.said).toContain(`127.0.0.1:${sink.port}`);
    if (typeof scripted === "object") expect(got.said).toContain(`${scripted.code} ${scripted.says}`);
  });
}

for (const step of ["connect", "mailFrom", "data"] as const) {
  test(`a server that falls silent at ${step} is left at the deadline, to be tried again`, async () => {
    await using sink = await startSmtpSink();
    sink.script[step] = "silence";
    expect(await mail(sink, conflictFacts(), { deadlineMs: 150 })).toEqual({
      kind: "retry",
      said: `127.0.0.1:${sink.port}: not done after 0.15 s`,
    });
  });
}

test("a server that says its banner letter by letter is left at the deadline", async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const drip = setInterval(() => socket.write("2"), 20);
    socket.on("error", () => {}).on("close", () => clearInterval(drip));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    const result = await mail((server.address() as AddressInfo).port, conflictFacts(), { deadlineMs: 150 });
    expect(result).toMatchObject({ kind: "retry", said: expect.stringContaining("not done after 0.15 s") });
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

test("nothing listens: tried again, with the reason", async () => {
  const sink = await startSmtpSink();
  await sink[Symbol.asyncDispose]();
  expect(await mail(sink)).toEqual({
    kind: "retry",
    said: `127.0.0.1:${sink.port}: connection failed (ECONNREFUSED)`,
  });
});

test("where STARTTLS is required and not offered, nothing is sent in the clear", async () => {
  await using sink = await startSmtpSink({ disabledCommands: ["AUTH", "STARTTLS"] });
  const result = await mail(sink, conflictFacts(), { smtp: `smtp://127.0.0.1:${sink.port}?tls=required` });
  expect(result).toMatchObject({ kind: "retry", said: expect.stringContaining("nothing is sent in the clear") });
  expect(result).toHaveProperty("afterMs", 300_000);
  expect(sink.mails).toEqual([]);
});

test("a certificate nobody vouches for is not trusted", async () => {
  await using sink = await startSmtpSink();
  const result = await mail(sink, conflictFacts(), { smtp: `smtp://127.0.0.1:${sink.port}?tls=required` });
  expect(result).toMatchObject({ kind: "retry", said: expect.stringContaining("nothing is sent in the clear") });
  expect(sink.mails).toEqual([]);
});

test("a password that is not taken holds the mail, and is not repeated", async () => {
  await using sink = await startSmtpSink({ disabledCommands: [], allowInsecureAuth: true, authOptional: true });
  const smtp = `smtp://mailer:p%40ssw0rd-7@127.0.0.1:${sink.port}`;
  sink.script.auth = { code: 535, says: "5.7.8 mailer may not use p@ssw0rd-7" };
  const held = await mail(sink, conflictFacts(), { smtp });
  expect(held).toMatchObject({ kind: "retry", afterMs: 300_000, said: expect.stringContaining("535 5.7.8") });
  expect(held.said).not.toContain("p@ssw0rd-7");
  expect(held.said).toContain("[removed]");
  sink.script = {};
  expect(await mail(sink, conflictFacts(), { smtp })).toMatchObject({ kind: "delivered" });
});

test("H54: hostile facts make no header of their own", async () => {
  await using sink = await startSmtpSink();
  const name = "x\r\nBcc: thief@example.com\r\nX-Evil: 1\r\n\r\n<script>alert(1)</script>\ud800\u202e";
  const facts = conflictFacts();
  await mail(sink, { ...facts, monitor: { ...facts.monitor, name, path: name }, reason: name });
  const [{ mail: received, to, raw }] = sink.mails as [SmtpSink["mails"][number]];
  expect(to).toEqual([RECIPIENT]);
  expect(received.bcc).toBe(undefined);
  expect(received.headers.map((entry) => entry.key)).not.toContain("x-evil");
  expect(received.subject).toContain("x Bcc: thief@example.com X-Evil: 1 <script>");
  expect(received.html).not.toContain("<script>");
  expect(raw.split("\r\n\r\n")[0]).not.toMatch(/^bcc:/im);
});

for (const recipient of [
  "a@example.com\r\nBcc: x@example.com",
  '"x" <a@example.com>, c@example.com',
  "group: a@example.com;",
  "script",
  `${"a".repeat(250)}@example.com`,
]) {
  test(`H11: ${JSON.stringify(recipient.slice(0, 40))} is not one address, and nothing is dialled`, async () => {
    await using sink = await startSmtpSink();
    expect(await mail(sink, conflictFacts(), { recipient })).toMatchObject({ kind: "refused" });
    expect(sink.sessions).toBe(0);
  });
}

test("close ends a mail under way; it stays to be sent", async () => {
  await using sink = await startSmtpSink();
  sink.script.mailFrom = "silence";
  const smtp = `smtp://127.0.0.1:${sink.port}`;
  const notifier = notifierFor([
    { id: "team", kind: "email", to: [RECIPIENT], from: "statusquo@example.com", smtp, ...PLAIN },
  ]);
  const attempt = notifier.deliver(bundleAbout(conflictFacts()));
  await expect.poll(() => sink.sessions).toBe(1);
  notifier.close();
  expect(await attempt).toEqual({ kind: "retry", said: "stopped before it was done, because the channel was closed" });
});
