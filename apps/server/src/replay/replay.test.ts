import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { BEGIN, DAY, dice, HOUR, linesOf, MINUTE, play, sourceOf } from "../../test/recording.ts";
import { startReplay } from "./replay.ts";
import { sampleSource } from "./sources.ts";

const REGIONS = ["ap", "eu", "us"];
/** A day of 200, then half an hour of `code`, then as before. */
const spike = (code: number) => (since: number) => (since >= DAY && since < DAY + HOUR / 2 ? code : 200);

test("a spike is one incident, with when it began, opened and closed, where, and the numbers behind it", async () => {
  const played = await play(linesOf({ regions: REGIONS, forMs: 2 * DAY, code: spike(409) }));
  const [incident, ...others] = played.incidents();
  expect(others).toEqual([]);
  expect(incident).toMatchObject({ monitor: "checkout", code: 409, codes: [409], region: null, began: BEGIN + DAY });
  expect(incident?.scope).toEqual({ kind: "everywhere", regions: REGIONS, elsewhere: [] });
  expect(incident?.opened).toBeLessThanOrEqual(BEGIN + DAY + 2 * MINUTE);
  expect(incident?.closed).toBeGreaterThanOrEqual(BEGIN + DAY + HOUR / 2);
  expect(incident?.seen).toMatchObject({ bad: 90 });
  expect(incident?.reason).toMatch(
    /^409 everywhere: (\d) of \1 since 2026-01-07 00:00; usual 0 of [\d,]+ .*; chance 1 in /,
  );
  expect(incident?.closedReason).toBe("409 is as usual again");
  expect(played.summary()).toMatchObject({ samples: 3 * 2_880, monitors: 1, incidents: 1, open: 0, from: BEGIN });
});

test("an incident of one region names it, and one that lasts is open at the end", async () => {
  const code = (since: number, region: string) => (since >= DAY && region === "eu" ? 503 : 200);
  const [incident] = (await play(linesOf({ regions: REGIONS, forMs: DAY + HOUR, code }))).incidents();
  expect(incident).toMatchObject({ region: "eu", code: 503, closed: null, closedReason: null });
});

test("in which order the samples of one instant stand in the file changes nothing", async () => {
  const roll = dice(1);
  const code = (since: number) => (roll() < 0.02 ? 409 : spike(503)(since));
  const lines = linesOf({ regions: REGIONS, forMs: DAY + 2 * HOUR, code });
  const turned = Array.from({ length: lines.length / 3 }, (_, slot) => lines.slice(3 * slot, 3 * slot + 3).reverse());
  const incidents = (await play(lines)).incidents();
  expect(incidents.length).toBeGreaterThan(0);
  expect((await play(turned.flat())).incidents()).toEqual(incidents);
});

test("monitors in turn come to the same as one after the other, and incidents stand by opening", async () => {
  const one = linesOf({ monitor: "one", forMs: 2 * DAY, code: spike(409) });
  const two = linesOf({ monitor: "two", forMs: 2 * DAY, code: (since) => spike(503)(since + 2 * HOUR) });
  const inTurn = one.flatMap((line, index) => [line, two[index] as string]);
  const after = (await play([...one, ...two])).incidents();
  expect(after.map(({ monitor }) => monitor)).toEqual(["two", "one"]);
  expect((await play(inTurn)).incidents()).toEqual(after);
});

test("the first sample of a region's instant counts, and repeats are counted apart", async () => {
  const lines = linesOf({ forMs: HOUR, code: () => 200 }).flatMap((line) => [
    line,
    line.replace('"status":200', '"status":409'),
  ]);
  const played = await play(lines);
  expect(played.incidents()).toEqual([]);
  expect(played.summary()).toMatchObject({ repeated: 60 });
});

test("a monitor whose samples are not in order of time is refused where that is", async () => {
  const [first, second] = linesOf({ forMs: 2 * MINUTE, code: () => 200 }) as [string, string];
  await expect(play([second, first])).rejects.toThrow(
    `samples.ndjson:2:1: samples of a monitor must be in order of time; checkout has ${BEGIN}`,
  );
});

test("several files are one recording; gzip is read as it is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "statusquo-replay-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const lines = linesOf({ forMs: 2 * DAY, code: spike(409) });
  const [plain, zipped] = [join(folder, "a.ndjson"), join(folder, "b.ndjson.gz")];
  writeFileSync(plain, `${lines.slice(0, 1_000).join("\n")}\n`);
  writeFileSync(zipped, gzipSync(lines.slice(1_000).join("\n")));
  const played = startReplay({ defined: new Map(), falseAlarmsPerYear: null });
  for (const file of [plain, zipped]) await played.take(sampleSource(file));
  played.end();
  expect(played.incidents()).toEqual((await play(lines)).incidents());
});

test("a file that is not there, or no gzip, is said with its name", async () => {
  expect(() => sampleSource("/nowhere/a.ndjson")).toThrow("/nowhere/a.ndjson: there is no such file");
  const folder = mkdtempSync(join(tmpdir(), "statusquo-replay-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "a.ndjson.gz");
  writeFileSync(file, "no gzip");
  const played = startReplay({ defined: new Map(), falseAlarmsPerYear: null });
  await expect(played.take(sampleSource(file))).rejects.toThrow(`${file}: cannot be read: incorrect header check`);
});

test("a replay that is ended early has judged what it has read", async () => {
  const lines = linesOf({ forMs: 2 * DAY, code: spike(409) });
  const played = startReplay({ defined: new Map(), falseAlarmsPerYear: null });
  const tenMinutesIn = lines.slice(0, DAY / MINUTE + 10).join("\n").length;
  const isWhole = await played.take(sourceOf(lines, "samples.ndjson", tenMinutesIn), () => false);
  played.end();
  expect(isWhole).toBe(false);
  expect(played.summary().samples).toBe(1_449);
  expect(played.incidents()).toMatchObject([{ code: 409, closed: null }]);
});

test("a monitor without samples, and a recording without lines, are nothing to worry about", async () => {
  const played = await play(['{"config":{"monitor":"checkout","interval_ms":60000,"regions":["eu"]}}']);
  expect(played.summary()).toMatchObject({ samples: 0, monitors: 0, from: null, incidents: 0 });
});

test("an object that says nothing of use is refused with its place", async () => {
  await expect(play(['{"sample":1}'])).rejects.toThrow(
    'samples.ndjson:1:1: a line must be a sample, {"config": …} or {"change": …}',
  );
  await expect(play(['{"config":{"regions":[]}}'])).rejects.toThrow(
    "samples.ndjson:1:1: config: regions must be a list",
  );
});

test("a fault of ours ends the judging of its monitor, is said, and keeps no other from theirs", async () => {
  const expect2xx = [{ from: 200, to: 299, exclude: false }];
  // So short that its inverse is no number: no definition gets this far.
  const defined = new Map([["broken", { regions: ["eu"], intervalMs: 5e-324, expect: expect2xx }]]);
  const lines = ["broken", "checkout"].flatMap((monitor) => linesOf({ monitor, forMs: 2 * DAY, code: spike(409) }));
  const played = await play(lines, { defined });
  expect(played.incidents()).toMatchObject([{ monitor: "checkout" }]);
  expect(played.summary().stopped).toEqual([
    { monitor: "broken", why: expect.stringContaining("a number went wrong") },
  ]);
});

test("memory does not grow with the samples of a monitor", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const roll = dice(7);
  const played = startReplay({ defined: new Map(), falseAlarmsPerYear: null });
  const day = async (nth: number) => {
    const code = () => (roll() < 0.01 ? 409 : 200);
    const lines = linesOf({ everyMs: 5_000, forMs: DAY / 4, code }).map((line) =>
      line.replace(/\d{13}/, (t) => String(Number(t) + (nth * DAY) / 4)),
    );
    await played.take(sourceOf(lines));
    collect();
    return process.memoryUsage().heapUsed;
  };
  let before = 0;
  for (let nth = 0; nth < 4; nth++) before = await day(nth);
  let after = 0;
  for (let nth = 4; nth < 24; nth++) after = await day(nth);
  // 86,400 samples more; at one number each they would take 0.7 MB.
  expect(after - before).toBeLessThan(400_000);
});
