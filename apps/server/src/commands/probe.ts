/**
 * `statusquo probe MONITOR`: one probe now from this machine, with its steps, its phases and whether the answer was
 * expected.
 */
import {
  type CertificateFacts,
  codeOf,
  inspectExchange,
  isExpected,
  type Phases,
  type Sample,
  type StepEvidence,
  slotAt,
  unmetText,
} from "@statusquo/core";
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
  const isGood =
    found.kind === "sampled" && found.unmet === undefined && isExpected(monitor.expect, codeOf(found.outcome));
  const warnings = found.kind === "sampled" && found.evidence ? inspectExchange(found.evidence) : [];
  if (flags.json) print(JSON.stringify({ ...found, warnings }));
  else if (found.kind === "missed")
    printError(`${monitor.id}: not probed, ${found.reason}: ${found.detail ?? "no more is known"}`);
  else for (const line of linesOf(found, isGood)) print(line);
  return isGood ? 0 : 1;
}

function linesOf(sample: Sample, expected: boolean): string[] {
  const { outcome, totalMs, phases, evidence, unmet, confirmation } = sample;
  const what =
    outcome.kind === "status"
      ? `${outcome.status} ${evidence?.response?.reason ?? ""}`.trim()
      : `no answer: ${outcome.reason}, ${outcome.detail}`;
  const lines = [
    `${what} (${expected ? "expected" : "unexpected"}) after ${totalMs.toFixed(1)} ms${evidence?.remoteAddress ? ` from ${evidence.remoteAddress}` : ""}`,
  ];
  if (unmet) lines.push(`  not as expected: ${unmetText(unmet)}`);
  if (confirmation) {
    const code = confirmation.code === 0 ? "no answer" : confirmation.code;
    lines.push(`  asked again: ${code} (${confirmation.expected ? "expected" : "unexpected"})`);
  }
  lines.push(...stepLines(evidence?.steps ?? []));
  for (const [phase, name] of PHASES) {
    const ms = phases[phase];
    if (ms !== null) lines.push(`  ${name.padEnd(10)} ${ms.toFixed(1).padStart(8)} ms`);
  }
  if (evidence?.proxy) lines.push(`  by proxy   ${evidence.proxy}`);
  if (evidence?.certificate) lines.push(`  ${certificateLine(evidence.certificate)}`);
  for (const [name, value] of evidence?.response?.headers ?? []) lines.push(`  ${name}: ${value}`);
  if (evidence?.response?.body) lines.push("", evidence.response.body);
  if (evidence) lines.push(...warningLines(evidence));
  return lines;
}

function certificateLine({ subject, issuer, validTo, daysLeft, chainLength }: CertificateFacts): string {
  const until = new Date(validTo).toISOString().slice(0, 10);
  const left = daysLeft < 0 ? `ended ${until}` : `good until ${until}, ${daysLeft} days left`;
  return `certificate ${subject}, issued by ${issuer}, ${left}, ${chainLength} sent`;
}

/** One line a step: what was sent, what came, what was kept of it or went wrong. */
function stepLines(steps: readonly StepEvidence[]): string[] {
  const names = steps.map(({ name, role }) => (role === "cleanup" ? `cleanup ${name}` : name));
  const width = Math.max(0, ...names.map((name) => name.length));
  return steps.flatMap(({ said, totalMs, saved, problem, decided }, index) => {
    const took = totalMs === null ? "" : `${totalMs.toFixed(1).padStart(8)} ms`;
    const kept = saved.map(([name, value]) => `${name} = ${value}`).join(", ");
    const line =
      `  ${(names[index] ?? "").padEnd(width)}  ${said.padEnd(8)} ${took}  ${decided ? "decided" : ""}`.trimEnd();
    return [
      line,
      ...(kept === "" ? [] : [`    saved ${kept}`]),
      ...(problem === null || problem === said ? [] : [`    ${problem}`]),
    ];
  });
}
