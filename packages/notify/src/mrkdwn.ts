/**
 * Slack's mark-up: phrases as `mrkdwn`, within Slack's rules and limits.
 *
 * Slack knows three escapes and no others: `&`, `<` and `>`. For its emphasis marks there is none, so a value loses
 * backticks inside a code span, and elsewhere its marks become look-alikes that mean nothing to Slack.
 */
import type { Phrase } from "./phrase.ts";

/** Slack allows 3,000 characters in a section. */
export const SECTION_MAX = 2_900;

export function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A phrase, at most `max` characters as sent; what does not fit is cut between code points, never in an escape. */
export function mrkdwn(phrase: Phrase, max = SECTION_MAX): string {
  let text = "";
  for (const span of phrase) {
    const mark = MARKS[span.kind];
    const room = max - text.length - 2 * mark.length;
    const inner = escapedWithin(span.kind === "code" ? span.text.replaceAll("`", "") : withoutMarks(span.text), room);
    if (inner.trim() !== "") text += mark + inner + mark;
    else if (room > 0) text += inner;
    if (inner.endsWith("…") && !span.text.endsWith("…")) break;
  }
  return text;
}

/** Lines in a code block, whole lines only, at most `max` characters as sent. */
export function codeBlock(lines: readonly string[], max = SECTION_MAX): string {
  let text = "";
  for (const line of lines) {
    const next = `${text === "" ? "" : "\n"}${escapeSlack(line.replaceAll("`", ""))}`;
    if (text.length + next.length > max - 6) break;
    text += next;
  }
  return `\`\`\`${text}\`\`\``;
}

/** A link of ours with a text that may be anything. */
export function slackLink(url: string, text: string): string {
  return `<${escapeSlack(url).replaceAll("|", "%7C")}|${escapeSlack(withoutMarks(text).replaceAll("|", "\u2223"))}>`;
}

/** Prose of others without emphasis: `*`, `_`, `~` at the edge of a word, and backticks, lose their meaning. */
export function withoutMarks(text: string): string {
  return text
    .replaceAll("*", "\u2217")
    .replaceAll("~", "\u223c")
    .replaceAll("`", "'")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\uff3f");
}

const MARKS = { prose: "", strong: "*", code: "`" } as const;

/** As much of `text` as has room once escaped; an escape is never cut in two. */
function escapedWithin(text: string, room: number): string {
  const escaped = escapeSlack(text);
  if (escaped.length <= room) return escaped;
  let kept = "";
  for (const character of text) {
    const next = escapeSlack(character);
    if (kept.length + next.length > room - 1) break;
    kept += next;
  }
  return room > 0 ? `${kept}…` : "";
}
