/**
 * Uptime Kuma: its backup as JSON, and the rows of its database, which say the same under other names. Both become
 * `KumaMonitor` first. As in github.com/louislam/uptime-kuma: `server/model/monitor.js`, `db/` and
 * `server/notification-providers/`, versions 1.x and 2.x.
 */
import {
  type Foreign,
  type ForeignBody,
  type ForeignChannel,
  foreign,
  type Imported,
  type Unlike,
  type Want,
} from "./foreign.ts";
import { mailChannel } from "./gatus.ts";
import { at, entriesOf, isTrue, listOf, numberOf, readSource, textOf, textsOf } from "./source.ts";
import { statusesWhere } from "./statuses.ts";
import { createIds, OTHER_CHANNELS, plainAddress, shown } from "./words.ts";

const WHAT =
  'a backup of Uptime Kuma, such as {"version": "1.23.0", "notificationList": [], "monitorList": [{"name": "site", "type": "http", "url": "https://example.com/"}]}';

/** What a monitor, a notification or a proxy says, by name; of the database the columns, of a backup the keys. */
export type KumaRow = Record<string, unknown>;

export interface KumaData {
  monitors: KumaRow[];
  /** Each with its settings under `config`, as JSON. */
  notifications: KumaRow[];
  proxies: KumaRow[];
  /** Ids of notifications by id of a monitor. */
  notifies: Map<number, number[]>;
  tags: Map<number, string[]>;
}

/** A backup, as its settings page writes it. @throws StatusquoError "bad_request" */
export function readKumaBackup(file: string, text: string): Imported {
  const source = readSource(file, text, WHAT);
  const list: unknown = at(source.value, "monitorList");
  if (list === undefined) return source.refuse([], `there is no monitorList; expected ${WHAT}`);
  if (!Array.isArray(list)) return source.refuse(["monitorList"], `monitorList must be a list; expected ${WHAT}`);
  const monitors = list.filter((one): one is KumaRow => entriesOf(one).length > 0);
  const idOf = (row: KumaRow) => numberOf(at(row, "id")) ?? -1;
  return fromKuma({
    monitors,
    notifications: listOf(at(source.value, "notificationList")) as KumaRow[],
    proxies: listOf(at(source.value, "proxyList")) as KumaRow[],
    notifies: new Map(
      monitors.map((row) => [
        idOf(row),
        entriesOf(at(row, "notificationIDList")).flatMap(([id, on]) => (isTrue(on) ? [Number(id)] : [])),
      ]),
    ),
    tags: new Map(
      monitors.map((row) => [
        idOf(row),
        listOf(at(row, "tags")).flatMap((tag) => tagText(at(tag, "name"), at(tag, "value"))),
      ]),
    ),
  });
}

/** A tag with its value, as one word: `env: prod` is `env prod`. */
export const tagText = (name: unknown, value: unknown): string[] => {
  const said = [textOf(name), textOf(value)].filter((part) => part !== null).join(" ");
  return said === "" ? [] : [said];
};

/** A value under the first of its names that is there: those of the database and of a backup differ. */
const of = (row: unknown, ...names: string[]): unknown =>
  names.map((name) => at(row, name)).find((value) => value !== undefined && value !== null);

export function fromKuma({ monitors, notifications, proxies, notifies, tags }: KumaData): Imported {
  const { channels, byId, lost } = channelsOf(notifications);
  const notes = [
    "Retries were left out: how many failures mean something is what the detector learns, per code.",
    ...lost.map((what) => `${what} was left out: ${OTHER_CHANNELS}`),
  ];
  const byMonitor = new Map(monitors.map((row) => [numberOf(of(row, "id")), row]));
  const checks = monitors
    .filter((row) => of(row, "type") !== "group")
    .map((row): Foreign | Unlike => {
      const id = numberOf(of(row, "id")) ?? -1;
      const groups = groupsOf(row, byMonitor);
      const proxy = proxies.find((one) => numberOf(of(one, "id")) === numberOf(of(row, "proxyId", "proxy_id") ?? null));
      const check = checkOf(row, [...groups, ...(tags.get(id) ?? [])], proxy);
      if ("url" in check) {
        for (const notification of notifies.get(id) ?? []) {
          const channel = byId.get(notification);
          if (channel !== undefined) check.notify.push(channel);
        }
      }
      return check;
    });
  return { checks, channels, notes };
}

/** Names of the groups a monitor is in, the outermost first; one that holds itself ends it. */
function groupsOf(row: KumaRow, all: ReadonlyMap<number | null, KumaRow>): string[] {
  const names: string[] = [];
  const seen = new Set<unknown>();
  for (let parent = all.get(numberOf(of(row, "parent") ?? null)); parent && !seen.has(parent); ) {
    seen.add(parent);
    if (of(parent, "type") === "group") names.unshift(textOf(of(parent, "name")) ?? "");
    parent = all.get(numberOf(of(parent, "parent") ?? null));
  }
  return names;
}

const HTTP_TYPES = ["http", "keyword", "json-query"];

function checkOf(row: KumaRow, tags: string[], proxy: KumaRow | undefined): Foreign | Unlike {
  const type = textOf(of(row, "type")) ?? "unknown";
  const url = textOf(of(row, "url"));
  const name = textOf(of(row, "name")) ?? (url === null ? null : plainAddress(url)) ?? "a monitor without a name";
  if (!HTTP_TYPES.includes(type))
    return { name, leftOut: `a monitor of the type ${shown(type, 40)}; only HTTP is probed` };
  if (url === null) return { name, leftOut: "it has no address" };
  const seconds = numberOf(of(row, "interval")) ?? 60;
  const said = numberOf(of(row, "timeout")) ?? 0;
  const check = foreign({
    name,
    url,
    tags,
    method: textOf(of(row, "method")) ?? "GET",
    headers: headersOf(of(row, "headers")),
    body: bodyOf(textOf(of(row, "body")), textOf(of(row, "httpBodyEncoding", "http_body_encoding"))),
    everyMs: seconds * 1_000,
    // What it does itself where none is set.
    timeoutMs: (said > 0 ? said : seconds * 0.8) * 1_000,
    redirects: numberOf(of(row, "maxredirects")) ?? 10,
    wants: [
      ...statusWants(of(row, "accepted_statuscodes", "accepted_statuscodes_json")),
      ...otherWants(row, type, proxy),
    ],
  });
  const user = textOf(of(row, "basic_auth_user"));
  const password = textOf(of(row, "basic_auth_pass"));
  const method = textOf(of(row, "authMethod", "auth_method")) ?? (user === null ? "" : "basic");
  if (method === "basic" && user !== null) check.basic = { user, password: password ?? "" };
  if (method === "ntlm") check.leftOut = "it logs in by NTLM, which the probe does not speak";
  const headers = of(row, "headers");
  if (check.headers.length === 0 && textOf(headers) !== null && headers !== "{}")
    check.notes.push({ key: null, message: "its headers are no JSON object and were left out" });
  if (isTrue(of(row, "upsideDown", "upside_down")))
    check.leftOut = "it is upside down there: an answer is bad news; say so with expect";
  const active = of(row, "active");
  if (active === 0 || active === false) check.leftOut = "it is paused there";
  return check;
}

function headersOf(value: unknown): [string, string][] {
  const parsed = typeof value === "string" ? parsedJson(value) : value;
  return entriesOf(parsed).flatMap(([key, one]): [string, string][] => [[key, textOf(one) ?? ""]]);
}

function bodyOf(text: string | null, encoding: string | null): ForeignBody | null {
  if (text === null || text.trim() === "") return null;
  if (encoding === "xml") return { kind: "text", text, type: "text/xml; charset=utf-8" };
  if (encoding === "form") {
    const parsed = parsedJson(text);
    const fields =
      parsed === undefined
        ? [...new URLSearchParams(text)]
        : entriesOf(parsed).map(([key, one]): [string, string] => [key, textOf(one) ?? ""]);
    return { kind: "form", fields };
  }
  return { kind: "text", text, type: "application/json" };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `["200-299", "404"]`, a list or the JSON of one. */
function statusWants(value: unknown): Want[] {
  const ranges = textsOf(typeof value === "string" ? (parsedJson(value) ?? value) : value);
  if (ranges.length === 0) return [];
  const limits = ranges.flatMap((range): [number, number][] => {
    const [, from, to] = /^(\d{3})(?:-(\d{3}))?$/.exec(range.trim()) ?? [];
    return from === undefined ? [] : [[Number(from), Number(to ?? from)]];
  });
  const codes = statusesWhere((status) => limits.some(([from, to]) => from <= status && status <= to));
  return [{ kind: "status", codes, said: `accepted status codes ${shown(ranges.join(", "), 80)}` }];
}

function otherWants(row: KumaRow, type: string, proxy: KumaRow | undefined): Want[] {
  const wants: Want[] = [];
  const keyword = textOf(of(row, "keyword"));
  if (type === "keyword" && keyword !== null) {
    const not = isTrue(of(row, "invertKeyword", "invert_keyword"));
    wants.push({
      kind: "body-contains",
      text: keyword,
      not,
      said: `keyword ${not ? "absent" : "present"}: ${keyword}`,
    });
  }
  const path = textOf(of(row, "jsonPath", "json_path"));
  if (type === "json-query" && path !== null) {
    const expected = textOf(of(row, "expectedValue", "expected_value")) ?? "";
    const operator = textOf(of(row, "jsonPathOperator", "json_path_operator")) ?? "==";
    const said = `JSON query ${path} ${operator} ${expected}`;
    // It is JSONata there; plain names mean the same in a JSONPath.
    const plain = /^\$?\.?([A-Za-z_]\w*(?:\[\d+\])*(?:\.[A-Za-z_]\w*(?:\[\d+\])*)*)$/.exec(path)?.[1];
    const is = (["==", "!=", "<", "<=", ">", ">="] as const).find((one) => one === operator);
    wants.push(
      plain === undefined || is === undefined
        ? { kind: "other", said, why: "it is JSONata, which is not spoken here" }
        : { kind: "json", path: `$.${plain}`, must: { is, value: expected }, said },
    );
  }
  const certificate = textOf(of(row, "tlsCert", "tls_cert"));
  if (of(row, "authMethod", "auth_method") === "mtls" && certificate !== null) {
    const [key, ca] = [textOf(of(row, "tlsKey", "tls_key")), textOf(of(row, "tlsCa", "tls_ca"))];
    wants.push({ kind: "client-certificate", certificate, key, said: "its client certificate" });
    if (ca !== null) wants.push({ kind: "authority", file: ca, said: "its own authority" });
  }
  if (of(row, "authMethod", "auth_method") === "oauth2-cc")
    wants.push({
      kind: "oauth2",
      tokenUrl: textOf(of(row, "oauthTokenUrl", "oauth_token_url")) ?? "",
      clientId: textOf(of(row, "oauthClientId", "oauth_client_id")) ?? "",
      clientSecret: textOf(of(row, "oauthClientSecret", "oauth_client_secret")) ?? "",
      audience: textOf(of(row, "oauthAudience", "oauth_audience")),
      inBody: of(row, "oauthAuthMethod", "oauth_auth_method") === "client_secret_post",
      scopes: (textOf(of(row, "oauthScopes", "oauth_scopes")) ?? "").split(/\s+/).filter(Boolean),
      said: "OAuth2 client credentials",
    });
  if (isTrue(of(row, "ignoreTls", "ignore_tls"))) wants.push({ kind: "insecure", said: "ignoring TLS errors" });
  if (isTrue(of(row, "expiryNotification", "expiry_notification")) && /^https:/i.test(textOf(of(row, "url")) ?? ""))
    wants.push({ kind: "certificate", leftMs: 14 * 86_400_000, said: "a warning before the certificate ends" });
  const family = textOf(of(row, "ipFamily", "ip_family"));
  if (family === "ipv4" || family === "ipv6")
    wants.push({ kind: "ip", version: family === "ipv4" ? 4 : 6, only: true, said: `addresses of ${family} only` });
  if (isTrue(of(row, "cacheBust", "cache_bust")))
    wants.push({ kind: "other", said: "cache busting", why: "add a parameter such as ?_={{uuid}} to the address" });
  if (proxy) {
    const [protocol, host, port] = ["protocol", "host", "port"].map((key) => textOf(of(proxy, key)) ?? "");
    wants.push({
      kind: "proxy",
      url: `${protocol}://${host}:${port}`,
      said: `the proxy ${protocol}://${host}:${port}`,
    });
  }
  return wants;
}

function channelsOf(rows: readonly KumaRow[]): {
  channels: ForeignChannel[];
  byId: Map<number, string>;
  lost: string[];
} {
  const idFor = createIds("channel");
  const channels: ForeignChannel[] = [];
  const byId = new Map<number, string>();
  const lost: string[] = [];
  const webhooks = new Map<string, string>();
  const servers = new Map<string, string>();
  for (const row of rows) {
    const stored = of(row, "config");
    const config = typeof stored === "string" ? parsedJson(stored) : (stored ?? row);
    const type = textOf(of(config, "type")) ?? "unknown";
    const name = textOf(of(row, "name")) ?? type;
    if (of(row, "active") === 0 || of(row, "active") === false) continue;
    const webhook = textOf(of(config, "slackwebhookURL"));
    let channel: ForeignChannel | null = null;
    if (type === "slack" && webhook !== null) {
      const variable = webhooks.get(webhook) ?? numbered("SLACK_WEBHOOK_URL", webhooks.size);
      webhooks.set(webhook, variable);
      const notes = [{ key: null, message: "the address of its webhook was left out; the variable holds it" }];
      channel = { id: "", slack: { webhook: `\${env:${variable}}` }, notes };
    } else if (type === "smtp") {
      const to = ["smtpTo", "smtpCC", "smtpBCC"]
        .flatMap((key) => (textOf(of(config, key)) ?? "").split(","))
        .filter((one) => one.trim() !== "");
      const host = textOf(of(config, "smtpHost"));
      const port = numberOf(of(config, "smtpPort"));
      channel = mailChannel("", to, textOf(of(config, "smtpFrom")) ?? "", host, port);
      if (channel?.email) {
        const server = JSON.stringify([host, port, of(config, "smtpUsername") ?? null]);
        const variable = servers.get(server) ?? numbered("SMTP_URL", servers.size);
        servers.set(server, variable);
        channel.email.smtp = `\${env:${variable}}`;
      }
    }
    if (channel === null) lost.push(`The notification "${shown(name, 60)}" (${shown(type, 40)})`);
    else {
      channel.id = idFor(name);
      channels.push(channel);
      byId.set(numberOf(of(row, "id")) ?? -1, channel.id);
    }
  }
  return { channels, byId, lost };
}

const numbered = (name: string, before: number) => (before === 0 ? name : `${name}_${before + 1}`);
