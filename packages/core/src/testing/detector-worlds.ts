/**
 * Worlds for the detector's oracle: small deterministic series of answers, the same in every language that can multiply
 * 32-bit integers.
 */
import type { DetectorConfig, DetectorSample } from "../detector.ts";

export interface DetectorWorld {
  config: DetectorConfig;
  samples: () => Generator<DetectorSample>;
}

const START = 1_709_251_200_000;
const DAY_MIN = 1_440;

/** A stream of numbers from 0 to below 1 (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function answer(at: number, region: string, code: number): DetectorSample {
  return { at, region, code, expected: code >= 200 && code < 300 };
}

/**
 * Twelve days in three regions: 1 % of 409 with short bursts and a nightly half hour of it, one lost answer in 500; a new
 * code 503, more 409 in one region, a long gap, and three new codes at once.
 */
function* weeks(): Generator<DetectorSample> {
  const roll = dice(409);
  let burstUntil = -1;
  for (let minute = 0; minute < 12 * DAY_MIN; minute++) {
    const ofDay = minute % DAY_MIN;
    if (roll() < 1 / 360) burstUntil = minute + 2;
    for (const [index, region] of ["ap", "eu", "us"].entries()) {
      const at = START + minute * 60_000 + 10_000 + 15_000 * index + Math.floor(roll() * 3_000);
      const missed = roll() < 0.01;
      const chance = roll();
      if (missed || (minute >= 12_960 && minute < 13_536)) continue;
      let conflict = minute < burstUntil ? 0.6 : ofDay >= 120 && ofDay < 150 ? 0.4 : 0.01;
      if (region === "eu" && minute >= 12_240 && minute < 12_360) conflict += 0.25;
      const unavailable = minute >= 8_700 && minute < 8_880 ? 0.3 : 0;
      const mixed = minute >= 14_700 && minute < 14_790 ? 0.4 : 0;
      let code = 200;
      if (chance < conflict) code = 409;
      else if (chance < conflict + unavailable) code = 503;
      else if (chance < conflict + unavailable + 0.002) code = 0;
      else if (chance < conflict + unavailable + 0.002 + mixed) code = [500, 502, 504][Math.floor((chance * 1e6) % 3)]!;
      yield answer(at, region, code);
    }
  }
}

/** One region. After half an hour nearly every second answer is 422 and stays so; later, 409 only for a while. */
function* cold(): Generator<DetectorSample> {
  const roll = dice(7);
  for (let slot = 0; slot < 1_800; slot++) {
    let code = slot >= 60 && roll() < 0.45 ? 422 : 200;
    if (slot < 60) roll();
    if (slot >= 1_400 && slot < 1_440) code = 409;
    yield answer(START + slot * 30_000 + 5_000, "only", code);
  }
}

/** Two regions every ten seconds, with frequent short runs of 409 that make the detector raise its threshold. */
function* trembling(): Generator<DetectorSample> {
  const roll = dice(99);
  let badLeft = 0;
  for (let slot = 0; slot < 9_000; slot++) {
    for (const [index, region] of ["a", "b"].entries()) {
      const chance = roll();
      const onset = roll();
      if (badLeft > 0) badLeft -= 1;
      else if (onset < 0.0016) badLeft = 7;
      const bad = (badLeft > 0 && chance < 0.9) || chance < 0.004;
      yield answer(START + slot * 10_000 + 2_000 + 5_000 * index, region, bad ? 409 : 204);
    }
  }
}

export const WORLDS: Readonly<Record<"weeks" | "cold" | "trembling", DetectorWorld>> = {
  weeks: { config: { regions: ["ap", "eu", "us"], intervalMs: 60_000, falseAlarmsPerYear: 1 }, samples: weeks },
  cold: { config: { regions: ["only"], intervalMs: 30_000, falseAlarmsPerYear: 12 }, samples: cold },
  trembling: { config: { regions: ["a", "b"], intervalMs: 10_000, falseAlarmsPerYear: 1 }, samples: trembling },
};
