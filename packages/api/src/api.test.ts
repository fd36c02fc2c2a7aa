import type { z } from "@hono/zod-openapi";
import { inspectExchange, slotKeyText } from "@statusquo/core";
import { expect, test } from "vitest";
import { unpackCells } from "./client.ts";
import { CANARY, NOW, ONSET, slotOf, TOKEN, TOKEN_HASH, world } from "./testing/world.ts";
import * as views from "./views.ts";

/** Checks an answer against its schema, fields that are in none refused too, and gives it back typed. */
async function answerOf<T extends z.ZodType>(
  response: Response | Promise<Response>,
  view: T,
  status = 200,
): Promise<z.infer<T>> {
  const answer = await response;
  expect(answer.status, await answer.clone().text()).toBe(status);
  const body: unknown = await answer.json();
  const parsed = view.parse(body);
  // An object schema drops what it does not know; so a field that is answered but not described makes these differ.
  expect(parsed).toEqual(body);
  return parsed;
}

test("the overview says in one row what is above usual, where, and against what", async () => {
  const { get, monitors } = world();
  const answer = await answerOf(get("/api/v1/monitors?window=1h"), views.overviewView);
  expect(answer.standings).toEqual({ learning: 1, usual: 0, watching: 0, spike: 1, no_data: 0 });
  expect(answer.openIncidents).toEqual({ all: 1, acknowledged: 0 });
  expect(answer.ribbon).toEqual({ from: Math.floor(NOW / 60_000) * 60_000 - 59 * 60_000, stepMs: 60_000, cells: 60 });

  const [packed] = answer.monitors as [views.PackedOverview["monitors"][0]];
  const orders = { ...packed, cells: unpackCells(packed.cells) };
  expect(orders).toMatchObject({ id: "orders", method: "PUT", path: "/v2/orders/7", standing: "spike" });
  const onsetCell = Math.floor((ONSET - answer.ribbon.from) / 60_000);
  expect(orders.cells.c409.slice(onsetCell - 2, onsetCell + 2)).toEqual([0, 0, 2, 2]);
  expect(orders.cells.limits.c409[onsetCell]).toBe(1);
  const cellAgo = (ago: number) => Math.floor((slotOf(monitors.orders, ago) - answer.ribbon.from) / 60_000);
  expect(orders.cells.c5xx[cellAgo(30)]).toBe(3);
  expect(orders.cells.missed[cellAgo(40)]).toBe(1);
  expect(orders.cells.probes[cellAgo(40)]).toBe(2);

  expect(orders.headline).toMatchObject({ code: 409, above: true, usualShare: 0.012 });
  expect(orders.headline.bad / orders.headline.of).toBeGreaterThan(0.4);
  const bad = Object.fromEntries(orders.last.map((each) => [each.region, each.bad > (each.limit ?? 0)]));
  expect(bad).toEqual({ "eu-west": true, "eu-central": true, "us-east": false });
  expect(orders.incident).toMatchObject({ id: 412, cause: "stale ETag or version", acknowledgedAt: null });
  expect(orders.incident?.sentence).toBe("409 on 19 of 20 probes in eu-west and eu-central; usual is 1.2 %");
  // 19 bad answers of 179 probes; the missed slot is in neither.
  expect(orders.uptime).toEqual({ share: 1 - 19 / 179, down: 19, of: 179 });
});

test("a monitor without a verdict is learning, and where nothing is learned there is no limit", async () => {
  const answer = await answerOf(world().get("/api/v1/monitors"), views.overviewView);
  const packed = answer.monitors[1] as views.PackedOverview["monitors"][0];
  const health = { ...packed, cells: unpackCells(packed.cells) };
  expect(answer.window).toBe("6h");
  expect(health).toMatchObject({ standing: "learning", headline: { limit: null, above: false, usualShare: null } });
  expect(new Set(health.cells.limits.c409)).toEqual(new Set([null]));
  expect(health.incident).toBeNull();
});

test("a verdict that is older than two slots is no verdict on now", async () => {
  const { get, clock } = world();
  clock.advance(300_000);
  const answer = await answerOf(get("/api/v1/monitors"), views.overviewView);
  expect(answer.monitors[0]).toMatchObject({ standing: "no_data", reason: "no data: no slot judged for 5 min" });
});

test("one monitor comes with what is usual, the readings, and its definition", async () => {
  const answer = await answerOf(world().get("/api/v1/monitors/orders?window=1h"), views.monitorView);
  expect(answer).toMatchObject({ expect: "2xx", url: "https://api.example.com/v2/orders/7" });
  expect(answer.headers).toEqual(["x-api-key", "authorization", "if-match"]);
  expect(answer.usualOf.map(({ stream }) => stream)).toEqual([409, "any", 503]);
  expect(answer.verdict?.readings[0]).toMatchObject({ stream: 409, bad: 19, of: 20 });
  expect(answer.source).toMatchObject({ file: "monitors.yaml", line: 12 });
  expect(answer.source.text).toContain(`authorization: "Bearer \${env:ORDERS_TOKEN}"`);
});

test("series are columns of one length, with the limit of each column's own number of probes", async () => {
  const { get, monitors } = world();
  const to = NOW + 1;
  const path = `/api/v1/monitors/orders/series?from=${NOW - 3_600_000}&to=${to}&step=60000&by=region`;
  const answer = await answerOf(get(path), views.seriesView);
  const { length } = answer.t;
  expect(length).toBe(61);
  for (const column of [
    answer.probes,
    answer.missed,
    answer.p50,
    answer.phases.dns,
    answer.codes["409"],
    answer.usual["503"],
  ])
    expect(column).toHaveLength(length);
  const at = (slot: number) => answer.t.indexOf(Math.floor(slot / 60_000) * 60);
  expect(answer.codes["409"]?.[at(ONSET)]).toBe(2);
  expect(answer.codes["503"]?.[at(slotOf(monitors.orders, 30))]).toBe(3);
  expect(answer.limits["409"]?.[at(ONSET)]).toBe(1);
  expect(answer.limits["409"]?.[0]).toBe(answer.probes[0] === 0 ? 0 : 1);
  expect(answer.worst["503"]?.bad.some((bad) => bad === 3)).toBe(true);
  expect(answer.expected).toEqual([200]);
  expect(answer.incidents.map(({ id }) => id)).toEqual([412]);
  const regions = Object.fromEntries(
    answer.byRegion.map(({ region, codes }) => [region, codes["409"]?.[at(ONSET)] ?? 0]),
  );
  expect(regions).toEqual({ "eu-west": 1, "eu-central": 1, "us-east": 0 });
});

test("series of one region count that region alone", async () => {
  const answer = await answerOf(world().get("/api/v1/monitors/orders/series?region=us-east"), views.seriesView);
  expect(answer.region).toBe("us-east");
  expect(answer.codes["409"]).toBeUndefined();
  expect(answer.probes.reduce((sum, n) => sum + n, 0)).toBe(59);
});

test("pages of samples follow one another without a gap or a repeat, though a page could end inside a slot", async () => {
  const { get, memory } = world();
  const seen: string[] = [];
  let before = "";
  for (let page = 0; page < 40; page++) {
    const path = `/api/v1/monitors/orders/samples?limit=7${before}`;
    const { samples, next } = await answerOf(get(path), views.samplesView);
    seen.push(...samples.map(({ id }) => id));
    if (next === null) break;
    before = `&before=${next}`;
  }
  const all = memory.slots.filter(({ monitor }) => monitor === "orders").map(slotKeyText);
  expect(seen).toHaveLength(all.length);
  expect(new Set(seen)).toEqual(new Set(all));
});

test("samples narrow to a code and a region; a missed one says why", async () => {
  const { get } = world();
  const conflicts = await answerOf(get("/api/v1/monitors/orders/samples?code=409&region=eu-west"), views.samplesView);
  expect(conflicts.samples).toHaveLength(10);
  expect(conflicts.samples.every(({ code, region }) => code === 409 && region === "eu-west")).toBe(true);
  const all = await answerOf(get("/api/v1/monitors/orders/samples?limit=500"), views.samplesView);
  expect(all.samples.filter(({ state }) => state === "missed")).toMatchObject([{ code: null, missed: "no_result" }]);
});

test("evidence is found by the name of its slot", async () => {
  const { get, monitors } = world();
  const id = `m-orders.r-eu-west.s-${slotOf(monitors.orders, 2)}`;
  const answer = await answerOf(get(`/api/v1/samples/${id}/evidence`), views.evidenceView);
  expect(answer).toMatchObject({
    id,
    code: 409,
    request: { headers: [["authorization", "[removed: authorization]"]] },
  });
  const { request, response, remoteAddress, bodyError } = answer;
  expect(answer.warnings).toEqual(inspectExchange({ request, response, remoteAddress, bodyError }));
  expect(answer.warnings).not.toEqual([]);
});

test("incidents are a page at a time, newest first", async () => {
  const { get, memory } = world();
  const [open] = memory.incidents as [(typeof memory.incidents)[0]];
  for (const id of [409, 410, 411])
    memory.incidents.push({ ...open, id, state: "resolved", resolvedAt: NOW - 500_000 });
  const first = await answerOf(get("/api/v1/incidents?limit=2"), views.incidentsView);
  expect(first).toMatchObject({ next: 411, incidents: [{ id: 412 }, { id: 411 }] });
  const second = await answerOf(get("/api/v1/incidents?limit=2&before=411"), views.incidentsView);
  expect(second).toMatchObject({ next: null, incidents: [{ id: 410 }, { id: 409 }] });
  const opened = await answerOf(get("/api/v1/incidents?state=open&monitor=orders"), views.incidentsView);
  expect(opened.incidents.map(({ id }) => id)).toEqual([412]);
});

test("an incident is whole: probes around the onset, causes, deliveries, and an answer beside a usual one", async () => {
  const { get, monitors } = world();
  const response = await get("/api/v1/incidents/412");
  expect(response.headers.get("etag")).toBe('"1"');
  const answer = await answerOf(response, views.incidentView);
  expect(answer.chance).toBe("1 in 260 million");
  expect(answer.matrix.rows.map(({ region, bad, of }) => [region, bad, of])).toEqual([
    ["eu-west", 10, 10],
    ["eu-central", 10, 10],
    ["us-east", 0, 10],
  ]);
  expect(answer.matrix.slots[0]).toBe(slotOf(monitors.orders, 24));
  expect(answer.matrix.complete).toBe(true);
  expect(answer.example).toMatchObject({ code: 409, region: "eu-west" });
  // The newest usual answer is from another region and from during the incident: not the one to compare with.
  expect(answer.usual).toMatchObject({ code: 200, region: "eu-west", slot: slotOf(monitors.orders, 20) });
  expect(answer.transitions).toMatchObject([{ seq: 1, kind: "opened" }]);
  expect(answer.deliveries).toMatchObject([{ state: "delivered" }]);
});

test("without a usual answer from the same region, one from before the onset stands beside it", async () => {
  const { get, memory, monitors } = world();
  memory.evidence = memory.evidence.filter(({ region, code }) => region !== "eu-west" || code === 409);
  const answer = await answerOf(get("/api/v1/incidents/412"), views.incidentView);
  expect(answer.usual).toMatchObject({ region: "us-east", slot: slotOf(monitors.orders, 19) });
});

test("an incident of a monitor that is no longer defined is still shown under its name", async () => {
  const answer = await answerOf(
    world({ ports: { monitors: () => [] } }).get("/api/v1/incidents/412"),
    views.incidentView,
  );
  expect(answer).toMatchObject({ monitorName: "Update order", method: "PUT", path: "/v2/orders/7" });
  expect(answer.matrix.rows).toHaveLength(3);
});

test("regions show beats that were due, samples that came, and how late they began", async () => {
  const here = world();
  const lost = here.memory.slots.findLast(({ region }) => region === "us-east");
  here.memory.slots = here.memory.slots.filter((slot) => slot !== lost);
  const answer = await answerOf(here.get("/api/v1/regions"), views.regionsView);
  expect(answer.regions.map(({ region }) => region)).toEqual(["eu-west", "eu-central", "us-east"]);
  const [west] = answer.regions as [views.RegionRow];
  expect(west).toMatchObject({ workers: 1, monitors: 2, lateness: { p95: 120, worst: 120, of: 2 } });
  expect(west.beats.due).toHaveLength(24);
  const sum = (column: number[]) => column.reduce((total, n) => total + n, 0);
  const inSpan = here.memory.slots.filter(({ region, slot }) => region === "eu-west" && slot >= answer.beat.from);
  expect(sum(west.beats.due)).toBe(inSpan.length);
  expect(inSpan.length).toBeGreaterThan(6);
  expect(west.beats.sampled).toEqual(west.beats.due);
  // A probe that was due and did not come is not taken for one that was not due.
  const east = answer.regions.at(-1) as views.RegionRow;
  expect(sum(east.beats.due) - sum(east.beats.sampled)).toBe(1);
});

test("deliveries narrow to an incident and a state", async () => {
  const { get } = world();
  expect((await answerOf(get("/api/v1/deliveries?incident=412"), views.deliveriesView)).deliveries).toHaveLength(1);
  expect((await answerOf(get("/api/v1/deliveries?state=dead"), views.deliveriesView)).deliveries).toHaveLength(0);
});

test("health names what does not hold: a broken edit, a region without a worker, a message that waits", async () => {
  const broken = world({
    ports: {
      definitions: () => ({
        files: [{ file: "m.yaml", lines: 40 }],
        loadedAt: NOW,
        problems: [{ file: "m.yaml", line: 14, column: 5, message: "every must be 5s to 1h" }],
        brokenAt: NOW,
      }),
      presence: async () => [{ region: "eu-west", workers: 1, lastSeenAt: NOW }],
    },
  });
  broken.memory.condition = { ...broken.memory.condition, oldestPending: NOW - 400_000 };
  const answer = await answerOf(broken.get("/api/v1/health"), views.healthView);
  const failing = answer.checks.filter(({ ok }) => !ok).map(({ name, reason }) => `${name}: ${reason}`);
  expect(failing).toEqual([
    "definitions: m.yaml:14:5: every must be 5s to 1h",
    "outbox: oldest message waits for 400 s; at most 300 s is well",
    "regions: no worker in eu-central, us-east",
  ]);
  expect(answer.ok).toBe(false);
  expect((await answerOf(world().get("/api/v1/health"), views.healthView)).ok).toBe(true);
});

test("ready turns red, with the reason, when the walk stands still; alive stays green", async () => {
  const still = world({ ports: { heartbeats: () => ({ scheduledAt: NOW - 100, committedAt: NOW - 600_000 }) } });
  const red = await still.get("/readyz");
  expect(red.status).toBe(503);
  const { checks } = views.readyView.parse(await red.json());
  expect(checks.filter(({ ok }) => !ok)).toMatchObject([{ name: "commits", reason: /last stored 600 s ago/ }]);
  expect((await still.get("/healthz")).status).toBe(200);
  const stalled = world({ ports: { heartbeats: () => ({ scheduledAt: NOW - 60_000, committedAt: NOW }) } });
  expect(await (await stalled.get("/readyz")).json()).toMatchObject({
    ready: false,
    checks: [{ name: "scheduler", ok: false }, {}, {}],
  });
  const clockTrouble = "the clock of this machine says 1970-01-01T00:05Z";
  const wrong = world({ ports: { heartbeats: () => ({ scheduledAt: NOW, committedAt: NOW + 60_000, clockTrouble }) } });
  expect((await wrong.get("/readyz")).status).toBe(503);
  expect(await (await wrong.get("/readyz")).json()).toMatchObject({
    checks: [{ name: "scheduler", ok: true }, {}, { name: "clock", ok: false, reason: clockTrouble }],
  });
  expect((await world().get("/readyz")).status).toBe(200);
});

test("metrics count samples by code, and say no more of a monitor that is gone", async () => {
  let monitors = [...world().ports.monitors()];
  const { get, emit } = world({ ports: { monitors: () => monitors } });
  const sample = (monitor: string, status: number) => ({
    kind: "sampled" as const,
    monitor,
    region: "eu-west",
    slot: NOW,
    version: "v1",
    startedAt: NOW,
    outcome: { kind: "status" as const, status },
    totalMs: 70,
    phases: { dns: null, connect: null, tls: null, firstByte: null, body: null },
  });
  const results = [sample("orders", 409), sample("orders", 409), sample("health", 200)];
  emit({ kind: "committed", results, judgements: [] });
  // A target that counts through every code fills 16 series, not 500.
  const many = Array.from({ length: 500 }, (_, index) => sample("health", 100 + index));
  emit({ kind: "committed", results: many, judgements: [] });
  const text = await (await get("/metrics")).text();
  expect(text).toContain('statusquo_probes_total{monitor="orders",code="409"} 2');
  expect(text).toContain('statusquo_monitor_standing{monitor="orders",standing="spike"} 1');
  expect(text).toContain('statusquo_ready{check="commits"} 1');
  expect(text.match(/statusquo_probes_total\{monitor="health"/g)).toHaveLength(17);
  monitors = monitors.filter(({ id }) => id === "orders");
  emit({ kind: "definitions" });
  const after = await (await get("/metrics")).text();
  expect(after).not.toContain('monitor="health"');
  expect(after).toContain('monitor="orders",code="409"} 2');
});

test("a badge says the standing in words; a name cannot break out of it", async () => {
  const base = world();
  const named = { ...base.monitors.orders, name: `<script>"&` };
  const { get } = world({ ports: { monitors: () => [named] } });
  const response = await get("/badge/orders.svg");
  expect(response.headers.get("content-type")).toBe("image/svg+xml");
  const svg = await response.text();
  expect(svg).toContain("above usual");
  expect(svg).not.toContain("<script");
  expect((await get("/badge/orders.png")).status).toBe(404);
});

test("the demo's faults can be switched where there is a demo, and are unknown where there is none", async () => {
  const { get, post } = world();
  const before = await answerOf(get("/api/v1/demo/faults"), views.demoFaultsView);
  expect(before.faults).toMatchObject([{ id: "stale-etag", on: false }]);
  const after = await answerOf(post("/api/v1/demo/faults/stale-etag", { on: true }), views.demoFaultsView);
  expect(after.faults).toMatchObject([{ id: "stale-etag", on: true }]);
  expect(after.messagesUrl).toBe("http://127.0.0.1:4410");
  expect((await post("/api/v1/demo/faults/nope", { on: true })).status).toBe(404);
  expect((await post("/api/v1/demo/faults/stale-etag", { on: "yes" })).status).toBe(400);
  const plain = world({ bare: true });
  expect((await plain.get("/api/v1/demo/faults")).status).toBe(404);
  expect((await plain.post("/api/v1/incidents/412/acknowledge", {}, { "if-match": '"1"' })).status).toBe(404);
});

test("openapi.json lists every route there is", async () => {
  const { api, get } = world();
  const document = (await (await get("/api/v1/openapi.json")).json()) as {
    openapi: string;
    paths: Record<string, object>;
  };
  expect(document.openapi).toBe("3.1.0");
  const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`),
  );
  expect(listed.sort()).toEqual(routesOf(api));
  expect(listed.length).toBeGreaterThan(15);
});

/** Every route but middleware, as `METHOD /path`. */
function routesOf(api: { routes: { method: string; path: string }[] }): string[] {
  const all = api.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path}`);
  return [...new Set(all)].sort();
}

test("with a token set, every route but /healthz and the public page answers 401 without it, and unknown paths do too", async () => {
  const { api, get } = world({ settings: { tokenHash: TOKEN_HASH } });
  const routes = routesOf(api);
  expect(routes).toContain("GET /metrics");
  for (const route of [...routes, "GET /api/v1/nothing", "GET /", "POST /healthz/x"]) {
    const [method = "", path = ""] = route.split(" ");
    const headers: Record<string, string> = method === "POST" ? { "content-type": "application/json" } : {};
    const response = await api.request(path.replaceAll(/:\w+/g, "orders"), { method, headers });
    // The world publishes nothing, so there is no public page.
    const open: Record<string, number> = { "/healthz": 200, "/status.css": 200, "/status": 404, "/status.json": 404 };
    expect(response.status, route).toBe(open[path] ?? 401);
  }
  const wrong = await get("/api/v1/health", { authorization: `Bearer ${TOKEN}x` });
  expect(wrong.status).toBe(401);
  expect(wrong.headers.get("www-authenticate")).toContain("Bearer");
  expect((await get(`/api/v1/health?token=${TOKEN}`)).status).toBe(401);
  expect((await get("/api/v1/health", { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
});

test("a secret written into a header, an address or a body is on no screen", async () => {
  const { api } = world();
  let asked = 0;
  for (const route of routesOf(api)) {
    const [method = "", path = ""] = route.split(" ");
    if (method !== "GET" || path.endsWith("/stream")) continue;
    const id = path.includes("incidents") ? "412" : path.includes("samples/") ? "m-orders.r-eu-west.s-1" : "orders";
    const response = await api.request(path.replace(":file", "orders.svg").replaceAll(/:\w+/g, id));
    const text = `${JSON.stringify([...response.headers])} ${await response.text()}`;
    expect(text.includes(CANARY), route).toBe(false);
    asked += 1;
  }
  expect(asked).toBeGreaterThan(12);
  const detail = (await (await api.request("/api/v1/monitors/orders")).json()) as views.MonitorDetail;
  expect(detail.source.text).toContain('x-api-key: "•••"');
  expect(detail.source.text).toContain("page=");
});

const editing = { "if-match": '"1"' };

test("a silence of an incident names its codes and regions; of its monitor, all of it", async () => {
  const here = world();
  const ask = (body: object, headers: Record<string, string> = editing) =>
    here.post("/api/v1/incidents/412/silence", body, headers);
  const known = { for: "4h", reason: "known, OPS-12", by: "ana" };
  const first = await ask(known);
  expect(first.status).toBe(201);
  expect(views.silenceView.parse(await first.json())).toMatchObject({
    match: { monitors: ["orders"], codes: [409], regions: ["eu-west", "eu-central"] },
    endsAt: NOW + 4 * 3_600_000,
    by: "ana",
    active: true,
  });
  const second = await ask({ ...known, scope: "monitor" });
  expect(views.silenceView.parse(await second.json()).match).toEqual({ monitors: ["orders"] });
  expect(here.followed).toEqual([NOW, NOW]);
  expect((await ask(known, {})).status).toBe(428);
  expect((await ask(known, { "if-match": '"7"' })).status).toBe(412);
  const page = await answerOf(here.get("/api/v1/silences?state=active&limit=1"), views.silencesView);
  expect(page).toMatchObject({ silences: [{ id: 2 }], next: 2 });
  expect((await here.get("/api/v1/monitors")).status).toBe(200);
  const ended = await here.api.request("/api/v1/silences/2", { method: "DELETE" });
  expect(await ended.json()).toMatchObject({ endedAt: NOW, active: false });
  expect((await here.api.request("/api/v1/silences/9", { method: "DELETE" })).status).toBe(404);
});

test("what is wrong with a silence or a deploy is said by field, with an example", async () => {
  const { post } = world();
  const refused = async (path: string, body: object) => {
    const response = await post(`/api/v1/${path}`, body);
    expect(response.status).toBe(400);
    return ((await response.json()) as views.Problem).detail;
  };
  expect(await refused("silences", { match: {}, for: "1h", reason: "x" })).toContain(
    'match must be at least one of monitors, tags, codes and regions, such as { "monitors": ["checkout"] }',
  );
  expect(await refused("silences", { match: { tags: ["a"] }, for: "1 hour", reason: "x" })).toContain(
    'for must be a duration up to 365d, such as "30m", "4h" or "2d"; got "1 hour"',
  );
  expect(await refused("silences", { match: { tags: ["a"] }, reason: "x" })).toContain("for must be given, or else");
  expect(await refused("silences", { match: { monitors: ["order"] }, for: "1h", reason: "x" })).toContain(
    'match.monitors.0 must be the id of a monitor that is defined; did you mean "orders"?',
  );
  expect(await refused("silences", { match: { tags: ["a"] }, until: NOW - 1, reason: "x" })).toContain("after now");
  expect(await refused("deploys", { service: "", version: "1" })).toContain(
    'service must be 1 to 100 characters, such as "gateway"; got ""',
  );
  expect(await refused("deploys", { service: "a", version: "1", at: "yesterday" })).toContain(
    "at must be milliseconds",
  );
  expect(await refused("deploys", { service: "a", version: "1", at: NOW + 3_600_000 })).toContain("not after now");
  expect(await refused("deploys", { service: "a", version: "1", url: "javascript:alert(1)" })).toContain(
    "url must be an http(s) address",
  );
  expect(await refused("deploys", { service: "a", version: "1", colour: "red" })).toContain(
    '"colour" must be left out',
  );
});

test("deploys come a page at a time, none twice and none left out though several share an instant", async () => {
  const { get, post } = world();
  const ats = [5, 4, 4, 3, 2, 2, 2, 1];
  for (const [index, at] of ats.entries())
    await post("/api/v1/deploys", { service: "gateway", version: String(index), at: NOW - 60_000 + at });
  const seen: number[] = [];
  let to = "";
  for (let page = 0; page < 20; page++) {
    const { deploys, next } = await answerOf(get(`/api/v1/deploys?limit=3${to}`), views.deploysView);
    seen.push(...deploys.map(({ id }) => id));
    if (next === null) break;
    to = `&to=${next}`;
  }
  expect(seen).toHaveLength(ats.length);
  expect(new Set(seen).size).toBe(ats.length);
});

test("an incident tells what happened around it in order, with what muted it", async () => {
  const here = world();
  await here.post("/api/v1/deploys", { service: "gateway", version: "7", at: ONSET - 180_000, regions: ["eu-west"] });
  await here.post("/api/v1/deploys", { service: "other", version: "1", at: ONSET, monitors: ["health"] });
  const [transition] = here.memory.transitions;
  if (transition) transition.muted = "a silence: known";
  await here.post("/api/v1/incidents/412/notes", { text: "<b>rolled back</b>", by: "ana" });
  await here.post("/api/v1/incidents/412/acknowledge", { by: "ana" }, editing);
  const answer = await answerOf(here.get("/api/v1/incidents/412"), views.incidentView);
  expect(answer.timeline.map(({ kind }) => kind)).toEqual(["deploy", "onset", "opened", "note", "acknowledged"]);
  expect(answer.timeline[0]?.text).toBe("gateway 7 was deployed to eu-west");
  expect(answer.timeline[2]?.text).toMatch(/; nobody was told \(a silence: known\)$/);
  expect(answer.deploys.map(({ service }) => service)).toEqual(["gateway"]);
  expect((await here.post("/api/v1/incidents/413/notes", { text: "x" })).status).toBe(404);
});

test("accepting needs a reason and what was seen; undoing works once", async () => {
  const here = world();
  const accept = (body: object, headers = editing) => here.post("/api/v1/incidents/412/accept", body, headers);
  expect((await accept({})).status).toBe(400);
  expect((await accept({ reason: " " })).status).toBe(400);
  const accepted = await accept({ reason: "by design", scope: { streams: [409], regions: ["eu-west"] } });
  expect(accepted.status).toBe(201);
  expect(views.acceptanceView.parse(await accepted.json())).toMatchObject({
    scope: { streams: [409], regions: ["eu-west"] },
    undoable: true,
    undoableUntil: NOW + 7 * 86_400_000,
  });
  const again = await here.post("/api/v1/incidents/412/accept", { reason: "x" }, { "if-match": "*" });
  expect(await again.json()).toMatchObject({ status: 409, conflict: { current: "resolved" } });
  expect((await here.post("/api/v1/accepts/1/undo", {})).status).toBe(200);
  const twice = (await (await here.post("/api/v1/accepts/1/undo", {})).json()) as views.Problem;
  expect(twice).toMatchObject({ status: 409, detail: "Acceptance 1 is undone already." });
  expect((await here.post("/api/v1/accepts/2/undo", {})).status).toBe(404);
});

test("a probe now shows the exchange and its warnings; where no worker answers it says so", async () => {
  const { post } = world();
  const probed = await answerOf(post("/api/v1/monitors/orders/probe", {}), views.probedView);
  expect(probed).toMatchObject({ region: "eu-west", code: 409, expected: false, warnings: [expect.any(String)] });
  const elsewhere = await post("/api/v1/monitors/orders/probe", { region: "us-east" });
  expect(await elsewhere.json()).toMatchObject({ status: 409, conflict: { current: "no worker answers" } });
  expect((await post("/api/v1/monitors/orders/probe", { region: "mars" })).status).toBe(400);
});

test("a replay is made once for all who ask the same, two at once at most, and says how far it is", async () => {
  let made = 0;
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  const base = world();
  const { get, clock } = world({
    ports: {
      async replay(monitor, asked, onShare) {
        made += 1;
        onShare(0.25);
        await gate;
        return (await base.ports.replay?.(monitor, asked, onShare)) as never;
      },
    },
  });
  const path = "/api/v1/monitors/orders/replay?budget=";
  const waiting = [get(`${path}1/year`), get(`${path}1/year`), get(`${path}2/month`)];
  await Promise.resolve();
  await expect.poll(() => made).toBe(2);
  expect((await get(`${path}3/week`)).status).toBe(409);
  clock.advance(2_000);
  const [early] = await Promise.all(waiting.map((each) => answerOf(each, views.replayingView, 202)));
  expect(early).toEqual({ monitor: "orders", budget: "1/year", share: 0.25 });
  const again = [get(`${path}1/year`), get(`${path}1/year`), get(`${path}2/month`)];
  release();
  const [first] = await Promise.all(again.map((each) => answerOf(each, views.replayView)));
  expect(first).toMatchObject({ falseAlarmsPerYear: 1, inForce: 1, wereTold: 1, incidents: [{ code: 409 }] });
  expect(made).toBe(2);
  expect((await get(`${path}often`)).status).toBe(400);
});

test("definitions name files, lines and channels, and no address or password of one", async () => {
  const { get } = world();
  const answer = await answerOf(get("/api/v1/definitions"), views.definitionsDetailView);
  expect(answer).toMatchObject({
    files: [{ file: "monitors.yaml", lines: 40, monitors: 2, channels: 2 }],
    monitors: [{ id: "orders", line: 12, endLine: 20, expect: "2xx" }, { id: "health" }],
    channels: [
      { id: "oncall", kind: "slack", recipients: ["oncall"], quiet: null, monitors: 2 },
      { id: "team", kind: "email", recipients: ["team@example.com"], quiet: "22:00 to 07:00 Europe/Berlin" },
    ],
    broken: null,
  });
});

test("the overview says which it is, and is not sent again to who has it", async () => {
  const { get, post, clock } = world();
  const first = await get("/api/v1/monitors");
  const tag = first.headers.get("etag") ?? "";
  expect(tag).toMatch(/^"[\w-]{22}"$/);
  expect((await get("/api/v1/monitors", { "if-none-match": `W/${tag}` })).status).toBe(304);
  await post("/api/v1/incidents/412/acknowledge", {}, editing);
  const after = await get("/api/v1/monitors", { "if-none-match": tag });
  expect(after.status).toBe(200);
  expect(((await after.json()) as views.PackedOverview).openIncidents.acknowledged).toBe(1);
  clock.advance(2_000);
  expect((await get("/api/v1/monitors", { "if-none-match": after.headers.get("etag") ?? "" })).status).toBe(200);
});

test("the public page is made of what is published, and of nothing while nothing is", async () => {
  const base = world();
  expect((await base.get("/status.json")).status).toBe(404);
  const publish = { name: "Placing orders", group: "Shop", places: { "eu-west": "Europe" } };
  const { get } = world({
    ports: { monitors: () => [{ ...base.monitors.orders, publish }, base.monitors.health] },
    settings: { tokenHash: TOKEN_HASH },
  });
  const answer = await answerOf(get("/status.json"), views.statusView);
  expect(answer).toMatchObject({ state: "partly", places: ["Europe"], everyMs: 60_000 });
  expect(answer.groups).toMatchObject([{ name: "Shop", services: [{ name: "Placing orders", state: "partly" }] }]);
  expect(answer.groups[0]?.services[0]?.days).toHaveLength(90);
  expect(answer.disruptions).toMatchObject([{ places: ["Europe"], since: ONSET, until: null }]);
  const text = JSON.stringify(answer);
  for (const hidden of ["409", "orders/", "example.com", "eu-central", "Update order", "ETag", "Health"])
    expect(text.includes(hidden), hidden).toBe(false);
});
