/**
 * A message as Slack draws it: headline above a bar in the code's colour, then what is seen, where, why, and what to
 * try first. Slack shows `text` only where it cannot draw blocks, so it says the whole in one line.
 */
import type { KnownBlock, MessageAttachment } from "@slack/types";
import { hourMinute } from "./figures.ts";
import type { Cell, MatrixRow, MatrixView } from "./matrix.ts";
import type { Message } from "./message.ts";
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
  const { headline, aside, link, tone } = message;
  const title = link === null ? escapeSlack(withoutMarks(headline)) : slackLink(link, headline);
  const glance = oneLine(message);
  return {
    text: glance,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [section(`*${title}* (${escapeSlack(withoutMarks(aside))})`)],
    attachments: [{ color: TONES[tone].light.fill, fallback: glance, blocks: blocksOf(message) }],
  } satisfies SlackPayload;
}

/** The same without any block, for a Slack that would not take them. */
export function slackPlainPayload(message: Message): SlackPayload {
  const { headline, aside, lead, cause, steps, link, key } = message;
  const lines = [
    say`${headline} (${aside})`,
    lead,
    ...(cause === null ? [] : [cause]),
    ...steps.slice(0, 1).map(stepOf),
  ];
  const said = lines.map((line) => mrkdwn(line, SECTION_MAX / 5));
  const text = [...said, ...(link === null ? [] : [escapeSlack(link)]), escapeSlack(key)].join("\n");
  return { text, unfurl_links: false, unfurl_media: false };
}

const stepOf = ({ label, text }: Message["steps"][number]) => say`${strong(`${label}:`)} ${text}`;

function oneLine({ badge, headline, aside, link }: Message): string {
  const line = mrkdwn(say`${badge.title} ${badge.state}: ${headline} (${aside})`, SECTION_MAX - 600);
  return link === null ? line : `${line} ${escapeSlack(link)}`;
}

function blocksOf(message: Message): KnownBlock[] {
  const { badge, lead, cause, steps, matrix, brief, lines, link, key } = message;
  const why = [...(cause === null ? [] : [cause]), ...steps.slice(0, 1).map(stepOf)];
  const chance = lines.find((line) => line.label === "By chance");
  const context = paragraph(
    say`${badge.reference}, ${badge.when}.`,
    chance === undefined ? null : say`By chance ${chance.text}.`,
    say`${code(key)}`,
  );
  return [
    section(mrkdwn(lead)),
    ...(matrix === null ? [fieldsOf(brief)] : []),
    ...(matrix === null ? [] : [section(codeBlock(matrixLines(matrix)))]),
    ...(why.length === 0 ? [] : [section(why.map((phrase) => mrkdwn(phrase, SECTION_MAX / 2 - 1)).join("\n"))]),
    ...(link === null ? [] : [openButton(link)]),
    { type: "context", elements: [{ type: "mrkdwn", text: mrkdwn(context, CONTEXT_MAX), verbatim: true }] },
  ] satisfies KnownBlock[];
}

// `verbatim`: Slack does not look for links, channels or people in what a target wrote.
function section(text: string) {
  return { type: "section", text: { type: "mrkdwn", text, verbatim: true } } as const satisfies KnownBlock;
}

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

function openButton(url: string) {
  return {
    type: "actions",
    elements: [
      { type: "button", action_id: "open", text: { type: "plain_text", text: "Open" }, url, style: "primary" },
    ],
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
