/** What is asked of the harness. */
import { parseArgs } from "node:util";

export interface Options {
  /** `full` measures the bars too. */
  size: "quick" | "full";
  /** Beginnings of names; all scenarios of the size when empty. */
  only: string[];
  seed: number;
  /** Of each scenario; its own number when null. */
  times: number | null;
  /** The one world of a scenario that is dealt out over several; all of them when null. */
  part: number | null;
  atOnce: number;
  /** Minutes after which no world is begun; what is left then is said. No limit when null. */
  within: number | null;
  /** What broke a law is played once more, alone; the run fails by what breaks again. */
  again: boolean;
  list: boolean;
  json: boolean;
  verbose: boolean;
  /** A Markdown file with the results. */
  report: string | null;
}

export const HELP = `Faults: the real programs, ended, frozen, starved and lied to; laws checked from outside.

    npm run faults -- --quick            what every change has to pass; a part of npm test
    npm run faults -- --full             all scenarios, with the numbers of the bars
    npm run faults -- --only kill-server-redis --times 200 --seed 7

  --quick            few faults of each scenario (as it is without --full)
  --full             as many as the bars ask for; a slow recovery breaks a law where the machine is calm
  --only NAME        scenarios whose names begin so; may be given again
  --times N          so many faults of each scenario
  --part N           only the Nth world of a scenario that is dealt out over several
  --seed N           throws the same faults again; a new one is printed when absent
  --at-once N        so many worlds at a time (8)
  --within MINUTES   begins nothing after so long, and says what was left out
  --again            plays what broke a law once more, alone; only what breaks again fails the run
  --report FILE      the results as a table in Markdown
  --json             the results as JSON on standard output
  --verbose          every fault as it is injected
  --list             the scenarios: faults in a quick/full run, rows of the fault matrix, what each proves
  --help             this

Exit codes: 0 every law held, 1 one was broken, 2 asked wrongly, 130 and 143 told to end.`;

/** @throws Error saying what is wrong with the arguments */
export function readOptions(args: string[]): Options | "help" {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      full: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      seed: { type: "string" },
      times: { type: "string" },
      part: { type: "string" },
      "at-once": { type: "string", default: "8" },
      within: { type: "string" },
      report: { type: "string" },
      list: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      again: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  if (values.quick && values.full) throw new Error("--quick and --full exclude each other; give one of them");
  const whole = (name: string, text: string | undefined, least: number) => {
    if (text === undefined) return null;
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new Error(`--${name} must be a whole number from ${least}; got "${text}", as in --${name} ${least + 6}`);
    return value;
  };
  const isFull = values.full || (values.only.length > 0 && !values.quick);
  return {
    ...{ only: values.only, list: values.list, json: values.json, verbose: values.verbose, again: values.again },
    report: values.report ?? null,
    size: isFull ? "full" : "quick",
    seed: whole("seed", values.seed, 0) ?? Math.floor(Math.random() * 1e9),
    times: whole("times", values.times, 1),
    part: whole("part", values.part, 1),
    atOnce: whole("at-once", values["at-once"], 1) ?? 1,
    within: whole("within", values.within, 1),
  };
}
