/**
 * Messages: what is said about a transition, in words, before any channel has laid it out.
 *
 * The one place of wording for all channels. Everything comes from `AlertFacts`: two channels cannot say different
 * things, and a message sent a second time says the same again.
 */
import { type AlertFacts, type Cause, chanceText, shareText } from "@statusquo/core";
import { type ExampleView, viewExample } from "./example.ts";
import { clockText, countText, dayText, hourMinuteSecond, listText, ofText, spanText } from "./figures.ts";
import {
  codeTitle,
  deedText,
  fromText,
  headline,
  headlineAside,
  lastedMs,
  subjectOf,
  usualKind,
  usualSentence,
} from "./headline.ts";
import { inertLine } from "./inert.ts";
import { type MatrixView, viewMatrix } from "./matrix.ts";
import { clauseOf, code, type Phrase, paragraph, plain, say, sentence, strong } from "./phrase.ts";
import { type Tone, toneOf } from "./tone.ts";

export interface Message {
  /** One line, at most 200 code points. */
  subject: string;
  tone: Tone;
  /** `409 Conflict`, then `above usual`, `INC-412`, `found 14:04:06 UTC`. */
  badge: { title: string; state: string; reference: string; when: string };
  headline: string;
  /** What follows the headline in brackets. */
  aside: string;
  /** The whole in one line, for previews and notifications. */
  glance: string;
  /** What is seen, and what is usual. */
  lead: Phrase;
  /** The likeliest reading; null when no 409 is part of it. */
  cause: Phrase | null;
  /** `[First thing to try, …]`, most urgent first. */
  steps: { label: string; text: Phrase }[];
  matrix: MatrixView | null;
  /** `[Began, about 14:02 UTC …]` in the order to read. */
  lines: { label: string; text: Phrase }[];
  /** The four of `lines` that tell most, for narrow places. */
  brief: { label: string; text: Phrase }[];
  example: { title: string; view: ExampleView } | null;
  /** Where the incident can be looked at; null without a public URL. */
  link: string | null;
  footer: Phrase;
  /** The notification's key, so that a message sent twice is recognised. */
  key: string;
}

/** Columns of the matrix in a mail of 600 px. */
const MATRIX_COLUMNS = 10;

/** @param notification as stored; only its facts, key and channel are used */
export function composeMessage({ facts, key, channel }: { facts: AlertFacts; key: string; channel: string }): Message {
  const lead = leadOf(facts);
  const over = facts.kind === "resolved";
  const lines = over ? linesWhenOver(facts) : linesWhileOpen(facts);
  return {
    subject: subjectOf(facts),
    tone: toneOf(facts),
    badge: badgeOf(facts),
    headline: headline(facts),
    aside: headlineAside(facts),
    glance: plain(lead),
    lead,
    cause: over ? null : causeOf(facts.causes),
    steps: stepsOf(facts),
    matrix: over ? null : viewMatrix(facts, MATRIX_COLUMNS),
    lines,
    brief: lines.filter((line) => BRIEF_LABELS.has(line.label)),
    example: over ? null : exampleOf(facts),
    link: incidentLink(facts),
    footer: footerOf(facts, channel),
    key: inertLine(key, 500),
  };
}

function badgeOf(facts: AlertFacts): Message["badge"] {
  const [state, when] = {
    opened: ["above usual", `found ${hourMinuteSecond(facts.at)} UTC`],
    changed: ["above usual, changed", `changed ${hourMinuteSecond(facts.at)} UTC`],
    reminder: ["still above usual", `reminded ${hourMinuteSecond(facts.at)} UTC`],
    escalated: ["above usual, escalated", `escalated ${hourMinuteSecond(facts.at)} UTC`],
    resolved: ["resolved", `closed ${hourMinuteSecond(facts.at)} UTC`],
  }[facts.kind] as [string, string];
  return { title: codeTitle(facts), state, reference: `INC-${facts.incident}`, when };
}

function leadOf(facts: AlertFacts): Phrase {
  const request = code(`${facts.monitor.method} ${facts.monitor.path}`);
  const seen = strong(ofText(facts.seen));
  if (facts.kind === "resolved") {
    const end = facts.resolvedAt ?? facts.at;
    return paragraph(
      say`From about ${clockText(facts.onsetAt, end)} to ${clockText(end)} (${spanText(lastedMs(facts))}), ${seen} probes of ${request} ${fromText(facts)} ${deedText(facts)}.`,
      say`Now: ${facts.reason}.`,
    );
  }
  return paragraph(
    facts.kind === "changed" ? say`${sentence(facts.reason)}` : null,
    say`Since about ${clockText(facts.onsetAt, facts.at)}, ${seen} probes of ${request} ${fromText(facts)} ${deedText(facts)}.`,
    say`${usualSentence(facts)}`,
    elsewhereOf(facts),
  );
}

function elsewhereOf(facts: AlertFacts): Phrase | null {
  const { elsewhere } = facts.scope;
  if (elsewhere.length === 0) return null;
  return say`${listText(elsewhere, 4)} ${elsewhere.length === 1 ? "is" : "are"} as usual.`;
}

/** Half the evidence is what "probably" means here. */
const PROBABLY = 0.5;
const MOST_REASONS = 3;
const MOST_REGIONS = 12;

function causeOf(causes: readonly Cause[]): Phrase | null {
  const [first, second] = causes;
  if (first === undefined) return null;
  if (first.cause === "undetermined") {
    const why = first.for[0] ?? first.against[0];
    return paragraph(
      say`${strong("Cause undetermined")}: the conflicts fit no known reading well enough to name one.`,
      why === undefined ? null : say`${sentence(why)}`,
      second === undefined ? null : say`Closest is ${second.title} (${shareText(second.share)}).`,
    );
  }
  const word = first.share >= PROBABLY ? "Probably" : "Perhaps";
  const reasons = first.for.slice(0, MOST_REASONS);
  const why = reasons.flatMap((reason, index) => say`${index === 0 ? ": " : "; "}${clauseOf(reason)}`);
  const against = first.against[0];
  return paragraph(
    say`${strong(`${word} ${first.title}`)} (${shareText(first.share)})${why}.`,
    against === undefined ? null : say`Against it: ${clauseOf(against)}.`,
  );
}

function stepsOf(facts: AlertFacts): Message["steps"] {
  const fix = facts.causes[0]?.fix;
  if (fix === undefined) return [];
  const steps =
    facts.kind === "resolved"
      ? [["So that it does not return", fix.later]]
      : [
          ["First thing to try", fix.now],
          ["Then in the clients", fix.inClients],
          ["Later", fix.later],
        ];
  return steps.filter(([, text]) => text !== "").map(([label, text]) => ({ label: label!, text: say`${text!}` }));
}

/** A cause with less of the evidence than this is not worth a reader's time. */
const WORTH_NAMING = 0.05;

const BRIEF_LABELS = new Set(["Seen", "Usual", "Found after", "Acknowledged"]);

function linesWhileOpen(facts: AlertFacts): Message["lines"] {
  const others = facts.causes.slice(1).filter(({ cause, share }) => cause !== "undetermined" && share >= WORTH_NAMING);
  const acknowledged = acknowledgedOf(facts);
  return [
    { label: "Began", text: beganOf(facts) },
    { label: "Where", text: whereOf(facts) },
    { label: "Seen", text: seenOf(facts) },
    { label: "Usual", text: usualOf(facts) },
    { label: "By chance", text: chanceOf(facts) },
    ...(others.length === 0
      ? []
      : [
          {
            label: "Also possible",
            text: say`${listText(others.map((cause) => `${cause.title} (${shareText(cause.share)})`))}`,
          },
        ]),
    ...(facts.acknowledgedAt === null ? [] : [{ label: "Acknowledged", text: acknowledged }]),
  ];
}

function linesWhenOver(facts: AlertFacts): Message["lines"] {
  const end = facts.resolvedAt ?? facts.at;
  const [cause] = facts.causes;
  return [
    { label: "Began", text: beganOf(facts) },
    { label: "Ended", text: say`${strong(clockText(end))}, after ${spanText(lastedMs(facts))}` },
    { label: "Where", text: say`${listText(facts.scope.regions, MOST_REGIONS)}` },
    { label: "Seen", text: seenOf(facts) },
    { label: "Usual", text: usualOf(facts) },
    ...(cause === undefined || cause.cause === "undetermined"
      ? []
      : [{ label: "Likely cause", text: say`${cause.title} (${shareText(cause.share)})` }]),
    { label: "Found after", text: say`${spanText(facts.openedAt - facts.onsetAt)}` },
    { label: "Acknowledged", text: acknowledgedOf(facts) },
  ];
}

function beganOf(facts: AlertFacts): Phrase {
  const { onsetAt, onsetUncertaintyMs } = facts;
  const give = onsetUncertaintyMs > 0 ? ` (± ${spanText(onsetUncertaintyMs)})` : "";
  return say`about ${strong(clockText(onsetAt))}${give}, ${dayText(onsetAt)}`;
}

function whereOf(facts: AlertFacts): Phrase {
  const { regions, elsewhere } = facts.scope;
  const names = listText(regions, MOST_REGIONS);
  if (elsewhere.length > 0) return paragraph(say`${names}.`, elsewhereOf(facts));
  return regions.length > 1 ? say`everywhere: ${names}` : say`${names}`;
}

function seenOf(facts: AlertFacts): Phrase {
  const { bad, of } = facts.seen;
  const share = of === 0 ? "" : ` (${shareText(bad / of)})`;
  return say`${strong(ofText(facts.seen))} probes ${fromText(facts)}${share}`;
}

function usualOf(facts: AlertFacts): Phrase {
  const { share, bad, of } = facts.usual;
  const kind = usualKind(facts);
  if (kind === "unlearned") return say`nothing learned yet`;
  const learned = `learned from ${countText(Math.round(bad))} of ${countText(of)} probes, older ones counting less`;
  return kind === "none" ? say`none (${learned})` : say`${shareText(share)} at this time (${learned})`;
}

/** What it took to be told stands beside what was found: no evidence at all is ln 1 = 0. */
function chanceOf({ lnEvidence, falseAlarmsPerYear }: AlertFacts): Phrase {
  return say`${chanceText(lnEvidence, falseAlarmsPerYear)}; you are told below ${chanceText(0, falseAlarmsPerYear)}`;
}

function acknowledgedOf(facts: AlertFacts): Phrase {
  const at = facts.acknowledgedAt;
  return at === null ? say`by nobody` : say`${clockText(at, facts.at)}, after ${spanText(at - facts.openedAt)}`;
}

function exampleOf(facts: AlertFacts): Message["example"] {
  const view = viewExample(facts);
  if (view === null) return null;
  const { bad } = facts.seen;
  const noun = view.response.length === 0 ? "probes without an answer" : "responses";
  return { title: bad > 1 ? `One of the ${countText(bad)} ${noun}` : "The response", view };
}

/** Where an incident can be looked at; null without a public URL. */
export function incidentLink({ publicUrl, incident }: Pick<AlertFacts, "publicUrl" | "incident">): string | null {
  const base = baseOf(publicUrl);
  return base === null ? null : `${base}/incidents/${incident}`;
}

/** A setting of ours, but one that ends up in every reader's browser: only the web, and nothing unseen in it. */
function baseOf(publicUrl: string | null): string | null {
  if (publicUrl === null || !/^https?:\/\/[\x21-\x7e]+$/i.test(publicUrl)) return null;
  return publicUrl.replace(/\/+$/, "");
}

function footerOf(facts: AlertFacts, channel: string): Phrase {
  const { file, line } = facts.monitor.source;
  return paragraph(
    facts.kind === "resolved" ? null : say`One more message follows if another code joins, and one when it is over.`,
    say`You get this because ${code(`${file}:${line}`)} names ${code(channel)} for ${code(facts.monitor.id)}.`,
  );
}
