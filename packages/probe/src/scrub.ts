/**
 * Scrubbing: known secrets found by value in any text, whatever a target wrapped them in on the way back.
 *
 * Text and secret are compared as bytes, folded (case of a to z, and the letters that differ between kinds of base64), once as
 * they stand and again after each of three rounds of undoing percent, JSON and HTML escapes; and base64 of a secret is
 * looked for at each of its three offsets. Other encodings (hashes, ciphers, hex, wrapped lines) are not recognised.
 * All of it is linear in the text: a target cannot make it slow.
 */

/** Shorter values are left: removing every "on" would remove the evidence. */
const MIN_SECRET_BYTES = 4;
/** Lines of a secret shorter than this are not looked for on their own. */
const MIN_LINE_LETTERS = 16;
const ROUNDS = 3;

export interface Scrubber {
  whole(text: string): string;
  /** For text that stops where it may not: four bytes or more of a secret's beginning at its end go too. */
  broken(text: string): string;
}

/** @param mark what stands in a secret's place */
export function createScrubber(secrets: readonly string[], mark: string): Scrubber {
  const needles = needlesOf(secrets);
  if (needles.length === 0) return { whole: (text) => text, broken: (text) => text };
  const scrub = (text: string, isBroken: boolean) => {
    const original = Buffer.from(text);
    const found: Range[] = [];
    for (const reading of readingsOf(original)) {
      const folded = fold(reading.bytes);
      for (const needle of needles) {
        for (let at = folded.indexOf(needle); at >= 0; at = folded.indexOf(needle, at + 1)) {
          found.push({ from: reading.from[at]!, to: reading.to[at + needle.length - 1]! });
        }
        const cutOff = isBroken ? commonEnd(folded, needle) : 0;
        if (cutOff > 0) found.push({ from: reading.from[folded.length - cutOff]!, to: original.length });
      }
    }
    return found.length === 0 ? text : replaceRanges(original, found, mark);
  };
  return { whole: (text) => scrub(text, false), broken: (text) => scrub(text, true) };
}

/** What to look for: each secret and each long line of it, raw and with its own escapes undone, and inside base64. */
function needlesOf(secrets: readonly string[]): Buffer[] {
  const needles = new Map<string, Buffer>();
  const add = (needle: Buffer) => {
    if (needle.length >= MIN_SECRET_BYTES) needles.set(needle.toString("latin1"), needle);
  };
  for (const secret of secrets) {
    for (const part of new Set([secret, ...secret.split(/\r?\n/).filter((line) => line.length >= MIN_LINE_LETTERS)])) {
      const bytes = Buffer.from(part);
      if (bytes.length < MIN_SECRET_BYTES) continue;
      for (const reading of readingsOf(bytes)) add(fold(reading.bytes));
      for (const core of base64Cores(bytes)) add(fold(Buffer.from(core)));
    }
  }
  return [...needles.values()];
}

/** What base64 makes of `bytes` wherever they stand: at each of three offsets, the letters that depend on them alone. */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const first = Math.ceil((offset * 8) / 6);
    const sure = Math.floor(((offset + bytes.length) * 8) / 6);
    return Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .slice(first, sure);
  });
}

const FOLDED = Uint8Array.from({ length: 256 }, (_, byte) => {
  const letter = String.fromCharCode(byte);
  if (letter >= "A" && letter <= "Z") return byte + 32;
  if (letter === "+" || letter === " ") return "-".charCodeAt(0); // a form's space, and url-safe base64's +
  return letter === "_" ? "/".charCodeAt(0) : byte;
});

function fold(bytes: Buffer): Buffer {
  const folded = Buffer.allocUnsafe(bytes.length);
  for (let at = 0; at < bytes.length; at++) folded[at] = FOLDED[bytes[at]!]!;
  return folded;
}

/** How many bytes at the end of `text` are the beginning of `needle`; 0 when fewer than a secret needs. */
function commonEnd(text: Buffer, needle: Buffer): number {
  for (let length = Math.min(needle.length - 1, text.length); length >= MIN_SECRET_BYTES; length--) {
    if (text.compare(needle, 0, length, text.length - length) === 0) return length;
  }
  return 0;
}

interface Range {
  from: number;
  to: number;
}

/** Bytes, and for each where in the original it begins and ends. */
interface Reading {
  bytes: Buffer;
  from: Uint32Array;
  to: Uint32Array;
}

/** The text as it stands, then with its escapes undone, once, twice, thrice, as long as there are any. */
function readingsOf(original: Buffer): Reading[] {
  const from = Uint32Array.from(original.keys());
  const readings: Reading[] = [{ bytes: original, from, to: from.map((at) => at + 1) }];
  for (let round = 0; round < ROUNDS; round++) {
    const last = readings[round]!;
    const next = withoutEscapes(last);
    if (next.bytes.length === last.bytes.length) break;
    readings.push(next);
  }
  return readings;
}

const PERCENT = 0x25;
const AMPERSAND = 0x26;
const BACKSLASH = 0x5c;
const ENTITY = /^&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos));/;
const ENTITY_LETTERS: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const JSON_LETTERS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };
/** Longest escape that is looked at: `&#x10ffff;`, and two `\uXXXX` of one letter. */
const LOOK_AHEAD = 12;

/** One round of undoing `%41`, `\u0041`, `\n`, `\"`, `&#65;` and `&amp;`; a reading never grows by it. */
function withoutEscapes(reading: Reading): Reading {
  const { bytes } = reading;
  const out = { bytes: Buffer.allocUnsafe(bytes.length), from: reading.from.slice(), to: reading.to.slice() };
  let length = 0;
  const put = (letters: Uint8Array, from: number, to: number) => {
    for (const byte of letters) {
      out.bytes[length] = byte;
      out.from[length] = reading.from[from]!;
      out.to[length] = reading.to[to - 1]!;
      length++;
    }
  };
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at]!;
    if (byte !== PERCENT && byte !== AMPERSAND && byte !== BACKSLASH) {
      out.bytes[length] = byte;
      out.from[length] = reading.from[at]!;
      out.to[length] = reading.to[at]!;
      length++;
      at++;
      continue;
    }
    const start = at;
    if (byte === BACKSLASH) while (bytes[at] === BACKSLASH) at++;
    const ahead = bytes.toString("latin1", at, at + LOOK_AHEAD);
    const undone = byte === BACKSLASH ? afterBackslashes(ahead) : byte === PERCENT ? percent(ahead) : entity(ahead);
    // A run of backslashes before any other letter goes, and counts as part of that letter.
    const letters = undone?.letters ?? bytes.subarray(at, at + 1);
    at = Math.min(bytes.length, at + (undone?.length ?? 1));
    put(letters, start, at);
  }
  return { bytes: out.bytes.subarray(0, length), from: out.from, to: out.to };
}

type Escape = { letters: Uint8Array; length: number } | null;

function percent(ahead: string): Escape {
  const match = /^%([\da-fA-F]{2})/.exec(ahead);
  return match && { letters: Uint8Array.of(Number.parseInt(match[1]!, 16)), length: 3 };
}

function afterBackslashes(ahead: string): Escape {
  const short = JSON_LETTERS[ahead[0] ?? ""];
  if (short !== undefined) return { letters: Buffer.from(short), length: 1 };
  const match = /^u([\da-fA-F]{4})(?:\\u([dD][c-fC-F][\da-fA-F]{2}))?/.exec(ahead);
  if (!match) return null;
  const first = Number.parseInt(match[1]!, 16);
  const isPair = first >>> 10 === 0x36 && match[2] !== undefined;
  const letters = isPair ? String.fromCharCode(first, Number.parseInt(match[2]!, 16)) : String.fromCharCode(first);
  return { letters: Buffer.from(letters), length: isPair ? 11 : 5 };
}

function entity(ahead: string): Escape {
  const match = ENTITY.exec(ahead);
  if (!match) return null;
  const [whole, decimal, hex, name] = match;
  const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : 0;
  if (code > 0x10ffff) return null;
  return { letters: Buffer.from(name ? ENTITY_LETTERS[name]! : String.fromCodePoint(code)), length: whole.length };
}

/** `original` with the ranges, which may overlap, each replaced by `mark`. */
function replaceRanges(original: Buffer, ranges: Range[], mark: string): string {
  ranges.sort((a, b) => a.from - b.from || b.to - a.to);
  let text = "";
  let kept = 0;
  for (const { from, to } of ranges) {
    if (to <= kept) continue;
    if (from >= kept) text += original.toString("utf8", kept, from) + mark;
    kept = to;
  }
  return text + original.toString("utf8", kept);
}
