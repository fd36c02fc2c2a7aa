/**
 * HTML made of template literals: what is put in is text and gets escaped, unless it is markup made here.
 */

export interface Markup {
  readonly markup: string;
}

type Piece = Markup | string | number | null | undefined | readonly Piece[];

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Null and undefined leave nothing, lists are joined. */
export function html(texts: TemplateStringsArray, ...pieces: Piece[]): Markup {
  return { markup: texts.reduce((made, text, at) => made + asMarkup(pieces[at - 1]) + text) };
}

function asMarkup(piece: Piece): string {
  if (piece === null || piece === undefined) return "";
  if (typeof piece === "object") return "markup" in piece ? piece.markup : piece.map(asMarkup).join("");
  return String(piece).replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}
