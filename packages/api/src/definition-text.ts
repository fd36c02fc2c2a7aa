/**
 * What of a definition may be shown: its lines as written, without values that could be secret.
 *
 * Secrets belong behind `${env:…}` and `${file:…}`, which are shown as they stand. Who wrote one down nonetheless must not
 * find it on a screen: literal values of headers, of what follows a name like "password", of an address's user and of its
 * query read `•••`. When a header's value is still there after that, nothing is shown at all.
 */
import type { Monitor } from "@statusquo/core";

const HIDDEN = "•••";
/** Headers whose values are no secret and help to read a definition. */
const PLAIN_HEADERS = new Set([
  "accept",
  "accept-language",
  "content-type",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-unmodified-since",
  "idempotency-key",
  "user-agent",
]);
const SECRET_NAME = /pass(word|wd|phrase)?|secret|token|api[-_]?key|authorization|cookie|credential|private[-_]?key/i;
const REFERENCE = /(\$\{[^}]*\}|\{\{.*?\}\})/;
/** Shorter ones would blank ordinary words. */
const SHORTEST_LITERAL = 4;

/** @returns null when `text` cannot be shown without showing a header's literal value */
export function definitionText(text: string, monitor: Pick<Monitor, "request" | "steps" | "cleanup">): string | null {
  const requests = [monitor, ...(monitor.steps ?? []), ...(monitor.cleanup ?? [])].map(({ request }) => request);
  const headers = requests.flatMap((request) => Object.entries(request.headers));
  const secret = headers.filter(([name]) => !PLAIN_HEADERS.has(name));
  const hidden = [...new Set(secret.map(([name]) => name))];
  const literals = [...new Set(secret.flatMap(([, value]) => literalsOf(value)))].sort((a, b) => b.length - a.length);
  let shown = text
    .split("\n")
    .map((line) => hideValues(line, hidden))
    .join("\n");
  for (const literal of literals) shown = shown.replaceAll(literal, HIDDEN);
  // A value folded over lines is not found as it stands: compare without blanks and line joints too.
  const bare = shown.replace(/\\?\s+/g, "");
  return literals.some((literal) => bare.includes(literal.replace(/\s+/g, ""))) ? null : shown;
}

/** The parts of a value that are neither reference nor template, longest first. */
function literalsOf(value: string): string[] {
  const parts = value.split(REFERENCE).filter((part) => part !== "" && !REFERENCE.test(part));
  const words = parts.flatMap((part) => [part.trim(), ...part.split(/\s+/)]);
  const schemes = new Set(["Bearer", "Basic", "Digest", "Token"]);
  return [...new Set(words)]
    .filter((word) => word.length >= SHORTEST_LITERAL && !schemes.has(word))
    .sort((a, b) => b.length - a.length);
}

/** Hides what stands after each secret name of a line, up to the next `,`, `}` or `]` of flow style, or the line's end. */
function hideValues(line: string, headers: readonly string[]): string {
  const address = line
    .replace(/(:\/\/)[^/\s@"']+@/g, `$1${HIDDEN}@`)
    .replace(/([?&][^=&\s"']+=)([^&\s"'#]+)/g, (_, name: string, value: string) => `${name}${hideLiteral(value)}`);
  return address.replace(
    /(["']?)([\w-]+)\1(\s*:\s+|":)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?:\$\{[^}]*\}|\{\{.*?\}\}|[^,}\]{[])+)/g,
    (whole, quote: string, name: string, colon: string, value: string) => {
      const isSecret = SECRET_NAME.test(name) || headers.includes(name.toLowerCase());
      return isSecret ? `${quote}${name}${quote}${colon}${hideLiteral(value)}` : whole;
    },
  );
}

/** References and templates stay; a word of the scheme before one stays; all else is hidden. */
function hideLiteral(value: string): string {
  const [, open = "", inside = "", close = ""] = /^(["']?)(.*?)(["']?\s*)$/s.exec(value) ?? [];
  const parts = inside.split(REFERENCE).map((part) => {
    if (part === "" || REFERENCE.test(part) || /^\s*(Bearer|Basic|Token)?\s*$/.test(part)) return part;
    return part.replace(/\S(.*\S)?/s, HIDDEN);
  });
  return `${open}${parts.join("")}${close}`;
}
