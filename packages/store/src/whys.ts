/**
 * The numbers behind verdicts, one small row for each judged slot.
 *
 * They are looked up through the monitor's timetable, as its samples are. The bytes stand in every file already
 * written: a new field is appended, and a row that ends before it has none.
 */
import { type EpochMs, type Reader, type Standing, StatusquoError, type Why, type WhyReading } from "@statusquo/core";
import type { Connection } from "./database.ts";
import { dueBefore, type MonitorEntry, type Registry } from "./registry.ts";
import { STATEMENTS } from "./statements.ts";
import { NumberSource, putNumber, putSigned } from "./varint.ts";

// Place in the list is what is stored: append, never reorder.
const STANDINGS = ["learning", "usual", "watching", "spike", "no_data"] as const satisfies Standing[];

/** Bits of the second number. */
const HAS_READING = 1;
const IS_OPEN = 2;
const OF_ANY = 4;
const NAMES_CODE = 8;
const HAS_NOTE = 16;

/** ln A in hundredths: enough for two digits of the chance. */
const LN_STEPS = 100;
/** Shares by their logarithm, in thousandths: an error of a thousandth of the share; 0 is no share at all. */
const SHARE_STEPS = 1_000;
/** ln of the smallest share that is told from none. */
const LEAST_LN_SHARE = -30;

export function packWhy({ standing, strongest, learnedMin, sampled, missed, note }: Why): Buffer {
  const bytes: number[] = [];
  putNumber(bytes, STANDINGS.indexOf(standing));
  const flags =
    (strongest === null ? 0 : HAS_READING) |
    (strongest?.open ? IS_OPEN : 0) |
    (strongest?.stream === "any" ? OF_ANY : 0) |
    (strongest !== null && strongest.code !== null ? NAMES_CODE : 0) |
    (note === null ? 0 : HAS_NOTE);
  putNumber(bytes, flags);
  putNumber(bytes, sampled);
  putNumber(bytes, missed);
  putNumber(bytes, learnedMin);
  if (strongest !== null) {
    const { stream, code, lnEvidence, lnThreshold, usualShare, bad, of } = strongest;
    if (stream !== "any") putNumber(bytes, stream);
    if (code !== null) putNumber(bytes, code);
    putSigned(bytes, Math.round(lnEvidence * LN_STEPS));
    putSigned(bytes, Math.round(lnThreshold * LN_STEPS));
    putNumber(bytes, shareToNumber(usualShare));
    putNumber(bytes, Math.round(bad));
    putNumber(bytes, Math.round(of));
  }
  const head = Buffer.from(bytes);
  return note === null ? head : Buffer.concat([head, Buffer.from(note, "utf8")]);
}

export function unpackWhy(monitor: string, slot: EpochMs, packed: Buffer): Why {
  const numbers = new NumberSource(packed);
  const standing = STANDINGS[numbers.number()];
  if (standing === undefined)
    throw new StatusquoError("store_unusable", `why of ${monitor} at ${slot}: unknown standing`);
  const flags = numbers.number();
  const [sampled, missed, learnedMin] = [numbers.number(), numbers.number(), numbers.number()];
  const strongest = (flags & HAS_READING) === 0 ? null : readingFrom(numbers, flags);
  const note = (flags & HAS_NOTE) === 0 ? null : packed.subarray(numbers.place).toString("utf8");
  return { monitor, slot, standing, strongest, learnedMin, sampled, missed, note };
}

function readingFrom(numbers: NumberSource, flags: number): WhyReading {
  const stream = (flags & OF_ANY) === 0 ? numbers.number() : "any";
  const code = (flags & NAMES_CODE) === 0 ? null : numbers.number();
  const lnEvidence = numbers.signed() / LN_STEPS;
  const lnThreshold = numbers.signed() / LN_STEPS;
  const usualShare = shareFromNumber(numbers.number());
  const [bad, of] = [numbers.number(), numbers.number()];
  return { stream, code, lnEvidence, lnThreshold, usualShare, bad, of, open: (flags & IS_OPEN) !== 0 };
}

const shareToNumber = (share: number) =>
  share <= Math.exp(LEAST_LN_SHARE) ? 0 : Math.round((Math.log(share) - LEAST_LN_SHARE) * SHARE_STEPS);
const shareFromNumber = (number: number) => (number === 0 ? 0 : Math.exp(number / SHARE_STEPS + LEAST_LN_SHARE));

/** How far back one question looks; beyond the oldest row anyway. */
const MOST_SLOTS = 200_000;

export function openWhys(db: Connection, registry: Registry): Pick<Reader, "why" | "whys"> {
  const at = db.prepare<[number, number], Buffer>(STATEMENTS.whyAt.sql).pluck();
  const firstFrom = db.prepare<[number], number>(STATEMENTS.firstWhyFrom.sql).pluck();
  const searched = db
    .prepare<[number, number, number], [slot: number, packed: Buffer]>(STATEMENTS.whysOfBetween.sql)
    .raw();

  function* newestFirst(monitor: MonitorEntry, from: EpochMs, to: EpochMs): Generator<Why> {
    const since = firstFrom.get(from) ?? Number.POSITIVE_INFINITY;
    if (monitor.offTimetable) {
      for (const [slot, packed] of searched.iterate(since, to, monitor.num)) yield unpackWhy(monitor.id, slot, packed);
      return;
    }
    let slot = dueBefore(monitor, to);
    for (let looked = 0; slot >= since && looked < MOST_SLOTS; looked++) {
      const packed = at.get(slot, monitor.num);
      if (packed !== undefined) yield unpackWhy(monitor.id, slot, packed);
      slot = dueBefore(monitor, slot);
    }
  }

  return {
    why(id, instant) {
      const monitor = registry.monitor(id);
      if (!monitor) return null;
      for (const found of newestFirst(monitor, 0, instant + 1)) return found;
      return null;
    },
    whys({ monitor: id, from, to, limit }) {
      const monitor = registry.monitor(id);
      return monitor ? newestFirst(monitor, from, to).take(limit).toArray() : [];
    },
  };
}
