/**
 * Faults: the real programs, ended, frozen, starved and lied to, against ledgers that nobody of them writes.
 *
 * The same seed plays the same schedule. What is asked of it stands in `options.ts`.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { type Campaign, runCampaign } from "./campaign.ts";
import { startKeeper } from "./keeper.ts";
import { MUTANT_SCENARIOS } from "./mutants.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { reportOf } from "./report.ts";
import type { Outcome, Scenario } from "./scenario.ts";
import { SCENARIOS } from "./scenarios/index.ts";
import { ROOT } from "./world.ts";

const ALL: Scenario[] = [...SCENARIOS, ...MUTANT_SCENARIOS];
const say = (line: string) => void process.stderr.write(`${line}\n`);

function asked(): Options {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === "help") {
      console.log(HELP);
      process.exit(0);
    }
    const unknown = options.only.filter((name) => !ALL.some((scenario) => scenario.name.startsWith(name)));
    if (unknown.length > 0)
      throw new Error(`--only must begin the name of a scenario (see --list); got "${unknown.join('", "')}"`);
    return options;
  } catch (error) {
    console.error(`faults: ${(error as Error).message}`);
    process.exit(2);
  }
}

const options = asked();
if (options.list) {
  for (const { name, rows, times, what } of ALL)
    console.log(`${name.padEnd(34)} ${`${times.quick}/${times.full}`.padStart(7)}  ${rows.padEnd(12)} ${what}`);
  process.exit(0);
}

const chosen = ALL.filter(({ name, times }) =>
  options.only.length > 0
    ? options.only.some((only) => name.startsWith(only))
    : (options.times ?? times[options.size]) > 0,
);
const campaign: Campaign = { outcomes: [], skipped: [], brokeOnce: [], tookMs: 0 };

/** What was played so far, also when told to end. */
function conclude(ending = ""): Outcome[] {
  const broken = campaign.outcomes.filter((outcome) => outcome.broken.length > 0);
  const faults = campaign.outcomes.reduce((sum, outcome) => sum + outcome.faults, 0);
  const verdict = broken.length === 0 ? "every law held" : `BROKEN in ${broken.map(({ name }) => name).join(", ")}`;
  const once = campaign.brokeOnce.length === 0 ? "" : `; broke once, and not again: ${campaign.brokeOnce.join(", ")}`;
  const worlds = `${faults} faults in ${campaign.outcomes.length} worlds`;
  say(`faults: seed ${options.seed}: ${worlds}, ${Math.round(campaign.tookMs / 1_000)} s: ${verdict}${once}${ending}`);
  if (options.report !== null) {
    const heading = { command: `npm run faults -- ${process.argv.slice(2).join(" ")}`, seed: options.seed };
    const machine = `${availableParallelism()} cores${ending}`;
    writeFileSync(options.report, reportOf(ALL, campaign, { ...heading, commit: commit(), machine }));
  }
  if (options.json) console.log(JSON.stringify({ seed: options.seed, faults, ...campaign }));
  return broken;
}

function commit(): string {
  const args = ["describe", "--always", "--dirty", "--exclude=*"];
  const { stdout, status } = spawnSync("git", args, { cwd: ROOT, encoding: "utf8" });
  return status === 0 ? stdout.trim() : "unknown";
}

const keeper = startKeeper();
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)
  process.once(signal, () => {
    say(`faults: ${signal}; ending what was started`);
    conclude(`, ended early by ${signal}`);
    keeper.closeNow();
    process.exit(code);
  });

await runCampaign(chosen, options, campaign, say);
await keeper.close();
process.exit(conclude().length > 0 ? 1 : 0);
