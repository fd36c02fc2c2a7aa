/**
 * Calendars: which quarter of an hour of the day and of the week an instant lies in, where the monitor's people live.
 *
 * A nightly batch that runs at 02:00 by the clock on the wall stays at 02:00 when the clocks change.
 */
import { StatusquoError } from "./errors.ts";
import type { EpochMs } from "./monitor.ts";
import { nearest } from "./nearest.ts";
import { BIN_MS, binOf } from "./season.ts";

/** Offsets are asked for once in a quarter of an hour; a zone that changes its offset does so at the end of one. */
const LAST_ASKED = new Map<string, { bin: number; season: number; offsetOf: (at: EpochMs) => number }>();

/**
 * The number of the quarter of an hour that holds `at`, counted on the wall clocks of an IANA time zone; of UTC when
 * none is named.
 *
 * @throws {StatusquoError} `internal` for a zone that is none: definitions are checked with {@link timezoneComplaint}
 */
export function seasonOf(timezone: string | undefined, at: EpochMs): number {
  const bin = binOf(at);
  if (timezone === undefined || timezone === "UTC") return bin;
  let last = LAST_ASKED.get(timezone);
  if (last === undefined) {
    last = { bin: Number.NaN, season: 0, offsetOf: offsets(timezone) };
    LAST_ASKED.set(timezone, last);
  }
  if (last.bin !== bin) {
    last.bin = bin;
    last.season = binOf(bin * BIN_MS + last.offsetOf(bin * BIN_MS));
  }
  return last.season;
}

/** How far the wall clocks of `timezone` are ahead of UTC at an instant, ms; 0 for UTC, or when none is named. */
export function offsetAt(timezone: string | undefined, at: EpochMs): number {
  return timezone === undefined || timezone === "UTC" ? 0 : offsets(timezone)(at);
}

/** How far the wall clocks of `timezone` are ahead of UTC at an instant, ms. */
function offsets(timezone: string): (at: EpochMs) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", { timeZone: timezone, timeZoneName: "longOffset" });
  } catch {
    throw new StatusquoError("internal", `detector config: timezone must be an IANA name, got "${timezone}"`);
  }
  return (at) => {
    const name = format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    if (sign === undefined) return 0;
    return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  };
}

/** What a time zone must be, with the nearest one to `text`; null when `text` is one. */
export function timezoneComplaint(text: string): string | null {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: text });
    return null;
  } catch {
    const zones = Intl.supportedValuesOf("timeZone");
    const near = nearest(text, zones);
    return `an IANA time zone${near ? `, perhaps ${near}` : " such as Europe/Berlin"}`;
  }
}
