/**
 * False alarms per monitor-year over quiet worlds, by family: `node bench/false-alarms.ts [--quick] [--seed 1]
 * [--without pairs,week,local,bursts,audit,sizes]`.
 *
 * An incident that stays open counts once more for every day. Intervals are exact for a Poisson count, 95 %.
 */
import { judgeWorld } from "./judge-world.ts";
import { options } from "./options.ts";
import { quietWorlds } from "./worlds.ts";

const DAY = 1_440;
const { quick, seed, budget, without, name } = options();

interface Row {
  minutes: number;
  alarms: number;
}
const byFamily = new Map<string, Row>();
for (const world of quietWorlds(quick)) {
  const row = byFamily.get(world.family) ?? { minutes: 0, alarms: 0 };
  byFamily.set(world.family, row);
  row.minutes += world.minutes - world.warmMin;
  for (const { openedMin, closedMin } of judgeWorld(world, seed, budget, without)) {
    const from = Math.max(openedMin, world.warmMin);
    if (openedMin >= world.warmMin) row.alarms += 1;
    row.alarms += Math.floor(Math.max(0, (closedMin ?? world.minutes) - from) / DAY);
  }
}

/** The probability of at most `count` events when `mean` are due. */
function poisson(count: number, mean: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  for (let n = 1; n <= count; n++) {
    term *= mean / n;
    sum += term;
  }
  return sum;
}

/** The mean at which `holds` turns from false to true; it rises with the mean. */
function meanWhere(holds: (mean: number) => boolean): number {
  let [low, high] = [0, 1_000];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function line(family: string, { minutes, alarms }: Row): string {
  const years = minutes / (365.25 * DAY);
  const least = alarms === 0 ? 0 : meanWhere((mean) => 1 - poisson(alarms - 1, mean) >= 0.025) / years;
  const most = meanWhere((mean) => poisson(alarms, mean) <= 0.025) / years;
  const numbers = [years.toFixed(1), String(alarms), (alarms / years).toFixed(2), least.toFixed(2), most.toFixed(2)];
  return `${family.padEnd(22)}${numbers.map((number) => number.padStart(8)).join("")}`;
}

const lines = [...byFamily].map(([family, row]) => line(family, row));
const all = { minutes: 0, alarms: 0 };
for (const { minutes, alarms } of byFamily.values()) {
  all.minutes += minutes;
  all.alarms += alarms;
}
process.stdout.write(
  `false alarms, seed ${seed}${name}\n${"family".padEnd(22)}   years  alarms  a year    from      to\n` +
    `${lines.join("\n")}\n${line("all", all)}\n`,
);
