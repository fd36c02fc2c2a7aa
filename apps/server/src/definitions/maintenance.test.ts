import { expect, test } from "vitest";
import { compileDefinitions, problemText } from "./load.ts";

const MINUTE = 60_000;
const CHECKOUT = { id: "checkout", tags: ["billing"] };

async function read(maintenance: string, rest = "") {
  const text = `maintenance:\n  - ${maintenance}\nmonitors: [{ id: checkout, url: https://a.example.com/, tags: [billing] }]\n${rest}`;
  const result = await compileDefinitions([{ file: "statusquo.yaml", text }], {});
  if (!result.ok) throw new Error(result.problems.map(problemText).join("\n"));
  const { maintenanceAt } = result.loaded;
  if (!maintenanceAt) throw new Error("no maintenance was read");
  return maintenanceAt;
}

const nightly = (cron: string, timezone: string, length = "1h") =>
  read(`{ name: nightly, tags: [billing], cron: "${cron}", for: ${length}, timezone: ${timezone} }`);

/** Every stretch between two instants in which the maintenance runs, asked minute by minute. */
async function stretches(maintenanceAt: Awaited<ReturnType<typeof nightly>>, from: string, to: string) {
  const found: { from: string; to: string }[] = [];
  let began: number | null = null;
  for (let at = Date.parse(from); at <= Date.parse(to); at += MINUTE) {
    const runs = maintenanceAt(CHECKOUT, at) !== null;
    if (runs && began === null) began = at;
    if (!runs && began !== null) {
      found.push({ from: textOf(began), to: textOf(at) });
      began = null;
    }
  }
  return found;
}
const textOf = (at: number) => new Date(at).toISOString().slice(5, 16);

test("a window begins on the wall clock of its zone and lasts as long as it says", async () => {
  const at = await nightly("0 2 * * *", "Europe/Berlin", "90m");
  expect(await stretches(at, "2026-01-14T12:00Z", "2026-01-16T12:00Z")).toEqual([
    { from: "01-15T01:00", to: "01-15T02:30" },
    { from: "01-16T01:00", to: "01-16T02:30" },
  ]);
  expect(at(CHECKOUT, Date.parse("2026-01-15T02:29:59.999Z"))).toEqual({
    name: "nightly",
    until: Date.parse("2026-01-15T02:30Z"),
  });
  expect(at({ id: "search", tags: [] }, Date.parse("2026-01-15T02:00Z"))).toBeNull();
});

test.for([
  // In the night to 29 March 2026 Berlin's clock goes from 02:00 to 03:00.
  ["30 2 * * *", "Europe/Berlin", "2026-03-28T00:00Z", ["03-28T01:30", "03-29T01:00", "03-30T00:30"]],
  // In the night to 8 March 2026 New York's clock goes from 02:00 to 03:00.
  ["30 2 * * *", "America/New_York", "2026-03-07T00:00Z", ["03-07T07:30", "03-08T07:00", "03-09T06:30"]],
] as const)("a start that spring skips begins where the clock goes on: %s %s", async ([cron, zone, from, starts]) => {
  const to = new Date(Date.parse(from) + 3 * 24 * 60 * MINUTE).toISOString();
  const found = await stretches(await nightly(cron, zone), from, to);
  expect(found.map((each) => each.from)).toEqual(starts);
  for (const each of found) expect(Date.parse(`2026-${each.to}Z`) - Date.parse(`2026-${each.from}Z`)).toBe(60 * MINUTE);
});

test.for([
  // In the night to 25 October 2026 Berlin has the hour from 02:00 twice; it begins at 00:00 and 01:00 UTC.
  ["30 2 * * *", "Europe/Berlin", "2026-10-24T00:00Z", ["10-24T00:30", "10-25T00:30", "10-26T01:30"]],
  // In the night to 1 November 2026 New York has the hour from 01:00 twice; it begins at 05:00 and 06:00 UTC.
  ["30 1 * * *", "America/New_York", "2026-10-31T00:00Z", ["10-31T05:30", "11-01T05:30", "11-02T06:30"]],
] as const)("a start that autumn has twice begins once: %s %s", async ([cron, zone, from, starts]) => {
  const to = new Date(Date.parse(from) + 3 * 24 * 60 * MINUTE).toISOString();
  const found = await stretches(await nightly(cron, zone), from, to);
  expect(found.map((each) => each.from)).toEqual(starts);
});

test("a window across the change of the clock lasts as long as it says, not as long as the clock shows", async () => {
  const spring = await stretches(
    await nightly("0 1 * * *", "Europe/Berlin", "3h"),
    "2026-03-28T12:00Z",
    "2026-03-29T12:00Z",
  );
  expect(spring).toEqual([{ from: "03-29T00:00", to: "03-29T03:00" }]);
  const autumn = await stretches(
    await nightly("0 1 * * *", "Europe/Berlin", "3h"),
    "2026-10-24T12:00Z",
    "2026-10-25T12:00Z",
  );
  expect(autumn).toEqual([{ from: "10-24T23:00", to: "10-25T02:00" }]);
});

test("of windows that overlap the one that ends last counts, also of one's own", async () => {
  const at = await read(
    '{ name: a, monitors: [checkout], cron: "0 * * * *", for: 90m, timezone: UTC }\n  - { name: b, tags: [billing], cron: "0 3 * * *", for: 4h, timezone: UTC }',
  );
  expect(at(CHECKOUT, Date.parse("2026-01-15T01:20Z"))?.until).toBe(Date.parse("2026-01-15T02:30Z"));
  expect(at(CHECKOUT, Date.parse("2026-01-15T03:20Z"))).toEqual({ name: "b", until: Date.parse("2026-01-15T07:00Z") });
  // Asked again about an earlier instant it says the same.
  expect(at(CHECKOUT, Date.parse("2026-01-15T01:20Z"))?.until).toBe(Date.parse("2026-01-15T02:30Z"));
});

test.for([
  ['cron: "0 2 * *", for: 1h, timezone: UTC, tags: [a]', "five fields"],
  ['cron: "61 2 * * *", for: 1h, timezone: UTC, tags: [a]', "five fields"],
  ['cron: "0 2 * * *", for: 1h, timezone: Mars/Base, tags: [a]', "time zone, such as Europe/Berlin"],
  ['cron: "0 2 * * *", for: 8d, timezone: UTC, tags: [a]', 'from 1m to 7d, such as "90m"; got "8d"'],
  ['cron: "0 2 * * *", for: 1h, timezone: UTC', "monitors or tags it is for"],
  ['cron: "0 2 * * *", for: 1h, timezone: UTC, monitors: [chekout]', 'did you mean "checkout"?'],
] as const)("a wrong window is refused with its place and an example: %s", async ([keys, message]) => {
  await expect(read(`{ name: x, ${keys} }`)).rejects.toThrow(message);
  await expect(read(`{ name: x, ${keys} }`)).rejects.toThrow(/^statusquo.yaml:2:/);
});
