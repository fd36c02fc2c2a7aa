/**
 * Worlds for judging the detector: quiet ones, in which every opening is a false alarm, and ones that change at a known
 * minute. All chance comes from a seed, so that a figure can be had again.
 */

/** How often a code comes, by minute since the start and by region; shares below 0 count as 0. */
type Share = (minute: number, region: number) => number;

export interface World {
  name: string;
  family: string;
  regions: number;
  intervalMin: number;
  minutes: number;
  /** Openings before this minute are learning, and not counted. */
  warmMin: number;
  change: Change | null;
  /** The code of a sample, or null for a missed slot. */
  codes(roll: () => number): (minute: number, region: number) => number | null;
}

export interface Change {
  cell: string;
  from: number;
  until: number;
  /** Minutes that no rule with one false alarm a year can beat on average (docs/statistics.md#limits). */
  boundMin: number;
  /** The regions that change, of all. */
  regions: readonly number[];
  code: number;
}

const DAY = 1_440;
const YEAR = 525_600;

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

/** A seed of its own for every name, so that leaving worlds out changes no other. */
export function seedOf(seed: number, name: string): number {
  let hash = 2_166_136_261 ^ seed;
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 16_777_619);
  return hash >>> 0;
}

const plain = (code: number, share: Share) => (roll: () => number) => (minute: number, region: number) =>
  roll() < share(minute, region) ? code : 200;

/** Stretches that begin `perDay` times a day and last `meanMin` on average, as a lookup by minute. */
function stretches(roll: () => number, minutes: number, perDay: number, meanMin: number): (minute: number) => boolean {
  const found: { from: number; until: number }[] = [];
  for (let at = 0; at < minutes; ) {
    at += (-Math.log(1 - roll()) * DAY) / perDay;
    found.push({ from: at, until: at + 0.5 - Math.log(1 - roll()) * meanMin });
  }
  let next = 0;
  return (minute) => {
    while (next < found.length && found[next]!.until <= minute) next += 1;
    return next < found.length && found[next]!.from <= minute;
  };
}

interface Family {
  family: string;
  monitors: number;
  regions: number;
  days?: number;
  warmDays?: number;
  intervalMin?: number;
  /** @param nth of the family's monitors; families vary by it */
  codes(nth: number, regions: number, minutes: number): World["codes"];
}

const steady = (share: number) => () => plain(409, () => share);
const pick = <T>(values: readonly T[], nth: number): T => values[nth % values.length]!;

const FAMILIES: Family[] = [
  ...[0, 0.001, 0.01, 0.05, 0.2].flatMap((share) =>
    [1, 3, 6].map((regions) => ({
      family: `steady ${share * 100} %`,
      monitors: regions === 6 ? 2 : 8,
      regions,
      codes: steady(share),
    })),
  ),
  ...[1, 3].flatMap((regions): Family[] => [
    {
      family: "day and week",
      monitors: 12,
      regions,
      codes: (nth) => {
        const share = pick([0.01, 0.05], nth);
        const isWeekend = (minute: number) => Math.floor(minute / DAY) % 7 > 4;
        const wave = (minute: number) => Math.sin((2 * Math.PI * (minute + 97 * nth)) / DAY);
        return plain(409, (minute) => share * Math.exp(1.1 * wave(minute)) * (isWeekend(minute) ? 0.5 : 1));
      },
    },
    {
      family: "nightly",
      monitors: 10,
      regions,
      codes: (nth) =>
        plain(409, (minute) => (minute % DAY >= 120 && minute % DAY < 150 ? 0.3 : pick([0.001, 0.01], nth))),
    },
    {
      family: "weekly",
      monitors: 8,
      regions,
      days: 63,
      warmDays: 22,
      codes: (nth) => {
        const isBatch = (minute: number) => minute % (7 * DAY) >= 8_820 && minute % (7 * DAY) < 8_860;
        return plain(409, (minute) => (isBatch(minute) ? 0.3 : pick([0.001, 0.01], nth)));
      },
    },
    {
      family: "drift",
      monitors: 12,
      regions,
      codes: (nth, _, minutes) => {
        const factor = pick([3, 4, 0.25], Math.floor(nth / 3));
        return plain(409, (minute) => pick([0.005, 0.02, 0.05], nth) * factor ** (minute / minutes));
      },
    },
    {
      family: "bursts",
      monitors: 12,
      regions,
      days: 52,
      warmDays: 14,
      codes: (nth, _, minutes) => (roll) => {
        const inBurst = stretches(roll, minutes, pick([2, 6], Math.floor(nth / 2)), 1.5);
        return plain(409, (minute) => (inBurst(minute) ? 0.6 : pick([0.0005, 0.01], nth)))(roll);
      },
    },
    {
      family: "wandering",
      monitors: 10,
      regions,
      codes: (nth) => (roll) => {
        const keep = Math.exp(-1 / 45);
        const step = 0.5 * Math.sqrt(1 - keep * keep);
        let level = 0;
        let last = -1;
        return plain(409, (minute) => {
          if (minute > last) {
            last = minute;
            level = keep * level + step * Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll());
          }
          return pick([0.01, 0.05], nth) * Math.exp(level - 0.125);
        })(roll);
      },
    },
    {
      family: "gaps",
      monitors: 8,
      regions,
      codes: (nth, count, minutes) => (roll) => {
        const isAway = Array.from({ length: count }, () => stretches(roll, minutes, 0.3, 180));
        const share = pick([0.001, 0.01, 0.05], nth);
        return (minute, region) => (isAway[region]!(minute) || roll() < 0.05 ? null : roll() < share ? 409 : 200);
      },
    },
    {
      family: "many codes",
      monitors: 8,
      regions,
      codes: (nth) => (roll) => () => {
        const chance = roll();
        const conflict = pick([0.001, 0.05], nth);
        if (chance < conflict) return 409;
        const index = [0.003, 0.001, 0.002, 0.0005].findIndex((_, at, all) => {
          return chance < conflict + all.slice(0, at + 1).reduce((sum, share) => sum + share, 0);
        });
        return index < 0 ? 200 : [503, 0, 500, 502][index]!;
      },
    },
  ]),
  {
    family: "blips of a region",
    monitors: 12,
    regions: 3,
    days: 52,
    warmDays: 14,
    codes: (nth, count, minutes) => (roll) => {
      const perDay = pick([1, 3], Math.floor(nth / 2));
      const isAway = Array.from({ length: count }, () => stretches(roll, minutes, perDay, 1));
      const share = pick([0.0005, 0.01], nth);
      return (minute, region) => (isAway[region]!(minute) && roll() < 0.9 ? 0 : roll() < share ? 409 : 200);
    },
  },
  ...[3, 6].map((regions) => ({
    family: "all regions at once",
    monitors: regions === 3 ? 12 : 4,
    regions,
    codes: (nth: number) => (roll: () => number) => {
      let last = -1;
      let isHit = false;
      return plain(409, (minute) => {
        const slot = Math.floor(minute);
        if (slot > last) {
          last = slot;
          isHit = roll() < pick([0.002, 0.01], nth);
        }
        return isHit ? 0.8 : 0.0005;
      })(roll);
    },
  })),
  {
    family: "unequal regions",
    monitors: 10,
    regions: 3,
    codes: (nth) => plain(409, (_, region) => pick([0.002, 0.01], nth) * (region === 2 ? pick([20, 10], nth) : 1)),
  },
  ...[1, 3].flatMap((regions) =>
    [
      { family: "every 10 s", intervalMin: 1 / 6, monitors: 8, days: 12, warmDays: 2 },
      { family: "every 5 min", intervalMin: 5, monitors: 8, days: 150 },
      { family: "every hour", intervalMin: 60, monitors: 4, days: 720, warmDays: 30 },
    ].map((kind) => ({
      ...kind,
      regions,
      codes: (nth: number) => plain(409, () => pick([0, 0.001, 0.01, 0.05], nth)),
    })),
  ),
];

/** Worlds in which nothing deserves an alarm. `quick`: one in six. */
export function quietWorlds(quick: boolean): World[] {
  return FAMILIES.flatMap(({ family, monitors, regions, days = 45, warmDays = 7, intervalMin = 1, codes }) =>
    Array.from({ length: Math.ceil(monitors / (quick ? 6 : 1)) }, (_, nth): World => {
      const minutes = days * DAY;
      const name = `${family}, ${regions} regions, ${nth}`;
      const made = codes(nth, regions, minutes);
      return { name, family, regions, intervalMin, minutes, warmMin: warmDays * DAY, change: null, codes: made };
    }),
  );
}

/** What the samples of one sweep can tell at best: Kullback-Leibler divergence of the shares, in nats. */
function divergence(after: number, before: number): number {
  const from = Math.min(Math.max(before, 1e-5), 1 - 1e-9);
  const bad = after === 0 ? 0 : after * Math.log(after / from);
  return bad + (after === 1 ? 0 : (1 - after) * Math.log((1 - after) / (1 - from)));
}

interface Cell {
  cell: string;
  regions: number;
  affected: readonly number[];
  usual: number;
  changed: number;
  historyDays?: number;
  lastsMin?: number;
  rampMin?: number;
  code?: number;
  monitors: number;
}

function changedWorld(one: Cell, nth: number): World {
  const { cell, regions, affected, usual, changed, historyDays = 5, rampMin = 0, code = 409 } = one;
  const boundMin = Math.log(YEAR) / (affected.length * divergence(changed, usual));
  const lastsMin = one.lastsMin ?? Math.min(2 * DAY, Math.max(60, 8 * boundMin));
  const calmMin = Math.max(240, Math.min(DAY, 3 * boundMin));
  const name = `${cell}, ${nth}`;
  return {
    name,
    family: cell,
    regions,
    intervalMin: 1,
    minutes: Math.ceil((historyDays + (historyDays === 0 ? 0 : 1)) * DAY + lastsMin + calmMin),
    warmMin: 0,
    change: { cell, from: 0, until: 0, boundMin, regions: affected, code },
    codes(roll) {
      const from = historyDays === 0 ? 0 : (historyDays + roll()) * DAY;
      Object.assign(this.change!, { from, until: from + lastsMin });
      return (minute, region) => {
        const isIn = minute >= from && minute < from + lastsMin && affected.includes(region);
        const part = rampMin === 0 ? 1 : Math.min(1, (minute - from) / rampMin);
        return roll() < (isIn ? usual + (changed - usual) * part : usual) ? code : 200;
      };
    },
  };
}

const ALL = [0, 1, 2];

/** Worlds that change once. `quick`: a quarter of them. */
export function changedWorlds(quick: boolean): World[] {
  const cells: Cell[] = [];
  const shares = [0.1, 0.3, 0.5, 1];
  for (const usual of [0, 0.001, 0.01, 0.05, 0.2]) {
    for (const changed of shares.filter((share) => share >= usual + 0.05)) {
      const words = `${usual * 100} % to ${changed * 100} %`;
      const step = { usual, changed, monitors: 16 };
      cells.push({ ...step, cell: `3 regions, ${words}`, regions: 3, affected: ALL });
      cells.push({ ...step, cell: `1 of 3 regions, ${words}`, regions: 3, affected: [1] });
      cells.push({ ...step, cell: `1 region, ${words}`, regions: 1, affected: [0] });
    }
  }
  for (const [usual, changed] of [
    [0.001, 0.5],
    [0.01, 0.3],
    [0.05, 0.5],
  ] as const) {
    const two = { usual, changed, monitors: 16, regions: 6, affected: [1, 4] };
    cells.push({ ...two, cell: `2 of 6 regions, ${usual * 100} % to ${changed * 100} %` });
  }
  for (const usual of [0, 0.001, 0.01, 0.05]) {
    const words = `from ${usual * 100} %`;
    const short = { usual, changed: 1, monitors: 16 };
    cells.push({ ...short, cell: `3 minutes of 100 %, 3 regions, ${words}`, regions: 3, affected: ALL, lastsMin: 3 });
    cells.push({ ...short, cell: `5 minutes of 100 %, 1 region, ${words}`, regions: 1, affected: [0], lastsMin: 5 });
  }
  for (const usual of [0.001, 0.01, 0.05]) {
    const ramp = { usual, changed: 0.3, monitors: 12, regions: 3, affected: ALL, lastsMin: 180, rampMin: 30 };
    cells.push({ ...ramp, cell: `ramp of 30 minutes, 3 regions, ${usual * 100} % to 30 %` });
  }
  for (const code of [409, 503]) {
    const cold = { usual: 0, changed: 1, historyDays: 0, monitors: 8, code };
    cells.push({ ...cold, cell: `${code} from the first sample, 1 region`, regions: 1, affected: [0] });
    cells.push({ ...cold, cell: `${code} from the first sample, 3 regions`, regions: 3, affected: ALL });
  }
  for (const code of [503, 0]) {
    const other = { usual: 0.001, changed: 0.5, monitors: 12, regions: 3, affected: ALL, code };
    cells.push({ ...other, cell: `${code === 0 ? "no answer" : code}, 3 regions, 0.1 % to 50 %` });
  }
  return cells.flatMap((cell) =>
    Array.from({ length: Math.ceil(cell.monitors / (quick ? 4 : 1)) }, (_, nth) => changedWorld(cell, nth)),
  );
}
