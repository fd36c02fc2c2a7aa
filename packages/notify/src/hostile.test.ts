/** Whatever a target or a definition writes, a message stays ours: no element, header, mention or link of theirs. */
import type { AlertFacts, Bundle } from "@statusquo/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { html, markup } from "./html.ts";
import { inertLine } from "./inert.ts";
import { letterOf } from "./letter.ts";
import { mailHtml } from "./mail-html.ts";
import { mailText } from "./mail-text.ts";
import { composeMessage, type Message } from "./message.ts";
import { codeBlock, mrkdwn, slackLink } from "./mrkdwn.ts";
import { code, say, strong } from "./phrase.ts";
import { type SlackPayload, slackPayload, slackPlainPayload } from "./slack-blocks.ts";
import { smsSegments, smsText } from "./sms-text.ts";
import { anyText } from "./testing/any-text.ts";
import {
  bundleAbout,
  conflictFacts,
  digestBundle,
  groupBundle,
  internalBundle,
  resolvedFacts,
} from "./testing/facts.ts";

const HOSTILE = [
  "<!channel> <@U024BE7LH> <http://evil.example|your bank>",
  '<script>alert(1)</script><img src=x onerror="alert(1)">',
  '"><a href="https://evil.example">',
  "'; background:url(https://evil.example/p.gif);",
  "</style><style>*{display:none}</style>",
  "</title><!-- ",
  "x\r\nBcc: thief@example.com\r\n\r\nbody",
  "```` ``` *bold* _it_ ~gone~ `code`",
  "\ud800 lone \udfff",
  "\u202egnp.exe\u2066 \u0000 \u001b[2J",
  "&lt;b&gt; &amp;amp;",
  "A".repeat(50_000),
  "👍".repeat(20_000),
  "<".repeat(20_000),
];

/** Facts in which everything that others write is `text`. */
function facts(text: string, kind: "opened" | "resolved" = "opened"): AlertFacts {
  const base = kind === "resolved" ? resolvedFacts() : conflictFacts();
  const { example } = conflictFacts();
  const { request, response } = example!.evidence;
  return {
    ...base,
    reason: text,
    monitor: { ...base.monitor, name: text, method: text, path: text, source: { file: text, line: 1, endLine: 2 } },
    causes: base.causes.map((cause) => ({
      ...cause,
      title: text,
      for: [text, text],
      against: [text],
      fix: { now: text, inClients: text, later: text },
    })),
    example: example && {
      ...example,
      evidence: {
        ...example.evidence,
        remoteAddress: text,
        bodyError: text,
        request: { ...request, url: `https://api.example.com/${text}`, method: text, headers: [[text, text]] },
        response: { ...response!, reason: text, headers: [[text, text]], body: text },
      },
    },
  };
}

const compose = (text: string, kind?: "opened" | "resolved") =>
  composeMessage(bundleAbout(facts(text, kind), "team", "oncall@example.com"));

const tagsOf = (document: string): string[] => document.match(/<[^>]*>/g) ?? [];

/** Every tag that our own templates make, attributes and all. */
const OURS = new Set(["opened", "resolved"].flatMap((kind) => tagsOf(mailHtml(compose("be-nign", kind as "opened")))));
for (const tag of tagsOf(mailHtml(composeMessage(bundleAbout(conflictFacts()))))) OURS.add(tag);

/** The tags in their order, without those that come and go with the length of a text. */
const skeletonOf = (document: string): string =>
  tagsOf(document)
    .filter((tag) => !/^<(br|\/?span)\b/.test(tag))
    .join("\n");

/** Every text of a payload that Slack reads as mark-up. */
function mrkdwnOf(payload: SlackPayload): string[] {
  const texts: string[] = [payload.text];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item);
    else if (typeof value === "object" && value !== null) {
      const { type, text, fallback } = value as { type?: unknown; text?: unknown; fallback?: unknown };
      if (type === "mrkdwn") texts.push(text as string);
      if (typeof fallback === "string") texts.push(fallback);
      for (const item of Object.values(value)) walk(item);
    }
  };
  walk([payload.blocks ?? [], payload.attachments ?? []]);
  return texts;
}

const OUR_LINK = /^<https:\/\/statusquo\.example\.com\/incidents\/412\|([^<>]*)>/;

/** What remains of a text once our one link and Slack's three escapes are taken out. */
function rest(text: string): string {
  return text
    .replaceAll(/<https:\/\/statusquo\.example\.com(?:\/incidents(?:\/\d+)?)?\|([^<>|]*)>/g, "$1")
    .replaceAll(/&(amp|lt|gt);/g, "");
}

function expectInertInSlack(payload: SlackPayload): void {
  for (const text of mrkdwnOf(payload)) {
    expect(rest(text)).not.toMatch(/[<>&]/);
    expect(text.length).toBeLessThanOrEqual(2_900);
    expect(text.isWellFormed()).toBe(true);
  }
}

/** Booleans and lists of what is wrong: a failing comparison of whole documents would say nothing. */
function expectInertInHtml(document: string, benign: string): void {
  expect(tagsOf(document).filter((tag) => !OURS.has(tag))).toEqual([]);
  expect(skeletonOf(document) === skeletonOf(benign)).toBe(true);
  expect(document.match(/&(?!(amp|lt|gt|quot|#39|nbsp);).{0,9}/gs)).toBe(null);
  expect(document.isWellFormed()).toBe(true);
}

for (const text of HOSTILE) {
  test(`H31: inert everywhere: ${JSON.stringify(text.slice(0, 40))}`, () => {
    for (const kind of ["opened", "resolved"] as const) {
      const message = compose(text, kind);
      expect(message.subject).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      expect([...message.subject].length).toBeLessThanOrEqual(200);
      expectInertInHtml(mailHtml(message), mailHtml(compose("benign", kind)));
      expect(mailHtml(message).length).toBeLessThan(100_000);
      expect(mailText(message).replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
      expectInertInSlack(slackPayload(message));
      expectInertInSlack(slackPlainPayload(message));
    }
  });
}

test("any text at all is inert in Slack", () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      const message = compose(text);
      expectInertInSlack(slackPayload(message));
      expectInertInSlack(slackPlainPayload(message));
    }),
    { numRuns: 150 },
  );
});

test("any text at all leaves the HTML's elements as they are", () => {
  // A value of nothing but space leaves its step out, so that there are fewer elements: not what is tested here.
  const texts = anyText().map((text) => `x${text}`);
  const benign = mailHtml(compose("benign"));
  fc.assert(
    fc.property(texts, (text) => {
      expectInertInHtml(mailHtml(compose(text)), benign);
    }),
    { numRuns: 150 },
  );
});

test("a code span cannot be left, and prose of others has no emphasis", () => {
  const payload = slackPayload(compose("` *bold* _it_ ~gone~ `"));
  const lead = mrkdwnOf(payload).find((text) => text.startsWith("Since"))!;
  expect(lead.match(/`/g)).toHaveLength(2);
  const why = mrkdwnOf(payload).find((text) => text.includes("Against it"))!;
  expect(why.replaceAll(/^\*[^*]*\*/gm, "")).not.toMatch(/[*~`]|(?<![\p{L}\p{N}])_/u);
});

test("the headline is the only link in Slack, and it is ours", () => {
  const [headline, ...others] = mrkdwnOf(slackPayload(compose("<http://evil.example|x>"))).slice(1);
  expect(headline!.slice(1)).toMatch(OUR_LINK);
  expect(others.filter((text) => text.includes("<"))).toEqual([]);
});

/** Bundles of every other form in which everything that others write is `text`. */
function bundlesOf(text: string): Bundle[] {
  const told = (kind: "opened" | "resolved") => ({ incident: 412, kinds: [kind], facts: facts(text, kind) });
  const incidents = [told("opened"), told("resolved")];
  const hosts = [{ host: text, incidents: 2 }];
  return [
    groupBundle({ incidents, hosts, count: 2, together: { kind: "host", host: text } }),
    groupBundle({ incidents, hosts, count: 2, together: { kind: "deploy", service: text, version: text } }),
    groupBundle({ incidents, hosts, count: 2, together: { kind: "regions", regions: [text, text] } }),
    digestBundle({ incidents, hosts }),
    internalBundle({ subject: text, reason: text }),
    internalBundle({ subject: text, reason: text, state: "resolved" }),
    bundleAbout({ ...facts(text), kind: "reminder", heldBack: text }),
    bundleAbout({
      ...facts(text),
      deploy: { id: 1, service: text, version: text, at: 0, url: text, afterMs: 0, sameRegions: true },
    }),
  ];
}

function expectInert(message: Message): void {
  expect(message.subject).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
  expect([...message.subject].length).toBeLessThanOrEqual(200);
  expect(tagsOf(mailHtml(message)).filter((tag) => !OURS.has(tag))).toEqual([]);
  expect(mailText(message).replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  expectInertInSlack(slackPayload(message));
  expectInertInSlack(slackPlainPayload(message));
  expect(smsSegments(smsText(message))).toBeLessThanOrEqual(2);
}

for (const bundle of bundlesOf("benign")) for (const tag of tagsOf(mailHtml(composeMessage(bundle)))) OURS.add(tag);

for (const text of HOSTILE) {
  test(`H54, H55, H57: inert in every form of message: ${JSON.stringify(text.slice(0, 40))}`, () => {
    for (const bundle of bundlesOf(text)) expectInert(composeMessage(bundle));
  });
}

test("H57: any text at all is inert in every form of message", () => {
  fc.assert(
    fc.property(anyText(80), (text) => {
      for (const bundle of bundlesOf(text)) expectInert(composeMessage(bundle));
    }),
    { numRuns: 60 },
  );
});

test("H31, H60: a document for programs holds one-line texts, and no address but ours", () => {
  for (const text of HOSTILE) {
    const texts: string[] = [];
    const walk = (value: unknown): void => {
      if (typeof value === "string") texts.push(value);
      else if (typeof value === "object" && value !== null) Object.values(value).forEach(walk);
    };
    for (const bundle of [...bundlesOf(text), bundleAbout(facts(text))]) {
      const { document } = letterOf(bundle);
      walk(JSON.parse(JSON.stringify(document)));
      for (const link of [document.link, ...document.incidents.map((each) => each.link)])
        expect(link ?? "https://statusquo.example.com").toMatch(/^https:\/\/statusquo\.example\.com/);
    }
    expect(texts.filter((each) => /[\p{Cc}\u202a-\u202e]/u.test(each) || !each.isWellFormed())).toEqual([]);
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(5_000);
  }
});

const MANY = { numRuns: 12_000 };

test("H55: 12,000 texts: HTML has no element and no entity but ours", () => {
  fc.assert(
    fc.property(anyText(60), (text) => {
      const [before, after] = markup(html`<p title="${text}">${text}</p>`)
        .split(/<p title="|<\/p>/)
        .slice(1);
      expect(after).toBe("");
      expect(before).not.toMatch(/<|'/);
      expect(before!.match(/[">]/g)).toEqual(['"', ">"]);
      expect(before!.match(/&(?!(amp|lt|gt|quot|#39);)/)).toBe(null);
    }),
    MANY,
  );
});

test("H57: 12,000 texts: Slack sees no mark, mention or link but ours, within its limits", () => {
  fc.assert(
    fc.property(anyText(60), (text) => {
      const phrase = say`${text} ${strong(text)} ${code(text)}`;
      const sent = mrkdwn(phrase, 120);
      expect(sent.length).toBeLessThanOrEqual(120);
      expect(sent.replaceAll(/&(amp|lt|gt);/g, "")).not.toMatch(/[<>&]/);
      expect((sent.match(/`/g)?.length ?? 0) % 2).toBe(0);
      expect(sent.isWellFormed()).toBe(true);
      expect(slackLink("https://ours.example", text)).toMatch(/^<https:\/\/ours\.example\|[^<>|]*>$/);
      expect(codeBlock([text, text], 200)).toMatch(/^```[^`]*```$/);
    }),
    MANY,
  );
});

test("H54: 12,000 texts: a line stays one line, and shows what cannot be seen", () => {
  fc.assert(
    fc.property(anyText(60), (text) => {
      const line = inertLine(text, 40);
      expect([...line].length).toBeLessThanOrEqual(40);
      expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\ufeff]/u);
      expect(line.isWellFormed()).toBe(true);
    }),
    MANY,
  );
});
