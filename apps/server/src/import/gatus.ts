/**
 * Gatus: its configuration file. Formats as documented in the README of github.com/TwiN/gatus: endpoints, conditions,
 * client configuration, alerting. Like Gatus itself it reads `$NAME` and `${NAME}` as variables, and `$$` as a dollar.
 */
import {
  type Comparison,
  type Foreign,
  type ForeignChannel,
  foreign,
  type Imported,
  type Unlike,
  type Want,
} from "./foreign.ts";
import { suiteOf } from "./gatus-suite.ts";
import {
  at,
  entriesOf,
  goDuration,
  isFalse,
  isTrue,
  listOf,
  numberOf,
  readSource,
  type Source,
  textOf,
  textsOf,
} from "./source.ts";
import { statusesWhere } from "./statuses.ts";
import { OTHER_CHANNELS, plainAddress, shown } from "./words.ts";

const WHAT =
  'a Gatus configuration, such as "endpoints: [{ name: site, url: https://example.com/, conditions: ["[STATUS] == 200"] }]"';
/** Gatus follows as many as Go does. */
const GO_REDIRECTS = 10;

/** @throws StatusquoError "bad_request" with `file:line:column` */
export function readGatus(file: string, text: string): Imported {
  const source = readSource(file, text, WHAT);
  const endpoints = at(source.value, "endpoints") ?? at(source.value, "services");
  const suites = listOf(at(source.value, "suites"));
  if (endpoints === undefined && suites.length === 0) source.refuse([], `there are no endpoints; expected ${WHAT}`);
  if (endpoints !== undefined && !Array.isArray(endpoints))
    source.refuse(["endpoints"], `endpoints must be a list; expected ${WHAT}`);
  const { channels, lost } = channelsOf(at(source.value, "alerting"));
  const known = new Set(channels.map(({ id }) => id));
  const notes = [
    "Thresholds of alerts were left out: how many failures mean something is what the detector learns, per code.",
    ...lost.map((kind) => `Alerts by ${kind} were left out: ${OTHER_CHANNELS}`),
  ];
  for (const [key, message] of [
    ["maintenance", "The maintenance window was left out."],
    ["external-endpoints", "External endpoints were left out: nothing can be pushed to a monitor."],
    ["tunneling", "SSH tunnels were left out."],
    ["remote", "Remote instances were left out."],
  ] as const)
    if (at(source.value, key) !== undefined) notes.push(message);
  const checks = [
    ...listOf(endpoints).map((endpoint, index) => endpointOf(source, endpoint, ["endpoints", index], known)),
    ...suites.map((suite, index) =>
      suiteOf(suite, (endpoint) => endpointOf(source, endpoint, ["suites", index], known)),
    ),
  ];
  return { checks, channels, notes };
}

/** A text with its variables as references. */
function said(value: unknown): string | null {
  const text = textOf(value);
  return text === null
    ? null
    : text.replaceAll(/\$(?:(\$)|\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g, (_, dollar, braced, plain) =>
        dollar ? "$" : `\${env:${braced ?? plain}}`,
      );
}

const NOT_HTTP: Record<string, string> = {
  tcp: "a TCP connection",
  udp: "a UDP packet",
  sctp: "an SCTP connection",
  icmp: "a ping",
  ssh: "an SSH session",
  starttls: "a STARTTLS handshake",
  tls: "a TLS handshake",
  ws: "a WebSocket",
  wss: "a WebSocket",
  grpc: "a gRPC call",
  grpcs: "a gRPC call",
  domain: "a domain's expiry",
};

function endpointOf(
  source: Source,
  endpoint: unknown,
  place: (string | number)[],
  channels: ReadonlySet<string>,
): Foreign | Unlike {
  const url = said(at(endpoint, "url"));
  const group = said(at(endpoint, "group"));
  const name = said(at(endpoint, "name")) ?? (url === null ? `endpoint ${Number(place[1]) + 1}` : plainAddress(url));
  if (url === null)
    source.refuse(place, `endpoint "${shown(name, 60)}" has no url, such as "url: https://example.com/health"`);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? "";
  if (at(endpoint, "dns") !== undefined) return { name, leftOut: "a DNS query; only HTTP is probed" };
  if (Object.hasOwn(NOT_HTTP, scheme))
    return { name, leftOut: `${NOT_HTTP[scheme]} (${plainAddress(url)}); only HTTP is probed` };

  const client = at(endpoint, "client");
  const check = foreign({
    name: group === null ? name : `${group} / ${name}`,
    id: group === null ? name : `${group}-${name}`,
    url,
    method: said(at(endpoint, "method")) ?? "GET",
    tags: group === null ? [] : [group],
    headers: entriesOf(at(endpoint, "headers")).flatMap(([key, value]): [string, string][] => [
      [key, said(value) ?? ""],
    ]),
    everyMs: timeOf(endpoint, "interval") ?? 60_000,
    timeoutMs: timeOf(client, "timeout") ?? 10_000,
    redirects: isTrue(at(client, "ignore-redirect")) ? 0 : GO_REDIRECTS,
    wants: [
      ...listOf(at(endpoint, "conditions")).flatMap((one) => conditionOf(said(one) ?? "") ?? []),
      ...clientWants(client),
    ],
  });
  bodyOf(endpoint, check);
  if (isVariable(at(endpoint, "interval")))
    check.notes.push({
      key: "every",
      message: `was ${shown(String(at(endpoint, "interval")), 60)}, which no file can say here`,
    });
  if (!check.wants.some(({ kind }) => kind === "status"))
    check.notes.push({
      key: null,
      message: "no condition names a status there, so any would do; here 2xx is expected",
    });
  for (const alert of listOf(at(endpoint, "alerts"))) {
    const type = textOf(at(alert, "type")) ?? "";
    if (isFalse(at(alert, "enabled"))) continue;
    if (channels.has(type)) check.notify.push(type);
    else check.notes.push({ key: null, message: `an alert by ${shown(type, 40)} was left out` });
    if (at(alert, "provider-override") !== undefined)
      check.notes.push({ key: "notify", message: `what the alert by ${shown(type, 40)} overrides was left out` });
  }
  if (listOf(at(endpoint, "maintenance-windows")).length > 0)
    check.notes.push({ key: null, message: "its maintenance windows were left out" });
  if (isFalse(at(endpoint, "enabled"))) check.leftOut = "it is not enabled there";
  return check;
}

const isVariable = (value: unknown) => typeof value === "string" && /\$/.test(value);
const timeOf = (value: unknown, key: string) => goDuration(textOf(at(value, key)));

function bodyOf(endpoint: unknown, check: Foreign): void {
  const body = said(at(endpoint, "body"));
  if (body === null) return;
  check.body = isTrue(at(endpoint, "graphql"))
    ? { kind: "json", value: { query: body } }
    : { kind: "text", text: body };
  if (/\[(?:ENDPOINT_(?:NAME|GROUP|URL)|LOCAL_ADDRESS|RANDOM_STRING_\d+)\]/.test(body))
    check.notes.push({
      key: null,
      message: "placeholders such as [ENDPOINT_NAME] in its body are sent as they stand; {{uuid}} is a random text",
    });
}

function clientWants(client: unknown): Want[] {
  const wants: Want[] = [];
  const proxy = said(at(client, "proxy-url"));
  const oauth = at(client, "oauth2");
  const certificate = said(at(client, "tls", "certificate-file"));
  if (isTrue(at(client, "insecure"))) wants.push({ kind: "insecure", said: "client.insecure" });
  if (proxy !== null) wants.push({ kind: "proxy", url: proxy, said: "client.proxy-url" });
  if (oauth !== undefined)
    wants.push({
      kind: "oauth2",
      tokenUrl: said(at(oauth, "token-url")) ?? "",
      clientId: said(at(oauth, "client-id")) ?? "",
      clientSecret: said(at(oauth, "client-secret")) ?? "",
      scopes: textsOf(at(oauth, "scopes")),
      said: "client.oauth2",
    });
  if (certificate !== null)
    wants.push({
      kind: "client-certificate",
      certificate,
      key: said(at(client, "tls", "private-key-file")),
      said: "client.tls",
    });
  for (const key of ["dns-resolver", "identity-aware-proxy", "tunnel"])
    if (at(client, key) !== undefined)
      wants.push({ kind: "other", said: `client.${key}`, why: "there is nothing like it here" });
  return wants;
}

const SWAPPED: Record<Comparison, Comparison> = { "==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" };
const COMPARE: Record<Comparison, (a: number, b: number) => boolean> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
const UNKNOWN = "there is no such condition here";

/** One condition, `[STATUS] == any(200, 429)`; null for one that holds by itself here. */
export function conditionOf(text: string): Want | null {
  if (text === "") return null;
  const [, first = "", operator = "==", second = ""] =
    /^\s*(\S[^=!<>]*?)\s*(==|!=|<=|>=|<|>)\s*(\S[\s\S]*?)\s*$/.exec(text) ?? [];
  const flipped = !first.includes("[") && second.includes("[");
  const [left, right] = flipped ? [second, first] : [first, second];
  const is = flipped ? SWAPPED[operator as Comparison] : (operator as Comparison);
  const lost: Want = { kind: "other", said: text, why: UNKNOWN };
  if (left === "[STATUS]") return statusOf(is, right, text) ?? lost;
  if (left === "[RESPONSE_TIME]") {
    const belowMs = numberOf(right);
    return belowMs !== null && (is === "<" || is === "<=")
      ? { kind: "latency", belowMs: is === "<" ? belowMs : belowMs + 1, said: text }
      : lost;
  }
  if (left === "[CERTIFICATE_EXPIRATION]") {
    const leftMs = goDuration(right);
    return leftMs !== null && (is === ">" || is === ">=") ? { kind: "certificate", leftMs, said: text } : lost;
  }
  if (left === "[CONNECTED]" && is === "==" && right === "true") return null; // no answer is never expected
  const has = /^has\(\[BODY\](\S+)\)$/.exec(left)?.[1];
  if (has !== undefined && is === "==" && /^(?:true|false)$/.test(right))
    return { kind: "json", path: `$${has}`, must: { exists: right === "true" }, said: text };
  const path = /^\[BODY\](\.\S+|\[\S+|)$/.exec(left)?.[1];
  if (path === undefined) return lost;
  const pattern = /^pat\(([\s\S]*)\)$/.exec(right)?.[1];
  const any = /^any\(([\s\S]*)\)$/.exec(right)?.[1];
  if (path === "") {
    if (pattern !== undefined && (is === "==" || is === "!=")) return containsOf(pattern, is === "!=", text) ?? lost;
    return lost;
  }
  if (is === "==" && (pattern !== undefined || any !== undefined)) {
    const matches = pattern === undefined ? anyOf(any ?? "") : globOf(pattern);
    return { kind: "json", path: `$${path}`, must: { matches }, said: text };
  }
  if (/^(?:pat|any|len|has)\(/.test(right) || right.includes("[BODY]")) return lost;
  return { kind: "json", path: `$${path}`, must: { is, value: right }, said: text };
}

const literally = (text: string) => text.replaceAll(/[.*+?()[\]{}|^$\\]/g, "\\$&");
/** `john*` as a pattern. */
const globOf = (glob: string) => `^${literally(glob).replaceAll("\\*", ".*").replaceAll("\\?", ".")}$`;
const anyOf = (list: string) =>
  `^(?:${list
    .split(",")
    .map((one) => literally(one.trim()))
    .join("|")})$`;

/** `pat(*text*)`: the body holds the text. */
function containsOf(pattern: string, not: boolean, text: string): Want | null {
  const inner = /^\*([^*?[\]\\]+)\*$/.exec(pattern)?.[1];
  return inner === undefined ? null : { kind: "body-contains", text: inner, not, said: text };
}

function statusOf(is: Comparison, right: string, text: string): Want | null {
  const any = /^any\(([\d,\s]+)\)$/.exec(right)?.[1];
  const pattern = /^pat\(([1-5])(\*|\d{0,2}\*?)\)$/.exec(right);
  let holds: (status: number) => boolean;
  if (any !== undefined || pattern) {
    if (is !== "==" && is !== "!=") return null;
    const list = (any ?? "").split(",").map((one) => Number(one));
    const prefix = pattern ? `${pattern[1]}${pattern[2]?.replace("*", "")}` : "";
    const open = pattern?.[2]?.endsWith("*") ?? false;
    const fits = (status: number) =>
      any !== undefined ? list.includes(status) : open ? String(status).startsWith(prefix) : String(status) === prefix;
    holds = (status) => fits(status) === (is === "==");
  } else {
    const limit = /^\d{1,4}$/.test(right) ? Number(right) : null;
    if (limit === null) return null;
    holds = (status) => COMPARE[is](status, limit);
  }
  return { kind: "status", codes: statusesWhere(holds), said: text };
}

function channelsOf(alerting: unknown): { channels: ForeignChannel[]; lost: string[] } {
  const channels: ForeignChannel[] = [];
  const lost: string[] = [];
  for (const [kind, settings] of entriesOf(alerting)) {
    const notes =
      listOf(at(settings, "overrides")).length > 0
        ? [{ key: null, message: "its overrides by group were left out" }]
        : [];
    if (kind === "slack" && textOf(at(settings, "webhook-url"))) {
      const webhook = said(at(settings, "webhook-url")) as string;
      const isOwn = /^\$\{env:\w+\}$/.test(webhook);
      if (!isOwn) notes.push({ key: null, message: "the address of its webhook was left out; the variable holds it" });
      channels.push({ id: "slack", slack: { webhook: isOwn ? webhook : "${env:SLACK_WEBHOOK_URL}" }, notes });
    } else if (kind === "email" && textOf(at(settings, "to"))) {
      const to = (said(at(settings, "to")) ?? "").split(",").map((one) => one.trim());
      const from = said(at(settings, "from")) ?? "";
      const channel = mailChannel("email", to, from, textOf(at(settings, "host")), numberOf(at(settings, "port")));
      if (channel) channels.push({ ...channel, notes: [...channel.notes, ...notes] });
      else lost.push("email, whose addresses are no plain ones,");
    } else lost.push(shown(kind, 40));
  }
  return { channels, lost };
}

const MAILBOX = /^[^\s@<>()[\]:;,"\\]{1,120}@[^\s@<>()[\]:;,"\\]{1,120}$/;

/** A mail channel whose server and password are left to the environment; null without plain addresses. */
export function mailChannel(
  id: string,
  to: string[],
  from: string,
  host: string | null,
  port: number | null,
): ForeignChannel | null {
  const plain = (address: string) => (/<([^<>]+)>\s*$/.exec(address)?.[1] ?? address).trim();
  const boxes = [...new Set(to.map(plain))].filter((address) => MAILBOX.test(address)).slice(0, 50);
  const sender = plain(from);
  if (boxes.length === 0 || !MAILBOX.test(sender)) return null;
  const place = host !== null && /^[\w.-]{1,200}$/.test(host) ? host : "mail.example.com";
  const scheme = port === 465 ? "smtps" : "smtp";
  return {
    id,
    email: { to: boxes, from: sender, smtp: "${env:SMTP_URL}" },
    notes: [
      {
        key: null,
        message: `the mail server's password was left out; the variable holds ${scheme}://USER:PASSWORD@${place}:${port ?? 587}`,
      },
    ],
  };
}
