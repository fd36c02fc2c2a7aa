import { expect, test } from "vitest";
import { conflictCaseFrom, diagnoseConflict, type ObservedExchange } from "../conflict.ts";

type Exchange = {
  method?: string;
  url?: string;
  sent?: [string, string][];
  body?: string | null;
  status?: number;
  got?: [string, string][];
  answer?: string;
  region?: string;
  slot?: number;
};

function exchange(one: Exchange): ObservedExchange {
  return {
    request: {
      method: one.method ?? "POST",
      url: one.url ?? "https://shop.test/orders",
      headers: one.sent ?? [],
      body: one.body ?? null,
    },
    response: {
      status: one.status ?? 409,
      reason: "",
      httpVersion: "1.1",
      headers: one.got ?? [],
      body: one.answer ?? "",
      bodyBytes: 0,
      truncated: false,
    },
    remoteAddress: null,
    bodyError: null,
    ...(one.region !== undefined && { region: one.region }),
    ...(one.slot !== undefined && { slot: one.slot }),
  };
}

const TAKEN = '{"message":"order number already exists"}';

test("a recorded exchange becomes a case: ids as {id}, conditions and versions as signals", () => {
  const sent: [string, string][] = [
    ["If-Match", '"7"'],
    ["Idempotency-Key", "[removed: idempotency-key]"],
  ];
  const one = exchange({
    method: "put",
    url: "https://shop.test/orders/8812/lines?version=7&_=99",
    sent,
    body: '{"line":{"sha":"ab"},"id":"k"}',
  });
  const built = conflictCaseFrom({ evidence: [one], usual: null });
  expect(built.method).toBe("PUT");
  expect(built.pathShape).toBe("/orders/{id}/lines?version={version}");
  expect(built.request).toEqual({
    ifMatch: '"7"',
    idempotencyKey: true,
    query: ["version"],
    bodyField: ["line.sha"],
    clientMadeId: true,
  });
});

test("the version of an API is no condition of the request", () => {
  const built = conflictCaseFrom({ evidence: [exchange({ sent: [["x-api-version", "2024-01-01"]] })], usual: null });
  expect(built.request).toEqual({});
});

test("the case shows the commonest body, and the other answers stay as samples in order of time", () => {
  const evidence = [
    exchange({ slot: 120_000, region: "north", answer: '{"n":3,"message":"busy"}' }),
    exchange({ slot: 0, region: "north", answer: TAKEN }),
    exchange({ slot: 60_000, region: "south", answer: '{"n":2,"message":"busy"}' }),
  ];
  const built = conflictCaseFrom({ evidence, usual: exchange({ status: 201, got: [["X-Cache", "MISS"]] }) });
  expect(built.response.body).toBe('{"n":3,"message":"busy"}');
  expect(built.context!.samples!.map(({ t, region }) => [t, region])).toEqual([
    [0, "north"],
    [60, "south"],
    [120, "north"],
  ]);
  expect(built.context!.usual).toMatchObject({ status: 201, headers: { "x-cache": "MISS" } });
});

test("a check that sends one fixed number each minute is told from one that sends a new number", () => {
  const evidence = (number: (slot: number) => string) =>
    [0, 1, 2].map((slot) =>
      exchange({ slot: slot * 60_000, region: "north", body: JSON.stringify({ number: number(slot) }), answer: TAKEN }),
    );
  const read = (number: (slot: number) => string) =>
    diagnoseConflict(conflictCaseFrom({ evidence: evidence(number), usual: null }))[0]!.cause;
  expect(read(() => "PROBE")).toBe("own-probe");
  expect(read((slot) => `PROBE-${slot}`)).toBe("corrupted-index");
  expect(read(() => "[removed: number]")).toBe("duplicate-resource");
});

test("answers whose time is not known prove nothing about how long it lasted", () => {
  const got: [string, string][] = [["x-request-id", "same"]];
  const built = conflictCaseFrom({ evidence: [exchange({ got }), exchange({ got })], usual: null });
  expect(built.context!.samples!.map(({ t }) => t)).toEqual([0, 0]);
  expect(diagnoseConflict(built).find(({ cause }) => cause === "cached-error")!.for).toEqual([]);
});

test("a slot that the probe sent along is read when nothing else tells it", () => {
  const one = exchange({ sent: [["x-statusquo-slot", "m-orders.r-south.s-60000"]] });
  expect(conflictCaseFrom({ evidence: [one], usual: null }).context!.samples![0]).toMatchObject({
    region: "south",
    slot: 60_000,
  });
});

test("a deploy counts from the onset, and only where the onset is known", () => {
  const deploys = [
    { at: 120_000, service: "gateway", version: "2025.11.3", regions: ["north"], url: "https://ci.test/7" },
  ];
  const input = { evidence: [exchange({})], usual: null, deploys };
  expect(conflictCaseFrom({ ...input, onsetAt: 300_000 }).context!.deploys).toEqual([
    { minutesBeforeOnset: 3, what: "gateway 2025.11.3", regions: ["north"] },
  ]);
  expect(conflictCaseFrom(input).context!.deploys).toBeUndefined();
});

test("conflicts that began after a deploy, in its regions alone, are put down to it", () => {
  const read = (regions: string[] | undefined, at = 120_000) =>
    diagnoseConflict(
      conflictCaseFrom({
        evidence: [exchange({ method: "GET", answer: '{"error":"conflict"}' })],
        usual: null,
        onsetAt: 300_000,
        byRegion: { north: 1, south: 0 },
        window: { requests: 40, conflicts: 20 },
        deploys: [{ at, service: "gateway", version: "2025.11.3", ...(regions && { regions }) }],
      }),
    ).find(({ cause }) => cause === "everything-409")!;
  const there = read(["north"]);
  expect(there.for).toContain("it began 3 min after gateway 2025.11.3 in the same regions");
  const elsewhere = read(["south"]);
  expect(elsewhere.against).toContain("gateway 2025.11.3 went out where there are no conflicts");
  expect(read(undefined).share).toBeLessThan(there.share);
  expect(elsewhere.share).toBeLessThan(read(undefined).share);
  // An hour before, and after the onset, are no reason.
  for (const at of [-3_300_000, 360_000]) expect(read(["north"], at).for.join()).not.toContain("gateway");
});

test("an incident without any recorded exchange is undetermined", () => {
  const built = conflictCaseFrom({
    evidence: [],
    usual: null,
    byRegion: { north: 0.4 },
    window: { requests: 10, conflicts: 4 },
  });
  expect(diagnoseConflict(built)[0]!.cause).toBe("undetermined");
});
