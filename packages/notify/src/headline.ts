/**
 * Headlines: an incident in one line, with its counts.
 *
 * The subject, the first line and the preview of a message all come from here, so they cannot disagree.
 */
import { STATUS_CODES } from "node:http";
import { type AlertFacts, shareText, unexpectedName } from "@statusquo/core";
import { countText, listText, ofText, oneInText, spanText } from "./figures.ts";
import { cut, inertLine } from "./inert.ts";

/** RFC 5322 allows 998; phones show 40. Anything longer is a target's doing. */
export const SUBJECT_MAX = 200;
const NAME_MAX = 80;

/** Every code of the incident in order of appearance; empty when none is named. */
export function codesNamed(facts: AlertFacts): number[] {
  if (facts.codes.length > 0) return facts.codes;
  return facts.code === null ? [] : [facts.code];
}

/** `409`, `409 and 503`, `no answer`, `unexpected 200`, `unexpected codes`. */
export function codesText(facts: AlertFacts, joint: "and" | "or" = "and"): string {
  const names = codesNamed(facts).map(unexpectedName);
  return names.length === 0 ? "unexpected codes" : listText(names, 4, joint);
}

/** `409 Conflict`, `503 Service Unavailable`, `No answer`, `Several codes`. */
export function codeTitle(facts: AlertFacts): string {
  const named = codesNamed(facts);
  const only = facts.code ?? (named.length === 1 ? named[0]! : null);
  if (only === null) return "Several codes";
  if (only === 0) return "No answer";
  if (only >= 200 && only < 300) return `Unexpected ${only}`;
  return STATUS_CODES[only] === undefined ? String(only) : `${only} ${STATUS_CODES[only]}`;
}

/** What probes did: `answered 409`, `got no answer`, `answered 503 or got no answer`, `answered an unexpected 200`. */
export function deedText(facts: AlertFacts): string {
  const named = codesNamed(facts);
  if (named.length === 0) return "answered with an unexpected code";
  const answered = named.filter((code) => code !== 0).map((code) => unexpectedName(code).replace(/^un/, "an un"));
  const deeds = answered.length > 0 ? [`answered ${listText(answered, 4, "or")}`] : [];
  return listText(named.includes(0) ? [...deeds, "got no answer"] : deeds, 2, "or");
}

/** Where, short: `in eu-west and us-east`, `in 5 of 8 regions`, `in all 3 regions`. */
export function whereShort(facts: AlertFacts): string {
  const { regions, elsewhere } = facts.scope;
  if (elsewhere.length === 0 && regions.length > 1) return `in all ${regions.length} regions`;
  if (regions.length > 3) return `in ${regions.length} of ${regions.length + elsewhere.length} regions`;
  return regions.length === 0 ? "" : `in ${listText(regions)}`;
}

/** Which probes: `from eu-west and us-east`, `from all 3 regions`. */
export function fromText(facts: AlertFacts): string {
  return whereShort(facts).replace(/^in /, "from ");
}

/** What is usual, in brackets: `usual 1.2 %`, `usually none`, `no history yet`. */
export function usualShort(facts: AlertFacts): string {
  const kind = usualKind(facts);
  if (kind === "unlearned") return "no history yet";
  return kind === "none" ? "usually none" : `usual ${shareText(facts.usual.share)}`;
}

/** What is usual, as a sentence with its counts. */
export function usualSentence(facts: AlertFacts): string {
  const kind = usualKind(facts);
  if (kind === "unlearned") return "Nothing is learned yet of what is usual here.";
  if (kind === "none") return `Usual is none of ${countText(facts.usual.of)}.`;
  return `Usual is ${oneInText(facts.usual.share)}.`;
}

/**
 * Learned counts are discounted, so they are fractions: under half a probe nothing is known. A share below a
 * thousandth without a single sighting is only the detector's caution, not something that was seen.
 */
export function usualKind(facts: AlertFacts): "unlearned" | "none" | "some" {
  if (facts.usual.of < 0.5) return "unlearned";
  return facts.usual.bad < 0.5 && facts.usual.share < 0.001 ? "none" : "some";
}

/** How long it has lasted, from onset to its end, or to now while it lasts. */
export function lastedMs(facts: AlertFacts): number {
  return (facts.resolvedAt ?? facts.at) - facts.onsetAt;
}

/** The incident in one line without what is usual: `Save a document: 409 on 7 of 9 probes in eu-west`. */
export function headline(facts: AlertFacts): string {
  const name = inertLine(facts.monitor.name, NAME_MAX) || inertLine(facts.monitor.id, NAME_MAX);
  if (facts.kind === "resolved")
    return `${name}: ${inertLine(facts.reason, NAME_MAX)}, after ${spanText(lastedMs(facts))}`;
  return `${name}: ${codesText(facts)} on ${ofText(facts.seen)} probes ${whereShort(facts)}`.trim();
}

/** What follows a headline in brackets: what is usual, or when it is over what was seen. */
export function headlineAside(facts: AlertFacts): string {
  return facts.kind === "resolved" ? `${ofText(facts.seen)} probes` : usualShort(facts);
}

/** `[409] Save a document: 409 on 7 of 9 probes in eu-west (usual 1.2 %)`: one line, at most 200 code points. */
export function subjectOf(facts: AlertFacts, intro: string | null): string {
  const codes = codesNamed(facts).map(unexpectedName);
  const tag = codes.length === 0 ? "unexpected codes" : cut(codes.join(", "), 30);
  const tie = intro === null ? "" : `${intro}: `;
  return inertLine(`[${tag}] ${tie}${headline(facts)} (${headlineAside(facts)})`, SUBJECT_MAX);
}
