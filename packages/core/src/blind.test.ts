import { expect, test } from "vitest";
import { blindRegions, forgetLooks, hostOf, isReached, newSight, noteLook, recallUsual, type Sight } from "./blind.ts";

const MINUTE = 60_000;
const HOSTS = ["www.a.example", "b.example", "c.example", "d.example", "192.0.2.5"];
const REGIONS = ["ap", "eu", "us"];

/** One minute in which every monitor is probed from every region. */
function minute(
  sight: Sight,
  nth: number,
  reached: (host: string, region: string) => boolean,
  hosts = HOSTS,
  regions = REGIONS,
): void {
  for (const region of regions) {
    for (const [index, host] of hosts.entries()) {
      const look = { monitor: `m-${index}`, host, region, intervalMs: MINUTE, slot: nth * MINUTE + index };
      noteLook(sight, { ...look, reached: reached(host, region) });
    }
  }
}

function afterQuietHour(hosts = HOSTS, regions = REGIONS): Sight {
  const sight = newSight();
  for (let nth = 0; nth < 60; nth++) minute(sight, nth, () => true, hosts, regions);
  return sight;
}

const names = (sight: Sight, nth: number, together = false) =>
  blindRegions(sight, nth * MINUTE + 1_000, together).map(({ region }) => region);

test("a region that reaches nobody while others reach them is blind, and says so in numbers", () => {
  const sight = afterQuietHour();
  minute(sight, 60, (_, region) => region !== "eu");
  expect(blindRegions(sight, 60 * MINUTE + 1_000)).toEqual([
    {
      region: "eu",
      since: 60 * MINUTE + 1_000,
      failed: 5,
      of: 5,
      reason: "blind: 5 of 5 hosts that usually answer cannot be reached from eu, and 5 of them answer elsewhere",
    },
  ]);
  minute(sight, 61, () => true);
  expect(names(sight, 61)).toEqual([]);
});

test("hosts that fail everywhere are down, however many they are", () => {
  const sight = afterQuietHour();
  minute(sight, 60, () => false);
  expect(names(sight, 60)).toEqual([]);
});

test("some hosts that fail in one region are an incident there, not blindness", () => {
  const sight = afterQuietHour();
  minute(sight, 60, (host, region) => region !== "eu" || !["www.a.example", "b.example"].includes(host));
  expect(names(sight, 60)).toEqual([]);
});

test("many monitors of one host have one voice", () => {
  const hosts = ["a.example", "a.example", "a.example", "a.example", "b.example"];
  const sight = afterQuietHour(hosts);
  minute(sight, 60, (host, region) => region !== "eu" || host !== "a.example", hosts);
  expect(names(sight, 60)).toEqual([]);
});

test("hosts that never answered from a region do not make it blind", () => {
  const sight = newSight();
  for (let nth = 0; nth < 60; nth++) minute(sight, nth, (_, region) => region !== "eu");
  expect(names(sight, 59)).toEqual([]);
});

test("a blind region stays blind for days: what fails meanwhile does not become usual", () => {
  const sight = afterQuietHour();
  for (let nth = 60; nth < 3_000; nth++) {
    minute(sight, nth, (_, region) => region !== "eu");
    expect(names(sight, nth)).toEqual(["eu"]);
  }
  expect(blindRegions(sight, 3_000 * MINUTE)[0]?.since).toBe(60 * MINUTE + 1_000);
});

test("three hosts in a row and nobody since are enough where others reach them all", () => {
  const hosts = Array.from({ length: 40 }, (_, index) => `h${index}.example`);
  const sight = afterQuietHour(hosts);
  for (const [index, host] of hosts.slice(0, 3).entries()) {
    for (const region of REGIONS) {
      const look = { monitor: `m-${index}`, host, region, intervalMs: MINUTE, slot: 60 * MINUTE + index };
      noteLook(sight, { ...look, reached: region !== "eu" });
    }
  }
  expect(names(sight, 60)).toEqual(["eu"]);
});

test("a single region is blind when most of its hosts fail at once, and not when three of many do", () => {
  const sight = afterQuietHour(HOSTS, ["eu"]);
  minute(sight, 60, (host) => !["www.a.example", "b.example"].includes(host), HOSTS, ["eu"]);
  expect(names(sight, 60)).toEqual([]);
  minute(sight, 61, (host) => !["www.a.example", "b.example", "192.0.2.5"].includes(host), HOSTS, ["eu"]);
  expect(names(sight, 61)).toEqual(["eu"]);
});

test("the hosts of one owner that fail together are down, where nobody else can tell", () => {
  const hosts = ["api.shop.example", "www.shop.example", "login.shop.example", "shop.example"];
  const alone = afterQuietHour(hosts, ["eu"]);
  minute(alone, 60, () => false, hosts, ["eu"]);
  expect(names(alone, 60)).toEqual([]);
  const witnessed = afterQuietHour(hosts);
  minute(witnessed, 60, (_, region) => region !== "eu", hosts);
  expect(names(witnessed, 60)).toEqual(["eu"]);
});

test("regions that one machine probes are no witnesses for each other", () => {
  const sight = afterQuietHour();
  minute(sight, 60, () => false);
  expect(names(sight, 60, true)).toEqual(REGIONS);
});

test("what a region usually reaches outlives a restart, by stored counts", () => {
  const sight = newSight();
  for (const region of REGIONS) {
    for (const [index, host] of HOSTS.entries()) {
      recallUsual(sight, { monitor: `m-${index}`, host, region, intervalMs: MINUTE }, { failed: 3, looks: 1_440 });
    }
  }
  minute(sight, 60, (_, region) => region !== "eu");
  expect(names(sight, 60)).toEqual(["eu"]);
});

test("old looks and monitors that are gone say nothing", () => {
  const sight = afterQuietHour();
  minute(sight, 60, (_, region) => region !== "eu");
  expect(names(sight, 70)).toEqual([]);
  minute(sight, 71, (_, region) => region !== "eu");
  forgetLooks(sight, (monitor) => monitor === "m-0");
  expect(names(sight, 71)).toEqual([]);
});

test("only what fails before a response speaks about the prober", () => {
  const failure = (reason: "timeout" | "dns" | "connect" | "tls" | "protocol") =>
    ({ kind: "failure", reason, detail: "" }) as const;
  expect(isReached({ kind: "status", status: 503 }, null)).toBe(true);
  for (const reason of ["dns", "connect", "tls"] as const) expect(isReached(failure(reason), null)).toBe(false);
  expect(isReached(failure("timeout"), { firstByte: null })).toBe(false);
  expect(isReached(failure("timeout"), { firstByte: 12 })).toBe(true);
  expect(isReached(failure("protocol"), null)).toBe(true);
  expect(hostOf("https://user:secret@API.example:8443/orders?x=1")).toBe("api.example");
  expect(hostOf("${env:BASE}/orders")).toBe("${env:base}");
});
