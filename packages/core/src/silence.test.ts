import { expect, test } from "vitest";
import { isActive, LONGEST_SILENCE_MS, muteOf, type Silence, type SilenceMatch, silenceProblem } from "./silence.ts";

const T = 1_767_225_600_000;
const HOUR = 3_600_000;
const silence = (match: SilenceMatch, change: Partial<Silence> = {}): Silence => ({
  ...{ id: 7, match, createdAt: T, endsAt: T + HOUR, reason: "known", by: "ada", endedAt: null },
  ...change,
});
const INCIDENT = {
  monitor: "checkout",
  codes: [409],
  scope: { kind: "regions" as const, regions: ["eu"], elsewhere: ["us"] },
};
const isMuted = (match: SilenceMatch, incident = INCIDENT) =>
  muteOf([silence(match)], incident, { tags: ["billing"] }, T) !== null;

test("a silence fits by monitor, tag, code and region; what it names must all fit", () => {
  expect(isMuted({ monitors: ["search", "checkout"] })).toBe(true);
  expect(isMuted({ monitors: ["search"] })).toBe(false);
  expect(isMuted({ tags: ["billing"] })).toBe(true);
  expect(isMuted({ codes: [409, 503] })).toBe(true);
  expect(isMuted({ regions: ["eu"] })).toBe(true);
  expect(isMuted({ tags: ["billing"], regions: ["us"] })).toBe(false);
});

test("a code or region that nobody silenced is news", () => {
  expect(isMuted({ codes: [409] }, { ...INCIDENT, codes: [409, 503] })).toBe(false);
  expect(isMuted({ codes: [409] }, { ...INCIDENT, codes: [] })).toBe(false);
  const wider = { kind: "everywhere" as const, regions: ["eu", "us"], elsewhere: [] };
  expect(isMuted({ regions: ["eu"] }, { ...INCIDENT, scope: wider as never })).toBe(false);
});

test("a silence holds from its beginning to its end, or until a person ends it", () => {
  const one = silence({ codes: [409] });
  expect([T - 1, T, T + HOUR - 1, T + HOUR].map((at) => isActive(one, at))).toEqual([false, true, true, false]);
  expect(isActive({ ...one, endedAt: T + 10 }, T + 10)).toBe(false);
});

test("of several silences the one that ends last says until when", () => {
  const all = [silence({ codes: [409] }), silence({ codes: [409] }, { id: 8, endsAt: T + 2 * HOUR })];
  expect(muteOf(all, INCIDENT, { tags: [] }, T)).toEqual({
    ...{ kind: "silence", name: "8", until: T + 2 * HOUR, reason: "known" },
  });
});

test.for([
  [{}, "must name at least one"],
  [{ match: { monitors: [] } }, "must name at least one"],
  [{ match: { codes: [409] }, reason: "  " }, "needs a reason"],
  [{ match: { codes: [409] }, endsAt: T }, "must end after it begins"],
  [{ match: { codes: [409] }, endsAt: T + LONGEST_SILENCE_MS + 1 }, "at most 365 days"],
  [{ match: { codes: [409] }, reason: "x".repeat(501) }, "at most 500 characters"],
] as [Partial<Silence>, string][])("a silence that cannot be meant is refused: %s", ([change, why]) => {
  expect(silenceProblem(silence({}, change))).toContain(why);
});

test("a silence with a match, an end and a reason is taken", () => {
  expect(silenceProblem(silence({ monitors: ["checkout"] }))).toBeNull();
});
