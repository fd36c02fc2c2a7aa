/** The usual alert on the blackbox exporter: one series a region, with or without `for`. */
import type { EpochMs, Region } from "@statusquo/core";
import type { Rule } from "./rule.ts";

const SOURCE = "https://samber.github.io/awesome-prometheus-alerts/rules#blackbox";

/**
 * The rule of that collection fires on a status below 200 or above 399 at once (`for: 0m`). With a longer `for` the
 * condition must hold at every evaluation in between. Each region has an exporter of its own, and one that fires is an
 * alert.
 */
export const prometheusAtOnce = prometheus("prometheus for: 0m", "on while the last answer of any region is bad", 0);

/** As above, with the `for: 5m` that many rules have. */
export const prometheusFiveMinutes = prometheus(
  "prometheus for: 5m",
  "on while all answers of any region have been bad for 5 minutes",
  5 * 60_000,
);

function prometheus(name: string, says: string, forMs: number): Rule {
  return {
    name,
    says,
    source: SOURCE,
    onePlace: false,
    play: () => {
      const badSince = new Map<Region, EpochMs>();
      return (at, answers) => {
        for (const { region, bad } of answers) {
          if (!bad) badSince.delete(region);
          else if (!badSince.has(region)) badSince.set(region, at);
        }
        for (const since of badSince.values()) if (at - since >= forMs) return true;
        return false;
      };
    },
  };
}
