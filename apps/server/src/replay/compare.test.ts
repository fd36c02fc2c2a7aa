import { expect, test } from "vitest";
import { BEGIN, DAY, HOUR, linesOf, MINUTE, play } from "../../test/recording.ts";
import { type Comparison, changeFrom, createComparer } from "./compare.ts";
import { comparisonLines } from "./comparison-table.ts";

async function compare(lines: readonly string[]): Promise<Comparison> {
  const comparer = createComparer();
  const played = await play(lines, { onSlot: comparer.slot, onLabel: comparer.label });
  return comparer.result(played.incidents(), played.summary().monitorDays);
}

const ruleOf = (comparison: Comparison, name: string) => comparison.rules.find((rule) => rule.name === name);
const label = (onset: number, end: number | null) =>
  JSON.stringify({ change: { monitor: "checkout", onset: BEGIN + onset, end: end === null ? null : BEGIN + end } });

/** A day of 200, ten minutes of 409, and one lone 503 at 18:00. */
const WORLD = linesOf({
  forMs: DAY + 2 * HOUR,
  code: (since) => (since === 18 * HOUR ? 503 : since >= DAY && since < DAY + 10 * MINUTE ? 409 : 200),
});

test("delay, misses and false openings are counted against the changes that a recording labels", async () => {
  const comparison = await compare([label(DAY, DAY + 10 * MINUTE), label(2 * HOUR, 3 * HOUR), ...WORLD]);
  expect(comparison).toMatchObject({ changesFrom: "labels", changes: 2 });
  expect(ruleOf(comparison, "uptime-kuma 0 retries")).toMatchObject({
    openings: 2,
    found: 1,
    missed: 1,
    medianDelayMs: 0,
    falseOpenings: 1,
    missedChanges: [{ monitor: "checkout", onset: BEGIN + 2 * HOUR, end: BEGIN + 3 * HOUR }],
  });
  expect(ruleOf(comparison, "gatus 3/2")).toMatchObject({ openings: 1, medianDelayMs: 2 * MINUTE, falseOpenings: 0 });
  expect(ruleOf(comparison, "statusquo")).toMatchObject({ openings: 1, found: 1, falseOpenings: 0 });
});

test("labels may stand in one line for each monitor, also for one that had none", async () => {
  const truth = `{"monitor":"checkout","kind":"change","events":[{"onset":${BEGIN + DAY},"end":null,"codes":[409]}]}`;
  expect(await compare([truth, ...WORLD])).toMatchObject({ changesFrom: "labels", changes: 1 });
  const comparison = await compare(['{"monitor":"checkout","events":[]}', ...WORLD]);
  expect(comparison).toMatchObject({ changesFrom: "labels", changes: 0 });
  expect(ruleOf(comparison, "statusquo")).toMatchObject({ falseOpenings: 1 });
});

test("without labels the changes are our own incidents, and the table says so", async () => {
  const comparison = await compare(WORLD);
  expect(comparison).toMatchObject({ changesFrom: "incidents", changes: 1 });
  expect(ruleOf(comparison, "statusquo")).toMatchObject({ found: 1, missed: 0, falseOpenings: 0 });
  expect(ruleOf(comparison, "uptime-kuma 0 retries")).toMatchObject({ found: 1, falseOpenings: 1 });
  expect(ruleOf(comparison, "prometheus for: 5m")).toMatchObject({ found: 1, medianDelayMs: 5 * MINUTE });
  expect(comparisonLines(comparison).join("\n")).toContain(
    "the 1 incidents of Statusquo itself, because the recording",
  );
});

test("an alert that came shortly before a change and is still on has found it; an old one has not", async () => {
  const bad = (from: number) => (since: number) => (since >= from && since < DAY + HOUR ? 503 : 200);
  const world = (from: number) => linesOf({ forMs: DAY + 2 * HOUR, code: bad(from) });
  const found = async (from: number) =>
    ruleOf(await compare([label(DAY, DAY + HOUR), ...world(from)]), "uptime-kuma 0 retries")?.found;
  expect(await found(DAY - 10 * MINUTE)).toBe(1);
  expect(await found(DAY - 2 * HOUR)).toBe(0);
});

test("a tool of one place sees the first region alone", async () => {
  const code = (since: number, region: string) => (region === "eu" && since >= DAY ? 503 : 200);
  const comparison = await compare(linesOf({ regions: ["ap", "eu", "us"], forMs: DAY + HOUR, code }));
  expect(ruleOf(comparison, "gatus 3/2")).toMatchObject({ openings: 0, missed: 1 });
  expect(ruleOf(comparison, "prometheus for: 0m")).toMatchObject({ openings: 1, missed: 0 });
  expect(ruleOf(comparison, "datadog 2 of 3")).toMatchObject({ openings: 0 });
});

test("the table can be read at 100 columns, and names what each rule missed", async () => {
  const many = Array.from({ length: 5 }, (_, hour) => label(hour * HOUR, hour * HOUR + 30 * MINUTE));
  const lines = comparisonLines(await compare([...many, ...WORLD]));
  for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(100);
  expect(lines.join("\n")).toContain(`missed by gatus 3/2: 5
  checkout from 2026-01-06T00:00Z, 30 min
  checkout from 2026-01-06T01:00Z, 30 min
  checkout from 2026-01-06T02:00Z, 30 min
  and 2 more; --json names them`);
});

test.for([{}, { monitor: "a", onset: "x" }, { monitor: "a", onset: 5, end: 4 }, null])(
  "the label %j is refused",
  (value) => {
    expect(() => changeFrom(value)).toThrow("change must hold a monitor, its onset, and its end or null");
  },
);
