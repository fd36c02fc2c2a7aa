/**
 * How many changes are found, and how late, against what no rule can beat: `node bench/delay.ts [--quick] [--seed 1]
 * [--without pairs,week,local,bursts,audit,sizes]`.
 *
 * A change that is not found counts with its whole length. The mean over cells is geometric, and over those cells that
 * evidence limits rather than the interval: a bound of 3 minutes or more, and a change 4 times as long.
 */
import { judgeWorld } from "./judge-world.ts";
import { options } from "./options.ts";
import { changedWorlds } from "./worlds.ts";

const { quick, seed, budget, without, name } = options();

interface Row {
  changes: number;
  found: number;
  delays: number[];
  recoveries: number[];
  boundMin: number;
  lastsMin: number;
}
const byCell = new Map<string, Row>();
let onsets = 0;
let onsetsWithin = 0;
for (const world of changedWorlds(quick)) {
  const happened = judgeWorld(world, seed, budget, without);
  const { cell, from, until, boundMin } = world.change!;
  const empty: Row = { changes: 0, found: 0, delays: [], recoveries: [], boundMin, lastsMin: until - from };
  const row = byCell.get(cell) ?? empty;
  byCell.set(cell, row);
  row.changes += 1;
  const hits = happened.filter(({ openedMin }) => openedMin >= from && openedMin <= until + 1);
  const [first] = hits;
  row.delays.push(Math.min(first ? first.openedMin - from : until - from, until - from));
  if (first === undefined) continue;
  row.found += 1;
  const closedMin = hits.at(-1)!.closedMin;
  if (closedMin !== null && closedMin >= until) row.recoveries.push(closedMin - until);
  if (!cell.startsWith("ramp")) {
    onsets += 1;
    if (Math.abs(first.onsetMin - from) <= Math.max(first.onsetUncertaintyMin, world.intervalMin)) onsetsWithin += 1;
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const rows = [...byCell];
const lines = rows.map(([cell, { changes, found, delays, recoveries, boundMin }]) => {
  const numbers = [mean(delays), boundMin, mean(delays) / boundMin, median(recoveries)];
  const shown = [String(changes), String(found), ...numbers.map((number) => number.toFixed(2))];
  return `${cell.padEnd(48)}${shown.map((number) => number.padStart(9)).join("")}`;
});
const limited = rows.filter(([, { boundMin, lastsMin }]) => boundMin >= 3 && lastsMin >= 4 * boundMin);
const ratio = Math.exp(mean(limited.map(([, { delays, boundMin }]) => Math.log(mean(delays) / boundMin))));
const changes = rows.reduce((sum, [, row]) => sum + row.changes, 0);
const found = rows.reduce((sum, [, row]) => sum + row.found, 0);
process.stdout.write(
  `delay, seed ${seed}${name}\n${"minutes".padEnd(48)}  changes    found     mean    bound    ratio recovery\n` +
    `${lines.join("\n")}\n` +
    `found ${found} of ${changes} (${((100 * found) / changes).toFixed(1)} %), ` +
    `delay over the bound ${ratio.toFixed(2)} over ${limited.length} cells, ` +
    `onset within its stated range ${onsetsWithin} of ${onsets} (${((100 * onsetsWithin) / onsets).toFixed(1)} %)\n`,
);
