/**
 * Scrubbing: known secrets found by value in any text, whatever a target wrapped them in on the way back.
 *
 * A secret is recognised as it is, percent-encoded (up to thrice), as JSON and HTML write it, letter by letter in any
 * mixture, in any case, and inside base64 at any offset. Other encodings (hashes, ciphers, hex) are not recognised.
 */

/** Shorter values are left: removing every "on" would remove the evidence. */
const MIN_SECRET_LETTERS = 4;
/** Longer values are searched for in pieces, so that patterns stay small and part of a key is found too. */
const PIECE_LETTERS = 256;

export interface Scrubber {
  whole(text: string): string;
  /** For text that stops where it may not: half a secret at its end goes too. */
  broken(text: string): string;
}

/** @param mark what stands in a secret's place */
export function createScrubber(secrets: readonly string[], mark: string): Scrubber {
  const usable = [...new Set(secrets)].filter((secret) => secret.length >= MIN_SECRET_LETTERS);
  if (usable.length === 0) return { whole: (text) => text, broken: (text) => text };
  // Longest first: a secret that begins with another must go as one.
  const pieces = usable.flatMap(piecesOf).sort((a, b) => b.length - a.length);
  const pattern = new RegExp(
    pieces.flatMap((piece) => [plainPattern(piece), ...base64Patterns(piece)]).join("|"),
    "giu",
  );
  const whole = (text: string) => text.replace(pattern, mark);
  const broken = (text: string) => {
    const clean = whole(text);
    for (const piece of pieces) {
      for (let length = piece.length - 1; length >= MIN_SECRET_LETTERS; length--) {
        if (clean.endsWith(piece.slice(0, length))) return clean.slice(0, -length) + mark;
      }
    }
    return clean;
  };
  return { whole, broken };
}

function piecesOf(secret: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < secret.length; at += PIECE_LETTERS) pieces.push(secret.slice(at, at + PIECE_LETTERS));
  const last = pieces.at(-1)!;
  if (last.length < MIN_SECRET_LETTERS) pieces.splice(-2, 2, pieces.at(-2)! + last);
  return pieces;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };
const JSON_SHORT: Readonly<Record<string, string>> = { "\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f" };

/** Matches `text` with each letter written in any of the ways above. */
function plainPattern(text: string): string {
  return [...text].map(letterPattern).join("");
}

function letterPattern(letter: string): string {
  const hex = (value: number, width: number) => value.toString(16).padStart(width, "0");
  const code = letter.codePointAt(0)!;
  const ways = [
    `\\\\?${RegExp.escape(letter)}`,
    [...Buffer.from(letter)].map((byte) => `%(?:25){0,2}${hex(byte, 2)}`).join(""),
    Array.from({ length: letter.length }, (_, index) => `\\\\{1,2}u${hex(letter.charCodeAt(index), 4)}`).join(""),
    `&#0{0,4}${code};`,
    `&#x0{0,4}${code.toString(16)};`,
  ];
  if (letter === " ") ways.push("\\+");
  if (letter in ENTITIES) ways.push(`&${ENTITIES[letter]};`);
  if (letter in JSON_SHORT) ways.push(`\\\\{1,2}${JSON_SHORT[letter]}`);
  return `(?:${ways.join("|")})`;
}

/**
 * What base64 makes of `text` wherever it stands: at each of three offsets, the letters that depend on it alone.
 * Fewer than six would match by chance.
 */
function base64Patterns(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2]
    .map((offset) => {
      const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
        .toString("base64")
        .replaceAll("=", "");
      const first = Math.ceil((offset * 8) / 6);
      const sure = Math.floor(((offset + bytes.length) * 8) / 6);
      // At offset 0 the whole may stand alone, and then the last letter depends on it alone too.
      return bytes.length < 6 && offset === 0 ? encoded : encoded.slice(first, sure);
    })
    .filter((core) => core.length >= 6)
    .map((core) => core.replaceAll("+", "(?:[+-]|%2B)").replaceAll("/", "(?:[/_]|%2F)"));
}
