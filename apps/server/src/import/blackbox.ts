/**
 * Prometheus' blackbox exporter: its modules, and the targets that a Prometheus configuration or a list of targets
 * gives them. As in CONFIGURATION.md of github.com/prometheus/blackbox_exporter and in Prometheus' own documentation of
 * `scrape_configs` and `file_sd_configs`.
 */
import { type Foreign, foreign, type Imported, type Unlike, type Want } from "./foreign.ts";
import {
  at,
  entriesOf,
  goDuration,
  isTrue,
  listOf,
  numberOf,
  readSource,
  type Source,
  textOf,
  textsOf,
} from "./source.ts";
import { statusesWhere } from "./statuses.ts";
import { plainAddress, shown } from "./words.ts";

const WHAT = 'modules of a blackbox exporter, such as "modules: { http_2xx: { prober: http } }"';
const WHAT_TARGETS =
  'a Prometheus configuration with scrape_configs, or a list of targets such as [{ targets: ["https://example.com/"], labels: { job: site } }]';
/** The exporter follows as many as Go does. */
const GO_REDIRECTS = 10;
const STANDARD_MODULE = "http_2xx";

export interface NamedText {
  file: string;
  text: string;
}

interface Target {
  url: string;
  module: string;
  job: string;
  labels: Record<string, string>;
  everyMs: number | null;
  timeoutMs: number | null;
}

/** @param targets where the targets stand; null when there is no such file. @throws StatusquoError "bad_request" */
export function readBlackbox(modules: NamedText, targets: NamedText | null): Imported {
  const source = readSource(modules.file, modules.text, WHAT);
  const named = at(source.value, "modules");
  if (named === undefined) source.refuse([], `there are no modules; expected ${WHAT}`);
  if (typeof named !== "object" || named === null || Array.isArray(named))
    source.refuse(["modules"], `modules must be a mapping; expected ${WHAT}`);
  const notes: string[] = [];
  if (targets === null) {
    notes.push(
      "A module says how, not what: name the file of the targets with --targets, such as --targets prometheus.yml.",
    );
    return { checks: entriesOf(named).map(([name, module]) => example(name, module)), channels: [], notes };
  }
  const found = targetsOf(readSource(targets.file, targets.text, WHAT_TARGETS), notes);
  const used = new Set(found.map(({ module }) => module));
  const unused = entriesOf(named).flatMap(([name]) => (used.has(name) ? [] : [name]));
  if (unused.length > 0) notes.push(`Modules without a target: ${unused.map((name) => shown(name, 60)).join(", ")}.`);
  return { checks: found.map((target) => checkOf(at(named, target.module), target)), channels: [], notes };
}

function example(name: string, module: unknown): Foreign | Unlike {
  const target = { url: "https://example.com/", module: name, job: name, labels: {}, everyMs: null, timeoutMs: null };
  const check = checkOf(module, target);
  if ("url" in check) {
    check.name = name;
    check.id = name;
    check.leftOut = "no target is named for this module";
  }
  return check;
}

function targetsOf(source: Source, notes: string[]): Target[] {
  if (Array.isArray(source.value)) {
    return groupsOf(source.value).map(({ address, labels }) => ({
      url: withScheme(address),
      module: labels.module ?? labels.__param_module ?? STANDARD_MODULE,
      job: labels.job ?? "",
      labels,
      everyMs: null,
      timeoutMs: null,
    }));
  }
  const configs = at(source.value, "scrape_configs");
  if (!Array.isArray(configs)) source.refuse([], `there are no scrape_configs; expected ${WHAT_TARGETS}`);
  const global = at(source.value, "global");
  return configs.flatMap((config) => jobTargets(config, global, notes));
}

function jobTargets(config: unknown, global: unknown, notes: string[]): Target[] {
  const job = textOf(at(config, "job_name")) ?? "";
  const rules = listOf(at(config, "relabel_configs"));
  const module = textsOf(at(config, "params", "module"))[0];
  const isProbe =
    module !== undefined ||
    rules.some((rule) => /^__param_(?:target|module)$/.test(textOf(at(rule, "target_label")) ?? ""));
  if (!isProbe) return [];
  const say = (message: string) => notes.push(`Job ${shown(job, 60)}: ${message}`);
  for (const [key] of entriesOf(config))
    if (/_sd_configs$/.test(key))
      say(`targets that ${shown(key, 40)} finds are not known here; export them as a list of targets.`);
  const everyMs = goDuration(textOf(at(config, "scrape_interval")) ?? textOf(at(global, "scrape_interval"))) ?? 60_000;
  const timeoutMs = goDuration(textOf(at(config, "scrape_timeout")) ?? textOf(at(global, "scrape_timeout"))) ?? 10_000;
  const unread = new Set<string>();
  const found = groupsOf(listOf(at(config, "static_configs"))).map(({ address, labels: own }): Target => {
    const labels: Record<string, string> = { ...own, __address__: address, job: own.job ?? job };
    if (module !== undefined) labels.__param_module ??= module;
    const fixed = textsOf(at(config, "params", "target"))[0];
    if (fixed !== undefined) labels.__param_target = fixed;
    for (const rule of rules) relabel(rule, labels, unread);
    const { __param_target: target = address, __param_module: chosen = STANDARD_MODULE } = labels;
    return { url: withScheme(target), module: chosen, job, labels: own, everyMs, timeoutMs };
  });
  for (const what of unread) say(what);
  return found;
}

function groupsOf(groups: readonly unknown[]): { address: string; labels: Record<string, string> }[] {
  return groups.flatMap((group) => {
    const labels = Object.fromEntries(
      entriesOf(at(group, "labels")).flatMap(([key, value]) =>
        textOf(value) === null ? [] : [[key, textOf(value) as string]],
      ),
    );
    return textsOf(at(group, "targets")).map((address) => ({ address, labels: { ...labels } }));
  });
}

/** Rules that copy a label, with words around it. Patterns of others are not run: they may be made to run for ever. */
function relabel(rule: unknown, labels: Record<string, string>, unread: Set<string>): void {
  const action = (textOf(at(rule, "action")) ?? "replace").toLowerCase();
  const into = textOf(at(rule, "target_label"));
  if (action !== "replace" && action !== "keep" && action !== "drop") return;
  if (action !== "replace") {
    unread.add(`the rule that ${action}s targets was not followed.`);
    return;
  }
  if (into === null || !/^__param_(?:target|module)$|^(?!__)/.test(into)) return;
  const regex = textOf(at(rule, "regex")) ?? "(.*)";
  const sources = textsOf(at(rule, "source_labels"));
  const value = sources
    .map((name) => (Object.hasOwn(labels, name) ? labels[name] : ""))
    .join(textOf(at(rule, "separator")) ?? ";");
  const replacement = typeof at(rule, "replacement") === "string" ? (at(rule, "replacement") as string) : "$1";
  const isWhole = /^\^?\(?\.[*+]\)?\$?$/.test(regex);
  if (!isWhole && replacement.includes("$")) {
    if (into.startsWith("__param_")) unread.add(`the pattern ${shown(regex, 60)} for ${into} was not followed.`);
    return;
  }
  if (/\.\+/.test(regex) && value === "") return;
  labels[into] = replacement.replaceAll(/\$(?:1|\{1\}|0|\{0\})/g, () => value);
}

/** As the exporter does it. */
const withScheme = (target: string) => (/^[a-z][a-z0-9+.-]*:\/\//i.test(target) ? target : `http://${target}`);

function checkOf(module: unknown, { url, module: name, job, labels, everyMs, timeoutMs }: Target): Foreign | Unlike {
  const place = plainAddress(url);
  const title = labels.instance ?? labels.name ?? place.replace(/^https?:\/\//i, "").replace(/\/$/, "");
  if (module === undefined) return { name: place, leftOut: `there is no module ${shown(name, 60)}` };
  const prober = textOf(at(module, "prober")) ?? "";
  if (prober !== "http")
    return {
      name: place,
      leftOut: `the module ${shown(name, 60)} probes by ${shown(prober, 20)}; only HTTP is probed`,
    };
  const http = at(module, "http");
  const check = foreign({
    name: title,
    id: title,
    url,
    tags: [job, ...(labels.env ? [labels.env] : []), ...(labels.group ? [labels.group] : [])].filter(
      (tag) => tag !== "",
    ),
    method: textOf(at(http, "method")) ?? "GET",
    headers: entriesOf(at(http, "headers")).map(([key, value]): [string, string] => [key, textOf(value) ?? ""]),
    everyMs,
    // Half a second below Prometheus' own, as the exporter does it.
    timeoutMs:
      goDuration(textOf(at(module, "timeout"))) ?? (timeoutMs === null ? null : Math.max(500, timeoutMs - 500)),
    redirects: isTrue(at(http, "no_follow_redirects")) || at(http, "follow_redirects") === false ? 0 : GO_REDIRECTS,
    wants: wantsOf(http, url),
  });
  const body = textOf(at(http, "body"));
  if (body !== null) check.body = { kind: "text", text: body };
  if (textOf(at(http, "body_file")) !== null)
    check.leftOut = `its body is in a file, ${shown(textOf(at(http, "body_file")) ?? "", 100)}: write it as body`;
  authorize(http, check);
  if (isTrue(at(http, "fail_if_not_ssl")) && /^http:/i.test(url))
    check.leftOut = "fail_if_not_ssl, and its address begins with http:";
  return check;
}

function authorize(http: unknown, check: Foreign): void {
  const user = textOf(at(http, "basic_auth", "username"));
  const password = textOf(at(http, "basic_auth", "password"));
  if (user !== null && password !== null) check.basic = { user, password };
  else if (at(http, "basic_auth") !== undefined)
    check.leftOut =
      "the password of basic_auth is in a file: put the base64 of user:password into an authorization header";
  const type = textOf(at(http, "authorization", "type")) ?? "Bearer";
  const token = textOf(at(http, "bearer_token")) ?? textOf(at(http, "authorization", "credentials"));
  const file = textOf(at(http, "bearer_token_file")) ?? textOf(at(http, "authorization", "credentials_file"));
  if (token !== null) check.headers.push(["authorization", `${type} ${token}`]);
  else if (file !== null) {
    if (/^\/[^}\p{Cc}]+$/u.test(file)) check.headers.push(["authorization", `${type} \${file:${file}}`]);
    else
      check.leftOut = `its token is in the file ${shown(file, 100)}: name it by its absolute path, "Bearer \${file:/path}"`;
  }
}

function wantsOf(http: unknown, url: string): Want[] {
  const wants: Want[] = [];
  const other = (said: string, why: string) => wants.push({ kind: "other", said, why });
  const codes = listOf(at(http, "valid_status_codes")).flatMap((code) => numberOf(code) ?? []);
  if (codes.length > 0)
    wants.push({
      kind: "status",
      codes: statusesWhere((status) => codes.includes(status)),
      said: `valid_status_codes ${codes.join(", ")}`,
    });
  for (const [key, not] of [
    ["fail_if_body_matches_regexp", true],
    ["fail_if_body_not_matches_regexp", false],
  ] as const)
    for (const pattern of textsOf(at(http, key)))
      wants.push({ kind: "body-matches", pattern, not, said: `${key} ${pattern}` });
  for (const [key, not] of [
    ["fail_if_header_matches", true],
    ["fail_if_header_not_matches", false],
  ] as const)
    for (const one of listOf(at(http, key))) {
      const [name, pattern] = [textOf(at(one, "header")) ?? "", textOf(at(one, "regexp")) ?? ""];
      wants.push({ kind: "header-matches", name, pattern, not, said: `${key} ${name}: ${pattern}` });
    }
  const versions = textsOf(at(http, "valid_http_versions"));
  if (versions.length > 0 && !versions.includes("HTTP/1.1"))
    wants.push({ kind: "http2", said: `valid_http_versions ${versions.join(", ")}` });
  const ip = textOf(at(http, "preferred_ip_protocol"));
  if (ip === "ip4" || ip === "ip6") {
    const only = at(http, "ip_protocol_fallback") === false;
    wants.push({ kind: "ip", version: ip === "ip4" ? 4 : 6, only, said: `preferred_ip_protocol ${ip}` });
  }
  const [ca, certificate] = [textOf(at(http, "tls_config", "ca_file")), textOf(at(http, "tls_config", "cert_file"))];
  if (isTrue(at(http, "tls_config", "insecure_skip_verify")))
    wants.push({ kind: "insecure", said: "insecure_skip_verify" });
  if (ca !== null) wants.push({ kind: "authority", file: ca, said: `ca_file ${ca}` });
  if (certificate !== null)
    wants.push({
      kind: "client-certificate",
      certificate,
      key: textOf(at(http, "tls_config", "key_file")),
      said: `cert_file ${certificate}`,
    });
  const name = textOf(at(http, "tls_config", "server_name"));
  if (name !== null) wants.push({ kind: "server-name", name, said: "tls_config.server_name" });
  const proxy = textOf(at(http, "proxy_url"));
  if (proxy !== null) wants.push({ kind: "proxy", url: proxy, said: "proxy_url" });
  if (at(http, "oauth2") !== undefined)
    wants.push({
      kind: "oauth2",
      tokenUrl: textOf(at(http, "oauth2", "token_url")) ?? "",
      clientId: textOf(at(http, "oauth2", "client_id")) ?? "",
      clientSecret: textOf(at(http, "oauth2", "client_secret")) ?? "",
      scopes: textsOf(at(http, "oauth2", "scopes")),
      said: "oauth2",
    });
  if (isTrue(at(http, "fail_if_ssl")))
    other("fail_if_ssl", /^https:/i.test(url) ? "its address begins with https:" : "redirects to https are followed");
  for (const key of [
    "compression",
    "fail_if_body_json_matches_cel",
    "fail_if_body_json_not_matches_cel",
    "body_size_limit",
  ])
    if (at(http, key) !== undefined) other(key, "there is nothing like it here");
  return wants;
}
