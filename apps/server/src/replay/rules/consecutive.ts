/** Rules that count answers in a row, from one place: gatus and Uptime Kuma. */
import type { Player, Rule } from "./rule.ts";

/** `failure-threshold` is 3 where it is not set, `success-threshold` is 2; either counter begins anew with the other kind. */
export const gatus: Rule = {
  name: "gatus 3/2",
  says: "on after 3 bad answers in a row, off after 2 good ones",
  source: "https://github.com/TwiN/gatus#alerting",
  onePlace: true,
  play: () => consecutive(3, 2),
};

/** A new monitor has 0 retries, so the first failure is told, and the first success after it. */
export const uptimeKuma: Rule = {
  name: "uptime-kuma 0 retries",
  says: "on at the first bad answer, off at the first good one",
  source: "https://github.com/louislam/uptime-kuma/wiki",
  onePlace: true,
  play: () => consecutive(1, 1),
};

function consecutive(failures: number, successes: number): Player {
  let bad = 0;
  let good = 0;
  let on = false;
  return (_at, answers) => {
    for (const answer of answers) {
      bad = answer.bad ? bad + 1 : 0;
      good = answer.bad ? 0 : good + 1;
      if (bad >= failures) on = true;
      else if (good >= successes) on = false;
    }
    return on;
  };
}
