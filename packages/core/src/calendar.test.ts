import { expect, test } from "vitest";
import { seasonOf, timezoneComplaint } from "./calendar.ts";
import { feed, startDetector } from "./detector.ts";
import { packDetector, unpackDetector } from "./pack.ts";
import { usualShare } from "./reading.ts";

const MINUTE = 60_000;
const DAY_BINS = 96;
const timeOfDay = (timezone: string | undefined, at: string) => {
  const quarter = seasonOf(timezone, Date.parse(at)) % DAY_BINS;
  return `${Math.floor(quarter / 4)}:${(quarter % 4) * 15}`;
};

test("the quarter of an hour is the one on the wall clock, in summer and in winter, also where it is a quarter off", () => {
  expect(timeOfDay(undefined, "2026-01-15T01:10:00Z")).toBe("1:0");
  expect(timeOfDay("Europe/Berlin", "2026-01-15T01:10:00Z")).toBe("2:0");
  expect(timeOfDay("Europe/Berlin", "2026-07-15T00:10:00Z")).toBe("2:0");
  expect(timeOfDay("America/New_York", "2026-01-15T07:50:00Z")).toBe("2:45");
  expect(timeOfDay("Asia/Kathmandu", "2026-01-15T20:20:00Z")).toBe("2:0");
});

test("when clocks change, an hour is left out or comes twice, to the quarter", () => {
  const hours = (from: string, quarters: number) =>
    Array.from({ length: quarters }, (_, nth) =>
      timeOfDay("Europe/Berlin", new Date(Date.parse(from) + nth * 15 * MINUTE).toISOString()),
    );
  expect(hours("2026-03-29T00:30:00Z", 4)).toEqual(["1:30", "1:45", "3:0", "3:15"]);
  expect(hours("2026-10-25T00:30:00Z", 8)).toEqual(["2:30", "2:45", "2:0", "2:15", "2:30", "2:45", "3:0", "3:15"]);
});

test("a name that is no time zone is refused", () => {
  expect(timezoneComplaint("Europe/Berlin")).toBeNull();
  expect(timezoneComplaint("UTC")).toBeNull();
  expect(timezoneComplaint("Europe/Berln")).toBe("an IANA time zone, perhaps Europe/Berlin");
  const config = { regions: ["eu"], intervalMs: MINUTE, falseAlarmsPerYear: 1 };
  expect(() => startDetector({ ...config, timezone: "Mars/Olympus" })).toThrow('got "Mars/Olympus"');
});

/** A batch at 02:00 by the clock of Berlin turns every second answer into a 409 for half an hour. */
function withBatch(timezone: string | undefined, from: string, days: number) {
  const state = startDetector({ regions: ["eu"], intervalMs: MINUTE, falseAlarmsPerYear: 1, timezone });
  const start = Date.parse(from);
  const opened: string[] = [];
  const run = (untilDay: number) => {
    for (let at = Math.max(start, state.lastAt + MINUTE); at < start + untilDay * 86_400_000; at += MINUTE) {
      const [hours, quarter] = timeOfDay("Europe/Berlin", new Date(at).toISOString()).split(":");
      const bad = hours === "2" && Number(quarter) < 30 && (at / MINUTE) % 2 === 0;
      for (const event of feed(state, { at, region: "eu", code: bad ? 409 : 200, expected: !bad })) {
        if (event.kind === "opened") opened.push(new Date(at).toISOString());
      }
    }
  };
  run(days);
  return { state, opened, run };
}

test("a nightly batch that is usual stays usual in the night after the clocks change", () => {
  const berlin = withBatch("Europe/Berlin", "2026-03-14T00:00:00Z", 15);
  const learned = berlin.opened.length;
  berlin.run(20);
  expect(berlin.opened.slice(learned)).toEqual([]);
  const utc = withBatch(undefined, "2026-03-14T00:00:00Z", 15);
  const before = utc.opened.length;
  utc.run(20);
  expect(utc.opened.slice(before).length).toBeGreaterThan(0);
});

test("a monitor that gets a time zone keeps what it has learned, at the hours of that zone", () => {
  const { state } = withBatch(undefined, "2026-01-10T00:00:00Z", 12);
  const config = { ...state.config, timezone: "Europe/Berlin" };
  const { live, seasons } = packDetector(state);
  const moved = unpackDetector(config, { live, seasons: seasons! });
  for (const at of ["2026-01-22T01:10:00Z", "2026-01-22T12:00:00Z"].map(Date.parse)) {
    expect(usualShare(moved, 409, at)).toBe(usualShare(state, 409, at));
  }
  expect(usualShare(moved, 409, Date.parse("2026-01-22T01:10:00Z"))).toBeGreaterThan(0.2);
  expect(usualShare(moved, 409, Date.parse("2026-07-22T00:10:00Z"))).toBeGreaterThan(0.2);
});
