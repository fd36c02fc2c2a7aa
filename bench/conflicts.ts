/**
 * How well conflicts are read: `node bench/conflicts.ts FILE [--wrong]`.
 *
 * FILE holds exchanges as `statusquo diagnose` reads them, each with its label in `cause` and, where a fair judge would
 * accept others, those in `also`. Recall is the mean over labels of how many of each were read right (strictly).
 * `--wrong` lists what was not read as labelled.
 */
import { createReadStream } from "node:fs";
import { elementsOf } from "../apps/server/src/exchanges/elements.ts";
import { readExchange } from "../apps/server/src/exchanges/exchange.ts";
import { diagnoseConflict } from "../packages/core/src/index.ts";

const [file, flag] = process.argv.slice(2);
if (file === undefined) throw new Error("name a file of labelled exchanges: node bench/conflicts.ts FILE [--wrong]");

interface Scored {
  label: string;
  right: boolean;
  strict: boolean;
  inTwo: boolean;
  top: string;
  share: number;
}
const scored: Scored[] = [];
for await (const { line, text } of elementsOf(createReadStream(file))) {
  const exchange = readExchange(text);
  if ("problem" in exchange) throw new Error(`${file}:${line}: ${exchange.problem}`);
  const { cause, also = [], body } = JSON.parse(text) as { cause: string; also?: string[] | string; body: string };
  const [first, second] = diagnoseConflict(exchange.conflict);
  if (first === undefined || second === undefined) throw new Error("a reading has at least two causes");
  const accepted = [cause, ...[also].flat()];
  const right = accepted.includes(first.cause);
  const inTwo = right || accepted.includes(second.cause);
  const strict = first.cause === cause;
  scored.push({ label: cause, right, strict, inTwo, top: first.cause, share: first.share });
  if (flag === "--wrong" && !right) {
    const places = `${first.cause} ${first.share.toFixed(2)}, ${second.cause} ${second.share.toFixed(2)}`;
    console.log(`${inTwo ? "2nd " : "miss"} ${exchange.id} ${accepted.join("|")} read as ${places}`);
    console.log(
      `     ${exchange.conflict.method} ${exchange.conflict.pathShape}  ${body.slice(0, 160).replace(/\s+/g, " ")}`,
    );
  }
}

const count = (of: readonly Scored[], which: (one: Scored) => boolean) => of.filter(which).length;
const percent = (part: number, whole: number) => (whole === 0 ? "none" : `${((100 * part) / whole).toFixed(1)} %`);
const all = scored.length;
const labels = [...new Set(scored.map(({ label }) => label))].sort();
const recalls = labels.map((label) => {
  const those = scored.filter((one) => one.label === label);
  return { label, of: those.length, hit: count(those, ({ strict }) => strict) };
});
const recall = recalls.reduce((sum, { hit, of }) => sum + hit / of, 0) / recalls.length;
const brier = scored.reduce((sum, { share, right }) => sum + (share - (right ? 1 : 0)) ** 2, 0) / all;
const silent = scored.filter(({ label }) => label === "undetermined");
const wronglySilent = count(scored, ({ top, right }) => top === "undetermined" && !right);

for (const { label, hit, of } of recalls) console.log(`${label.padEnd(24)} ${hit} of ${of}`);
console.log(`exchanges                ${all}`);
console.log(
  `right first              ${percent(
    count(scored, ({ right }) => right),
    all,
  )}`,
);
console.log(
  `right first, strictly    ${percent(
    count(scored, ({ strict }) => strict),
    all,
  )}`,
);
console.log(
  `among the first two      ${percent(
    count(scored, ({ inTwo }) => inTwo),
    all,
  )}`,
);
console.log(`mean recall over labels  ${(100 * recall).toFixed(1)} %`);
console.log(
  `undetermined             ${count(silent, ({ top }) => top === "undetermined")} of ${silent.length}; said wrongly ${wronglySilent} times`,
);
console.log(`Brier of the top share   ${brier.toFixed(3)}`);
