/** Foreign texts made fit to stand in an id, a name, a comment or a terminal. */

/**
 * On one line, with nothing in it that a terminal or a reader of YAML would take for more than a letter: control
 * characters, line separators, marks that turn the direction of text, halves of surrogate pairs.
 */
export function shown(text: string, most = 300): string {
  const plain = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replaceAll(/[\p{Cf}\ufffd\ufeff]/gu, "")
    .trim();
  return plain.length > most ? `${[...plain.slice(0, most)].slice(0, -1).join("")}…` : plain;
}

/** An address without what may be secret in it: user, password and query. */
export const plainAddress = (url: string): string => url.replace(/\/\/[^/?#\s]*@/, "//").replace(/[?#].*$/s, "");

/** A text as an id: `Crème brûlée / API` is `creme-brulee-api`. Empty when nothing of it can stand in one. */
export function slug(text: string): string {
  const plain = text
    .slice(0, 400)
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
  return plain.replace(/^-/, "").slice(0, 64).replace(/-+$/, "");
}

/** Hands out ids, each once: the second `health` is `health-2`. */
export function createIds(standard: string): (wanted: string) => string {
  const taken = new Set<string>();
  const next = new Map<string, number>();
  return (wanted) => {
    const base = slug(wanted) || standard;
    let id = base;
    for (let count = next.get(base) ?? 2; taken.has(id); count++) {
      id = `${base.slice(0, 63 - String(count).length)}-${count}`;
      next.set(base, count + 1);
    }
    taken.add(id);
    return id;
  };
}

/** Tags, as far as they can be ids; each once, at most 50. */
export const tagsOf = (texts: readonly string[]): string[] =>
  [...new Set(texts.map(slug))].filter(Boolean).slice(0, 50);

/** What is said where an alert's way has no channel made for it. */
export const OTHER_CHANNELS =
  "slack and email are carried over; what takes a webhook or sends sms can be written as such a channel.";
