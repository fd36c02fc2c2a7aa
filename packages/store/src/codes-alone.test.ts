import { expect, test } from "vitest";
import { MINUTE, monitorOf, openWorld, START, sample } from "../test/world.ts";

test("codes alone are what the whole counts say of codes, wherever they are read from", () => {
  using world = openWorld();
  const { writer, reader } = world;
  writer.transaction(() => {
    writer.putDefinitions([monitorOf("checkout")], START);
    for (let minute = 0; minute < 150; minute++)
      for (const region of ["eu", "us"]) {
        const code = minute % 7 === 0 ? 409 : 200;
        const unmet = minute % 11 === 0 && code === 200;
        const slot = sample(code).slot + minute * MINUTE;
        const result = { ...sample(code), region, slot, ...(unmet && { unmet: { step: null, what: "json" } }) };
        writer.putResult(result, { expected: code === 200 && !unmet, late: false });
      }
  });
  writer.transaction(() => writer.rollUp(START + 148 * MINUTE));
  let compared = 0;
  for (const stepMs of [MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE])
    for (const byRegion of [false, true])
      for (const monitors of [undefined, ["checkout"]]) {
        const range = { from: START, to: START + 151 * MINUTE, stepMs, byRegion, ...(monitors && { monitors }) };
        const whole = reader.counts(range);
        const alone = reader.counts({ ...range, only: "codes" });
        const codesOf = (counts: typeof whole) =>
          counts
            .map(({ monitor, region, at, probes, missed, codes, unmet }) => ({
              ...{ monitor, region, at, probes, missed, codes },
              ...(unmet && { unmet }),
            }))
            .sort((a, b) => a.at - b.at || String(a.region).localeCompare(String(b.region)));
        expect(codesOf(alone)).toEqual(codesOf(whole));
        compared += whole.length;
      }
  expect(compared).toBeGreaterThan(500);
});
