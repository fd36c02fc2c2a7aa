/**
 * Conflicts: why a 409 was sent, as far as the evidence goes, and what to do about it.
 *
 * Evidence adds up. Every signal (words of the body, the request, what was seen around) is a log-weight for some
 * causes with a sentence; shares are the softmax of the sums. "undetermined" starts ahead, so a cause has to be
 * spoken for to be named; where nothing speaks, nothing is claimed.
 */
import { readAround } from "./conflict/around.ts";
import { type Saying, sayingsOf, speaksOfConflict } from "./conflict/body.ts";
import { CAUSE_NAMES, type CauseName, type ConflictCase } from "./conflict/case.ts";
import { readCollisions } from "./conflict/collisions.ts";
import { type Mark, marksOf, weightOf } from "./conflict/marks.ts";
import type { Weights } from "./conflict/phrases.ts";
import { type Fix, REMEDIES } from "./conflict/remedy.ts";
import { readRequest, versionsSent } from "./conflict/request.ts";
import { readWords } from "./conflict/words.ts";

export type {
  CauseName,
  ConflictCase,
  ConflictContext,
  ConflictDeploy,
  ConflictSample,
  RequestSignals,
  SampleRequest,
  Shares,
} from "./conflict/case.ts";
export { CAUSE_NAMES } from "./conflict/case.ts";
export { type ConflictInput, conflictCaseFrom, type DeployMark, type ObservedExchange } from "./conflict/gather.ts";
export type { Fix } from "./conflict/remedy.ts";

/** One reading of a conflict. */
export interface Cause {
  cause: CauseName;
  /** In words, for a heading: "stale ETag or version". */
  title: string;
  /** The share of the evidence, 0 to 1; over all causes they sum to 1. */
  share: number;
  /** Sentences for and against, strongest first, at most five each; one line each, without control characters. */
  for: string[];
  against: string[];
  fix: Fix;
}

/** ln of how much likelier a cause is before anything was read. Causes that need several answers to show start low. */
const PRIOR: Readonly<Record<CauseName, number>> = {
  "duplicate-resource": 0.2,
  "stale-version": -0.2,
  "invalid-state": 0.3,
  race: 0,
  "file-or-merge": -1,
  "container-not-running": -1.5,
  "everything-409": -1.5,
  "cached-error": -1.5,
  "corrupted-index": -1.5,
  "own-probe": -1.5,
  undetermined: 2,
};

// Divides the sums, so that shares come true about as often as they say. Left on the careful side: services that nobody
// has seen yet are read a little less well than those the weights were chosen by.
const TEMPERATURE = 0.9;
const SENTENCES = 5;
// Below this a signal only tips scales and is not worth a reader's time.
const WORTH_SAYING = 0.4;

/** The causes of a conflict, likeliest first; every cause is listed, and shares sum to 1. Same case, same answer. */
export function diagnoseConflict(conflict: ConflictCase): Cause[] {
  const sayings = sayingsOf(conflict.response.body);
  const words = readWords(sayings);
  const marks = [
    ...words,
    ...readContradiction(words, versionsSent(conflict.request)),
    ...readRequest(conflict, words),
    ...readAround(conflict, words),
    ...readCollisions(conflict, words),
    ...readSilence(conflict, sayings, words),
  ];
  const sums = CAUSE_NAMES.map((cause) => PRIOR[cause] + weightOf(marks, cause));
  const shares = softmax(sums.map((sum) => sum / TEMPERATURE));
  return CAUSE_NAMES.map((cause, at) => ({
    cause,
    title: REMEDIES[cause].title,
    share: shares[at] ?? 0,
    for: sentences(marks, cause, 1),
    against: sentences(marks, cause, -1),
    fix: REMEDIES[cause].fix,
  })).toSorted((a, b) => b.share - a.share);
}

/** Phrases that stand side by side in a body and do not fit: which of the two is the news. */
function readContradiction(words: readonly Mark[], versions: readonly string[]): Mark[] {
  const exists = words.some(({ about }) => about === "exists");
  const missing = words.some(({ about }) => about === "missing");
  if (exists && missing)
    return marksOf("the body says of one thing that it exists and that it is missing", { "duplicate-resource": -2 });
  if (exists && versions.length === 0 && weightOf(words, "stale-version") > 1)
    return marksOf("the body says that it exists, and no version is known to have been sent", {
      "stale-version": -1.6,
    });
  return [];
}

function readSilence(conflict: ConflictCase, sayings: readonly Saying[], words: readonly Mark[]): Mark[] {
  const length = Math.max(0, ...sayings.map((saying) => (saying.kind === "sentence" ? wordsIn(saying.words) : 0)));
  const written = length >= 3;
  if (words.some(({ weight }) => weight > 1))
    return written ? [{ cause: "undetermined", weight: -0.5, says: "the body has a sentence of its own" }] : [];
  if (!written || sayings.some(({ kind, words: said }) => kind === "sentence" && speaksOfConflict(said)))
    return marksOf("the body names no cause", { undetermined: 0.6 });
  // That something failed is no news with a 409.
  if (words.some(({ about }) => about === "failed")) return [];
  return marksOf("the body has a sentence of its own, in words we do not know", unknownWords(conflict, length));
}

/**
 * What a sentence weighs whose words we do not know: the longer, the surer that it names a cause. Most such sentences
 * name a state that refuses, for the words of other causes are few and known; what the request does says what else.
 */
function unknownWords({ method, pathShape }: ConflictCase, length: number): Weights {
  const weight = length >= 5 ? 1.3 : 0.9;
  const either = { undetermined: -weight, "invalid-state": weight };
  if (method === "PUT" || method === "PATCH") return { ...either, "stale-version": 0.6 };
  const creates = method === "POST" && !(pathShape ?? "").includes("}");
  return { ...either, "duplicate-resource": creates ? 0.5 * weight : 0.3 };
}

/** How many words a sentence has; in scripts without spaces two signs count as one. */
function wordsIn(said: string): number {
  // To be told to try again is to be told nothing.
  const spaced =
    said
      .replace(/\b(?:please )?(?:re)?try(?: again| later)*\b/g, "")
      .match(/[\p{L}\p{M}\p{N}_]{2,}/gu)
      ?.filter((word) => !UNSPACED.test(word)).length ?? 0;
  const signs = said.match(/[\u0e00-\u0e7f\u3000-\u9fff\uac00-\ud7af]/g)?.length ?? 0;
  return spaced + Math.floor(signs / 2);
}

const UNSPACED = /[\u0e00-\u0e7f\u3000-\u9fff\uac00-\ud7af]/;

function sentences(marks: readonly Mark[], cause: CauseName, sign: 1 | -1): string[] {
  const told = marks
    .filter((mark) => mark.cause === cause && mark.weight * sign >= WORTH_SAYING)
    .toSorted((a, b) => (b.weight - a.weight) * sign)
    .map(({ says }) => says);
  return [...new Set(told)].slice(0, SENTENCES);
}

function softmax(sums: readonly number[]): number[] {
  const top = Math.max(...sums);
  const parts = sums.map((sum) => Math.exp(sum - top));
  const whole = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / whole);
}
