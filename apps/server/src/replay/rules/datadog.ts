/** Datadog Synthetics: so many locations at once. */
import { latestByRegion, type Rule } from "./rule.ts";

const LOCATIONS = 2;

/**
 * A test alerts when n of its N locations have failed for a time, here 2 and no time, and recovers as soon as that is true
 * no longer. With one region that one suffices.
 */
export const datadog: Rule = {
  name: "datadog 2 of 3",
  says: "on while the last answers of at least 2 locations are bad",
  source: "https://docs.datadoghq.com/synthetics/guide/how-synthetics-monitors-trigger-alerts/",
  onePlace: false,
  play: (regions) => {
    const needed = Math.min(LOCATIONS, regions.length);
    const latest = latestByRegion();
    return (_at, answers) => {
      for (const answer of answers) latest.take(answer);
      return latest.bad() >= needed;
    };
  },
};
