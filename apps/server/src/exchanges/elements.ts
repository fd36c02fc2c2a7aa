/**
 * The JSON values of a text, one by one, without holding the whole: one a line, or the elements of one array.
 *
 * A line that cannot be read costs that line alone. In an array, and in one object over several lines, values are cut
 * where their brackets close.
 */

/** The text of one value, and the line it begins on, from 1. */
export interface Element {
  line: number;
  text: string;
}

/** Characters of one value; longer ones are cut off and then fail as JSON, so that no input fills the memory. */
const LONGEST = 8_000_000;

/** The values of `chunks`, in order, as text that is not parsed yet. */
export async function* elementsOf(chunks: AsyncIterable<string | Uint8Array>): AsyncGenerator<Element> {
  const texts = decoded(chunks);
  let head = "";
  // One line decides, or the bracket of an array. Not for…of: leaving it would end what is still to be read.
  while (!/^\s*\[|\S[^\n]*\n/.test(head) && head.length <= LONGEST) {
    const next = await texts.next();
    if (next.done) break;
    head += next.value;
  }
  const rest = prepended(head, texts);
  const first = head.trimStart().split("\n", 1)[0]?.trim() ?? "";
  yield* first.startsWith("[") || first === "{" ? bracketed(rest) : lines(rest);
}

async function* decoded(chunks: AsyncIterable<string | Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of chunks) yield typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function* prepended(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

async function* lines(texts: AsyncIterable<string>): AsyncGenerator<Element> {
  let kept = "";
  let line = 1;
  for await (const text of texts) {
    const parts = text.split("\n");
    for (const part of parts.slice(0, -1)) {
      kept = `${kept}${part}`;
      if (kept.trim() !== "") yield { line, text: kept.slice(0, LONGEST) };
      kept = "";
      line += 1;
    }
    kept = `${kept}${parts.at(-1)}`.slice(0, LONGEST + 1);
  }
  if (kept.trim() !== "") yield { line, text: kept.slice(0, LONGEST) };
}

async function* bracketed(texts: AsyncIterable<string>): AsyncGenerator<Element> {
  let line = 1;
  let begun = 1;
  let kept: string[] = [];
  let length = 0;
  let depth = 0;
  let inArray = false;
  let quoted = false;
  let escaped = false;
  for await (const text of texts) {
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const sign = text[at];
      if (sign === "\n") line += 1;
      if (quoted) {
        if (escaped) escaped = false;
        else if (sign === "\\") escaped = true;
        else if (sign === '"') quoted = false;
        continue;
      }
      if (sign === '"') quoted = true;
      const open = sign === "{" || sign === "[";
      const separates = depth === 0 && (sign === "," || sign === "]" || (open && !inArray && sign === "["));
      if (separates || (depth === 0 && sign !== undefined && /\s/.test(sign) && length === 0 && from === at)) {
        const whole = [...kept, text.slice(from, at)].join("").trim();
        if (whole !== "") yield { line: begun, text: whole };
        [kept, length, from] = [[], 0, at + 1];
        begun = line;
        if (separates && open) inArray = true;
        continue;
      }
      if (from === at && length === 0) begun = line;
      if (open) depth += 1;
      else if (sign === "}" || sign === "]") depth -= 1;
    }
    if (length < LONGEST) {
      kept.push(text.slice(from));
      length += text.length - from;
    }
  }
  const whole = kept.join("").trim();
  if (whole !== "") yield { line: begun, text: whole };
}
