import type { Evidence, ProbeResult, Sample } from "@statusquo/core";
import { expect, test } from "vitest";
import { someBatch, someJob, someMonitor } from "./transport.contract.ts";
import { MAX_WIRE_LENGTH, readBatch, readDefinition, readResults, writeDefinition, writeResults } from "./wire.ts";

const NOW = Date.UTC(2026, 10, 21, 9, 0, 0);

const evidence: Evidence = {
  request: { method: "PUT", url: "https://api.example.com/1", headers: [["if-match", '"1"']], body: null },
  response: {
    status: 409,
    reason: "Conflict",
    httpVersion: "1.1",
    headers: [["content-type", "application/json"]],
    body: '{"error":"stale"}',
    bodyBytes: 17,
    truncated: false,
  },
  remoteAddress: "192.0.2.1",
  bodyError: null,
};

const sample: Sample = {
  kind: "sampled",
  monitor: "order",
  region: "eu-west",
  slot: NOW - 60_000,
  version: "v1",
  startedAt: NOW - 59_990,
  outcome: { kind: "status", status: 409 },
  totalMs: 12.25,
  phases: { dns: 0.5, connect: 1, tls: null, firstByte: 9, body: 0 },
  evidence,
};

const parcel = (...results: unknown[]) => JSON.stringify({ v: 1, results });
const whyNot = (result: unknown) => readResults(parcel(result), NOW).unreadable[0]?.why;

test("results come home as they were sent", () => {
  const failure: ProbeResult = {
    ...sample,
    outcome: { kind: "failure", reason: "tls", detail: "certificate has expired" },
    evidence: { ...evidence, response: null, bodyError: "reset" },
  };
  const missed: ProbeResult = { kind: "missed", monitor: "order", region: "eu-west", slot: NOW, reason: "blocked" };
  const [text = ""] = writeResults([sample, failure, missed, { ...missed, detail: "loopback" }]);
  expect(readResults(text, NOW)).toEqual({
    results: [sample, failure, missed, { ...missed, detail: "loopback" }],
    unreadable: [],
  });
});

test("results with much evidence travel in several parcels, each short enough to be read", () => {
  const heavy = { ...sample, evidence: { ...evidence, request: { ...evidence.request, body: "x".repeat(300_000) } } };
  const texts = writeResults(Array.from({ length: 10 }, (_, index) => ({ ...heavy, slot: NOW - index })));
  expect(texts.length).toBeGreaterThan(1);
  for (const text of texts) expect(text.length).toBeLessThanOrEqual(MAX_WIRE_LENGTH);
  expect(texts.flatMap((text) => readResults(text, NOW).results)).toHaveLength(10);
});

test("a result too long for any parcel comes home without its evidence, and with its status", () => {
  const endless = { ...sample, evidence: { ...evidence, request: { ...evidence.request, body: "x".repeat(2e6) } } };
  const { evidence: _, ...bare } = sample;
  expect(writeResults([endless]).flatMap((text) => readResults(text, NOW).results)).toEqual([bare]);
});

test("one bad result in a parcel is set aside and the others are read", () => {
  const { results, unreadable } = readResults(parcel(sample, { ...sample, totalMs: -1 }, sample), NOW);
  expect(results).toHaveLength(2);
  expect(unreadable).toEqual([
    { why: "totalMs must be a number 0 to 86400000, got -1", came: expect.stringContaining('"kind":"sampled"') },
  ]);
});

test.each([
  [{ ...sample, outcome: { kind: "status", status: "abc" } }, "outcome.status must be a whole number 100 to 999"],
  [{ ...sample, outcome: { kind: "status", status: 99 } }, "outcome.status must be a whole number 100 to 999, got 99"],
  [
    { ...sample, outcome: { kind: "failure", reason: "gremlins", detail: "" } },
    "outcome.reason must be one of timeout",
  ],
  [{ ...sample, monitor: "../etc" }, "monitor must be a-z, 0-9 and -, 1 to 64 characters"],
  [{ ...sample, region: "" }, "region must be"],
  [{ ...sample, slot: NOW + 600_000 }, "slot must be within 7 days before and 5 minutes after"],
  [{ ...sample, slot: NOW - 8 * 86_400_000 }, "slot must be within 7 days before"],
  [{ ...sample, slot: 1.5 }, "slot must be a whole number"],
  [{ ...sample, phases: { ...sample.phases, dns: "fast" } }, "phases.dns must be a number"],
  [{ ...sample, phases: undefined }, "phases must be an object"],
  [{ ...sample, evidence: { ...evidence, response: { ...evidence.response, headers: [["a"]] } } }, "must be pairs"],
  [{ ...sample, kind: "guessed" }, "kind must be one of sampled, missed"],
  [{ ...sample, kind: "missed", reason: "lazy" }, "reason must be one of stalled"],
  [null, "result must be an object, got null"],
  [[], "result must be an object, got a list"],
])("a result that is not one is set aside with the reason (%#)", (result, why) => {
  expect(whyNot(result)).toContain(why);
});

test.each([
  ["", "is not JSON"],
  ['{"v":1,"results":[', "is not JSON"],
  ["null", "parcel must be an object, got null"],
  ['{"v":9,"results":[]}', "v must be 1, got 9"],
  ['{"v":1,"results":{}}', "results must be a list, got an object"],
  [`{"v":1,"results":[${"1,".repeat(1_000)}1]}`, "results must have at most 1000 entries, got 1001"],
  ["x".repeat(MAX_WIRE_LENGTH + 1), "must be at most 1048576 characters, got 1048577"],
  [undefined, "must be JSON text, got undefined"],
])("a parcel that is not one is set aside with the reason (%#)", (text, why) => {
  const { results, unreadable } = readResults(text, NOW);
  expect(results).toEqual([]);
  expect(unreadable.map((entry) => entry.why)).toEqual([why]);
  expect(unreadable[0]?.came.length).toBeLessThanOrEqual(200);
});

test("fields this program does not know are ignored in results and batches", () => {
  const { results } = readResults(parcel({ ...sample, mood: "good" }), NOW);
  expect(results).toEqual([sample]);
  const batch = someBatch("known", "eu-west", [someJob("order")]);
  expect(readBatch({ ...batch, priority: 3 })).toEqual({ kind: "batch", batch });
});

test("a batch of another version can still be answered", () => {
  const batch = someBatch("newer", "eu-west", [someJob("order")]);
  expect(readBatch({ ...batch, v: 2 })).toEqual({
    kind: "unsupported",
    batch,
    why: "this worker reads batches of version 1, got 2",
  });
});

test.each([
  [{ ...someBatch("x", "eu-west", []), jobs: Array.from({ length: 101 }, () => someJob("order")) }, "at most 100"],
  [{ ...someBatch("x", "EU", []) }, "region must be"],
  [{ ...someBatch("x", "eu-west", []), jobs: [{ ...someJob("order"), startBefore: "soon" }] }, "startBefore must be"],
  ["b-1", 'batch must be an object, got "b-1"'],
  [undefined, "batch must be an object, got undefined"],
])("a batch that is not one is a value with the reason (%#)", (value, why) => {
  expect(readBatch(value)).toMatchObject({ kind: "unreadable", unreadable: { why: expect.stringContaining(why) } });
});

test("a definition arrives as it was published, references unresolved and unknown fields kept", () => {
  const monitor = { ...someMonitor("order"), assertions: ["of a newer server"] };
  expect(readDefinition(writeDefinition(monitor))).toEqual(monitor);
  expect(writeDefinition(monitor)).toContain(`\${env:TOKEN}`);
});

test.each([
  [{ timeoutMs: 0 }, "timeoutMs must be a whole number 1 to 60000, got 0"],
  [{ timeoutMs: 70_000 }, "timeoutMs must be a whole number 1 to 60000, got 70000"],
  [{ intervalMs: null }, "intervalMs must be"],
  [{ request: { method: "GET", url: 5, headers: {} } }, "request.url must be text, got 5"],
  [{ request: { method: "GET", url: "x", headers: { a: 1 } } }, "request.headers.a must be text, got 1"],
  [{ request: { method: "GET", url: "x", headers: {}, body: { kind: "blob" } } }, "request.body.kind must be one of"],
  [{ expect: [{ from: -1, to: 2 }] }, "expect.from must be"],
  [{ allowPrivate: "yes" }, 'allowPrivate must be one of true, false, got "yes"'],
])("a definition a probe could not rely on is a value with the reason (%#)", (change, why) => {
  const text = JSON.stringify({ ...someMonitor("order"), ...change });
  expect(readDefinition(text)).toMatchObject({ why: expect.stringContaining(why) });
});

test("steps, what was not met and a second look come home as they were", () => {
  const one = { ...evidence, request: { ...evidence.request, method: "GET" } };
  const unmet = { step: "1 GET /documents/7", what: "etag could not be saved: header etag was not there" };
  const steps = [
    {
      ...{ name: "1 GET /documents/7", role: "step", decided: true, said: "200", problem: unmet.what, totalMs: 12.5 },
      ...{ phases: sample.phases, saved: [["rev", "7"]], exchange: null },
    },
    {
      ...{ name: "1 DELETE /documents/7", role: "cleanup", decided: false, said: "not made", problem: "no time" },
      ...{ totalMs: null, phases: null, saved: [], exchange: one },
    },
  ];
  const whole = {
    ...sample,
    unmet,
    confirmation: { code: 0, expected: false },
    evidence: { ...evidence, unmet, steps },
  };
  expect(readResults(parcel(whole), NOW)).toEqual({ results: [whole], unreadable: [] });
  expect(whyNot({ ...sample, confirmation: { code: 12, expected: true } })).toContain("confirmation.code");
  expect(whyNot({ ...sample, unmet: "no" })).toContain("unmet must be an object");
});

test("a definition whose checks or sources this program does not know is refused, not half understood", () => {
  const known = someMonitor("order");
  const step = { name: "1 GET /", request: known.request, expect: known.expect, checks: [], save: [] };
  const why = (steps: unknown) => {
    const read = readDefinition(JSON.stringify({ ...known, steps }));
    return "why" in read ? read.why : null;
  };
  expect(why([step])).toBeNull();
  expect(why([{ ...step, checks: [{ on: "weather" }] }])).toContain("step.checks.on must be one of header");
  expect(why([{ ...step, checks: [{ on: "body", must: { op: "sounds" } }] }])).toContain("step.checks.must.op");
  expect(why([{ ...step, save: [{ name: "a", from: { kind: "dream" } }] }])).toContain("step.save.from.kind");
  expect(why([{ ...step, request: { ...step.request, body: { kind: "multipart", parts: [] } } }])).toBeNull();
});

test("what the first version wrote is read for ever: a batch, results, a definition", () => {
  // Texts as version 1 put them into Redis. They are not to be changed when the code is: a worker may be older or newer.
  const batch = `{"v":1,"id":"b-eu-1767225600000-1x2y","region":"eu","jobs":[{"monitor":"order","version":"9f3c","slot":${NOW},"startBefore":${NOW + 2_000}}]}`;
  expect(readBatch(JSON.parse(batch))).toMatchObject({
    kind: "batch",
    batch: { region: "eu", jobs: [{ monitor: "order", version: "9f3c", slot: NOW, startBefore: NOW + 2_000 }] },
  });
  const results = `{"v":1,"results":[{"kind":"sampled","monitor":"order","region":"eu","slot":${NOW},"version":"9f3c","startedAt":${NOW + 12},"outcome":{"kind":"status","status":409},"totalMs":12.5,"phases":{"dns":null,"connect":1,"tls":null,"firstByte":9,"body":0}},{"kind":"missed","monitor":"order","region":"eu","slot":${NOW},"reason":"expired"}]}`;
  expect(readResults(results, NOW)).toMatchObject({
    results: [{ outcome: { status: 409 } }, { reason: "expired" }],
    unreadable: [],
  });
  const definition =
    '{"id":"order","name":"Order","tags":[],"request":{"method":"GET","url":"https://api.example.com/","headers":{}},"intervalMs":60000,"timeoutMs":10000,"regions":["eu"],"expect":[{"from":200,"to":299,"exclude":false}],"usual":{},"falseAlarmsPerYear":4,"notify":[],"redact":[],"allowPrivate":false,"followRedirects":0,"slotHeader":false,"version":"9f3c","subject":"77aa","source":{"file":"a.yaml","line":1,"endLine":2}}';
  expect(readDefinition(definition)).toMatchObject({ id: "order", version: "9f3c" });
});
