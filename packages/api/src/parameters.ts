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
  state: word(["pending", "delivered", "dead"]).optional(),
  limit: limit(100),
});

export const faultBody = z.strictObject({ on: z.boolean({ error: "true or false" }) });
/** An edit that takes no words takes no others either. */
export const emptyBody = z.strictObject({});

/** The slot a checked `samples/:id` names. */
export function slotKeyOf(text: string): { monitor: string; region: Region; slot: number } {
  const [, monitor = "", region = "", slot = ""] = /^m-(.+)\.r-(.+)\.s-(\d+)$/.exec(text) ?? [];
  return { monitor, region, slot: Number(slot) };
}
