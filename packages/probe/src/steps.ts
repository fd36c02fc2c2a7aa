/**
 * Steps: the requests of one probe, one after the other, under one deadline.
 *
 * The first whose answer is not what it expects decides, else the last. Cleanup is made whatever came of the steps, and
 * decides nothing.
 */
import { randomUUID } from "node:crypto";
import {
  type Evidence,
  type Outcome,
  type Phases,
  type Save,
  type Step,
  type StepEvidence,
  templateNames,
  type Unmet,
} from "@statusquo/core";
import { type Judged, judgeAnswer, type Kept, keepFrom } from "./answer.ts";
import { cutToBytes, evidenceOf, inert, safeDetail, secretsSent } from "./evidence.ts";
import type { Refusal } from "./failure.ts";
import type { Exchange } from "./http.ts";
import { type Filling, filledChecks, type ReadyRequest, readyRequest, type Saved } from "./request.ts";

/** What the steps of one probe are made with. */
export interface StepPorts {
  /** By template name, but for `step_uuid`. */
  values: Readonly<Record<string, string>>;
  /** By reference as written. */
  references: ReadonlyMap<string, string>;
  /** Headers of ours that go with every request. */
  ownHeaders: Readonly<Record<string, string>>;
  /** RFC 9535 JSONPaths whose values leave no trace. */
  redact: readonly string[];
  send(request: ReadyRequest, timeoutMs: number): Promise<Exchange>;
}

/** One request that was made, or why it was not. */
interface Made {
  step: Step;
  role: "step" | "cleanup";
  exchange: Exchange | null;
  judged: Judged;
  kept: Kept;
}

/** What the steps came to. */
export interface Run {
  kind: "run";
  outcome: Outcome;
  /** Of the deciding step. */
  totalMs: number;
  phases: Phases;
  /** Whether every step met what was asked of it. */
  expected: boolean;
  /** Whether a cleanup step did not do what it was for. */
  leftBehind: boolean;
  /** Present when the status alone does not say why the outcome is unexpected. */
  unmet: Unmet | null;
  /** Of the deciding answer. */
  headers: readonly [name: string, value: string][];
  /** Made on demand: it costs more than the rest. */
  evidence(): Evidence;
}

/** @returns what the steps came to, or why that is not known, for reasons of ours */
export async function runSteps(
  steps: readonly Step[],
  cleanup: readonly Step[],
  deadlines: { timeoutMs: number; cleanupMs: number },
  ports: StepPorts,
): Promise<Run | Refusal> {
  const made: Made[] = [];
  const saved = new Map<string, Saved>();
  const secrets = new Set(secretsAmong(ports.references, [...steps, ...cleanup]));
  /** Whether there may be something to clean up. */
  let isSent = false;
  const rules = () => ({ secrets: [...secrets], paths: ports.redact });

  /** Makes one request; what its answer gives is kept for those after it. */
  const make = async (step: Step, role: Made["role"], timeoutMs: number): Promise<Made | Refusal> => {
    const values = { ...ports.values, step_uuid: randomUUID() };
    const filling: Filling = { values, saved, references: ports.references };
    const request = await readyRequest(step.request, filling, ports.ownHeaders);
    if (request.kind === "missed") return request;
    if (request.kind === "unfit") return notMade(step, role, request.what);
    const exchange = await ports.send(request, timeoutMs);
    isSent ||= exchange.end.kind !== "missed";
    for (const secret of secretsSent(exchange)) secrets.add(secret);
    if (exchange.end.kind === "missed")
      return { ...exchange.end, detail: safeDetail(exchange.end.detail, exchange, [...secrets]) };
    const kept = keepFrom(step.save, exchange, request.plan.url.origin);
    for (const [name, value] of kept.values) {
      saved.set(name, value);
      if (value.secret) secrets.add(value.text);
    }
    const checks = filledChecks(step.checks, { values, saved, references: ports.references });
    return { step, role, exchange, judged: judgeAnswer({ ...step, checks }, exchange, kept, rules()), kept };
  };

  const begun = performance.now();
  let refusal: Refusal | null = null;
  try {
    for (const step of steps) {
      const next = await make(step, "step", Math.max(1, deadlines.timeoutMs - (performance.now() - begun)));
      if ("reason" in next) {
        refusal = steps.length === 1 ? next : { ...next, detail: `step "${step.name}": ${next.detail}` };
        break;
      }
      made.push(next);
      if (next.judged.what !== null) break;
    }
  } finally {
    const from = performance.now();
    if (isSent)
      for (const step of cleanup) made.push(await clean(step, deadlines.cleanupMs - (performance.now() - from)));
  }
  return refusal ?? runOf(made, rules(), steps.length);

  async function clean(step: Step, leftMs: number): Promise<Made> {
    if (leftMs <= 0) return notMade(step, "cleanup", "not made: no time was left for it");
    const known = [...Object.keys(ports.values), "step_uuid", ...saved.keys()];
    const missing = templateNames(JSON.stringify(step.request)).find((name) => !known.includes(name));
    if (missing !== undefined) return notMade(step, "cleanup", `not made: {{${missing}}} was never saved`);
    try {
      const next = await make(step, "cleanup", leftMs);
      return "reason" in next ? notMade(step, "cleanup", `not made: ${next.detail}`) : next;
    } catch {
      return notMade(step, "cleanup", "a fault of ours kept it from being judged");
    }
  }
}

/** Every value but those of certificates, which are shown to everybody and are long. */
function secretsAmong(references: StepPorts["references"], steps: readonly Step[]): string[] {
  const shown = new Set<string | undefined>();
  for (const { request } of steps) {
    shown.add(request.connection?.ca);
    shown.add(request.connection?.clientCertificate?.cert);
  }
  return [...references].filter(([text]) => !shown.has(text)).map(([, value]) => value);
}

function notMade(step: Step, role: Made["role"], what: string): Made {
  return { step, role, exchange: null, judged: { what, byStatus: false }, kept: { values: new Map(), problem: null } };
}

type Rules = Parameters<typeof evidenceOf>[1];

function runOf(made: readonly Made[], rules: Rules, stepCount: number): Run {
  const steps = made.filter(({ role }) => role === "step");
  const last = steps.at(-1);
  // A request that could not be made for what was saved is decided by the answer before it.
  const decided = steps.findLast(({ exchange }) => exchange !== null);
  if (!last || !decided?.exchange) throw new Error("a run without an answered step");
  const { exchange } = decided;
  const { what, byStatus } = last.judged;
  const unmet =
    what === null || (byStatus && stepCount === 1) ? null : { step: stepCount === 1 ? null : last.step.name, what };
  return {
    kind: "run",
    outcome: outcomeOf(exchange, rules.secrets),
    totalMs: exchange.totalMs,
    phases: exchange.phases,
    expected: what === null,
    leftBehind: made.some(({ role, judged }) => role === "cleanup" && judged.what !== null),
    unmet,
    headers: exchange.head?.headers ?? [],
    evidence: () => ({
      ...evidenceOf(exchange, rules),
      ...(unmet && { unmet }),
      ...(made.length > 1 && { steps: made.map((one) => stepEvidence(one, one === decided, rules)) }),
    }),
  };
}

function outcomeOf(exchange: Exchange, secrets: readonly string[]): Outcome {
  const { end } = exchange;
  if (end.kind === "missed") throw new Error("a refusal decides nothing");
  return end.kind === "status" ? end : { ...end, detail: safeDetail(end.detail, exchange, secrets) };
}

function stepEvidence({ step, role, exchange, judged, kept }: Made, decided: boolean, rules: Rules): StepEvidence {
  return {
    name: step.name,
    role,
    decided,
    said: exchange === null ? "not made" : saidBy(exchange, rules.secrets),
    problem: judged.what,
    totalMs: exchange?.totalMs ?? null,
    phases: exchange?.phases ?? null,
    saved: step.save.flatMap((save) => shownSaved(save, kept, exchange, rules)),
    exchange: exchange === null || decided ? null : evidenceOf(exchange, rules),
  };
}

function saidBy(exchange: Exchange, secrets: readonly string[]): string {
  const { end } = exchange;
  if (end.kind === "status") return String(end.status);
  return safeDetail(end.kind === "failure" ? `no answer: ${end.reason}, ${end.detail}` : end.detail, exchange, secrets);
}

const LONGEST_SHOWN = 200;

function shownSaved({ name }: Save, { values }: Kept, exchange: Exchange | null, rules: Rules): [string, string][] {
  const value = values.get(name);
  if (value === undefined || exchange === null) return [];
  if (value.secret) return [[name, "[removed: saved secret]"]];
  return [[name, cutToBytes(inert(safeDetail(value.text, exchange, rules.secrets)), LONGEST_SHOWN)]];
}
