/**
 * The HTML part of a mail: tables 600 px wide, styles inline, nothing loaded from anywhere.
 *
 * It stays readable with every style stripped: order and words carry it, colour and weight only repeat them. Dark
 * pages through `prefers-color-scheme`, and through the attributes Outlook.com and its apps rewrite colours with.
 */
import { holdUnits } from "./figures.ts";
import { type Html, html, markup } from "./html.ts";
import { type Cell, type MatrixView, PHONE_COLUMNS } from "./matrix.ts";
import type { Message } from "./message.ts";
import type { Phrase, Span } from "./phrase.ts";
import { TONES, type Tone } from "./tone.ts";

const SANS = "-apple-system,BlinkMacSystemFont,Segoe UI,Inter,Roboto,Helvetica,Arial,sans-serif";
const MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,Liberation Mono,monospace";

/** Colours of the page, light and dark. */
const PAGE = {
  ground: ["#F6F5F1", "#0C0E0F"],
  card: ["#FFFFFF", "#131617"],
  raised: ["#F1F0EB", "#1A1E1F"],
  line: ["#E2E0D8", "#262B2C"],
  edge: ["#86888A", "#626C6A"],
  ink: ["#15191A", "#ECEFEE"],
  ink2: ["#485150", "#AEB6B4"],
  ink3: ["#5F6866", "#8C9593"],
} as const satisfies Record<string, readonly [light: string, dark: string]>;

const INK = PAGE.ink[0];
const INK2 = PAGE.ink2[0];
const INK3 = PAGE.ink3[0];
const LINE = PAGE.line[0];

/** A whole document. */
export function mailHtml(message: Message): string {
  const fill = TONES[message.tone].light.fill;
  return markup(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="x-apple-disable-message-reformatting">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${message.subject}</title>
${STYLE}
</head>
<body class="g" style="margin:0;padding:0;background-color:${PAGE.ground[0]};">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all;">${message.glance}${PREVIEW_END}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="g" bgcolor="${PAGE.ground[0]}" style="background-color:${PAGE.ground[0]};">
<tr><td align="center" style="padding:20px 8px;">
<table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" class="w" style="width:600px;max-width:600px;">
<tr><td class="f-${message.tone}" bgcolor="${fill}" height="4" style="background-color:${fill};font-size:0;line-height:4px;height:4px;">&nbsp;</td></tr>
<tr><td class="c p" bgcolor="${PAGE.card[0]}" style="background-color:${PAGE.card[0]};border:1px solid ${LINE};border-top:0;padding:22px 28px 26px;">
${opening(message)}${button(message)}${listTable(message)}${message.matrix === null ? null : matrixTable(message.matrix)}${linesTable(message.lines)}${message.steps.map(stepBlock)}${exampleBlock(message.example)}
<p class="i2 l" style="margin:24px 0 0;padding:14px 0 0;border-top:1px solid ${LINE};color:${INK2};font-family:${SANS};font-size:12px;line-height:18px;overflow-wrap:anywhere;">${rich(message.footer, 11)}<br><span class="i3" style="color:${INK3};">${message.key}</span></p>
</td></tr>
</table>
</td></tr></table>
</body>
</html>
`);
}

function opening({ badge, tone, intro, headline, aside, lead, cause }: Message): Html {
  const ink = TONES[tone].light.ink;
  return html`<p class="i2" style="margin:0 0 6px;color:${INK2};font-family:${SANS};font-size:13px;line-height:18px;"><b class="k-${tone}" style="color:${ink};">${badge.title}</b> ${badge.state} &nbsp;·&nbsp; ${badge.reference} &nbsp;·&nbsp; ${badge.when}</p>
<h1 class="i h" style="margin:0;color:${INK};font-family:${SANS};font-size:25px;line-height:31px;font-weight:700;letter-spacing:-0.3px;overflow-wrap:anywhere;">${intro === null ? null : html`<span class="i2" style="color:${INK2};font-weight:400;">${held(intro)}:</span> `}${held(headline)}${aside === "" ? null : html` <span class="i3" style="color:${INK3};font-weight:400;">(${held(aside)})</span>`}</h1>
${[lead, ...(cause === null ? [] : [cause])].map(
  (text) =>
    html`<p class="i" style="margin:10px 0 0;color:${INK};font-family:${SANS};font-size:16px;line-height:24px;overflow-wrap:anywhere;">${rich(text, 14)}</p>
`,
)}`;
}

function button({ link, linkText }: Message): Html | null {
  if (link === null) return null;
  return html`<table role="presentation" cellpadding="0" cellspacing="0" border="0" class="b" style="margin:18px 0 0;"><tr>
<td><a href="${link}" class="a" style="display:inline-block;background-color:${INK};border:1px solid ${INK};border-radius:6px;color:#FFFFFF;font-family:${SANS};font-size:14px;font-weight:600;line-height:20px;padding:10px 18px;text-decoration:none;">${linkText}</a></td>
</tr></table>
`;
}

function matrixTable({ labels, rows, tallied, more, slots }: MatrixView): Html {
  const phoneFrom = slots.length - PHONE_COLUMNS;
  const hidden = (column: number) => (column < phoneFrom ? "hs" : "");
  return html`
<table cellpadding="0" cellspacing="0" border="0" width="100%" class="m" style="margin:24px 0 0;width:100%;border-collapse:collapse;">
<caption align="top" class="i2" style="text-align:left;color:${INK2};font-family:${SANS};font-size:13px;line-height:20px;padding:0 0 4px;">Every probe, oldest first${legend(rows)}</caption>
<tr><td></td>${labels.map((label, column) => html`<th scope="col" class="i3 x ${hidden(column)}" style="color:${INK3};font-family:${SANS};font-size:10px;font-weight:400;line-height:18px;">${label}</th>`)}<td align="right" class="i3" style="color:${INK3};font-family:${SANS};font-size:10px;line-height:18px;white-space:nowrap;"><span class="hs">${tallied}</span></td></tr>
${rows.map((row) => {
  const weight = row.affected ? 600 : 400;
  const tone = row.cells.findLast((cell) => cell.kind === "above")?.tone;
  const lit = row.affected && tone !== undefined;
  return html`<tr><th scope="row" align="left" class="i r" style="color:${INK};font-family:${SANS};font-size:12px;font-weight:${weight};line-height:22px;padding-right:8px;white-space:nowrap;">${row.region}</th>${row.cells.map((cell, column) => matrixCell(cell, hidden(column)))}<td align="right" class="${lit ? `k-${tone}` : "i3"} r" style="color:${lit ? TONES[tone].light.ink : INK3};font-family:${SANS};font-size:12px;font-weight:${lit ? 700 : 400};line-height:22px;padding-left:8px;white-space:nowrap;">${row.tally}</td></tr>
`;
})}</table>
${more === 0 ? null : html`<p class="i3" style="margin:4px 0 0;color:${INK3};font-family:${SANS};font-size:12px;line-height:18px;">and ${more} more regions</p>`}`;
}

function legend(rows: MatrixView["rows"]): string {
  const cells = rows.flatMap((row) => row.cells);
  const noAnswer = cells.some((cell) => cell.code === 0) ? "; × no answer" : "";
  const unknown = cells.some((cell) => cell.kind === "unknown") ? "; ? not known" : "";
  return noAnswer + unknown;
}

function matrixCell(cell: Cell, hidden: string): Html {
  if (cell.kind === "above") {
    const { fill, onFill } = TONES[cell.tone].light;
    return html`<td width="36" height="22" align="center" bgcolor="${fill}" class="f-${cell.tone} v x ${hidden}" style="background-color:${fill};color:${onFill};font-family:${SANS};font-size:10px;font-weight:700;line-height:22px;border:1px solid ${PAGE.card[0]};">${cell.text}</td>`;
  }
  const border = cell.kind === "unknown" ? `border:1px dashed ${PAGE.edge[0]};` : "";
  return html`<td width="36" height="22" align="center" class="i3 ${cell.kind === "unknown" ? "u x" : "x"} ${hidden}" style="color:${INK3};font-family:${SANS};font-size:10px;line-height:22px;${border}">${cell.text}</td>`;
}

/** Each incident with its number, which is its link. */
function listTable({ list, unlisted }: Message): Html | null {
  if (list.length === 0) return null;
  const rows = list.map(({ reference, text, link }) => ({
    label:
      link === null
        ? html`${reference}`
        : html`<a href="${link}" class="i2" style="color:${INK2};text-decoration:underline;">${reference}</a>`,
    text: rich(text, 13),
  }));
  const more = html`and ${unlisted} more`;
  return labelledTable([...rows, ...(unlisted === 0 ? [] : [{ label: html``, text: [more] }])]);
}

function linesTable(lines: Message["lines"]): Html | null {
  if (lines.length === 0) return null;
  return labelledTable(lines.map(({ label, text }) => ({ label: html`${label}`, text: rich(text, 13) })));
}

function labelledTable(rows: readonly { label: Html; text: Html[] }[]): Html {
  return html`
<table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%" style="margin:20px 0 0;">
${rows.map(
  ({ label, text }) =>
    html`<tr><td width="118" valign="top" class="i2 l" style="padding:7px 12px 7px 0;border-top:1px solid ${LINE};color:${INK2};font-family:${SANS};font-size:13px;line-height:19px;">${label}</td><td valign="top" class="i l" style="padding:7px 0;border-top:1px solid ${LINE};color:${INK};font-family:${SANS};font-size:14px;line-height:20px;overflow-wrap:anywhere;">${text}</td></tr>
`,
)}</table>
`;
}

function stepBlock(step: Message["steps"][number]): Html {
  return html`
<p class="i" style="margin:20px 0 4px;color:${INK};font-family:${SANS};font-size:14px;line-height:20px;"><b>${step.label}</b></p>
<p class="i" style="margin:0;color:${INK};font-family:${SANS};font-size:14px;line-height:21px;overflow-wrap:anywhere;">${rich(step.text, 13)}</p>
`;
}

function exampleBlock(example: Message["example"]): Html | null {
  if (example === null) return null;
  const { note, request, response, body } = example.view;
  const blocks = [request, response, body].filter((lines) => lines.length > 0);
  return html`
<p class="i" style="margin:20px 0 6px;color:${INK};font-family:${SANS};font-size:14px;line-height:20px;"><b>${example.title}</b> <span class="i2" style="color:${INK2};font-size:13px;">${note}</span></p>
<table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%" style="table-layout:fixed;"><tr><td dir="ltr" class="e i" bgcolor="${PAGE.raised[0]}" style="background-color:${PAGE.raised[0]};color:${INK};padding:12px 14px;font-family:${MONO};font-size:12px;line-height:19px;overflow-wrap:anywhere;word-break:break-word;">${blocks.map((lines, index) => html`${index === 0 ? null : html`<br>`}${lines.map((line) => html`${exampleLine(line)}<br>`)}`)}</td></tr></table>
`;
}

/** What was removed reads as `[removed: rule]` and has an edge of its own, so that it is never taken for a blank. */
function exampleLine(line: string): Html[] {
  return line
    .replace(/^ +/, (indent) => "\u00a0".repeat(indent.length))
    .split(/(\[removed: [^\]]{1,120}\])/)
    .map((part, index) =>
      index % 2 === 0
        ? html`${part}`
        : html`<span class="i2 u" style="border:1px dashed ${PAGE.edge[0]};color:${INK2};padding:0 3px;">${part}</span>`,
    );
}

function rich(phrase: Phrase, codeSize: number): Html[] {
  return phrase.map((span) => richSpan(span, codeSize));
}

function richSpan({ kind, text }: Span, codeSize: number): Html {
  if (kind === "strong") return html`<b>${held(text)}</b>`;
  if (kind === "prose") return html`${held(text)}`;
  return html`<span style="font-family:${MONO};font-size:${codeSize}px;">${text}</span>`;
}

/** Names with hyphens, such as regions: not to be torn at them. Longer words may be, or they would not fit a phone. */
const HYPHENED = /(?<![\w-])([a-z0-9]+(?:-[a-z0-9]+){1,3})(?![\w-])/;
const LONGEST_UNBROKEN = 24;

/** Text in which figures stay with their units, and short names in one piece. */
function held(text: string): Html[] {
  return holdUnits(text)
    .split(HYPHENED)
    .map((part, index) =>
      index % 2 === 1 && part.length <= LONGEST_UNBROKEN
        ? html`<span style="white-space:nowrap;">${part}</span>`
        : html`${part}`,
    );
}

/** Spaces that keep a mail program from filling its preview with what follows. */
const PREVIEW_END = "\u2007\ufeff\u034f".repeat(12);

const toneNames = Object.keys(TONES) as Tone[];

// Written once for `prefers-color-scheme`, and once more for the attributes of Outlook.com: fills and inks apart.
const STYLE = html`<style>
:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0;padding:0;-webkit-text-size-adjust:100%}
table{border-collapse:collapse;mso-table-lspace:0;mso-table-rspace:0}
@media (max-width:620px){.w{width:100%!important}.p{padding-left:18px!important;padding-right:18px!important}.h{font-size:22px!important;line-height:27px!important}.hs{display:none!important}.b a{display:block!important}.m td,.m th{font-size:9px!important;width:auto!important}.m .x{width:10%!important}.m .r{font-size:11px!important}}
@media (prefers-color-scheme:dark){
.g{background-color:${PAGE.ground[1]}!important}.c{background-color:${PAGE.card[1]}!important;border-color:${PAGE.line[1]}!important}
.i{color:${PAGE.ink[1]}!important}.i2{color:${PAGE.ink2[1]}!important}.i3{color:${PAGE.ink3[1]}!important}
.l{border-color:${PAGE.line[1]}!important}.e{background-color:${PAGE.raised[1]}!important}.u{border-color:${PAGE.edge[1]}!important}.v{border-color:${PAGE.card[1]}!important}
.a{background-color:${PAGE.ink[1]}!important;border-color:${PAGE.ink[1]}!important;color:${PAGE.ground[1]}!important}
${toneNames.map((tone) => html`.f-${tone}{background-color:${TONES[tone].dark.fill}!important;color:${TONES[tone].dark.onFill}!important}.k-${tone}{color:${TONES[tone].dark.ink}!important}`)}
}
[data-ogsc] .i{color:${PAGE.ink[1]}!important}[data-ogsc] .i2{color:${PAGE.ink2[1]}!important}[data-ogsc] .i3{color:${PAGE.ink3[1]}!important}
[data-ogsb] .g{background-color:${PAGE.ground[1]}!important}[data-ogsb] .c{background-color:${PAGE.card[1]}!important}[data-ogsb] .e{background-color:${PAGE.raised[1]}!important}
${toneNames.map((tone) => html`[data-ogsb] .f-${tone}{background-color:${TONES[tone].dark.fill}!important}[data-ogsc] .f-${tone}{color:${TONES[tone].dark.onFill}!important}[data-ogsc] .k-${tone}{color:${TONES[tone].dark.ink}!important}`)}
</style>`;
