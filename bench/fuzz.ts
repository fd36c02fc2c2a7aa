/**
 * Damaged input by the ten thousand: `node bench/fuzz.ts [--count 10000] [--seed 1]`.
 *
 * Definitions are reloaded one after the other, messages of Redis are read, and ten times as many texts go through all that
 * shows texts of others (`bench/fuzz-texts.ts`). Exits 1 at the first that throws, changes what
 * is in force without being good, or is read as something that is not whole; it is named by its number and the seed.
 */
import { parseArgs } from "node:util";
import { dice, fuzzDefinitions, fuzzMessages } from "../apps/server/test/fuzz.ts";
import { fuzzTexts } from "./fuzz-texts.ts";

const { values } = parseArgs({
  options: { count: { type: "string", default: "10000" }, seed: { type: "string", default: "1" } },
});
const [count, seed] = [Number(values.count), Number(values.seed)];
for (const [what, fuzz] of [
  ["definitions", fuzzDefinitions],
  ["messages", fuzzMessages],
] as const) {
  const { tried, used } = await fuzz(count, seed);
  process.stdout.write(`${what}: ${tried} damaged, seed ${seed}: ${used} could be used, 0 broke anything\n`);
}
const { texts, places } = fuzzTexts(10 * count, dice(seed));
process.stdout.write(`texts: ${texts}, seed ${seed}: shown in ${places} places, 0 were more than a text\n`);
