/** Recordings made up for tests: what a monitor answered, as lines and as a source to replay. */
import { type Replay, type ReplayOptions, startReplay } from "../src/replay/replay.ts";
import type { SampleSource } from "../src/replay/sources.ts";

/** A Tuesday, 00:00 UTC. */
export const BEGIN = Date.UTC(2026, 0, 6);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface Recorded {
  monitor?: string;
  regions?: readonly string[];
  everyMs?: number;
  forMs: number;
  /** The answer `since` ms after the beginning; null for none recorded. */
  code(since: number, region: string): number | null;
}

export function linesOf({ monitor = "checkout", regions = ["eu"], everyMs = MINUTE, forMs, code }: Recorded): string[] {
  const lines: string[] = [];
  for (let since = 0; since < forMs; since += everyMs) {
    for (const region of regions) {
      const status = code(since, region);
      if (status !== null) lines.push(JSON.stringify({ t: BEGIN + since, monitor, region, status }));
    }
  }
  return lines;
}

/** A file of that content, handed over in pieces of `pieceBytes`. */
export function sourceOf(lines: readonly string[], name = "samples.ndjson", pieceBytes = 65_536): SampleSource {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  return {
    name,
    bytes: bytes.length,
    read: () => bytes.length,
    async *chunks() {
      for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
    },
  };
}

export async function play(lines: readonly string[], options: Partial<ReplayOptions> = {}): Promise<Replay> {
  const played = startReplay({ defined: new Map(), falseAlarmsPerYear: null, ...options });
  await played.take(sourceOf(lines));
  played.end();
  return played;
}

/** Numbers in [0, 1) that are the same in every run. */
export function dice(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}
