/**
 * Rules: how other tools decide from the same answers, as their documentation has it by default.
 *
 * What differs between products besides the rule is left out: here all of them probe when the recording does, an answer
 * is bad when it is unexpected for the monitor, and what a tool tries again within one probe is one sample.
 */
import type { EpochMs, Region } from "@statusquo/core";

/** One answer, as a rule sees it. */
export interface Answer {
  region: Region;
  bad: boolean;
}

/**
 * A rule being played on one monitor: takes the answers of one instant, in order of time, and says whether the alert is
 * on after them.
 */
export type Player = (at: EpochMs, answers: readonly Answer[]) => boolean;

export interface Rule {
  /** The tool and what is set: "gatus 3/2". */
  name: string;
  /** The rule in one sentence. */
  says: string;
  /** Where its documentation says so. */
  source: string;
  /** Whether the tool probes from one place; it then sees the first region by name. */
  onePlace: boolean;
  /** @param regions of the monitor, by name; for a tool of one place just that one */
  play(regions: readonly Region[]): Player;
}

/** The last answer of each region; the regions that have none yet are left out. */
export function latestByRegion(): { take(answer: Answer): void; bad(): number; good(): number } {
  const latest = new Map<Region, boolean>();
  const count = (bad: boolean) => {
    let found = 0;
    for (const one of latest.values()) if (one === bad) found++;
    return found;
  };
  return {
    take: ({ region, bad }) => void latest.set(region, bad),
    bad: () => count(true),
    good: () => count(false),
  };
}
