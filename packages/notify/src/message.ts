/**
 * Messages: what is said to a person, in words, before any channel has laid it out.
 *
 * The one place of wording for all channels. Everything comes from the facts of a bundle: two channels cannot say
 * different things, and a message sent a second time says the same again.
 */
import type { Bundle } from "@statusquo/core";
import type { ExampleView } from "./example.ts";
import { incidentMessage } from "./incident-message.ts";
import type { MatrixView } from "./matrix.ts";
import type { Phrase } from "./phrase.ts";
import { selfMessage } from "./self-message.ts";
import { digestMessage, groupMessage } from "./several-message.ts";
import type { Tone } from "./tone.ts";

export interface Message {
  /** One line, at most 200 code points. */
  subject: string;
  tone: Tone;
  /** `409 Conflict`, then `above usual`, `INC-412`, `found 14:04:06 UTC`. */
  badge: { title: string; state: string; reference: string; when: string };
  /** `Update to INC-412`: what ties it to an earlier message; null for the first about something. */
  intro: string | null;
  headline: string;
  /** The first line where there is room for one alone: whose number, or that it is ours. */
  opening: string;
  /** What follows the headline in brackets; empty when nothing does. */
  aside: string;
  /** The whole in one line, for previews and notifications. */
  glance: string;
  /** What is seen, and what is usual. */
  lead: Phrase;
  /** The likeliest reading; null when no 409 is part of it. */
  cause: Phrase | null;
  /** `[First thing to try, …]`, most urgent first. */
  steps: { label: string; text: Phrase }[];
  /** The incidents of a message about several, each with its number; empty otherwise. */
  list: { reference: string; text: Phrase; link: string | null }[];
  /** How many more there are than `list` names. */
  unlisted: number;
  matrix: MatrixView | null;
  /** `[Began, about 14:02 UTC …]` in the order to read. */
  lines: { label: string; text: Phrase }[];
  /** The few of `lines` that tell most, for narrow places. */
  brief: { label: string; text: Phrase }[];
  example: { title: string; view: ExampleView } | null;
  /** Where it can be looked at; null without a public URL. */
  link: string | null;
  /** What stands on the link. */
  linkText: string;
  footer: Phrase;
  /** The notification's key, so that a message sent twice is recognised. */
  key: string;
}

/** @param bundle as it goes out; everything it says is in it */
export function composeMessage(bundle: Bundle): Message {
  switch (bundle.form) {
    case "incident":
      return incidentMessage(bundle.incident, bundle);
    case "group":
      return groupMessage(bundle);
    case "digest":
      return digestMessage(bundle);
    case "internal":
      return selfMessage(bundle);
  }
}

/** The first line of a message: `INC-412 resolved: Save a document: 409 is as usual again (98 of 108 probes)`. */
export function titleText({ intro, headline, aside }: Message): string {
  return `${intro === null ? "" : `${intro}: `}${headline}${asideText(aside)}`;
}

/** In brackets, with a space in front; empty when there is nothing to say. */
export const asideText = (aside: string) => (aside === "" ? "" : ` (${aside})`);
