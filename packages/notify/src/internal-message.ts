/** Messages about ourselves: they begin with our own name and carry no incident's number. */
import { type Bundle, INTERNAL_TITLES } from "@statusquo/core";
import { hourMinuteSecond } from "./figures.ts";
import { SUBJECT_MAX } from "./headline.ts";
import { inertLine } from "./inert.ts";
import type { Message } from "./message.ts";
import { plain, say } from "./phrase.ts";

export function composeInternal({ alerts, key }: Extract<Bundle, { form: "internal" }>): Message {
  const newest = alerts.at(-1);
  if (newest === undefined) throw new Error(`the bundle ${key} holds no alert`);
  const { what, subject, state, reason, at, alert } = newest;
  const over = state === "resolved";
  const headline = inertLine(`Statusquo itself: ${INTERNAL_TITLES[what]} (${subject})`, SUBJECT_MAX - 20);
  const lead = say`${inertLine(reason, 500)}`;
  return {
    subject: inertLine(`${headline}${over ? ", over" : ""}`, SUBJECT_MAX),
    tone: over ? "over" : "other",
    badge: {
      title: "Statusquo itself",
      state: over ? "over" : "trouble of ours",
      reference: `SELF-${alert}`,
      when: `${over ? "over" : "found"} ${hourMinuteSecond(at)} UTC`,
    },
    headline,
    aside: over ? "over" : "no target did this",
    glance: plain(lead),
    lead,
    cause: null,
    steps: [],
    matrix: null,
    lines: alerts.map((each) => ({ label: inertLine(each.subject, 80), text: say`${inertLine(each.reason, 500)}` })),
    brief: [],
    example: null,
    link: null,
    footer: say`You get this because this channel hears of trouble of Statusquo's own.`,
    key: inertLine(key, 500),
  };
}
