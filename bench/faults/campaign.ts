/** A campaign: scenarios dealt out over worlds, several of which live at a time. */
import type { Options } from "./options.ts";
import { nameOf, type Outcome, type Part, play, type Scenario } from "./scenario.ts";

export interface Campaign {
  outcomes: Outcome[];
  skipped: { name: string; why: string }[];
  /** Broke a law, and broke none when played again alone. */
  brokeOnce: string[];
  tookMs: number;
}

/** A world has to be made and judged, s. */
const WORLD_TAKES_S = 25;
const takesS = ({ scenario, times }: Part) => WORLD_TAKES_S + times * scenario.takesS;

/** What is to be played; what takes longest comes first, so that nothing long is begun at the end. */
export function partsOf(scenarios: readonly Scenario[], options: Options): Part[] {
  return scenarios
    .flatMap((scenario) => {
      const times = Math.max(options.times ?? scenario.times[options.size], 1);
      const of = Math.ceil(times / (scenario.perWorld ?? times));
      return Array.from({ length: of }, (_, index): Part => {
        // Shares differ by one at most, and add up.
        const share = Math.floor(((index + 1) * times) / of) - Math.floor((index * times) / of);
        return { scenario, part: index + 1, of, times: share };
      });
    })
    .filter(({ part }) => options.part === null || part === options.part)
    .sort((one, other) => takesS(other) - takesS(one));
}

/** Plays what is asked, and puts each outcome into `campaign` as soon as it is there. */
export async function runCampaign(
  scenarios: readonly Scenario[],
  options: Options,
  campaign: Campaign,
  say: (line: string) => void,
): Promise<void> {
  const from = Date.now();
  const skip = (name: string, why: string) => {
    if (campaign.skipped.some((one) => one.name === name)) return;
    campaign.skipped.push({ name, why });
    say(`SKIPPED ${name}: ${why}`);
  };
  const able = scenarios.filter((scenario) => {
    const why = scenario.lacks?.() ?? null;
    if (why !== null) skip(scenario.name, why);
    return why === null;
  });
  const parts = partsOf(able, options);
  const waiting = [...parts];
  const count = waiting.length;
  const all = waiting.reduce((sum, part) => sum + takesS(part), 0);
  let done = 0;
  let under = 0;
  let over = 0;
  say(`faults: seed ${options.seed}; ${able.length} scenarios in ${count} worlds, ${options.atOnce} at once`);

  const lane = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      const name = nameOf(part);
      if (options.within !== null && Date.now() - from > options.within * 60_000) {
        skip(name, `${options.within} min were over before its turn`);
        continue;
      }
      under += takesS(part);
      const outcome = await play(part, options.seed, options.size === "full", (line) => {
        if (options.verbose) say(`${name}: ${line}`);
      });
      under -= takesS(part);
      done += takesS(part);
      over++;
      if (outcome.lacks !== null) {
        skip(part.scenario.name, outcome.lacks);
        continue;
      }
      campaign.outcomes.push(outcome);
      campaign.tookMs = Date.now() - from;
      // What is under way is half done, as far as anybody knows.
      const left = Math.ceil((((Date.now() - from) / 60_000) * (all - done - under / 2)) / (done + under / 2));
      const ahead = over === count ? "" : `; about ${left} min left`;
      say(`${`${over}/${count}`.padStart(7)} ${lineOf(outcome)}${ahead}`);
      if (outcome.broken.length > 0) sayBroken(outcome, part);
    }
  };
  // A busy machine breaks what a quiet one holds; both are said, and what is broken is broken twice.
  const playAgain = async (outcome: Outcome) => {
    const part = parts.find((one) => nameOf(one) === outcome.name);
    if (!part) return;
    say(`         again, alone: ${outcome.name}`);
    const second = await play(part, options.seed, options.size === "full", () => {});
    campaign.tookMs = Date.now() - from;
    say(`         ${lineOf(second)}`);
    if (second.broken.length > 0) return sayBroken(second, part);
    campaign.outcomes[campaign.outcomes.indexOf(outcome)] = second;
    campaign.brokeOnce.push(outcome.name);
  };
  const sayBroken = (outcome: Outcome, { scenario, part, of, times }: Part) => {
    for (const { law, what } of outcome.broken.slice(0, 10)) say(`         ${law}: ${what}`);
    if (outcome.broken.length > 10) say(`         and ${outcome.broken.length - 10} more`);
    say(outcome.schedule.map((line) => `         ${line}`).join("\n"));
    say(outcome.log);
    const size = options.size === "full" ? "--full" : "--quick";
    const all = options.times ?? (of === 1 ? times : scenario.times[options.size]);
    const again = `--only ${scenario.name} ${size} --times ${all} --seed ${options.seed}`;
    say(`         again with: npm run faults -- ${again}${of === 1 ? "" : ` --part ${part}`}`);
  };
  await Promise.all(Array.from({ length: options.atOnce }, lane));
  if (options.again)
    for (const outcome of campaign.outcomes.filter(({ broken }) => broken.length > 0)) await playAgain(outcome);
}

function lineOf({ broken, name, faults, tookMs, figures }: Outcome): string {
  const said = Object.entries(figures).map(([figure, values]) => `${figure} ${Math.max(...values)}`);
  const took = `${faults} faults, ${Math.round(tookMs / 1_000)} s`;
  return `${broken.length === 0 ? "ok    " : "BROKEN"} ${name} (${[took, ...said].join("; ")})`;
}
