// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references are written like this
import type { Monitor, Sample, Step } from "@statusquo/core";
import { expect, test } from "vitest";
import { createProber, type ProberOptions } from "./prober.ts";
import { codes, type Got, json, monitor, SLOT, service, step } from "./testing/service.ts";

const probe = async (one: Monitor, more: Partial<ProberOptions> = {}) =>
  (await createProber({ region: "eu-west", env: {}, now: () => SLOT + 250, ...more }).probe(one, SLOT, {
    wantEvidence: true,
  })) as Sample;

test("an edit sends the ETag and the revision that the read before it brought", async () => {
  const { got, origin } = await service(({ method }, response) =>
    method === "GET"
      ? json(response, 200, { revision: 7, open: true }, { etag: '"a-7"' })
      : response.writeHead(204).end(),
  );
  const sample = await probe(
    monitor([
      step("GET", `${origin}/documents/1`, {
        save: [
          { name: "etag", from: { kind: "header", name: "etag" }, secret: false },
          { name: "rev", from: { kind: "json", path: "$.revision" }, secret: false },
          { name: "open", from: { kind: "json", path: "$.open" }, secret: false },
        ],
      }),
      step("PUT", `${origin}/documents/1?after={{rev}}`, {
        headers: { "if-match": "{{etag}}" },
        body: { kind: "json", value: { rev: "{{rev}}", open: "{{ open }}", note: "after {{rev}}" } },
        expect: codes(200, 204),
      }),
    ]),
  );
  expect(got[1]).toMatchObject({ method: "PUT", url: "/documents/1?after=7", headers: { "if-match": '"a-7"' } });
  expect(JSON.parse(got[1]!.body)).toEqual({ rev: 7, open: true, note: "after 7" });
  expect(sample).toMatchObject({ outcome: { status: 204 }, evidence: { request: { method: "PUT" } } });
  expect(sample.unmet).toBeUndefined();
  expect(sample.evidence?.steps).toMatchObject([
    {
      name: "GET /documents/1",
      said: "200",
      decided: false,
      problem: null,
      saved: [
        ["etag", '"a-7"'],
        ["rev", "7"],
        ["open", "true"],
      ],
    },
    { said: "204", decided: true, exchange: null },
  ]);
});

test("a number too large for a double is handed on as it stood", async () => {
  const { got, origin } = await service(({ method }, response) =>
    method === "GET" ? response.end('{"id":900719925474099312345}') : response.end(),
  );
  await probe(
    monitor([
      step("GET", `${origin}/a`, { save: [{ name: "id", from: { kind: "json", path: "$.id" }, secret: false }] }),
      step("POST", `${origin}/a/{{id}}`, { body: { kind: "json", value: ["{{id}}"] } }),
    ]),
  );
  expect(got[1]).toMatchObject({ url: "/a/900719925474099312345", body: "[900719925474099312345]" });
});

test("the first step whose answer is not expected decides, and says which it was", async () => {
  const { got, origin } = await service((_, response) => json(response, 409, {}));
  const sample = await probe(monitor([step("GET", `${origin}/a`), step("PUT", `${origin}/b`, { expect: codes(409) })]));
  expect(got).toHaveLength(1);
  expect(sample.outcome).toEqual({ kind: "status", status: 409 });
  expect(sample.unmet).toEqual({ step: "GET /a", what: "409, expected 2xx" });
  expect(sample.evidence).toMatchObject({ unmet: sample.unmet, request: { method: "GET" } });
});

test.each<[string, Step["save"][number]["from"], string]>([
  [
    "a header",
    { kind: "header", name: "etag" },
    "etag could not be saved: header etag was not there, there were content-type, date, connection, transfer-encoding",
  ],
  [
    "a cookie",
    { kind: "cookie", name: "sid" },
    "etag could not be saved: cookie sid was not set, there was none at all",
  ],
  [
    "JSON",
    { kind: "json", path: "$.rev" },
    "etag could not be saved: $.rev was not there, in an object there were list, of",
  ],
  [
    "one of a list",
    { kind: "json", path: "$.list[*]" },
    "etag could not be saved: $.list[*] leads to 2 places, not to one",
  ],
  [
    "a value that is an object",
    { kind: "json", path: "$.of" },
    "etag could not be saved: $.of is an object, not one value",
  ],
])(
  "a value that is missing from %s is an expectation not met, of the step that was to save it",
  async (_, from, what) => {
    const { got, origin } = await service((_, response) => json(response, 200, { list: [1, 2], of: {} }));
    const sample = await probe(
      monitor([
        step("GET", `${origin}/a`, { save: [{ name: "etag", from, secret: false }] }),
        step("PUT", `${origin}/b`),
      ]),
    );
    expect(got).toHaveLength(1);
    expect(sample).toMatchObject({ outcome: { status: 200 }, unmet: { step: "GET /a", what } });
  },
);

test("cleanup is made after a failed step too, and its own failure decides nothing", async () => {
  const { got, origin } = await service(({ method }, response) => {
    if (method === "POST") json(response, 201, { id: "a/b" });
    else response.writeHead(method === "DELETE" ? 500 : 409).end();
  });
  const sample = await probe(
    monitor(
      [
        step("POST", `${origin}/orders`, {
          save: [{ name: "id", from: { kind: "json", path: "$.id" }, secret: false }],
        }),
        step("PUT", `${origin}/orders/{{id}}`),
      ],
      { cleanup: [step("DELETE", `${origin}/orders/{{id}}`), step("DELETE", `${origin}/never/{{other}}`)] },
    ),
  );
  expect(got.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "POST /orders",
    "PUT /orders/a%2Fb",
    "DELETE /orders/a%2Fb",
  ]);
  expect(sample).toMatchObject({ outcome: { status: 409 }, evidence: { request: { method: "PUT" } } });
  expect(sample.evidence?.steps?.slice(2)).toMatchObject([
    { role: "cleanup", said: "500", problem: "500, expected 2xx", exchange: { response: { status: 500 } } },
    { role: "cleanup", said: "not made", problem: "not made: {{other}} was never saved" },
  ]);
});

test("cleanup is made also after a fault of ours", async () => {
  const { got, origin } = await service((_, response) => response.writeHead(201).end());
  const broken = { ...step("POST", `${origin}/a`), expect: null as unknown as Step["expect"] };
  const result = await createProber({ region: "eu-west", env: {}, now: () => SLOT }).probe(
    monitor([broken], { cleanup: [step("DELETE", `${origin}/a`)] }),
    SLOT,
  );
  expect(result).toMatchObject({ kind: "missed", reason: "unsupported", detail: "the prober failed (TypeError)" });
  expect(got.map(({ method }) => method)).toEqual(["POST", "DELETE"]);
});

test("one deadline holds over all steps", async () => {
  const { origin } = await service(({ url }, response) => void (url === "/a" && response.end()));
  const sample = await probe(monitor([step("GET", `${origin}/a`), step("GET", `${origin}/b`)], { timeoutMs: 400 }));
  expect(sample.outcome).toMatchObject({ kind: "failure", reason: "timeout" });
  expect(sample.unmet?.step).toBe("GET /b");
});

test("{{uuid}} is one for the probe, {{step_uuid}} another for each step", async () => {
  const { got, origin } = await service((_, response) => response.end());
  const headers = { "x-probe": "{{uuid}}", "idempotency-key": "{{step_uuid}}" };
  await probe(monitor([step("POST", `${origin}/a`, { headers }), step("POST", `${origin}/b`, { headers })]));
  const [first, second] = got.map((one) => one.headers) as [Got["headers"], Got["headers"]];
  expect(first["x-probe"]).toBe(second["x-probe"]);
  expect(first["idempotency-key"]).not.toBe(second["idempotency-key"]);
});

test("a multipart form carries fields and files, and says its own boundary", async () => {
  const { got, origin } = await service((_, response) => response.end());
  await probe(
    monitor([
      step("POST", `${origin}/upload`, {
        headers: { "content-type": "multipart/form-data" },
        body: {
          kind: "multipart",
          parts: [
            { name: "note", text: "{{region}}" },
            { name: "file", text: "a,b\n1,2\n", filename: "a.csv", type: "text/csv" },
          ],
        },
      }),
    ]),
  );
  const form = await new Response(got[0]!.body, {
    headers: { "content-type": got[0]!.headers["content-type"]! },
  }).formData();
  expect(form.get("note")).toBe("eu-west");
  const file = form.get("file") as File;
  expect([file.name, file.type, await file.text()]).toEqual(["a.csv", "text/csv", "a,b\n1,2\n"]);
});

test("a saved secret is sent, and shown nowhere", async () => {
  const { got, origin } = await service(({ url }, response) =>
    url === "/login"
      ? json(response, 200, { value: "canary-token-9" }, { "set-cookie": "sid=canary-cookie-8; HttpOnly" })
      : json(response, 409, { detail: "canary-token-9 and canary-cookie-8" }, { "x-echo": "canary-token-9" }),
  );
  const sample = await probe(
    monitor([
      step("POST", `${origin}/login`, {
        save: [
          { name: "token", from: { kind: "json", path: "$.value" }, secret: true },
          { name: "sid", from: { kind: "cookie", name: "sid" }, secret: true },
        ],
      }),
      step("GET", `${origin}/documents/{{token}}`, { headers: { "x-any": "t={{token}}", cookie: "sid={{sid}}" } }),
    ]),
  );
  expect(got[1]).toMatchObject({ url: "/documents/canary-token-9", headers: { cookie: "sid=canary-cookie-8" } });
  expect(JSON.stringify(sample)).not.toContain("canary");
  expect(sample.evidence?.steps?.[0]?.saved).toEqual([
    ["token", "[removed: saved secret]"],
    ["sid", "[removed: saved secret]"],
  ]);
});

test("what a target sends is never read as a reference or a template", async () => {
  const { got, origin } = await service(({ method }, response) =>
    method === "GET" ? json(response, 200, { name: "${env:TOKEN} {{uuid}}" }) : response.end(),
  );
  await probe(
    monitor([
      step("GET", `${origin}/a`, {
        headers: { authorization: "${env:TOKEN}" },
        save: [{ name: "name", from: { kind: "json", path: "$.name" }, secret: false }],
      }),
      step("POST", `${origin}/b`, { body: { kind: "text", text: "${env:TOKEN}|{{name}}" } }),
    ]),
    { env: { TOKEN: "canary-1" } },
  );
  expect(got[1]?.body).toBe("canary-1|${env:TOKEN} {{uuid}}");
});

test.each<[string, string, string, RegExp]>([
  ["another origin", "http://127.0.0.1:1/x", "{{to}}", /^\{\{to\}\} leads to another origin than /],
  ["another host in disguise", "//evil.example/x", "{{to}}", /leads to another origin/],
  ["a way up", "..", "ORIGIN/orders/{{to}}", /^\{\{to\}\} is "\.\.", which no address may hold$/],
  ["nothing", "", "ORIGIN/orders/{{to}}", /could not be saved: json\.\$\.to is empty$/],
])("an address saved from an answer is not followed to %s", async (_, to, url, what) => {
  const { got, origin } = await service((_, response) => json(response, 200, { to }));
  const sample = await probe(
    monitor([
      step("GET", `${origin}/a`, { save: [{ name: "to", from: { kind: "json", path: "$.to" }, secret: false }] }),
      step("DELETE", url.replace("ORIGIN", origin)),
    ]),
  );
  expect(got).toHaveLength(1);
  expect(sample.unmet?.what).toMatch(what);
});

test("a Location is followed as it came, within its own origin", async () => {
  const { got, origin } = await service(({ method }, response) =>
    method === "POST" ? response.writeHead(201, { location: "/orders/7?x=1" }).end() : response.end(),
  );
  await probe(
    monitor([
      step("POST", `${origin}/orders`, {
        save: [{ name: "to", from: { kind: "header", name: "location" }, secret: false }],
      }),
      step("GET", "{{to}}"),
    ]),
  );
  expect(got[1]).toMatchObject({ method: "GET", url: "/orders/7?x=1" });
});

test("an address saved from where a redirect led is not followed there: headers of the definition would go along", async () => {
  const elsewhere = await service((_, response) => response.writeHead(201, { location: "/orders/7" }).end());
  const { got, origin } = await service((_, response) =>
    response.writeHead(302, { location: `${elsewhere.origin}/orders` }).end(),
  );
  const sample = await probe(
    monitor(
      [
        step("GET", `${origin}/a`, {
          save: [{ name: "to", from: { kind: "header", name: "location" }, secret: false }],
        }),
        step("GET", "{{to}}", { headers: { authorization: "Bearer canary-1" } }),
      ],
      { followRedirects: 1 },
    ),
  );
  expect([got.length, elsewhere.got.length]).toEqual([1, 1]);
  expect(sample.unmet?.what).toContain("{{to}} leads to another origin than");
});

test("what is expected may name what was saved, and keeps its type where it is compared as a whole", async () => {
  const { origin } = await service((_, response) => json(response, 200, { rev: 7, note: "at 7" }));
  const check = (op: "is" | "contains") =>
    op === "is"
      ? { on: "json" as const, path: "$.rev", must: { op, value: "{{rev}}" } }
      : { on: "json" as const, path: "$.note", must: { op, text: "{{rev}}" } };
  const sample = await probe(
    monitor([
      step("GET", `${origin}/a`, { save: [{ name: "rev", from: { kind: "json", path: "$.rev" }, secret: false }] }),
      step("GET", `${origin}/b`, { checks: [check("is"), check("contains")] }),
    ]),
  );
  expect(sample.unmet).toBeUndefined();
  expect(sample.evidence?.steps).toHaveLength(2);
});

test("a line break in a saved value ends in no header", async () => {
  const { got, origin } = await service((_, response) => json(response, 200, { to: "a\r\nx-evil: 1" }));
  const sample = await probe(
    monitor([
      step("GET", `${origin}/a`, { save: [{ name: "to", from: { kind: "json", path: "$.to" }, secret: false }] }),
      step("GET", `${origin}/b`, { headers: { "x-to": "{{to}}" } }),
    ]),
  );
  expect(got).toHaveLength(1);
  expect(sample.unmet).toEqual({
    step: "GET /b",
    what: '{{to}} holds a character that no header may hold, and header "x-to" asks for it',
  });
});

test("trouble of ours in a later step makes the slot missed, and still cleans up", async () => {
  const { got, origin } = await service((_, response) => response.end());
  const result = await createProber({ region: "eu-west", env: {}, now: () => SLOT }).probe(
    monitor([step("POST", `${origin}/a`), step("GET", "http://169.254.169.254/")], {
      cleanup: [step("DELETE", `${origin}/a`)],
    }),
    SLOT,
  );
  expect(result).toMatchObject({ kind: "missed", reason: "blocked", detail: expect.stringContaining('step "GET /"') });
  expect(got.map(({ method }) => method)).toEqual(["POST", "DELETE"]);
});
