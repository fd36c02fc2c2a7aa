/**
 * HTML by template: markup is what stands in the source, everything put into it is escaped.
 *
 * `html` is the only way to make an `Html`, so no text can become an element. Values may stand between tags and in
 * double-quoted attributes, never in a tag's or an attribute's name.
 */

const made = Symbol("made by html");

/** Markup of ours. */
export interface Html {
  readonly [made]: string;
}

type Value = string | number | Html | readonly Html[] | null;

export function html(texts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const parts = texts.map((text, index) => (index < values.length ? text + markupOf(values[index]!) : text));
  return { [made]: parts.join("") };
}

/** The markup as text, to be sent. */
export function markup(part: Html): string {
  return part[made];
}

function markupOf(value: Value): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return escapeHtml(value);
  return made in value ? value[made] : value.map(markup).join("");
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
