/** Demands carried over: the one table, a row for each kind. A row changes the draft, or answers with what is lost. */
import { jsonPathProblem, patternProblem } from "@statusquo/probe";
import type { Draft } from "./carry.ts";
import type { Comparison, ValueTest, Want } from "./foreign.ts";
import { isReference } from "./secrets.ts";
import { shown } from "./words.ts";

type Row<Kind extends Want["kind"]> = (want: Extract<Want, { kind: Kind }>, draft: Draft) => string | null;

export const CARRY: { readonly [Kind in Want["kind"]]: Row<Kind> } = {
  status: () => null, // together: expectStatuses
  latency: ({ belowMs }, draft) => {
    const limit = Math.round(belowMs);
    if (limit < 1 || limit > 300_000) return "a limit must be from 1ms to 5m";
    const { latency } = expectationOf(draft);
    const before = Number(/\d+/.exec(String(latency))?.[0] ?? Infinity);
    expectationOf(draft).latency = `<${Math.min(before, limit)}ms`;
    return null;
  },
  certificate: () => "the end of a certificate is shown, not judged",
  json: ({ path, must }, draft) => {
    const wrong = path.length > 200 ? "longer than 200 characters" : jsonPathProblem(path);
    if (wrong) return `its path is no JSONPath of RFC 9535 (${wrong})`;
    const test = testOf(must);
    if (typeof test === "string") return test;
    return merged(expectationOf(draft), "json", path, test);
  },
  "body-contains": ({ text, not }, draft) =>
    text.length > LONGEST_TEXT
      ? `a text has at most ${LONGEST_TEXT} characters`
      : added(bodyOf(draft), not ? "lacks" : "contains", text),
  "body-matches": ({ pattern, not }, draft) => patterned(bodyOf(draft), pattern, not),
  "header-matches": ({ name, pattern, not }, draft) => {
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/.test(name)) return "there is no header of this name";
    const headers = partOf(expectationOf(draft), "header");
    const lost = patterned(partOf(headers, name.toLowerCase()), pattern, not);
    pruned(headers, name.toLowerCase());
    return lost;
  },
  insecure: () => 'certificates are always verified here; name its authority with tls: { ca: "${file:/path}" }',
  proxy: ({ url, user }, draft) => {
    const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`;
    const parsed = URL.canParse(whole) ? new URL(whole) : null;
    if (parsed?.protocol !== "http:") return "a proxy must have an http address";
    const address = `http://${parsed.host}`;
    const name = user?.name ?? decodeURIComponent(parsed.username);
    const password = user?.password ?? decodeURIComponent(parsed.password);
    if (name === "") draft.definition.proxy = address;
    else {
      const reference = draft.secrets.reference(password, draft.id, "proxy_password");
      draft.definition.proxy = { url: address, user: name, password: reference };
      draft.note("proxy", "the password of the proxy was left out; the variable holds it");
    }
    return null;
  },
  ip: ({ version, only }, draft) => {
    if (!only) return "addresses are taken in the order the resolver gives them; ip: 4 or 6 takes one kind alone";
    draft.definition.ip = version;
    return null;
  },
  http2: (_, draft) => {
    if (/^http:/i.test(String(draft.definition.url))) return "HTTP/2 is spoken over https alone";
    draft.definition.http2 = true;
    return null;
  },
  "client-certificate": ({ certificate, key }, draft) => {
    if (key === null || key === "") return "a client certificate needs its key in a file of its own";
    const cert = pemOf(certificate, "cert", draft);
    const own = pemOf(key, "key", draft);
    if (cert === null || own === null)
      return 'name certificate and key by absolute paths, such as "${file:/etc/probe.crt}"';
    authOf(draft).mtls = { cert, key: own };
    return null;
  },
  authority: ({ file }, draft) => {
    const ca = pemOf(file, "ca", draft);
    if (ca === null) return 'name it by its absolute path: tls: { ca: "${file:/etc/ca.crt}" }';
    if (/^http:/i.test(String(draft.definition.url))) return "its address is no https one";
    partOf(draft.definition, "tls").ca = ca;
    return null;
  },
  "server-name": ({ name }, draft) => {
    if (!/[a-z]/i.test(name) || !/^[\w.-]{1,253}$/.test(name)) return "it is no host name";
    if (/^http:/i.test(String(draft.definition.url))) return "its address is no https one";
    partOf(draft.definition, "tls").server_name = name;
    return null;
  },
  oauth2: ({ tokenUrl, clientId, clientSecret, scopes, audience, inBody }, draft) => {
    authOf(draft).oauth2 = {
      token_url: tokenUrl,
      client_id: clientId,
      client_secret: draft.secrets.reference(clientSecret, draft.id, "client_secret"),
      ...(scopes.length > 0 && { scope: scopes.join(" ") }),
      ...(audience && { audience }),
      ...(inBody && { credentials: "body" }),
    };
    if (!isReference(clientSecret)) draft.note("auth", "the client's secret was left out; the variable holds it");
    return null;
  },
  multipart: ({ parts }, draft) => {
    const names = parts.map(([name]) => name);
    if (parts.some(([, text]) => text === null))
      return "a part is a file: write { filename: a.txt, text: its content }";
    if (new Set(names).size < names.length) return "it has two parts of one name";
    draft.definition.multipart = Object.fromEntries(
      parts.map(([name, text]) => [name, draft.hide("multipart", name, text ?? "")]),
    );
    return null;
  },
  other: ({ why }) => why,
};

/** Whether the request itself would be another one without it. */
export const isNeeded = ({ kind }: Want): boolean =>
  kind === "client-certificate" ||
  kind === "oauth2" ||
  kind === "multipart" ||
  kind === "proxy" ||
  kind === "server-name";

const LONGEST_TEXT = 1_000;
const LONGEST_PATTERN = 200;
const MOST_TEXTS = 20;

type Part = Record<string, unknown>;

/** The mapping under a key, made when it is not there. */
function partOf(whole: Part, key: string): Part {
  if (!Object.hasOwn(whole, key)) whole[key] = {};
  return whole[key] as Part;
}

/** Takes an empty mapping away again. */
function pruned(whole: Part, key: string): void {
  if (Object.keys(whole[key] as object).length === 0) delete whole[key];
}

const authOf = (draft: Draft): Part => partOf(draft.definition, "auth");

/** `expect` as a mapping; what stands there as codes becomes its status. */
function expectationOf({ definition }: Draft): Part {
  const { expect } = definition;
  if (expect === undefined) definition.expect = {};
  else if (Array.isArray(expect)) definition.expect = { status: expect };
  return definition.expect as Part;
}

const bodyOf = (draft: Draft): Part => partOf(expectationOf(draft), "body");

/** Adds a text to a list of texts. */
function added(into: Part, key: "contains" | "lacks", text: string): string | null {
  const texts = [into[key] ?? []].flat() as string[];
  if (texts.length >= MOST_TEXTS) return `at most ${MOST_TEXTS} texts can be said`;
  into[key] = texts.length === 0 ? text : [...texts, text];
  return null;
}

/** A pattern that must match, or must not. One without a sign of its own is a plain text. */
function patterned(into: Part, pattern: string, not: boolean): string | null {
  const plain = pattern.replaceAll(/\\([^\w\s])/g, "$1");
  const isPlain = !/[.*+?()[\]{}|^$\\]/.test(pattern.replaceAll(/\\[^\w\s]/g, ""));
  if (isPlain && plain !== "" && plain.length <= LONGEST_TEXT) return added(into, not ? "lacks" : "contains", plain);
  if (not) return "that a pattern must not match cannot be said; lacks takes plain texts";
  if (into.matches !== undefined) return "one pattern can be said, and there is one already";
  const wrong =
    pattern.length > LONGEST_PATTERN ? `longer than ${LONGEST_PATTERN} characters` : patternProblem(pattern);
  if (wrong) return `its pattern cannot be used (${wrong})`;
  into.matches = pattern;
  return null;
}

const OPERATORS: Record<Exclude<Comparison, "==" | "!=">, string> = {
  "<": "below",
  "<=": "at_most",
  ">": "above",
  ">=": "at_least",
};

function testOf(must: ValueTest): Part | string {
  if ("exists" in must) return { exists: must.exists };
  if ("matches" in must) {
    const wrong = must.matches.length > LONGEST_PATTERN ? "too long" : patternProblem(must.matches);
    return wrong ? `its pattern cannot be used (${wrong})` : { matches: must.matches };
  }
  const { is, value } = must;
  if (is === "==" || is === "!=") return { [is === "==" ? "is" : "not"]: literalOf(value) };
  const number = literalOf(value);
  return typeof number === "number" ? { [OPERATORS[is]]: number } : `${shown(value, 60)} is no number`;
}

/** A value as it most likely stands in JSON: the other tools compare texts. */
function literalOf(text: string): string | number | boolean | null {
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?$/.test(text) ? Number(text) : text.replace(/^(["'])(.*)\1$/s, "$2");
}

/** Joins a test to those of the same path. */
function merged(expectation: Part, key: string, path: string, test: Part): string | null {
  const all = partOf(expectation, key);
  const before = Object.hasOwn(all, path) ? (all[path] as Part) : {};
  if (Object.keys(test).some((one) => Object.hasOwn(before, one))) return "its path is tested in the same way already";
  all[path] = { ...before, ...test };
  return null;
}

/** A certificate or key as a reference: a file by its absolute path, a PEM text as a variable. */
function pemOf(said: string, what: string, { secrets, id, note }: Draft): string | null {
  if (isReference(said)) return said;
  if (/-----BEGIN /.test(said)) {
    note(what === "ca" ? "tls" : "auth", `the ${what} was left out; the variable holds it in PEM form`);
    return secrets.reference(said, id, what);
  }
  return /^\/[^}\p{Cc}]+$/u.test(said) ? `\${file:${said}}` : null;
}
