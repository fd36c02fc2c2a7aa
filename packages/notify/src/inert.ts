/**
 * Inert text: what a target or a definition wrote, made safe to stand in a message.
 *
 * Nothing here knows about HTML, Slack or mail headers; it only keeps text from being invisible, several lines where
 * one is meant, or too long. Every character that has no shape of its own is shown by its number.
 */

/** More of one value is never looked at: a message is a page, not an archive. Counted in UTF-16 units. */
const LOOKED_AT = 65_536;

/** Control and format characters: ANSI escapes, direction overrides, zero-width and tag characters, byte-order marks. */
const UNSEEN = /[\p{Cc}\p{Cf}]/gu;
/** Joiners belong to scripts and emoji, and cannot turn a line around. */
const JOINERS = new Set(["\u200c", "\u200d"]);

/** At most `max` code points; what was cut ends in an ellipsis. Never splits a pair of surrogates. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const points = [...text];
  return points.length <= max ? text : `${points.slice(0, max - 1).join("")}…`;
}

/** Part of a line: runs of white space become a space, unseen characters their number, lone surrogates U+FFFD. */
export function inertText(text: string, max: number): string {
  return cut(shown(text.slice(0, LOOKED_AT).toWellFormed().replace(/\s+/gu, " ")), max);
}

/** A line of its own: as `inertText`, without space at its ends. */
export function inertLine(text: string, max: number): string {
  return inertText(text.trim(), max).trimEnd();
}

/** Lines as they are, at most `maxLines` of them with `maxWidth` code points each; tabs are two spaces. */
export function inertLines(text: string, maxLines: number, maxWidth: number): string[] {
  const lines = text
    .slice(0, LOOKED_AT)
    .toWellFormed()
    .split(/\r\n|[\n\r\u2028\u2029]/u, maxLines + 1)
    .map((line) => cut(shown(line.replaceAll("\t", "  ")), maxWidth));
  return lines.length > maxLines ? [...lines.slice(0, maxLines), "…"] : lines;
}

function shown(text: string): string {
  return text.replace(UNSEEN, (character) => {
    if (JOINERS.has(character)) return character;
    return `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });
}
