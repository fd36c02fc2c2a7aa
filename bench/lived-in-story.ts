/** The story of a house that is lived in: a shop's monitors, what each of its targets answers when, and its deploys. */
import type { Deploy, Evidence, Monitor, ProbeResult, Region } from "@statusquo/core";

const MINUTE = 60_000;
const HOUR = 3_600_000;
export const REGIONS = ["ap-south", "eu-central", "eu-north", "eu-west", "us-east", "us-west"] as const;
/** Its worker may have said nothing for nine minutes when the house is opened. */
export const SILENT = "ap-south";
const EU = ["eu-central", "eu-north", "eu-west"];

interface Endpoint {
  id: string;
  name: string;
  method: string;
  path: string;
  tags: string;
  /** ms of its first byte. */
  slow: number;
  more?: string;
}

const ENDPOINTS: Endpoint[] = [
  {
    ...{
      id: "update-order",
      name: "Update order",
      method: "PUT",
      path: "/v2/orders/probe-7",
      tags: "checkout, tier-1",
    },
    ...{
      slow: 38,
      more: `    headers: { authorization: "Bearer \${env:ORDERS_TOKEN}", if-match: '"17-a91f"' }
    json: { note: "probe {{slot}}", version: 17 }
    usual: { 409: "1%" }
    remind: 20m
    publish: { name: Changes to orders, group: Shop, places: { eu-west: Europe, eu-central: Europe, eu-north: Europe, us-east: North America, us-west: North America } }
`,
    },
  },
  {
    ...{ id: "capture-payment", name: "Capture payment", method: "POST", path: "/v1/payments/probe/capture", slow: 96 },
    ...{
      tags: "payments",
      more: "    json: { amount: 0 }\n    publish: { name: Payments, group: Shop, places: { us-east: North America } }\n",
    },
  },
  {
    ...{ id: "file-versions", name: "Add file version", method: "POST", path: "/v1/files/probe/versions", slow: 61 },
    ...{ tags: "files", more: '    json: { base: 4 }\n    usual: { 409: "1.5%" }\n' },
  },
  {
    ...{ id: "search", name: "Search", method: "GET", path: "/v1/search?q=probe", slow: 24, tags: "catalog" },
    more: '    usual: { 429: "0.6%" }\n    publish: { name: Browse and search, group: Shop }\n',
  },
  {
    ...{ id: "partner-feeds", name: "Partner feeds", method: "GET", path: "/v1/feeds", slow: 52, tags: "partners" },
    more: "    regions: [ap-south]\n",
  },
  {
    ...{
      id: "finalize-invoice",
      name: "Finalize invoice",
      method: "POST",
      path: "/v1/invoices/probe/finalize",
      slow: 88,
    },
    ...{ tags: "billing", more: '    json: { dry_run: true }\n    usual: { 409: "1%" }\n' },
  },
  {
    ...{
      id: "create-order",
      name: "Create order",
      method: "POST",
      path: "/v2/orders",
      slow: 71,
      tags: "checkout, tier-1",
    },
    more: "    json: { sku: PROBE }\n    expect: [201]\n    publish: { name: Carts and new orders, group: Shop }\n",
  },
  { id: "read-order", name: "Read order", method: "GET", path: "/v2/orders/probe-7", slow: 22, tags: "checkout" },
  { id: "list-products", name: "List products", method: "GET", path: "/v1/products", slow: 33, tags: "catalog" },
  { id: "product-page", name: "Product page", method: "GET", path: "/p/probe", slow: 64, tags: "catalog" },
  {
    ...{ id: "sign-in", name: "Sign in", method: "POST", path: "/v1/sessions", slow: 110, tags: "identity, tier-1" },
    more: '    form: { user: probe, password: "${env:ORDERS_TOKEN}" }\n    publish: { name: Sign in, group: Account }\n',
  },
  {
    ...{ id: "change-profile", name: "Change profile", method: "PATCH", path: "/v1/users/probe", slow: 45 },
    ...{ tags: "identity", more: '    json: { bio: probe }\n    usual: { 409: "2%" }\n' },
  },
  {
    ...{ id: "reserve-stock", name: "Reserve stock", method: "POST", path: "/v1/stock/probe/reservations", slow: 57 },
    ...{ tags: "inventory", more: '    json: { count: 1 }\n    usual: { 409: "3%" }\n' },
  },
  { id: "stock-levels", name: "Stock levels", method: "GET", path: "/v1/stock/probe", slow: 29, tags: "inventory" },
  {
    ...{ id: "send-mail", name: "Send mail", method: "POST", path: "/v1/mails", slow: 140, tags: "notify" },
    more: "    json: { to: probe@example.com }\n    expect: [202]\n    publish: { name: Emails and notifications, group: Account }\n",
  },
  {
    id: "webhook-relay",
    name: "Webhook relay",
    method: "GET",
    path: "/v1/relay/health",
    slow: 18,
    tags: "notify",
    more: '    expect: { status: 200, json: { "$.status": ok } }\n',
  },
];
const LATER: Endpoint = {
  ...{ id: "merge-carts", name: "Merge carts", method: "POST", path: "/v3/carts/merge", slow: 49, tags: "carts" },
  more: "    json: { from: guest-probe }\n",
};
const AREAS = ["billing", "carts", "catalog", "files", "gateway", "identity", "inventory", "jobs", "notify", "orders"];

/** @param more monitors beside them, spread over areas */
export function definitionsOf(phase: "before" | "now", more: number): string {
  const all = phase === "before" ? ENDPOINTS : [...ENDPOINTS, LATER];
  const others = Array.from({ length: more }, (_, index): Endpoint => {
    const area = AREAS[index % AREAS.length] ?? "jobs";
    const name = `${area[0]?.toUpperCase()}${area.slice(1)} ${index + 1}`;
    return {
      id: `${area}-${index + 1}`,
      name,
      method: "GET",
      path: `/v1/${area}/${index + 1}`,
      slow: 40,
      tags: area,
      more: "    every: 5m\n",
    };
  });
  return `regions: [${REGIONS.join(", ")}]
channels:
  mail: { email: { to: [orders-oncall@example.com], from: statusquo@example.com, smtp: "smtp://127.0.0.1:2525" } }
  slack: { slack: { webhook: "http://127.0.0.1:2526/services/orders-alerts" } }
defaults: { every: 1m, timeout: 5s, notify: [mail, slack], redact: ["$.updated_by"] }
maintenance:
  - { name: database, tags: [billing], cron: "0 2 * * 2", for: 30m, timezone: UTC }
monitors:
${[...all, ...others].map(textOf).join("")}`;
}

const textOf = ({ id, name, method, path, tags, more = "" }: Endpoint) =>
  `  - id: ${id}
    name: ${name}
    method: ${method}
    url: https://api.example.com${path}
    tags: [${tags}]
${more}`;

/** Rolled out before the house is opened at `end`. */
export const deploysOf = (end: number): Omit<Deploy, "id">[] => [
  deploy(end - 20 * MINUTE, "gateway", "2025.11.3", { tags: ["checkout"], regions: [...EU] }),
  deploy(end - 47 * MINUTE, "orders-api", "4f2c9a1", { tags: ["checkout"] }),
  deploy(end - 26 * HOUR, "identity", "81", { tags: ["identity"] }),
  deploy(end - 75 * HOUR, "gateway", "2025.11.2", {}),
];

const deploy = (at: number, service: string, version: string, where: Partial<Deploy>): Omit<Deploy, "id"> => ({
  ...{ at, service, version, regions: [], monitors: [], tags: [], url: null, by: "ci" },
  ...where,
});

/** Evenly spread over [0, 1), always the same for the same slot. */
function chanceOf(...parts: (string | number)[]): number {
  let hash = 2_166_136_261;
  for (const char of parts.join("/")) hash = Math.imul(hash ^ char.charCodeAt(0), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_507);
  hash = Math.imul(hash ^ (hash >>> 13), 3_266_489_909);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** By day more people work at the same things than by night. */
function rushOf(slot: number): number {
  const hour = (slot / HOUR) % 24;
  const isWeekend = [0, 6].includes(new Date(slot).getUTCDay());
  return (isWeekend ? 0.5 : 1) * (0.15 + 0.95 * Math.exp(-(((hour - 13.5) / 4.5) ** 2)));
}

/** What came home. @param end  when the house is opened */
export function answerOf(monitor: Monitor, region: Region, slot: number, end: number): ProbeResult {
  const about = { monitor: monitor.id, region, slot };
  const code = codeOf(monitor.id, region, slot, end, chanceOf(monitor.id, region, slot));
  const slow = [...ENDPOINTS, LATER].find(({ id }) => id === monitor.id)?.slow ?? 40;
  const noise = (what: string) => 0.85 + 0.4 * chanceOf(monitor.id, region, slot, what);
  const far = { "ap-south": 3.1, "us-west": 2.4, "us-east": 1.9 }[region as string] ?? 1;
  const phases = {
    dns: 2 * noise("dns"),
    connect: 9 * far * noise("connect"),
    tls: 14 * far * noise("tls"),
    firstByte: slow * far * noise("first") * (chanceOf(monitor.id, region, slot, "slow") < 0.04 ? 3 : 1),
    body: 2.5 * noise("body"),
  };
  const totalMs = Object.values(phases).reduce((sum, each) => sum + each, 0.3);
  const startedAt = slot + Math.round(200 * noise("late"));
  if (code === 0)
    return {
      ...{ kind: "sampled", ...about, version: monitor.version, startedAt, totalMs: monitor.timeoutMs },
      outcome: { kind: "failure", reason: "timeout", detail: "no answer within 5 s" },
      phases: { ...phases, firstByte: null, body: null },
    };
  const isWrong = isDegraded(monitor.id, slot, end) && code === 200;
  const isExpected = !isWrong && monitor.expect.some(({ from, to, exclude }) => !exclude && code >= from && code <= to);
  return {
    ...{ kind: "sampled", ...about, version: monitor.version, startedAt, totalMs, phases },
    outcome: { kind: "status", status: code },
    ...(isWrong && { unmet: { step: null, what: '$.status was "degraded", expected "ok"' } }),
    ...((!isExpected || slot % (30 * MINUTE) < MINUTE) && { evidence: evidenceOf(monitor, region, slot, code, end) }),
  };
}

function codeOf(id: string, region: Region, slot: number, end: number, chance: number): number {
  const ago = (end - slot) / MINUTE;
  const isEu = EU.includes(region);
  const between = (from: number, to: number) => ago <= from && ago > to;
  const good = { "create-order": 201, "send-mail": 202 }[id] ?? 200;
  const rush = rushOf(slot);
  switch (id) {
    case "update-order":
      if (between(16, -1_000) && isEu) return chance < 0.92 ? 409 : 200;
      if (between(3_100, 3_055)) return chance < 0.35 ? 409 : 200;
      return chance < 0.02 * rush ? 409 : chance > 0.9995 ? 503 : 200;
    case "capture-payment":
      if (between(37, -1_000) && region === "us-east") return chance < 0.6 ? 503 : 200;
      if (between(7_000, 6_975)) return chance < 0.5 ? 503 : 200;
      return chance > 0.9994 ? 503 : 200;
    case "file-versions":
      if (between(14, -1_000) && region === "us-west") return chance < 0.35 ? 409 : 200;
      return chance < 0.02 * rush ? 409 : 200;
    case "search":
      if (between(40, -1_000) && region === "eu-west") return chance < 0.2 ? 429 : 200;
      return chance < 0.006 ? 429 : 200;
    case "finalize-invoice":
      if (between(100, 84)) return chance < 0.6 ? 503 : 200;
      return chance < 0.012 * rush ? 409 : 200;
    case "merge-carts":
      return chance < 0.03 ? 409 : 200;
    case "change-profile":
      if (between(1_560, 1_530)) return chance < 0.3 ? 409 : 200;
      return chance < 0.03 * rush ? 409 : 200;
    case "reserve-stock":
      return chance < 0.045 * rush ? 409 : 200;
    case "sign-in":
      return between(4_600, 4_580) ? 0 : chance > 0.9996 ? 0 : 200;
    case "product-page":
      return between(200, 196) && chance < 0.5 ? 502 : chance > 0.9997 ? 404 : 200;
    case "stock-levels":
      return chance > 0.9995 ? 500 : 200;
    default:
      return chance > 0.9998 ? 503 : good;
  }
}

/** The relay answers 200 and says that it is not well. */
function isDegraded(id: string, slot: number, end: number): boolean {
  const ago = (end - slot) / MINUTE;
  return id === "webhook-relay" && ago <= 25 && chanceOf(id, slot) < 0.4;
}

const REASONS: Record<number, string> = {
  ...{ 200: "OK", 201: "Created", 202: "Accepted", 404: "Not Found", 409: "Conflict", 429: "Too Many Requests" },
  ...{ 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable" },
};

function evidenceOf(monitor: Monitor, region: Region, slot: number, code: number, end: number): Evidence {
  const { method, url } = "request" in monitor ? monitor.request : { method: "GET", url: "" };
  const isStale = monitor.id === "update-order" && code === 409 && slot > end - 17 * MINUTE;
  const isCached = EU.includes(region) && slot > end - 20 * MINUTE;
  const request = (4_096 + (slot / MINUTE) * 7).toString(16).slice(-6);
  const headers: [string, string][] = [
    ["content-type", code === 409 ? "application/problem+json" : "application/json"],
    ["server", isCached ? "gateway/2025.11.3" : "gateway/2025.11.2"],
    ["x-request-id", request],
  ];
  if (isCached) headers.push(["x-read-cache", "HIT; age=24"]);
  if (method === "PUT") headers.push(["etag", isStale ? '"18-c02e"' : '"17-a91f"']);
  return {
    request: {
      ...{ method, url },
      headers: [
        ["accept", "*/*"],
        ...(method === "GET" ? [] : ([["content-type", "application/json"]] as [string, string][])),
        ...(method === "PUT"
          ? ([
              ["authorization", "[removed: authorization]"],
              ["if-match", isStale ? '"17-a91f"' : '"16-77d0"'],
            ] as [string, string][])
          : []),
        ["user-agent", "statusquo/0.1.0"],
      ],
      body: method === "GET" ? null : '{"note":"probe","version":17}',
    },
    response: {
      ...{ status: code, reason: REASONS[code] ?? "", httpVersion: "1.1", headers },
      body: bodyOf(monitor, code, isStale, isDegraded(monitor.id, slot, end)),
      ...{ bodyBytes: 212, truncated: false },
    },
    remoteAddress: "203.0.113.7",
    bodyError: null,
  };
}

function bodyOf(monitor: Monitor, code: number, isStale: boolean, isWrong: boolean): string {
  if (isStale)
    return JSON.stringify({
      type: "https://errors.example.com/version-conflict",
      ...{ title: "Version conflict", status: 409, detail: "The order has changed since version 17 was read." },
      ...{ submitted_version: 17, current_version: 18, updated_by: "[removed: $.updated_by]" },
    });
  if (code === 409)
    return JSON.stringify({
      ...{ type: "https://errors.example.com/conflict", title: "Conflict", status: 409 },
      detail: "The resource is being changed by another request, try again.",
    });
  if (monitor.id === "webhook-relay")
    return JSON.stringify({ status: isWrong ? "degraded" : "ok", queue: isWrong ? 8_112 : 3 });
  if (code >= 400) return JSON.stringify({ error: REASONS[code] ?? "error" });
  return JSON.stringify({ id: monitor.id, version: 17, state: "open", total: "48.00" });
}
