import { once } from "node:events";
import { createConnection } from "node:net";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { startOutbox } from "./outbox.ts";
import { createReceived } from "./received.ts";
import { startMailSink, startSlackSink } from "./sinks.ts";

const AT = Date.UTC(2026, 0, 5, 9, 30, 15);
const clock = { now: () => AT };

async function outbox() {
  const received = createReceived();
  const slack = await startSlackSink(received, clock);
  const mail = await startMailSink(received, clock);
  const page = await startOutbox({ received, faultCommand: "curl -X PUT http://127.0.0.1:1/fault", port: 0 });
  onTestFinished(async () => {
    await Promise.all([slack.close(), mail.close(), page.close()]);
  });
  const post = async (body: string) => {
    const response = await fetch(slack.url, { method: "POST", headers: { "user-agent": "a webhook" }, body });
    return `${response.status} ${await response.text()}`;
  };
  const get = async (path: string) => {
    const response = await fetch(`${page.url}${path}`);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { received, slackUrl: slack.url, mailUrl: mail.url, pageUrl: page.url, post, get };
}

/** Hands a mail over in plain SMTP; gives the replies, without the banner. */
async function sendMail(smtpUrl: string, mail: string, commands: string[] = []): Promise<string[]> {
  const socket = createConnection(Number(new URL(smtpUrl).port), "127.0.0.1");
  const lines = createInterface(socket)[Symbol.asyncIterator]();
  /** The last line of a reply, of which there may be several. */
  const reply = async () => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) return "closed";
      if (/^\d{3} /.test(value)) return value as string;
    }
  };
  const replies: string[] = [];
  await reply();
  const envelope = ["MAIL FROM:<statusquo@example.com>", "RCPT TO:<team@example.com>", "DATA"];
  for (const command of ["EHLO test.example.com", ...commands, ...envelope]) {
    socket.write(`${command}\r\n`);
    replies.push(await reply());
  }
  socket.write(`${mail.replaceAll("\n", "\r\n")}\r\n.\r\n`);
  replies.push(await reply());
  socket.end("QUIT\r\n");
  await once(socket, "close");
  return replies;
}

const MAIL = `From: Statusquo <statusquo@example.com>
To: team@example.com
Subject: =?UTF-8?Q?=5B409=5D_Save_a_document_=E2=80=93_12_of_14?=
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Since 09:29 <script>alert("text")</script>
--b
Content-Type: text/html; charset=utf-8

<html><head><title>t</title></head><body><script>alert("html")</script><a href="http://127.0.0.1/i/1">Open</a></body></html>
--b--`;

test("the webhook answers ok as Slack does, and keeps the payload and the head as they came", async () => {
  const { post, received } = await outbox();
  const payload = '{"text":"409 above usual",\n "blocks":[]}';

  expect(await post(payload)).toBe("200 ok");

  expect(received.newestFirst()).toMatchObject([
    { id: 1, kind: "slack", receivedAt: AT, path: "/services/demo", raw: payload },
  ]);
  const [message] = received.newestFirst();
  expect(message?.kind === "slack" && message.headers).toContainEqual(["user-agent", "a webhook"]);
});

test("the webhook refuses what Slack refuses, and keeps none of it", async () => {
  const { post, received, slackUrl } = await outbox();

  expect(await post("not json")).toBe("400 invalid_payload");
  expect(await post("[]")).toBe("400 invalid_payload");
  expect(await post('{"channel":"#a"}')).toBe("400 no_text");
  expect(await post(JSON.stringify({ text: "x".repeat(140_000) }))).toBe("413 payload_too_large");
  expect((await fetch(slackUrl)).status).toBe(405);
  expect((await fetch(`${slackUrl}/other`, { method: "POST", body: "{}" })).status).toBe(404);
  expect(received.newestFirst()).toEqual([]);
});

test("a mail is kept byte for byte with its envelope, and taken apart for reading", async () => {
  const { mailUrl, received } = await outbox();

  const replies = await sendMail(mailUrl, MAIL);

  expect(replies.at(-1)).toMatch(/^250 /);
  expect(received.newestFirst()).toMatchObject([
    {
      kind: "mail",
      receivedAt: AT,
      from: "statusquo@example.com",
      to: ["team@example.com"],
      raw: `${MAIL.replaceAll("\n", "\r\n")}\r\n`,
      mail: { subject: "[409] Save a document – 12 of 14" },
    },
  ]);
});

test("a mail that is too long is refused for good, and the next one is taken", async () => {
  const { mailUrl, received } = await outbox();

  const refused = await sendMail(mailUrl, `Subject: long\n\n${"x".repeat(78).concat("\n").repeat(14_000)}`);
  const taken = await sendMail(mailUrl, MAIL);

  expect(refused.at(-1)).toMatch(/^552 /);
  expect(taken.at(-1)).toMatch(/^250 /);
  expect(received.newestFirst()).toHaveLength(1);
});

test("only the newest 200 messages are kept, and ids are never used again", () => {
  const received = createReceived();
  for (let at = 0; at < 250; at++) {
    received.add({ kind: "slack", receivedAt: AT, path: "/", headers: [], raw: `{"text":"${at}"}` });
  }

  expect(received.newestFirst()).toHaveLength(200);
  expect(received.newestFirst()[0]).toMatchObject({ id: 250, raw: '{"text":"249"}' });
  expect(received.find(50)).toBeNull();
  expect(received.find(51)).not.toBeNull();
});

test("long messages push out older ones before memory runs short", () => {
  const received = createReceived();
  const raw = "x".repeat(1024 * 1024);
  for (let at = 0; at < 40; at++) received.add({ kind: "slack", receivedAt: AT, path: "/", headers: [], raw });

  expect(received.newestFirst()).toHaveLength(32);
});

test("before a message has come the page says how to get one, and loads itself again", async () => {
  const { get } = await outbox();

  const { text } = await get("/");

  expect(text).toContain("Nothing was sent yet");
  expect(text).toContain("curl -X PUT http://127.0.0.1:1/fault");
  expect(text).toMatch(/<meta http-equiv="refresh"/);
});

test("the newest message is shown first, another when it is asked for, each in its views", async () => {
  const { post, get, mailUrl } = await outbox();
  await post('{"text":"the older one"}');
  await sendMail(mailUrl, MAIL);

  const list = (await get("/list?m=2")).text;
  expect(list.indexOf("Save a document")).toBeLessThan(list.indexOf("the older one"));
  expect(list.indexOf("Save a document")).toBeGreaterThan(0);
  expect(list).toContain("09:30:15 UTC");
  expect((await get("/")).text).toContain('src="/mail/2/html" sandbox="allow-popups');
  expect((await get("/?m=1")).text).toContain("<p>the older one</p>");
  expect((await get("/?m=1&view=payload")).text).toContain("&quot;text&quot;: &quot;the older one&quot;");
  expect((await get("/?m=1&view=head")).text).toContain("user-agent: a webhook");
  expect((await get("/?m=2&view=raw")).text).toContain("Content-Type: multipart/alternative; boundary=b");
  expect((await get("/?m=2&view=text")).text).toContain("Since 09:29 &lt;script&gt;");
  expect((await get("/?m=2&view=toString")).text).toContain('src="/mail/2/html"');
});

test("what a message says is text everywhere: no tag of its own reaches the page", async () => {
  const { post, get, mailUrl } = await outbox();
  const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`;
  const button = { type: "button", text: { type: "plain_text", text: evil }, url: "javascript:alert(1)" };
  await post(
    JSON.stringify({
      text: evil,
      blocks: [
        { type: "header", text: { type: "plain_text", text: evil } },
        {
          type: "section",
          text: { type: "mrkdwn", text: `${evil} \`${evil}\` *${evil}* <javascript:alert(1)|${evil}>` },
        },
        { type: "section", fields: [{ type: "mrkdwn", text: evil }] },
        { type: "actions", elements: [button] },
        { type: evil },
        null,
        7,
      ],
      attachments: [{ color: "#fff}</style><script>", fallback: evil }],
    }),
  );
  await post(JSON.stringify({ text: evil }));
  await sendMail(mailUrl, `From: "${evil.replaceAll('"', "")}" <a@example.com>\nSubject: ${evil}\n\n${evil}`);

  for (const path of [
    "/list",
    ...[1, 2, 3].flatMap((m) => ["", "payload", "head", "text", "raw"].map((v) => `/?m=${m}&view=${v}`)),
  ]) {
    const { text, status } = await get(path);
    expect(status).toBe(200);
    expect(text, path).not.toMatch(/<script|<img|href="javascript/i);
  }
  expect((await get("/?m=1")).text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
});

test("the pages allow no script, and a mail's HTML gets a box without origin, script or network", async () => {
  const { get, mailUrl } = await outbox();
  await sendMail(mailUrl, MAIL);

  const page = await get("/");
  const nonce = /<style nonce="([^"]+)">/.exec(page.text)?.[1];
  expect(page.headers.get("content-security-policy")).toBe(
    `default-src 'none'; style-src 'nonce-${nonce}'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'`,
  );
  expect((await get("/")).text).not.toContain(nonce);
  const mail = await get("/mail/1/html");
  const policy = mail.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toMatch(/sandbox allow-popups allow-popups-to-escape-sandbox$/);
  expect(policy).not.toContain("script");
  expect(mail.headers.get("x-content-type-options")).toBe("nosniff");
  expect(mail.text).toContain('<head><base target="_blank"><title>');
});

test("a Slack message is readable: blocks, code, links, fields and the colour of its bar", async () => {
  const { post, get } = await outbox();
  const text = "*<http://127.0.0.1/i/1|Saves &amp; edits>*\n```eu-west  XX```\nSince `PUT /a_b_c` 2 &lt; 3, _probably_";
  await post(
    JSON.stringify({
      text: "409 above usual. http://127.0.0.1/i/1",
      attachments: [
        {
          color: "#6900C6",
          blocks: [
            { type: "section", text: { type: "mrkdwn", text }, fields: [{ type: "mrkdwn", text: "*Seen*\n9 of 12" }] },
            { type: "context", elements: [{ type: "mrkdwn", text: "INC-1" }] },
            {
              type: "actions",
              elements: [{ type: "button", text: { type: "plain_text", text: "Open" }, url: "http://127.0.0.1/i/1" }],
            },
          ],
        },
      ],
    }),
  );

  const page = (await get("/")).text;

  expect(page).toContain('<h2><span class="c409">409</span> above usual.</h2>');
  expect(page).toContain(
    '<b><a href="http://127.0.0.1/i/1" target="_blank" rel="noreferrer">Saves &amp; edits</a></b>',
  );
  expect(page).toContain("<pre>eu-west  XX</pre>");
  expect(page).toContain("<code>PUT /a_b_c</code> 2 &lt; 3, <i>probably</i>");
  expect(page).toContain("<b>Seen</b><br>9 of 12");
  expect(page).toContain("<span>INC-1</span>");
  expect(page).toContain('<a class="button" href="http://127.0.0.1/i/1"');
  expect(page).toContain(".bar-0{border-color:#6900C6}");
});

test("programs read the messages as JSON, with what the mail's parts say", async () => {
  const { get, post, mailUrl } = await outbox();
  await post('{"text":"one"}');
  await sendMail(mailUrl, MAIL);

  const messages = JSON.parse((await get("/messages.json")).text);

  expect(messages).toMatchObject([
    { id: 2, kind: "mail", receivedAt: "2026-01-05T09:30:15.000Z", subject: "[409] Save a document – 12 of 14" },
    { id: 1, kind: "slack", raw: '{"text":"one"}' },
  ]);
  expect(messages[0].html).toContain("<a href");
});

test("the page only reads, and knows nothing of other paths", async () => {
  const { get, pageUrl } = await outbox();

  expect((await get("/mail/1/html")).status).toBe(404);
  expect((await get("/nothing")).status).toBe(404);
  expect((await fetch(pageUrl, { method: "POST" })).status).toBe(405);
});
