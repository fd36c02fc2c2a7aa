/** Grafana Synthetic Monitoring: the mean success of five minutes. */
import type { EpochMs } from "@statusquo/core";
import type { Rule } from "./rule.ts";

const WINDOW_MS = 5 * 60_000;
const FOR_MS = 5 * 60_000;
const LEAST_SUCCESS = 0.9;

/**
 * The rule of medium sensitivity: of all probes of a check in 5 minutes, 10 % fail, and go on doing so for 5 minutes.
 * Stacks made since October 2025 set a number of failures per check instead.
 */
export const grafana: Rule = {
  name: "grafana 90 % of 5m",
  says: "on while less than 90 % of the answers of 5 minutes have been good for 5 minutes",
  source:
    "https://grafana.com/docs/grafana-cloud/testing/synthetic-monitoring/configure-alerts/synthetic-monitoring-alerting/",
  onePlace: false,
  play: () => {
    let window: { at: EpochMs; bad: boolean }[] = [];
    let lowSince: EpochMs | null = null;
    return (at, answers) => {
      if (window.length > 0 && window[0]!.at <= at - WINDOW_MS)
        window = window.filter((one) => one.at > at - WINDOW_MS);
      for (const { bad } of answers) window.push({ at, bad });
      const good = window.reduce((sum, { bad }) => sum + (bad ? 0 : 1), 0);
      if (good >= LEAST_SUCCESS * window.length) lowSince = null;
      else lowSince ??= at;
      return lowSince !== null && at - lowSince >= FOR_MS;
    };
  },
};
