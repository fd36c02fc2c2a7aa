/**
 * The text of an SMS: two segments at the most, in the alphabet of GSM where that is possible (3GPP TS 23.038).
 *
 * One character outside of that alphabet more than halves the room of the whole text. So look-alikes of print are
 * written plainly; what is left is a name in another script, and then the text is short rather than unreadable.
 */
import { cut, inertText } from "./inert.ts";
import { asideText, type Message } from "./message.ts";
import { plain } from "./phrase.ts";

/** One septet each. */
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Two septets each, with an escape in front. */
const EXTENDED = new Set("\f^{}\\[~]|€");

/**
 * Room of two segments: 153 septets or 67 UTF-16 units each, less what is lost where a character of two does not fit
 * before the break.
 */
const ROOM = { gsm: 2 * 153 - 1, unicode: 2 * 67 - 1 };

const PLAINLY: Readonly<Record<string, string>> = {
  "…": "...",
  "–": "-",
  "—": "-",
  "−": "-",
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
  "„": '"',
  "×": "x",
  "·": "-",
  "•": "-",
  "±": "+-",
  "→": "->",
  "≤": "<=",
  "≥": ">=",
  "`": "'",
};

/** What a message says in a text: the opening first, the link whole or not at all. */
export function smsText({ opening, aside, lead, cause, link }: Message): string {
  const [sentence = ""] = plain(cause ?? (aside === "" ? lead : [])).split(/(?<=\.) /);
  const rest = [asideText(aside), sentence === "" ? "" : `. ${sentence}`];
  const parts = [opening, ...rest].map((part) => plainly(part));
  const isGsm = parts.every((part) => septetsOf(part) !== null);
  const size = isGsm ? (text: string) => septetsOf(text) ?? Number.POSITIVE_INFINITY : (text: string) => text.length;
  const room = isGsm ? ROOM.gsm : ROOM.unicode;
  const tail = link !== null && size(link) + 1 <= room / 2 ? `\n${link}` : "";
  let text = shortened(parts[0]!, room - size(tail), size);
  for (const part of parts.slice(1)) {
    const longer = text + part;
    if (part !== "" && size(longer + tail) <= room) text = longer;
  }
  return text + tail;
}

/** How many segments a text is sent as, for those who pay for them. */
export function smsSegments(text: string): number {
  const septets = septetsOf(text);
  const [size, alone, each] = septets === null ? [text.length, 70, 67] : [septets, 160, 153];
  return size <= alone ? 1 : Math.ceil(size / each);
}

/** In septets; null when GSM has not all of it. */
function septetsOf(text: string): number | null {
  let septets = 0;
  for (const character of text) {
    if (BASIC.has(character)) septets += 1;
    else if (EXTENDED.has(character)) septets += 2;
    else return null;
  }
  return septets;
}

/** One line, in which everything that GSM has a plain way to write is written so. */
function plainly(text: string): string {
  const line = inertText(text, 600);
  return [...line].map((character) => PLAINLY[character] ?? withoutAccents(character)).join("");
}

function withoutAccents(character: string): string {
  if (BASIC.has(character) || EXTENDED.has(character)) return character;
  const bare = character.normalize("NFKD").replace(/\p{M}/gu, "");
  return bare !== "" && septetsOf(bare) !== null ? bare : character;
}

/** Cut to the room that there is, with three dots where something was left out. */
function shortened(text: string, room: number, size: (text: string) => number): string {
  if (size(text) <= room) return text;
  let points = [...text].length;
  let short = text;
  while (points > 0 && size(short) > room) {
    points -= 1;
    short = `${cut(text, points).replace(/…$/u, "").trimEnd()}...`;
  }
  return short;
}
