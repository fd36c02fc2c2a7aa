/**
 * What an incident cost: downtime as the definition counts it, and the probes that failed.
 */
import type { Alerting } from "./alerting.ts";
import { isExpected } from "./expectation.ts";
import type { Cost } from "./incident.ts";

/**
 * @param codes  answers of all regions from onset to end, by code; 0 is no answer
 * @param lastedMs from onset to end
 * @param isFailed whether an answer of a code is unexpected
 * @returns `downMs` is the share of the answers that are downtime, of `lastedMs`; 0 without answers
 */
export function costOf(
  codes: Readonly<Record<number, number>>,
  lastedMs: number,
  { downtime }: Pick<Alerting, "downtime">,
  isFailed: (code: number) => boolean,
): Cost {
  let [down, failed, of] = [0, 0, 0];
  for (const [text, answers] of Object.entries(codes)) {
    const code = Number(text);
    of += answers;
    if (isFailed(code)) failed += answers;
    if (code === 0 ? downtime.noAnswer : isExpected(downtime.codes, code)) down += answers;
  }
  return { downMs: of === 0 ? 0 : Math.round((down / of) * lastedMs), failed, of };
}

/** "12 min of downtime, 36 of 36 probes failed" */
export function costText({ downMs, failed, of }: Cost): string {
  const minutes = downMs / 60_000;
  const down =
    minutes === 0
      ? "no downtime"
      : minutes < 1
        ? "under a minute of downtime"
        : `${Math.round(minutes)} min of downtime`;
  return `${down}, ${failed} of ${of} probes failed`;
}
