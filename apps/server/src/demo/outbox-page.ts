/**
 * The outbox page: what Slack and the mailbox received, to be read without an account at either.
 *
 * No script runs on it, nothing is fetched from elsewhere, and all that a message says is text. Which message and which
 * view of it is in the address; only the list, a frame of its own, loads itself again, so that nothing jumps under a
 * reader's eyes.
 */
import type { Address } from "postal-mime";
import { html, type Markup } from "./markup.ts";
import type { MailReceived, ReceivedMessage, SlackReceived } from "./received.ts";
import { renderSlack, slackSummary } from "./slack-rendering.ts";

/** What a message can be looked at as; the first of its kind is the one shown when none is asked for. */
export const VIEWS = {
  slack: { message: "Message", payload: "Payload", head: "Request head" },
  mail: { html: "HTML", text: "Text", raw: "Source" },
} as const satisfies Record<ReceivedMessage["kind"], Record<string, string>>;

const REFRESH_S = 3;

export interface OutboxPage {
  /** Shown beside the list; null while there is none. */
  selected: ReceivedMessage | null;
  /** As asked for; one that the message does not have shows its first. */
  view: string;
  /** A command that leads to a first message. */
  faultCommand: string;
  nonce: string;
}

export function outboxPage({ selected, view, faultCommand, nonce }: OutboxPage): string {
  const shown = selected ? showMessage(selected, view) : null;
  // Without a message there is nothing to read, so the whole page may load itself again.
  const refresh = shown ? null : html`<meta http-equiv="refresh" content="${REFRESH_S}">`;
  return documentOf(
    "Demo outbox",
    nonce,
    html`${refresh}`,
    shown?.rules ?? "",
    html`<header>
<h1>Demo outbox</h1>
<p>Slack and mail of the demo end here. Nothing leaves this machine.</p>
</header>
${
  shown && selected
    ? html`<div class="panes"><iframe class="list" src="/list?m=${selected.id}" title="Messages, newest first"></iframe>
<main>${shown.content}</main></div>`
    : html`<main class="empty"><h2>Nothing was sent yet</h2>
<p>All is as usual. Switch a fault on, and within a minute a Slack message and a mail arrive here:</p>
<pre>${faultCommand}</pre></main>`
}`,
  );
}

/** The list of messages, a document for the page's frame. */
export function outboxList(messages: readonly ReceivedMessage[], selectedId: number, nonce: string): string {
  const items = messages.map((message) => {
    const current = message.id === selectedId ? html` aria-current="true"` : null;
    return html`<li><a href="/?m=${message.id}" target="_top"${current}>
<span class="line"><b>${KINDS[message.kind]}</b>${timeOf(message.receivedAt)}</span>
<span class="summary">${mark409(summaryOf(message))}</span></a></li>`;
  });
  return documentOf(
    "Messages",
    nonce,
    html`<meta http-equiv="refresh" content="${REFRESH_S}">`,
    "body{background:var(--panel)}",
    html`<ol class="messages">${items}</ol>`,
  );
}

/** A mail's HTML as a document of its own: to be served under a policy that allows styles and nothing else. */
export function mailDocument(mail: string): string {
  // Links open beside the page, since nothing else may be loaded into its frame.
  const base = '<base target="_blank">';
  return /<head(?:\s[^>]*)?>/i.test(mail) ? mail.replace(/<head(?:\s[^>]*)?>/i, (head) => head + base) : base + mail;
}

const KINDS: Record<ReceivedMessage["kind"], string> = { slack: "Slack", mail: "Mail" };

function summaryOf(message: ReceivedMessage): string {
  return message.kind === "slack" ? slackSummary(message.raw) : message.mail?.subject || "A mail without a subject";
}

function showMessage(message: ReceivedMessage, asked: string): { content: Markup; rules: string } {
  const views: Record<string, string> = VIEWS[message.kind];
  const view = Object.hasOwn(views, asked) ? asked : Object.keys(views)[0]!;
  const tabs = Object.entries(views).map(
    ([name, label]) =>
      html`<a href="/?m=${message.id}&amp;view=${name}"${name === view ? html` aria-current="page"` : null}>${label}</a>`,
  );
  const { content, rules } = message.kind === "slack" ? showSlack(message, view) : showMail(message, view);
  const facts = message.kind === "slack" ? slackFacts(message) : mailFacts(message);
  return {
    content: html`<article>
<h2>${mark409(summaryOf(message))}</h2>
<dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
<div><dt>Received</dt><dd>${timeOf(message.receivedAt)}</dd></div></dl>
<nav aria-label="Views of this message">${tabs}</nav>
${content}</article>`,
    rules,
  };
}

function slackFacts({ path, headers, raw }: SlackReceived): [string, string][] {
  const agent = headers.find(([name]) => name.toLowerCase() === "user-agent")?.[1] ?? "unnamed";
  return [
    ["To", path],
    ["Sent by", agent],
    ["Size", `${Buffer.byteLength(raw)} bytes`],
  ];
}

function mailFacts({ from, to, mail, raw }: MailReceived): [string, string][] {
  const written = mail?.from ? addressText(mail.from) : from;
  return [
    ["From", written],
    ["To", to.join(", ")],
    ["Size", `${Buffer.byteLength(raw)} bytes`],
    ...(mail && mail.attachments.length > 0 ? [["Attached", attached(mail)] satisfies [string, string]] : []),
  ];
}

function attached({ attachments }: NonNullable<MailReceived["mail"]>): string {
  return attachments.map(({ filename, mimeType }) => filename ?? mimeType).join(", ");
}

function addressText(address: Address): string {
  if (address.group) return address.name;
  return address.name ? `${address.name} <${address.address}>` : address.address;
}

function showSlack({ raw, headers }: SlackReceived, view: string): { content: Markup; rules: string } {
  if (view === "message") return renderSlack(raw);
  const text = view === "head" ? headers.map(([name, value]) => `${name}: ${value}`).join("\n") : indented(raw);
  return { content: html`<pre class="raw">${text}</pre>`, rules: "" };
}

/** Spread over lines; what is not JSON stays as it is. */
function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

function showMail(message: MailReceived & { id: number }, view: string): { content: Markup; rules: string } {
  const { mail, raw } = message;
  const rules = "";
  if (view === "raw" || !mail) return { content: html`<pre class="raw">${raw}</pre>`, rules };
  if (view === "text")
    return { content: html`<pre class="raw">${mail.text ?? "This mail has no text part."}</pre>`, rules };
  if (!mail.html) return { content: html`<p>This mail has no HTML part.</p>`, rules };
  const sandbox = "allow-popups allow-popups-to-escape-sandbox";
  return {
    content: html`<iframe class="mail" src="/mail/${message.id}/html" sandbox="${sandbox}" title="The mail"></iframe>`,
    rules,
  };
}

/** Violet means 409 and nothing else. */
function mark409(text: string): Markup {
  return html`${text.split(/\b(409)\b/).map((part) => (part === "409" ? html`<span class="c409">409</span>` : part))}`;
}

function timeOf(at: number): Markup {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(11, 19)} UTC</time>`;
}

/** @param rules further style rules, made here and never from a message */
function documentOf(title: string, nonce: string, head: Markup, rules: string, body: Markup): string {
  const style: Markup = { markup: STYLE + rules };
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${head}<title>${title} · Statusquo</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
${body}
</body>
</html>
`.markup;
}

const STYLE = `
:root{color-scheme:light dark;
--bg:light-dark(#F6F5F1,#0C0E0F);--panel:light-dark(#FFFFFF,#131617);--raise:light-dark(#F1F0EB,#1A1E1F);
--line:light-dark(#E2E0D8,#262B2C);--edge:light-dark(#86888A,#626C6A);
--ink:light-dark(#15191A,#ECEFEE);--ink-2:light-dark(#485150,#AEB6B4);--ink-3:light-dark(#5F6866,#8C9593);
--focus:light-dark(#0B5FBF,#7CC4FF);--inv-ink:light-dark(#FFFFFF,#0C0E0F);--c409:light-dark(#6900C6,#B68CFF);
--mono:ui-monospace,"SF Mono",Menlo,"Cascadia Mono",Consolas,"Liberation Mono",monospace}
*{box-sizing:border-box}
html,body{height:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
a{color:inherit}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
h1,h2,h3,p,dl,dd,ol{margin:0;padding:0}
pre,code{font-family:var(--mono);font-size:12.5px}
body:has(header){display:flex;flex-direction:column}
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:2px 16px;padding:14px 24px;border-bottom:1px solid var(--line)}
h1{font-size:16px;font-weight:650}
header p{color:var(--ink-2)}
.panes{flex:1;min-height:0;display:grid;grid-template-columns:minmax(260px,340px) 1fr}
.list{width:100%;height:100%;border:0;border-right:1px solid var(--line);background:var(--panel)}
main{overflow:auto;padding:24px;min-width:0}
article{display:flex;flex-direction:column;min-height:100%;max-width:880px}
h2{font-size:18px;line-height:1.3;font-weight:650;text-wrap:balance;overflow-wrap:anywhere}
dl{display:flex;flex-wrap:wrap;gap:4px 24px;margin-top:12px;font-size:13px}
dl div{display:flex;gap:6px;min-width:0}
dt{color:var(--ink-3);white-space:nowrap}
dd{overflow-wrap:anywhere}
time{font-variant-numeric:tabular-nums}
nav{display:flex;gap:20px;margin:20px 0 16px;border-bottom:1px solid var(--line)}
nav a{padding:6px 0;color:var(--ink-2);text-decoration:none;border-bottom:2px solid transparent;margin-bottom:-1px}
nav a:hover{color:var(--ink)}
nav a[aria-current]{color:var(--ink);font-weight:600;border-color:var(--ink)}
.raw{margin:0;padding:16px;background:var(--panel);border:1px solid var(--line);border-radius:6px;
white-space:pre-wrap;overflow-wrap:anywhere}
.mail{flex:1;width:100%;min-height:480px;border:1px solid var(--line);border-radius:6px;background:var(--panel)}
.empty{max-width:720px;margin:8vh auto 0}
.empty p{margin:8px 0 16px;color:var(--ink-2)}
.empty pre{padding:12px 16px;background:var(--panel);border:1px solid var(--line);border-radius:6px;
white-space:pre-wrap;overflow-wrap:anywhere}
.messages{list-style:none}
.messages a{display:block;padding:10px 16px 12px 21px;border-bottom:1px solid var(--line);border-left:3px solid transparent;
text-decoration:none}
.messages a:hover{background:var(--raise)}
.messages a:focus-visible{outline-offset:-2px}
.messages a[aria-current]{background:var(--raise);border-left-color:var(--ink)}
.line{display:flex;justify-content:space-between;font-size:12px;color:var(--ink-3)}
.line b{font-weight:600;color:var(--ink-2)}
.summary{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;overflow:hidden;overflow-wrap:anywhere;
margin-top:2px}
.c409{color:var(--c409);font-weight:650}
.slack{padding:16px;background:var(--panel);border:1px solid var(--line);border-radius:6px;overflow-wrap:anywhere}
.slack>*+*,.bar>*+*{margin-top:10px}
.bar{border-left:4px solid var(--edge);padding-left:14px}
.slack pre{margin:6px 0;padding:10px 12px;background:var(--raise);border-radius:4px;overflow-x:auto}
.slack code{padding:1px 4px;background:var(--raise);border-radius:3px}
.slack h3{font-size:16px}
.fields{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:8px 16px}
.context{display:flex;flex-wrap:wrap;gap:4px 12px;font-size:12px;color:var(--ink-3)}
.actions{display:flex;flex-wrap:wrap;gap:8px}
.button{padding:4px 12px;border:1px solid var(--edge);border-radius:4px;font-size:13px;font-weight:600;text-decoration:none}
.button.primary{background:var(--ink);border-color:var(--ink);color:var(--inv-ink)}
hr{border:0;border-top:1px solid var(--line)}
@media (max-width:760px){
header{padding:12px 16px}
.panes{grid-template-columns:1fr;grid-template-rows:220px 1fr}
.list{border-right:0;border-bottom:1px solid var(--line)}
main{padding:16px}
.mail{min-height:70vh}
}
`;
