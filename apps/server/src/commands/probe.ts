/** `statusquo probe MONITOR`: one probe now from this machine, with its phases and whether the answer was expected. */
import { codeOf, isExpected, type Phases, type Sample, slotAt } from "@statusquo/core";
import { createProber } from "@statusquo/probe";
import { loadDefinitions, problemText } from "../definitions/load.ts";
import type { CommandContext } from "./command.ts";
import { warningLines } from "./warnings.ts";

const PHASES: [keyof Phases, string][] = [
  ["dns", "dns"],
  ["connect", "connect"],
  ["tls", "tls"],
  ["firstByte", "first byte"],
  ["body", "body"],
];

export async function probe({ settings, flags, rest, env, print, printError }: CommandContext): Promise<number> {
  const [id] = rest;
  if (settings.config === null || id === undefined) {
    printError(
      "probe: name a monitor of the definitions, such as: npx statusquo probe create-order --config statusquo.yaml",
    );
    return 2;
  }
  const result = await loadDefinitions(settings.config, env);
  if (!result.ok) {
    for (const problem of result.problems) printError(problemText(problem));
    return 1;
  }
  const { monitors } = result.loaded;
  const monitor = monitors.find((one) => one.id === id);
  if (!monitor) {
    printError(`probe: there is no monitor "${id}"; there are ${monitors.map((one) => one.id).join(", ")}`);
    return 2;
  }
  const region = monitor.regions[0] as string;
  const prober = createProber({ region, env, now: Date.now });
  const found = await prober.probe(monitor, slotAt(monitor, Date.now()), { wantEvidence: true });
  if (flags.json) print(JSON.stringify(found));
  else if (found.kind === "missed")
    printError(`${monitor.id}: not probed, ${found.reason}: ${found.detail ?? "no more is known"}`);
  else for (const line of linesOf(found, isExpected(monitor.expect, codeOf(found.outcome)))) print(line);
  return found.kind === "sampled" && isExpected(monitor.expect, codeOf(found.outcome)) ? 0 : 1;
}

function linesOf({ outcome, totalMs, phases, evidence }: Sample, expected: boolean): string[] {
  const what =
    outcome.kind === "status"
      ? `${outcome.status} ${evidence?.response?.reason ?? ""}`.trim()
      : `no answer: ${outcome.reason}, ${outcome.detail}`;
  const lines = [
    `${what} (${expected ? "expected" : "unexpected"}) after ${totalMs.toFixed(1)} ms${evidence?.remoteAddress ? ` from ${evidence.remoteAddress}` : ""}`,
  ];
  for (const [phase, name] of PHASES) {
    const ms = phases[phase];
    if (ms !== null) lines.push(`  ${name.padEnd(10)} ${ms.toFixed(1).padStart(8)} ms`);
  }
  for (const [name, value] of evidence?.response?.headers ?? []) lines.push(`  ${name}: ${value}`);
  if (evidence?.response?.body) lines.push("", evidence.response.body);
  if (evidence) lines.push(...warningLines(evidence));
  return lines;
}
