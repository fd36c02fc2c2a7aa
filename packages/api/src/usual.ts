/**
 * What is usual, per class of codes: the share that every chart holds its columns against, and the limit it draws.
 */
import {
  BAND_LEVEL,
  type BucketCounts,
  binomialQuantile,
  type EpochMs,
  isExpected,
  type Monitor,
} from "@statusquo/core";
import type { ApiPorts } from "./ports.ts";

/** Classes the ribbon draws; codes that are expected by definition are in none, but for 409, which is always watched. */
export type CodeClass = "c409" | "c4xx" | "c5xx" | "none" | "other";
export const CODE_CLASSES = ["c409", "c4xx", "c5xx", "none", "other"] as const satisfies CodeClass[];

export function classOf(monitor: Pick<Monitor, "expect">, code: number): CodeClass | null {
  if (code === 409) return "c409";
  if (isExpected(monitor.expect, code)) return null;
  if (code === 0) return "none";
  if (code >= 400 && code < 500) return "c4xx";
  return code >= 500 && code < 600 ? "c5xx" : "other";
}

/** How many answers of a bucket with `code` were unexpected; of 409, which is always watched, all of them. */
export function unexpectedOf(monitor: Pick<Monitor, "expect">, bucket: BucketCounts, code: number): number {
  const counted = classOf(monitor, code) === null ? bucket.unmet : bucket.codes;
  return counted?.[code] ?? 0;
}

/** The detector knows the time of day by the quarter of an hour; asking finer gives the same. */
const BIN_MS = 900_000;

/**
 * Answers what is usual for one monitor, asking once per code and quarter of an hour.
 *
 * @param codes those that were seen; a class none of them is in gets what `any` leaves over
 */
export function usualShares(ports: Pick<ApiPorts, "usual">, monitor: Monitor, codes: readonly number[]) {
  const asked = new Map<number | "any", Map<number, number | null>>();
  const answered = new Map<CodeClass, Map<number, number | null>>();
  const seen = codes.filter((code) => classOf(monitor, code) !== null);

  function ofStream(stream: number | "any", at: EpochMs): number | null {
    const bin = Math.floor(at / BIN_MS);
    return remembered(asked, stream, bin, () => ports.usual(monitor.id, stream, bin * BIN_MS)?.share ?? null);
  }

  function sumOf(streams: readonly number[], at: EpochMs): number | null {
    const shares = streams.map((code) => ofStream(code, at));
    if (shares.includes(null)) return null;
    return shares.reduce<number>((sum, share) => Math.min(1, sum + (share ?? 0)), 0);
  }

  function ofClass(name: CodeClass, at: EpochMs): number | null {
    return remembered(answered, name, Math.floor(at / BIN_MS), () => classShare(name, at));
  }

  function classShare(name: CodeClass, at: EpochMs): number | null {
    if (name === "c409") return ofStream(409, at);
    const inClass = seen.filter((code) => classOf(monitor, code) === name);
    if (inClass.length > 0) return sumOf(inClass, at);
    const any = ofStream("any", at);
    const unexpected = [...new Set([409, ...seen])].filter((code) => !isExpected(monitor.expect, code));
    const known = sumOf(unexpected, at);
    return any === null || known === null ? any : Math.max(0, any - known);
  }

  return { ofStream, ofClass };
}

/** One answer per key and bin. */
function remembered<Key>(
  all: Map<Key, Map<number, number | null>>,
  key: Key,
  bin: number,
  ask: () => number | null,
): number | null {
  let ofKey = all.get(key);
  if (ofKey === undefined) all.set(key, (ofKey = new Map()));
  let share = ofKey.get(bin);
  if (share === undefined) ofKey.set(bin, (share = ask()));
  return share;
}

/** The most answers of a share that chance explains in 99 of 100 columns of `n` probes; null when nothing is learned. */
export function limitOf(n: number, share: number | null): number | null {
  return share === null ? null : binomialQuantile(n, share, BAND_LEVEL);
}
