/** The results of a campaign as Markdown: what was done to each scenario, what was looked at, what was broken. */
import { BARS, type BarName, BUSY, isAbove, type Took } from "./bars.ts";
import type { Campaign } from "./campaign.ts";
import type { Outcome, Scenario } from "./scenario.ts";

export interface Heading {
  command: string;
  seed: number;
  commit: string;
  machine: string;
}

export function reportOf(scenarios: readonly Scenario[], campaign: Campaign, heading: Heading): string {
  const { outcomes, skipped, tookMs } = campaign;
  const total = sumOf(outcomes);
  const lines = [
    `\`${heading.command}\`, seed ${heading.seed}, commit \`${heading.commit}\`, ${Math.round(tookMs / 60_000)} minutes on ${heading.machine}:`,
    `${total.faults} faults in ${outcomes.length} worlds; ${total.rows} rows, ${total.asked} requests and ${total.messages} messages`,
    `compared; laws broken: ${total.broken}; incidents on healthy targets: ${total.incidentsOnWell} (of ${total.incidents}); open incidents opened`,
    `again: ${total.again}; messages told twice where a process ended between acceptance and mark: ${total.twice}.`,
    ...(total.deserved === 0
      ? []
      : [`Incidents while the target itself stood still for want of a processor: ${total.deserved}.`]),
    "",
    "| scenario | rows | faults | rows compared | messages (twice) | laws broken |",
    "| --- | --- | --- | --- | --- | --- |",
  ];
  for (const scenario of scenarios) {
    const own = outcomes.filter(({ name }) => name === scenario.name || name.startsWith(`${scenario.name} `));
    if (own.length === 0) continue;
    const { faults, rows, messages, twice, broken } = sumOf(own);
    const laws = broken === 0 ? "none" : `${broken}: ${[...new Set(own.flatMap(lawsOf))].join(", ")}`;
    lines.push(`| ${scenario.name} | ${scenario.rows} | ${faults} | ${rows} | ${messages} (${twice}) | ${laws} |`);
  }
  lines.push(
    "",
    "| recovery, ms | bar | times | p50 | p95 | longest | above the bar |",
    "| --- | --- | --- | --- | --- | --- | --- |",
  );
  for (const name of Object.keys(BARS) as BarName[]) {
    const all = outcomes.flatMap(({ recoveries }) => recoveries[name] ?? []);
    if (all.length > 0) lines.push(rowOf(name, all));
  }
  for (const { name, why } of skipped) lines.push("", `Skipped: ${name} (${why}).`);
  return `${lines.join("\n")}\n`;
}

function rowOf(name: BarName, all: Took[]): string {
  const ms = all.map((one) => one.ms).sort((one, other) => one - other);
  const at = (share: number) => ms[Math.min(ms.length - 1, Math.floor(share * ms.length))];
  const above = all.filter((one) => isAbove(name, one));
  const busy = above.filter(({ load }) => load > BUSY).length;
  const said = above.length === 0 ? "0" : `${above.length}, ${busy} of them at a load above ${BUSY} a core`;
  return `| ${BARS[name].what} | ${BARS[name].mostMs} | ${ms.length} | ${at(0.5)} | ${at(0.95)} | ${ms.at(-1)} | ${said} |`;
}

const lawsOf = ({ broken }: Outcome) => broken.map(({ law }) => law);

function sumOf(outcomes: readonly Outcome[]) {
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((all, outcome) => all + of(outcome), 0);
  return {
    faults: sum(({ faults }) => faults),
    broken: sum(({ broken }) => broken.length),
    rows: sum(({ seen }) => seen.rows),
    asked: sum(({ seen }) => seen.asked),
    messages: sum(({ seen }) => seen.messages),
    twice: sum(({ seen }) => seen.twice),
    incidents: sum(({ seen }) => seen.incidents),
    incidentsOnWell: sum(({ seen }) => seen.incidentsOnWell),
    again: sum(({ seen }) => seen.again),
    deserved: sum(({ seen }) => seen.deserved),
  };
}
