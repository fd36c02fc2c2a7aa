/** Curl: one command line or several, from a file or as arguments. Options as curl's manual has them. */
import { StatusquoError } from "@statusquo/core";
import { type Foreign, type ForeignBody, foreign, type Imported, type Unlike, type Want } from "./foreign.ts";
import { isSecretName } from "./secrets.ts";
import { commandsOf, type Word } from "./shell-words.ts";
import { refusal } from "./source.ts";
import { shown } from "./words.ts";

const EXAMPLE = "such as curl -X POST -H 'content-type: application/json' -d '{}' https://api.example.com/orders";
/** What `-L` follows when `--max-redirs` does not say. */
const CURL_REDIRECTS = 50;

/** One curl command in the making: everything up to `--next`. */
interface Request {
  urls: string[];
  method: string | null;
  headers: [string, string][];
  data: { text: string; isForm: boolean }[];
  json: boolean;
  parts: string[];
  user: string | null;
  bearer: string | null;
  cookies: string[];
  query: string[];
  isHead: boolean;
  isGet: boolean;
  follows: boolean;
  redirects: number;
  timeoutMs: number | null;
  key: string | null;
  globs: boolean;
  wants: Want[];
  leftOut: string | null;
  said: string[];
}

const empty = (): Request => ({
  urls: [],
  method: null,
  headers: [],
  data: [],
  json: false,
  parts: [],
  user: null,
  bearer: null,
  cookies: [],
  query: [],
  isHead: false,
  isGet: false,
  follows: false,
  redirects: CURL_REDIRECTS,
  timeoutMs: null,
  key: null,
  globs: true,
  wants: [],
  leftOut: null,
  said: [],
});

type Effect = (request: Request, value: string) => void;
const nothing: Effect = () => {};
const wanting =
  (make: (value: string) => Want): Effect =>
  (request, value) =>
    request.wants.push(make(value));
const leaving =
  (why: (value: string) => string): Effect =>
  (request, value) => {
    request.leftOut ??= why(value);
  };
const lost = (said: string, why: string) => wanting(() => ({ kind: "other", said, why }));
const data =
  (isForm: boolean, encode: (text: string) => string = (text) => text): Effect =>
  (request, value) => {
    request.data.push({ text: encode(value), isForm });
  };
/** `-d @file` names a file; what it holds is not known here. */
const fileOr =
  (effect: Effect): Effect =>
  (request, value) =>
    value.startsWith("@")
      ? leaving((file) => `its body is in a file, ${shown(file, 100)}: write it as body`)(request, value)
      : effect(request, value);

/** By long name; the second entry is what it does, with the value when it takes one. */
const VALUED: Record<string, Effect> = {
  request: (request, value) => {
    request.method = value;
  },
  header: header,
  data: fileOr(data(true)),
  "data-ascii": fileOr(data(true)),
  "data-binary": fileOr(data(true)),
  "data-raw": data(true),
  "data-urlencode": (request, value) => {
    const [, name = "", mark = "", rest = value] = /^([^=@]*)([=@])([\s\S]*)$/.exec(value) ?? [];
    if (mark === "@") leaving((file) => `its body is in a file, ${shown(file, 100)}: write it as body`)(request, value);
    else data(true)(request, `${name === "" ? "" : `${name}=`}${encodeURIComponent(rest)}`);
  },
  json: fileOr((request, value) => {
    request.json = true;
    data(false)(request, value);
  }),
  form: (request, value) => {
    request.parts.push(value);
  },
  "form-string": (request, value) => {
    request.parts.push(value);
  },
  user: (request, value) => {
    request.user = value;
  },
  "oauth2-bearer": (request, value) => {
    request.bearer = value;
  },
  cookie: (request, value) => {
    if (value.includes("=")) request.cookies.push(value);
    else lost("-b", "its cookies are in a file")(request, value);
  },
  proxy: wanting((url) => ({ kind: "proxy", url, said: "-x" })),
  socks5: wanting((url) => ({ kind: "proxy", url: `socks5://${url}`, said: "--socks5" })),
  "max-redirs": (request, value) => {
    request.redirects = Number(value) < 0 ? CURL_REDIRECTS : Number(value) || 0;
  },
  "max-time": (request, value) => {
    request.timeoutMs = Number(value) > 0 ? Number(value) * 1_000 : null;
  },
  "connect-timeout": (request, value) => {
    request.timeoutMs ??= Number(value) > 0 ? Number(value) * 1_000 : null;
  },
  cert: wanting((certificate) => ({
    kind: "client-certificate",
    certificate: certificate.replace(/:[^:/]*$/, ""),
    key: null,
    said: "--cert",
  })),
  key: (request, value) => {
    request.key = value;
  },
  cacert: wanting((file) => ({ kind: "authority", file, said: `--cacert ${file}` })),
  "user-agent": (request, value) => {
    request.headers.push(["user-agent", value]);
  },
  referer: (request, value) => {
    request.headers.push(["referer", value.replace(/;auto$/, "")]);
  },
  range: (request, value) => {
    request.headers.push(["range", `bytes=${value}`]);
  },
  url: (request, value) => {
    request.urls.push(value);
  },
  "url-query": (request, value) => {
    request.query.push(value.replace(/^\+/, ""));
  },
  "upload-file": leaving((file) => `it sends the file ${shown(file, 100)}: write it as body`),
  config: leaving((file) => `its options are in a file, ${shown(file, 100)}: give the whole command`),
  resolve: lost("--resolve", "names are looked up as they are"),
  "connect-to": lost("--connect-to", "names are looked up as they are"),
  interface: lost("--interface", "there is nothing like it here"),
  "unix-socket": leaving(() => "it asks a socket of its machine"),
  "aws-sigv4": leaving(() => "it signs its request for AWS, which the probe cannot"),
  proto: nothing,
  "proto-redir": nothing,
  "proto-default": nothing,
  ciphers: nothing,
  "tls-max": nothing,
  capath: nothing,
  "cert-type": nothing,
  "key-type": nothing,
  pass: nothing,
  "dns-servers": nothing,
  output: nothing,
  "output-dir": nothing,
  "write-out": nothing,
  "cookie-jar": nothing,
  "dump-header": nothing,
  retry: nothing,
  "retry-delay": nothing,
  "retry-max-time": nothing,
  "limit-rate": nothing,
  "max-filesize": nothing,
  "speed-limit": nothing,
  "speed-time": nothing,
  "keepalive-time": nothing,
  stderr: nothing,
  trace: nothing,
  "trace-ascii": nothing,
  "proxy-user": nothing,
  "proxy-header": nothing,
  noproxy: nothing,
  "time-cond": nothing,
  "netrc-file": nothing,
  "expect100-timeout": nothing,
};

const FLAGS: Record<string, Effect> = {
  insecure: wanting(() => ({ kind: "insecure", said: "-k" })),
  location: (request) => {
    request.follows = true;
  },
  "location-trusted": (request) => {
    request.follows = true;
  },
  get: (request) => {
    request.isGet = true;
  },
  head: (request) => {
    request.isHead = true;
  },
  compressed: (request) => {
    request.headers.push(["accept-encoding", "gzip, deflate, br"]);
  },
  http2: wanting(() => ({ kind: "http2", said: "--http2" })),
  "http2-prior-knowledge": wanting(() => ({ kind: "http2", said: "--http2-prior-knowledge" })),
  http3: lost("--http3", "there is no HTTP/3 here"),
  ipv4: wanting(() => ({ kind: "ip", version: 4, only: true, said: "-4" })),
  ipv6: wanting(() => ({ kind: "ip", version: 6, only: true, said: "-6" })),
  digest: leaving(() => "it logs in by digest, which the probe does not speak"),
  ntlm: leaving(() => "it logs in by NTLM, which the probe does not speak"),
  negotiate: leaving(() => "it logs in by Negotiate, which the probe does not speak"),
  anyauth: lost("--anyauth", "user and password are sent as basic"),
  netrc: lost("--netrc", "its password is in a file"),
  globoff: (request) => {
    request.globs = false;
  },
};

const SHORT: Record<string, string> = {
  X: "request",
  H: "header",
  d: "data",
  F: "form",
  u: "user",
  b: "cookie",
  x: "proxy",
  m: "max-time",
  E: "cert",
  A: "user-agent",
  e: "referer",
  r: "range",
  T: "upload-file",
  K: "config",
  o: "output",
  w: "write-out",
  c: "cookie-jar",
  D: "dump-header",
  U: "proxy-user",
  y: "speed-time",
  Y: "speed-limit",
  z: "time-cond",
  C: "continue-at",
  P: "ftp-port",
  Q: "quote",
  t: "telnet-option",
  k: "insecure",
  L: "location",
  G: "get",
  I: "head",
  "4": "ipv4",
  "6": "ipv6",
  n: "netrc",
  g: "globoff",
};
for (const name of ["continue-at", "ftp-port", "quote", "telnet-option"]) VALUED[name] = nothing;

function header(request: Request, value: string): void {
  if (value.startsWith("@")) {
    lost("-H", `its headers are in a file, ${shown(value, 100)}`)(request, value);
    return;
  }
  const [, name = "", mark, rest = ""] = /^([^:;]+?)\s*([:;])\s*([\s\S]*)$/.exec(value) ?? [];
  // `Name:` takes a header away, `Name;` sends it empty.
  if (name !== "" && (rest.trim() !== "" || mark === ";")) request.headers.push([name, rest.trim()]);
}

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
  const requests = [empty()];
  let isOption = true;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as Word;
    const request = requests.at(-1) as Request;
    if (word.isRun) request.leftOut ??= `only a running shell knows what ${shown(word.text, 60)} is`;
    const value = (name: string): string => {
      const next = words[++index];
      if (next === undefined) throw refuse(word, `${name} needs a value; expected a command ${EXAMPLE}`);
      if (next.isRun) request.leftOut ??= `only a running shell knows what ${shown(next.text, 60)} is`;
      return next.text;
    };
    if (!isOption || !word.text.startsWith("-") || word.text === "-") request.urls.push(word.text);
    else if (word.text === "--") isOption = false;
    else if (word.text === "--next" || word.text === "-:") requests.push(empty());
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

function flag(name: string, request: Request): void {
  if (Object.hasOwn(FLAGS, name)) FLAGS[name]?.(request, "");
  else if (!HARMLESS.test(name)) request.said.push(`--${name}`);
}

/** Options that change what is shown, or nothing here. */
const HARMLESS =
  /^(?:silent|show-error|verbose|include|fail|fail-with-body|fail-early|remote-.*|progress-bar|no-.*|http1\.[01]|http0\.9|tlsv1.*|ssl.*|raw|tcp-.*|retry-.*|parallel.*|basic|post30[123]|path-as-is|create-dirs|disable.*|styled-output|tr-encoding|cert-status|false-start|trace-.*|keepalive|sessionid|junk-session-cookies|xattr|clobber|stderr)$/;
const HARMLESS_SHORT = "sSvifOJN#qRa0123jZ";

/** `-sSLXPOST` */
function cluster(text: string, request: Request, value: (name: string) => string): void {
  for (let index = 1; index < text.length; index++) {
    const letter = text[index] as string;
    const name = Object.hasOwn(SHORT, letter) ? (SHORT[letter] as string) : "";
    const effect = Object.hasOwn(VALUED, name) ? VALUED[name] : undefined;
    if (effect) {
      const attached = text.slice(index + 1);
      effect(request, attached === "" ? value(`-${letter}`) : attached);
      return;
    }
    if (name !== "") flag(name, request);
    else if (!HARMLESS_SHORT.includes(letter)) request.said.push(`-${letter}`);
  }
}

function checksOfRequest(request: Request): Foreign[] {
  const { key } = request;
  for (const want of request.wants) if (want.kind === "client-certificate") want.key = key;
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
      const fields = request.parts.map((part) => part.split("=")[0] ?? "");
      check.wants.push({ kind: "multipart", fields, said: `-F ${fields.join(", ")}` });
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
function withQuery(url: string, request: Request): string {
  const parts = [...(request.isGet ? request.data.map(({ text }) => text) : []), ...request.query];
  if (parts.length === 0) return url;
  const [, before = url, fragment = ""] = /^([^#]*)(#.*)?$/s.exec(url) ?? [];
  return `${before}${before.includes("?") ? "&" : "?"}${parts.join("&")}${fragment}`;
}

function bodyOf({ data: sent, json, isGet, headers }: Request): ForeignBody | null {
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
