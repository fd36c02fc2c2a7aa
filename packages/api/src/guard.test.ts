import { expect, test } from "vitest";
import { isApiPath } from "./api.ts";
import { world } from "./testing/world.ts";
import { problemView } from "./views.ts";

async function problemOf(response: Response | Promise<Response>, status: number) {
  const answer = await response;
  expect(answer.status, await answer.clone().text()).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  const problem = problemView.parse(await answer.json());
  expect(problem.status).toBe(status);
  expect(problem.requestId).toBe(answer.headers.get("x-request-id"));
  expect(problem.type).toMatch(/^urn:statusquo:problem:[a-z-]+$/);
  return problem;
}

test("a foreign name that points at this server gets 421, from a port or a dot at its end too", async () => {
  const { get } = world();
  for (const host of ["evil.example", "evil.example:4090", "localhost.evil.example", "127.0.0.2", ""]) {
    await problemOf(get("/api/v1/health", { host }), 421);
    await problemOf(get("/healthz", { host }), 421);
  }
  for (const host of ["localhost", "LOCALHOST:4090", "127.0.0.1:80", "status.example.com", "localhost."])
    expect((await get("/healthz", { host })).status, host).toBe(200);
});

test("a page of another origin can neither edit nor read; a followed link can read", async () => {
  const { get, post } = world();
  const edit = (headers: Record<string, string>) =>
    post("/api/v1/incidents/412/acknowledge", {}, { "if-match": '"1"', ...headers });
  await problemOf(edit({ origin: "https://evil.example" }), 403);
  await problemOf(edit({ origin: "null" }), 403);
  await problemOf(edit({ "sec-fetch-site": "cross-site" }), 403);
  await problemOf(edit({ "sec-fetch-site": "same-site" }), 403);
  await problemOf(edit({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }), 403);
  await problemOf(get("/api/v1/stream", { origin: "https://evil.example" }), 403);
  await problemOf(get("/api/v1/monitors", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }), 403);
  const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  expect((await get("/api/v1/openapi.json", link)).status).toBe(200);
  expect((await edit({ origin: "http://localhost", host: "localhost", "sec-fetch-site": "same-origin" })).status).toBe(
    200,
  );
  expect((await edit({ origin: "https://status.example.com", "if-match": "*" })).status).toBe(200);
});

test("no answer allows another origin, a frame, a script from elsewhere, sniffing, a referrer or a cache", async () => {
  const { get } = world();
  for (const path of ["/api/v1/monitors", "/api/v1/monitors?window=9h", "/nothing", "/healthz"]) {
    const { headers } = await get(path, { origin: "http://localhost" });
    expect(headers.get("access-control-allow-origin"), path).toBeNull();
    const policy = headers.get("content-security-policy")?.split("; ");
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]),
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("cache-control")).toBe("no-store");
  }
});

test("an edit is JSON, small, and has no unknown fields", async () => {
  const { api, post } = world();
  const send = (body: string, headers: Record<string, string>) =>
    api.request("/api/v1/incidents/412/acknowledge", {
      method: "POST",
      body,
      headers: { "if-match": '"1"', ...headers },
    });
  await problemOf(send("{}", { "content-type": "text/plain" }), 415);
  await problemOf(send("a=1", { "content-type": "application/x-www-form-urlencoded" }), 415);
  await problemOf(send("{}", { "content-type": "application/json-seq" }), 415);
  await problemOf(api.request("/api/v1/incidents/412/acknowledge", { method: "POST" }), 415);
  await problemOf(send("{", { "content-type": "application/json" }), 400);
  await problemOf(send(JSON.stringify({ a: "x".repeat(70_000) }), { "content-type": "application/json" }), 413);
  const chunked = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(16_384).fill(32));
    },
  });
  const endless = { method: "POST", body: chunked, duplex: "half", headers: { "content-type": "application/json" } };
  await problemOf(api.request("/api/v1/incidents/412/acknowledge", endless as RequestInit), 413);
  const unknown = await problemOf(
    post("/api/v1/incidents/412/acknowledge", { admin: true }, { "if-match": '"1"' }),
    400,
  );
  expect(unknown.detail).toContain('"admin" must be left out');
});

test("a parameter that cannot be used is named, with what is allowed and what came", async () => {
  const { get } = world();
  const refused = async (query: string) => (await problemOf(get(`/api/v1/${query}`), 400)).detail;
  expect(await refused("monitors?window=2h")).toBe('window must be one of 1h, 6h, 24h; got "2h"');
  expect(await refused("monitors/orders/samples?limit=501")).toBe('limit must be a whole number, 1 to 500; got "501"');
  for (const limit of ["-1", "0", "1e9", "NaN", "", "1.5", "0x10", "99999999999999999999", "%201", "١"])
    expect(await refused(`monitors/orders/samples?limit=${limit}`), limit).toContain("limit must be a whole number");
  expect(await refused("monitors/orders/samples?limit=1&limit=2")).toContain('got ["1","2"]');
  expect(await refused("monitors/orders/samples?limit[]=1")).toContain("left out");
  expect(await refused("monitors/orders/samples?sort=;drop")).toContain('"sort" must be left out');
  expect(await refused("monitors/orders/series?from=0&to=9000000000000000")).toContain("to must be a whole number");
  expect(await refused("monitors/orders/series?from=0&to=8000000000000000")).toContain("at most 2000 columns");
  expect(await refused("monitors/orders/series?from=0&to=600005000&step=300000")).toContain("at most 2000 columns");
  expect(await refused("monitors/orders/series?from=5&to=5")).toBe("from must be before to (5); got 5");
  expect(await refused("monitors/orders/series?step=1500")).toContain("step must be a whole number, 5000 to");
  expect(await refused("monitors/orders/series?step=60500")).toContain("step must be whole seconds");
  expect(await refused("monitors/orders/series?region=mars")).toBe(
    'region must be one of eu-west, eu-central, us-east; got "mars"',
  );
  expect(await refused("monitors/ORDERS")).toContain("id must be 1 to 64 of a-z");
  expect(await refused("samples/m-orders/evidence")).toContain("m-<monitor>.r-<region>.s-<slot>");
  expect(await refused("incidents/0")).toContain("the number of an incident");
  expect(await refused(`incidents?state=${"x".repeat(5_000)}`)).toHaveLength(
    "state must be one of open, resolved; got ".length + 101,
  );
  const many = Array.from({ length: 2_000 }, (_, index) => `p${index}=1`).join("&");
  expect((await refused(`monitors?${many}`)).length).toBeLessThan(2_000);
});

test("what is not there is 404 and says what was looked for", async () => {
  const { get, api } = world();
  expect((await problemOf(get("/api/v1/monitors/nope"), 404)).detail).toBe(
    'There is no monitor "nope" in the definitions.',
  );
  await problemOf(get("/api/v1/monitors/nope/series"), 404);
  await problemOf(get("/api/v1/incidents/7"), 404);
  await problemOf(get("/api/v1/samples/m-orders.r-eu-west.s-5/evidence"), 404);
  await problemOf(get("/api/v1/nothing"), 404);
  await problemOf(
    api.request("/api/v1/monitors", { method: "DELETE", headers: { "content-type": "application/json" } }),
    404,
  );
  for (const path of ["/api/v1/monitors/..%2f..%2fetc%2fpasswd", "/api/v1/monitors/%00", "/api/v1//monitors"])
    expect((await get(path)).status, path).toBeGreaterThanOrEqual(400);
});

test("what breaks inside is logged under the request's id, and the answer says nothing of it", async () => {
  const broken = world();
  broken.ports.reader.counts = () => {
    throw new Error("SELECT secret FROM /var/lib/statusquo.sqlite");
  };
  const response = await broken.get("/api/v1/monitors");
  const text = await response.clone().text();
  await problemOf(response, 500);
  expect(text).not.toMatch(/SELECT|sqlite|api\.ts/);
  expect(String(broken.trouble[0])).toContain("SELECT secret");
});

test("acknowledging needs the ETag of what was seen; stale is 412, resolved is 409 with how to go on", async () => {
  const { post, get, memory } = world();
  const send = (headers: Record<string, string>) => post("/api/v1/incidents/412/acknowledge", {}, headers);
  await problemOf(send({}), 428);
  const stale = await problemOf(send({ "if-match": '"0"' }), 412);
  expect(stale.conflict).toEqual({ current: '"1"', resolve: "Read incidents/412 again, then send its ETag." });
  expect(memory.incidents[0]?.acknowledgedAt).toBeNull();

  const done = await send({ "if-match": '"1"' });
  expect(done.status).toBe(200);
  expect(done.headers.get("etag")).toBe('"2"');
  expect(memory.incidents[0]?.acknowledgedAt).not.toBeNull();
  const again = await send({ "if-match": '"2"' });
  expect(again.headers.get("etag")).toBe('"2"');
  expect((await get("/api/v1/incidents/412")).headers.get("etag")).toBe('"2"');

  memory.incidents = memory.incidents.map((each) => ({ ...each, state: "resolved", resolvedAt: 1 }));
  const resolved = await problemOf(send({ "if-match": '"2"' }), 409);
  expect(resolved.conflict?.current).toBe("resolved");
  await problemOf(post("/api/v1/incidents/7/acknowledge", {}, { "if-match": "*" }), 404);
});

test("the API's paths are told from the dashboard's", () => {
  for (const path of ["/api/v1/monitors", "/api", "/healthz", "/metrics", "/badge/a.svg"])
    expect(isApiPath(path)).toBe(true);
  for (const path of ["/", "/monitors/orders", "/apiary", "/assets/api/x.js"]) expect(isApiPath(path)).toBe(false);
});
