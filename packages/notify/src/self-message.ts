/**
 * Messages about Statusquo itself: trouble of ours, and the test that somebody asked for.
 *
 * They have a prefix, a colour and no incident number, so that nobody takes them for a target's.
 */
import { type Bundle, INTERNAL_TITLES, type InternalFacts, type InternalKind } from "@statusquo/core";
import { clockText, hourMinuteSecond, spanText } from "./figures.ts";
import { SUBJECT_MAX } from "./headline.ts";
import { inertLine } from "./inert.ts";
import { baseOf } from "./links.ts";
import type { Message } from "./message.ts";
import { code, type Phrase, paragraph, plain, say, sentence, strong } from "./phrase.ts";

type Internal = Extract<Bundle, { form: "internal" }>;

/** What it means for those who rely on alerts, and the first thing to do. */
const ADVICE = {
  delivery_dead: [
    "What the channel was to say has not arrived, and it may say nothing else until this is mended.",
    "Run npx statusquo test-alert with the channel's name: it says what the provider answers.",
  ],
  delivery_held: [
    "Messages for the channel wait, and go out once its setting is mended: a password, a certificate, an address.",
    "Mend what is named, then run npx statusquo test-alert with the channel's name.",
  ],
  region_silent: [
    "From there nothing is watched: other regions go on, and monitors of this region alone are blind.",
    "See whether a worker of that region runs and reaches Redis: npx statusquo doctor.",
  ],
  region_blind: [
    "What fails there is held to be ours: it opens no incidents.",
    "Look at the network of the worker of that region: its way out, its name servers, its clock.",
  ],
  definitions_broken: [
    "The last good definitions stay in force; the edit has no effect.",
    "Run npx statusquo check: it says file, line and what is allowed.",
  ],
  store_trouble: [
    "What could not be written was not told either; it is tried again.",
    "Look at the disk of the data folder: room, rights, and the log of the server.",
  ],
  judging_stopped: [
    "Samples of this monitor are stored, and no incident of it opens until the next start.",
    "Please report it with the log of the server; a restart takes its judging up again.",
  ],
  standstill: [
    "While it lasted nothing was watched; what was due then is recorded as missed.",
    "If the machine did not sleep, look at its load and memory.",
  ],
  clock_wrong: [
    "While it is so nothing is probed, because what is stored under a wrong time stays wrong for ever.",
    "Look at what sets the clock of the machine: chronyc tracking, or timedatectl.",
  ],
} as const satisfies Record<InternalKind, readonly [means: string, remedy: string]>;

/** The message about internal alerts: mostly one, and several when they waited for the same channel. */
export function selfMessage({ alerts, key, channel }: Internal): Message {
  const newest = alerts.at(-1)!;
  const isOver = alerts.every(({ state }) => state === "resolved");
  const what =
    alerts.length === 1
      ? alertText(newest)
      : `${alerts.length} things${isOver ? ", all of them over" : " need attention"}`;
  const lead =
    alerts.length === 1 ? leadOf(newest) : say`Several things happened to Statusquo itself; each stands below.`;
  return {
    ...plainMessage(`Statusquo itself: ${what}`, lead, key),
    tone: isOver ? "over" : "self",
    badge: {
      title: "Statusquo itself",
      state: isOver ? "well again" : "needs attention",
      reference: alerts
        .map(({ alert }) => `self-${alert}`)
        .slice(0, 3)
        .join(", "),
      when: `${hourMinuteSecond(newest.at)} UTC`,
    },
    list: alerts.length === 1 ? [] : alerts.map(listedOf),
    steps: alerts.length === 1 && !isOver ? [{ label: "What to do", text: say`${ADVICE[newest.what][1]}` }] : [],
    lines: alerts.length === 1 ? linesOf(newest) : [],
    link: baseOf(newest.publicUrl),
    linkText: "Open Statusquo",
    footer: say`You get this because ${code(channel)} hears of Statusquo itself. No target of yours is said to be wrong by it.`,
  };
}

/** What a test message is about. */
export interface TestAbout {
  channel: string;
  key: string;
  /** When it was asked for, epoch ms. */
  at: number;
  publicUrl: string | null;
  /** A sentence that says what for. */
  note?: string;
}

/** The message of `test-alert` and of the dashboard's button. */
export function testMessage({ channel, key, at, publicUrl, note }: TestAbout): Message {
  const lead = paragraph(
    say`${strong("This is a test message")}: nothing is wrong, and nothing is to be done.`,
    say`Whoever asked for it wanted to know whether ${code(channel)} arrives. It does.`,
    note === undefined ? null : say`${note}`,
  );
  return {
    ...plainMessage(`Statusquo itself: this is a test of ${channel}`, lead, key),
    tone: "self",
    badge: {
      title: "Statusquo itself",
      state: "test message",
      reference: "test",
      when: `${hourMinuteSecond(at)} UTC`,
    },
    lines: [{ label: "Sent", text: say`${clockText(at)}` }],
    link: baseOf(publicUrl),
    linkText: "Open Statusquo",
    footer: say`You get this because somebody tested ${code(channel)}.`,
  };
}

function plainMessage(headline: string, lead: Phrase, key: string): Message {
  const text = inertLine(headline, SUBJECT_MAX);
  return {
    subject: text,
    tone: "self",
    badge: { title: "", state: "", reference: "", when: "" },
    intro: null,
    headline: text,
    opening: text,
    aside: "",
    glance: plain(lead),
    lead,
    cause: null,
    steps: [],
    list: [],
    unlisted: 0,
    matrix: null,
    lines: [],
    brief: [],
    example: null,
    link: null,
    linkText: "Open Statusquo",
    footer: [],
    key: inertLine(key, 500),
  };
}

/** `messages cannot be delivered (oncall)`, or that it is over. */
function alertText({ what, subject, state, openedAt, at }: InternalFacts): string {
  const title = `${INTERNAL_TITLES[what]} (${subject})`;
  return state === "resolved" ? `over after ${spanText(at - openedAt)}, ${title}` : title;
}

function leadOf({ what, reason, state, openedAt, at }: InternalFacts): Phrase {
  if (state === "resolved")
    return say`${sentence(reason)} It lasted ${strong(spanText(at - openedAt))}, from ${clockText(openedAt, at)} to ${clockText(at)}.`;
  return paragraph(say`${strong(sentence(reason))}`, say`${ADVICE[what][0]}`);
}

function listedOf(alert: InternalFacts): Message["list"][number] {
  return { reference: `self-${alert.alert}`, text: say`${alertText(alert)}: ${alert.reason}`, link: null };
}

function linesOf({ subject, openedAt, at, state }: InternalFacts): Message["lines"] {
  return [
    { label: "About", text: say`${code(subject)}` },
    { label: "Since", text: say`${clockText(openedAt, at)}` },
    ...(state === "resolved" ? [{ label: "Ended", text: say`${clockText(at)}` }] : []),
  ];
}
