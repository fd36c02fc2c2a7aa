/**
 * A Slack payload as a person would read it in a channel: near enough to judge a message by, never more than escaped
 * text and links to http and https.
 */
import { html, type Markup } from "./markup.ts";

/** Class names of the coloured bars, and the rules they need in the page's style sheet. */
export interface SlackRendering {
  content: Markup;
  rules: string;
}

const SUMMARY_CHARACTERS = 500;

type Fields = Record<string, unknown>;

/** @param raw JSON as it came; what is not an object is shown as it is */
export function renderSlack(raw: string): SlackRendering {
  const payload = parsePayload(raw);
  if (!payload) return { content: html`<pre>${raw}</pre>`, rules: "" };
  const blocks = listOf(payload.blocks);
  const rules: string[] = [];

  const attachments = listOf(payload.attachments).map((attachment, at) => {
    const color = /^#[0-9a-f]{6}$/i.exec(textOf(attachment.color))?.[0];
    if (color) rules.push(`.bar-${at}{border-color:${color}}`);
    const inside = listOf(attachment.blocks);
    const text = textOf(attachment.text) || textOf(attachment.fallback);
    return html`<div class="bar bar-${at}">${inside.length > 0 ? inside.map(renderBlock) : html`<p>${mrkdwn(text)}</p>`}</div>`;
  });
  const text = blocks.length === 0 && attachments.length === 0 ? mrkdwn(textOf(payload.text)) : null;
  return {
    content: html`<div class="slack">${text && html`<p>${text}</p>`}${blocks.map(renderBlock)}${attachments}</div>`,
    rules: rules.join(""),
  };
}

/** The line a phone shows when the message comes in. */
export function slackSummary(raw: string): string {
  const payload = parsePayload(raw);
  const attachment = listOf(payload?.attachments)[0];
  const text = textOf(payload?.text) || textOf(attachment?.fallback) || "A message without text";
  const plain = decoded(text.slice(0, SUMMARY_CHARACTERS).replace(/<[^<>|]*\|([^<>]*)>/g, "$1"));
  // The link at its end is for a phone; here the message itself has it.
  return plain.replace(/\s*<?https?:\/\/\S+$/, "");
}

function parsePayload(raw: string): Fields | null {
  try {
    const payload: unknown = JSON.parse(raw);
    return isFields(payload) ? payload : null;
  } catch {
    return null;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A text object: `mrkdwn`, or `plain_text`, where nothing is markup. */
function renderText(value: unknown): Markup {
  if (!isFields(value)) return html`${textOf(value)}`;
  return value.type === "mrkdwn" ? mrkdwn(textOf(value.text)) : lines(textOf(value.text));
}

function renderBlock(block: Fields): Markup {
  switch (block.type) {
    case "header":
      return html`<h3>${renderText(block.text)}</h3>`;
    case "section": {
      const fields = listOf(block.fields).map((field) => html`<p>${renderText(field)}</p>`);
      return html`${block.text ? html`<div class="section">${renderText(block.text)}</div>` : null}${
        fields.length > 0 ? html`<div class="fields">${fields}</div>` : null
      }`;
    }
    case "context":
      return html`<p class="context">${listOf(block.elements).map((element) => html`<span>${renderText(element)}</span>`)}</p>`;
    case "divider":
      return html`<hr>`;
    case "actions":
      return html`<p class="actions">${listOf(block.elements).map(renderButton)}</p>`;
    default:
      return html`<pre>${JSON.stringify(block, null, 2)}</pre>`;
  }
}

function renderButton(button: Fields): Markup {
  const label = renderText(button.text);
  const url = webUrl(textOf(button.url));
  const look = button.style === "primary" ? "button primary" : "button";
  return url
    ? html`<a class="${look}" href="${url}" target="_blank" rel="noreferrer">${label}</a>`
    : html`<span class="${look}">${label}</span>`;
}

const MARKS = /```([\s\S]+?)```\n?|`([^`\n]+)`|<([^<>\n]+)>|(?<!\w)\*([^*\n]+)\*(?!\w)|(?<!\w)_([^_\n]+)_(?!\w)/g;

/** Slack's mrkdwn: code, links, bold and italic. */
function mrkdwn(text: string): Markup {
  const made: Markup[] = [];
  let done = 0;
  for (const match of text.matchAll(MARKS)) {
    made.push(lines(decoded(text.slice(done, match.index))));
    const [whole, fenced, code, angled, bold, italic] = match;
    if (fenced !== undefined) made.push(html`<pre>${decoded(fenced)}</pre>`);
    else if (code !== undefined) made.push(html`<code>${decoded(code)}</code>`);
    else if (angled !== undefined) made.push(renderAngled(angled));
    else if (bold !== undefined) made.push(html`<b>${mrkdwn(bold)}</b>`);
    else made.push(html`<i>${mrkdwn(italic ?? "")}</i>`);
    done = match.index + whole.length;
  }
  return html`${made}${lines(decoded(text.slice(done)))}`;
}

/** `url|label`, or one of Slack's own: `!here`, `@U1|name`, `!date^…|text`. */
function renderAngled(angled: string): Markup {
  const bar = angled.indexOf("|");
  const target = decoded(bar < 0 ? angled : angled.slice(0, bar));
  const label = bar < 0 ? target.replace(/^!/, "@") : decoded(angled.slice(bar + 1));
  const url = webUrl(target);
  return url ? html`<a href="${url}" target="_blank" rel="noreferrer">${label}</a>` : html`${label}`;
}

function webUrl(text: string): string | null {
  return /^https?:\/\//i.test(text) ? text : null;
}

/** Slack escapes just these three. */
function decoded(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function lines(text: string): Markup {
  return html`${text.split("\n").map((line, at) => (at === 0 ? html`${line}` : html`<br>${line}`))}`;
}
