/** openstatus: half of the regions. */
import { latestByRegion, type Rule } from "./rule.ts";

/**
 * An incident begins when at least half of a monitor's checks of one round failed, and ends when at least half of them are
 * well. A region's three attempts within one check are one sample here. With two regions one of them is half, so whichever
 * reported last decides.
 */
export const openstatus: Rule = {
  name: "openstatus half",
  says: "on when a region reports bad and at least half of them are, off likewise when good",
  source: "https://docs.openstatus.dev/reference/incident",
  onePlace: false,
  play: (regions) => {
    const latest = latestByRegion();
    let on = false;
    return (_at, answers) => {
      for (const answer of answers) {
        latest.take(answer);
        if ((answer.bad ? latest.bad() : latest.good()) * 2 >= regions.length) on = answer.bad;
      }
      return on;
    };
  },
};
