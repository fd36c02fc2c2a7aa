import fc from "fast-check";
import { expect, test } from "vitest";
import { type ChannelFilter, type QuietHours, quietUntil, TOLD_ALL, toldBy } from "./told.ts";

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 0, 6, 12);
const night = (timezone = "UTC", change: Partial<QuietHours> = {}): QuietHours => ({
  ...{ fromMinute: 22 * 60, toMinute: 7 * 60, timezone, except: [] },
  ...change,
});
const filter = (change: Partial<ChannelFilter>): ChannelFilter => ({ ...TOLD_ALL, ...change });
const warning = { severity: "warning", tags: ["shop", "checkout"] } as const;
const critical = { ...warning, severity: "critical" } as const;

test("a channel without a filter hears of everything at once", () => {
  expect(toldBy(TOLD_ALL, warning, NOON)).toEqual({ kind: "told" });
});

test("a channel for critical incidents hears of no warning, and is told why", () => {
  const paged = filter({ severities: ["critical"] });
  expect(toldBy(paged, critical, NOON)).toEqual({ kind: "told" });
  expect(toldBy(paged, warning, NOON)).toEqual({
    kind: "untold",
    reason: "the channel is told of critical only; this is warning",
  });
});

test("a channel with tags hears of monitors that have any of them", () => {
  expect(toldBy(filter({ tags: ["search", "checkout"] }), warning, NOON)).toEqual({ kind: "told" });
  expect(toldBy(filter({ tags: ["search"] }), warning, NOON)).toMatchObject({ kind: "untold" });
  expect(toldBy(filter({ tags: ["search"] }), { ...warning, tags: [] }, NOON)).toMatchObject({ kind: "untold" });
});

test("in quiet hours a message waits until their end, but for severities that are excepted", () => {
  const at = Date.UTC(2026, 0, 6, 23, 15, 20);
  const quiet = filter({ quiet: night("UTC", { except: ["critical"] }) });
  expect(toldBy(quiet, warning, at)).toEqual({
    ...{ kind: "held", until: Date.UTC(2026, 0, 7, 7) },
    reason: "quiet hours 22:00 to 07:00 UTC",
  });
  expect(toldBy(quiet, critical, at)).toEqual({ kind: "told" });
  expect(toldBy(quiet, warning, Date.UTC(2026, 0, 7, 7))).toEqual({ kind: "told" });
  expect(toldBy(quiet, warning, Date.UTC(2026, 0, 7, 21, 59, 59))).toEqual({ kind: "told" });
});

test("what is never told is not held either", () => {
  expect(toldBy(filter({ tags: ["search"], quiet: night() }), warning, Date.UTC(2026, 0, 6, 23))).toMatchObject({
    kind: "untold",
  });
});

for (const [what, quiet, at, until] of [
  ["in a zone of its own", night("America/New_York"), Date.UTC(2026, 0, 7, 3), Date.UTC(2026, 0, 7, 12)],
  ["within a day", night("UTC", { fromMinute: 720, toMinute: 780 }), NOON, NOON + 60 * MINUTE],
  ["over the spring change", night("Europe/Berlin"), Date.UTC(2026, 2, 28, 22), Date.UTC(2026, 2, 29, 5)],
  ["over the autumn change", night("Europe/Berlin"), Date.UTC(2026, 9, 24, 22), Date.UTC(2026, 9, 25, 6)],
  [
    "until a time that the spring change skips",
    night("Europe/Berlin", { toMinute: 150 }),
    ...([Date.UTC(2026, 2, 28, 22), Date.UTC(2026, 2, 29, 1)] as const),
  ],
  [
    "until a time that autumn has twice, the first of them",
    night("Europe/Berlin", { toMinute: 150 }),
    ...([Date.UTC(2026, 9, 24, 22), Date.UTC(2026, 9, 25, 0, 30)] as const),
  ],
  ["in a zone of half hours", night("Asia/Kolkata"), Date.UTC(2026, 0, 6, 18), Date.UTC(2026, 0, 7, 1, 30)],
] as [string, QuietHours, number, number][]) {
  test(`quiet hours end on time ${what}`, () => {
    expect(quietUntil(quiet, at)).toBe(until);
  });
}

test("quiet hours end at the first loud minute, around every change of a clock", () => {
  const zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns"];
  const changes = [Date.UTC(2026, 2, 29), Date.UTC(2026, 9, 25), Date.UTC(2026, 2, 8), Date.UTC(2026, 10, 1)];
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom(...changes, Date.UTC(2026, 3, 5), Date.UTC(2026, 9, 4)),
      fc.integer({ min: -1_440, max: 1_440 }),
      fc.integer({ min: 0, max: 1_439 }),
      fc.integer({ min: 1, max: 1_439 }),
      (timezone, change, offset, fromMinute, span) => {
        const at = change + offset * MINUTE;
        const quiet = night(timezone, { fromMinute, toMinute: (fromMinute + span) % 1_440 });
        let end: number | null = at;
        while (quietUntil(quiet, end) !== null) end += MINUTE;
        expect(quietUntil(quiet, at)).toBe(end === at ? null : end);
      },
    ),
    { numRuns: 60 },
  );
});
