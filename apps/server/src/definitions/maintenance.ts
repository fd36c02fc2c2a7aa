/**
 * Planned maintenance: its grammar, and which one a monitor is in at an instant.
 *
 * The cron expression is read on the wall clock of the time zone; how long a window lasts is elapsed time. A window
 * whose start the clock skips in spring begins where the clock goes on; one whose start comes twice in autumn begins
 * once, the first time.
 */
import {
  type EpochMs,
  type MaintenanceAt,
  type Monitor,
  nearest,
  type RunningMaintenance,
  timezoneComplaint,
} from "@statusquo/core";
import { Cron } from "croner";
import { z } from "zod";
import type { DefinitionDocument, Problem } from "./document.ts";
import { DURATION_PATTERN, parseDuration } from "./duration.ts";

const RULE = '{ name: nightly batch, tags: [billing], cron: "0 2 * * *", for: 90m, timezone: Europe/Berlin }';
const CRON_RULE = 'a cron expression of five fields (minute, hour, day, month, weekday), such as "0 2 * * sun"';
const FOR_RULE = 'a duration from 1m to 7d, such as "90m"';
const ZONE_RULE = "a time zone, such as Europe/Berlin or UTC";
const ids = (what: string) => z.array(z.string(what), what).min(1, what).max(500, "at most 500");

const window = z
  .strictObject(
    {
      name: z.string("a name of at most 100 characters").min(1, "a name").max(100, "a name of at most 100 characters"),
      monitors: ids("ids of monitors, such as [checkout]").optional(),
      tags: ids("tags, such as [billing]").optional(),
      cron: z.string(CRON_RULE).refine(isCron, CRON_RULE),
      for: z
        .string(FOR_RULE)
        .regex(DURATION_PATTERN, FOR_RULE)
        .refine(
          (text) => (parseDuration(text) ?? 0) >= 60_000 && (parseDuration(text) ?? 0) <= 7 * 86_400_000,
          FOR_RULE,
        ),
      timezone: z.string(ZONE_RULE).refine((text) => timezoneComplaint(text) === null, ZONE_RULE),
    },
    RULE,
  )
  .refine(
    ({ monitors, tags }) => monitors !== undefined || tags !== undefined,
    `monitors or tags it is for, such as ${RULE}`,
  );

/** The key `maintenance` of a definitions file. */
export const maintenanceSchema = z
  .array(window, `a list, such as [${RULE}]`)
  .max(200, "at most 200")
  .optional()
  .describe("Planned windows: samples are kept, nothing is judged, nobody is told.");

type Windows = NonNullable<z.infer<typeof maintenanceSchema>>;

function isCron(text: string): boolean {
  if (text.trim().split(/\s+/).length !== 5) return false;
  try {
    return new Cron(text, { paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
}

/** Monitors that windows name and nobody defines. */
export function maintenanceProblems(
  document: DefinitionDocument,
  windows: Windows,
  monitors: readonly Monitor[],
): Problem[] {
  const known = monitors.map(({ id }) => id);
  return windows.flatMap((window, index) =>
    (window.monitors ?? []).flatMap((id, place) => {
      if (known.includes(id)) return [];
      const near = nearest(id, known);
      const hint = near ? `did you mean "${near}"?` : `known are ${known.slice(0, 20).join(", ")}`;
      const message = `maintenance "${window.name}": monitors names one that is not defined, "${id}"; ${hint}`;
      return [{ file: document.file, ...document.placeOf(["maintenance", index, "monitors", place]), message }];
    }),
  );
}

/** Which of these windows a monitor is in; of several the one that ends last. */
export function maintenanceOf(windows: Windows): MaintenanceAt {
  const running = windows.map((window) => ({ window, at: runningAt(window) }));
  return (monitor, at) => {
    let last: RunningMaintenance | null = null;
    for (const { window, at: when } of running) {
      if (!isFor(window, monitor)) continue;
      const until = when(at);
      if (until !== null && (last === null || until > last.until)) last = { name: window.name, until };
    }
    return last;
  };
}

function isFor({ monitors, tags }: Windows[number], { id, tags: has }: Pick<Monitor, "id" | "tags">): boolean {
  return monitors?.includes(id) === true || tags?.some((tag) => has.includes(tag)) === true;
}

/** When the occurrence around an instant ends; null outside of all. Answers about the same stretch are remembered. */
function runningAt({ cron: expression, for: length, timezone }: Windows[number]): (at: EpochMs) => EpochMs | null {
  const cron = new Cron(expression, { timezone, paused: true });
  const lengthMs = parseDuration(length) ?? 0;
  const after = (at: EpochMs) => cron.nextRun(new Date(at))?.getTime() ?? Number.POSITIVE_INFINITY;
  let known = { from: 0, to: 0, until: null as EpochMs | null };
  return (at) => {
    if (known.from <= at && at < known.to) return known.until;
    // An occurrence that began longer ago than it lasts is over.
    let start = after(at - lengthMs);
    if (start > at) {
      known = { from: at, to: start, until: null };
      return null;
    }
    for (let next = after(start); next <= at; next = after(start)) start = next;
    known = { from: start, to: Math.min(after(start), start + lengthMs), until: start + lengthMs };
    return known.until;
  };
}
