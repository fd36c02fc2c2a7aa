import fc from "fast-check";
import { expect, test } from "vitest";
import { acceptAsUsual } from "./accept.ts";
import { type DetectorState, feed, MAX_OTHER_CODES, refusal, startDetector } from "./detector.ts";
import { readings, usualCounts, usualShare } from "./reading.ts";
import type { Stream } from "./stream.ts";
import { ORACLE } from "./testing/detector-oracle.ts";
import { dice, WORLDS } from "./testing/detector-worlds.ts";
import type { DetectorEvent } from "./verdict.ts";

const START = 1_704_067_200_000;

function told(state: DetectorState, at: number, region: string, code: number): DetectorEvent[] {
  return feed(state, { at, region, code, expected: code >= 200 && code < 300 });
}

function near(came: number, wanted: number, what: string): void {
  const off = Math.abs(came - wanted);
  expect(off, `${what}: ${came} instead of ${wanted}`).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)));
}

/** Two regions, a minute apart from each other by half; all is well for half an hour, then four minutes of 409. */
test("the worked example of the statistics comes out to the ninth decimal", () => {
  const wanted: Record<string, [usualShare: number, lnEvidence: number]> = {
    "0 a": [0.005, -10.009882],
    "0 b": [0.004666524, -10.41145],
    "1 a": [0.004355687, -11.044913],
    "1 b": [0.004100413, -12.214193],
    "29 a": [0.000945699, -12.133554],
    "29 b": [0.000933082, -12.130201],
    "30 a": [0.000921304, -7.007889],
    "30 b": [0.013590864, -3.959989],
    "31 a": [0.039815132, -1.038669],
  };
  const recovered: Record<string, number> = {
    "34 a": 0.201159,
    "34 b": 0.621758,
    "35 a": 0.863059,
    "35 b": 0.94447,
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
      if (minute === 31 && region === "b")
        near(conflicts.usualShare, 0.04732268696600458, "usual share at the opening");
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
  near(opened.evidence.lnEvidence, 1.8219435842116478, "ln A at the opening");
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
      // The oracle closes a spike whenever it is calm, also one that has just come back.
      state.flapping.returns = 0;
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

const quietConfig = { regions: ["a", "b", "c"], intervalMs: 60_000, falseAlarmsPerYear: 1 };

/** Minutes `from` to `until`; every region answers what `codeOf` says, null is a missed slot. */
function run(
  state: DetectorState,
  from: number,
  until: number,
  codeOf: (minute: number, region: string) => number | null,
): DetectorEvent[] {
  const events: DetectorEvent[] = [];
  for (let minute = from; minute < until; minute++) {
    for (const region of state.scopes.regions) {
      const code = codeOf(minute, region);
      if (code !== null) events.push(...told(state, START + minute * 60_000, region, code));
    }
  }
  return events;
}

const lnEvidenceOf = (state: DetectorState, name: 409 | "any") =>
  readings(state).find(({ stream }) => stream === name)!.lnEvidence;

test("a code that turns bad where it was good never lowers the evidence of a fresh stream", () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
      fc.nat({ max: 39 }),
      fc.integer({ min: 1, max: 4 }),
      (conflicts, which, regions) => {
        const config = { ...quietConfig, regions: ["a", "b", "c", "d"].slice(0, regions) };
        const last = conflicts.length - 1;
        const more = conflicts.map((bad, index) => bad || index === Math.min(which, last));
        // Opening clears evidence, and what was learned from the past may excuse the present: so the last sample decides.
        const after = (series: boolean[]) => {
          const state = startDetector(config);
          for (const [index, bad] of series.entries()) {
            const region = state.scopes.regions[index % regions]!;
            const opened = told(state, START + index * 20_000, region, bad ? 409 : 200).length > 0;
            if (opened) return Number.POSITIVE_INFINITY;
          }
          return lnEvidenceOf(state, 409);
        };
        const upToLast = [...conflicts.slice(0, last), false];
        expect(after([...upToLast.slice(0, last), true])).toBeGreaterThanOrEqual(after(upToLast));
        if (which >= last) expect(after(more)).toBeGreaterThanOrEqual(after(conflicts));
      },
    ),
    { numRuns: 300 },
  );
});

test("the order in which a definition names its regions changes no number", () => {
  const series = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.constantFrom(200, 200, 409, 503, 0)), {
    maxLength: 120,
  });
  fc.assert(
    fc.property(fc.shuffledSubarray(["a", "b", "c"], { minLength: 3 }), series, (regions, answers) => {
      const [first, second] = [quietConfig, { ...quietConfig, regions }].map((config) => {
        const state = startDetector(config);
        const events = answers.flatMap(([region, code], index) => told(state, START + index * 20_000, region, code));
        return { events, readings: readings(state) };
      });
      expect(second).toEqual(first);
    }),
  );
});

test("missed slots teach nothing and are no evidence", () => {
  const state = startDetector(quietConfig);
  run(state, 0, 120, (minute) => (minute % 40 === 7 ? 409 : 200));
  const before = structuredClone({ level: state.codes[0]!.level, evidence: state.codes[0]!.evidence });
  expect(run(state, 120, 5_000, () => null)).toEqual([]);
  expect({ level: state.codes[0]!.level, evidence: state.codes[0]!.evidence }).toEqual(before);
});

test("a long gap neither opens nor closes a spike, and counts as ten intervals at most", () => {
  const state = startDetector(quietConfig);
  run(state, 0, 300, () => 200);
  expect(run(state, 300, 304, () => 409)).toMatchObject([{ kind: "opened" }]);
  expect(run(state, 304, 4_000, () => null)).toEqual([]);
  expect(run(state, 4_000, 4_001, () => 200)).toEqual([]);
  const tenIntervals = startDetector(quietConfig);
  const days = startDetector(quietConfig);
  for (const each of [tenIntervals, days]) run(each, 0, 3, () => 200);
  run(tenIntervals, 12, 13, () => 409);
  run(days, 14, 15, () => 409);
  expect(lnEvidenceOf(days, 409)).toBe(lnEvidenceOf(tenIntervals, 409));
});

test("a sample that is not later than the last one is refused with a reason and changes nothing", () => {
  const state = startDetector(quietConfig);
  told(state, START + 60_000, "b", 200);
  const before = structuredClone(state);
  expect(refusal(state, { at: START, region: "c" })).toBe(
    `out of order: c at ${START} is not after b at ${START + 60_000}`,
  );
  expect(refusal(state, { at: START + 60_000, region: "a" })).toContain("out of order");
  expect(refusal(state, { at: START + 60_000, region: "b" })).toContain("out of order");
  for (const region of ["a", "b"]) expect(told(state, START + 60_000, region, 409)).toEqual([]);
  expect(told(state, START, "c", 409)).toEqual([]);
  expect(state).toEqual(before);
  expect(refusal(state, { at: START + 60_000, region: "c" })).toBeNull();
  told(state, START + 60_000, "c", 409);
  expect(usualCounts(state, "any")).toEqual({ bad: 1, of: 2 });
});

test("a region that is not the monitor's, and a time that is none, are mistakes of ours", () => {
  const state = startDetector(quietConfig);
  expect(() => told(state, START, "d", 200)).toThrow('region must be one of [a,b,c], got "d"');
  expect(() => told(state, Number.NaN, "a", 200)).toThrow("epoch ms from 0 on, got NaN");
  expect(() => startDetector({ ...quietConfig, falseAlarmsPerYear: 0 })).toThrow("falseAlarmsPerYear must be above 0");
  expect(() => startDetector({ ...quietConfig, intervalMs: Number.NaN })).toThrow("intervalMs must be above 0");
});

test("a number that went wrong stops the judging instead of saying that all is well", () => {
  const spoil: Record<string, (stream: Stream) => void> = {
    level: (stream) => void (stream.level.bad = Number.NaN),
    negative: (stream) => void (stream.level.seen = -3),
    region: (stream) => void (stream.level.badBy[0] = Number.NaN),
    local: (stream) => void (stream.level.localDue[1] = Number.NaN),
    season: (stream) => void stream.seasons.weekBad.fill(Number.NaN),
    gate: (stream) => void stream.gates.week.fill(Number.NaN),
    burst: (stream) => void (stream.bursts.counts[1].bad = Number.NaN),
    evidence: (stream) => void (stream.evidence.statistic[0] = Number.NaN),
  };
  for (const [what, wreck] of Object.entries(spoil)) {
    const state = startDetector(quietConfig);
    run(state, 0, 31, () => 200);
    wreck(state.codes[0]!);
    let thrown: unknown = null;
    try {
      run(state, 31, 32, () => 200);
    } catch (error) {
      thrown = error;
    }
    expect(thrown, what).toMatchObject({ code: "internal", message: expect.stringContaining("stream 409") });
  }
});

test("the usual share shown for now is the one the next sample is compared with", () => {
  const state = startDetector(WORLDS.weeks.config);
  let compared = 0;
  let fed = 0;
  for (const sample of WORLDS.weeks.samples()) {
    fed += 1;
    const { at, region, code, expected } = sample;
    const isSameQuarter = Math.floor(at / 900_000) === state.bin;
    const shown = fed > 20_000 && isSameQuarter ? usualShare(state, 409, at, region) : null;
    feed(state, { at, region, code, expected });
    if (shown !== null) {
      compared += 1;
      expect(state.codes[0]!.usualShare).toBe(shown);
    }
    if (compared === 3_000) break;
  }
  expect(compared).toBe(3_000);
});

test("a nightly spike becomes usual at its hour and stays alarming at another", () => {
  const state = startDetector(quietConfig);
  const nightly = (minute: number) => (minute % 1_440 >= 120 && minute % 1_440 < 150 && minute % 2 === 0 ? 409 : 200);
  run(state, 0, 12 * 1_440, nightly);
  const day = START + 12 * 1_440 * 60_000;
  expect(usualShare(state, 409, day + 125 * 60_000)).toBeGreaterThan(0.2);
  expect(usualShare(state, 409, day + 840 * 60_000)).toBeLessThan(0.05);
  expect(usualShare(state, 409, day + 840 * 60_000, "b")).toBeLessThan(0.05);
  expect(run(state, 12 * 1_440, 13 * 1_440, nightly)).toEqual([]);
  const atTwoInTheAfternoon = run(state, 13 * 1_440, 14 * 1_440, (minute) => nightly(minute - 720));
  expect(atTwoInTheAfternoon.map(({ kind }) => kind)).toContain("opened");
});

test("what a spike teaches the seasons does not end it while it lasts", () => {
  const regions = ["a", "b", "c", "d", "e", "f"];
  const week = 7 * 1_440;
  const closings = [1, 2, 3, 8].map((seed) => {
    const state = startDetector({ regions, intervalMs: 60_000, falseAlarmsPerYear: 1 });
    const roll = dice(seed);
    let closed = 0;
    for (let minute = 0; minute < week + 1_240; minute++) {
      const share = minute < week + 880 ? 0.006 : 0.25;
      for (const region of regions) {
        const expected = roll() >= share;
        const events = feed(state, { at: START + minute * 60_000, region, code: expected ? 200 : 409, expected });
        if (minute >= week + 880) closed += events.filter(({ kind }) => kind === "closed").length;
      }
    }
    expect(state.codes[0]!.spike ?? state.any.spike).not.toBeNull();
    return closed;
  });
  expect(closings).toEqual([0, 0, 0, 0]);
});

test("a code that never came has the share of one that was absent for as long as the monitor was watched", () => {
  const state = startDetector(quietConfig);
  const atStart = usualShare(state, 418, START);
  run(state, 0, 600, () => 200);
  expect(usualShare(state, 418, state.lastAt)).toBeLessThan(atStart / 20);
  expect(usualCounts(state, 418)).toEqual({ bad: 0, of: usualCounts(state, "any").of });
  expect(state.codes).toHaveLength(1);
});

test("a target that answers with ever new codes costs no more than sixteen streams, and opens a spike", () => {
  const state = startDetector(quietConfig);
  run(state, 0, 300, () => 200);
  const events = run(state, 300, 340, (minute, region) => 410 + minute + region.charCodeAt(0));
  expect(state.codes.map(({ name }) => name)).toHaveLength(1 + MAX_OTHER_CODES);
  expect(events.filter(({ kind }) => kind === "opened").map(({ stream }) => stream)).toContain("any");
  const weights = [...state.codes, state.any].reduce((sum, { weight }) => sum + weight, 0);
  expect(weights).toBeLessThanOrEqual(1);
});

test("what a person accepts is usual from then on, for every stream that speaks about it", () => {
  const state = startDetector(quietConfig);
  run(state, 0, 2_000, (minute, region) => (minute % 97 === 0 && region === "b" ? 409 : 200));
  const third = (minute: number, region: string) => ((minute * 7 + region.charCodeAt(0)) % 3 === 0 ? 409 : 200);
  expect(run(state, 2_000, 2_120, third)).toMatchObject([{ kind: "opened", stream: 409 }]);
  const share = 1 / 3;
  const accepted = acceptAsUsual(state, state.lastAt);
  if (accepted.kind !== "accepted") throw new Error("nothing was accepted");
  expect(accepted.events).toMatchObject([
    { kind: "accepted", stream: 409, at: state.lastAt, by: "person" },
    { kind: "closed", stream: 409, at: state.lastAt },
  ]);
  if (accepted.events[0]?.kind === "accepted") expect(accepted.events[0].share).toBeCloseTo(share, 1);
  expect(run(state, 2_120, 9_000, third)).toEqual([]);
  expect(run(state, 9_000, 9_010, () => 409)).toMatchObject([{ kind: "opened" }]);
  expect(acceptAsUsual(startDetector(quietConfig), START)).toEqual({
    kind: "nothing",
    reason: "no spike is open, so there is nothing to accept",
  });
});

test("accepting a spike of several codes is accepting each of them", () => {
  const state = startDetector(quietConfig);
  const mixed = (minute: number, region: string) =>
    [200, 500, 200, 502, 200, 504, 200][(minute * 5 + region.charCodeAt(0)) % 7]!;
  run(state, 0, 1_500, () => 200);
  const opened = run(state, 1_500, 1_560, mixed).filter(({ kind }) => kind === "opened");
  expect(opened.length).toBeGreaterThan(0);
  acceptAsUsual(state, state.lastAt);
  expect(readings(state).some(({ open }) => open)).toBe(false);
  const again = run(state, 1_560, 6_000, mixed);
  expect(again.map(({ kind, stream }) => [kind, stream])).toEqual([]);
});

test("the onset is known to within the stated range about nine times in ten", () => {
  const roll = dice(11);
  let within = 0;
  let opened = 0;
  for (const [usual, size] of [
    [0.001, 0.3],
    [0.01, 0.3],
    [0.05, 0.3],
    [0.01, 1],
  ] as const) {
    for (let repeat = 0; repeat < 25; repeat++) {
      const state = startDetector(quietConfig);
      const change = 400;
      const code = (minute: number) => (roll() < (minute >= change ? usual + size * (1 - usual) : usual) ? 409 : 200);
      run(state, 0, change, code);
      const [event] = run(state, change, change + 60, code);
      if (event?.kind !== "opened") continue;
      opened += 1;
      const truth = START + change * 60_000;
      if (Math.abs(event.onsetAt - truth) <= Math.max(event.onsetUncertaintyMs, 60_000)) within += 1;
    }
  }
  expect(opened).toBeGreaterThan(90);
  expect(within / opened).toBeGreaterThan(0.85);
});

test("after a day of 200s, one code on all probes of three regions opens within two slots, and closes as soon", () => {
  for (const code of [409, 503, 0]) {
    const state = startDetector(quietConfig);
    expect(run(state, 0, 1_440, () => 200)).toEqual([]);
    expect(run(state, 1_440, 1_442, () => code)).toMatchObject([
      { kind: "opened", code, scope: { kind: "everywhere" } },
    ]);
    run(state, 1_442, 1_450, () => code);
    expect(run(state, 1_450, 1_454, () => 200)).toMatchObject([{ kind: "closed", code }]);
  }
});
