/** Names for people: one line, of characters that can be seen, composed (NFC), whatever a file holds. */

/** Controls, halves of characters, marks that turn the direction of text, and what has no width. Joiners stay: words need them. */
const UNSEEN =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** `name` as it may be shown; empty when nothing of it can be seen. */
export function shownName(name: string): string {
  return name.normalize("NFC").replaceAll(/\s+/g, " ").replaceAll(UNSEEN, "").trim();
}
