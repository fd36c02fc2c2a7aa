/** Curl: one command line or several, from a file or as arguments. */
import { StatusquoError } from "@statusquo/core";
import { type CurlRequest, cluster, emptyRequest, flag, VALUED } from "./curl-options.ts";
import { type Foreign, type ForeignBody, foreign, type Imported, type Unlike } from "./foreign.ts";
import { isSecretName } from "./secrets.ts";
import { commandsOf, type Word } from "./shell-words.ts";
import { refusal } from "./source.ts";
import { shown } from "./words.ts";

const EXAMPLE = "such as curl -X POST -H 'content-type: application/json' -d '{}' https://api.example.com/orders";
/** A file, or standard input. @throws StatusquoError "bad_request" with `file:line:column` */
export function readCurl(file: string, text: string): Imported {
  if (text.length > 1_048_576) throw refusal(file, text, 0, "the file must be at most 1 MiB");
  const commands = commandsOf(file, text);
  const notes: string[] = [];
  const checks = commands.flatMap((words): (Foreign | Unlike)[] => {
    const first = words.findIndex(({ text: one }) => !/^[A-Za-z_]\w*=/.test(one) && one !== "$");
    const [program, ...rest] = first < 0 ? [] : words.slice(first);
    if (!program) return [];
    if (!/(?:^|[/\\])curl(?:\.exe)?$/.test(program.text)) {
      notes.push(`The command ${shown(program.text, 60)} was left out: it is not curl.`);
      return [];
    }
    return checksOf(rest, (word, message) => refusal(file, text, word?.offset ?? program.offset, message));
  });
  if (checks.length === 0) throw refusal(file, text, 0, `there is no curl command; expected one ${EXAMPLE}`);
  return { checks, channels: [], notes };
}

/** Arguments as a shell has split them. @throws StatusquoError "bad_request" */
export function readCurlArguments(args: readonly string[]): Imported {
  const words = (args[0] === "curl" ? args.slice(1) : args).map((text): Word => ({ text, offset: 0, isRun: false }));
  const refuse = (_: Word | null, message: string) => new StatusquoError("bad_request", message);
  return { checks: checksOf(words, refuse), channels: [], notes: [] };
}

function checksOf(words: readonly Word[], refuse: (word: Word | null, message: string) => Error): Foreign[] {
  const requests = [emptyRequest()];
  let isOption = true;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as Word;
    const request = requests.at(-1) as CurlRequest;
    if (word.isRun) request.leftOut ??= `only a running shell knows what ${shown(word.text, 60)} is`;
    const value = (name: string): string => {
      const next = words[++index];
      if (next === undefined) throw refuse(word, `${name} needs a value; expected a command ${EXAMPLE}`);
      if (next.isRun) request.leftOut ??= `only a running shell knows what ${shown(next.text, 60)} is`;
      return next.text;
    };
    if (!isOption || !word.text.startsWith("-") || word.text === "-") request.urls.push(word.text);
    else if (word.text === "--") isOption = false;
    else if (word.text === "--next" || word.text === "-:") requests.push(emptyRequest());
    else if (word.text.startsWith("--")) {
      const [name = "", attached] = word.text.slice(2).split(/=(.*)/s);
      const effect = Object.hasOwn(VALUED, name) ? VALUED[name] : undefined;
      if (effect) effect(request, attached ?? value(`--${name}`));
      else flag(name, request);
    } else cluster(word.text, request, value);
  }
  return requests.flatMap(checksOfRequest).concat(requests.every(({ urls }) => urls.length === 0) ? noUrl(refuse) : []);
}

function noUrl(refuse: (word: Word | null, message: string) => Error): never {
  throw refuse(null, `the command names no address; expected one ${EXAMPLE}`);
}

function checksOfRequest(request: CurlRequest): Foreign[] {
  const { key, proxyUser } = request;
  for (const want of request.wants) {
    if (want.kind === "client-certificate") want.key = key;
    if (want.kind === "proxy" && proxyUser !== null) {
      const [name = "", password = ""] = proxyUser.split(/:(.*)/s);
      want.user = { name, password };
    }
  }
  return request.urls.map((written) => {
    const url = withQuery(/^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `http://${written}`, request);
    const body = bodyOf(request);
    const headers = [...request.headers];
    const has = (name: string) => headers.some(([one]) => one.toLowerCase() === name);
    if (request.cookies.length > 0 && !has("cookie")) headers.push(["cookie", request.cookies.join("; ")]);
    if (request.json && !has("accept")) headers.push(["accept", "application/json"]);
    const method =
      request.method ?? (request.isHead ? "HEAD" : body !== null || request.parts.length > 0 ? "POST" : "GET");
    const plain = url.replaceAll(/\$\{[^}]*\}|\{\{[^}]*\}\}/g, "x");
    const parsed = URL.canParse(plain) ? new URL(plain) : null;
    const place = parsed ? `${parsed.hostname}${parsed.pathname === "/" ? "" : parsed.pathname}` : written;
    const check = foreign({
      name: method === "GET" ? place : `${method} ${place}`,
      url,
      method,
      headers,
      body,
      bearer: request.bearer,
      timeoutMs: request.timeoutMs,
      redirects: request.follows ? request.redirects : 0,
      wants: [...request.wants],
      leftOut: request.leftOut,
    });
    if (request.user !== null) {
      const [, user = "", password = ""] = /^([^:]*):?([\s\S]*)$/.exec(request.user) ?? [];
      check.basic = { user, password };
    }
    if (request.parts.length > 0) {
      const names = request.parts.map(([name]) => name).join(", ");
      check.wants.push({ kind: "multipart", parts: request.parts, said: `-F ${names}` });
    }
    if (
      request.globs &&
      /[[{]/.test(url.replace(/^https?:\/\/\[[\da-f:.]+\]/i, "").replaceAll(/\$\{[^}]*\}|\{\{[^}]*\}\}/g, ""))
    )
      check.leftOut ??= "its address stands for several: write each";
    for (const option of request.said)
      check.notes.push({ key: null, message: `${shown(option, 40)}: is not known here` });
    return check;
  });
}

/** `-G` puts the data into the address. */
function withQuery(url: string, request: CurlRequest): string {
  const parts = [...(request.isGet ? request.data.map(({ text }) => text) : []), ...request.query];
  if (parts.length === 0) return url;
  const [, before = url, fragment = ""] = /^([^#]*)(#.*)?$/s.exec(url) ?? [];
  return `${before}${before.includes("?") ? "&" : "?"}${parts.join("&")}${fragment}`;
}

function bodyOf({ data: sent, json, isGet, headers }: CurlRequest): ForeignBody | null {
  if (sent.length === 0 || isGet) return null;
  const type = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1];
  if (json) return { kind: "text", text: sent.map(({ text }) => text).join(""), type: type ?? "application/json" };
  const text = sent.map(({ text: one }) => one).join("&");
  if (type !== undefined && !/^application\/x-www-form-urlencoded/i.test(type)) return { kind: "text", text, type };
  const fields = [...new URLSearchParams(text.replaceAll("+", "%20"))];
  const isFields = /^[^=&\s{}[\]"<>]+=[^&]*(?:&[^=&\s]+=[^&]*)*$/.test(text);
  // A form is written anew when it is sent: only one that comes out the same may be taken apart, unless it hides a secret.
  const comesBack =
    new URLSearchParams(fields).toString() === text ||
    text.includes("${") ||
    fields.some(([name]) => isSecretName(name));
  return isFields && comesBack
    ? { kind: "form", fields }
    : { kind: "text", text, type: "application/x-www-form-urlencoded" };
}
