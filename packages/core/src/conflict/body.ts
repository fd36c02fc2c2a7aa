/**
 * What a body says: its sentences and its codes, without what any 409 would say.
 *
 * Works on every body, however broken: text that does not parse is text. Reads at most `READ_LIMIT` characters.
 */

/** A thing the body says. `words` has the length of `text` (folded for matching), so an index in one fits the other. */
export interface Saying {
  /** A sentence for people, a code for machines, or the name of a field. */
  kind: "sentence" | "code" | "field";
  text: string;
  words: string;
}

/** Characters of a body that are looked at, and of one text in it; a message stands at the top or not at all. */
const READ_LIMIT = 32_000;
const TEXT_LIMIT = 2_000;
const SAYINGS_LIMIT = 80;
const QUOTE_LIMIT = 60;

// Fields whose values are about the exchange, not about the conflict.
const IDLE_FIELD =
  /^(?:path|instance|url|uri|href|links?|self|time(?:stamp)?|date|(?:x[-_]?)?(?:request|trace|correlation|span|event|client[-_]?request)[-_]?id|docs?|documentation(?:[-_]?url)?|doc[-_]?url|more[-_]?info|help|stack(?:[-_]?trace)?|resourcetype|severity|domain|apiversion|kind|version|logref)$/i;

// What a framework or the standard says of every 409, clause by clause: no evidence of anything.
const STOCK = [
  /(?:konflikt|conflit|conflict|конфликт|冲突|衝突|競合|충돌|cak[ıi][sş]).{0,60}(?:aktuellen? zustand|estado actual|estado atual|etat actuel|stato attuale|huidige (?:status|toestand)|(?:obecnym|aktualnym) stan|текущ\p{L}* состояни)/u,
  /(?:状态|狀態|状態|상태).{0,20}(?:冲突|衝突|競合|충돌)/,
  /\bconflicts?\b.{0,60}\bcurrent state of\b/,
  /\bconflicts? with (?:the |an )?(?:current|existing) state\b/,
  /\bconflict(?:s|ed)? with (?:another|other) requests? or\b/,
  /\bconflict happened while processing\b/,
  /\b(?:might|may) have been (?:modified|changed) while the request\b/,
  /\buser (?:might|may) be able to resolve the conflict\b/,
  /\brequest (?:could|can) ?not be (?:completed|processed|fulfilled) (?:due to|because of) (?:a |an |some )?conflict\b/,
  /\b(?:unknown |unexpected |internal )?error (?:has )?occurred\b|\bsomething went wrong\b|\brequest failed(?: with (?:status|http)|$)|\bcontact (?:support|(?:the|your) administrator)\b/,
  /\b(?:see|check|consult|refer to|read) (?:the |our )?(?:api )?(?:documentation|docs|reference|manual)\b/,
  /ha ocurrido un error|se (?:ha )?produ(?:jo|cido) un error|une erreur (?:est survenue|s'est produite)|fehler (?:ist )?aufgetreten|ocorreu um erro|verificato un errore|fout opgetreden|wystapil blad|произошла ошибка|エラーが発生|오류가 발생|发生(?:了)?(?:未知)?错误|bir hata olustu|fel (?:har )?intraffa|det oppstod en feil/,
  /\ba conflict (?:has )?(?:occurred|happened)\s*$/,
  /^\s*(?:the |this )?(?:request|resource) (?:is |was )?(?:in )?(?:a )?conflict(?:s|ed)?(?: error)?\s*$/,
  /^\s*(?:http )?(?:error )?(?:status )?(?:code )?409(?: -)?(?: \(?conflict\)?)?\W*$/,
];

/** The sayings of a body, most telling first: sentences, then codes, then names of fields. */
export function sayingsOf(body: string): Saying[] {
  const text = body.slice(0, READ_LIMIT).replace(/\[removed: [^\]]{0,80}\]/g, "…");
  const found: Saying[] = [];
  const parsed = parseJson(text);
  if (parsed !== undefined) walk(parsed, "", 0, found);
  else {
    const markup = text.slice(0, 4 * TEXT_LIMIT);
    // WebDAV and its kin say what failed by the name of an element: <no-uid-conflict/>.
    if (/^\s*<\?xml|["']DAV:["']/.test(markup)) {
      for (const [, name = ""] of markup.matchAll(/<(?:\w{1,8}:)?([a-z]{2,20}(?:-[a-z]{2,20}){1,6})\b/g))
        add("code", spaced(name), name, found);
    }
    addText(plain(markup), found);
  }
  const order = { sentence: 0, code: 1, field: 2 };
  const seen = new Set<string>();
  return found
    .filter(({ kind, words }) => words.trim() !== "" && !seen.has(`${kind} ${words}`) && seen.add(`${kind} ${words}`))
    .sort((a, b) => order[a.kind] - order[b.kind])
    .slice(0, SAYINGS_LIMIT);
}

/** `text` from `from` to `to`, as it may stand in a message: one line, no control characters, at most 60 characters. */
export function quote(text: string, from = 0, to = text.length): string {
  const start = from > 0 && /[\p{L}\p{N}]/u.test(text[from - 1] ?? "") ? text.lastIndexOf(" ", from) + 1 : from;
  const kept = start < from - 12 ? from : start;
  const line = text
    .slice(kept, Math.max(to, kept + 1))
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/["“”]/g, "'")
    .replace(/\s+/g, " ")
    .trim();
  const characters = [...line];
  return characters.length <= QUOTE_LIMIT ? line : `${characters.slice(0, QUOTE_LIMIT - 1).join("")}…`;
}

/** Lower case and without the accents of Latin and Greek, one character for one, so that indexes stay true. */
export function fold(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is "not ASCII"
  return text.toLowerCase().length === text.length && /^[\x00-\x7f]*$/.test(text)
    ? text.toLowerCase()
    : Array.from({ length: text.length }, (_, i) => foldUnit(text[i] ?? "")).join("");
}

function foldUnit(unit: string): string {
  const lower = unit.toLowerCase();
  const one = lower.length === 1 ? lower : unit;
  if (one === "’") return "'";
  const code = one.charCodeAt(0);
  const accented =
    (code >= 0xc0 && code < 0x250) || (code >= 0x370 && code < 0x400) || (code >= 0x1e00 && code < 0x2000);
  return accented ? (one.normalize("NFD")[0] ?? one) : one;
}

function parseJson(text: string): unknown {
  if (!/^\s*[[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function walk(value: unknown, field: string, depth: number, found: Saying[]): void {
  if (found.length > 4 * SAYINGS_LIMIT || depth > 12) return;
  if (typeof value === "string") {
    if (!IDLE_FIELD.test(field)) addText(value.includes("<") ? plain(value) : value, found);
    return;
  }
  if (typeof value === "number" && /code|errno|number/i.test(field)) addText(String(value), found);
  if (value === null || typeof value !== "object") return;
  for (const [name, inner] of Object.entries(value)) {
    if (!Array.isArray(value)) add("field", spaced(name), name, found);
    walk(inner, Array.isArray(value) ? field : name, depth + 1, found);
  }
}

/** A text without its markup; what stands between tags keeps apart. */
function plain(text: string): string {
  return text
    .replace(/<!--[\s\S]{0,4000}?-->/g, " ")
    .replace(/<(?:script|style)\b[\s\S]{0,4000}?<\/(?:script|style)>/gi, " ")
    .replace(/<[^<>]{0,400}>/g, " . ")
    .replace(/&(?:quot|#34);/g, '"')
    .replace(/&(?:apos|#39|#x27);/g, "'")
    .replace(/&[a-z]{2,8};/g, " ");
}

function addText(text: string, found: Saying[]): void {
  const trimmed = text.trim().slice(0, TEXT_LIMIT);
  if (trimmed === "") return;
  // A problem type is an address; its last part is the code.
  const address = /^[a-z][a-z0-9+.-]*:(?:\/\/)?[^\s]+$/i.exec(trimmed);
  if (address) {
    const last = trimmed.split(/[/#:?]/).findLast((part) => /[a-z]{3}/i.test(part)) ?? "";
    if (!/^(?:about|blank|rfc\d+|section.*)$/i.test(last)) add("code", spaced(last), last, found);
    return;
  }
  if (!/\s/.test(trimmed) && /^[\w.:/\\$-]+$/.test(trimmed)) {
    if (/[a-z]/i.test(trimmed) || /^\d{4,5}$/.test(trimmed)) add("code", spaced(trimmed), trimmed, found);
    return;
  }
  // What was put in for a value is no word of the message.
  const sentence = blankStock(fold(trimmed)).replace(/\{[\w -]{1,24}\}/g, (all) => "…".repeat(all.length));
  if (/\p{L}{2}/u.test(sentence.replace(/\b(?:conflict|error|request|http)\b/g, ""))) {
    found.push({ kind: "sentence", text: trimmed, words: sentence });
  }
  // Codes and class names inside a sentence: IllegalStateException, unique_violation.
  for (const [name] of trimmed.matchAll(/\b[A-Za-z]{2,40}(?:[a-z][A-Z]|_)[A-Za-z_]{2,60}\b/g)) {
    add("code", spaced(name), name, found);
  }
}

function add(kind: "code" | "field", words: string, text: string, found: Saying[]): void {
  const folded = blankStock(fold(words));
  if (
    /^(?:[\s.]|conflict|error|exception|http|sabre|dav|status|code|s|fail(?:ed|ure)?|resource|request)*$/.test(folded)
  )
    return;
  found.push({ kind, text, words: folded });
}

function blankStock(words: string): string {
  return words.replace(/[^.!?;:,"]+/g, (clause) =>
    clause.length < 400 && STOCK.some((stock) => stock.test(clause)) ? " ".repeat(clause.length) : clause,
  );
}

/** `resourceModified`, `RESOURCE_MODIFIED` and `resource-modified` as words. */
function spaced(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .replace(/[_.:/\\$-]+/g, " ")
    .trim();
}

/** Whether a sentence says that there is a conflict, in whatever language; by itself that is what 409 says, too. */
export function speaksOfConflict(words: string): boolean {
  return /conflict|konflikt|conflit|конфл[иі]кт|冲突|衝突|競合|충돌|cak[ıi][sş]ma|xung [dđ]ot|تعارض/.test(words);
}
