/**
 * Carrying over: a check of another tool becomes a definition of ours, as far as the grammar goes. What it cannot say
 * yet, or says otherwise, is noted. `CARRY` is the one table of demands: a row for each kind there is.
 */
import { literalRefusal } from "@statusquo/probe";
import { durationText, parseDuration } from "../definitions/duration.ts";
import { CARRY, isNeeded } from "./carry-wants.ts";
import type { Foreign, ForeignBody, Note, Want } from "./foreign.ts";
import { isReference, isSecretName, type Secrets } from "./secrets.ts";
import { expectOf } from "./statuses.ts";
import { shown, tagsOf } from "./words.ts";

/** Keys as they will stand in the file, in this order. */
export type Definition = Record<string, unknown>;

export interface Carried {
  id: string;
  definition: Definition;
  /** Why it stands as a comment only. */
  leftOut: string | null;
  notes: Note[];
}

/** A definition in the making. */
export interface Draft {
  id: string;
  definition: Definition;
  secrets: Secrets;
  note(key: string | null, message: string): void;
  /** The value, or a reference in its place when its name is a secret's; `key` is where that is noted. */
  hide(key: string, name: string, value: string): string;
  leaveOut(why: string): void;
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const LEAST_EVERY = 5_000;
const MOST_EVERY = parseDuration("1h") as number;
const MOST_TIMEOUT = parseDuration("5m") as number;
const MOST_REDIRECTS = 5;
const OWN_HEADERS = ["host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"];

/** One check as a definition with this id. */
export function carry(check: Foreign, id: string, secrets: Secrets): Carried {
  const carried: Carried = { id, definition: {}, leftOut: check.leftOut, notes: [...check.notes] };
  const definition: Definition = { id };
  const draft: Draft = {
    id,
    definition,
    secrets,
    note: (key, message) => carried.notes.push({ key, message }),
    hide: (key, name, value) => {
      if (value === "" || !isSecretName(name) || isReference(value)) return value;
      draft.note(key, `the value of ${shown(name, 60)} was left out; the variable holds it`);
      return secrets.reference(value, id, name);
    },
    leaveOut: (why) => {
      carried.leftOut ??= why;
    },
  };
  const name = shown(check.name, 100);
  if (name !== "" && name !== id) definition.name = name;
  const tags = tagsOf(check.tags);
  if (tags.length > 0) definition.tags = tags;
  const method = check.method.toUpperCase();
  if (method !== "GET") definition.method = method;
  if (!METHODS.includes(method)) draft.leaveOut(`the method ${shown(method, 20)} is none of ${METHODS.join(", ")}`);
  const basic = address(check, draft);
  headersOf(check, basic, draft);
  if (check.body) bodyOf(check.body, draft);
  timesOf(check, draft);
  expectStatuses(check.wants, draft);
  redirectsOf(check.redirects, draft);
  for (const want of check.wants) {
    const lost = (CARRY[want.kind] as (want: Want, draft: Draft) => string | null)(want, draft);
    if (lost === null) continue;
    if (isNeeded(want)) draft.leaveOut(`${shown(want.said)}: ${lost}`);
    else draft.note(null, `${shown(want.said)}: ${lost}`);
  }
  trimmed(definition);
  if (check.notify.length > 0) definition.notify = [...new Set(check.notify)].slice(0, 50);
  const inOrder = ORDER.flatMap((key): [string, unknown][] =>
    Object.hasOwn(definition, key) ? [[key, definition[key]]] : [],
  );
  return { ...carried, definition: Object.fromEntries(inOrder) };
}

/** Takes away what was begun and holds nothing; codes alone stand without a mapping. */
function trimmed(definition: Definition): void {
  const expect = definition.expect as Record<string, unknown> | unknown[] | undefined;
  if (expect !== undefined && !Array.isArray(expect)) {
    for (const key of ["json", "header", "body"])
      if (Object.keys((expect[key] as object | undefined) ?? { some: 1 }).length === 0) delete expect[key];
    for (const [path, test] of Object.entries((expect.json as object | undefined) ?? {}))
      if (Object.keys(test).join() === "is") (expect.json as Record<string, unknown>)[path] = test.is;
    const keys = Object.keys(expect);
    if (keys.length === 0) delete definition.expect;
    else if (keys.length === 1 && keys[0] === "status") definition.expect = expect.status;
  }
}

/** Keys as people write them. */
const ORDER = [
  "id",
  "name",
  "tags",
  "method",
  "url",
  "auth",
  "headers",
  "json",
  "body",
  "form",
  "multipart",
  "every",
  "timeout",
  "expect",
  "follow_redirects",
  "tls",
  "proxy",
  "ip",
  "http2",
  "allow_private",
  "notify",
];

/** The address without user and password, secrets of its query as references. Answers with the user and password. */
function address(check: Foreign, draft: Draft): Foreign["basic"] {
  let basic = check.basic;
  let text = check.url.trim();
  const user = /^(https?:\/\/)([^/?#@\s]*)@/i.exec(text);
  if (user) {
    text = `${user[1]}${text.slice(user[0].length)}`;
    const [, name = "", password = ""] = /^([^:]*):?(.*)$/s.exec(user[2] ?? "") ?? [];
    basic ??= { user: decoded(name), password: decoded(password) };
  }
  text = withoutSecrets(text, /[?&]/, draft);
  if (text !== check.url.trim() && isReference(text) && !user) draft.note("url", "a secret of the query was left out");
  draft.definition.url = text;
  const plain = text.replaceAll(/\$\{[^}]*\}|\{\{[^}]*\}\}/g, "x");
  if (!/^https?:\/\//i.test(text) || !URL.canParse(plain)) {
    draft.leaveOut(`its address is no http or https one: ${shown(text, 120)}`);
  } else if (isPrivate(new URL(plain))) draft.definition.allow_private = true;
  return basic;
}

/** `name=value` behind one of these marks, with a reference in place of each secret. */
function withoutSecrets(text: string, marks: RegExp, { secrets, id }: Draft): string {
  return text.replaceAll(
    new RegExp(`(${marks.source})([^=&#?]{1,200})=([^&#]+)`, "g"),
    (whole, mark: string, name: string, value: string) =>
      isSecretName(decoded(name)) && !isReference(value)
        ? `${mark}${name}=${secrets.reference(value, id, decoded(name))}`
        : whole,
  );
}

/** Whether an address is, or looks like, one of a private network. */
function isPrivate(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (/^(?:[^.:]+|.+\.(?:localhost|local|lan|internal|intranet|home\.arpa|svc|cluster\.local))$/i.test(host))
    return true;
  return literalRefusal(host, false) !== null && literalRefusal(host, true) === null;
}

function headersOf(check: Foreign, basic: Foreign["basic"], draft: Draft): void {
  const headers = new Map<string, string>();
  const put = (name: string, value: string) => headers.set(name, value);
  for (const [written, value] of check.headers) {
    const name = written.trim().toLowerCase();
    if (OWN_HEADERS.includes(name)) {
      draft.note(headers.size > 0 ? "headers" : null, `header ${name}: is set by the probe itself`);
    } else if (name === NO_KEY) {
      draft.note(headers.size > 0 ? "headers" : null, `header ${name}: cannot stand in a definition`);
    } else put(name, secretHeader(name, value.trim(), draft));
  }
  if (basic && !headers.has("authorization")) {
    const { user, password } = basic;
    if (password !== "" && /^[^:\p{Cc}]{1,500}$/u.test(user) && !isReference(user)) {
      const hidden = draft.secrets.reference(password, draft.id, "password");
      draft.definition.auth = { basic: { user, password: hidden } };
      if (!isReference(password)) draft.note("auth", "the password was left out; the variable holds it");
    } else {
      put("authorization", `Basic ${draft.secrets.reference(`${user}:${password}`, draft.id, "basic")}`);
      draft.note("headers", "user and password were left out; the variable holds the base64 of user:password");
    }
  } else if (check.bearer !== null && !headers.has("authorization")) {
    draft.definition.auth = { bearer: draft.secrets.reference(check.bearer, draft.id, "token") };
    if (!isReference(check.bearer)) draft.note("auth", "the token was left out; the variable holds it");
  }
  if (headers.size > 0) draft.definition.headers = Object.fromEntries(headers);
}

function secretHeader(name: string, value: string, draft: Draft): string {
  if (value === "" || isReference(value) || !isSecretName(name)) return value;
  const [, scheme = "", rest = value] = /^(bearer|basic|token|apikey|digest|negotiate) +(\S.*)$/is.exec(value) ?? [];
  const what = scheme === "" ? name : scheme.toLowerCase() === "basic" ? "basic" : "token";
  draft.note("headers", `the value of ${name} was left out; the variable holds it`);
  const reference = draft.secrets.reference(rest, draft.id, what);
  return scheme === "" ? reference : `${scheme} ${reference}`;
}

const LONGEST_BODY = 65_536;
/** Refused as a key anywhere in a definition. */
const NO_KEY = "__proto__";

function bodyOf(body: ForeignBody, draft: Draft): void {
  const { definition } = draft;
  const hide = (name: string, value: string) => draft.hide(body.kind === "form" ? "form" : "json", name, value);
  if (body.kind === "form") {
    const names = body.fields.map(([name]) => name);
    if (new Set(names).size < names.length || names.includes(NO_KEY)) {
      // A mapping holds a name once, and one name never.
      const said = (text: string) => (isReference(text) ? text : encodeURIComponent(text));
      const text = body.fields.map(([name, value]) => `${said(name)}=${said(value)}`).join("&");
      definition.body = withoutSecrets(text, /^|&/, draft);
      addHeader(definition, "content-type", "application/x-www-form-urlencoded");
    } else definition.form = Object.fromEntries(body.fields.map(([name, value]) => [name, hide(name, value)]));
    return;
  }
  const value =
    body.kind === "json" ? body.value : jsonOf(body.text, body.type ?? headerOf(definition, "content-type"));
  if (value !== undefined && isPlain(value, 0)) {
    definition.json = hidden(value, hide);
    const type = headerOf(definition, "content-type");
    // It is what the probe sends by itself.
    if (type !== null && /^application\/json(?:;\s*charset=utf-8)?$/i.test(type))
      dropHeader(definition, "content-type");
    return;
  }
  const text = body.kind === "json" ? jsonText(body.value) : body.text;
  if (text === null) {
    draft.leaveOut("its body holds itself, or is nested too deeply");
    return;
  }
  if (text.length > LONGEST_BODY) draft.leaveOut(`its body has more than ${LONGEST_BODY} characters`);
  const type = body.kind === "json" ? "application/json" : body.type;
  const isForm = /^application\/x-www-form-urlencoded/i.test(type ?? headerOf(definition, "content-type") ?? "");
  definition.body = (isForm ? withoutSecrets(text, /^|&/, draft) : text).slice(0, LONGEST_BODY);
  if (type !== undefined && headerOf(definition, "content-type") === null) addHeader(definition, "content-type", type);
  if (/passw|secret|token|api_?key/i.test(definition.body as string) && !isReference(definition.body as string))
    draft.note("body", "may hold a secret; put a reference such as ${env:NAME} in its place");
}

/** A text that is sent as JSON, as a value; undefined when it is none. */
function jsonOf(text: string, type: string | null): unknown {
  if (type === null || !/[/+]json\b/i.test(type) || text.length > LONGEST_BODY) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Null for a value that holds itself by an alias, or is too deep to be written. */
function jsonText(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null;
  } catch {
    return null;
  }
}

/** Whether a JSON value comes through a definitions file unchanged: not deep, numbers written plainly. */
function isPlain(value: unknown, depth: number): boolean {
  if (depth > 10) return false;
  if (typeof value === "number") return /^-?\d{1,15}(?:\.\d+)?$/.test(String(value));
  if (typeof value !== "object" || value === null) return true;
  if (Object.hasOwn(value, NO_KEY)) return false;
  return (Array.isArray(value) ? value : Object.values(value)).every((one) => isPlain(one, depth + 1));
}

/** A JSON value with the texts under secret names replaced. */
function hidden(value: unknown, hide: (name: string, value: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => hidden(one, hide));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, typeof one === "string" ? hide(key, one) : hidden(one, hide)]),
  );
}

const headerOf = ({ headers }: Definition, name: string) =>
  (headers as Record<string, string> | undefined)?.[name] ?? null;
function addHeader(definition: Definition, name: string, value: string): void {
  definition.headers = { ...(definition.headers as object | undefined), [name]: value };
}
function dropHeader(definition: Definition, name: string): void {
  const { [name]: _, ...others } = definition.headers as Record<string, string>;
  if (Object.keys(others).length > 0) definition.headers = others;
  else delete definition.headers;
}

function timesOf({ everyMs, timeoutMs }: Foreign, draft: Draft): void {
  const every = Math.round(Math.min(MOST_EVERY, Math.max(LEAST_EVERY, everyMs ?? 60_000)));
  if (everyMs !== null) {
    draft.definition.every = durationText(every);
    if (every !== Math.round(everyMs)) draft.note("every", `was every ${spanText(everyMs)}; here it is 5s to 1h`);
  }
  if (timeoutMs !== null && timeoutMs > 0) {
    // Shorter than `every`: a second less, or half of a short one.
    const most = Math.min(MOST_TIMEOUT, every >= 10_000 ? every - 1_000 : every / 2);
    const timeout = Math.round(Math.min(most, Math.max(100, timeoutMs)));
    draft.definition.timeout = durationText(timeout);
    if (timeout !== Math.round(timeoutMs))
      draft.note("timeout", `was ${spanText(timeoutMs)}; here it is 100ms to 5m, and shorter than every`);
  }
}

const spanText = (ms: number) => durationText(Math.max(0, Math.round(ms)));

/** Demands on the status hold together: what each allows. */
function expectStatuses(wants: readonly Want[], draft: Draft): void {
  const sets = wants.flatMap((want) => (want.kind === "status" ? [want.codes] : []));
  const [first, ...others] = sets;
  if (!first) return;
  const codes = new Set([...first].filter((code) => others.every((set) => set.has(code))));
  const expect = expectOf(codes);
  if (expect !== null) draft.definition.expect = expect;
  else if (codes.size === 0) {
    const said = wants.flatMap((want) => (want.kind === "status" ? [shown(want.said)] : [])).join(", ");
    draft.note(null, `no status from 200 to 599 fits ${said}; expect was left at 2xx`);
  }
}

function redirectsOf(redirects: number, draft: Draft): void {
  if (redirects <= 0) return;
  draft.definition.follow_redirects = Math.min(MOST_REDIRECTS, Math.floor(redirects));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
