import { expect, test } from "vitest";
import { type DetectorState, feed, startDetector } from "./detector.ts";
import { packDetector, unpackDetector } from "./pack.ts";
import { rewindDetector } from "./rewind.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const START = 20_000 * DAY;
const CONFIG = { regions: ["eu", "us"], intervalMs: MINUTE, falseAlarmsPerYear: 4, usual: { 409: 0.01 } };

/** Feeds minutes [from, to) after `origin`, 409 from `bad` on; returns the minute at which something was told, if any. */
function run(state: DetectorState, origin: number, from: number, to: number, bad: number): number | null {
  let told: number | null = null;
  for (let minute = from; minute < to; minute++) {
    for (const region of CONFIG.regions) {
      const code = minute >= bad ? 409 : 200;
      const events = feed(state, { at: origin + minute * MINUTE, region, code, expected: code === 200 });
      if (events.length > 0) told ??= minute;
    }
  }
  return told;
}

test("a rewound detector finds a rise as soon as one whose clock was right all along", () => {
  const right = startDetector(CONFIG);
  const wrong = startDetector(CONFIG);
  const ahead = 400 * DAY;
  run(right, START, 0, 600, Infinity);
  run(wrong, START + ahead, 0, 600, Infinity);
  rewindDetector(wrong, START + 599 * MINUTE);
  expect(run(wrong, START, 600, 640, 610)).toBe(run(right, START, 600, 640, 610));
  expect(wrong.any.learnedMin).toBe(right.any.learnedMin);
});

test("an open spike stays open through it, and is over when all is well", () => {
  const state = startDetector(CONFIG);
  run(state, START + DAY, 0, 600, 560);
  expect(state.codes[0]?.spike).not.toBeNull();
  rewindDetector(state, START + 599 * MINUTE);
  expect(state.codes[0]?.spike).not.toBeNull();
  const again = unpackDetector(CONFIG, { ...packDetector(state), seasons: packDetector(state).seasons! });
  run(again, START, 600, 2_000, Infinity);
  expect(again.codes[0]?.spike).toBeNull();
});

test("nothing is rewound to a later time, and nothing where no sample was fed", () => {
  const state = startDetector(CONFIG);
  rewindDetector(state, START);
  expect(state).toEqual(startDetector(CONFIG));
  run(state, START, 0, 10, Infinity);
  const before = structuredClone({ ...state, config: null });
  rewindDetector(state, START + DAY);
  expect({ ...state, config: null }).toEqual(before);
});
