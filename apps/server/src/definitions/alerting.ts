/**
 * How insistently people are told: the grammar of severity, reminders, escalation and downtime, and its reading.
 */
import { type Alerting, DEFAULT_ALERTING, type EscalationStep, parseCodeRange } from "@statusquo/core";
import { z } from "zod";
import { DURATION_PATTERN, parseDuration } from "./duration.ts";

const REMIND_RULE = 'a duration from 5m to 7d, such as "4h", or never';
const AFTER_RULE = 'a duration from 1m to 7d, such as "30m"';
const between = (text: string, from: string, to: string) => {
  const ms = parseDuration(text);
  return ms !== null && ms >= (parseDuration(from) ?? 0) && ms <= (parseDuration(to) ?? 0);
};

const STEP_RULE = "{ after: 30m, notify: [boss] }";
const step = z.strictObject(
  {
    after: z
      .string(AFTER_RULE)
      .regex(DURATION_PATTERN, AFTER_RULE)
      .refine((text) => between(text, "1m", "7d"), AFTER_RULE),
    notify: z
      .array(z.string("ids of channels, such as [boss]"), "ids of channels, such as [boss]")
      .min(1, "at least one channel, such as [boss]")
      .max(50, "at most 50"),
  },
  STEP_RULE,
);

const COUNTS_RULE = 'status codes such as "5xx" or 503, and no-answer, in a list';
const counted = z.union(
  [
    z.literal("no-answer"),
    z.int().min(100).max(599),
    z.string().refine((text) => typeof parseCodeRange(text) !== "string" && !text.startsWith("!"), COUNTS_RULE),
  ],
  COUNTS_RULE,
);

/** Keys of a monitor and of `defaults`. */
export const alertingKeys = {
  severity: z
    .enum(["warning", "critical"], "warning or critical")
    .optional()
    .describe("Fixes the severity of this monitor's incidents. Left out, it follows from what is seen."),
  remind: z
    .string(REMIND_RULE)
    .refine((text) => text === "never" || between(text, "5m", "7d"), REMIND_RULE)
    .optional()
    .describe("How often to remind of an open incident that nobody has acknowledged, or never. Default 4h."),
  escalate: z
    .union([step, z.array(step, STEP_RULE).min(1, STEP_RULE).max(5, "at most 5 steps")], STEP_RULE)
    .optional()
    .describe("Further channels to tell when nobody has acknowledged an incident for a while."),
  uptime: z
    .strictObject(
      { counts: z.array(counted, COUNTS_RULE).min(1, COUNTS_RULE).max(50, "at most 50") },
      "{ counts: [5xx, no-answer] }",
    )
    .optional()
    .describe("Which answers count as downtime. Default [5xx, no-answer]."),
};

type Said = { [Key in keyof typeof alertingKeys]?: z.infer<(typeof alertingKeys)[Key]> };

/** What a monitor says, with what it leaves out as everybody has it. Steps come in the order of time. */
export function alertingOf({ severity, remind, escalate, uptime }: Said): Alerting {
  return {
    severity: severity ?? null,
    remindMs: remind === undefined ? DEFAULT_ALERTING.remindMs : parseDuration(remind),
    escalate: [escalate ?? []]
      .flat()
      .map(({ after, notify }): EscalationStep => ({ afterMs: parseDuration(after) ?? 0, notify }))
      .toSorted((a, b) => a.afterMs - b.afterMs),
    downtime: uptime === undefined ? DEFAULT_ALERTING.downtime : downtimeOf(uptime.counts),
  };
}

function downtimeOf(counts: readonly (string | number)[]): Alerting["downtime"] {
  const codes = counts.flatMap((code) => {
    const range = code === "no-answer" ? code : parseCodeRange(String(code));
    return typeof range === "string" ? [] : [range];
  });
  // No range at all would mean every code.
  return { codes: codes.length > 0 ? codes : NO_CODE, noAnswer: counts.includes("no-answer") };
}

const NO_CODE = [{ from: 0, to: 0, exclude: false }] as const;
