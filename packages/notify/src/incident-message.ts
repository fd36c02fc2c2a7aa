/**
 * The message about one incident: that it opened, changed or is over, that it still lasts, or all of its short life at
 * once.
 */
import {
  type AlertFacts,
  type BundledIncident,
  type Cause,
  chanceText,
  costText,
  deployText,
  neighbourNotes,
  shareText,
} from "@statusquo/core";
import { viewExample } from "./example.ts";
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
import { incidentLink } from "./links.ts";
import { viewMatrix } from "./matrix.ts";
import type { Message } from "./message.ts";
import { clauseOf, code, type Phrase, paragraph, plain, say, sentence, strong } from "./phrase.ts";
import { introOf, type Tale, taleOf } from "./tale.ts";
import { toneOf } from "./tone.ts";

/** Columns of the matrix in a mail of 600 px. */
const MATRIX_COLUMNS = 10;

/** @param told its newest facts, and what its rows were about; `key` and `channel` as the bundle has them */
export function incidentMessage(told: BundledIncident, { key, channel }: { key: string; channel: string }): Message {
  const { facts } = told;
  const tale = taleOf(told);
  const reference = `INC-${facts.incident}`;
  const lead = leadOf(facts, tale, told.kinds);
  const over = facts.kind === "resolved";
  const lines = over ? linesWhenOver(facts) : linesWhileOpen(facts);
  return {
    subject: subjectOf(facts, introOf(tale, reference)),
    tone: toneOf(facts),
    badge: badgeOf(facts, tale, reference),
    intro: introOf(tale, reference),
    headline: headline(facts),
    opening: `${introOf(tale, reference) ?? reference}: ${headline(facts)}`,
    aside: headlineAside(facts),
    glance: plain(lead),
    lead,
    cause: over ? null : causeOf(facts.causes),
    steps: stepsOf(facts),
    list: [],
    unlisted: 0,
    matrix: over ? null : viewMatrix(facts, MATRIX_COLUMNS),
    lines,
    brief: lines.filter((line) => BRIEF_LABELS.has(line.label)),
    example: over ? null : exampleOf(facts),
    link: incidentLink(facts),
    linkText: "Open incident",
    footer: footerOf(facts, channel),
    key: inertLine(key, 500),
  };
}

function badgeOf(facts: AlertFacts, tale: Tale, reference: string): Message["badge"] {
  const above = facts.severity === "critical" ? "critical, above usual" : "above usual";
  const at = `${hourMinuteSecond(facts.at)} UTC`;
  const [state, when] = {
    opened: [above, `found ${hourMinuteSecond(facts.openedAt)} UTC`],
    changed: [`${above}, changed`, `changed ${at}`],
    resolved: ["resolved", `closed ${at}`],
    reminder: [`${above}, still open`, `open since ${hourMinuteSecond(facts.openedAt)} UTC`],
    escalated: [`${above}, escalated`, `open since ${hourMinuteSecond(facts.openedAt)} UTC`],
    merged: ["opened and resolved", `closed ${at}`],
  }[tale] as [string, string];
  return { title: codeTitle(facts), state, reference, when };
}

function leadOf(facts: AlertFacts, tale: Tale, kinds: readonly AlertFacts["kind"][]): Phrase {
  const request = code(`${facts.monitor.method} ${facts.monitor.path}`);
  const seen = strong(ofText(facts.seen));
  if (facts.kind === "resolved") {
    const end = facts.resolvedAt ?? facts.at;
    return paragraph(
      heldBackOf(facts),
      tale === "merged" ? say`This opened and resolved before you were told.` : null,
      say`From about ${clockText(facts.onsetAt, end)} to ${clockText(end)} (${spanText(lastedMs(facts))}), ${seen} probes of ${request} ${fromText(facts)} ${deedText(facts)}.`,
      say`Now: ${facts.reason}.`,
    );
  }
  return paragraph(
    heldBackOf(facts),
    stillOpenOf(facts, tale, kinds),
    tale === "changed" ? say`${sentence(facts.reason)}` : null,
    say`Since about ${clockText(facts.onsetAt, facts.at)}, ${seen} probes of ${request} ${fromText(facts)} ${deedText(facts)}.`,
    unmetOf(facts),
    say`${usualSentence(facts)}`,
    elsewhereOf(facts),
    facts.deploy === null ? null : say`It ${deployText(facts.deploy)}.`,
  );
}

/** Why it is told only now. */
function heldBackOf({ heldBack }: AlertFacts): Phrase | null {
  return heldBack === null ? null : say`Told only now: ${clauseOf(heldBack)}.`;
}

function stillOpenOf(facts: AlertFacts, tale: Tale, kinds: readonly AlertFacts["kind"][]): Phrase | null {
  const open = spanText(facts.at - facts.openedAt);
  if (tale === "escalated")
    return say`Nobody has acknowledged this for ${strong(open)}, so you are told of it as well.`;
  if (tale !== "reminder" && !kinds.includes("reminder")) return null;
  return facts.acknowledgedAt === null
    ? say`Still open after ${strong(open)}, and nobody has acknowledged it.`
    : say`Still open after ${strong(open)}.`;
}

/** What was wrong with the answer that stands as an example, where its status alone does not say it. */
function unmetOf(facts: AlertFacts): Phrase | null {
  const unmet = facts.unmet ?? facts.example?.evidence.unmet;
  if (unmet === undefined) return null;
  const step = unmet.step === null ? "" : ` at step "${unmet.step}"`;
  return say`In the newest of them${step}, ${code(unmet.what)}.`;
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

const BRIEF_LABELS = new Set(["Seen", "Cost", "Usual", "Found after", "Acknowledged"]);

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
    ...neighbourNotes(facts.codes, facts.example?.evidence ?? null).map((says) => ({
      label: "Codes",
      text: say`${sentence(says)}`,
    })),
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
    ...(facts.cost === null ? [] : [{ label: "Cost", text: say`${costText(facts.cost)}` }]),
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

function footerOf(facts: AlertFacts, channel: string): Phrase {
  const { file, line } = facts.monitor.source;
  const because =
    facts.kind === "escalated"
      ? say`You get this because the escalation of ${code(facts.monitor.id)} (${code(`${file}:${line}`)}) names ${code(channel)}.`
      : say`You get this because ${code(`${file}:${line}`)} names ${code(channel)} for ${code(facts.monitor.id)}.`;
  return paragraph(followsOf(facts), because);
}

/** What else will come. */
function followsOf({ kind, acknowledgedAt }: AlertFacts): Phrase | null {
  if (kind === "resolved") return null;
  if (kind === "reminder" && acknowledgedAt === null)
    return say`Reminders end when somebody acknowledges it, or when it is over.`;
  if (kind === "escalated") return say`One more message follows when it is over.`;
  return say`One more message follows if another code joins, and one when it is over.`;
}
