/**
 * Texts of others through everything that shows them: mail, Slack, SMS, the public page, badges, React and the log. Of each
 * it is known what it looks like with a harmless text; a text may change nothing but the letters between.
 */
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { badge } from "../packages/api/src/badge.ts";
import { statusPage } from "../packages/api/src/status-page.ts";
import type { Status } from "../packages/api/src/status-views.ts";
import { visibleLine } from "../packages/core/src/index.ts";
import { html, markup } from "../packages/notify/src/html.ts";
import { inertLine } from "../packages/notify/src/inert.ts";
import { mailHtml } from "../packages/notify/src/mail-html.ts";
import { mailText } from "../packages/notify/src/mail-text.ts";
import { composeMessage } from "../packages/notify/src/message.ts";
import { codeBlock, mrkdwn, slackLink } from "../packages/notify/src/mrkdwn.ts";
import { code, say, strong } from "../packages/notify/src/phrase.ts";
import { slackPayload } from "../packages/notify/src/slack-blocks.ts";
import { smsSegments, smsText } from "../packages/notify/src/sms-text.ts";
import { bundleAbout, conflictFacts } from "../packages/notify/src/testing/facts.ts";

const UNITS = [
  ..."<>&|*_~`'\"\\\r\n\t @!#;%=+-,",
  ...["\u202e", "\u2028", "\0", "\u001b[2J", "\u009b", "\ud800", "\udc00", "\ufeff", "👍", "ß", "漢"],
  ...[
    "</td>",
    "<b>",
    "<!--",
    "-->",
    "]]>",
    "&#x3c;",
    "&lt;",
    "<!here>",
    "<@U1>",
    "<http://x|y>",
    "</script>",
    "</title>",
  ],
  ...["javascript:", "url(", "${env:HOME}", "{{uuid}}", "=HYPERLINK(", "@SUM(", "\r\nBcc: x@example.com\r\n"],
];
/** Whole mails and pages take a thousand times as long as a line: so many texts in one. */
const WHOLE_EVERY = 250;

type Place = readonly [name: string, isInert: (text: string) => boolean];

const tagsOf = (document: string) => document.match(/<[^>]*>/g) ?? [];
/** The shape of a document: its tags in order, with nothing in their attributes. */
const shapeOf = (document: string) =>
  tagsOf(document)
    .map((tag) => tag.replaceAll(/"[^"]*"/g, '""'))
    .filter((tag) => !/^<(?:br|\/?span)\b/.test(tag))
    .join("");
const entities = (document: string) => !/&(?!(?:amp|lt|gt|quot|nbsp|#\d+|#x27);)/.test(document);
const sameShape = (make: (text: string) => string): ((text: string) => boolean) => {
  const harmless = shapeOf(make("harmless"));
  return (text) => {
    const made = make(text);
    return shapeOf(made) === harmless && entities(made);
  };
};

const LINES: Place[] = [
  ["mail, HTML", sameShape((text) => markup(html`<p title="${text}">${text}</p>`))],
  ["subject", (text) => !/[\p{Cc}\u202a-\u202e\u2066-\u2069\ufeff]/u.test(inertLine(text, 200))],
  [
    "Slack",
    (text) => {
      const said = mrkdwn(say`${text} ${strong(text)} ${code(text)}`, 120);
      const isPlain = !/[<>&]/.test(said.replaceAll(/&(?:amp|lt|gt);/g, "")) && said.isWellFormed();
      const isPaired = (said.match(/`/g)?.length ?? 0) % 2 === 0;
      const isLink = /^<https:\/\/ours\.example\|[^<>|]*>$/.test(slackLink("https://ours.example", text));
      return isPlain && isPaired && isLink && /^```[^`]*```$/.test(codeBlock([text, text], 200));
    },
  ],
  ["badge", sameShape((text) => badge(`x${text}`, "spike"))],
  ["React", sameShape((text) => renderToStaticMarkup(createElement("p", { title: text, "aria-label": text }, text)))],
  [
    "log",
    (text) => {
      const line = visibleLine(JSON.stringify({ said: text }));
      return !/[\p{Cc}\u2028-\u202e]/u.test(line) && JSON.parse(line).said === text;
    },
  ],
];

const WHOLES: Place[] = [
  ["public page", sameShape((text) => statusPage(statusNaming(`x${text}`), "/status.css"))],
  [
    "message",
    (text) => {
      const message = composeMessage(bundleAbout({ ...conflictFacts(), reason: text, monitor: named(text) }));
      const payload = JSON.stringify(slackPayload(message)).replaceAll(/<https:\/\/statusquo[^|<>]*\|[^<>|]*>/g, "");
      const isPlain = !/<|>/.test(payload) && !/\p{Cc}/u.test(mailText(message).replaceAll("\n", ""));
      return isPlain && entities(mailHtml(message)) && smsSegments(smsText(message)) <= 2;
    },
  ],
];

function named(text: string) {
  const { monitor } = conflictFacts();
  return { ...monitor, name: text, method: text, path: text };
}

function statusNaming(text: string): Status {
  const at = Date.UTC(2026, 0, 1);
  const own = { service: text, group: text, state: "partly", places: [text], since: at, until: null } as const;
  const service = { name: text, state: "partly", since: at, places: [text], uptime: 0.5 } as const;
  const days = [{ at, state: "partly", disruptedMs: 60_000 } as const];
  return {
    ...{ now: at, state: "partly", measuredAt: at, everyMs: 60_000, places: [text] },
    groups: [{ name: text, services: [{ ...service, places: [text], days }] }],
    disruptions: [
      { ...own, places: [text] },
      { ...own, places: [text], until: at },
    ],
    planned: [{ services: [text], from: at, until: at }],
  };
}

/**
 * @param count texts, the same ones for the same `random`
 * @throws Error naming the text and where it was more than a text
 */
export function fuzzTexts(count: number, random: () => number): { texts: number; places: number } {
  let places = 0;
  for (let index = 0; index < count; index++) {
    const length = Math.floor(random() * 60);
    const text = Array.from({ length }, () =>
      random() < 0.3
        ? String.fromCharCode(Math.floor(random() * 65_536))
        : (UNITS[Math.floor(random() * UNITS.length)] ?? ""),
    ).join("");
    for (const [name, isInert] of index % WHOLE_EVERY === 0 ? [...LINES, ...WHOLES] : LINES) {
      places += 1;
      if (!isInert(text)) throw new Error(`text ${index} is more than a text in ${name}: ${JSON.stringify(text)}`);
    }
  }
  return { texts: count, places };
}
