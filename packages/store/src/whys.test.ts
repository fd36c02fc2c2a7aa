import { phaseOf, type Why } from "@statusquo/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { HOUR, MINUTE, monitorOf, openWorld, START, sample, whyOf } from "../test/world.ts";
import { packWhy, unpackWhy } from "./whys.ts";

const PHASE = phaseOf({ id: "checkout", intervalMs: MINUTE });
const share = fc.double({ min: 1e-9, max: 1, noNaN: true });
const ln = fc.double({ min: -60, max: 400, noNaN: true });
const anyWhy = fc.record<Why>({
  monitor: fc.constant("checkout"),
  slot: fc.constant(START),
  standing: fc.constantFrom("learning", "usual", "watching", "spike", "no_data"),
  strongest: fc.option(
    fc.record({
      stream: fc.oneof(fc.constant("any" as const), fc.integer({ min: 0, max: 999 })),
      code: fc.option(fc.integer({ min: 0, max: 999 }), { nil: null }),
      lnEvidence: ln,
      lnThreshold: ln,
      usualShare: share,
      bad: fc.nat(1e6),
      of: fc.nat(1e6),
      open: fc.boolean(),
    }),
    { nil: null },
  ),
  learnedMin: fc.nat(1_440),
  sampled: fc.nat(12),
  missed: fc.nat(12),
  note: fc.option(fc.string({ maxLength: 200 }), { nil: null }),
});

test("the numbers behind a verdict come back as they went in, to what a sentence shows of them", () => {
  fc.assert(
    fc.property(anyWhy, (why) => {
      const back = unpackWhy("checkout", START, packWhy(why));
      const { strongest } = why;
      expect(back).toEqual({
        ...why,
        strongest: strongest && {
          ...strongest,
          lnEvidence: expect.closeTo(strongest.lnEvidence, 2),
          lnThreshold: expect.closeTo(strongest.lnThreshold, 2),
          usualShare: expect.closeTo(strongest.usualShare, 2),
        },
      });
      if (strongest) expect((back.strongest?.usualShare ?? 0) / strongest.usualShare).toBeCloseTo(1, 2);
    }),
  );
});

test("a quiet slot costs at most 25 bytes", () => {
  const { strongest, ...quiet } = whyOf(START);
  const reading = { ...strongest!, lnEvidence: -13.37, usualShare: 0.0021, bad: 0, of: 4_320 };
  expect(packWhy({ ...quiet, standing: "usual", strongest: reading }).length).toBeLessThanOrEqual(25);
});

test.for(["on a timetable", "on none"])(
  "the slot of an instant is found for a monitor %s, and goes with its age",
  (how) => {
    using world = openWorld();
    const { writer, reader } = world;
    const slots = [0, 1, 2, 4].map((minute) => START + minute * MINUTE);
    const phase = how === "on a timetable" ? PHASE : 0;
    writer.transaction(() => {
      if (how === "on a timetable") writer.putDefinitions([monitorOf("checkout")], START);
      for (const slot of slots) {
        writer.putResult(sample(200, { slot: slot + phase }), { expected: true, late: false });
        writer.putWhy(whyOf(slot + phase));
        writer.putWhy(whyOf(slot + 1, "other"));
      }
    });
    expect(reader.why("checkout", START + phase - 1)).toBeNull();
    expect(reader.why("checkout", START + phase)?.slot).toBe(START + phase);
    expect(reader.why("checkout", START + phase + 3 * MINUTE + 30_000)?.slot).toBe(START + phase + 2 * MINUTE);
    expect(reader.why("unheard-of", START)).toBeNull();
    const all = { monitor: "checkout", from: START, to: START + HOUR, limit: 9 };
    expect(reader.whys(all).map(({ slot }) => slot - phase)).toEqual(slots.toReversed());
    expect(reader.whys({ ...all, limit: 2 }).length).toBe(2);

    const forEver = { samples: 1e15, evidence: 1e15, fiveMinutes: 1e15, hours: 1e15 };
    const now = START + HOUR + phase + MINUTE;
    const prune = (limit: number) => writer.transaction(() => writer.prune(now, { ...forEver, whys: HOUR }, limit));
    expect(prune(1)).toBe(1);
    prune(1e6);
    expect(reader.whys(all).map(({ slot }) => slot - phase)).toEqual(
      [4, 2, 1].map((minute) => START + minute * MINUTE),
    );
  },
);
