/**
 * Requests: one request of a plan made ready to send, with templates filled and references resolved.
 *
 * Each is filled once, side by side: neither what the environment holds nor what a target sent is ever read as either.
 */
import {
  type Auth,
  type Check,
  type Connection,
  fillTemplate,
  mapTexts,
  type RequestPlan,
  templateNames,
  unknownTemplate,
} from "@statusquo/core";
import type { Refusal } from "./failure.ts";
import type { HttpPlan } from "./http.ts";
import { type Environment, fillReferences, findReferences, resolveReferences } from "./references.ts";

/** A value that an answer gave for later requests of the same probe. */
export interface Saved {
  text: string;
  /** The same as it stood in JSON, where it was a number, true or false. */
  json: string | null;
  /** The address that answered, after redirects. */
  base: URL;
  /** Of the address that the definition named: headers of the definition go there and nowhere else. */
  origin: string;
  secret: boolean;
}

/** What can be put into a request. */
export interface Filling {
  /** By template name. */
  values: Readonly<Record<string, string>>;
  saved: ReadonlyMap<string, Saved>;
  /** By reference as written. */
  references: ReadonlyMap<string, string>;
}

export interface ReadyRequest {
  kind: "ready";
  plan: HttpPlan;
  /** Filled like the plan. */
  auth?: Auth;
  connection?: Connection;
}

/** What a target sent cannot stand where the definition puts it: the target's doing, not ours. */
export interface Unfit {
  kind: "unfit";
  what: string;
}

/** Looks up every reference in `texts`, any JSON value; or says what has no value, in words that hold none. */
export async function referencesIn(texts: unknown, env: Environment): Promise<ReadonlyMap<string, string> | Refusal> {
  const references = new Map<string, ReturnType<typeof findReferences>[number]>();
  mapTexts(texts, (text) => {
    for (const reference of findReferences(text)) references.set(reference.text, reference);
    return text;
  });
  const { values, problems } = await resolveReferences([...references.values()], env);
  return problems.length > 0 ? unresolved(problems.map(({ message }) => message).join("; ")) : values;
}

/** @returns the request, or why it cannot be made, in words that hold no value of a reference */
export async function readyRequest(
  request: RequestPlan,
  filling: Filling,
  ownHeaders: Readonly<Record<string, string>>,
): Promise<ReadyRequest | Refusal | Unfit> {
  const unknown = unknownIn(request, filling);
  if (unknown !== null) return { kind: "missed", reason: "unsupported", detail: unknown };
  const fill = (text: string) => fillText(text, filling);

  const headers: Record<string, string> = {};
  for (const [name, written] of Object.entries(request.headers)) {
    const value = fill(written);
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      const saved = templateNames(written).find((one) => filling.saved.has(one));
      if (saved !== undefined)
        return unfit(`{{${saved}}} holds a character that no header may hold, and header "${name}" asks for it`);
      const held = findReferences(written).map((reference) => reference.text);
      return unresolved(`header "${name}": ${held.join(", ") || "its value"} holds a character no header may hold`);
    }
    headers[name] = value;
  }
  const content = await contentOf(request.body, fill, filling);
  if (content !== null && (content.boundary || headers["content-type"] === undefined))
    headers["content-type"] = content.type;

  const url = urlOf(request.url, filling);
  if ("kind" in url) return url;
  const plan = { method: request.method, url, headers: { ...headers, ...ownHeaders }, body: content?.text ?? null };
  const { auth, connection } = request;
  return {
    kind: "ready",
    plan,
    ...(auth && { auth: mapTexts(auth, fill) }),
    ...(connection && { connection: mapTexts(connection, fill) }),
  };
}

/** Checks with what they compare with filled in; regular expressions stay as they are. */
export function filledChecks(checks: readonly Check[], filling: Filling): Check[] {
  return checks.map((check) => {
    if (check.on === "latency" || check.on === "certificate" || check.must.op === "matches") return check;
    const keepsType = check.must.op === "is" || check.must.op === "not";
    const must = mapTexts(check.must, (text) => {
      const whole = keepsType ? wholeValue(text, filling) : null;
      return whole === null ? fillText(text, filling) : JSON.parse(whole);
    });
    return { ...check, must };
  });
}

/** The first name in `texts` that has no value, in words; null when there is none. */
function unknownIn(texts: unknown, { values, saved }: Filling): string | null {
  const names = new Set<string>();
  mapTexts(texts, (text) => {
    for (const name of templateNames(text)) names.add(name);
    return text;
  });
  return unknownTemplate([...names], [...Object.keys(values), ...saved.keys()])?.message ?? null;
}

const REFERENCE = /(\$\{(?:env|file):[^}]*\}?)/;

/** @param put what becomes of a saved value where it is put in */
function fillText(text: string, { values, saved, references }: Filling, put = (value: string) => value): string {
  if (!text.includes("{{") && !text.includes("${")) return text;
  const all = { ...values, ...Object.fromEntries([...saved].map(([name, value]) => [name, put(value.text)])) };
  const part = (piece: string) => {
    const filled = fillTemplate(piece, all);
    return filled.kind === "filled" ? filled.value : piece;
  };
  return text
    .split(REFERENCE)
    .map((piece, index) => (index % 2 === 1 ? fillReferences(piece, references) : part(piece)))
    .join("");
}

const WHOLE = /^\{\{([^{}]*)\}\}$/;

/** The JSON of a saved number, true or false whose template is all of `text`: it keeps its type. */
function wholeValue(text: string, { saved }: Filling): string | null {
  const name = WHOLE.exec(text)?.[1]?.trim();
  return (name !== undefined && saved.get(name)?.json) || null;
}

interface Content {
  text: string;
  type: string;
  /** Whether the type names a boundary that the text relies on. */
  boundary?: boolean;
}

async function contentOf(
  body: RequestPlan["body"],
  fill: (text: string) => string,
  filling: Filling,
): Promise<Content | null> {
  switch (body?.kind) {
    case "json": {
      const value = mapTexts(body.value, (text) => {
        const whole = wholeValue(text, filling);
        return whole === null ? fill(text) : rawJson(whole);
      });
      return { text: JSON.stringify(value) ?? "null", type: "application/json" };
    }
    case "text":
      return { text: fill(body.text), type: "text/plain; charset=utf-8" };
    case "form":
      return {
        text: new URLSearchParams(mapTexts(body.fields, fill)).toString(),
        type: "application/x-www-form-urlencoded",
      };
    case "multipart": {
      const form = new FormData();
      for (const { name, text, filename, type = "text/plain" } of body.parts) {
        if (filename === undefined) form.append(name, fill(text));
        else form.append(name, new File([fill(text)], fill(filename), { type }));
      }
      const encoded = new Response(form);
      return {
        text: await encoded.text(),
        type: encoded.headers.get("content-type") ?? "multipart/form-data",
        boundary: true,
      };
    }
    default:
      return null;
  }
}

/** Written as it stood, so that a number of more than 53 bits stays what it was. */
function rawJson(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
}

/** The URL, or what is wrong with it without quoting it. */
function urlOf(written: string, filling: Filling): URL | Refusal | Unfit {
  const alone = WHOLE.exec(written)?.[1]?.trim();
  const address = alone === undefined ? undefined : filling.saved.get(alone);
  if (alone !== undefined && address !== undefined) return savedAddress(alone, address);
  for (const name of templateNames(written)) {
    if (/^\.{1,2}$/.test(filling.saved.get(name)?.text ?? ""))
      return unfit(`{{${name}}} is "${filling.saved.get(name)?.text}", which no address may hold`);
  }
  const text = fillText(written, filling, encodeURIComponent);
  // The parser would drop line breaks and tabs in silence.
  const url = /\p{Cc}/u.test(text) ? null : URL.parse(text);
  if (url === null) return unsupported("url is no URL once its references are filled");
  if (url.protocol !== "http:" && url.protocol !== "https:")
    return unsupported(`url must be http or https, got ${url.protocol}`);
  if (url.username !== "" || url.password !== "")
    return unsupported("url must not carry a user name; use an authorization header");
  return url;
}

/** An address that a target named is followed within its own origin alone: headers of the definition go with it. */
function savedAddress(name: string, { text, base, origin }: Saved): URL | Unfit {
  const url = /\p{Cc}/u.test(text) ? null : URL.parse(text, base);
  if (url === null) return unfit(`{{${name}}} is no address`);
  if (url.origin !== origin || url.username !== "" || url.password !== "")
    return unfit(`{{${name}}} leads to another origin than ${origin}, whose answer it is from`);
  return url;
}

const unresolved = (detail: string): Refusal => ({ kind: "missed", reason: "unresolved", detail });
const unsupported = (detail: string): Refusal => ({ kind: "missed", reason: "unsupported", detail });
const unfit = (what: string): Unfit => ({ kind: "unfit", what });
