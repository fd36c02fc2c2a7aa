/**
 * How many samples a second one process judges: `node bench/detector.ts [regions] [monitors]`.
 *
 * All monitors are fed in turn, as live, so that states leave the processor's caches as they would there. The answers
 * are 1 % of 409; absolute figures depend on the machine.
 */
import { type DetectorState, feed, packDetector, startDetector } from "../packages/core/src/index.ts";

const regions = Array.from({ length: Number(process.argv[2] ?? 3) }, (_, index) => `region-${index}`);
const monitors = Number(process.argv[3] ?? 200);
const intervalMs = 60_000;
const config = { regions, intervalMs, falseAlarmsPerYear: 1 };
const states: DetectorState[] = Array.from({ length: monitors }, () => startDetector(config));

let seed = 1;
function round(slot: number): number {
  let opened = 0;
  for (const [index, region] of regions.entries()) {
    const at = 1_700_000_000_000 + slot * intervalMs + index;
    for (const state of states) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      const bad = seed < 0.01 * 2 ** 32;
      const events = feed(state, { at, region, code: bad ? 409 : 200, expected: !bad });
      opened += events.filter((event) => event.kind === "opened").length;
    }
  }
  return opened;
}

const perRound = regions.length * monitors;
let slot = 0;
while (slot * perRound < 300_000) round(slot++);
const rounds = Math.ceil(2_000_000 / perRound);
const before = process.cpuUsage();
let opened = 0;
for (let count = 0; count < rounds; count++) opened += round(slot++);
const { user, system } = process.cpuUsage(before);
const seconds = (user + system) / 1e6;
const packs = 20_000;
const packedFrom = process.cpuUsage();
let bytes = 0;
for (let count = 0; count < packs; count++)
  bytes = packDetector(states[count % monitors]!, states[count % monitors]!.seasonsRevision).live.byteLength;
const packing = process.cpuUsage(packedFrom);
process.stdout.write(
  `${regions.length} regions, ${monitors} monitors: ${Math.round((rounds * perRound) / seconds)} samples per CPU second, ` +
    `${opened} openings in ${rounds * perRound} samples; ` +
    `packing ${((packing.user + packing.system) / packs).toFixed(1)} us, ${bytes} B live\n`,
);
