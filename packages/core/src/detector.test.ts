import { expect, test } from "vitest";
import { type DetectorState, feed, startDetector } from "./detector.ts";
import { usualCounts } from "./reading.ts";
import type { Stream } from "./stream.ts";
import { ORACLE } from "./testing/detector-oracle.ts";
import { WORLDS } from "./testing/detector-worlds.ts";
import type { DetectorEvent } from "./verdict.ts";

const START = 1_704_067_200_000;

/** Feeds one code and gives the events; fails the test when the sample is refused. */
function told(state: DetectorState, at: number, region: string, code: number): readonly DetectorEvent[] {
  const feeding = feed(state, { at, region, code, expected: code >= 200 && code < 300 });
  if (feeding.kind === "refused") throw new Error(feeding.reason);
  return feeding.events;
}

function near(came: number, wanted: number, what: string): void {
  const off = Math.abs(came - wanted);
  expect(off, `${what}: ${came} instead of ${wanted}`).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)));
}

/** Two regions, a minute apart from each other by half; all is well for half an hour, then four minutes of 409. */
test("the worked example of the statistics comes out to the ninth decimal", () => {
  const wanted: Record<string, [usualShare: number, lnEvidence: number]> = {
    "0 a": [0.005, -10.008756],
    "0 b": [0.004666608, -10.409693],
    "1 a": [0.004355838, -11.042322],
    "1 b": [0.004100619, -12.208608],
    "29 a": [0.000946078, -12.396204],
    "29 b": [0.000933459, -12.394654],
    "30 a": [0.000921679, -6.878298],
    "30 b": [0.01354873, -3.793645],
    "31 a": [0.039554835, -0.884891],
  };
  const recovered: Record<string, number> = {
    "34 a": 0.200575,
    "34 b": 0.618687,
    "35 a": 0.860116,
    "35 b": 0.943173,
  };
  const state = startDetector({ regions: ["a", "b"], intervalMs: 60_000, falseAlarmsPerYear: 1 });
  const conflicts = state.codes[0]!;
  const events: DetectorEvent[] = [];
  let seenBeforeOpening = 0;
  let compared = 0;
  for (let minute = 0; minute < 40; minute++) {
    for (const [region, second] of [
      ["a", 10],
      ["b", 40],
    ] as const) {
      if (minute === 31) seenBeforeOpening = usualCounts(state, 409).of;
      const code = minute >= 30 && minute < 34 ? 409 : 200;
      events.push(...told(state, START + minute * 60_000 + second * 1_000, region, code));
      const line = wanted[`${minute} ${region}`];
      if (line) {
        compared += 1;
        expect(conflicts.usualShare).toBeCloseTo(line[0], 9);
        expect(conflicts.testedShare).toBeCloseTo(line[0], 9);
        expect(conflicts.lnEvidence).toBeCloseTo(line[1], 6);
        expect(conflicts.lnThreshold).toBe(0);
      }
      const belief = recovered[`${minute} ${region}`];
      if (belief !== undefined) {
        compared += 1;
        expect(conflicts.spike?.belief[0]).toBeCloseTo(belief, 6);
      }
      if (minute === 31 && region === "b") near(conflicts.usualShare, 0.0469004147722974, "usual share at the opening");
    }
  }
  expect(compared).toBe(13);
  near(seenBeforeOpening, 62.83778773615728, "samples behind the level");
  expect(events).toMatchObject([
    {
      kind: "opened",
      stream: 409,
      code: 409,
      at: 1_704_069_100_000,
      scope: { kind: "everywhere", regions: ["a", "b"], elsewhere: [] },
      onsetAt: 1_704_069_010_000,
      evidence: { bad: 4, of: 4, usualBad: 0, lnThreshold: 0 },
    },
    { kind: "closed", stream: 409, at: 1_704_069_370_000, onsetAt: 1_704_069_010_000, lastBadAt: 1_704_069_220_000 },
  ]);
  const [opened] = events;
  if (opened?.kind !== "opened") throw new Error("nothing opened");
  near(opened.evidence.lnEvidence, 1.9707849836683933, "ln A at the opening");
});

for (const name of ["weeks", "cold", "trembling"] as const) {
  test(`every number and happening of the world "${name}" is the oracle's`, () => {
    const oracle = ORACLE[name];
    const state = startDetector(WORLDS[name].config);
    const named = (stream: number | "any"): Stream => [...state.codes, state.any].find((one) => one.name === stream)!;
    const checkpoints = new Map(oracle.checkpoints.map((checkpoint) => [checkpoint[0], checkpoint]));
    const happened: unknown[] = [];
    const openedAt = new Map<number | "any", number>();
    let index = 0;
    let met = 0;
    for (const sample of WORLDS[name].samples()) {
      for (const event of told(state, sample.at, sample.region, sample.code)) {
        if (event.kind === "opened") {
          openedAt.set(event.stream, event.at);
          const { bad, of, lnEvidence, lnThreshold } = event.evidence;
          const numbers = [bad, of, lnEvidence, lnThreshold].map((number) => Number(number.toPrecision(9)));
          happened.push([index, "opened", event.stream, event.code, event.scope.regions, event.onsetAt, ...numbers]);
        } else if (event.kind === "closed") {
          happened.push([index, "closed", event.code, openedAt.get(event.stream), event.onsetAt]);
        } else happened.push([index, "accepted", event.stream]);
      }
      const checkpoint = checkpoints.get(index);
      if (checkpoint) {
        met += 1;
        const came = [named(409), state.any].flatMap((stream) => [
          stream.usualShare,
          stream.testedShare,
          stream.lnEvidence,
          stream.lnThreshold,
        ]);
        came.forEach((number, place) => void near(number, checkpoint[place + 1]!, `sample ${index}, number ${place}`));
      }
      for (const [at, stream, recovered] of oracle.recovery) {
        if (at === index) near(named(stream).spike!.belief[0]!, recovered, `recovery at sample ${index}`);
      }
      index += 1;
    }
    expect(index).toBe(oracle.samples);
    expect(met).toBe(oracle.checkpoints.length);
    expect(happened).toEqual(
      oracle.happenings.map((row) =>
        row[1] === "opened"
          ? [...row.slice(0, 6), ...row.slice(6).map((it) => Number(Number(it).toPrecision(9)))]
          : row,
      ),
    );
    const sum = (numbers: Float64Array) => numbers.reduce((total, number) => total + number, 0);
    for (const [stream, ...numbers] of oracle.final) {
      const { level, audit, learnedMin, seasons } = named(stream === "any" ? "any" : Number(stream));
      const came = [level.bad, level.seen, audit.excursions, audit.watchedMin, learnedMin];
      came.push(sum(seasons.dayBad), sum(seasons.weekSeen), sum(seasons.dayTrust), sum(seasons.weekTrust));
      came.forEach(
        (number, place) => void near(number, numbers[place]!, `stream ${stream} at the end, number ${place}`),
      );
    }
  });
}
