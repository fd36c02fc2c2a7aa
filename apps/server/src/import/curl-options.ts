/** Curl's options, as its manual has them: what each does to the request that is being read. */
import type { Want } from "./foreign.ts";
import { shown } from "./words.ts";

/** What `-L` follows when `--max-redirs` does not say. */
const CURL_REDIRECTS = 50;

/** One curl command in the making: everything up to `--next`. */
export interface CurlRequest {
  urls: string[];
  method: string | null;
  headers: [string, string][];
  data: { text: string; isForm: boolean }[];
  json: boolean;
  parts: [string, string | null][];
  proxyUser: string | null;
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

export const emptyRequest = (): CurlRequest => ({
  urls: [],
  method: null,
  headers: [],
  data: [],
  json: false,
  parts: [],
  proxyUser: null,
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

type Effect = (request: CurlRequest, value: string) => void;
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
export const VALUED: Record<string, Effect> = {
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
    const [, name = value, mark = "", text = ""] = /^([^=]*)=([@<]?)([\s\S]*)$/.exec(value) ?? [];
    // What stands behind a semicolon is about the part, such as its type.
    request.parts.push([name, mark === "" ? text.replace(/;(?:type|headers|encoder)=.*$/s, "") : null]);
  },
  "form-string": (request, value) => {
    const [name = "", text = ""] = value.split(/=(.*)/s);
    request.parts.push([name, text]);
  },
  "proxy-user": (request, value) => {
    request.proxyUser = value;
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
  // The probe asks for bodies as they are, so that they can be read.
  compressed: nothing,
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

function header(request: CurlRequest, value: string): void {
  if (value.startsWith("@")) {
    lost("-H", `its headers are in a file, ${shown(value, 100)}`)(request, value);
    return;
  }
  const [, name = "", mark, rest = ""] = /^([^:;]+?)\s*([:;])\s*([\s\S]*)$/.exec(value) ?? [];
  // `Name:` takes a header away, `Name;` sends it empty.
  if (name !== "" && (rest.trim() !== "" || mark === ";")) request.headers.push([name, rest.trim()]);
}

/** An option without a value; one that nobody knows is noted. */
export function flag(name: string, request: CurlRequest): void {
  if (Object.hasOwn(FLAGS, name)) FLAGS[name]?.(request, "");
  else if (!HARMLESS.test(name)) request.said.push(`--${name}`);
}

/** Options that change what is shown, or nothing here. */
const HARMLESS =
  /^(?:silent|show-error|verbose|include|fail|fail-with-body|fail-early|remote-.*|progress-bar|no-.*|http1\.[01]|http0\.9|tlsv1.*|ssl.*|raw|tcp-.*|retry-.*|parallel.*|basic|post30[123]|path-as-is|create-dirs|disable.*|styled-output|tr-encoding|cert-status|false-start|trace-.*|keepalive|sessionid|junk-session-cookies|xattr|clobber|stderr)$/;
const HARMLESS_SHORT = "sSvifOJN#qRa0123jZ";

/** `-sSLXPOST` */
export function cluster(text: string, request: CurlRequest, value: (name: string) => string): void {
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
