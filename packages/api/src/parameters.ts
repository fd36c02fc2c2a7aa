/**
 * Parameters of requests. A schema's message says what is allowed; `refusedInput` adds which, and what came.
 *
 * Numbers are read strictly: digits only, once. An empty value, a fraction, `1e9`, `NaN` or a repeated parameter is refused.
 */
import { z } from "@hono/zod-openapi";
import type { Region } from "@statusquo/core";
import { windowView } from "./views.ts";

/** Furthest instant of JavaScript's calendar. */
const LAST_INSTANT = 8_640_000_000_000_000;
export const LARGEST_PAGE = 500;
export const MOST_COLUMNS = 2_000;

function whole(name: string, least: number, most: number, unit = "") {
  const allowed = `a whole number, ${least} to ${most}${unit}`;
  return z
    .string({ error: allowed })
    .regex(/^\d{1,16}$/, allowed)
    .transform(Number)
    .refine((value) => value >= least && value <= most, allowed)
    .openapi({ type: "integer", minimum: least, maximum: most, param: { name, in: "query" } });
}

const instant = (name: string) => whole(name, 0, LAST_INSTANT, " (milliseconds since 1970)");
const nameAllowed = "1 to 64 of a-z, 0-9 and -, beginning with a letter or digit";
const plainName = () => z.string({ error: nameAllowed }).regex(/^[a-z0-9][a-z0-9-]{0,63}$/, nameAllowed);
const word = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, { error: `one of ${words.join(", ")}` });

export const monitorParams = z.strictObject({ id: plainName() });
export const incidentParams = z.strictObject({
  id: z
    .string()
    .regex(/^[1-9]\d{0,15}$/, "the number of an incident, such as 412")
    .transform(Number)
    .openapi({ type: "integer", minimum: 1 }),
});

const slotAllowed = "a slot's name, m-<monitor>.r-<region>.s-<slot>";
export const sampleParams = z.strictObject({
  id: z
    .string()
    .regex(/^m-[a-z0-9][a-z0-9-]{0,63}\.r-[a-z0-9][a-z0-9-]{0,63}\.s-\d{1,16}$/, slotAllowed)
    .openapi({ example: "m-create-order.r-eu-west.s-1767225600000" }),
});
export const faultParams = z.strictObject({ id: plainName() });

export const windowQuery = z.strictObject({
  window: word(windowView.options as unknown as readonly ["1h", "6h", "24h"]).default("6h"),
});

export const seriesQuery = z.strictObject({
  from: instant("from").optional(),
  to: instant("to").optional(),
  step: whole("step", 5_000, 86_400_000, " ms")
    .refine((value) => value % 1_000 === 0, "whole seconds, in milliseconds: 60000 is a minute")
    .optional(),
  region: plainName().optional(),
  by: word(["region"]).optional(),
});

const limit = (usual: number) =>
  whole("limit", 1, LARGEST_PAGE)
    .optional()
    .transform((value) => value ?? usual);

export const samplesQuery = z.strictObject({
  limit: limit(50),
  before: instant("before").optional(),
  code: whole("code", 0, 999).optional(),
  region: plainName().optional(),
});

export const incidentsQuery = z.strictObject({
  state: word(["open", "resolved"]).optional(),
  monitor: plainName().optional(),
  before: whole("before", 1, Number.MAX_SAFE_INTEGER).optional(),
  limit: limit(50),
});

export const deliveriesQuery = z.strictObject({
  incident: whole("incident", 1, Number.MAX_SAFE_INTEGER).optional(),
  alert: whole("alert", 1, Number.MAX_SAFE_INTEGER).optional(),
  channel: plainName().optional(),
  state: word(["pending", "delivered", "dead"]).optional(),
  before: whole("before", 1, Number.MAX_SAFE_INTEGER).optional(),
  limit: limit(100),
});

/** Lists a page at a time by rising number: `before` is the last one's of the page before. */
const before = () => whole("before", 1, Number.MAX_SAFE_INTEGER).optional();

export const silencesQuery = z.strictObject({
  state: word(["active"]).optional(),
  before: before(),
  limit: limit(100),
});

export const deploysQuery = z.strictObject({
  from: instant("from").optional(),
  to: instant("to").optional(),
  limit: limit(100),
});

export const internalAlertsQuery = z.strictObject({
  state: word(["open", "resolved"]).optional(),
  before: before(),
  limit: limit(100),
});

export const whyQuery = z.strictObject({ at: instant("at").optional() });

export const whysQuery = z.strictObject({
  from: instant("from").optional(),
  to: instant("to").optional(),
  limit: limit(100),
});

const budgetAllowed = '1 to 9999 a year, month, week or day, such as "2/month"';
export const replayQuery = z.strictObject({
  budget: z.string({ error: budgetAllowed }).regex(/^[1-9]\d{0,3}\/(year|month|week|day)$/, budgetAllowed),
  days: whole("days", 1, 30)
    .optional()
    .transform((value) => value ?? 30),
});

const numbered = (what: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,15}$/, `the number of ${what}, such as 7`)
    .transform(Number)
    .openapi({ type: "integer", minimum: 1 });

export const silenceParams = z.strictObject({ id: numbered("a silence") });
export const acceptParams = z.strictObject({ id: numbered("an acceptance") });
export const channelParams = z.strictObject({ id: plainName() });

/** What is not seen and yet acts: controls but for line and tab, and what turns the direction of others around. */
const UNSEEN = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

function words(most: number, example: string) {
  const allowed = `1 to ${most} characters, such as ${JSON.stringify(example)}`;
  const seen = z.string({ error: allowed }).overwrite((text) => text.replace(UNSEEN, ""));
  return seen.trim().min(1, allowed).max(most, allowed).openapi({ example });
}

function names(example: string) {
  const allowed = `a list of at most 100 ids, such as ["${example}"]`;
  return z.array(plainName(), { error: allowed }).max(100, allowed);
}

const by = words(100, "ana").optional();
const reason = (example: string) => words(500, example);

const LAST_DURATION = /^([1-9]\d{0,3})(m|h|d)$/;
const durationAllowed = 'a duration up to 365d, such as "30m", "4h" or "2d"';
const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Text of a duration to milliseconds. */
const duration = z
  .string({ error: durationAllowed })
  .regex(LAST_DURATION, durationAllowed)
  .transform((text) => {
    const [, times = "", unit = "m"] = LAST_DURATION.exec(text) ?? [];
    return Number(times) * UNITS[unit as keyof typeof UNITS];
  })
  .refine((ms) => ms <= 365 * UNITS.d, durationAllowed)
  .openapi({ type: "string", example: "4h" });

const instantAllowed =
  'milliseconds since 1970 or an instant with its zone, such as 1767225600000 or "2026-01-01T00:00:00Z"';
const anyInstant = z
  .union([z.number().int().min(0).max(LAST_INSTANT), z.iso.datetime({ offset: true, error: instantAllowed })], {
    error: instantAllowed,
  })
  .transform((value) => (typeof value === "number" ? value : Date.parse(value)))
  .openapi({ type: ["integer", "string"], example: 1767225600000 });

/** How long: until an instant, or for a time from now. */
const lasting = { for: duration.optional(), until: anyInstant.optional() };
const lastingProblem = ({ for: time, until }: { for?: number | undefined; until?: number | undefined }) =>
  (time === undefined) !== (until === undefined);
const lastingAllowed = { error: 'given, or else "until", and not both; such as "4h"', path: ["for"] };

export const acknowledgeBody = z.strictObject({
  undo: z.boolean({ error: "true or false" }).optional(),
  by,
});

export const incidentSilenceBody = z
  .strictObject({
    ...lasting,
    reason: reason("known, ticket OPS-12"),
    by,
    scope: z
      .enum(["incident", "monitor"], { error: "one of incident, monitor" })
      .optional()
      .openapi({ description: "incident (default): its codes in its regions; monitor: all of the monitor" }),
  })
  .refine(lastingProblem, lastingAllowed);

const codes = z.array(z.number().int().min(0).max(999), { error: "a list of codes, such as [409]" }).max(100);
const streamsAllowed = 'a list of codes or "any", such as [409]';

export const silenceBody = z
  .strictObject({
    match: z
      .strictObject({
        monitors: names("checkout").optional(),
        tags: names("shop").optional(),
        codes: codes.optional(),
        regions: names("eu-west").optional(),
      })
      .refine((match) => Object.values(match).some((list) => (list?.length ?? 0) > 0), {
        error: 'at least one of monitors, tags, codes and regions, such as { "monitors": ["checkout"] }',
      }),
    ...lasting,
    reason: reason("known, ticket OPS-12"),
    by,
  })
  .refine(lastingProblem, lastingAllowed);

export const acceptBody = z.strictObject({
  scope: z
    .strictObject({
      streams: z
        .array(z.union([z.number().int().min(0).max(999), z.literal("any")]), { error: streamsAllowed })
        .min(1, streamsAllowed)
        .max(100)
        .optional(),
      regions: names("eu-west").min(1, 'a list of regions, such as ["eu-west"]').optional(),
    })
    .optional(),
  reason: reason("by design since 2.4"),
  by,
});

export const noteBody = z.strictObject({ text: words(2_000, "rolled back at 14:20"), by });

export const deployBody = z.strictObject({
  service: words(100, "gateway"),
  version: words(100, "2025.11.3"),
  at: anyInstant.optional().openapi({ description: "Now when left out" }),
  regions: names("eu-west").optional(),
  monitors: names("create-order").optional(),
  tags: names("checkout").optional(),
  url: z
    .url({ protocol: /^https?$/, error: 'an http(s) address, such as "https://ci.example.com/run/7"' })
    .max(2_048)
    .optional(),
  by,
});

export const channelTestBody = z.strictObject({});
export const probeBody = z.strictObject({ region: plainName().optional() });

export const faultBody = z.strictObject({ on: z.boolean({ error: "true or false" }) });
/** An edit that takes no words takes no others either. */
export const emptyBody = z.strictObject({});

/** The slot a checked `samples/:id` names. */
export function slotKeyOf(text: string): { monitor: string; region: Region; slot: number } {
  const [, monitor = "", region = "", slot = ""] = /^m-(.+)\.r-(.+)\.s-(\d+)$/.exec(text) ?? [];
  return { monitor, region, slot: Number(slot) };
}
