import { expectationText } from "@statusquo/core";
import { expect, test } from "vitest";
import { BEGIN, DAY, HOUR, linesOf, MINUTE, play } from "../../test/recording.ts";
import { planPartOf } from "./plan.ts";

const planOf = async (lines: readonly string[]) => (await play(lines)).monitors()[0]?.plan;
const SPIKED = (since: number) => (since >= DAY ? 409 : 200);

test("without definition or config, regions and interval are those of the first samples", async () => {
  const lines = linesOf({ regions: ["us", "eu"], everyMs: 5 * MINUTE, forMs: DAY, code: () => 200 });
  expect(await planOf(lines)).toMatchObject({ regions: ["eu", "us"], intervalMs: 5 * MINUTE, falseAlarmsPerYear: 1 });
});

test("a recording of one sample is judged as a monitor of one minute", async () => {
  expect(await planOf(linesOf({ forMs: 1, code: () => 200 }))).toMatchObject({ regions: ["eu"], intervalMs: MINUTE });
});

test.for([
  [200, "2xx"],
  [401, "2xx, 401"],
  [404, "2xx, 404"],
  [301, "2xx, 301"],
  [0, "2xx"],
  [503, "2xx"],
  [409, "2xx"],
  [429, "2xx"],
] as const)("a monitor that answers %i from the start expects %s", async ([code, expected]) => {
  const plan = await planOf(linesOf({ forMs: 3 * HOUR, code: () => code }));
  expect(expectationText(plan?.expect ?? [])).toBe(expected);
});

test("a monitor that answers 404 half of the time expects 2xx alone", async () => {
  const plan = await planOf(linesOf({ forMs: 3 * HOUR, code: (since) => ((since / MINUTE) % 2 ? 404 : 200) }));
  expect(expectationText(plan?.expect ?? [])).toBe("2xx");
});

test("a region that is first seen later joins, and what was learned stays", async () => {
  const code = (since: number, region: string) =>
    region === "us" && since < DAY ? null : since >= 2 * DAY ? 503 : 200;
  const played = await play(linesOf({ regions: ["eu", "us"], forMs: 2 * DAY + HOUR, code }));
  expect(played.summary()).toMatchObject({ passedOver: 0, incidents: 1 });
  expect(played.incidents()).toMatchObject([{ code: 503, scope: { regions: ["eu", "us"] }, began: BEGIN + 2 * DAY }]);
});

test("samples of regions that a config does not have are passed over and counted", async () => {
  const config = '{"config":{"monitor":"checkout","interval_ms":60000,"regions":["eu"],"expected":["2xx"]}}';
  const lines = linesOf({
    regions: ["eu", "us"],
    forMs: 2 * DAY,
    code: (since, region) => (region === "us" ? SPIKED(since) : 200),
  });
  const played = await play([config, ...lines]);
  expect(played.summary()).toMatchObject({ incidents: 0, passedOver: 2_880 });
});

test("a config line says what a monitor expects; one without a name holds for those that follow", async () => {
  const lines = (monitor: string) => linesOf({ monitor, forMs: DAY + HOUR, code: SPIKED });
  const named = '{"config":{"monitor":"b","expect":["2xx",409]}}';
  const [all, other] = ['{"config":{"expect":"409"}}', '{"config":{"interval_ms":60000}}'];
  const played = await play([named, ...lines("a"), ...lines("b"), all, ...lines("c"), other, ...lines("d")]);
  expect(played.incidents().map(({ monitor, began }) => [monitor, began])).toEqual([
    ["c", BEGIN],
    ["a", BEGIN + DAY],
    ["d", BEGIN + DAY],
  ]);
});

test("a definition comes before a config line, and the budget asked for before both", async () => {
  const config = '{"config":{"monitor":"checkout","expect":["2xx"],"interval_ms":30000,"false_alarms":12}}';
  const defined = new Map([["checkout", { intervalMs: MINUTE, expect: [{ from: 409, to: 409, exclude: false }] }]]);
  const lines = [config, ...linesOf({ forMs: HOUR, code: () => 409 })];
  const planOf = async (falseAlarmsPerYear: number | null) =>
    (await play(lines, { defined, falseAlarmsPerYear })).monitors()[0]?.plan;
  expect(await planOf(null)).toMatchObject({ intervalMs: MINUTE, falseAlarmsPerYear: 12, expect: [{ from: 409 }] });
  expect(await planOf(2)).toMatchObject({ falseAlarmsPerYear: 2 });
});

test("a config may stand again as it was, but not say something else after the first sample", async () => {
  const config = (ms: number) => `{"config":{"monitor":"checkout","interval_ms":${ms}}}`;
  const [first, second] = linesOf({ forMs: 2 * MINUTE, code: () => 200 }) as [string, string];
  await play([config(60_000), first, config(60_000), second]);
  await expect(play([config(60_000), first, config(30_000), second])).rejects.toThrow(
    "samples.ndjson:3:1: the config of checkout must come before its first sample",
  );
});

test.for([
  [{ interval_ms: "60" }, "config: interval_ms must be a number of milliseconds from 1 on"],
  [{ regions: ["eu", "eu"] }, "config: regions must be a list of different names"],
  [{ expect: ["2yy"] }, "config: expect must be a list of codes"],
  [{ usual: { 409: 3 } }, "config: usual must be shares from 0 up to 1 by code"],
  [{ timezone: "Europe/Berln" }, "config: timezone must be an IANA time zone, such as Europe/Berlin"],
  [{ false_alarms: 0 }, "config: false_alarms must be a number a year above 0"],
] as const)("the config %j is refused", ([config, refusal]) => {
  expect(() => planPartOf(config)).toThrow(refusal);
});
