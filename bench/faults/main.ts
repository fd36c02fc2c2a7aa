/**
 * Faults: the real programs, ended, frozen, starved and lied to, against ledgers that nobody of them writes.
 *
 *     npm run faults -- --quick            what every change has to pass
 *     npm run faults -- --full             all scenarios, with the numbers of the bars
 *     npm run faults -- --only kill-server-redis --times 200 --seed 7
 *     npm run faults -- --list
 *
 * The same seed plays the same schedule. Exit codes: 0 all laws held, 1 one was broken, 2 asked wrongly.
 */
import { parseArgs } from "node:util";
import { MUTANT_SCENARIOS } from "./mutants.ts";
import { type Outcome, play, type Scenario } from "./scenario.ts";
import { SCENARIOS } from "./scenarios/index.ts";

const ALL: Scenario[] = [...SCENARIOS, ...MUTANT_SCENARIOS];

function asked() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: "boolean", default: false },
        full: { type: "boolean", default: false },
        only: { type: "string", multiple: true, default: [] },
        seed: { type: "string" },
        times: { type: "string" },
        "at-once": { type: "string", default: "5" },
        list: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        verbose: { type: "boolean", default: false },
      },
    });
    const whole = (name: string, text: string | undefined, least: number) => {
      if (text === undefined) return null;
      const value = Number(text);
      if (!Number.isSafeInteger(value) || value < least)
        throw new Error(`--${name} must be a whole number from ${least}; got "${text}"`);
      return value;
    };
    const unknown = values.only.filter((name) => !ALL.some((scenario) => scenario.name.startsWith(name)));
    if (unknown.length > 0)
      throw new Error(`--only must begin the name of a scenario (see --list); got "${unknown.join('", "')}"`);
    return {
      ...values,
      seed: whole("seed", values.seed, 0) ?? Math.floor(Math.random() * 1e9),
      times: whole("times", values.times, 1),
      atOnce: whole("at-once", values["at-once"], 1) ?? 1,
    };
  } catch (error) {
    console.error(`faults: ${(error as Error).message}`);
    process.exit(2);
  }
}

const options = asked();
const isNamed = ({ name }: Scenario) => options.only.some((only) => name.startsWith(only));
const say = (line: string) => void process.stderr.write(`${line}\n`);

if (options.list) {
  for (const { name, rows, times, what } of ALL)
    console.log(`${name.padEnd(34)} ${`${times.quick}/${times.full}`.padStart(7)}  ${rows.padEnd(12)} ${what}`);
  process.exit(0);
}

const timesOf = ({ times }: Scenario) =>
  options.times ?? (options.full || (options.only.length > 0 && !options.quick) ? times.full : times.quick);
const chosen = ALL.filter((scenario) => (options.only.length > 0 ? isNamed(scenario) : timesOf(scenario) > 0));
const skipped: { name: string; why: string }[] = [];
const waiting = chosen.filter((scenario) => {
  const why = scenario.lacks?.() ?? null;
  if (why !== null) skipped.push({ name: scenario.name, why });
  return why === null;
});

say(`faults: seed ${options.seed}; ${waiting.length} scenarios, ${options.atOnce} at once`);
for (const { name, why } of skipped) say(`SKIPPED ${name}: ${why}`);
const outcomes: Outcome[] = [];
const count = waiting.length;
const from = Date.now();

async function lane() {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { name } = next;
    const outcome = await play(next, options.seed, Math.max(1, timesOf(next)), (line) => {
      if (options.verbose) say(`${name}: ${line}`);
    });
    outcomes.push(outcome);
    if (outcome.lacks !== null) {
      skipped.push({ name, why: outcome.lacks });
      say(`SKIPPED ${name}: ${outcome.lacks}`);
      continue;
    }
    const kept = outcome.broken.length === 0;
    const figures = Object.entries(outcome.figures).map(([figure, value]) => `${figure} ${value}`);
    const took = `${outcome.faults} faults, ${Math.round(outcome.tookMs / 1_000)} s`;
    say(
      `${`${outcomes.length}/${count}`.padStart(6)} ${kept ? "ok    " : "BROKEN"} ${name} (${[took, ...figures].join("; ")})`,
    );
    if (kept) continue;
    for (const { law, what } of outcome.broken.slice(0, 10)) say(`         ${law}: ${what}`);
    if (outcome.broken.length > 10) say(`         and ${outcome.broken.length - 10} more`);
    say(outcome.schedule.map((line) => `         ${line}`).join("\n"));
    say(outcome.log);
    say(
      `         again with: npm run faults -- --only ${name} --times ${Math.max(1, timesOf(next))} --seed ${outcome.seed}`,
    );
  }
}
await Promise.all(Array.from({ length: options.atOnce }, lane));

const broken = outcomes.filter((outcome) => outcome.broken.length > 0);
const faults = outcomes.reduce((sum, outcome) => sum + outcome.faults, 0);
say(
  `faults: seed ${options.seed}: ${faults} faults in ${count} scenarios, ${Math.round((Date.now() - from) / 1_000)} s: ` +
    (broken.length === 0 ? "every law held" : `BROKEN in ${broken.map(({ name }) => name).join(", ")}`),
);
if (options.json) console.log(JSON.stringify({ seed: options.seed, faults, skipped, outcomes }));
process.exit(broken.length > 0 ? 1 : 0);
