/**
 * A message as Slack draws it: headline above a bar in the code's colour, then what is seen, where, why, and what to
 * try first. Slack shows `text` only where it cannot draw blocks, so it says the whole in one line.
 */
import type { KnownBlock, MessageAttachment } from "@slack/types";
import { hourMinute } from "./figures.ts";
import type { Cell, MatrixRow, MatrixView } from "./matrix.ts";
import { asideText, type Message, titleText } from "./message.ts";
import { codeBlock, escapeSlack, mrkdwn, SECTION_MAX, slackLink, withoutMarks } from "./mrkdwn.ts";
import { code, paragraph, say, strong } from "./phrase.ts";
import { TONES } from "./tone.ts";

/** What an incoming webhook takes. */
export interface SlackPayload {
  text: string;
  unfurl_links: false;
  unfurl_media: false;
  blocks?: KnownBlock[];
  attachments?: MessageAttachment[];
}

const FIELD_MAX = 1_900;
const CONTEXT_MAX = 1_900;

export function slackPayload(message: Message): SlackPayload {
  const { intro, headline, aside, link, tone } = message;
  const tie = intro === null ? "" : `${escapeSlack(withoutMarks(intro))}: `;
  const title = tie + (link === null ? escapeSlack(withoutMarks(headline)) : slackLink(link, headline));
  const glance = oneLine(message);
  return {
    text: glance,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [section(`*${title}*${escapeSlack(withoutMarks(asideText(aside)))}`)],
    attachments: [{ color: TONES[tone].light.fill, fallback: glance, blocks: blocksOf(message) }],
  } satisfies SlackPayload;
}

/** The same without any block, for a Slack that would not take them. */
export function slackPlainPayload(message: Message): SlackPayload {
  const { opening, aside, lead, cause, steps, list, link, key } = message;
  const lines = [
    say`${opening}${asideText(aside)}`,
    lead,
    ...list.slice(0, MOST_PLAIN).map(({ reference, text }) => say`${reference} ${text}`),
    ...(cause === null ? [] : [cause]),
    ...steps.slice(0, 1).map(stepOf),
  ];
  const said = lines.map((line) => mrkdwn(line, SECTION_MAX / 5));
  const text = [...said, ...(link === null ? [] : [escapeSlack(link)]), escapeSlack(key)].join("\n");
  return { text, unfurl_links: false, unfurl_media: false };
}

/** Entries of a list in a message of words alone. */
const MOST_PLAIN = 8;

const stepOf = ({ label, text }: Message["steps"][number]) => say`${strong(`${label}:`)} ${text}`;

function oneLine(message: Message): string {
  const { badge, link } = message;
  const line = mrkdwn(say`${badge.title} ${badge.state}: ${titleText(message)}`, SECTION_MAX - 600);
  return link === null ? line : `${line} ${escapeSlack(link)}`;
}

function blocksOf(message: Message): KnownBlock[] {
  const { badge, lead, cause, steps, matrix, brief, lines, link, linkText, key } = message;
  const why = [...(cause === null ? [] : [cause]), ...steps.slice(0, 1).map(stepOf)];
  const chance = lines.find((line) => line.label === "By chance");
  const context = paragraph(
    say`${badge.reference}, ${badge.when}.`,
    chance === undefined ? null : say`By chance ${chance.text}.`,
    say`${code(key)}`,
  );
  return [
    section(mrkdwn(lead)),
    ...listBlocks(message),
    ...(matrix === null && brief.length > 0 ? [fieldsOf(brief)] : []),
    ...(matrix === null ? [] : [section(codeBlock(matrixLines(matrix)))]),
    ...(why.length === 0 ? [] : [section(why.map((phrase) => mrkdwn(phrase, SECTION_MAX / 2 - 1)).join("\n"))]),
    ...(link === null ? [] : [openButton(link, linkText)]),
    { type: "context", elements: [{ type: "mrkdwn", text: mrkdwn(context, CONTEXT_MAX), verbatim: true }] },
  ] satisfies KnownBlock[];
}

// `verbatim`: Slack does not look for links, channels or people in what a target wrote.
function section(text: string) {
  return { type: "section", text: { type: "mrkdwn", text, verbatim: true } } as const satisfies KnownBlock;
}

/** Incidents under one another, each number its link; as many sections as their length asks for. */
function listBlocks({ list, unlisted }: Message): KnownBlock[] {
  const entries = list.map(({ reference, text, link }) => {
    const number = link === null ? escapeSlack(reference) : slackLink(link, reference);
    return `${number} ${mrkdwn(text, ENTRY_MAX)}`;
  });
  if (unlisted > 0) entries.push(`and ${unlisted} more`);
  const sections: string[] = [];
  for (const entry of entries) {
    const last = sections.at(-1);
    if (last !== undefined && last.length + entry.length < SECTION_MAX)
      sections[sections.length - 1] = `${last}\n${entry}`;
    else sections.push(entry);
  }
  return sections.map(section);
}

/** Of one entry of a list, without its link. */
const ENTRY_MAX = 300;

function fieldsOf(brief: Message["brief"]) {
  return {
    type: "section",
    fields: brief.map(({ label, text }) => ({
      type: "mrkdwn" as const,
      text: `*${label}*\n${mrkdwn(text, FIELD_MAX)}`,
      verbatim: true,
    })),
  } satisfies KnownBlock;
}

function openButton(url: string, label: string) {
  return {
    type: "actions",
    elements: [{ type: "button", action_id: "open", text: { type: "plain_text", text: label }, url, style: "primary" }],
  } as const satisfies KnownBlock;
}

/** One character a probe: a phone shows some thirty to the line. */
function matrixLines({ rows, slots, onsetColumn, more }: MatrixView): string[] {
  const cells = rows.flatMap((row) => row.cells);
  const above = [...new Set(cells.flatMap(({ kind, code }) => (kind === "above" && code ? [code] : [])))].sort();
  const nameWidth = Math.max(...rows.map((row) => row.region.length));
  const body = rows.map((row) => `${row.region.padEnd(nameWidth)} ${marksOf(row, above.length > 1)}  ${row.tally}`);
  // The first time stands only where it ends before the onset's caret.
  const start = onsetColumn === null || onsetColumn > 5 ? hourMinute(slots[0]!) : "";
  const onset = onsetColumn === null ? "" : `^${hourMinute(slots[onsetColumn]!)}`;
  const scale = `${"".padEnd(nameWidth)} ${start.padEnd(onsetColumn ?? 0)}${onset}`;
  const tail = more === 0 ? [] : [`and ${more} more regions`];
  return [...body, ...tail, scale, legendOf(above, cells)];
}

function marksOf(row: MatrixRow, several: boolean): string {
  return row.cells
    .map((cell) => {
      if (cell.kind === "unknown") return "?";
      if (cell.code === 0) return "×";
      if (cell.kind === "usual") return "·";
      return several ? String(cell.code)[0] : "X";
    })
    .join("");
}

/** `X = 409, ? = not known`; several codes go by their first digit: `4 = 404, 409, 5 = 503`. */
function legendOf(above: readonly number[], cells: readonly Cell[]): string {
  const byDigit = Map.groupBy(above, (code) => (above.length > 1 ? String(code)[0]! : "X"));
  const named = [...byDigit].map(([mark, codes]) => `${mark} = ${codes.join(", ")}`);
  const noAnswer = cells.some((cell) => cell.code === 0) ? ["× = no answer"] : [];
  const unknown = cells.some((cell) => cell.kind === "unknown") ? ["? = not known"] : [];
  return [...named, ...noAnswer, ...unknown].join("; ");
}
