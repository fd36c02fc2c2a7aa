/**
 * Evidence: one exchange as it may be stored and shown.
 *
 * Redaction happens here and before anything leaves the prober: by header name, by name in queries, forms and JSON, by
 * the definition's JSONPaths, and by value for every secret that went into the request, in the encodings a target may
 * echo it in. Where a rule cannot be applied the whole body goes. What is left is inert: no control, bidi or half
 * characters. What was taken out reads `[removed: <rule>]`.
 */
import { type ExchangeEvidence, mapTexts } from "@statusquo/core";
import { type JSONValue, query } from "json-p3";
import { certificateFacts } from "./certificate.ts";
import type { Exchange } from "./http.ts";
import { createScrubber, type Scrubber } from "./scrub.ts";

export interface RedactionRules {
  /** Values that went into the request by reference. */
  secrets: readonly string[];
  /** RFC 9535 JSONPaths, for the bodies of request and response. */
  paths: readonly string[];
}

const MAX_SNIPPET_BYTES = 4 * 1024;
const MAX_HEADER_BYTES = 1024;
const MAX_HEADERS = 100;
const MAX_URL_BYTES = 2 * 1024;
const MAX_REASON_LETTERS = 80;
const MAX_DETAIL_LETTERS = 200;

/** Names whose values are nobody's business: of headers, of fields in JSON and forms. */
const SECRET_NAME =
  /token|secret|passw|passphrase|pwd|credential|api[-_]?key|access[-_]?key|private[-_]?key|auth[-_]?key|session|signature|csrf|cookie|jwt|bearer|^(?:proxy-)?authorization$|^x-auth|^auth$/i;
/** In a URL these short names are keys more often than not; in a body `code` is what a conflict is told by. */
const SECRET_PARAMETER = new RegExp(`${SECRET_NAME.source}|^(?:key|code|sig)$`, "i");

/** Whether what goes by this name is nobody's business, by its name alone. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

const removed = (rule: string) => `[removed: ${rule}]`;

/** The exchange with everything secret taken out. */
export function evidenceOf(exchange: Exchange, rules: RedactionRules): ExchangeEvidence {
  const { sent, head, certificate, proxy } = exchange;
  const scrub = scrubberFor(exchange, rules.secrets);
  const header = headerRule(scrub);
  const facts = certificate && certificateFacts(certificate);
  const headers = (pairs: readonly [string, string][]): [string, string][] => {
    const kept = pairs.slice(0, MAX_HEADERS).map(header);
    const rest = pairs.length - kept.length;
    return rest > 0 ? [...kept, ["…", removed(`${rest} headers more`)]] : kept;
  };
  return {
    request: {
      method: sent.method,
      url: cutToBytes(inert(scrub.whole(withoutSecretPairs(sent.url, SECRET_PARAMETER))), MAX_URL_BYTES),
      headers: headers(sent.headers),
      body:
        sent.body === null
          ? null
          : snippet(sent.body, headerValue(sent.headers, "content-type"), rules.paths, scrub.whole),
    },
    response: head && {
      status: head.status,
      reason: [...inert(scrub.whole(head.reason))].slice(0, MAX_REASON_LETTERS).join(""),
      httpVersion: head.httpVersion,
      headers: headers(head.headers),
      body: responseSnippet(exchange, rules.paths, scrub),
      bodyBytes: exchange.bodyBytes,
      truncated: exchange.truncated,
    },
    remoteAddress: exchange.remoteAddress,
    bodyError: exchange.bodyError === null ? null : detailText(exchange.bodyError, scrub.whole),
    ...(facts && { certificate: mapTexts(facts, (text) => inert(scrub.whole(text))) }),
    ...(proxy !== null && { proxy: detailText(proxy, scrub.whole) }),
  };
}

/** The detail of an outcome, with the same care: targets write into certificates and status lines too. */
export function safeDetail(detail: string, exchange: Exchange, secrets: readonly string[]): string {
  return detailText(detail, scrubberFor(exchange, secrets).whole);
}

function detailText(detail: string, scrub: (text: string) => string): string {
  return [...inert(scrub(detail)).replaceAll("\n", " ")].slice(0, MAX_DETAIL_LETTERS).join("");
}

/** Knows the referenced values, and what stood in request headers of secret name without a reference. */
function scrubberFor(exchange: Exchange, secrets: readonly string[]): Scrubber {
  return createScrubber([...new Set([...secrets, ...secretsSent(exchange)])], removed("known secret"));
}

/** What says who asks, and what stood in request headers of secret name: whole, and without the scheme before it. */
export function secretsSent(exchange: Exchange): string[] {
  const known = new Set<string>(exchange.secrets);
  for (const [name, value] of exchange.sent.headers) {
    if (!SECRET_NAME.test(name)) continue;
    known.add(value);
    const [, scheme, credentials] = /^([\w-]+) +(.+)$/.exec(value) ?? [];
    if (credentials === undefined) continue;
    known.add(credentials);
    if (scheme?.toLowerCase() !== "basic") continue;
    const pair = Buffer.from(credentials, "base64").toString();
    known.add(pair);
    known.add(pair.slice(pair.indexOf(":") + 1));
  }
  return [...known];
}

/** The body as text, as far as it was read; null when it is encoded, which is never undone. */
export function bodyText(exchange: Exchange): string | null {
  const headers = exchange.head?.headers ?? [];
  if (isEncoded(exchange)) return null;
  return decode(exchange.body, headerValue(headers, "content-type"));
}

/** A header of the answer as it may be shown. */
export function shownHeader(exchange: Exchange, rules: RedactionRules, pair: [string, string]): string {
  return headerRule(scrubberFor(exchange, rules.secrets))(pair)[1];
}

/** What stands at a place of the answer's JSON as it may be shown; undefined when nothing of it may. */
export function shownNode(exchange: Exchange, rules: RedactionRules, location: readonly (string | number)[]): unknown {
  const type = headerValue(exchange.head?.headers ?? [], "content-type");
  try {
    let node: unknown = JSON.parse(withoutJsonSecrets(bodyText(exchange) ?? "", `${type} json`, rules.paths));
    for (const key of location) node = isTree(node) ? node[key] : node;
    return node;
  } catch {
    return undefined;
  }
}

function headerRule(scrub: Scrubber): (pair: [string, string]) => [string, string] {
  return ([name, value]) => {
    const shown = inert(scrub.whole(name));
    if (SECRET_NAME.test(name)) return [shown, removed("secret header")];
    const withoutUser = value.replace(/:\/\/[^/@\s]{0,256}@/g, `://${removed("user name")}@`);
    const text = inert(scrub.whole(withoutSecretPairs(withoutUser, SECRET_PARAMETER)));
    return [cutToBytes(shown, MAX_HEADER_BYTES), cutToBytes(text, MAX_HEADER_BYTES)];
  };
}

function responseSnippet(exchange: Exchange, paths: readonly string[], scrub: Scrubber): string {
  if (isEncoded(exchange)) return removed("content-encoding, never undone here");
  const type = headerValue(exchange.head?.headers ?? [], "content-type");
  const whole = !exchange.truncated && exchange.bodyError === null;
  return snippet(decode(exchange.body, type), type, paths, whole ? scrub.whole : scrub.broken);
}

function isEncoded({ head, body }: Exchange): boolean {
  const encoding = headerValue(head?.headers ?? [], "content-encoding");
  return body.length > 0 && encoding !== "" && encoding.toLowerCase() !== "identity";
}

/** By the charset the answer claims, or its byte order mark; what cannot be decoded becomes U+FFFD. */
function decode(body: Buffer, contentType: string): string {
  const marked =
    body[0] === 0xff && body[1] === 0xfe ? "utf-16le" : body[0] === 0xfe && body[1] === 0xff ? "utf-16be" : null;
  const claimed = /charset="?([\w.:-]{1,40})/i.exec(contentType)?.[1];
  try {
    return new TextDecoder(marked ?? claimed ?? "utf-8").decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

function snippet(text: string, contentType: string, paths: readonly string[], scrub: (text: string) => string): string {
  try {
    const named = withoutSecretPairs(withoutJsonSecrets(text, contentType, paths), SECRET_NAME);
    return cutToBytes(inert(scrub(named).replaceAll("\r\n", "\n")), MAX_SNIPPET_BYTES);
  } catch {
    // A path that does not compile, or a document nested deeper than the stack: nothing of it can be trusted.
    return removed("the rules could not be applied to this body");
  }
}

/** Removes what `paths` lead to and fields of secret name. JSON without either comes back as it was written. */
function withoutJsonSecrets(text: string, contentType: string, paths: readonly string[]): string {
  const looksJson = /json/i.test(contentType) || /^\ufeff?\s*[[{"]/.test(text);
  if (!looksJson || text === "") return text;
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return paths.length > 0 ? removed("redact paths, and this body is not whole JSON") : withoutNamedFields(text);
  }
  let changed = false;
  const root = { $: document };
  for (const path of paths) {
    for (const node of query(path, document as JSONValue)) {
      changed = replaceAt(root, ["$", ...node.location], removed(path)) || changed;
    }
  }
  changed = removeNamed(root) || changed;
  return changed ? JSON.stringify(root.$) : text;
}

/** False when there is nothing at that place, because something above it is gone already. */
function replaceAt(root: object, location: (string | number)[], mark: string): boolean {
  let parent: unknown = root;
  for (const key of location.slice(0, -1)) parent = isTree(parent) ? parent[key] : undefined;
  if (!isTree(parent)) return false;
  parent[location.at(-1)!] = mark;
  return true;
}

function isTree(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}

function removeNamed(node: unknown): boolean {
  if (!isTree(node)) return false;
  let changed = false;
  for (const [key, value] of Object.entries(node)) {
    const secret = SECRET_NAME.test(key) && value !== null && typeof value !== "boolean";
    if (secret) node[key] = removed("secret name");
    changed = secret || removeNamed(value) || changed;
  }
  return changed;
}

/** For JSON that is not whole: the same by pattern; where a list or an object would have to go, all after it goes. */
function withoutNamedFields(text: string): string {
  const value = /"(?:[^"\\]|\\[\s\S])*"?|[[{][\s\S]*|[^\s,}\]"]+/y;
  let kept = "";
  let from = 0;
  for (const field of text.matchAll(/"((?:[^"\\]|\\.){1,64})"\s{0,16}:\s{0,16}/g)) {
    const start = field.index + field[0].length;
    value.lastIndex = start;
    if (field.index < from || !SECRET_NAME.test(field[1]!) || !value.test(text)) continue;
    kept += text.slice(from, start) + removed("secret name");
    from = value.lastIndex;
  }
  return kept + text.slice(from);
}

/** `name=value` as in queries, forms and cookies. */
function withoutSecretPairs(text: string, secretName: RegExp): string {
  if (!text.includes("=")) return text;
  return text.replace(
    /(^|[?&;#\s"',])([\w.~%+[\]-]{1,64})=(?:"[^"]*"?|[^&\s"'<>#;]*)/g,
    (pair, before: string, name: string) =>
      secretName.test(name) ? `${before}${name}=${removed("secret name")}` : pair,
  );
}

export function headerValue(headers: readonly [string, string][], wanted: string): string {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? "";
}

/** Control characters but line feed and tab, half surrogates, and what turns or hides text, written as `\u001b`. */
export function inert(text: string): string {
  return text.replace(/[\p{Cs}\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu, (letter) =>
    letter === "\n" || letter === "\t" ? letter : `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The longest beginning of `text` that fits into `maxBytes` of UTF-8 without cutting a character. */
export function cutToBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString();
}
